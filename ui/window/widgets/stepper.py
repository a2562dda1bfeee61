"""One of an ordered few, a step at a time: less, the value, more. Takes one line however many values there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Words


class Stepper(QWidget):
    """Two buttons with the present value between them; plus and minus on the keyboard do the same."""

    stepped = Signal(str)
    """The key of the value that a person went to."""

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        *,
        tokens: Tokens,
        name: str,
        less: str,
        more: str,
        current: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choices, self._name = tuple(choices), name
        self._place = [key for key, _words in self._choices].index(current)
        self._less = Button("", tokens=tokens, icon=Icon.MINUS, parent=self)
        self._less.setAccessibleName(less)
        self._more = Button("", tokens=tokens, icon=Icon.PLUS, parent=self)
        self._more.setAccessibleName(more)
        self._value = Words("", tokens=tokens, bold=True, parent=self)
        self._value.setWordWrap(False)
        self._value.setAlignment(Qt.AlignmentFlag.AlignCenter)
        metrics = QFontMetricsF(tokens.font(bold=True))
        self._value.setMinimumWidth(round(max(metrics.horizontalAdvance(words) for _key, words in self._choices)) + 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.px(GRID_PX))
        for each in (self._less, self._value, self._more):
            row.addWidget(each)
        self._less.clicked.connect(lambda: self.step(-1))
        self._more.clicked.connect(lambda: self.step(1))
        self._show()

    def current(self) -> str:
        """The key of the value."""
        return self._choices[self._place][0]

    def step(self, by: int) -> None:
        """Go to a neighbour, as a person does; nothing happens at the ends."""
        place = self._place + by
        if 0 <= place < len(self._choices):
            self._place = place
            self._show()
            announce(self, f"{self._name}: {self._choices[place][1]}")
            self.stepped.emit(self.current())

    def focus_step(self, by: int) -> None:
        """Put the focus on the button that steps this way, or on the other one at the end."""
        wanted, other = (self._less, self._more) if by < 0 else (self._more, self._less)
        (wanted if wanted.isEnabled() else other).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus step from either button."""
        if event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            self.step(1 if event.key() == Qt.Key.Key_Plus else -1)
            return
        super().keyPressEvent(event)

    def _show(self) -> None:
        words = self._choices[self._place][1]
        self._value.setText(words)
        self._less.setEnabled(self._place > 0)
        self._more.setEnabled(self._place < len(self._choices) - 1)
        for button in (self._less, self._more):
            button.setAccessibleDescription(f"{self._name}: {words}")
        focused = self.focusWidget()
        if focused in (self._less, self._more) and not focused.isEnabled():
            self.focus_step(1 if focused is self._less else -1)
