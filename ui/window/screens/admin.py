"""Seat administration: what is here and what has left, what the stick brings and takes, and the way out of the program.

Every part has its sentence first and the table below. It asks its ``AdminActs``; it reads and writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from exam_packages.ids import SessionId
from kiosk.errors import Missing
from kiosk.seat.facts import AppointmentEntry, SeatStatus, UnfinishedSession
from ui.window import copy_words, rollback_words, status_words, words
from ui.window.page import Page, Question
from ui.window.screens.seat_code import SeatCodePart
from ui.window.screens.session_page import facts_card
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.data_table import Cell, DataTable
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.progress import ProgressLine
from ui.window.widgets.sentence import Banner, Sentence, Tone
from ui.window.words import translate

TABLE_PX = 280


class Part(Enum):
    """The parts of the page."""

    OVERVIEW = "overview"
    EXAMS = "exams"
    ROSTER = "roster"
    SESSIONS = "sessions"
    STICK = "stick"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminActs:
    """What an admin can have done. The first four take the stick's folder as it was typed."""

    import_from: Callable[[str], None]
    export: Callable[[str], None]
    receipts_from: Callable[[str], None]
    erase: Callable[[], None]
    seal_unfinished: Callable[[SessionId], None]
    set_aside: Callable[[SessionId], None]
    adopt: Callable[[], None]
    check_code: Callable[[str], None]
    accept_rollback: Callable[[str], None]
    leave: Callable[[], None]
    close_program: Callable[[], None]
    part_chosen: Callable[[Part], None]
    stick_typed: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminView:
    """What the page shows. ``report`` is what came of the last act, a sentence first."""

    status: SeatStatus
    appointments: tuple[AppointmentEntry, ...]
    stick: str
    unfinished: UnfinishedSession | None = None
    part: Part = Part.OVERVIEW
    report: tuple[str, ...] = ()
    report_is_bad: bool = False


class AdminPage(Page):
    """One part at a time, chosen above."""

    def __init__(self, view: AdminView, acts: AdminActs, *, tokens: Tokens) -> None:
        title = translate("Admin", "Seat administration")
        super().__init__(tokens=tokens, name=title, wide=True)
        self._view, self._acts = view, acts
        self.body.addWidget(Heading(title, tokens=tokens))
        self._parts = ChoiceBar([(part.value, _part_name(part)) for part in Part], tokens=tokens, name=title)
        self._parts.set_current(view.part.value)
        self._parts.chosen.connect(lambda key: self._show(Part(key)))
        self.body.addWidget(self._parts)
        self._said = Banner(tokens=tokens)
        self.body.addWidget(self._said)
        self._progress = ProgressLine(tokens=tokens, name=translate("Admin", "Progress"))
        self._progress.hide()
        self.body.addWidget(self._progress)
        self._content = QWidget()
        self.body.addWidget(self._content, 1)
        self.add_action(translate("Admin", "Close the program"), self._ask_to_close)
        self.add_main(translate("Admin", "Back to the start"), acts.leave)
        self._show(view.part)
        if view.report:
            self._said.say("\n".join(view.report), Tone.BAD if view.report_is_bad else Tone.GOOD)

    def show_progress(self, done: int, total: int, what: str) -> None:
        """Show how far the stick's work is."""
        text = translate("Admin", "{what}: {done} of {total}")
        said = text.format(what=what, done=words.size(done), total=words.size(total)) if total else what
        self._progress.show()
        self._progress.set_progress(done, total, said)

    def show_working(self, what: str) -> None:
        """Take no further orders until the work is done."""
        self._said.say(what, Tone.BUSY)
        for widget in (self._content, self._parts, self.bar):
            widget.setEnabled(False)

    def _show(self, part: Part) -> None:
        made = self._made(part)
        self.body.replaceWidget(self._content, made)
        self._content.hide()
        self._content.deleteLater()
        self._content = made
        made.show()
        self._acts.part_chosen(part)

    def _made(self, part: Part) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.tokens.px(2 * GRID_PX))
        match part:
            case Part.OVERVIEW:
                self._overview(column)
            case Part.EXAMS:
                self._exams(column)
            case Part.ROSTER:
                self._roster(column)
            case Part.SESSIONS:
                self._sessions(column)
            case Part.STICK:
                self._stick(column)
            case Part.CODE:
                self._code(column)
            case _:
                assert_never(part)
        return holder

    def _overview(self, column: QVBoxLayout) -> None:
        status = self._view.status
        column.addWidget(Words(status_words.sentence(status), tokens=self.tokens))
        if status.rollback is not None:
            told = Sentence(rollback_words.missing(status.rollback), tokens=self.tokens, tone=Tone.BAD)
            column.addWidget(told)
            where = translate("Admin", "Use another seat. What can be done here stands under Code and Stick.")
            column.addWidget(Words(where, tokens=self.tokens))
        facts = [
            (translate("Admin", "Seat"), status.seat),
            (translate("Admin", "Testing centre"), f"{status.site_name or '–'} ({status.site or '–'})"),
            (translate("Admin", "Certificate until"), status_words.optional_day(status.certificate_until)),
            (translate("Admin", "Proctors"), words.number(status.proctors)),
            (translate("Admin", "Free on this disk"), words.size(status.disk_free_bytes)),
            (translate("Admin", "Clock"), status_words.clock(status)),
            (translate("Admin", "Second copies"), copy_words.line(status)),
            (translate("Admin", "Last drop"), status_words.optional_day(status.drop_time)),
            (translate("Admin", "Next drop needed by"), status_words.optional_day(status.trust_expires)),
        ]
        column.addWidget(facts_card(facts, tokens=self.tokens))
        if Missing.ADOPTION in status.missing:
            text = translate(
                "Admin", "Adopt it only if the other one is out of use for good. Results can be exported without that."
            )
            column.addWidget(Words(text, tokens=self.tokens))
            self._add_button(column, translate("Admin", "Adopt this seat"), ButtonKind.PLAIN, self._ask_to_adopt)
        column.addStretch(1)

    def _exams(self, column: QVBoxLayout) -> None:
        exams = self._view.status.exams
        said = translate("Admin", "{exams} on this seat.").format(exams=status_words.exams(len(exams)))
        rows = [
            (
                exam.package,
                (
                    exam.title,
                    status_words.exam_state(exam.state),
                    words.day(exam.window_from),
                    words.day(exam.window_until),
                    exam.short_digest,
                    words.size(exam.size_bytes),
                ),
            )
            for exam in exams
        ]
        heads = [
            translate("Admin", "Exam"),
            translate("Admin", "State"),
            translate("Admin", "From"),
            translate("Admin", "Until"),
            translate("Admin", "Digest"),
            translate("Admin", "Size"),
        ]
        self._table(column, said, heads, rows, translate("Admin", "Exams"))

    def _roster(self, column: QVBoxLayout) -> None:
        status, entries = self._view.status, self._view.appointments
        text = translate("Admin", "{all} on the roster, {today} today.")
        said = text.format(all=status_words.candidates(len(entries)), today=words.number(status.appointments_today))
        rows = [
            (
                entry.appointment,
                (
                    entry.name,
                    words.day_and_time(entry.start_utc_ms),
                    entry.exam_title,
                    entry.extra_time_percent,
                    status_words.appointment_state(entry.state),
                ),
            )
            for entry in entries
        ]
        heads = [
            translate("Admin", "Candidate"),
            translate("Admin", "Start"),
            translate("Admin", "Exam"),
            translate("Admin", "Extra time %"),
            translate("Admin", "State"),
        ]
        self._table(column, said, heads, rows, translate("Admin", "Roster"))

    def _sessions(self, column: QVBoxLayout) -> None:
        status = self._view.status
        rows = [
            (
                session.session,
                (
                    session.candidate_name,
                    session.exam_title,
                    words.day_and_time(session.opened),
                    status_words.session_state(session.state, journal_exported=session.journal_exported is not None),
                    words.result_state(session.result_state) if session.result_state is not None else "–",
                    status_words.receipt(session.receipt),
                    status_words.optional_day(session.erase_after),
                    words.size(session.size_bytes),
                ),
            )
            for session in status.sessions
        ]
        heads = [
            translate("Admin", "Candidate"),
            translate("Admin", "Exam"),
            translate("Admin", "Opened"),
            translate("Admin", "State"),
            translate("Admin", "Ended"),
            translate("Admin", "Receipt"),
            translate("Admin", "Erase after"),
            translate("Admin", "Size"),
        ]
        self._table(column, status_words.outbox(status), heads, rows, translate("Admin", "Sessions"))
        cut_off = self._view.unfinished
        if cut_off is None:
            return
        if cut_off.fault is None:
            name = translate("Admin", "Seal as unfinished")
            self._add_button(column, name, ButtonKind.DANGER, lambda: self._ask_to_seal(cut_off))
            return
        column.addWidget(Sentence(words.explain(cut_off.fault).what, tokens=self.tokens, tone=Tone.BAD))
        if cut_off.fault.kind.is_damage:
            name = translate("Admin", "Set this session aside")
            self._add_button(column, name, ButtonKind.DANGER, lambda: self._ask_to_set_aside(cut_off))

    def _add_button(self, column: QVBoxLayout, name: str, kind: ButtonKind, act: Callable[[], None]) -> None:
        button = Button(name, tokens=self.tokens, kind=kind)
        button.clicked.connect(lambda _checked: act())
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _table(
        self,
        column: QVBoxLayout,
        said: str,
        heads: list[str],
        rows: Sequence[tuple[str, Sequence[Cell]]],
        name: str,
    ) -> None:
        column.addWidget(Words(said, tokens=self.tokens))
        table = DataTable(heads, tokens=self.tokens, name=name, search=len(rows) > 1)
        table.set_rows(rows)
        table.setMinimumHeight(self.tokens.px(TABLE_PX))
        column.addWidget(table, 1)

    def _stick(self, column: QVBoxLayout) -> None:
        where = translate("Admin", "Folder of the stick")
        column.addWidget(Words(where, tokens=self.tokens))
        self._folder = PrivateLine(tokens=self.tokens, name=where)
        self._folder.setText(self._view.stick)
        self._folder.textChanged.connect(self._acts.stick_typed)
        column.addWidget(self._folder)
        acts = (
            (
                translate("Admin", "Import from stick"),
                translate("Admin", "Takes in certificate, proctors, exams, rosters, releases: whatever is new."),
                self._acts.import_from,
            ),
            (
                translate("Admin", "Export to stick"),
                translate("Admin", "Copies every sealed result and its receipt slip, and reads them back."),
                self._acts.export,
            ),
            (
                translate("Admin", "Read receipts"),
                translate("Admin", "Takes in the receipts of the office from the stick."),
                self._acts.receipts_from,
            ),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(self.tokens.px(2 * GRID_PX))
        grid.setVerticalSpacing(self.tokens.px(GRID_PX))
        grid.setColumnStretch(0 if self.tokens.stacks else 1, 1)
        column.addLayout(grid)
        for name, meaning, act in acts:
            self._add_act(grid, name, meaning, act)
        erase = Button(translate("Admin", "Erase results"), tokens=self.tokens, kind=ButtonKind.DANGER)
        erase.clicked.connect(lambda _checked: self._ask_to_erase())
        meaning = translate("Admin", "Erases results that the office has accepted, once it allows that.")
        self._add_row(grid, erase, meaning)
        column.addStretch(1)

    def _code(self, column: QVBoxLayout) -> None:
        SeatCodePart(
            self._view.status,
            check=self._acts.check_code,
            accept=self._acts.accept_rollback,
            ask=self.ask,
            tokens=self.tokens,
        ).fill(column)

    def _add_act(self, grid: QGridLayout, name: str, meaning: str, act: Callable[[str], None]) -> None:
        button = Button(name, tokens=self.tokens)
        button.setEnabled(bool(self._view.stick.strip()))
        button.clicked.connect(lambda _checked: act(self._folder.text().strip()))
        self._folder.textChanged.connect(lambda text: button.setEnabled(bool(text.strip())))
        self._add_row(grid, button, meaning)

    def _add_row(self, grid: QGridLayout, button: Button, meaning: str) -> None:
        row = grid.rowCount()
        grid.addWidget(button, row, 0)
        below = (row + 1, 0) if self.tokens.stacks else (row, 1)
        grid.addWidget(Words(meaning, tokens=self.tokens, muted=True), *below)

    def _ask_to_erase(self) -> None:
        question = Question(
            lines=(
                translate("Admin", "Erase every result that has a receipt which allows it?"),
                translate("Admin", "Their keys are destroyed: nobody can read these answers on this seat again."),
            ),
            yes=translate("Admin", "Erase them"),
            no=translate("Admin", "Keep them"),
            kind=ButtonKind.DANGER,
        )
        self.ask(question, self._acts.erase)

    def _ask_to_seal(self, cut_off: UnfinishedSession) -> None:
        text = translate("Admin", "Seal the cut-off session of {name} as unfinished?")
        question = Question(
            lines=(
                text.format(name=cut_off.candidate_name),
                translate("Admin", "Its answers are kept and sent as they are. It cannot be continued any more."),
            ),
            yes=translate("Admin", "Seal it"),
            no=translate("Admin", "Do not seal it"),
            kind=ButtonKind.DANGER,
        )
        self.ask(question, lambda: self._acts.seal_unfinished(cut_off.session))

    def _ask_to_set_aside(self, damaged: UnfinishedSession) -> None:
        text = translate("Admin", "Set the damaged session of {name} aside?")
        question = Question(
            lines=(
                text.format(name=damaged.candidate_name),
                translate("Admin", "Its journal is kept as it is, and goes to the stick for the office."),
                translate(
                    "Admin", "The candidate begins anew: the answers of this session are not on the screen then."
                ),
            ),
            yes=translate("Admin", "Set it aside"),
            no=translate("Admin", "Leave it"),
            kind=ButtonKind.DANGER,
        )
        self.ask(question, lambda: self._acts.set_aside(damaged.session))

    def _ask_to_adopt(self) -> None:
        question = Question(
            lines=(
                translate("Admin", "Is every other copy of this seat out of use, for good?"),
                translate("Admin", "Two copies that are both used give results that the office keeps back."),
            ),
            yes=translate("Admin", "Go on with this one"),
            no=translate("Admin", "Do not go on"),
        )
        self.ask(question, self._acts.adopt)

    def _ask_to_close(self) -> None:
        question = Question(
            lines=(
                translate("Admin", "Close the exam program?"),
                translate("Admin", "No exam can be sat at this seat until it is started again. Nothing is lost."),
            ),
            yes=translate("Admin", "Close it"),
            no=translate("Admin", "Keep it open"),
        )
        self.ask(question, self._acts.close_program)


def _part_name(part: Part) -> str:
    match part:
        case Part.OVERVIEW:
            return translate("Admin", "Overview")
        case Part.EXAMS:
            return translate("Admin", "Exams")
        case Part.ROSTER:
            return translate("Admin", "Roster")
        case Part.SESSIONS:
            return translate("Admin", "Sessions")
        case Part.STICK:
            return translate("Admin", "Stick")
        case Part.CODE:
            return translate("Admin", "Code")
        case _:
            assert_never(part)
