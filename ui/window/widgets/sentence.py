"""A status as a sentence, with an icon and a colour that repeat what the words say; and the banner made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.icons import Icon, IconMark
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box


class Tone(Enum):
    """What a sentence says about the state of things."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneLook:
    """How a tone looks: icon, colour of icon and words, background of a banner."""

    icon: Icon
    colour: str
    tint: str


def look_of(tone: Tone, tokens: Tokens) -> ToneLook:
    """The look of a tone."""
    match tone:
        case Tone.PLAIN:
            return ToneLook(icon=Icon.INFO, colour=tokens.accent, tint=tokens.accent_tint)
        case Tone.GOOD:
            return ToneLook(icon=Icon.CHECK, colour=tokens.good, tint=tokens.good_tint)
        case Tone.WARN:
            return ToneLook(icon=Icon.WARNING, colour=tokens.warn, tint=tokens.warn_tint)
        case Tone.BAD:
            return ToneLook(icon=Icon.CROSS, colour=tokens.bad, tint=tokens.bad_tint)
        case Tone.BUSY:
            return ToneLook(icon=Icon.WAIT, colour=tokens.text_muted, tint=tokens.surface_sunken)
        case _:
            assert_never(tone)


class Sentence(QWidget):
    """Icon and words. `say` changes both."""

    def __init__(
        self,
        words: str = "",
        *,
        tokens: Tokens,
        tone: Tone = Tone.PLAIN,
        size: TextSize = TextSize.BODY,
        wraps: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.tone = tone
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.px(GRID_PX))
        self._mark = IconMark(Icon.INFO, tokens.text, tokens.px(20 if size is TextSize.BODY else 18), parent=self)
        self._words = Words("", tokens=tokens, size=size, parent=self)
        self._words.setWordWrap(wraps)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        self.say(words, tone)

    def say(self, words: str, tone: Tone = Tone.PLAIN) -> None:
        """Show other words in a tone."""
        self.tone = tone
        look = look_of(tone, self._tokens)
        self._mark.set_icon(look.icon, look.colour)
        self._words.setText(words)
        self._words.setStyleSheet(f"color: {self._tokens.text if tone is Tone.PLAIN else look.colour}")
        self._mark.setVisible(bool(words))

    def words(self) -> str:
        """What is shown."""
        return self._words.text()


class Banner(QWidget):
    """One line of warning that stays until it is replaced; shown and announced, never a box in the way."""

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.px(16), tokens.px(8), tokens.px(16), tokens.px(8))
        self._sentence = Sentence("", tokens=tokens, parent=self)
        row.addWidget(self._sentence)
        self.hide()

    def say(self, words: str, tone: Tone = Tone.WARN) -> None:
        """Show the line and announce it, unless it stands there already."""
        if words == self.words() and not self.isHidden():
            return
        self._sentence.say(words, tone)
        self.setVisible(bool(words))
        self.update()
        if words:
            announce(self, words, urgent=tone is Tone.BAD)

    def clear(self) -> None:
        """Take the line away."""
        self._sentence.say("")
        self.hide()

    def words(self) -> str:
        """What is shown."""
        return self._sentence.words()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tinted line."""
        look = look_of(self._sentence.tone, self._tokens)
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=look.tint, radius=0)
        bar = QRectF(0, 0, self._tokens.px(4), self.height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            bar.moveRight(self.width())
        paint_box(painter, bar, fill=look.colour, radius=0)
        painter.end()
