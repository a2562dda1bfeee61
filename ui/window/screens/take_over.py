"""Continue an exam from another seat: choose whose, see what is there and what may not be, continue."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from exam_packages.ids import SessionId
from kiosk.mirror.taking import MirroredSession
from ui.window import move_words, words
from ui.window.page import Page
from ui.window.screens.session_page import facts_card
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.search_list import Row, SearchList
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

LIST_PX = 320


class TakeOverPage(Page):
    """Two steps on one page: the exams on the medium, and the one that was picked."""

    def __init__(
        self,
        entries: tuple[MirroredSession, ...],
        *,
        go_on: Callable[[SessionId], None],
        back: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("TakeOver", "Continue an exam from another seat")
        super().__init__(tokens=tokens, name=title)
        self._entries = {entry.session: entry for entry in entries}
        self._take, self._leave = go_on, back
        self._picked: MirroredSession | None = None
        self.body.addWidget(Heading(title, tokens=tokens))
        self._steps = QStackedWidget()
        self._steps.addWidget(self._choice(entries))
        self.body.addWidget(self._steps, 1)
        self.add_action(translate("TakeOver", "Back"), self._go_back, escapes=True)
        self._go = self.add_main(self._first_words(), self._go_on)
        self._go.setEnabled(bool(self._list.current()))
        self.set_first(self._list.field)

    @staticmethod
    def _first_words() -> str:
        return translate("TakeOver", "Look at this exam")

    def _choice(self, entries: tuple[MirroredSession, ...]) -> QWidget:
        holder, column = self._column()
        if entries:
            said = translate(
                "TakeOver", "These exams have a second copy here. Choose the candidate whose computer failed."
            )
        else:
            said = translate("TakeOver", "There is no second copy of another seat's exam here. Put in the other stick.")
        column.addWidget(Words(said, tokens=self.tokens))
        rows = [
            Row(key=entry.session, title=move_words.title(entry), detail=move_words.line(entry)) for entry in entries
        ]
        self._list = SearchList(
            rows,
            tokens=self.tokens,
            name=translate("TakeOver", "Exams with a second copy"),
            search_name=translate("TakeOver", "Search by name"),
        )
        self._list.setMinimumHeight(self.tokens.px(LIST_PX))
        self._list.chosen.connect(lambda _key: self._go_on())
        self._list.current_changed.connect(lambda key: self._go.setEnabled(bool(key)))
        column.addWidget(self._list, 1)
        return holder

    def _go_on(self) -> None:
        if self._picked is not None:
            self._take(self._picked.session)
        elif self._list.current():
            self._show_picked(self._entries[SessionId(self._list.current())])

    def _go_back(self) -> None:
        if self._picked is None:
            self._leave()
            return
        self._picked = None
        self._steps.setCurrentIndex(0)
        self._go.setText(self._first_words())
        self._go.setEnabled(bool(self._list.current()))
        self._list.field.setFocus()

    def _show_picked(self, entry: MirroredSession) -> None:
        self._picked = entry
        self._steps.setCurrentIndex(self._steps.addWidget(self._exam(entry)))
        self._go.setText(translate("TakeOver", "Continue it here"))
        self._go.setEnabled(entry.refused is None)
        if entry.refused is None:
            self._go.setFocus()
        self.to_top()

    def _exam(self, entry: MirroredSession) -> QWidget:
        holder, column = self._column()
        if entry.refused is not None:
            column.addWidget(Sentence(move_words.refused(entry.refused).text(), tokens=self.tokens, tone=Tone.WARN))
            column.addStretch(1)
            return holder
        ask = translate("TakeOver", "Compare the photo ID with the name below and seat the candidate here.")
        column.addWidget(Words(ask, tokens=self.tokens))
        when = "–" if entry.last_saved is None else words.day_and_time(entry.last_saved)
        facts = [
            (translate("TakeOver", "Name"), entry.candidate_name),
            (translate("TakeOver", "Exam"), entry.exam_title),
            (translate("TakeOver", "Seat until now"), entry.seat or "–"),
            (translate("TakeOver", "Last saved"), when),
            (translate("TakeOver", "Answers"), move_words.answers(entry)),
            (translate("TakeOver", "Time left"), move_words.time_left(entry)),
        ]
        column.addWidget(facts_card(facts, tokens=self.tokens))
        column.addWidget(Sentence(move_words.may_be_lost(entry), tokens=self.tokens, tone=Tone.WARN))
        column.addStretch(1)
        return holder

    def _column(self) -> tuple[QWidget, QVBoxLayout]:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.tokens.px(2 * GRID_PX))
        return holder, column
