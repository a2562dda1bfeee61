"""Words on a screen: headings, plain and muted lines, cards that hold them."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, RADIUS_PX, STACKED_FROM, TextSize, Tokens
from ui.window.widgets.painting import paint_box

WORD_MAX: Final = 14
"""Letters that fit on a line of the smallest screen at the largest text."""


class Words(QLabel):
    """A wrapping line of plain text. Its text is its accessible name; never give it another, or the text is lost to readers."""

    def __init__(
        self,
        words: str,
        *,
        tokens: Tokens,
        size: TextSize = TextSize.BODY,
        bold: bool = False,
        muted: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(tokens.font(size, bold=bold))
        self.setProperty("muted", "true" if muted else "false")
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._breaks = tokens.scale > STACKED_FROM
        self.setText(words)
        self._own = self.alignment()
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        """Words go to the side that what is around them begins at, in whatever direction they themselves run."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange and self.alignment() == self._own:
            self._align()

    def _align(self) -> None:
        # Left alone, Qt would take the side from the first letter: a line in another language would be at the far side.
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self._own = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        self.setAlignment(self._own)

    def setText(self, text: str) -> None:
        """Show other words; where text is large, a word that is wider than any line may be broken."""
        super().setText(breakable(text) if self._breaks else text)


_LONG_WORD = re.compile(rf"\w{{{WORD_MAX + 1},}}")


def breakable(text: str) -> str:
    """Return a text in which words that are wider than any line may be broken: a name from outside may be one such word."""
    return _LONG_WORD.sub(_breakable, text)


def _breakable(found: re.Match[str]) -> str:
    word = found[0]
    return "\u200b".join(word[at : at + WORD_MAX] for at in range(0, len(word), WORD_MAX))


class Heading(Words):
    """A heading: the screen's title (level 1) or a part of it (level 2)."""

    def __init__(self, words: str, *, tokens: Tokens, level: int = 1, parent: QWidget | None = None) -> None:
        size = TextSize.TITLE if level == 1 else TextSize.HEADING
        super().__init__(words, tokens=tokens, size=size, bold=True, parent=parent)


class Card(QWidget):
    """A raised surface with a column of widgets: `card.column.addWidget(...)`."""

    def __init__(self, *, tokens: Tokens, padding: int = 3 * GRID_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.column = QVBoxLayout(self)
        margin = tokens.for_bars().px(padding)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(tokens.px(2 * GRID_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface."""
        painter = QPainter(self)
        paint_box(
            painter,
            QRectF(self.rect()),
            fill=self._tokens.surface_raised,
            outline=self._tokens.line,
            width=self._tokens.outline_px,
            radius=RADIUS_PX,
        )
        painter.end()
