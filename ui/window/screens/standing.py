"""Lines above a question that say how it stands: attempts left, closed, has to be answered, not yet, late.

Nothing is shown where nothing is to be said, which is most of the time.
"""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.session.limits import Scope
from ui.window import rule_words
from ui.window.item_state import ItemScreenView
from ui.window.theme import TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class Standing(QWidget):
    """One line about the question, one about time."""

    def __init__(self, view: ItemScreenView, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._about, self._time = (Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self) for _ in range(2))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(4))
        for line in (self._about, self._time):
            column.addWidget(line)
            line.hide()
        self._waits = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()
        self.show_view(view)

    def show_view(self, view: ItemScreenView) -> None:
        """Say how the question stands."""
        self._say(self._about, about(view), Tone.PLAIN if view.is_open else Tone.WARN)

    def show_time(self, wait_ms: int, late: Scope | None) -> None:
        """Count down to when it can be gone on; or say that the time of something is up, and work goes on."""
        if wait_ms > 0:
            self._say(self._time, rule_words.wait(wait_ms), Tone.BUSY)
        else:
            self._say(self._time, "" if late is None else rule_words.late_now(), Tone.WARN)
        if self._waits != (wait_ms > 0):
            self._waits = wait_ms > 0
            announce(self, self._time.words() if self._waits else translate("Standing", "You can go on now."))

    def _say(self, line: Sentence, words: str, tone: Tone) -> None:
        if words == line.words():
            return
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
