"""One running session: turns what the session says into pages, and what the pages want into events.

Holds the few things that are true on the screen only: whether the candidate called the proctor, who is signed in, where
the candidate was within each item. Everything else is the session's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, assert_never

from PySide6.QtCore import QObject, QTimer, Signal

from exam_packages.ids import ItemId, ProctorId
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
from ui.window.items.item_view import ViewPosition
from ui.window.navigation import Screen, Situation, screen_of
from ui.window.page import Page
from ui.window.pin_check import pin_check
from ui.window.ports import Day, Running
from ui.window.screens.agreement import AgreementPage
from ui.window.screens.busy import BusyPage
from ui.window.screens.done import DonePage
from ui.window.screens.fault import FaultPage
from ui.window.screens.identity import IdentityPage
from ui.window.screens.item import ItemPage
from ui.window.screens.pause import PausePage
from ui.window.screens.proctor import ProctorPage
from ui.window.screens.rest_break import BreakPage
from ui.window.screens.review import ReviewPage
from ui.window.screens.section_intro import SectionIntroPage
from ui.window.screens.session_page import SessionPage
from ui.window.screens.submit import SubmitPage
from ui.window.statistics import Statistics
from ui.window.theme import Tokens
from ui.window.widgets.sentence import Tone
from ui.window.window import ExamWindow
from ui.window.words import translate

LOOK_AT_CLOCK_MS: Final = 250
NEARLY_OVER_MS: Final = 1_500  # a break that ended with so little left ended by itself


class Sitting(QObject):
    """Conducts one session on the window."""

    over = Signal()
    """The seat is free again."""

    def __init__(
        self,
        running: Running,
        day: Day,
        window: ExamWindow,
        background: Background,
        *,
        ticks_us: Callable[[], int],
        statistics: Statistics,
    ) -> None:
        super().__init__(window)
        self._running, self._day, self._window, self._background = running, day, window, background
        self._contents = view_state.contents_of(running.exam)
        self._bridge = Bridge(running, ticks_us=ticks_us, statistics=statistics, parent=self)
        self._before = self._bridge.session
        self._shown: object = None
        self._proctor: ProctorEntry | None = None
        self._called = False
        self._sealed = False
        self._asked: set[object] = set()
        self._fault: Exception | None = None
        self._left_ms: int | None = None
        self._positions: dict[ItemId, ViewPosition] = {}
        self._bridge.session_changed.connect(self._changed)
        self._bridge.saving_changed.connect(self._show_saving)
        self._bridge.refused.connect(self._put_right)
        self._bridge.fault.connect(self._fail)
        window.proctor_called.connect(self._call_proctor)
        window.look_changed.connect(self._show_anew)
        self._clock = QTimer(self, interval=LOOK_AT_CLOCK_MS)
        self._clock.timeout.connect(self._look_at_clock)

    def start(self) -> None:
        """Show the session as it is, and keep showing it."""
        self._clock.start()
        self._changed(self._bridge.session)

    # -- up: what the session says -------------------------------------------------------------------------------------

    def _changed(self, session: Session) -> None:
        before, self._before = self._before, session
        if session.pause is None:
            self._proctor, self._called = None, False
        self._tell(before, session)
        self._ask_for_next_step(session)
        self._present()
        self._look_at_clock()

    def _tell(self, before: Session, after: Session) -> None:
        if view_state.ended_by_time(before, after):
            self._window.notice(words.time_is_up())
        elif before.phase is Phase.BREAK is not after.phase and (self._left_ms or 0) <= NEARLY_OVER_MS:
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
        self._sealed = True
        self._present()

    def _put_right(self) -> None:
        """An event was refused: show what is true, whatever the widgets say."""
        page, session = self._window.page, self._bridge.session
        if isinstance(page, ItemPage):
            page.show_answers(session.answers.get(page.view.item, {}))

    def _fail(self, error: Exception) -> None:
        self._fault = error
        page = self._window.page
        if isinstance(page, ItemPage):
            page.lock()
        self._clock.stop()
        self._present()

    def _show_saving(self, saving: Saving) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.show_saving(saving)

    # -- the clock -----------------------------------------------------------------------------------------------------

    def _look_at_clock(self) -> None:
        session = self._bridge.session
        runs = session.clock_runs and self._fault is None
        left = self._running.remaining_ms() if runs else None
        page = self._window.page
        if session.phase is Phase.BREAK and isinstance(page, BreakPage) and left is not None:
            page.show_time(left)
        timed = session.phase is Phase.SECTION and runs
        self._window.show_time(left if timed else None)
        mark = view_state.warning_due(self._left_ms, left, limit_ms=view_state.limit_of(session)) if timed else None
        if mark is not None:
            self._window.notice(words.warning(mark), Tone.WARN)
        self._left_ms = left
        if timed and left == 0:
            self._expire(session)

    def _expire(self, session: Session) -> None:
        if ("expired", session.section_index) in self._asked:
            return
        page = self._window.page
        if isinstance(page, ItemPage):
            page.flush()
            page.lock()
        self._ask_once(("expired", session.section_index), TimeExpired())

    # -- down: what the people want ------------------------------------------------------------------------------------

    def _want(self, event: Event) -> None:
        page = self._window.page
        if not isinstance(event, (Answered, TextEdited)):
            self._flush()
        self._bridge.post(event)
        if isinstance(event, SectionEnded) and isinstance(page, ReviewPage) and page.hands_in:
            self._bridge.post(Submitted())

    def _flush(self) -> None:
        if isinstance(self._window.page, ItemPage):
            self._window.page.flush()

    def _call_proctor(self) -> None:
        self._called = True
        self._want(Paused(reason=PauseReason.PROCTOR))

    def _return_uncalled(self) -> None:
        self._want(Resumed(proctor=ProctorId("")))

    def _sign_in(self, proctor: ProctorEntry) -> None:
        self._proctor = proctor
        self._present()

    def _keep_paused(self) -> None:
        self._proctor, self._called = None, False
        self._present()

    def _leave(self) -> None:
        """Free the seat."""
        self._clock.stop()
        self._window.show_page(Screen.BUSY, partial(_busy, translate("Sitting", "Closing the session.")), None)
        self._background.run(self._running.close, lambda _none: self._end(), lambda _error: self._end())

    def _end(self) -> None:
        self._window.proctor_called.disconnect(self._call_proctor)
        self._window.look_changed.disconnect(self._show_anew)
        self._window.clear_notice()
        self.over.emit()

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _show_anew(self) -> None:
        self._flush()
        if isinstance(self._window.page, ItemPage):
            self._window.page.leave()
        self._shown = None
        self._present()

    def _present(self) -> None:
        session = self._bridge.session
        screen = screen_of(
            Situation(session=session, proctor_unlocked=self._proctor is not None, faulty=self._fault is not None)
        )
        view = self._view(screen, session)
        frame = view_state.frame_view(session, self._contents)
        before, self._shown = self._shown, (screen, view)
        if view is None or before == self._shown or (before is not None and self._update(screen, view)):
            self._window.show_frame(frame)
        else:
            if isinstance(self._window.page, ItemPage):
                self._window.page.leave()
            self._window.show_page(screen, partial(self._build, view), frame)
            self._show_saving(self._bridge.saving)
        self._window.call_is_possible(session.pause is None and not session.is_over and self._fault is None)

    def _update(self, screen: Screen, view: object) -> bool:
        """Change the page that is shown where that will do; False where another one is needed."""
        page = self._window.page
        if screen is not self._window.screen_name:
            return False
        if isinstance(page, ItemPage) and isinstance(view, view_state.ItemScreenView):
            answers = self._bridge.session.answers.get(view.item, {})
            page.show_item(view, self._contents.items[view.item], self._contents.stimulus(view.item), answers)
            return True
        if isinstance(page, ProctorPage) and isinstance(view, view_state.ProctorView):
            page.show_view(view)
            return True
        return False

    def _view(self, screen: Screen, session: Session) -> object:  # noqa: C901, PLR0911 - one line a screen
        contents = self._contents
        match screen:
            case Screen.IDENTITY:
                return view_state.identity_view(session, contents)
            case Screen.AGREEMENT:
                return view_state.agreement_view(contents)
            case Screen.SECTION_INTRO:
                return view_state.intro_view(session, contents)
            case Screen.ITEM:
                return view_state.item_view(session, contents)
            case Screen.REVIEW:
                return view_state.review_view(session, contents)
            case Screen.BREAK:
                return view_state.break_view(session, contents)
            case Screen.SUBMIT:
                return view_state.submit_view(session)
            case Screen.PAUSE:
                return view_state.pause_view(session, called_by_candidate=self._called)
            case Screen.PROCTOR:
                return view_state.proctor_view(session, contents)
            case Screen.DONE:
                code = self._running.head_code if session.is_over else ""
                return view_state.done_view(session, contents, head_code=code, sealed=self._sealed)
            case Screen.FAULT:
                return words.explain(self._fault) if self._fault else words.pause(PauseReason.STORAGE)
            case Screen.BUSY | Screen.IDLE | Screen.UNLOCK | Screen.CHECK_IN | Screen.ADMIN:
                raise ValueError(f"{screen.value} is no screen of a session")
            case _:
                assert_never(screen)

    def _build(self, view: object, tokens: Tokens) -> Page:
        page = self._page_of(view, tokens)
        if isinstance(page, SessionPage):
            page.wants.connect(self._want)
        return page

    def _page_of(self, view: object, tokens: Tokens) -> Page:  # noqa: PLR0911 - one line a view
        resource = self._running.resource
        match view:
            case view_state.IdentityView():
                return IdentityPage(view, tokens=tokens)
            case view_state.AgreementView():
                return AgreementPage(view, resource, tokens=tokens)
            case view_state.IntroView():
                return SectionIntroPage(view, resource, tokens=tokens)
            case view_state.ItemScreenView():
                return self._item_page(view, tokens)
            case view_state.ReviewView():
                return ReviewPage(view, tokens=tokens)
            case view_state.BreakView():
                return BreakPage(view, tokens=tokens)
            case view_state.SubmitView():
                return SubmitPage(view, tokens=tokens)
            case view_state.PauseView():
                return self._pause_page(view, tokens)
            case view_state.ProctorView() if self._proctor is not None:
                proctor = self._proctor
                return ProctorPage(view, proctor.id, proctor.name, keep_paused=self._keep_paused, tokens=tokens)
            case view_state.DoneView():
                return DonePage(view, free=self._leave, tokens=tokens)
            case words.Explanation():
                return FaultPage(view, in_session=True, leave=self._leave, tokens=tokens)
            case _:
                raise TypeError(f"no page shows {type(view).__name__}")

    def _item_page(self, view: view_state.ItemScreenView, tokens: Tokens) -> ItemPage:
        return ItemPage(
            view,
            self._contents.items[view.item],
            self._contents.stimulus(view.item),
            self._bridge.session.answers.get(view.item, {}),
            self._running.resource,
            positions=self._positions,
            tokens=tokens,
        )

    def _pause_page(self, view: view_state.PauseView, tokens: Tokens) -> PausePage:
        return PausePage(
            view,
            self._day.proctors(),
            pin_check(self._day, self._background),
            unlocked=self._sign_in,
            back=self._return_uncalled,
            tokens=tokens,
        )


def _busy(what: str, tokens: Tokens) -> Page:
    return BusyPage(what, tokens=tokens)
