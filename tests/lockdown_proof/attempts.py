"""What a program behind the walls tries to get at outside. Each attempt really does it, and tells whether it came through.

Run in the window's own process. What there is to be reached is ``Targets``, which ``outside`` puts there.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import stat
import struct
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 3.0
PTRACE_TRACEME: Final = 0
PR_SET_DUMPABLE: Final = 4
QUESTION: Final = struct.pack(">6H", 0x4B4B, 0x0100, 1, 0, 0, 0) + b"\x07example\x03org\0\0\x01\0\x01"
"""Asks for an address of example.org (RFC 1035, 4.1)."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What is outside, within reach of every program of this machine that is not walled in."""

    tcp: int
    tcp6: int
    udp: int
    abstract: str
    service: str
    file: str
    locked_file: str
    process: int
    shared_memory: int
    variables: tuple[str, ...]

    def encode(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, text: str) -> Targets:
        body = json.loads(text)
        return cls(**{**body, "variables": tuple(body["variables"])})


def _connect(family: int, address: object) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        line.connect(address)  # type: ignore[arg-type]  # what it is, is the family's
        line.sendall(b"out")
    return True


def tcp(targets: Targets) -> bool:
    return _connect(socket.AF_INET, ("127.0.0.1", targets.tcp))


def tcp6(targets: Targets) -> bool:
    return bool(targets.tcp6) and _connect(socket.AF_INET6, ("::1", targets.tcp6))


def a_name_asked(targets: Targets) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        return line.sendto(QUESTION, ("127.0.0.1", targets.udp)) == len(QUESTION)


def abstract_socket(targets: Targets) -> bool:
    return _connect(socket.AF_UNIX, f"\0{targets.abstract}")


def socket_of_a_service(targets: Targets) -> bool:
    return _connect(socket.AF_UNIX, targets.service)


def file_beside_the_seat(targets: Targets) -> bool:
    return bool(Path(targets.file).read_bytes())


def disks_of_the_machine(targets: Targets) -> bool:
    del targets
    return Path("/sys/block").is_dir() or any(stat.S_ISBLK(path.stat().st_mode) for path in Path("/dev").iterdir())


def file_of_somebody_else(targets: Targets) -> bool:
    """In the seat's own folder, and of a user whom nobody is."""
    return bool(Path(targets.locked_file).read_bytes())


def processes_outside(targets: Targets) -> bool:
    return Path(f"/proc/{targets.process}").exists()


def signal_to_outside(targets: Targets) -> bool:
    os.kill(targets.process, 0)
    return True


def shared_memory(targets: Targets) -> bool:
    return bool(ctypes.CDLL(None).shmget(targets.shared_memory, 0, 0) >= 0)


def another_program(targets: Targets) -> bool:
    del targets
    return subprocess.run(["/usr/bin/true"], check=False).returncode == 0


def call_of_a_debugger(targets: Targets) -> bool:
    """In a process of its own: whoever is traced and ends is waited for by nobody else."""
    del targets
    child = os.fork()
    if child == 0:
        os._exit(0 if ctypes.CDLL(None).ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def memory_opened_again(targets: Targets) -> bool:
    del targets
    c = ctypes.CDLL(None)
    return bool(c.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0)


def memory_in_swap(targets: Targets) -> bool:
    """Nothing of the memory is held in place (proc(5), VmLck)."""
    del targets
    return _status("VmLck") == "0 kB"


def capabilities(targets: Targets) -> bool:
    del targets
    return int(_status("CapEff"), 16) != 0 or _status("NoNewPrivs") != "1"


def variables_of_the_user(targets: Targets) -> bool:
    return any(name in os.environ for name in targets.variables)


def _status(name: str) -> str:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return line.partition(":")[2].strip()
    raise OSError(f"the kernel says nothing about {name}")


Attempt = Callable[[Targets], bool]
ATTEMPTS: Final[tuple[Attempt, ...]] = (
    tcp,
    tcp6,
    a_name_asked,
    abstract_socket,
    socket_of_a_service,
    file_beside_the_seat,
    disks_of_the_machine,
    file_of_somebody_else,
    processes_outside,
    signal_to_outside,
    shared_memory,
    another_program,
    call_of_a_debugger,
    memory_in_swap,
    capabilities,
    variables_of_the_user,
    memory_opened_again,  # the last: what was read-protected before is not any more
)


def all_tried(targets: Targets) -> dict[str, str]:
    """Try everything; by name of the attempt how it ended: ``out``, or what stood in the way."""
    return {attempt.__name__: _tried(attempt, targets) for attempt in ATTEMPTS}


def _tried(attempt: Attempt, targets: Targets) -> str:
    try:
        return "out" if attempt(targets) else "nothing there"
    except OSError as error:
        return error.strerror or str(error)
