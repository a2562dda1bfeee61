"""A line to type into from which nothing reaches a clipboard, and into which nothing comes from one.

Owns the keys and mouse buttons for cutting, copying and pasting within the window. Refuses to know what is typed.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.window.theme import TARGET_PX, Tokens
from ui.window.widgets.private_clipboard import PrivateClipboard

_CLIPBOARD_KEYS = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
)


class PrivateLine(QLineEdit):
    """QLineEdit with a clipboard of its own (or none), without menu, drag or drop."""

    def __init__(
        self, *, tokens: Tokens, name: str, clipboard: PrivateClipboard | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._clipboard = clipboard or PrivateClipboard()
        self.setFont(tokens.font())
        self.setAccessibleName(name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setDragEnabled(False)
        self.setAcceptDrops(False)
        self.setMinimumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """High enough to hit."""
        hint = super().sizeHint()
        height = max(TARGET_PX, self.fontMetrics().height() + 2 * self._tokens.px(6))
        return QSize(max(hint.width(), self._tokens.px(160)), height)

    def event(self, event: QEvent) -> bool:
        """Take the clipboard's keys before any shortcut can."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and any(event.matches(key) for key in _CLIPBOARD_KEYS)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cut, copy and paste within the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self._copy()
            if self.hasSelectedText() and not self.isReadOnly():
                self.insert("")
        elif event.matches(QKeySequence.StandardKey.Paste):
            if not self.isReadOnly():
                self.insert(self._clipboard.text().replace("\n", " "))
        elif not self._select(event):
            super().keyPressEvent(event)

    def _select(self, event: QKeyEvent) -> bool:
        """Select by keyboard; tells whether the key was one for it. Qt's own way ends in X11's PRIMARY, this does not."""
        keys, back = QKeySequence.StandardKey, self._backward()
        moves: tuple[tuple[QKeySequence.StandardKey, Callable[[], None]], ...] = (
            (keys.SelectAll, self.selectAll),
            (keys.SelectNextChar, lambda: self.cursorForward(True, -1 if back else 1)),
            (keys.SelectPreviousChar, lambda: self.cursorBackward(True, -1 if back else 1)),
            (keys.SelectNextWord, lambda: self.cursorWordForward(True)),
            (keys.SelectPreviousWord, lambda: self.cursorWordBackward(True)),
            (keys.SelectStartOfLine, lambda: self.home(True)),
            (keys.SelectStartOfBlock, lambda: self.home(True)),
            (keys.SelectStartOfDocument, lambda: self.home(True)),
            (keys.SelectEndOfLine, lambda: self.end(True)),
            (keys.SelectEndOfBlock, lambda: self.end(True)),
            (keys.SelectEndOfDocument, lambda: self.end(True)),
        )
        for key, move in moves:
            if event.matches(key):
                move()
                return True
        return False

    def _backward(self) -> bool:
        """Whether the right arrow goes back in the text."""
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _copy(self) -> None:
        if self.hasSelectedText():
            self._clipboard.set_text(self.selectedText())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The middle button pastes nothing."""
        if event.button() is not Qt.MouseButton.MiddleButton:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt copies the selection to X11's PRIMARY when the button is released, and pastes it with the middle one."""
        event.accept()
