"""What stands beside a previewed item: the response as QTI writes it, what it earns, and what was found about the item."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from exam_packages.errors import Severity
from exam_packages.ids import ResponseId
from exam_packages.qti.checks import SCORE, score_declaration
from exam_packages.qti.model import Lexical
from ui.preview.content import PreviewedItem, outcomes
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.button import Button
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.sentence import Sentence, Tone


class OutcomePane(QScrollArea):
    """Says what the present answer is worth."""

    wants_answers = Signal(dict)
    """Answers to put in: the correct ones, or none."""

    def __init__(self, item: PreviewedItem, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item, self._tokens = item, tokens
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Outcomes"))
        content = QWidget(self)
        self._column = QVBoxLayout(content)
        self._column.setSpacing(tokens.px(GRID_PX))
        margin = tokens.px(GRID_PX)
        self._column.setContentsMargins(margin, 0, margin, margin)
        self._column.addWidget(Heading(_title(item), tokens=tokens, level=3))
        self._column.addWidget(Words(item.path, tokens=tokens, size=TextSize.SMALL, muted=True))
        self._score = Sentence("", tokens=tokens, size=TextSize.HEADING, parent=content)
        self._rows = Words("", tokens=tokens, parent=content)
        self._add_heading(self.tr("Score"))
        self._column.addWidget(self._score)
        self._add_heading(self.tr("Responses and outcomes"))
        self._column.addWidget(self._rows)
        self._add_buttons()
        self._add_findings()
        self._column.addStretch(1)
        self.setWidget(content)

    def show_answers(self, answers: Mapping[ResponseId, Lexical]) -> None:
        """Say what these answers earn."""
        item = self._item.whole
        if item is None:
            self._score.say(self.tr("Not scored: the item is not delivered."), Tone.BAD)
            return
        earned = outcomes(item, answers)
        given = {each.identifier: answers.get(each.identifier, ()) for each in item.response_declarations}
        if isinstance(earned, str):
            self._score.say(earned, Tone.BAD)
            rows = [(str(name), value) for name, value in given.items()]
        else:
            self._show_score(earned.get(SCORE))
            rows = [(str(name), value) for name, value in chain(given.items(), earned.items())]
        self._rows.setText("\n".join(f"{name}: {' · '.join(value) if value else 'NULL'}" for name, value in rows))

    def _show_score(self, score: Lexical | None) -> None:
        declared = None if self._item.whole is None else score_declaration(self._item.whole)
        if score is None or declared is None:
            self._score.say(self.tr("The item has no SCORE."), Tone.PLAIN)
            return
        if declared.external_scored:
            self._score.say(self.tr("A person gives the points."), Tone.PLAIN)
            return
        points = score[0] if score else "NULL"
        most = declared.normal_maximum
        of = "" if most is None else self.tr(" of {maximum}").format(maximum=f"{most:g}")
        full = most is not None and score and float(score[0]) >= most
        self._score.say(f"{points}{of}", Tone.GOOD if full else Tone.PLAIN)

    def _add_heading(self, words: str) -> None:
        self._column.addWidget(Heading(words, tokens=self._tokens, level=3))

    def _add_buttons(self) -> None:
        item = self._item.whole
        if item is None:
            return
        correct = {each.identifier: each.correct for each in item.response_declarations if each.correct}
        fill = Button(self.tr("Put in the correct response"), tokens=self._tokens)
        fill.setEnabled(bool(correct))
        fill.clicked.connect(lambda: self.wants_answers.emit(correct))
        clear = Button(self.tr("Clear the response"), tokens=self._tokens)
        clear.clicked.connect(lambda: self.wants_answers.emit({}))
        for button in (fill, clear):
            self._column.addWidget(button)

    def _add_findings(self) -> None:
        self._add_heading(self.tr("Findings"))
        for found in self._item.findings:
            tone = Tone.BAD if found.severity is Severity.ERROR else Tone.WARN
            self._column.addWidget(Sentence(str(found), tokens=self._tokens, tone=tone, size=TextSize.SMALL))
        if not self._item.findings:
            self._column.addWidget(Sentence(self.tr("None."), tokens=self._tokens, tone=Tone.GOOD))


def _title(item: PreviewedItem) -> str:
    """What an author calls an item."""
    title = "" if item.whole is None else item.whole.title.strip()
    return title or item.name
