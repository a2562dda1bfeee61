"""A card, a gap or a row that is picked up by one press and put down by the next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget


class HeldButton(QPushButton):
    """A button that is held or not; whoever made it says which.

    A push button and no check box to assistive technology: "not checked" would say nothing about a card that is used.
    What it is stands in its name. The second press of a double click does nothing, or it would undo the first.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def is_held(self) -> bool:
        """Whether it is picked up."""
        return self._is_held

    def set_held(self, *, held: bool) -> None:
        """Show whether it is picked up."""
        self._is_held = held
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take it and do nothing."""
        event.accept()
