"""What both calculators show: a display that is read aloud, lines of history, a grid of keys. Driven by keys and clicks.

Owns no arithmetic: a subclass says what a key does and what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import TARGET_PX, TextSize, Tokens
from ui.window.tools.calculator.words import local, spoken
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Words

DECIMAL_KEYS: Final = frozenset({".", ","})
"""Both are the separator, whatever the locale: keypads have one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFace:
    """A key on the pad: what it does, what stands on it, how it is read aloud."""

    act: object
    words: str
    name: str
    kind: ButtonKind = ButtonKind.PLAIN
    icon: Icon | None = None
    across: int = 1


class _Display(QLineEdit):
    """Shows and is read; nothing is typed into it, and nothing can be copied out of it."""

    def __init__(self, *, tokens: Tokens, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFont(tokens.font(TextSize.TITLE))
        self.setStyleSheet(f"QLineEdit {{ background: {tokens.surface_raised}; }}")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMinimumHeight(max(TARGET_PX, tokens.px(52)))
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the pad."""
        event.ignore()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Take the focus, select nothing."""
        self.setFocus()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt would copy the selection to X11's PRIMARY here."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select nothing."""
        event.accept()


class Keypad(QWidget):
    """Display, history and keys."""

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.history = Words("", tokens=tokens, size=TextSize.SMALL, muted=True, parent=self)
        self.history.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.display = _Display(tokens=tokens, name=self.tr("Display"), parent=self)
        self.said = Words("", tokens=tokens, size=TextSize.SMALL, bold=True, parent=self)
        self.said.setStyleSheet(f"color: {tokens.bad}")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(tokens.px(4))
        for each in (self.history, self.display, self.said):
            self.column.addWidget(each)
        self.buttons: dict[object, Button] = {}

    def add_keys(self, rows: Sequence[Sequence[KeyFace]], press: Callable[[object], None]) -> None:
        """Add a grid of keys; every row has the same number of columns."""
        grid = QGridLayout()
        grid.setSpacing(0)
        for row, faces in enumerate(rows):
            column = 0
            for face in faces:
                grid.addWidget(self._key(face, press), row, column, 1, face.across)
                column += face.across
        for column in range(grid.columnCount()):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, TARGET_PX)
        self.column.addLayout(grid)
        # Figures and operators stand as on every calculator, in scripts from right to left too. Said last: a widget takes
        # over the direction when it is set, not when it is made.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def show_number(self, text: str, *, history: str, trouble: str, say: bool) -> None:
        """Show what is known: number or expression, what led to it, what is wrong.

        Args:
            text: with a point for the separator.
            history: the line or lines above, likewise.
            trouble: why there is no result, in words; empty where there is one.
            say: read it aloud, as after a result.
        """
        locale = QLocale()
        shown = local(text, locale)
        self.display.setText(shown)
        self.display.setAccessibleDescription(trouble)
        lines = [local(line, locale) for line in history.split("\n")]
        self.history.setText("\n".join(lines))
        self.said.setText(trouble)
        self.said.setVisible(bool(trouble))
        self.updateGeometry()
        if trouble:
            announce(self, trouble)
        elif say:
            announce(self, spoken(shown))

    def _key(self, face: KeyFace, press: Callable[[object], None]) -> Button:
        button = Button(face.words, tokens=self.tokens, kind=face.kind, icon=face.icon, parent=self)
        button.setAccessibleName(face.name)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _checked: press(face.act))
        self.buttons[face.act] = button
        return button
