"""What there is outside of the walls to be got at, and a supervisor whose window tries to."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kiosk.lockdown.linux import walls
from tests.kiosk.lockdown.linux.test_sandbox import innermost
from tests.lockdown_proof.attempts import Targets
from tests.lockdown_proof.inside import FOUND
from tests.waiting import PATIENCE_S, wait_until

ROOT: Final = Path(__file__).parents[2]
STRANGER: Final = 64123
"""A user whom nobody is."""
VARIABLES: Final = {"QT_PLUGIN_PATH": "/nowhere", "QT_LOGGING_RULES": "*=true", "FONTCONFIG_FILE": "/nowhere/fonts"}
_IPC_CREAT, _IPC_RMID, _EVERYBODY = 0o1000, 0, 0o666


def why_not() -> str:
    """Why this machine does not let the tests make walls; empty where it does."""
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        return f"this machine does not let the tests make walls: {machine.namespaces or 'no filter of calls'}"
    return "" if os.getuid() == 0 else "it takes root to be more than one user"


@dataclass
class Outside:
    """Listeners and files of this machine, and which of them somebody has reached."""

    targets: Targets
    listeners: dict[str, socket.socket] = field(default_factory=dict)

    def reached(self) -> set[str]:
        """By whom something has arrived: connections and datagrams wait in the kernel until they are asked for."""
        return {name for name, listener in self.listeners.items() if _has_come(listener)}


def _has_come(listener: socket.socket) -> bool:
    listener.setblocking(False)
    try:
        if listener.type == socket.SOCK_DGRAM:
            return bool(listener.recv(512))
        line, _ = listener.accept()
        line.close()
    except BlockingIOError:
        return False
    return True


@contextmanager
def outside(seat: Path) -> Iterator[Outside]:
    """Put everything there, around a seat's folder."""
    beside, locked, service = seat.parent / "beside", seat / "locked", seat.parent / "service"
    beside.write_text("another seat's")
    locked.write_text("somebody's")
    locked.chmod(0o600)
    os.chown(locked, STRANGER, STRANGER)
    abstract, key = f"kiosk-proof-{secrets.token_hex(8)}", secrets.randbelow(2**30) + 1
    with ExitStack() as stack:
        kinds: dict[str, tuple[int, int, Any]] = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            "a_name_asked": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "abstract_socket": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
            "socket_of_a_service": (socket.AF_UNIX, socket.SOCK_STREAM, str(service)),
        }
        listeners = {
            name: _listening(stack, *kind) for name, kind in kinds.items() if name != "tcp6" or socket.has_ipv6
        }
        service.chmod(0o777)
        libc = ctypes.CDLL(None)
        memory = libc.shmget(key, 4096, _IPC_CREAT | _EVERYBODY)
        assert memory >= 0
        stack.callback(libc.shmctl, memory, _IPC_RMID, None)
        ports = {
            name: listeners[name].getsockname()[1] for name in ("tcp", "tcp6", "a_name_asked") if name in listeners
        }
        targets = Targets(
            tcp=ports["tcp"],
            tcp6=ports.get("tcp6", 0),
            udp=ports["a_name_asked"],
            abstract=abstract,
            service=str(service),
            file=str(beside),
            locked_file=str(locked),
            process=os.getpid(),
            shared_memory=key,
            variables=tuple(VARIABLES),
        )
        yield Outside(targets, listeners)


def _listening(stack: ExitStack, family: int, kind: int, address: Any) -> socket.socket:
    listener = stack.enter_context(socket.socket(family, kind))
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    return listener


class Chain:
    """A seat under its supervisor, with something left out.

    Args:
        seat: its folder.
        targets: what the window tries to get at.
        without: what is left out, separated by commas.
        window: ``stand-in``, or ``real``.
        more: further words of ``kiosk seat session``.
        environment: the supervisor's own.
    """

    def __init__(
        self,
        seat: Path,
        targets: Targets,
        without: str = "",
        *,
        window: str = "stand-in",
        more: Sequence[str] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        self._seat = seat
        words = [sys.executable, "-m", "tests.lockdown_proof.chain", without, window, targets.encode()]
        words += ["seat", "session", str(seat), "--preset", "practice", *more]
        given = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **VARIABLES} if environment is None else environment
        for name in ("DISPLAY", "WAYLAND_DISPLAY") if environment is None else ():
            given.pop(name, None)
        limits = ["prlimit", "--core=unlimited"]  # of which the walls leave nothing
        self.process = subprocess.Popen([*limits, *words], cwd=ROOT, env=given, stderr=subprocess.PIPE, text=True)

    def found(self) -> dict[str, Any]:
        """What the window's attempts came to, once it has made them."""
        path = self._seat / FOUND
        wait_until(lambda: path.exists() or self.process.poll() is not None, "the window tells nothing")
        assert path.exists(), self.process.stderr.read() if self.process.stderr else ""
        told: dict[str, Any] = json.loads(path.read_text())
        return told

    def out(self) -> set[str]:
        """Which attempts came through."""
        return {name for name, how in self.found()["tried"].items() if how == "out"}

    def window(self) -> int:
        """The window's process, as the machine counts."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return innermost(int(children[0]))

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE_S)
        if self.process.stderr is not None:
            self.process.stderr.close()


@contextmanager
def chain(seat: Path, targets: Targets, without: str = "", **more: Any) -> Iterator[Chain]:
    """Start one, and end it with the block."""
    started = Chain(seat, targets, without, **more)
    try:
        yield started
    finally:
        started.close()
