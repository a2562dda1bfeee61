"""The composition root of the exam window: seat, window, desk and sitting are put together here and nowhere else."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from exam_packages.ids import ProctorId
from kiosk.clock import SystemClock
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.supervision import RESTART
from kiosk.seat.layout import DYING_MS
from kiosk.seat.seat import Seat
from ui.window import incident_words, words
from ui.window.application import make_application
from ui.window.background import Background
from ui.window.capture_guarding import CaptureGuarding, guard_here
from ui.window.collecting import collector_of
from ui.window.composing import lacks_input_method
from ui.window.desk import Desk
from ui.window.key_guard import ClipboardGuard, KeyGuard
from ui.window.lock_cover import OtherScreens
from ui.window.lockdown_agent import LockdownAgent
from ui.window.navigation import Screen
from ui.window.pin_check import pin_check
from ui.window.ports import Day, Running
from ui.window.screens.fault import FaultPage
from ui.window.screens.keyboard_check import Layouts
from ui.window.screens.locked import LockedPage
from ui.window.sitting import Sitting
from ui.window.statistics import NoStatistics, Statistics, StatisticsFile
from ui.window.supervisor_line import SupervisorLine, line_from
from ui.window.theme import Theme
from ui.window.widgets.sentence import Tone
from ui.window.window import ExamWindow

_WITHOUT_INPUT_METHOD: Final = {
    "operation": "linux/input-method",
    "concern": Concern.ENVIRONMENT.value,
    "reason": "It was not there when the window came up, which types without it until it is started again.",
}


def ticks_us() -> int:
    """Return microseconds of a count that only measures distances."""
    return time.perf_counter_ns() // 1_000


class ExamProgram(QObject):
    """A day at a seat, on a window. ``Seat`` is not known here: tests bring a day of their own."""

    def __init__(
        self,
        app: QApplication,
        day: Day,
        *,
        look: Theme,
        text_percent: int,
        stick: Path | None,
        statistics: Statistics,
        began_us: int,
        line: SupervisorLine | None = None,
        layouts: Layouts | None = None,
        capture_guard: Operation | None = None,
    ) -> None:
        super().__init__()
        self._layouts = layouts
        self._app, self._day, self._statistics, self._began_us = app, day, statistics, began_us
        self.window = ExamWindow(app, look=look, text_percent=text_percent)
        self.window.shown.connect(self._measure)
        self._background = Background(self)
        self._sitting: Sitting | None = None
        self._running: Running | None = None
        self._guards = (KeyGuard(self), ClipboardGuard(self))
        self._guards[0].touched.connect(collector_of(app).touched)
        app.installEventFilter(self._guards[0])
        self._others: OtherScreens | None = None
        self.agent = self._agent_on(line) if line is not None else None
        self._capture = None if capture_guard is None else self._guarding(capture_guard)
        self._desk = Desk(day, self.window, self._background, stick=stick, agent=self.agent)
        self._desk.opened.connect(self._sit)
        self._desk.close_wanted.connect(lambda: app.exit(0))

    @property
    def running(self) -> Running | None:
        """The session that runs, if one does."""
        return self._running

    def start(self, *, windowed: bool) -> None:
        """Come up."""
        self.window.open(windowed=windowed)
        if not windowed:
            self._others = OtherScreens(self._app, self.window.tokens, own=self.window.own_screen, parent=self)
            self.window.own_screen_changed.connect(self._others.arrange)
        if self.agent is not None:
            self.agent.start()
            if lacks_input_method(self._app):
                self.agent.observe(IncidentKind.OPERATION_FAILED, **_WITHOUT_INPUT_METHOD)
        if self._capture is not None and not windowed:
            self._capture.start()
        self._desk.start()

    def close(self) -> None:
        """Let go of everything; a session that runs stays resumable."""
        if self.agent is not None:
            self.agent.stop()
        if self._capture is not None:
            self._capture.stop()
        if self._others is not None:
            self._others.close()
        self._app.removeEventFilter(self._guards[0])
        self._background.close()
        if self._sitting is not None:
            self._sitting.put_away()
        if self._running is not None:
            self._running.close()
        self.window.hide()
        self.window.deleteLater()

    def fail(self, error: Exception) -> None:
        """Show that something happened that should not have; nothing is accepted any more."""
        self.window.show_page(
            Screen.FAULT,
            lambda tokens: FaultPage(
                words.explain(error), in_session=self._running is not None, leave=self._restart, tokens=tokens
            ),
            None,
        )

    def _agent_on(self, line: SupervisorLine) -> LockdownAgent:
        agent = LockdownAgent(line, ticks_ms=lambda: ticks_us() // 1_000, parent=self)
        for noticing in (self._guards[0].noticed, self.window.noticed):
            noticing.connect(agent.report)
        agent.warned.connect(lambda raised: self.window.notice(incident_words.warning(raised), Tone.WARN))
        agent.stop_wanted.connect(lambda: self._app.exit(0))
        agent.lost.connect(lambda: self._app.exit(SUPERVISOR_LOST))
        return agent

    def _guarding(self, guard: Operation) -> CaptureGuarding:
        guarding = CaptureGuarding(guard, self)
        if self.agent is not None:
            guarding.noticed.connect(self.agent.report)
        return guarding

    def _restart(self) -> None:
        self._app.exit(RESTART)

    def _sit(self, running: Running, by_itself: bool) -> None:  # noqa: FBT001 - a slot takes what its signal carries
        self._running = running
        self._sitting = Sitting(
            running,
            self._desk.proctors,
            pin_check(self._day, self._background, refused=self._pin_refused),
            self.window,
            self._background,
            ticks_us=ticks_us,
            statistics=self._statistics,
            agent=self.agent,
            layouts=self._layouts,
        )
        if self.agent is not None:
            self.agent.session_is(running.plan.session, running.demanded)
        self._sitting.over.connect(self._stand_up)
        self._sitting.start()
        if by_itself:
            self.window.notice(words.restarted(), Tone.GOOD)

    def _stand_up(self) -> None:
        if self._sitting is not None:
            self._sitting.deleteLater()
        self._sitting = self._running = None
        if self.agent is not None:
            self.agent.session_is("")
        self._desk.come_back()

    def _pin_refused(self, proctor: ProctorId) -> None:
        if self.agent is not None:
            self.agent.observe(IncidentKind.PIN_REFUSED, proctor=proctor)

    def _tell_other_screens(self) -> None:
        if self._others is not None:
            page = self.window.page
            self._others.show_view(page.view if isinstance(page, LockedPage) else None, self.window.tokens)

    def _measure(self, screen: Screen) -> None:
        self._tell_other_screens()
        if isinstance(self.window.page, LockedPage):
            self.window.page.changed.connect(self._tell_other_screens)
        self._statistics.shown(screen.value, (ticks_us() - self._began_us) // 1_000)


SUPERVISOR_LOST: Final = 76  # EX_PROTOCOL: without the one who watches over it nothing is shown


def run_window(
    seat_folder: Path,
    *,
    stick: Path | None = None,
    theme: str = "light",
    text_percent: int = 100,
    windowed: bool = False,
    stats: Path | None = None,
    mirror: Path | None = None,
) -> int:
    """Run the exam window of a seat until an admin closes it.

    Args:
        seat_folder: the seat's folder.
        stick: the folder of the stick that the admin's page offers.
        theme: ``light``, ``dark`` or ``high-contrast``.
        text_percent: 100 to 400.
        windowed: an ordinary window, for development.
        stats: file to append measurements to.
        mirror: the medium that second copies of sessions go to; None takes the seat's setting.

    Returns:
        0 when an admin closed it; 75 when it should be started again; 76 when the supervisor is gone.

    Raises:
        StorageFault, NotReady: the seat's folder cannot be used.
        ValueError: no such theme.
    """
    began_us = ticks_us()
    look = Theme(theme)
    line = line_from(os.environ)
    # The window of a supervisor that was killed ends by itself, but not before this one comes.
    patience_ms = 0 if line is None else DYING_MS
    seat = Seat.open(seat_folder, clock=SystemClock(), lockdown=line, patience_ms=patience_ms)
    try:
        app = make_application()
        collector_of(app).keep_what_is_loaded()
        statistics: Statistics = StatisticsFile(stats) if stats is not None else NoStatistics()
        program = ExamProgram(
            app,
            seat.day(mirror=mirror),
            look=look,
            text_percent=text_percent,
            stick=stick,
            statistics=statistics,
            began_us=began_us,
            line=line,
            layouts=_layouts_here(),
            capture_guard=None if line is None else guard_here(),
        )
        before = sys.excepthook
        sys.excepthook = _hook(program.fail)
        try:
            program.start(windowed=windowed)
            return app.exec()
        finally:
            sys.excepthook = before
            program.close()
    finally:
        seat.close()
        if line is not None:
            line.close()


def _layouts_here() -> Layouts | None:
    """Return the keyboard layouts of this screen; None where only somebody else knows them, as a compositor does."""
    if QGuiApplication.platformName() != "xcb":
        return None
    from kiosk.lockdown.x11.connection import NoXServerError, XServer  # noqa: PLC0415 - on X11 only
    from kiosk.lockdown.x11.keyboard_layouts import ServerLayouts  # noqa: PLC0415

    try:
        return ServerLayouts(XServer())
    except NoXServerError:
        return None


def _hook(
    fail: Callable[[Exception], None],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """What happens to an error that nobody foresaw: a line for the log, without contents, and the fault screen."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "?"
        sys.stderr.write(f"unforeseen {kind.__name__} at {place}\n")
        if isinstance(error, Exception):
            fail(error)

    return hook
