"""From what is true about a session to the page that shows it: first the view (a value), then the page (a widget).

Knows every page of a session and decides nothing. What the pages want done is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from exam_packages.ids import ItemId, ResponseId, SectionId
from exam_packages.qti.model import Lexical, Tool
from exam_packages.session_events import Event, PauseReason
from kiosk.lockdown.protocol import Raised
from kiosk.seat.facts import ProctorEntry
from kiosk.session import Phase, Session, Why
from ui.window import item_state, pause_words, rule_words, view_state, words
from ui.window.contents import contents_of
from ui.window.items.media import media_ready
from ui.window.navigation import Screen
from ui.window.page import Page
from ui.window.ports import Running
from ui.window.screens.agreement import AgreementPage
from ui.window.screens.asleep import AsleepPage
from ui.window.screens.done import DonePage
from ui.window.screens.fault import FaultPage
from ui.window.screens.identity import IdentityPage
from ui.window.screens.item import ItemContent, ItemPage, Kept
from ui.window.screens.keyboard_check import Layouts
from ui.window.screens.locked import LockedPage
from ui.window.screens.pause import PausePage
from ui.window.screens.proctor import ProctorPage
from ui.window.screens.rest_break import BreakPage
from ui.window.screens.review import ReviewPage
from ui.window.screens.section_intro import SectionIntroPage
from ui.window.screens.session_page import SessionPage
from ui.window.screens.submit import SubmitPage
from ui.window.screens.unlock_form import CheckPin
from ui.window.theme import Tokens
from ui.window.unlocking import PinUnlocker


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What is true on the screen and not in the session."""

    proctor: ProctorEntry | None = None
    """Who is signed in."""
    called: bool = False
    """The candidate covered the screen by calling the proctor."""
    sealed: bool = False
    fault: Exception | None = None
    incidents: tuple[Raised, ...] = ()
    """What lockdown noticed and nobody has cleared."""
    media_lack: str = ""
    """What this workstation lacks to play the exam's sound or video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionActs:
    """What the pages of a session can have done, beside the events they want."""

    want: Callable[[Event], None]
    go_on: Callable[[], None]
    sign_in: Callable[[ProctorEntry], None]
    unlock: Callable[[ProctorEntry, str], None]
    """A proctor opens what is locked, with a note."""
    keep_paused: Callable[[], None]
    return_uncalled: Callable[[], None]
    leave: Callable[[], None]
    check_pin: CheckPin


class SessionPages:
    """Makes views and pages of one session."""

    def __init__(
        self,
        running: Running,
        proctors: tuple[ProctorEntry, ...],
        acts: SessionActs,
        layouts: Layouts | None = None,
    ) -> None:
        self._running, self._proctors, self._acts, self._layouts = running, proctors, acts, layouts
        self._kept = Kept()
        self.contents = contents_of(running.exam)

    def media_lack(self) -> str:
        """Return what this workstation lacks to play the exam's sound or video; looks only where the exam has any."""
        return (media_ready() or "") if self.contents.has_media else ""

    def following_item(self, session: Session) -> ItemId | None:
        """Return what comes after the item on the screen; None where the section ends, or no item is on the screen yet."""
        return self._running.next_item(session) if session.item is not None else None

    def following_section(self, session: Session) -> SectionId | None:
        """Return the section to enter next; None where none follows, or it is not the time to ask."""
        between = session.phase is Phase.BETWEEN and session.section is not None
        return self._running.next_section(session) if between else None

    def missing(self, session: Session, why: Why) -> tuple[str, ResponseId | None]:
        """Return what to say to the candidate whose wish was refused, empty where nothing helps, and which response it is."""
        if why is not Why.INVALID or session.item is None:
            return rule_words.refused(why), None
        found = self._running.faults(session, session.item)
        said = rule_words.faults(self._running.item(session.item), found)
        return said or rule_words.refused(why), found[0].response if found else None

    def view(self, screen: Screen, session: Session, aside: Aside) -> object:  # noqa: C901, PLR0911, PLR0912 - one line a screen
        """Return what a screen shows; None while there is nothing to show yet."""
        contents = self.contents
        match screen:
            case Screen.IDENTITY:
                return view_state.identity_view(session, contents, media_lack=aside.media_lack)
            case Screen.AGREEMENT:
                return view_state.agreement_view(contents)
            case Screen.SECTION_INTRO:
                following = self.following_section(session)
                return view_state.intro_view(session, contents, following) if following is not None else None
            case Screen.ITEM:
                return item_state.item_view(session, contents, self.following_item(session))
            case Screen.REVIEW:
                return view_state.review_view(session, contents)
            case Screen.BREAK:
                return view_state.break_view(session, contents)
            case Screen.SUBMIT:
                return view_state.submit_view(session)
            case Screen.PAUSE:
                return view_state.pause_view(session, called_by_candidate=aside.called)
            case Screen.LOCKED:
                return view_state.locked_view(session, aside.incidents)
            case Screen.ASLEEP:
                return view_state.asleep_view(aside.incidents)
            case Screen.PROCTOR:
                return view_state.proctor_view(session, contents, self._running.mirror)
            case Screen.DONE:
                code = self._running.head_code if session.is_over else ""
                return view_state.done_view(session, contents, head_code=code, sealed=aside.sealed)
            case Screen.FAULT:
                return words.explain(aside.fault) if aside.fault is not None else pause_words.pause(PauseReason.STORAGE)
            case (
                Screen.BUSY
                | Screen.IDLE
                | Screen.UNLOCK
                | Screen.CHECK_IN
                | Screen.COPIES
                | Screen.TAKE_OVER
                | Screen.ADMIN
                | Screen.PROTECTION
            ):
                raise ValueError(f"{screen.value} is no screen of a session")
            case _:
                assert_never(screen)

    def build(self, view: object, session: Session, aside: Aside, tokens: Tokens) -> Page:
        """Make the page that shows a view."""
        page = self._page_of(view, session, aside, tokens)
        if isinstance(page, SessionPage):
            page.wants.connect(self._acts.want)
        if isinstance(page, ItemPage):
            page.goes_on.connect(self._acts.go_on)
        return page

    def update(self, page: Page | None, view: object, session: Session) -> bool:
        """Change the page that is shown where that will do; False where another one is needed."""
        match view:
            case item_state.ItemScreenView() if isinstance(page, ItemPage):
                page.show_item(view, self._content(view.item, session))
                return True
            case view_state.LockedView() if isinstance(page, LockedPage):
                page.show_view(view)
                return True
            case view_state.ProctorView() if isinstance(page, ProctorPage):
                page.show_view(view)
                return True
            case _:
                return False

    def _page_of(self, view: object, session: Session, aside: Aside, tokens: Tokens) -> Page:
        resource, acts = self._running.resource, self._acts
        match view:
            case view_state.IdentityView():
                return IdentityPage(view, layouts=self._layouts, tokens=tokens)
            case view_state.AgreementView():
                return AgreementPage(view, resource, tokens=tokens)
            case view_state.IntroView():
                return SectionIntroPage(view, resource, tokens=tokens)
            case item_state.ItemScreenView():
                return self._item_page(view, session, tokens)
            case view_state.ReviewView():
                return ReviewPage(view, tokens=tokens)
            case view_state.BreakView():
                return BreakPage(view, tokens=tokens)
            case view_state.SubmitView():
                return SubmitPage(view, tokens=tokens)
            case view_state.DoneView():
                return DonePage(view, free=acts.leave, tokens=tokens)
            case words.Explanation():
                return FaultPage(view, in_session=True, leave=acts.leave, tokens=tokens)
            case _:
                return self._proctors_page_of(view, aside, tokens)

    def _proctors_page_of(self, view: object, aside: Aside, tokens: Tokens) -> Page:
        acts, proctor = self._acts, aside.proctor
        if isinstance(view, view_state.PauseView):
            return PausePage(
                view,
                self._proctors,
                acts.check_pin,
                unlocked=acts.sign_in,
                back=acts.return_uncalled,
                tokens=tokens,
            )
        if isinstance(view, view_state.LockedView):
            return LockedPage(view, PinUnlocker(self._proctors, acts.check_pin), unlocked=acts.unlock, tokens=tokens)
        if isinstance(view, view_state.AsleepView):
            return AsleepPage(view, go_on=acts.return_uncalled, tokens=tokens)
        if isinstance(view, view_state.ProctorView) and proctor is not None:
            return ProctorPage(view, proctor.id, proctor.name, keep_paused=acts.keep_paused, tokens=tokens)
        raise TypeError(f"no page shows {type(view).__name__}")

    def _item_page(self, view: item_state.ItemScreenView, session: Session, tokens: Tokens) -> ItemPage:
        return ItemPage(
            view,
            self._content(view.item, session),
            self._running.resource,
            kept=self._kept,
            tokens=tokens,
            language=session.plan.accommodations.translation_language,
        )

    def _content(self, item: ItemId, session: Session) -> ItemContent:
        return ItemContent(
            item=self._running.item(item),
            stimulus=self.contents.stimulus(item),
            answers=session.answers.get(item, {}),
            marks=_marks_of(session, item),
            comment=session.comments.get(item, ""),
        )


def _marks_of(session: Session, item: ItemId) -> dict[tuple[Tool, ResponseId], Lexical]:
    return {(tool, response): value for (of, tool, response), value in session.marks.items() if of == item}
