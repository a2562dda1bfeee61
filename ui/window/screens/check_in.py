"""Check in a candidate: find the appointment, compare the person with it, start the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from exam_packages.ids import AppointmentId
from exam_packages.site_policies import LockdownPreset
from kiosk.lockdown.policy import StartVerdict
from kiosk.seat.facts import AppointmentEntry, AppointmentState
from ui.window import needs_words, status_words, words
from ui.window.page import Page
from ui.window.screens.protection import missing_lines
from ui.window.screens.session_page import facts_card
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.search_list import Row, SearchList
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

LIST_PX = 320


class CheckInPage(Page):
    """Two steps on one page: the roster, and the one that was picked."""

    def __init__(
        self,
        entries: tuple[AppointmentEntry, ...],
        *,
        verdicts: Mapping[LockdownPreset, StartVerdict],
        start: Callable[[AppointmentId, bool], None],
        back: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("CheckIn", "Check in a candidate")
        super().__init__(tokens=tokens, name=title)
        self._entries = {entry.appointment: entry for entry in entries}
        self._start, self._leave, self._verdicts = start, back, verdicts
        self._picked: AppointmentEntry | None = None
        self.body.addWidget(Heading(title, tokens=tokens))
        self._steps = QStackedWidget()
        self._steps.addWidget(self._roster(entries))
        self.body.addWidget(self._steps, 1)
        self.add_action(translate("CheckIn", "Back"), self._go_back, escapes=True)
        self._go = self.add_main(translate("CheckIn", "Check identity"), self._go_on)
        self._go.setEnabled(bool(self._list.current()))
        self.set_first(self._list.field)

    def _roster(self, entries: tuple[AppointmentEntry, ...]) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.tokens.px(GRID_PX))
        ready = sum(entry.state is AppointmentState.READY for entry in entries)
        said = translate("CheckIn", "{ready} of {all} can start now.")
        column.addWidget(
            Words(said.format(ready=status_words.candidates(ready), all=words.number(len(entries))), tokens=self.tokens)
        )
        rows = [
            Row(key=entry.appointment, title=entry.name, detail=status_words.appointment_line(entry))
            for entry in entries
        ]
        self._list = SearchList(
            rows,
            tokens=self.tokens,
            name=translate("CheckIn", "Roster"),
            search_name=translate("CheckIn", "Search by name"),
        )
        self._list.setMinimumHeight(self.tokens.px(LIST_PX))
        self._list.chosen.connect(lambda _key: self._go_on())
        self._list.current_changed.connect(lambda key: self._go.setEnabled(bool(key)))
        column.addWidget(self._list, 1)
        return holder

    def _go_on(self) -> None:
        if self._picked is not None:
            self._start(self._picked.appointment, not self._verdict(self._picked).allowed)
        elif self._list.current():
            self._show_picked(self._entries[AppointmentId(self._list.current())])

    def _go_back(self) -> None:
        if self._picked is None:
            self._leave()
            return
        self._picked = None
        self._steps.setCurrentIndex(0)
        self._go.setText(translate("CheckIn", "Check identity"))
        self._go.setEnabled(bool(self._list.current()))
        self._list.field.setFocus()

    def _show_picked(self, entry: AppointmentEntry) -> None:
        self._picked = entry
        self._steps.setCurrentIndex(self._steps.addWidget(self._person(entry)))
        verdict = self._verdict(entry)
        all_the_same = not verdict.allowed and verdict.proctor_may_start
        self._go.setText(
            translate("CheckIn", "Start all the same") if all_the_same else translate("CheckIn", "Start session")
        )
        can_start = entry.state is AppointmentState.READY and (verdict.allowed or verdict.proctor_may_start)
        self._go.setEnabled(can_start)
        if can_start:
            self._go.setFocus()
        self.to_top()

    def _person(self, entry: AppointmentEntry) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.tokens.px(2 * GRID_PX))
        if entry.state is AppointmentState.READY:
            ask = translate("CheckIn", "Compare the photo ID with the name below. Then seat the candidate and start.")
            column.addWidget(Words(ask, tokens=self.tokens))
        else:
            cannot = translate("CheckIn", "This cannot be started: {state}.")
            text = cannot.format(state=status_words.appointment_state(entry.state))
            column.addWidget(Sentence(text, tokens=self.tokens, tone=Tone.WARN))
        self._say_missing(column, self._verdict(entry))
        facts = [
            (translate("CheckIn", "Name"), entry.name),
            (translate("CheckIn", "Candidate number"), entry.candidate),
            (translate("CheckIn", "Exam"), entry.exam_title),
            (translate("CheckIn", "Appointment"), words.day_and_time(entry.start_utc_ms)),
            (translate("CheckIn", "Accommodations"), needs_words.text(entry.accommodations)),
        ]
        column.addWidget(facts_card(facts, tokens=self.tokens))
        column.addStretch(1)
        return holder

    def _verdict(self, entry: AppointmentEntry) -> StartVerdict:
        return self._verdicts.get(entry.lockdown, StartVerdict())

    def _say_missing(self, column: QVBoxLayout, verdict: StartVerdict) -> None:
        """What this computer does not prevent, and what to do: before the start, not after."""
        if verdict.allowed:
            return
        if verdict.proctor_may_start:
            said = translate("CheckIn", "The site asks for more protection than this computer has. You decide.")
        else:
            said = translate("CheckIn", "This exam demands more protection than this computer has. Use another seat.")
        column.addWidget(Sentence(said, tokens=self.tokens, tone=Tone.WARN))
        for line in missing_lines(verdict.missing):
            column.addWidget(Words(line, tokens=self.tokens))
