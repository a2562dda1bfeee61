"""Several lines of plain text from which nothing reaches a clipboard, told by age and held within a length.

Owns typing and when to tell. Refuses to know what the text is for.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from ui.window.theme import Tokens
from ui.window.widgets.private_clipboard import PrivateClipboard
from ui.window.widgets.private_editor import PrivateEditor

TELL_AFTER_MS: Final = 700
"""By age, not by silence: who types without pausing still has every second on disk. Leaves room for the commit."""


class PrivateText(PrivateEditor):
    """A field whose whole text is told, at most 0.7 s after a change; longer than its limit it does not get."""

    told = Signal(str)
    """The text as it is now."""
    counted = Signal(int)
    """How many characters (code points) there are, after every change."""
    full = Signal()
    """Something did not fit and was not taken."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        name: str,
        characters_max: int,
        clipboard: PrivateClipboard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(clipboard=clipboard or PrivateClipboard(), parent=parent)
        self._characters_max = characters_max
        self._told = self._seen = ""
        self._timer = QTimer(self, singleShot=True, interval=TELL_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self.setFont(tokens.font())
        self.setAccessibleName(name)
        self.textChanged.connect(self._on_change)

    def show_text(self, text: str) -> None:
        """Show what is known elsewhere; what is typed and not told yet is kept instead."""
        if self._timer.isActive() or text == self._seen:
            return
        self._told = self._seen = text
        blocked = self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(blocked)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.counted.emit(len(text))

    def flush(self) -> None:
        """Tell what is not told yet, now."""
        self._timer.stop()
        if self._seen != self._told:
            self._told = self._seen
            self.told.emit(self._seen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is for whoever stands around this field."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever leaves has finished for now."""
        super().focusOutEvent(event)
        self.flush()

    def _on_change(self) -> None:
        text = self.toPlainText()
        if len(text) > self._characters_max:
            QTimer.singleShot(0, self, self._take_back)  # Qt is in the middle of the change
            return
        if text == self._seen:
            return
        self._seen = text
        if not self._timer.isActive():
            self._timer.start()
        self.counted.emit(len(text))

    def _take_back(self) -> None:
        if len(self.toPlainText()) <= self._characters_max:
            return
        place = min(self.textCursor().position(), len(self._seen))
        blocked = self.blockSignals(True)
        self.setPlainText(self._seen)
        self.blockSignals(blocked)
        cursor = self.textCursor()
        cursor.setPosition(min(place, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.full.emit()
