"""The seat's service on Windows: what it does, and when.

Owns three decisions: what an earlier run left is put back before anything else; policies are set while the seat's user sits at
the screen and put back when he does not any more; the supervisor is started in his session and again when it dies. Refuses to
know how any of it is called (``service_program``, ``service_sessions``, ``service_policies``).

It never ends a supervisor: whoever stops the service, or what kills it, ends no exam. Nothing here reads or writes the seat's
folder, which belongs to a user who must not lead the system's own rights anywhere.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.clock import Clock
from kiosk.errors import KioskError
from kiosk.lockdown.engine import RestoreReport
from kiosk.lockdown.giving_back import Occasion
from kiosk.lockdown.incidents import Observation
from kiosk.lockdown.windows.service_policies import PolicyKeeper
from kiosk.lockdown.windows.service_program import Inbox, Told
from kiosk.lockdown.windows.service_sessions import Sessions, Started

NAME: Final = "KioskSeat"
DISPLAY_NAME: Final = "Exam seat"
DESCRIPTION: Final = "Locks this machine down while an exam is open, and puts everything back."
LOOK_S: Final = 1.0
AGAIN_AFTER_MS: Final = 1_000
AGAIN_AFTER_AT_MOST_MS: Final = 60_000
RAN_WELL_MS: Final = 60_000
"""A supervisor that lived this long did start: the next one is not kept waiting."""

Say = Callable[[str], None]
"""Writes a line into the service's log."""
Record = Callable[[RestoreReport, Occasion], None]
"""Keeps what was put back; may raise StorageFault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """What the service is for.

    Attributes:
        user_sid: of the seat's user.
        command: the supervisor's command line; empty where the user's shell is the supervisor and Shell Launcher starts it.
    """

    user_sid: str
    command: Sequence[str] = ()


class SeatService:
    """One run of the service. Used by one thread.

    Args:
        options: what it is for.
        sessions: who sits at the screen.
        keeper: of the policies.
        clock: for how long is waited before a supervisor that died is started again.
        say: the log.
        record: keeps what was put back, for the seat to sign.
    """

    def __init__(
        self,
        options: ServiceOptions,
        sessions: Sessions,
        keeper: PolicyKeeper,
        *,
        clock: Clock,
        say: Say,
        record: Record,
    ) -> None:
        self._options = options
        self._sessions = sessions
        self._keeper = keeper
        self._clock = clock
        self._say = say
        self._record = record
        self._supervisor: Started | None = None
        self._started_ms = 0
        self._not_before_ms = 0
        self._failures = 0
        self._is_done = False
        self._complaints: set[str] = set()

    def work(self, ready: Callable[[], None], inbox: Inbox) -> None:
        """Do it until told to stop.

        Args:
            ready: is called when what was left is put back.
            inbox: what the service is told.
        """
        self.begin()
        ready()
        try:
            while True:
                self.look()
                try:
                    told = inbox.get(timeout=LOOK_S)
                except queue.Empty:
                    continue
                if told is Told.STOP:
                    return
        finally:
            self.end()

    def begin(self) -> None:
        """Put back what an earlier run has left."""
        self._say("The service starts.")
        self._try(self._put_back_left)

    def look(self) -> None:
        """See who sits at the screen, and do what follows."""
        self._look_after_supervisor()
        is_here = self._sessions.user_at_the_screen() == self._options.user_sid
        if not is_here:
            self._is_done = False
        if is_here and not self._is_done:
            self._try(self._set)
            self._try(self._start)
        elif self._keeper.is_set:
            self._give_back()

    def end(self) -> None:
        """Put everything back; a supervisor goes on."""
        if self._keeper.is_set:
            self._give_back()
        if self._supervisor is not None:
            self._supervisor.let_go()
            self._supervisor = None
        self._say("The service ends.")

    def _set(self) -> None:
        if self._keeper.is_set:
            self._keeper.verify()
            return
        left = self._put_back_left()
        if any(each.failure for each in left.operations):
            return  # nothing is set on top of what could not be put back: it would be lost
        self._keeper.set_for(self._options.user_sid)
        self._complaints.clear()
        self._say("The seat's user has signed in: policies are set.")

    def _start(self) -> None:
        if not self._options.command or self._supervisor is not None:
            return
        now = self._clock.monotonic_ms()
        if now < self._not_before_ms:
            return
        self._not_before_ms = now + self._wait_ms()  # also where it cannot be started at all
        self._failures += 1
        self._supervisor = self._sessions.start(self._options.command)
        self._started_ms = now
        self._say(f"The supervisor is started as process {self._supervisor.pid}.")

    def _look_after_supervisor(self) -> None:
        if self._supervisor is None:
            return
        code = self._supervisor.exit_code()
        now = self._clock.monotonic_ms()
        if code is None:
            if now - self._started_ms >= RAN_WELL_MS:
                self._failures = 0
            return
        self._supervisor.let_go()
        self._supervisor = None
        self._say(f"The supervisor has ended with {code}.")
        self._is_done = code == 0
        self._not_before_ms = now + self._wait_ms()
        if self._is_done:
            self._failures = 0
            self._not_before_ms = now

    def _wait_ms(self) -> int:
        doubled = AGAIN_AFTER_MS << min(max(self._failures - 1, 0), 10)
        return int(min(doubled, AGAIN_AFTER_AT_MOST_MS))

    def _put_back_left(self) -> RestoreReport:
        report = self._keeper.put_back_left()
        self._tell(report, Occasion.AFTER_CRASH)
        return report

    def _give_back(self) -> None:
        self._tell(self._keeper.give_back(), Occasion.SESSION_ENDED)

    def _tell(self, report: RestoreReport, because: Occasion) -> None:
        self._try(lambda: self._record(report, because))
        failed = [f"{each.operation}: {each.failure}" for each in report.operations if each.failure]
        done = len(report.operations) - len(failed)
        if done:
            self._say(f"{done} changes were put back{'' if report.as_found or failed else ', some not as found'}.")
        for each in failed:
            self._complain(each)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except KioskError as failure:
            self._complain(str(failure))

    def _complain(self, text: str) -> None:
        """Say what is wrong once, not every second."""
        if text not in self._complaints:
            self._complaints.add(text)
            self._say(text)


def sentence_of(observation: Observation) -> str:
    """Return a line for the log about something that was noticed."""
    evidence = ", ".join(f"{name}: {value}" for name, value in observation.evidence.items() if value)
    return f"{observation.kind.value}: {evidence}"
