"""A layout of equal columns: as many as are wanted and fit, filled along the lines or down the columns."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class StackingLayout(QLayout):
    """Widgets in a grid whose columns are equally wide; mirrors itself from right to left.

    `columns` 0 is as many as fit on one line. `downward` fills a column before the next one begins. No column is made
    narrower than `least_px` where its contents would like more.
    """

    def __init__(
        self, parent: QWidget | None = None, *, columns: int, downward: bool, least_px: int, spacing: int
    ) -> None:
        super().__init__(parent)
        self._least_px = least_px
        self._columns, self._downward = columns, downward
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more item."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place, or None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove the item at a place."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """As wide as there is room."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at a width."""
        return max((place.bottom() + 1 for _item, place in self._places(width)), default=0)

    def setGeometry(self, rect: QRect) -> None:
        """Place every widget."""
        super().setGeometry(rect)
        parent = self.parentWidget()
        right_to_left = parent is not None and parent.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for item, place in self._places(rect.width()):
            if right_to_left:
                place.moveLeft(rect.width() - place.right() - 1)
            item.setGeometry(place.translated(rect.topLeft()))

    def sizeHint(self) -> QSize:
        """All columns in the width that their contents would like."""
        columns = self._columns or max(1, len(self._items))
        width = columns * (self._liked() + self.spacing()) - self.spacing()
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """One column."""
        width = max((item.minimumSize().width() for item in self._items), default=0)
        return QSize(width, 0)

    def columns_in(self, width: int) -> int:
        """How many columns there are in a width: never so many that one is too narrow."""
        wanted = self._columns or len(self._items)
        least = min(self._liked(), self._least_px)
        fitting = (width + self.spacing()) // max(1, least + self.spacing())
        return max(1, min(wanted, fitting, max(1, len(self._items))))

    def _liked(self) -> int:
        return max((item.sizeHint().width() for item in self._items), default=1)

    def _cell(self, place: int, columns: int) -> tuple[int, int]:
        """Column and line of an item, where columns are filled one after the other: none is left empty."""
        each, longer = divmod(len(self._items), columns)
        if place < longer * (each + 1):
            return divmod(place, each + 1)
        column, line = divmod(place - longer * (each + 1), each)
        return column + longer, line

    def _places(self, width: int) -> list[tuple[QLayoutItem, QRect]]:
        columns = self.columns_in(width)
        lines = -(-len(self._items) // columns)
        share = (width - (columns - 1) * self.spacing()) // columns
        heights = [0] * lines
        where = []
        for place, item in enumerate(self._items):
            column, line = self._cell(place, columns) if self._downward else (place % columns, place // columns)
            tall = item.heightForWidth(share) if item.hasHeightForWidth() else item.sizeHint().height()
            heights[line] = max(heights[line], tall)
            where.append((item, column, line))
        tops = [sum(heights[:line]) + line * self.spacing() for line in range(lines)]
        return [
            (item, QRect(column * (share + self.spacing()), tops[line], share, heights[line]))
            for item, column, line in where
        ]
