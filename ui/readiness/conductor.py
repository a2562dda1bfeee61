"""The composition of a seat's self-test: seat, machine, walls, window and stranger are put together here and nowhere else.

Owns the order: what a crash has left is put back, the machine is locked down as for a sitting, the window comes up behind the
walls, everything is tried, and everything is put back. Never loads Qt: the window is another process.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from exam_packages.as_found import GivenBack
from kiosk.clock import Clock
from kiosk.errors import NotReady
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.engine import Lockdown, RestoreReport, restore_left
from kiosk.lockdown.facts import CapabilityEntry, Concern, Probe
from kiosk.lockdown.giving_back import SettlingStore, stated
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import Screen, ScreenSystem, screen_of
from kiosk.lockdown.x11.connection import NoXServerError, XServer
from kiosk.progress import Progress
from kiosk.readiness.checks import Check, Checked, Finding, failed, not_possible, ok, run_checks
from kiosk.readiness.debugging import debugger
from kiosk.readiness.seat_checks import drift, seat_checks
from kiosk.readiness.x11_checks import Stage, x11_checks
from kiosk.readiness.x11_stranger import Stranger
from kiosk.seat.layout import FolderLock
from kiosk.seat.parts import SeatParts
from signing.errors import Refused
from ui.lockdown.backend import backend_here
from ui.lockdown.errors import NOT_PUT_BACK, SupervisorFault
from ui.lockdown.input_method import FOLDER, InputMethodService, MethodWanted
from ui.lockdown.known_operations import known_operations
from ui.lockdown.on_linux import ENDING_SIGNALS
from ui.lockdown.options import SNAPSHOTS, SessionOptions
from ui.lockdown.stating import state_as_found
from ui.lockdown.window_process import WindowProcess, WindowWanted
from ui.readiness.line import LineLost
from ui.readiness.outside import WindowOutside, inside_checks
from ui.readiness.typing import input_method, layout

_NO_X: Final = "Only an X server lets one program try this on another; there is none here."
_ON_A_SCREEN: Final = "Run it where the exam window is shown."


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
        parts: the open seat.
        options: as for a sitting; ``words`` starts the self-test's window.
        machine: what can be done about walls here.
        clock: what time it is.
        progress: is told what is tried.
    """

    def __init__(
        self, parts: SeatParts, options: SessionOptions, machine: walls.Machine, *, clock: Clock, progress: Progress
    ) -> None:
        self._parts, self._options, self._machine = parts, options, machine
        self._clock, self._progress = clock, progress
        self._screen = screen_of(options.environment) or Screen(system=ScreenSystem.NONE)
        self._window: WindowOutside | None = None
        self._ending = _Ending()
        self._backend = backend_here(options, machine, self._screen, self._process)

    def quick(self) -> SelfTestResult:
        """Try what needs no window and takes no time."""
        return self._result(run_checks(seat_checks(self._parts), quick=True, progress=self._progress))

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
            known = known_operations(self._options.environment) | {each.name: each for each in self._backend.operations}
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
        seat = seat_checks(self._parts)
        try:
            with self._shown() as window:
                promised = {entry.concern: entry.probe for entry in self._backend.table()}
                checks = (
                    *seat,
                    *inside_checks(window, promised, _roster_names(self._parts)),
                    Check(
                        name="debugger/outside",
                        tries="A debugger at the window",
                        run=lambda: debugger(window.process, promised.get(Concern.DEBUGGING), user=self._machine.user),
                    ),
                )
                with self._screen_checks(window, promised) as on_screen:
                    return run_checks((*checks, *on_screen), progress=self._both(window), told=window.tell)
        except LineLost as lost:
            why = str(lost)
            there = Check(name="window/shown", tries="Showing the window", run=lambda: _not_shown(why))
            return run_checks((*seat, there), progress=self._progress)

    @contextmanager
    def _shown(self) -> Iterator[WindowOutside]:
        options = self._options
        started = WindowProcess(
            WindowWanted(
                words=options.words,
                seat=options.seat,
                media=(),
                screen=self._screen,
                machine=self._machine,
                untrusted_environment=options.environment,
                more=options.more,
                command=options.command,
            )
        )
        window = self._window = WindowOutside(started)
        try:
            window.wait()
            yield window
        finally:
            self._window = None
            window.end()

    @contextmanager
    def _screen_checks(self, window: WindowOutside, promised: Mapping[Concern, Probe]) -> Iterator[Sequence[Check]]:
        if self._screen.system is not ScreenSystem.X11:
            yield (Check(name="screen/strangers", tries="Other programs on the screen", run=_no_x),)
            return
        try:
            stranger, server = Stranger(self._screen.name), XServer(self._screen.name)
        except NoXServerError as error:
            why = str(error)
            yield (Check(name="screen/strangers", tries="Other programs on the screen", run=lambda: not_possible(why)),)
            return
        stage = Stage(
            stranger=stranger,
            server=server,
            window=window,
            promised=promised,
            pause=_pause,
        )
        try:
            keyboard = Check(name="input/layout", tries="The keyboard's layout", run=lambda: layout(server))
            yield (keyboard, *x11_checks(stage), self._input_method())
        finally:
            stranger.close()
            server.close()

    def _input_method(self) -> Check:
        """Last, and over before anybody types: it is tried beside the window, not in it."""
        name, options = _input_method_of(self._parts), self._options
        service = None
        if name:
            service = InputMethodService(
                MethodWanted(
                    name=name,
                    folder=options.state / FOLDER,
                    screen=self._screen,
                    machine=self._machine,
                    untrusted_environment=options.environment,
                    command=options.command,
                )
            )
        return Check(name="input/method", tries="The site's input method", run=lambda: input_method(service))

    def _both(self, window: WindowOutside) -> Progress:
        def progress(done: int, total: int, what: str) -> None:
            window.trying(done, total, what)
            self._progress(done, total, what)

        return progress

    def _state(self, store: SettlingStore, report: RestoreReport, because: GivenBack) -> RestoreReport:
        seat = self._options.seat
        return stated(store, report, lambda whole: state_as_found(seat, whole, because.value, self._clock))

    def _process(self) -> int | None:
        return None if self._window is None else self._window.process

    def _clocks(self) -> tuple[int, int]:
        return self._clock.utc_ms(), self._clock.monotonic_ms()

    def _result(self, checked: tuple[Checked, ...]) -> SelfTestResult:
        backend: Backend = self._backend
        return SelfTestResult(checked=checked, table=backend.table(), platform=backend.name)


class _Ending:
    """Whoever ends the program, by a signal or by closing its terminal, and however often: what is under way at the machine is
    finished first, and what was changed is put back."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._may_end = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear of it, and end after this."""
        before = {number: signal.signal(number, self._hear) for number in ENDING_SIGNALS}
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


def _pause(milliseconds: int) -> None:
    threading.Event().wait(milliseconds / 1_000)  # nobody sets it


def _not_shown(why: str) -> Finding:
    return failed(f"The exam's window does not come up, or not behind its walls: {why}.", "See `kiosk self-test`.")


def _no_x() -> Finding:
    return not_possible(_NO_X, _ON_A_SCREEN)


def _input_method_of(parts: SeatParts) -> str:
    try:
        policy = parts.holdings.site_policy()
    except (NotReady, Refused):
        return ""
    return "" if policy is None else policy.input_method


def _roster_names(parts: SeatParts) -> tuple[str, ...]:
    try:
        return tuple(entry.name for entry in parts.holdings.roster().appointments)
    except (NotReady, Refused):
        return ()
