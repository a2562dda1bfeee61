"""The choices and the picture or text they go to: one above the other, or side by side if wanted and there is room.

Owns where the two lie (QTI 3.0, shared vocabulary: ``qti-choices-top|bottom|left|right`` and
``data-choices-container-width``). Refuses to know what they hold.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.window.theme import GRID_PX, Tokens

_KEPT: Final = 0.7
"""The share of its width that the picture keeps when something stands beside it; with less they stand one above the other."""


class ChoicesAndPicture(QWidget):
    """Lays out two widgets that somebody else makes."""

    _choices: QWidget
    _canvas: QWidget

    def __init__(self, *, position: str, width_px: int, tokens: Tokens, parent: QWidget) -> None:
        """`position` and `width_px` are what the style says; 0 pixels: as wide as need be."""
        super().__init__(parent)
        self._position, self._wanted, self._gap = position, tokens.px(width_px), tokens.px(GRID_PX)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hold(self, choices: QWidget, canvas: QWidget) -> None:
        """What it lays out: children of it already, since a new parent would change the order of Tab."""
        self._choices, self._canvas = choices, canvas

    def _choices_width(self, width: int) -> int:
        """As the style wants it; beside a picture as narrow as the widest choice; never narrower than that."""
        # What is hidden now counts too: nothing moves when it comes.
        widest = max((each.sizeHint().width() for each in self._choices.findChildren(QPushButton)), default=0)
        rest = widest if self._at_side() else width
        return min(width, max(widest, self._wanted) if self._wanted else rest)

    def _at_side(self) -> bool:
        return self._position in {"left", "right"}

    def is_beside(self, width: int) -> bool:
        """Whether the two stand side by side within a width."""
        if not self._at_side():
            return False
        alone = min(width, self._canvas.sizeHint().width())
        return width - self._choices_width(width) - self._gap >= _KEPT * alone

    def _places(self, width: int) -> tuple[QRect, QRect]:
        """Where choices and picture lie within a width."""
        beside = self.is_beside(width)
        narrow = self._choices_width(width) if beside or self._wanted else width
        wide = width - narrow - self._gap if beside else width
        if beside:
            wide = min(wide, max(self._canvas.sizeHint().width(), self._canvas.minimumSizeHint().width()))
        choices = QRect(0, 0, narrow, max(0, self._choices.heightForWidth(narrow)))
        picture = QRect(0, 0, wide, self._canvas.heightForWidth(wide))
        first, second = (picture, choices) if self._position in {"bottom", "right"} else (choices, picture)
        if beside:
            free = width - first.width() - self._gap - second.width() if self.isRightToLeft() else 0
            first.moveLeft(free)
            second.moveLeft(free + first.width() + self._gap)
        else:
            second.moveTop(first.height() + self._gap)
            self._lead(width, choices)
        return choices, picture

    def _lead(self, width: int, choices: QRect) -> None:
        """Narrow choices stand where reading begins."""
        if self.isRightToLeft():
            choices.moveLeft(width - choices.width())

    def hasHeightForWidth(self) -> bool:
        """Both wrap or shrink."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The lower end of both."""
        return max(each.bottom() + 1 for each in self._places(width))

    def sizeHint(self) -> QSize:
        """As the picture would like, with the choices beside it where they are to be."""
        width = self._canvas.sizeHint().width()
        if self._at_side():
            width += self._gap + self._choices_width(width)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """The narrower of the two wraps or shrinks."""
        least = max(self._canvas.minimumSizeHint().width(), self._choices.minimumSizeHint().width())
        return QSize(least, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """One of the two wants another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._arrange()
            return True
        return super().event(event)

    def _arrange(self) -> None:
        for widget, place in zip((self._choices, self._canvas), self._places(self.width()), strict=True):
            widget.setGeometry(place)
