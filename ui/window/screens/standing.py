"""Lines above a question that say how it stands: attempts left, closed, has to be answered, not yet, late.

Nothing is shown where nothing is to be said, which is most of the time.
"""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.session.limits import Scope
from ui.window import rule_words
from ui.window.item_state import ItemScreenView
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class StandingStrip(QWidget):
    """One line about the question, one about time."""

    def __init__(self, *, tokens: Tokens) -> None:
        super().__init__()
        tokens = tokens.for_bars()
        self._about, self._time = (Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self) for _ in range(2))
        column = QVBoxLayout(self)
        margin = tokens.px(2 * GRID_PX)
        column.setContentsMargins(margin, tokens.px(GRID_PX), margin, 0)
        column.setSpacing(tokens.px(4))
        for line in (self._about, self._time):
            column.addWidget(line)
            line.hide()
        self._waits = False
        self._late: Scope | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_view(self, view: ItemScreenView) -> None:
        """Say how the question stands."""
        self._say(self._about, about(view), Tone.PLAIN if view.is_open else Tone.WARN)

    def show_wait(self, ms: int) -> None:
        """Count down to when it can be gone on."""
        if ms > 0:
            self._say(self._time, rule_words.wait(ms), Tone.BUSY)
            if not self._waits:
                announce(self, self._time.words())
        elif self._waits:
            announce(self, translate("Standing", "You can go on now."))
            self._say_late()
        self._waits = ms > 0

    def show_late(self, scope: Scope | None) -> None:
        """Say that the time of something is up, and work goes on; None where it is not."""
        if scope is not self._late:
            self._late = scope
            if not self._waits:
                self._say_late()

    def _say_late(self) -> None:
        self._say(self._time, "" if self._late is None else rule_words.late(self._late), Tone.WARN)

    def _say(self, line: Sentence, words: str, tone: Tone) -> None:
        if words != line.words():
            line.say(words, tone)
        line.setVisible(bool(words))
        self.setVisible(bool(self._about.words() or self._time.words()))


def about(view: ItemScreenView) -> str:
    """What is to be known of a question before it is answered, or why it cannot be."""
    if not view.is_open:
        return rule_words.standing(view.standing)
    parts = [rule_words.owed()] if view.is_owed else []
    if view.attempts is not None:
        left = rule_words.attempts_left(view.attempts)
        parts.append(left if left.endswith(".") else f"{left}.")
    return " ".join(parts)
