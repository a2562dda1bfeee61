"""The sign that says whether everything is on disk, and on the second copy too where there is one.

It keeps its width, so that nothing beside it moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.mirror.state import OFF, MirrorPhase, MirrorState
from ui.window import copy_words
from ui.window.bridge import Saving
from ui.window.theme import TARGET_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class SavedSign(QWidget):
    """Saved means committed here; anything else says so. The second copy has a line of its own."""

    def __init__(self, *, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._said = Sentence("", tokens=tokens, size=TextSize.SMALL, wraps=False)
        self._copy = Sentence("", tokens=tokens, size=TextSize.SMALL, wraps=False)
        self._copy.hide()
        column.addStretch(1)
        column.addWidget(self._said)
        column.addWidget(self._copy)
        column.addStretch(1)
        self._fit(_said(saving)[0] for saving in Saving)
        self.setMinimumHeight(max(TARGET_PX, round(QFontMetricsF(tokens.font()).height()) + 2 * tokens.px(6)))
        self.show_saving(Saving.SAVED)

    def show_saving(self, saving: Saving, copy: MirrorState = OFF) -> None:
        """Say it."""
        words, tone = _said(saving)
        self._say(self._said, words, tone)
        if copy.phase is not MirrorPhase.OFF and self._copy.isHidden():
            self._copy.show()
            self._fit((*(_said(each)[0] for each in Saving), *copy_words.glances()))
        before, glance = self._copy.words(), copy_words.glance(copy)
        self._say(self._copy, glance, copy_words.tone(copy))
        self.setAccessibleName(copy_words.spoken(words, copy))
        if before and glance != before:
            announce(self, self.accessibleName())

    @staticmethod
    def _say(sentence: Sentence, words: str, tone: Tone) -> None:
        if words != sentence.words():
            sentence.say(words, tone)

    def _fit(self, texts: Iterable[str]) -> None:
        metrics = QFontMetricsF(self._tokens.font(TextSize.SMALL))
        widest = max(metrics.horizontalAdvance(text) for text in texts)
        self.setFixedWidth(round(widest) + self._tokens.px(40))


def _said(saving: Saving) -> tuple[str, Tone]:
    match saving:
        case Saving.SAVED:
            return translate("Item", "Saved"), Tone.GOOD
        case Saving.SAVING:
            return translate("Item", "Saving…"), Tone.BUSY
        case Saving.SLOW:
            return translate("Item", "Still saving…"), Tone.WARN
        case Saving.STOPPED:
            return translate("Item", "Not saved"), Tone.BAD
        case _:
            assert_never(saving)
