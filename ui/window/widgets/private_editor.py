"""Several lines of plain text from which nothing reaches a clipboard, a menu or a drag, and into which nothing comes from there.

Owns copying within the exam. Refuses to know what is typed and to whom it is told.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ui.window.widgets.private_clipboard import PrivateClipboard


class PrivateEditor(QPlainTextEdit):
    """A plain editor with a clipboard of its own."""

    def __init__(self, *, clipboard: PrivateClipboard, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Nothing goes to the clipboard, to PRIMARY or into a drag."""
        return QMimeData()

    def canInsertFromMimeData(self, _source: QMimeData) -> bool:
        """Nothing comes from there either."""
        return False

    def insertFromMimeData(self, _source: QMimeData) -> None:
        """As above."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cut, copy and paste within the exam."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self._copy()
            if not self.isReadOnly():
                self.textCursor().removeSelectedText()
        elif event.matches(QKeySequence.StandardKey.Paste):
            if not self.isReadOnly():
                self.textCursor().insertText(self._clipboard.text())
                self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on selected text would begin a drag, which runs a loop of its own and may end outside the window."""
        if event.button() is Qt.MouseButton.MiddleButton:
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if self.textCursor().hasSelection() and not shift:
            self.setTextCursor(self.cursorForPosition(event.position().toPoint()))
        super().mousePressEvent(event)

    def _copy(self) -> None:
        if self.textCursor().hasSelection():
            self._clipboard.set_text(self.textCursor().selection().toPlainText())
