"""The hooks' process as seen by the supervisor: one operation that keeps it running, and one monitor that passes on what it says.

Owns starting it, its lines, and when its silence means that it is gone. Refuses to know what it runs on.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from kiosk.clock import Clock
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.windows.hook_lines import LINE_MAX_BYTES, HookLine, Sign, said_by
from kiosk.lockdown.windows.operations import ENDS_WITH_US
from kiosk.lockdown.windows.verification import as_verified

MODULE: Final = "kiosk.lockdown.windows.hook_process"
SILENT_MS: Final = 5_000
"""A sign of life comes every second; a busy machine may swallow some."""
READY_S: Final = 20.0
"""So long a program may take to come up from a cold disk, with a scanner of viruses that looks at it first."""
_LOOK_S: Final = 0.2
END_S: Final = 5.0
_WAITING_MAX: Final = 1_000


class HookProgram(Protocol):
    """The process, while it runs. Tests bring their own."""

    @property
    def process_id(self) -> int:
        """Its process."""
        ...

    def wait(self, seconds: float) -> HookLine | None:
        """Return the next thing it says; None when it says nothing in that time."""
        ...

    def is_running(self) -> bool:
        """Tell whether it runs."""
        ...

    def end(self) -> None:
        """End it."""
        ...


def plain_command() -> tuple[str, ...]:
    """Return how the hooks' process is started where this program runs from its sources."""
    return (sys.executable, "-m", MODULE)


class RealHookProgram:
    """The real process.

    Args:
        command: how it is started.
        desktop: where the hooks are; empty: where this process is.
        takes_injected: for an enrolled assistive device.
    """

    def __init__(self, command: Sequence[str], *, desktop: str = "", takes_injected: bool = False) -> None:
        words = [*command]
        words += ["--desktop", desktop] if desktop else []
        words += ["--takes-injected"] if takes_injected else []
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._said: queue.Queue[HookLine] = queue.Queue(_WAITING_MAX)
        self._reader = threading.Thread(target=self._read, name="hook lines", daemon=True)
        self._reader.start()

    @property
    def process_id(self) -> int:
        """Its process."""
        return self._process.pid

    def wait(self, seconds: float) -> HookLine | None:
        """Return the next thing it says."""
        try:
            return self._said.get(timeout=seconds) if seconds else self._said.get_nowait()
        except queue.Empty:
            return None

    def is_running(self) -> bool:
        """Ask the system."""
        return self._process.poll() is None

    def end(self) -> None:
        """Close its input, which it ends with; one that does not is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(END_S)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        while self._process.stdout is not None and (line := self._process.stdout.readline(LINE_MAX_BYTES)):
            said = said_by(line)
            if said is not None and not self._said.full():
                self._said.put_nowait(said)


class InputHooks:
    """Keeps keys and buttons of the system away from it, by hooks in a process of their own. Operation and monitor in one.

    Args:
        start: starts the process.
        clock: for its silence.
    """

    name = "windows/input-hooks"
    concern = Concern.SYSTEM_KEYS

    def __init__(self, start: Callable[[], HookProgram], clock: Clock) -> None:
        self._start = start
        self._clock = clock
        self._program: HookProgram | None = None
        self._heard_ms = 0
        self._seen: list[Observation] = []

    @property
    def process_id(self) -> int | None:
        """The hooks' process; None while there is none."""
        return None if self._program is None else self._program.process_id

    def probe(self) -> Probe:
        """Hooks can be set in every session."""
        return as_verified(Probe(capability=Capability.ENFORCED))

    def snapshot(self) -> bytes:
        """Nothing is left of it."""
        return ENDS_WITH_US

    def apply(self) -> None:
        """Start the process and wait until its hooks are set."""
        if self._program is not None and not self.verify():
            return
        self._let_go()
        try:
            program = self._start()
        except OSError as error:
            raise OperationFailed(self.name, f"The hooks' process cannot be started: {error}") from error
        if not _is_ready(program):
            program.end()
            raise OperationFailed(self.name, "The hooks could not be set.")
        self._program, self._heard_ms = program, self._clock.monotonic_ms()

    def verify(self) -> str:
        """Tell whether it runs and its canary was seen."""
        if self._program is None or not self._program.is_running():
            return "The process that holds the hooks is gone."
        self._listen(self._program)
        silent_ms = self._clock.monotonic_ms() - self._heard_ms
        return "The keyboard hook does not answer." if silent_ms > SILENT_MS else ""

    def revert(self, snapshot: bytes) -> None:
        """End the process: its hooks go with it."""
        del snapshot
        self._let_go()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return what the hooks saw."""
        del now
        if self._program is not None:
            self._listen(self._program)
        seen, self._seen = self._seen, []
        return seen

    def _listen(self, program: HookProgram) -> None:
        for _ in range(_WAITING_MAX):
            said = program.wait(0)
            if said is None:
                return
            if isinstance(said, Observation):
                self._seen.append(said)
                continue
            self._heard_ms = self._clock.monotonic_ms()

    def _let_go(self) -> None:
        program, self._program = self._program, None
        if program is not None:
            program.end()
            self._listen(program)


def _is_ready(program: HookProgram) -> bool:
    """Wait for its first word, and not for that of one that has ended: the supervisor has nothing else on its mind meanwhile."""
    for _ in range(int(READY_S / _LOOK_S)):
        runs = program.is_running()
        said = program.wait(_LOOK_S)
        if said is not None or not runs:
            return said is Sign.READY
    return False
