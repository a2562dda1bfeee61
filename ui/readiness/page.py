"""The page of the self-test: a field that keys are tried on, a line for every check, and colours to look for in pictures.

Owns what is shown. Refuses to know what is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.readiness_certificates import CheckOutcome
from ui.window.page import Page
from ui.window.theme import Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

FIELD: Final = "readiness-field"
COLOURS_MAX: Final = 256
COLOURS_A_LINE: Final = 8
_TONES: Final = {
    CheckOutcome.OK: Tone.GOOD,
    CheckOutcome.FAILED: Tone.BAD,
    CheckOutcome.NOT_POSSIBLE: Tone.WARN,
}


class ReadinessPage(Page):
    """What is tried now, what came of it, and the field that strange keys are to come into, or not."""

    def __init__(self, *, tokens: Tokens) -> None:
        name = translate("Readiness", "This seat tries itself")
        super().__init__(tokens=tokens, name=name)
        self.body.addWidget(Heading(name, tokens=tokens))
        about = translate(
            "Readiness",
            "Keys are pressed and windows are opened by themselves now. Please touch nothing until it is over.",
        )
        self.body.addWidget(Words(about, tokens=tokens))
        self.field = PrivateLine(tokens=tokens, name=translate("Readiness", "What is typed comes here"))
        self.field.setObjectName(FIELD)
        self.body.addWidget(self.field)
        self.trying = Sentence(translate("Readiness", "It begins."), tokens=tokens, tone=Tone.BUSY)
        self.body.addWidget(self.trying)
        self._lines = QWidget()
        self._column = QVBoxLayout(self._lines)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.px(4))
        self.body.addWidget(self._lines)
        self.body.addStretch(1)
        self.set_first(self.field)

    def try_now(self, what: str) -> None:
        """Say what is tried now."""
        self.trying.say(what, Tone.BUSY)

    def add(self, what: str, outcome: CheckOutcome, evidence: str) -> None:
        """Add what came of a check; the newest stands first, where it is seen."""
        self._column.insertWidget(0, Sentence(f"{what}: {evidence}", tokens=self.tokens, tone=_TONES[outcome]))

    def lines(self) -> tuple[str, ...]:
        """What is shown of the checks, from the top."""
        items = (self._column.itemAt(row) for row in range(self._column.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(widget.words() for widget in widgets if isinstance(widget, Sentence))


class Colours(QWidget):
    """Squares all over a window, so that a picture of the screen tells whether the window is in it.

    Args:
        colours: ``#rrggbb``, line by line.
        window: what they cover.
    """

    def __init__(self, colours: Sequence[str], window: QWidget) -> None:
        super().__init__(window)
        self._colours = [QColor(each) for each in colours]
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.repaint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Fill every square."""
        lines = -(-len(self._colours) // COLOURS_A_LINE)
        width, height = self.width(), self.height()
        with QPainter(self) as painter:
            for number, colour in enumerate(self._colours):
                line, column = divmod(number, COLOURS_A_LINE)
                left, top = width * column // COLOURS_A_LINE, height * line // lines
                right, bottom = width * (column + 1) // COLOURS_A_LINE, height * (line + 1) // lines
                painter.fillRect(QRect(left, top, right - left, bottom - top), colour)
