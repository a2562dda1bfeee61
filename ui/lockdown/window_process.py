"""The window as the supervisor's child.

Owns one process: its start behind the walls, its end, and how that is said. Refuses to know when it is started or ended.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.lockdown.linux.environment import Screen, window_environment
from kiosk.lockdown.linux.sandbox import SIGNAL_BASE, SandboxPlan, encode_plan
from kiosk.lockdown.linux.walls import Machine
from kiosk.lockdown.linux.window_tree import (
    WindowFiles,
    accessibility_socket,
    sound_socket,
    window_tree,
)
from ui.lockdown import launcher
from ui.lockdown.launching import COME_UP, COME_UP_WITHOUT_METHOD, WAITING

ENDING_WITHIN_S: Final = 3.0
"""So long the kernel may take to clear away what ran behind the walls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWanted:
    """What is started, and where it is shown.

    Attributes:
        words: the command line of ``kiosk`` that is the window.
        seat: the seat's folder.
        media: sticks and second disks that it may use.
        screen: where it is shown.
        machine: what can be done about walls here.
        untrusted_environment: the supervisor's own.
        accessibility: whether assistive programs may read the window.
        more: other folders that it may read.
        command: what makes the walls; empty: this program.
        waits: it loads, and comes up only after ``go``.
        input_method: says by which file it finds the input method, in a folder of its own; None without one. Asked when it is
            started, and where it waits, again when it comes up: nobody may know of one then any more.
    """

    words: Sequence[str]
    seat: Path
    media: Sequence[Path]
    screen: Screen
    machine: Machine
    untrusted_environment: Mapping[str, str]
    accessibility: bool = False
    more: Sequence[str] = ()
    command: Sequence[str] = ()
    waits: bool = False
    input_method: Callable[[], Path | None] = lambda: None


class WindowProcess:
    """A window that was started. See ``ports.Window``."""

    line: socket.socket
    """The one line to it; it does not block."""

    def __init__(self, wanted: WindowWanted) -> None:
        own, theirs = socket.socketpair()
        self._method_now, method = wanted.input_method, wanted.input_method()
        self._knows_method = method is not None
        try:
            environment, plan = _prepared(wanted, method, theirs.fileno())
            self._process = subprocess.Popen(
                wanted.command or launcher.command(),
                env=environment,
                stdin=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                cwd="/",
            )
        except OSError:
            own.close()
            raise
        finally:
            theirs.close()
        own.setblocking(False)
        self.line = own
        self.descriptor = os.pidfd_open(self._process.pid)
        stdin = self._process.stdin
        if stdin is not None:
            try:
                words = [WAITING, *wanted.words] if wanted.waits else wanted.words
                stdin.write(encode_plan(plan, words))
                stdin.close()
            except BrokenPipeError:
                pass  # it has died already, and that is told as any death

    @property
    def process_id(self) -> int | None:
        """The number of the innermost process, where the window is; None while there is none."""
        inner = _child_of(self._process.pid)
        return None if inner is None else _child_of(inner)

    def go(self) -> bool:
        """Let one that waits come up; tell whether it could be told."""
        # It would wait for an address that nobody writes any more, and somebody waits for it.
        word = COME_UP_WITHOUT_METHOD if self._knows_method and self._method_now() is None else COME_UP
        try:
            return self.line.send(word) == len(word)
        except OSError:
            return False

    def ended(self) -> int | None:
        """Return the exit code once nothing of it is left; None while it runs."""
        return self._process.poll()

    @staticmethod
    def how_ended(code: int) -> str:
        """Say how a process ended, by its exit code."""
        if code < 0:
            return f"signal {-code}"
        return f"signal {code - SIGNAL_BASE}" if code > SIGNAL_BASE else f"code {code}"

    def kill(self) -> None:
        """End it without asking, and everything behind its walls; its end is seen as any other."""
        self._process.terminate()  # the outer process kills the inner ones and waits until the last is gone
        try:
            self._process.wait(ENDING_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Let go of it, after it has ended."""
        os.close(self.descriptor)

    def let_go(self) -> None:
        """The same for one whose line nobody has taken over."""
        self.line.close()
        self.close()


def _prepared(wanted: WindowWanted, method: Path | None, kept: int) -> tuple[dict[str, str], SandboxPlan]:
    """Asked anew for each start: a sound server or the accessibility bus may have come meanwhile."""
    untrusted, screen = wanted.untrusted_environment, wanted.screen
    sound = sound_socket(untrusted)
    bus = accessibility_socket(untrusted, screen) if wanted.accessibility else ""
    shared = [] if method is None else [str(method.parent)]
    authority = untrusted.get("XAUTHORITY") or f"{untrusted.get('HOME', '')}/.Xauthority"
    tree = window_tree(
        WindowFiles(
            seat=wanted.seat,
            screen=screen,
            media=wanted.media,
            authority=Path(authority),
            sockets=[path for path in (sound, bus, *shared) if path],
            more=wanted.more,
        )
    )
    environment = window_environment(
        untrusted,
        screen,
        supervisor=kept,
        accessibility=f"unix:path={bus}" if bus else "",
        sound=sound,
        input_method="" if method is None else str(method),
    )
    plan = SandboxPlan(
        supervisor=os.getpid(),
        tree=tree,
        user=wanted.machine.user,
        kept=kept,
        namespaces=not wanted.machine.namespaces,
    )
    return environment, plan


def _child_of(process: int) -> int | None:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(children[0]) if children else None
