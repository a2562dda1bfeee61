"""A pad for a PIN, by keyboard or mouse. Shows dots; forgets the digits when they are submitted or cleared."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon

PIN_DIGITS_MIN: Final = 4
PIN_DIGITS_MAX: Final = 12
_DOT: Final = "●"


class _DotField(QLineEdit):
    """Shows one dot for a digit and never holds a digit itself, so neither undo nor a clipboard can know it."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFont(tokens.font(TextSize.HEADING))
        self.setStyleSheet(f"QLineEdit:enabled {{ background: {tokens.surface_raised}; }}")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(tokens.px(56))
        self.setAccessibleName(self.tr("PIN"))

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


class PinPad(QWidget):
    """Digits, Clear, Backspace and a button that submits."""

    submitted = Signal(str)
    """The PIN. The pad has already forgotten it."""

    def __init__(self, *, tokens: Tokens, submit_words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = tokens.for_bars()  # a pad is seen whole or is no pad
        self._digits = bytearray()
        self._field = _DotField(tokens=tokens, parent=self)
        self._submit = Button(submit_words or self.tr("Unlock"), tokens=tokens, kind=ButtonKind.PRIMARY, parent=self)
        self._submit.clicked.connect(self._on_submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        column.addWidget(self._field)
        column.addLayout(self._keys(tokens))
        column.addWidget(self._submit)
        self._submit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(tokens.px(288))
        self.setFocusProxy(self._field)
        self._show()

    def _keys(self, tokens: Tokens) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(tokens.px(4))
        for place, digit in enumerate("123456789"):
            grid.addWidget(self._digit_key(digit, tokens), place // 3, place % 3)
        clear = Button(self.tr("Clear"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        clear.clicked.connect(self.clear)
        erase = Button("", tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.ERASE, parent=self)
        erase.setAccessibleName(self.tr("Delete last digit"))
        erase.clicked.connect(self._erase)
        grid.addWidget(clear, 3, 0)
        grid.addWidget(self._digit_key("0", tokens), 3, 1)
        grid.addWidget(erase, 3, 2)
        for key in (clear, erase):
            key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Numbers stand as on every keypad, in scripts from right to left too.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        return grid

    def _digit_key(self, digit: str, tokens: Tokens) -> Button:
        key = Button(digit, tokens=tokens, parent=self)
        key.setFont(tokens.font(TextSize.HEADING))
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        key.setMinimumHeight(tokens.px(60))
        key.clicked.connect(lambda: self._add(digit))
        return key

    def clear(self) -> None:
        """Forget what was entered."""
        self._wipe()
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, Backspace, Delete and Enter, whichever key of the pad has the focus."""
        text = event.text()
        if len(text) == 1 and text in "0123456789":
            self._add(text)
        elif event.key() == Qt.Key.Key_Backspace:
            self._erase()
        elif event.key() == Qt.Key.Key_Delete:
            self.clear()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_submit()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """A pad nobody sees holds no digits."""
        self.clear()
        super().hideEvent(event)

    def _add(self, digit: str) -> None:
        if self.isEnabled() and len(self._digits) < PIN_DIGITS_MAX:
            self._digits += digit.encode()
            self._show()

    def _erase(self) -> None:
        if self._digits:
            self._digits[-1] = 0
            del self._digits[-1]
        self._show()

    def _on_submit(self) -> None:
        if len(self._digits) < PIN_DIGITS_MIN or not self.isEnabled():
            return
        pin = self._digits.decode()
        self.clear()
        self._field.setFocus()
        self.submitted.emit(pin)

    def _wipe(self) -> None:
        for place in range(len(self._digits)):
            self._digits[place] = 0
        self._digits.clear()

    def _show(self) -> None:
        self._field.setText(_DOT * len(self._digits))
        self._field.setAccessibleDescription(self.tr("Digits entered: {count}").format(count=len(self._digits)))
        self._submit.setEnabled(len(self._digits) >= PIN_DIGITS_MIN)
