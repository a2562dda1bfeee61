"""One running session: turns what the session says into pages, and what the pages want into events.

Holds the few things that are true on the screen only (``Aside``). Everything else is the session's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from exam_packages.ids import ProctorId
from exam_packages.session_events import (
    Answered,
    Event,
    Finished,
    ItemPresented,
    Paused,
    PauseReason,
    Resumed,
    SectionEnded,
    Submitted,
    TextEdited,
    TimeExpired,
)
from kiosk.seat.facts import ProctorEntry
from kiosk.session import Phase, Session
from ui.window import view_state, words
from ui.window.background import Background
from ui.window.bridge import Bridge, Saving
from ui.window.look import Look
from ui.window.navigation import Screen, Situation, screen_of
from ui.window.ports import Running
from ui.window.screens.busy import BusyPage
from ui.window.screens.item import ItemPage
from ui.window.screens.rest_break import BreakPage
from ui.window.screens.review import ReviewPage
from ui.window.screens.unlock_form import CheckPin
from ui.window.section_clock import SectionClock
from ui.window.session_pages import Aside, SessionActs, SessionPages
from ui.window.statistics import Statistics
from ui.window.widgets.sentence import Tone
from ui.window.window import ExamWindow
from ui.window.words import translate


class Sitting(QObject):
    """Conducts one session on the window."""

    over = Signal()
    """The seat is free again."""

    def __init__(
        self,
        running: Running,
        proctors: tuple[ProctorEntry, ...],
        check_pin: CheckPin,
        window: ExamWindow,
        background: Background,
        *,
        ticks_us: Callable[[], int],
        statistics: Statistics,
    ) -> None:
        super().__init__(window)
        self._running, self._window, self._background = running, window, background
        acts = SessionActs(
            want=self._want,
            sign_in=self._sign_in,
            keep_paused=self._keep_paused,
            return_uncalled=lambda: self._want(Resumed(proctor=ProctorId(""))),
            leave=self._leave,
            check_pin=check_pin,
        )
        self._pages = SessionPages(running, proctors, acts)
        self._bridge = Bridge(running, ticks_us=ticks_us, statistics=statistics, parent=self)
        self._clock = SectionClock(running, self)
        self._before = self._bridge.session
        self._shown: object = None
        self._aside = Aside()
        self._asked: set[object] = set()
        self._connect()

    def start(self) -> None:
        """Show the session as it is, and keep showing it."""
        self._clock.start()
        self._changed(self._bridge.session)

    def _connect(self) -> None:
        self._bridge.session_changed.connect(self._changed)
        self._bridge.saving_changed.connect(self._show_saving)
        self._bridge.refused.connect(self._put_right)
        self._bridge.fault.connect(self._fail)
        self._clock.section_left.connect(self._window.show_time)
        self._clock.break_left.connect(self._show_break)
        self._clock.warned.connect(lambda mark: self._window.notice(words.warning(mark), Tone.WARN))
        self._clock.time_up.connect(self._expire)
        self._window.proctor_called.connect(self._call_proctor)
        self._window.look_wanted.connect(self._change_look)

    # -- up: what the session says -------------------------------------------------------------------------------------

    def _changed(self, session: Session) -> None:
        before, self._before = self._before, session
        if (
            before.pause is not None and session.pause is None
        ):  # not before: an answer may be committed ahead of the pause
            self._aside = replace(self._aside, proctor=None, called=False)
        self._tell(before, session)
        self._ask_for_next_step(session)
        self._present()
        self._clock.show(session)

    def _tell(self, before: Session, after: Session) -> None:
        """Say in a line what the candidate did not do and should know."""
        if before.phase is not after.phase:
            self._window.clear_notice()
        if view_state.ended_by_time(before, after):
            self._window.notice(words.time_is_up())
        elif before.phase is Phase.BREAK is not after.phase and self._clock.was_nearly_over:
            self._window.notice(words.break_is_over())
        given = view_state.time_given(before, after)
        if given > 0:
            self._window.notice(words.time_given(given), Tone.GOOD)

    def _ask_for_next_step(self, session: Session) -> None:
        """Ask, once each, for the steps that nobody has to decide."""
        if session.pause is not None:
            return
        if session.phase is Phase.SECTION and session.item is None and session.section is not None:
            self._ask_once(("first", session.section_index), ItemPresented(item=session.section.items[0]))
        if session.phase is Phase.COMPLETE:
            self._ask_once("finished", Finished())
        if session.is_over and "seal" not in self._asked:
            self._asked.add("seal")
            self._background.run(self._running.bundle, lambda _bundle: self._show_sealed(), self._fail)

    def _ask_once(self, key: object, event: Event) -> None:
        if key not in self._asked:
            self._asked.add(key)
            self._bridge.post(event)

    def _show_sealed(self) -> None:
        self._aside = replace(self._aside, sealed=True)
        self._present()

    def _put_right(self) -> None:
        """An event was refused: show what is true, whatever the widgets say."""
        if self._bridge.session.pause is None:
            self._aside = replace(self._aside, called=False)
        self._bridge.when_saved(self._show_anew)

    def _fail(self, error: Exception) -> None:
        self._aside = replace(self._aside, fault=error)
        self._lock()
        self._clock.stop()
        self._present()

    def _show_saving(self, saving: Saving) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.show_saving(saving)

    def _show_break(self, left_ms: int) -> None:
        if isinstance(self._window.page, BreakPage):
            self._window.page.show_time(left_ms)

    def _expire(self) -> None:
        """The time is up: what is typed goes first, then the end. Answers that are begun in time have a grace."""
        key = ("expired", self._bridge.session.section_index)
        if key not in self._asked:
            self._flush()
            self._lock()
            self._ask_once(key, TimeExpired())

    # -- down: what the people want ------------------------------------------------------------------------------------

    def _want(self, event: Event) -> None:
        page = self._window.page
        if not isinstance(event, (Answered, TextEdited)):
            self._flush()
        if isinstance(event, (Paused, SectionEnded)) or self._leaves_for_good(event):
            self._lock()  # what is typed from here on could not be kept
        self._bridge.post(event)
        if isinstance(event, SectionEnded) and isinstance(page, ReviewPage) and page.hands_in:
            self._bridge.post(Submitted())

    def _leaves_for_good(self, event: Event) -> bool:
        section = self._bridge.session.section
        return isinstance(event, ItemPresented) and section is not None and section.linear

    def _flush(self) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.flush()

    def _lock(self) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.lock()

    def _call_proctor(self) -> None:
        self._aside = replace(self._aside, called=True)
        self._want(Paused(reason=PauseReason.PROCTOR))

    def _sign_in(self, proctor: ProctorEntry) -> None:
        self._aside = replace(self._aside, proctor=proctor)
        self._present()

    def _keep_paused(self) -> None:
        self._aside = replace(self._aside, proctor=None, called=False)
        self._present()

    def _leave(self) -> None:
        """Free the seat."""
        self._clock.stop()
        what = translate("Sitting", "Closing the session.")
        self._window.show_page(Screen.BUSY, lambda tokens: BusyPage(what, tokens=tokens), None)
        self._background.run(self._running.close, lambda _none: self._end(), lambda _error: self._end())

    def _end(self) -> None:
        self._window.proctor_called.disconnect(self._call_proctor)
        self._window.look_wanted.disconnect(self._change_look)
        self._window.clear_notice()
        self.over.emit()

    def _change_look(self, look: Look) -> None:
        # The page is made anew from the session, so everything typed has to be in it first.
        self._flush()
        self._bridge.when_saved(lambda: self._window.change_look(look, self._show_anew))

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _show_anew(self) -> None:
        self._shown = None
        self._present()
        self._clock.show(self._bridge.session)

    def _present(self) -> None:
        session, aside = self._bridge.session, self._aside
        screen = screen_of(
            Situation(session=session, proctor_unlocked=aside.proctor is not None, faulty=aside.fault is not None)
        )
        view = self._pages.view(screen, session, aside)
        frame = view_state.frame_view(session, self._pages.contents)
        if screen is Screen.FAULT:
            frame = replace(frame, section=None)
        if view is None or self._shown == (screen, view) or self._was_updated(screen, view, session):
            self._window.show_frame(frame)
        else:
            if isinstance(self._window.page, ItemPage):
                self._window.page.leave()
            build = partial(self._pages.build, view, session, aside)
            self._window.show_page(screen, build, frame)
            self._show_saving(self._bridge.saving)
        self._shown = (screen, view) if view is not None else self._shown
        self._window.call_is_possible(session.pause is None and not session.is_over and aside.fault is None)

    def _was_updated(self, screen: Screen, view: object, session: Session) -> bool:
        same = self._shown is not None and screen is self._window.screen_name
        return same and self._pages.update(self._window.page, view, session)
