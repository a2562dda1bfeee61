"""The order of a seat's self-test, the same on every system: what a crash has left is put back, the machine is locked down as
for a sitting, the window comes up behind its walls, everything is tried, and everything is put back.

Owns that order. Refuses to know any system (``ports.Place``), and never loads Qt: the window is another process.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from exam_packages.as_found import GivenBack
from kiosk.clock import Clock
from kiosk.lockdown.engine import Lockdown, RestoreReport, restore_left
from kiosk.lockdown.facts import CapabilityEntry
from kiosk.lockdown.giving_back import SettlingStore, stated
from kiosk.progress import Progress
from kiosk.readiness.checks import Check, Checked, Finding, failed, ok, run_checks
from kiosk.readiness.clocks import drift
from kiosk.seat.layout import FolderLock
from ui.lockdown.errors import NOT_PUT_BACK, SupervisorFault
from ui.lockdown.options import SNAPSHOTS, SessionOptions
from ui.readiness.line import LineLost
from ui.readiness.outside import WindowOutside, inside_checks
from ui.readiness.ports import Place, SeatTried


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestResult:
    """What a self-test came to.

    Attributes:
        checked: every check that was run, in order.
        table: what this machine does about every concern.
        platform: what it was locked down with.
    """

    checked: tuple[Checked, ...]
    table: tuple[CapabilityEntry, ...]
    platform: str


class SelfTest:
    """A self-test of one seat.

    Args:
        seat: what is tried of it.
        options: as for a sitting; ``words`` starts the self-test's window.
        place: this machine.
        clock: what time it is.
        progress: is told what is tried.
    """

    def __init__(
        self, seat: SeatTried, options: SessionOptions, place: Place, *, clock: Clock, progress: Progress
    ) -> None:
        self._seat, self._options, self._place = seat, options, place
        self._clock, self._progress = clock, progress
        self._window: WindowOutside | None = None
        self._ending = _Ending(place.ending_signals)
        self._backend = place.backend(self._process)

    def quick(self) -> SelfTestResult:
        """Try what needs no window and takes no time."""
        checks = (*self._seat.checks, *self._place.machine_checks())
        return self._result(run_checks(checks, quick=True, progress=self._progress))

    def whole(self) -> SelfTestResult:
        """Try everything that can be tried on this machine.

        Raises:
            StorageFault: the supervisor's folder cannot be used, or a sitting runs.
            SupervisorFault: something that an earlier run changed could not be put back.
            KeyboardInterrupt: somebody has ended it; everything was put back.
        """
        self._options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FolderLock(self._options.state)
        try:
            with self._ending.heard():
                return self._locked_down(SettlingStore(self._options.state / SNAPSHOTS))
        finally:
            lock.release()

    def _locked_down(self, store: SettlingStore) -> SelfTestResult:
        before = self._clocks()
        if store.has_left() or store.unstated():
            known = dict(self._place.known_operations()) | {each.name: each for each in self._backend.operations}
            self._state(store, restore_left(store, known), GivenBack.AFTER_CRASH)
        if store.has_left():
            raise SupervisorFault(NOT_PUT_BACK)
        lockdown = Lockdown(
            self._backend.operations, store, required=frozenset(), report=lambda _: None, clock=self._clock
        )
        lockdown.start()
        try:
            with self._ending.allowed():
                checked = self._all_checks()
        finally:
            report = self._state(store, lockdown.stop(), GivenBack.SESSION_ENDED)
        after = self._clocks()
        last = (
            Check(name="clock/drift", tries="Two clocks against each other", run=lambda: drift(before, after)),
            Check(name="restore/as-found", tries="Giving the machine back", run=lambda: given_back(report)),
        )
        return self._result((*checked, *run_checks(last)))

    def _all_checks(self) -> tuple[Checked, ...]:
        first = (*self._seat.checks, *self._place.machine_checks())
        try:
            with self._shown() as window:
                promised = {entry.concern: entry.probe for entry in self._backend.table()}
                inside = inside_checks(window, self._place.attempts, promised, self._seat.names)
                with self._place.strange_checks(window, promised, self._seat.input_method) as strange:
                    return run_checks((*first, *inside, *strange), progress=self._both(window), told=window.tell)
        except (LineLost, SupervisorFault, OSError) as lost:
            why = str(lost)
            there = Check(name="window/shown", tries="Showing the window", run=lambda: _not_shown(why))
            return run_checks((*first, there), progress=self._progress)

    @contextmanager
    def _shown(self) -> Iterator[WindowOutside]:
        window = self._window = self._place.show()
        try:
            window.wait()
            yield window
        finally:
            self._window = None
            window.end()

    def _both(self, window: WindowOutside) -> Progress:
        def progress(done: int, total: int, what: str) -> None:
            window.trying(done, total, what)
            self._progress(done, total, what)

        return progress

    def _state(self, store: SettlingStore, report: RestoreReport, because: GivenBack) -> RestoreReport:
        return stated(store, report, partial(self._sign, because))

    def _sign(self, because: GivenBack, whole: RestoreReport) -> None:
        self._seat.sign(whole, because)

    def _process(self) -> int | None:
        return None if self._window is None else self._window.process

    def _clocks(self) -> tuple[int, int]:
        return self._clock.utc_ms(), self._clock.monotonic_ms()

    def _result(self, checked: tuple[Checked, ...]) -> SelfTestResult:
        return SelfTestResult(checked=checked, table=self._backend.table(), platform=self._backend.name)


class _Ending:
    """Whoever ends the program, by a signal or by closing its terminal, and however often: what is under way at the machine is
    finished first, and what was changed is put back.

    Args:
        signals: by which that is done.
    """

    def __init__(self, signals: Sequence[int]) -> None:
        self._signals = signals
        self._is_wanted = False
        self._may_end = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear of it, and end after this."""
        before = {number: signal.signal(number, self._hear) for number in self._signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self._end_if_wanted()

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """End at once where it is wanted."""
        self._may_end = True
        try:
            self._end_if_wanted()
            yield
        finally:
            self._may_end = False

    def _hear(self, *_: object) -> None:
        self._is_wanted = True
        if self._may_end:
            self._may_end = False
            raise KeyboardInterrupt

    def _end_if_wanted(self) -> None:
        if self._is_wanted:
            raise KeyboardInterrupt


def given_back(report: RestoreReport) -> Finding:
    """Judge whether the machine is as it was found."""
    if report.as_found:
        return ok(f"{len(report.operations)} things were put back, and each is as it was found.")
    wrong = [each.operation for each in report.operations if not each.as_found]
    return failed(f"Not as it was found: {', '.join(wrong)}.", "See `kiosk seat restore`; do not use this seat before.")


def _not_shown(why: str) -> Finding:
    return failed(f"The exam's window does not come up, or not behind its walls: {why}.", "See `kiosk self-test`.")
