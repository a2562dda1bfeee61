"""What a proctor can do while the exam is covered: go on, give time, write something down, end the session for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt

from exam_packages.ids import ProctorId
from exam_packages.session_events import Closed, CloseReason, IncidentNoted, Resumed, TimeExtended
from ui.window import copy_words, needs_words, words
from ui.window.page import Question
from ui.window.screens.session_page import SessionPage, facts_card
from ui.window.theme import Tokens
from ui.window.view_state import ProctorView
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.labels import Card, Heading, Words
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

MINUTES: Final = (5, 10, 15, 30)
NOTE_MAX: Final = 500
MINUTE_MS: Final = 60_000


class ProctorPage(SessionPage):
    """A card for each act; going on is the main one."""

    def __init__(
        self,
        view: ProctorView,
        proctor: ProctorId,
        name: str,
        *,
        keep_paused: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("Proctor", "Proctor panel")
        super().__init__(tokens=tokens, name=title)
        self._view, self._proctor = view, proctor
        self.body.addWidget(Heading(title, tokens=tokens))
        self._said = Sentence(
            translate("Proctor", "Signed in: {name}. The exam is paused, time stands still.").format(name=name),
            tokens=tokens,
        )
        self.body.addWidget(self._said)
        self._facts = facts_card(_facts(view), tokens=tokens)
        self.body.addWidget(self._facts)
        if view.can_extend:
            self.body.addWidget(self._time_card())
        self.body.addWidget(self._note_card())
        self.body.addWidget(self._close_card())
        self.body.addStretch(1)
        self.add_action(translate("Proctor", "Keep paused"), keep_paused, escapes=True)
        self.add_main(translate("Proctor", "Resume exam"), lambda: self.want(Resumed(proctor=proctor)))

    def show_view(self, view: ProctorView) -> None:
        """Show what is now true, at once; what is being typed stays."""
        if view == self._view:
            return
        before, facts = self._facts, facts_card(_facts(view), tokens=self.tokens)
        self.body.replaceWidget(before, facts)
        before.hide()
        before.deleteLater()
        facts.show()  # left to the layout, they would come later
        self._facts, self._view = facts, view

    def _time_card(self) -> Card:
        card = self._card(translate("Proctor", "Give more time"))
        choices = [(str(minutes), words.duration(minutes * MINUTE_MS)) for minutes in MINUTES]
        self._minutes = ChoiceBar(choices, tokens=self.tokens, name=translate("Proctor", "How much more time"))
        card.column.addWidget(self._minutes)
        self._time_note = self._line(card, translate("Proctor", "Reason for more time"))
        self._act(card, translate("Proctor", "Give this time"), self._time_note, self._give_time)
        return card

    def _note_card(self) -> Card:
        card = self._card(translate("Proctor", "Note an incident"))
        self._note = self._line(card, translate("Proctor", "What happened"))
        self._act(card, translate("Proctor", "Save note"), self._note, self._save_note)
        return card

    def _close_card(self) -> Card:
        card = self._card(translate("Proctor", "End this session for good"))
        card.column.addWidget(
            Words(
                translate("Proctor", "The answers so far are sealed and sent. The session cannot be continued."),
                tokens=self.tokens,
                muted=True,
            )
        )
        choices = [(reason.value, words.close_reason(reason)) for reason in CloseReason]
        self._reason = ChoiceBar(choices, tokens=self.tokens, name=translate("Proctor", "Reason for ending"))
        card.column.addWidget(self._reason)
        self._close_note = self._line(card, translate("Proctor", "Details of the reason"))
        button = Button(translate("Proctor", "End session"), tokens=self.tokens, kind=ButtonKind.DANGER)
        button.clicked.connect(lambda _checked: self._ask_to_close())
        card.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _give_time(self) -> None:
        extra_ms = int(self._minutes.current()) * MINUTE_MS
        self.want(TimeExtended(proctor=self._proctor, extra_ms=extra_ms, note=self._time_note.text().strip()))
        self._time_note.clear()
        self._said.say(translate("Proctor", "{time} more were given.").format(time=words.duration(extra_ms)), Tone.GOOD)

    def _save_note(self) -> None:
        self.want(IncidentNoted(proctor=self._proctor, note=self._note.text().strip()))
        self._note.clear()
        self._said.say(translate("Proctor", "The note is in the journal."), Tone.GOOD)

    def _ask_to_close(self) -> None:
        reason = CloseReason(self._reason.current())
        question = Question(
            lines=(
                translate("Proctor", "End the session of {name} for good?").format(name=self._view.candidate),
                translate("Proctor", "Reason: {reason}.").format(reason=words.close_reason(reason)),
                words.answered_of(self._view.answered, self._view.questions),
            ),
            yes=translate("Proctor", "End session for good"),
            no=translate("Proctor", "Do not end it"),
            kind=ButtonKind.DANGER,
        )
        note = self._close_note.text().strip()
        self.ask(question, lambda: self.want(Closed(proctor=self._proctor, reason=reason, note=note)))

    def _card(self, title: str) -> Card:
        card = Card(tokens=self.tokens)
        card.column.addWidget(Heading(title, tokens=self.tokens, level=2))
        return card

    def _line(self, card: Card, name: str) -> PrivateLine:
        card.column.addWidget(Words(name, tokens=self.tokens))
        line = PrivateLine(tokens=self.tokens, name=name)
        line.setMaxLength(NOTE_MAX)
        card.column.addWidget(line)
        return line

    def _act(self, card: Card, name: str, line: PrivateLine, act: Callable[[], None]) -> None:
        """An act that needs its line filled in."""
        button = Button(name, tokens=self.tokens)
        button.setEnabled(False)
        button.clicked.connect(lambda _checked: act())
        line.textChanged.connect(lambda text: button.setEnabled(bool(text.strip())))
        card.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _facts(view: ProctorView) -> list[tuple[str, str]]:
    facts = [
        (translate("Proctor", "Candidate"), view.candidate),
        (translate("Proctor", "Exam"), view.exam_title),
        (translate("Proctor", "Answers"), words.answered_of(view.answered, view.questions)),
    ]
    if view.section is not None:
        facts.append((translate("Proctor", "Section"), words.section_name(view.section)))
    if view.time_left_ms is not None:
        facts.append((translate("Proctor", "Time left"), words.clock(view.time_left_ms)))
    if view.late:
        facts.append((translate("Proctor", "Answered late"), words.number(view.late)))
    if copy_words.sentence(view.copy):
        facts.append((translate("Proctor", "Second copy"), copy_words.sentence(view.copy)))
    if needs_words.lines(view.needs):
        facts.append((translate("Proctor", "Accommodations"), needs_words.text(view.needs)))
    return facts
