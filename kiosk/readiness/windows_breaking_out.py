"""Attempts to get out of the window's process on Windows: run inside it, as ``breaking_out`` is on Linux.

Owns the attempts; none does any harm where it succeeds. Refuses to judge. The window's walls on Windows are its job, its
environment and its desktop: where an attempt is about anything else, nothing is promised, and what it saw is said as it is.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.lockdown.facts import Concern
from kiosk.lockdown.windows.calls import Library
from kiosk.lockdown.windows.real_machine import RealMachine
from kiosk.readiness.breaking_out import Attempt, Attempts, has_content, outside_socket
from kiosk.readiness.windows_calls import KERNEL32
from kiosk.readiness.windows_stranger import reads_memory

_WAIT_S: Final = 1.0
_STARTING_S: Final = 20.0
_OURS: Final = frozenset({"PYTHONUTF8"})
_LOADING: Final = ("PYTHON", "QT_PLUGIN", "QT_QPA_PLATFORM_PLUGIN", "COR_PROFILER", "__COMPAT_LAYER")


def loopback() -> Attempt:
    """Speak with a program on this machine, here with itself."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = server.getsockname()
            with socket.create_connection(address, timeout=_WAIT_S):
                pass
    except OSError as error:
        return Attempt(got_out=False, saw=f"No connection within this machine could be opened ({error.errno}).")
    return Attempt(got_out=True, saw="A connection within this machine was opened.")


def other_processes() -> Attempt:
    """Count the processes that can be seen."""
    seen = [each for each in RealMachine().processes() if each.pid not in {0, os.getpid()}]
    if not seen:
        return Attempt(got_out=False, saw="No other process can be seen.")
    return Attempt(got_out=True, saw=f"{len(seen)} other processes of this machine can be seen.")


def new_program(program: Path | None = None) -> Attempt:
    """Start another program."""
    path = Path(RealMachine().system_root(), "System32", "cmd.exe") if program is None else program
    nobody = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [str(path), "/c", "exit"], stdin=nobody, stdout=nobody, stderr=nobody, timeout=_STARTING_S, check=False
        )
    except OSError as error:
        return Attempt(got_out=False, saw=f"No program can be started ({error.strerror or error.errno}).")
    except subprocess.TimeoutExpired:
        return Attempt(got_out=True, saw=f"{path.name} was started.")
    if done.returncode == 0:
        return Attempt(got_out=True, saw=f"{path.name} was started.")
    return Attempt(got_out=False, saw="A program that was started was ended at once.")


def other_files(paths: tuple[Path, ...] | None = None) -> Attempt:
    """Look for what is none of the window's business: what else the user has, and the file of passwords."""
    if paths is None:
        paths = (*_home(), Path(RealMachine().system_root(), "System32", "config", "SAM"))
    seen = [str(path) for path in paths if has_content(path)]
    if seen:
        return Attempt(got_out=True, saw=f"What is in {', '.join(seen)} can be read.")
    return Attempt(got_out=False, saw="Neither the user's own files nor the file of passwords can be read.")


def _home() -> tuple[Path, ...]:
    """The user's own folder; none where it is not on a drive of this machine, and the window was not told of it."""
    with contextlib.suppress(RuntimeError):
        return (Path.home(),)
    return ()


def supervisors_memory() -> Attempt:
    """Read memory of the supervisor, which started the window."""
    if reads_memory(Library("kernel32", KERNEL32), os.getppid()):
        return Attempt(got_out=True, saw="The supervisor's memory can be read from the window's process.")
    return Attempt(got_out=False, saw="The supervisor's memory cannot be read from the window's process.")


def debugger_at_work() -> Attempt:
    """Ask Windows whether somebody debugs this process already."""
    if Library("kernel32", KERNEL32).ask("IsDebuggerPresent"):
        return Attempt(got_out=True, saw="A debugger is attached to the window.")
    return Attempt(got_out=False, saw="No debugger is attached to the window.")


def environment(variables: Mapping[str, str] | None = None) -> Attempt:
    """Look for variables that make Windows, Qt or Python load something."""
    given = os.environ if variables is None else variables
    bad = sorted(name for name in given if name.upper().startswith(_LOADING) and name.upper() not in _OURS)
    if bad:
        return Attempt(got_out=True, saw=f"These variables came in: {', '.join(bad)}.")
    return Attempt(got_out=False, saw="No variable came in that makes a library load something.")


ATTEMPTS: Final[Attempts] = {
    "network/outside": (Concern.NETWORK, "A connection to the outside", outside_socket),
    "network/loopback": (Concern.NETWORK, "A connection within the machine", loopback),
    "processes/others": (None, "Looking at other processes", other_processes),
    "processes/start": (Concern.PRIVILEGES, "Starting another program", new_program),
    "files/others": (None, "Reading other files", other_files),
    "debugger/inside": (None, "Reading another process's memory", supervisors_memory),
    "debugger/present": (Concern.DEBUGGING, "A debugger that is there already", debugger_at_work),
    "environment/variables": (Concern.ENVIRONMENT, "Variables from outside", environment),
}
"""Those of Windows; the job's promise stands in the row of privileges."""
