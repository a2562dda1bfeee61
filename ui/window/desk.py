"""Everything at a seat outside a session: free, PIN, check-in, administration; and going on with what was cut off.

Asks the seat's day in the background and shows what it says. Refuses to know what happens in a session.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from exam_packages.ids import AppointmentId, SessionId
from kiosk.lockdown.incidents import IncidentKind
from kiosk.mirror.taking import MirroredSession
from kiosk.seat.facts import AppointmentEntry, ProctorEntry, SealedBundle, UnfinishedSession
from ui.window import move_words, status_words
from ui.window.admin_desk import AdminDesk, AdminWays
from ui.window.background import Background
from ui.window.desk_lock import DeskLock
from ui.window.lockdown_agent import LockdownAgent
from ui.window.look import Look
from ui.window.navigation import Place, Screen, Situation, screen_of
from ui.window.page import Page
from ui.window.pin_check import pin_check
from ui.window.ports import Day, Running
from ui.window.screens.busy import BusyPage
from ui.window.screens.check_in import CheckInPage
from ui.window.screens.idle import IdleActs, IdlePage
from ui.window.screens.protection import ProtectionPage
from ui.window.screens.second_copies import SecondCopiesPage
from ui.window.screens.take_over import TakeOverPage
from ui.window.screens.unlock import UnlockPage
from ui.window.seat_picture import SeatPicture, look_at
from ui.window.theme import Tokens
from ui.window.widgets.sentence import Tone
from ui.window.window import ExamWindow
from ui.window.words import translate

UNLOCKS: Final = frozenset(place for place in Place if screen_of(Situation(place=place)) is Screen.UNLOCK)
"""Where a PIN is asked for."""


class Desk(QObject):
    """Conducts the seat between sessions."""

    opened = Signal(object, bool)
    """Running, and whether it went on by itself after the program was restarted"""
    close_wanted = Signal()

    def __init__(
        self,
        day: Day,
        window: ExamWindow,
        background: Background,
        *,
        stick: Path | None,
        agent: LockdownAgent | None = None,
    ) -> None:
        super().__init__(window)
        self._day, self._window, self._background = day, window, background
        self._place = Place.IDLE
        self._is_here = False
        self._proctor: ProctorEntry | None = None
        self._seen: SeatPicture | None = None
        self._copies: tuple[MirroredSession, ...] = ()
        self._busy_with = ""
        ways = AdminWays(
            again=partial(self._look_again, Place.ADMIN), leave=self._back, close_program=self.close_wanted.emit
        )
        self._admin = AdminDesk(day, window, background, ways, stick=str(stick) if stick is not None else "")
        self._lock = DeskLock(agent, day, window, background, is_settled=self._is_settled, show=self._show)
        window.look_wanted.connect(self._change_look)

    def start(self) -> None:
        """Look at the seat; go on with a cut-off session by itself where that is allowed."""
        self._is_here = True
        self._work(translate("Desk", "Looking at what is here."))
        self._background.run(partial(_first_look, self._day, self._stick_folder), self._begin, self._fail)

    @property
    def proctors(self) -> tuple[ProctorEntry, ...]:
        """Who may unlock this seat, as last seen."""
        return self._seen.proctors if self._seen is not None else ()

    def come_back(self) -> None:
        """A session is over: the seat is free."""
        self._is_here = True
        self._refresh()

    def _begin(self, seen: SeatPicture) -> None:
        self._seen, unfinished = seen, seen.unfinished
        if seen.status.rollback is not None:
            unfinished = None
        if unfinished is not None and unfinished.same_boot and unfinished.fault is None and not unfinished.missing:
            self._work(translate("Desk", "The program restarted. The exam comes back."))
            resume = partial(self._day.resume, unfinished.session, None)
            self._background.run(resume, partial(self._hand_over, by_itself=True), self._fail)
            return
        self._go(Place.IDLE)

    def _refresh(self) -> None:
        self._seen = None
        self._look_again(Place.IDLE)

    def _look_again(self, place: Place) -> None:
        """Go to a place with a fresh picture; the free seat comes up at once and fills in what is seen."""
        if place is Place.IDLE:
            self._go(place)

        def show(seen: SeatPicture) -> None:
            self._seen = seen
            if self._is_here and (place is not Place.IDLE or self._place is Place.IDLE):
                self._go(place)

        self._background.run(partial(look_at, self._day, self._stick_folder), show, self._fail)

    def _hand_over(self, running: Running, *, by_itself: bool = False) -> None:
        self._is_here = False
        self._place = Place.IDLE
        self.opened.emit(running, by_itself)

    def _fail(self, error: Exception) -> None:
        """Say what went wrong in a line above the free seat."""
        self._window.notice(move_words.explain(error).text(), Tone.BAD)
        if self._place is Place.WORKING:
            self._refresh()

    # -- places --------------------------------------------------------------------------------------------------------

    def _go(self, place: Place) -> None:
        self._place = place
        self._show()

    def _work(self, what: str) -> None:
        self._busy_with = what
        self._go(Place.WORKING)

    def _change_look(self, look: Look) -> None:
        if self._is_here:
            self._window.change_look(look, self._show)

    def _show(self) -> None:
        screen = screen_of(Situation(place=self._place, locked=self._lock.is_locked))
        self._window.call_is_possible(False)
        build = partial(self._lock.page, self._seen) if screen is Screen.LOCKED else self._build
        self._window.show_page(screen, build, None)

    def _is_settled(self) -> bool:
        return self._is_here and self._place is not Place.WORKING

    def _build(self, tokens: Tokens) -> Page:
        match self._place:
            case Place.WORKING:
                return BusyPage(self._busy_with, tokens=tokens)
            case place if place in UNLOCKS:
                return self._unlock_page(tokens)
            case Place.COPIES:
                ask = partial(self._go, Place.UNLOCK_TO_TAKE_OVER)
                return SecondCopiesPage(self._copies, go_on=ask, back=self._back, tokens=tokens)
            case Place.TAKE_OVER:
                return TakeOverPage(self._copies, go_on=self._take_over, back=self._back, tokens=tokens)
            case Place.CHECK_IN:
                verdicts = self._seen.verdicts if self._seen is not None else {}
                return CheckInPage(self._roster, verdicts=verdicts, start=self._open, back=self._back, tokens=tokens)
            case Place.PROTECTION if (state := self._lock.state) is not None:
                verdicts = self._seen.verdicts if self._seen is not None else {}
                return ProtectionPage(state, verdicts, back=self._back, tokens=tokens)
            case Place.ADMIN if self._seen is not None:
                return self._admin.page(self._seen, tokens)
            case _:
                acts = IdleActs(
                    check_in=lambda: self._go(Place.UNLOCK_TO_CHECK_IN),
                    administer=lambda: self._go(Place.UNLOCK_TO_ADMIN),
                    go_on=lambda: self._go(Place.UNLOCK_TO_RESUME),
                    hand_in=lambda: self._go(Place.UNLOCK_TO_HAND_IN),
                    take_over=self._read_copies,
                    protection=(lambda: self._look_again(Place.PROTECTION)) if self._lock.state is not None else None,
                )
                status = self._seen.status if self._seen is not None else None
                copies_here = self._copies_on is not None
                return IdlePage(status, self._unfinished, acts, copies_here=copies_here, tokens=tokens)

    @property
    def _unfinished(self) -> UnfinishedSession | None:
        return self._seen.unfinished if self._seen is not None else None

    @property
    def _copies_on(self) -> Path | None:
        return self._seen.copies_on if self._seen is not None else None

    @property
    def _roster(self) -> tuple[AppointmentEntry, ...]:
        return self._seen.appointments if self._seen is not None else ()

    def _unlock_page(self, tokens: Tokens) -> UnlockPage:
        purpose, unlocked = self._unlocking()
        admin = self._place is Place.UNLOCK_TO_ADMIN
        proctors = tuple(entry for entry in self.proctors if entry.is_admin or not admin)
        check = pin_check(self._day, self._background, admin=admin, refused=self._lock.pin_refused)
        return UnlockPage(purpose, proctors, check, unlocked=unlocked, back=self._back, tokens=tokens)

    def _unlocking(self) -> tuple[str, Callable[[ProctorEntry], None]]:
        """What a PIN is asked for, and what follows."""
        match self._place:
            case Place.UNLOCK_TO_CHECK_IN:
                return translate("Desk", "A proctor checks candidates in."), self._to_roster
            case Place.UNLOCK_TO_RESUME:
                return translate("Desk", "A proctor continues the exam that was cut off."), self._resume
            case Place.UNLOCK_TO_HAND_IN:
                purpose = translate("Desk", "A proctor hands in the exam as it is now. It cannot go on afterwards.")
                return purpose, self._hand_in
            case Place.UNLOCK_TO_TAKE_OVER:
                return translate("Desk", "A proctor continues an exam whose computer has failed."), self._to_copies
            case _:
                return translate("Desk", "Seat administration needs the PIN of a site admin."), self._admin.enter

    @property
    def _stick_folder(self) -> Path | None:
        return Path(self._admin.stick) if self._admin.stick else None

    def _back(self) -> None:
        self._proctor = None
        self._refresh()

    # -- what a proctor does -------------------------------------------------------------------------------------------

    def _to_roster(self, proctor: ProctorEntry) -> None:
        self._proctor = proctor
        self._window.clear_notice()
        self._look_again(Place.CHECK_IN)

    def _open(self, appointment: AppointmentId, all_the_same: bool) -> None:  # noqa: FBT001 - what the page's button says
        proctor, verdicts = self._proctor, self._seen.verdicts if self._seen is not None else {}
        if proctor is None:
            return
        demanded = next((entry.lockdown for entry in self._roster if entry.appointment == appointment), None)
        verdict = verdicts.get(demanded) if demanded is not None and all_the_same else None
        missing = verdict.missing if verdict is not None else ()
        self._work(translate("Desk", "Opening the exam."))

        def opened(running: Running) -> None:
            self._hand_over(running)
            for each in missing:
                self._lock.observe(IncidentKind.STARTED_ALL_THE_SAME, concern=each.concern, proctor=proctor.id)

        opening = partial(self._day.open_session, appointment, proctor.id, all_the_same=all_the_same)
        self._background.run(opening, opened, self._fail)

    def _read_copies(self) -> None:
        """Read what lies on the medium, all of it: what will be missing is said before anybody gives a PIN for it."""
        medium = self._copies_on
        if medium is None:
            self._refresh()
            return
        self._window.clear_notice()
        self._work(translate("Desk", "Reading the second copies. Leave the stick in."))

        def ask(copies: tuple[MirroredSession, ...]) -> None:
            self._copies = copies
            self._go(Place.COPIES)

        self._background.run(partial(self._day.sessions_on, medium), ask, self._fail)

    def _to_copies(self, proctor: ProctorEntry) -> None:
        self._proctor = proctor
        self._go(Place.TAKE_OVER)

    def _take_over(self, session: SessionId) -> None:
        proctor, medium = self._proctor, self._copies_on
        if proctor is None or medium is None:
            return
        self._work(translate("Desk", "The exam comes here. Leave the stick in."))
        self._background.run(partial(self._day.take_over, medium, session, proctor.id), self._hand_over, self._fail)

    def _resume(self, proctor: ProctorEntry) -> None:
        unfinished = self._unfinished
        if unfinished is None:
            self._refresh()
            return
        self._work(translate("Desk", "The exam comes back."))
        damaged = unfinished.fault is not None and unfinished.fault.kind.is_damage
        act = self._day.continue_after_damage if damaged else self._day.resume
        self._background.run(partial(act, unfinished.session, proctor.id), self._hand_over, self._fail)

    def _hand_in(self, proctor: ProctorEntry) -> None:
        unfinished = self._unfinished
        if unfinished is None:
            self._refresh()
            return
        self._work(translate("Desk", "Sealing."))

        def handed_in(bundle: SealedBundle) -> None:
            self._window.notice(" ".join(status_words.sealed(bundle)), Tone.GOOD)
            self._refresh()

        self._background.run(partial(self._day.hand_in, unfinished.session, proctor.id), handed_in, self._fail)


def _first_look(day: Day, stick: Path | None) -> SeatPicture:
    """Look at the stick before anything begins (bg): it may know that this seat is older than it once was."""
    if stick is not None:
        day.look_at(stick)
    return look_at(day, stick)
