"""Columns of content side by side where there is room for them, one below the other where there is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.content.blocks import COLUMNS
from ui.window.theme import GRID_PX, Tokens

_LEAST_PX = 180
"""No column that has more to show is made narrower than this, at the present text scale."""


class ColumnsView(QWidget):
    """Widgets with a share of twelve columns each; a line takes twelve, what is more begins another one."""

    def __init__(
        self, columns: Sequence[tuple[QWidget, int, int]], *, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        """Take (widget, span, offset) for each column."""
        super().__init__(parent)
        self._tokens = tokens
        self._columns = list(columns)
        self._heights: dict[int, int] = {}
        """The height at a width, until a column asks for another; columns in columns would reckon for each other anew."""
        for widget, _span, _offset in self._columns:
            widget.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _lines(self) -> list[list[tuple[QWidget, int, int]]]:
        """The columns of each line, with the place of the first of the twelve."""
        lines: list[list[tuple[QWidget, int, int]]] = [[]]
        place = 0
        for widget, wide, offset in self._columns:
            if lines[-1] and place + offset + wide > COLUMNS:
                lines.append([])
                place = 0
            lines[-1].append((widget, wide, place + offset))
            place += offset + wide
        return lines

    def _is_stacked(self, width: int) -> bool:
        if self._tokens.single_column:
            return True
        least = self._tokens.px(_LEAST_PX)
        return any(
            self._share(wide, width) < min(least, widget.sizeHint().width()) for widget, wide, _offset in self._columns
        )

    def _gap(self) -> int:
        return self._tokens.px(2 * GRID_PX)

    def _share(self, wide: int, width: int) -> int:
        unit = (width + self._gap()) / COLUMNS
        return max(1, round(unit * wide) - self._gap())

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        """Where each widget stands in a width, from left to right."""
        result = []
        y = 0
        stacked = self._is_stacked(width)
        for line in [[each] for each in self._columns] if stacked else self._lines():
            height = 0
            for widget, wide, place in line:
                x = 0 if stacked else round((width + self._gap()) / COLUMNS * place)
                share = width if stacked else min(self._share(wide, width), max(1, width - x))
                tall = widget.heightForWidth(share) if widget.hasHeightForWidth() else widget.sizeHint().height()
                result.append((widget, QRect(x, y, share, tall)))
                height = max(height, tall)
            y += height + self._gap()
        return result

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at a width."""
        if width not in self._heights:
            self._heights[width] = max((place.bottom() + 1 for _widget, place in self._places(width)), default=0)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """As wide as running text may be."""
        width = self._tokens.prose_width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Columns become one."""
        return QSize(self._tokens.px(64), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the columns."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """What a column asks for may have changed."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._heights.clear()
            self._place()
            self.updateGeometry()
        return super().event(event)

    def _place(self) -> None:
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for widget, place in self._places(self.width()):
            if right_to_left:
                place.moveLeft(self.width() - place.right() - 1)
            widget.setGeometry(place)
