"""Seat administration, between the page and the seat: what an admin has done, and what came of it.

Asks the seat's day in the background and keeps what is said on the page. Refuses to know the other pages of a free seat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exam_packages.ids import ProctorId, SessionId
from kiosk.errors import Missing
from kiosk.progress import Progress
from kiosk.seat.facts import ProctorEntry
from kiosk.seat.rollback_watch import CodeVerdict
from signing.errors import FormRefused
from ui.window import rollback_words, status_words, words
from ui.window.background import Background
from ui.window.ports import Day
from ui.window.screens.admin import AdminActs, AdminPage, AdminView, Part
from ui.window.seat_picture import SeatPicture
from ui.window.theme import Tokens
from ui.window.window import ExamWindow
from ui.window.words import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminWays:
    """Where it goes from the administration.

    Attributes:
        again: back to the page, with a fresh picture of the seat.
        leave: to the free seat.
        close_program: out of the program.
    """

    again: Callable[[], None]
    leave: Callable[[], None]
    close_program: Callable[[], None]


class AdminDesk:
    """Conducts the administration.

    Attributes:
        stick: the stick's folder, as it was given or typed last; empty where none was.
    """

    def __init__(self, day: Day, window: ExamWindow, background: Background, ways: AdminWays, *, stick: str) -> None:
        self._day, self._window, self._background, self._ways = day, window, background, ways
        self.stick = stick
        self._part = Part.OVERVIEW
        self._admin = ProctorId("")
        self._report: tuple[str, ...] = ()
        self._report_is_bad = False

    def enter(self, proctor: ProctorEntry) -> None:
        """An admin has come."""
        self._report, self._report_is_bad, self._part = (), False, Part.OVERVIEW
        self._admin = proctor.id
        self._window.clear_notice()
        self._ways.again()

    def page(self, seen: SeatPicture, tokens: Tokens) -> AdminPage:
        """Return the page, as the seat was seen."""
        day = self._day
        view = AdminView(
            status=seen.status,
            appointments=seen.appointments,
            unfinished=seen.unfinished,
            stick=self.stick,
            part=self._part,
            report=self._report,
            report_is_bad=self._report_is_bad,
        )
        importing = translate("Desk", "Reading the stick. This can take some minutes for a new exam.")
        exporting = translate("Desk", "Writing to the stick. Leave it in.")
        acts = AdminActs(
            import_from=lambda stick: self._do(
                importing,
                lambda told: _with_rollback(day, status_words.imported(day.import_from(Path(stick), progress=told))),
            ),
            export=lambda stick: self._do(
                exporting,
                lambda told: _with_rollback(
                    day, status_words.exported(day.export(Path(stick), progress=told)), note_code=True
                ),
            ),
            receipts_from=lambda stick: self._do(
                importing, lambda _told: status_words.received(day.receipts_from(Path(stick)))
            ),
            erase=lambda: self._do(translate("Desk", "Erasing."), lambda _told: status_words.erased(day.erase())),
            seal_unfinished=lambda session: self._do(
                translate("Desk", "Sealing."), lambda _told: status_words.sealed(day.seal_unfinished(session))
            ),
            set_aside=lambda session: self._do(
                translate("Desk", "Setting aside."), lambda _told: _set_aside(day, session)
            ),
            adopt=lambda: self._do(translate("Desk", "One moment."), lambda _told: _adopt(day)),
            check_code=self._check_code,
            accept_rollback=lambda reason: self._do(
                translate("Desk", "One moment."), partial(_accept_rollback, day, reason, self._admin)
            ),
            leave=self._ways.leave,
            close_program=self._ways.close_program,
            part_chosen=self._remember_part,
            stick_typed=self._remember_stick,
        )
        return AdminPage(view, acts, tokens=tokens)

    def _check_code(self, spoken: str) -> None:
        page = self._window.page
        if not isinstance(page, AdminPage):
            return
        page.show_working(translate("Desk", "Comparing."))
        self._background.run(partial(_verdict, self._day, spoken), self._code_compared, self._report_failed)

    def _code_compared(self, verdict: CodeVerdict | None) -> None:
        self._report = (rollback_words.verdict(verdict),)
        self._report_is_bad = verdict in (None, CodeVerdict.NOT_OURS, CodeVerdict.ROLLED_BACK)
        self._ways.again()

    def _do(self, what: str, work: Callable[[Progress], list[str]]) -> None:
        """Have something done (bg). The work knows the seat's day and nothing of the window."""
        page = self._window.page
        if not isinstance(page, AdminPage):
            return
        page.show_working(what)
        self._background.run_with_progress(work, self._report_done, self._report_failed, page.show_progress)

    def _report_done(self, report: list[str]) -> None:
        self._report, self._report_is_bad = tuple(report), False
        self._ways.again()

    def _report_failed(self, error: Exception) -> None:
        self._report, self._report_is_bad = (words.explain(error).text(),), True
        self._ways.again()

    def _remember_part(self, part: Part) -> None:
        self._part = part

    def _remember_stick(self, stick: str) -> None:
        self.stick = stick


# -- in the background ---------------------------------------------------------------------------------------------------


def _set_aside(day: Day, session: SessionId) -> list[str]:
    day.set_aside(session)
    return [status_words.set_aside()]


def _adopt(day: Day) -> list[str]:
    day.adopt()
    return [status_words.adopted()]


def _with_rollback(day: Day, lines: list[str], *, note_code: bool = False) -> list[str]:
    """Add what the stick told of the seat, and otherwise the code to note."""
    status = day.status()
    if status.rollback is not None:
        return [rollback_words.missing(status.rollback), words.remedy_of(Missing.ROLLED_BACK), *lines]
    return [*lines, rollback_words.note(status.code)] if note_code and status.code else lines


def _accept_rollback(day: Day, reason: str, who: ProctorId, told: Progress) -> list[str]:
    del told
    day.accept_rollback(reason, who=who)
    return rollback_words.accepted(day.status())


def _verdict(day: Day, spoken: str) -> CodeVerdict | None:
    try:
        return day.check_code(spoken)
    except FormRefused:
        return None
