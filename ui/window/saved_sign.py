"""The sign that says whether everything is on disk. It keeps its width, so that nothing beside it moves."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window.bridge import Saving
from ui.window.theme import TARGET_PX, TextSize, Tokens
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class SavedSign(QWidget):
    """Saved means committed; anything else says so."""

    def __init__(self, *, tokens: Tokens) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._said = Sentence("", tokens=tokens, size=TextSize.SMALL, wraps=False)
        column.addStretch(1)
        column.addWidget(self._said)
        column.addStretch(1)
        metrics = QFontMetricsF(tokens.font(TextSize.SMALL))
        widest = max(metrics.horizontalAdvance(_said(saving)[0]) for saving in Saving)
        self.setFixedWidth(round(widest) + tokens.px(40))
        self.setMinimumHeight(max(TARGET_PX, round(QFontMetricsF(tokens.font()).height()) + 2 * tokens.px(6)))
        self.show_saving(Saving.SAVED)

    def show_saving(self, saving: Saving) -> None:
        """Say it."""
        words, tone = _said(saving)
        if words != self._said.words():
            self._said.say(words, tone)


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
