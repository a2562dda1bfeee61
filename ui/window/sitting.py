"""One running session: turns what the session says into pages, and what the pages want into events.

Holds the few things that are true on the screen only (``Aside``). Everything else is the session's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from exam_packages.errors import ScoringRefused
from exam_packages.ids import ItemId, ProctorId
from exam_packages.session_events import (
    Adjusted,
    Answered,
    AttemptSubmitted,
    Commented,
    Event,
    Finished,
    ItemPresented,
    Marked,
    Paused,
    PauseReason,
    Resumed,
    SectionEnded,
    Submitted,
    TextEdited,
    TimeExpired,
)
from kiosk.seat.facts import ProctorEntry
from kiosk.session import EventNotAllowed, Phase, Session, Why, leaving
from kiosk.session.limits import RunningLimit
from ui.window import item_state, time_state, view_state
from ui.window.background import Background
from ui.window.bridge import Bridge, Saving
from ui.window.covering import Covering
from ui.window.lockdown_agent import LockdownAgent
from ui.window.look import Look
from ui.window.navigation import Screen, Situation, screen_of
from ui.window.notices import Notices
from ui.window.ports import Running
from ui.window.screens.busy import BusyPage
from ui.window.screens.item import ItemPage
from ui.window.screens.keyboard_check import Layouts
from ui.window.screens.rest_break import BreakPage
from ui.window.screens.review import ReviewPage
from ui.window.screens.unlock_form import CheckPin
from ui.window.section_clock import SectionClock
from ui.window.session_look import look_of
from ui.window.session_pages import Aside, SessionActs, SessionPages
from ui.window.statistics import Statistics
from ui.window.widgets.sentence import Tone
from ui.window.window import ExamWindow
from ui.window.words import translate

_SEAL: Final = "seal"
_MENDABLE: Final = frozenset({Why.TOO_EARLY, Why.UNANSWERED, Why.INVALID})
"""The candidate can do something about it on the page as it is."""


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
        agent: LockdownAgent | None = None,
        layouts: Layouts | None = None,
    ) -> None:
        super().__init__(window)
        self._running, self._window, self._background = running, window, background
        acts = SessionActs(
            want=self._want,
            go_on=self._go_on,
            sign_in=self._sign_in,
            unlock=self._sign_in,
            keep_paused=self._keep_paused,
            return_uncalled=lambda: self._want(Resumed(proctor=ProctorId(""))),
            leave=self._leave,
            check_pin=check_pin,
        )
        self._pages = SessionPages(running, proctors, acts, layouts)
        self._bridge = Bridge(running, ticks_us=ticks_us, statistics=statistics, parent=self)
        self._clock = SectionClock(running, self)
        self._notices = Notices(window, self._clock, self._pages.contents)
        self._before = self._bridge.session
        self._shown: object = None
        self._aside = Aside()
        self._asked: set[object] = set()
        self._hands_in = False
        self._look_before = window.look
        self._covering = Covering(agent, self._bridge, hand_over=self._hand_over, show=self._keep_paused, parent=self)
        self._connect()

    def start(self) -> None:
        """Show the session as it is, in the look that this candidate needs or chose, and keep showing it."""
        session = self._bridge.session
        look = look_of(self._window.look, session.plan.accommodations, session.look)
        if look != self._window.look:
            self._window.change_look(look, lambda: None, panel=False)
        self._aside = replace(self._aside, media_lack=self._pages.media_lack())
        self._clock.start()
        if self._covering.begin() and session.pause is None and not session.is_over:
            self._window.show_page(Screen.BUSY, lambda tokens: BusyPage("", tokens=tokens), None)  # until it is covered
        else:
            self._changed(self._bridge.session)

    def put_away(self) -> None:
        """The program ends: hand over what is typed, and nothing after it. The session stays resumable."""
        self._flush()
        self._clock.stop()
        self._bridge.stop()

    def _connect(self) -> None:
        self._bridge.session_changed.connect(self._changed)
        self._bridge.saving_changed.connect(self._show_saving)
        self._bridge.copy_changed.connect(lambda: self._show_saving(self._bridge.saving))
        self._bridge.copy_changed.connect(self._present)  # the proctor's facts say it, too
        self._bridge.refused.connect(self._put_right)
        self._bridge.fault.connect(self._fail)
        self._clock.showed.connect(self._window.show_time)
        self._clock.looked.connect(self._show_waiting)
        self._clock.break_left.connect(self._show_break)
        self._clock.time_up.connect(self._expire)
        self._window.proctor_called.connect(self._call_proctor)
        self._window.look_wanted.connect(self._change_look)

    # -- up: what the session says -------------------------------------------------------------------------------------

    def _changed(self, session: Session) -> None:
        before, self._before = self._before, session
        self._covering.changed(before, session)
        if (
            before.pause is not None and session.pause is None
        ):  # not before: an answer may be committed ahead of the pause
            self._aside = replace(self._aside, proctor=None, called=False)
        self._notices.tell(before, session)
        try:
            self._ask_for_next_step(before, session)
            self._present()
        except ScoringRefused as error:  # of the form's rules: nobody here can do anything about it
            self._fail(error)
        self._clock.show(session)

    def _ask_for_next_step(self, before: Session, session: Session) -> None:
        """Ask, once each, for the steps that nobody has to decide."""
        if session.pause is not None:
            return
        if session.phase is Phase.SECTION and session.item is None and session.section is not None:
            first = self._running.next_item(session)
            event = ItemPresented(item=first) if first is not None else SectionEnded()
            self._ask_once(("first", session.section_index), event)
        if item_state.closed_by_time(before, session):
            self._move_on(session)
        if session.phase is Phase.SUBMIT and self._hands_in:
            self._ask_once("submitted", Submitted())
        if session.phase is Phase.COMPLETE:
            self._ask_once("finished", Finished())
        if session.is_over and _SEAL not in self._asked:
            self._asked.add(_SEAL)
            self._background.run(self._running.bundle, lambda _bundle: self._show_sealed(), self._fail)

    def _ask_once(self, key: object, event: Event) -> None:
        if key not in self._asked:
            self._asked.add(key)
            self._bridge.post(event)

    def _show_sealed(self) -> None:
        self._aside = replace(self._aside, sealed=True)
        self._present()

    def _move_on(self, session: Session) -> None:
        """The time of an item is up: on to the next one that takes answers."""
        event = item_state.after_expiry(session, self._pages.following_item(session))
        if event is not None:
            self._ask_once(("moved on", session.item), event)

    def _put_right(self, error: EventNotAllowed) -> None:
        """An event was refused: say what is missing where the candidate can mend it; else show what is true."""
        session, page = self._bridge.session, self._window.page
        if session.pause is None:
            self._aside = replace(self._aside, called=False)
        self._hands_in = False
        self._asked &= {_SEAL}  # what was refused, a pause came before it, has to be asked for again
        told, response = self._pages.missing(session, error.why)
        if told:
            self._notices.say_here(told, Tone.WARN)
        # What was refused as too late is not in the session, and must not stay on the screen.
        mendable = told and error.why in _MENDABLE
        if mendable and isinstance(page, ItemPage) and page.view.item == session.item:
            page.unlock(response)
        else:
            self._bridge.when_saved(self._show_anew)

    def _fail(self, error: Exception) -> None:
        self._aside = replace(self._aside, fault=error)
        self._lock()
        self._clock.stop()
        self._present()

    def _show_saving(self, saving: Saving) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.show_saving(saving, self._bridge.copy)

    def _show_break(self, left_ms: int) -> None:
        if isinstance(self._window.page, BreakPage):
            self._window.page.show_time(left_ms)

    def _show_waiting(self, session: Session, unwritten_ms: int) -> None:
        """Everything on the page that waits for time: what keeps the candidate, what is late."""
        page = self._window.page
        if isinstance(page, ItemPage):
            wait = time_state.wait_ms(session, leaving.of_item(session), unwritten_ms)
            page.show_time(wait, min(time_state.late_scopes(session, unwritten_ms), default=None))
        elif isinstance(page, ReviewPage):
            page.show_time(time_state.wait_ms(session, leaving.of_section(session), unwritten_ms))

    def _expire(self, over: RunningLimit) -> None:
        """The time is up: what is typed goes first, then the end. Answers that are begun in time have a grace."""
        key = ("expired", self._bridge.session.section_index, over.scope, over.name, over.given_ms)
        if key not in self._asked:
            self._notices.expired = over.scope
            self._hand_over()
            self._ask_once(key, TimeExpired())

    # -- down: what the people want ------------------------------------------------------------------------------------

    def _want(self, event: Event) -> None:
        page = self._window.page
        if not isinstance(event, (Answered, TextEdited, Marked, Commented)):
            self._flush()
        if isinstance(event, (Paused, SectionEnded, AttemptSubmitted)) or self._leaves_for_good(event):
            self._lock()  # what is typed from here on could not be kept
        self._hands_in = isinstance(event, SectionEnded) and isinstance(page, ReviewPage) and page.hands_in
        self._bridge.post(event)

    def _go_on(self) -> None:
        """Go on from an item: where to depends on what is answered, so that has to be in the session first."""
        self._flush()
        section = self._bridge.session.section
        if section is not None and section.linear:
            self._lock()
        self._bridge.when_saved(partial(self._step_on, self._bridge.session.item))

    def _step_on(self, left: ItemId | None) -> None:
        session = self._bridge.session
        if session.item != left:
            return  # it was asked for twice, and has happened
        try:
            event = item_state.onward(session, self._pages.following_item(session))
        except ScoringRefused as error:
            self._fail(error)
            return
        if event is not None:
            self._bridge.post(event)

    def _leaves_for_good(self, event: Event) -> bool:
        section = self._bridge.session.section
        return isinstance(event, ItemPresented) and section is not None and section.linear

    def _flush(self) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.flush()

    def _lock(self) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.lock()

    def _hand_over(self) -> None:
        self._flush()
        self._lock()

    def _call_proctor(self) -> None:
        self._aside = replace(self._aside, called=True)
        self._want(Paused(reason=PauseReason.PROCTOR))

    def _sign_in(self, proctor: ProctorEntry, note: str = "") -> None:
        self._aside = replace(self._aside, proctor=proctor)
        self._covering.note(proctor.id, note)
        self._present()

    def _keep_paused(self) -> None:
        """Nobody is signed in any more: the proctor has left, or has to see what came."""
        self._aside = replace(self._aside, proctor=None, called=False, incidents=self._covering.open)
        self._present()

    def _leave(self) -> None:
        """Free the seat."""
        self._clock.stop()
        what = translate("Sitting", "Closing the session.")
        self._window.show_page(Screen.BUSY, lambda tokens: BusyPage(what, tokens=tokens), None)
        self._background.run(self._running.close, lambda _none: self._end(), lambda _error: self._end())

    def _end(self) -> None:
        self._window.change_look(self._look_before, lambda: None, panel=False)
        self._covering.end()
        self._window.proctor_called.disconnect(self._call_proctor)
        self._window.look_wanted.disconnect(self._change_look)
        self._window.clear_notice()
        self.over.emit()

    def _change_look(self, look: Look) -> None:
        # The page is made anew from the session, so everything typed has to be in it first, and nothing may follow.
        self._hand_over()
        if not self._bridge.session.is_over:
            for setting, value in self._window.look.changes_to(look):
                self._bridge.post(Adjusted(setting=setting.value, value=value))
        self._bridge.when_saved(lambda: self._window.change_look(look, self._show_anew))

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _show_anew(self) -> None:
        self._shown = None
        self._present()
        self._clock.show(self._bridge.session)

    def _present(self) -> None:
        session, aside = self._bridge.session, self._aside
        situation = Situation(
            session=session,
            proctor_unlocked=aside.proctor is not None,
            ends_early=session.phase is Phase.BETWEEN and self._pages.following_section(session) is None,
            faulty=aside.fault is not None,
        )
        screen = screen_of(situation)
        view = self._pages.view(screen, session, aside)
        frame = view_state.frame_view(session, self._pages.contents)
        if screen is Screen.FAULT:
            frame = replace(frame, section=None)
        same = self._shown is not None and screen is self._window.screen_name
        updated = same and self._pages.update(self._window.page, view, session)
        if view is None or updated or self._shown == (screen, view):
            self._window.show_frame(frame)
        else:
            if isinstance(self._window.page, ItemPage):
                self._window.page.leave()
            build = partial(self._pages.build, view, session, aside)
            self._window.show_page(screen, build, frame)
            self._show_saving(self._bridge.saving)
        self._shown = (screen, view) if view is not None else self._shown
        self._window.call_is_possible(session.pause is None and not session.is_over and aside.fault is None)
