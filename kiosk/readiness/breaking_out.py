"""Attempts to get out from behind the walls: run inside, in the window's own process, with nothing but the standard library.

Owns the attempts of Linux; ``windows_breaking_out`` has those of Windows. Each says whether it got out and what it saw; none of
them does any harm where it does. Refuses to judge: what was promised is known outside (``escapes``).
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from kiosk.lockdown.facts import Concern

NOWHERE: Final = ("192.0.2.1", 9)  # RFC 5737 TEST-NET-1: an address that is nobody's
_WAIT_S: Final = 0.2
_NOT_ALLOWED: Final = frozenset({errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT})
_SELF_AND_PARENT: Final = 3  # inside a namespace of its own the window sees itself and the one that reaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one attempt came to.

    Attributes:
        got_out: it was possible.
        saw: in a sentence.
    """

    got_out: bool
    saw: str


def outside_socket() -> Attempt:
    """Reach for the network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
            connection.settimeout(_WAIT_S)
            connection.connect(NOWHERE)
    except OSError as error:
        if error.errno in _NOT_ALLOWED:
            return Attempt(got_out=False, saw=f"The kernel let no connection be opened ({_name(error)}).")
        if error.errno in (errno.ENETUNREACH, errno.ENETDOWN):
            return Attempt(got_out=False, saw=f"There is no network to reach ({_name(error)}).")
        return Attempt(got_out=True, saw=f"A connection to the network was tried by the system ({_name(error)}).")
    return Attempt(got_out=True, saw="A connection to the network was opened.")


def other_processes() -> Attempt:
    """Count the processes that can be seen."""
    try:
        seen = [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    except OSError as error:
        return Attempt(got_out=False, saw=f"No list of processes can be read ({_name(error)}).")
    if len(seen) <= _SELF_AND_PARENT:
        return Attempt(got_out=False, saw="Only the exam's own processes can be seen.")
    return Attempt(got_out=True, saw=f"{len(seen)} processes of this machine can be seen.")


def other_files(paths: tuple[str, ...] = ("/home", "/root", "/etc/shadow", "/var/log")) -> Attempt:
    """Look for what is none of the window's business."""
    seen = [path for path in paths if has_content(Path(path))]
    if seen:
        return Attempt(got_out=True, saw=f"What is in {', '.join(seen)} can be read.")
    return Attempt(got_out=False, saw="No home folder, no password file and no log exists inside.")


def new_program(program: str = "/bin/true") -> Attempt:
    """Start another program."""
    # posix_spawn and not fork: a process with threads must not be copied and go on.
    try:
        child = os.posix_spawn(program, [program], {})
    except OSError as error:
        return Attempt(got_out=False, saw=f"No program can be started ({_name(error)}).")
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        return Attempt(got_out=True, saw=f"{program} was started.")
    return Attempt(got_out=False, saw="A program that was started was ended by the kernel at once.")


def debugging(process: int | None = None) -> Attempt:
    """Read memory the way a debugger does: that of the process itself, by the kernel's call for it."""
    target = os.getppid() if process is None else process
    mine, theirs = ctypes.create_string_buffer(8), ctypes.create_string_buffer(8)
    library = ctypes.CDLL(None, use_errno=True)
    read = library.process_vm_readv
    read.restype = ctypes.c_ssize_t
    local = _IoVector(ctypes.addressof(mine), 8)
    remote = _IoVector(ctypes.addressof(theirs), 8)
    got = read(
        ctypes.c_int(target),
        ctypes.byref(local),
        ctypes.c_ulong(1),
        ctypes.byref(remote),
        ctypes.c_ulong(1),
        ctypes.c_ulong(0),
    )
    if got >= 0 or ctypes.get_errno() == errno.EFAULT:  # the address may be none of the other's; it was let look
        return Attempt(got_out=True, saw="Another process's memory may be read.")
    return Attempt(got_out=False, saw=f"No other process's memory may be read ({_error_name(ctypes.get_errno())}).")


def privileges() -> Attempt:
    """Look at what the process may do."""
    status = dict(
        line.split(":\t", 1)
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        if ":\t" in line
    )
    capabilities, no_new = status.get("CapEff", "?").strip(), status.get("NoNewPrivs", "?").strip()
    if int(capabilities, 16) == 0 and no_new == "1":
        return Attempt(got_out=False, saw="It has no capability of root's and can get none.")
    return Attempt(got_out=True, saw=f"Its capabilities are {capabilities}, and NoNewPrivs is {no_new}.")


def environment(variables: Mapping[str, str] | None = None) -> Attempt:
    """Look for variables that make Qt, Python or the C library load something."""
    given = os.environ if variables is None else variables
    bad = sorted(name for name in given if name.startswith(("LD_", "PYTHON", "QT_PLUGIN", "QT_QPA_PLATFORM_PLUGIN")))
    if bad:
        return Attempt(got_out=True, saw=f"These variables came in: {', '.join(bad)}.")
    return Attempt(got_out=False, saw="No variable came in that makes a library load something.")


Attempts: TypeAlias = Mapping[str, tuple[Concern | None, str, Callable[[], Attempt]]]
"""By the name of the check: what it is about (None: nothing promises anything of it), what it tries, the attempt."""

ATTEMPTS: Final[Attempts] = {
    "network/outside": (Concern.NETWORK, "A connection to the outside", outside_socket),
    "processes/others": (Concern.PROCESSES, "Looking at other processes", other_processes),
    "processes/start": (Concern.PROCESSES, "Starting another program", new_program),
    "files/others": (Concern.PRIVILEGES, "Reading other files", other_files),
    "debugger/inside": (Concern.DEBUGGING, "Reading another process's memory", debugging),
    "privileges/own": (Concern.PRIVILEGES, "Rights that could be used", privileges),
    "environment/variables": (Concern.ENVIRONMENT, "Variables from outside", environment),
}
"""Those of Linux."""


class _IoVector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def has_content(path: Path, *, deeper: int = 1) -> bool:
    """Whether a file, or a file in a folder, can be read. Folders alone are only the way to what is meant to be seen."""
    try:
        if path.is_dir():
            return deeper >= 0 and any(has_content(inner, deeper=deeper - 1) for inner in path.iterdir())
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False


def _name(error: OSError) -> str:
    return _error_name(error.errno or 0)


def _error_name(number: int) -> str:
    return errno.errorcode.get(number, str(number))
