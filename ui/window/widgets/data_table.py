"""A table for proctors and admins: sorts by a column, narrows by a search field, copies nothing out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.labels import Words
from ui.window.widgets.private_line import PrivateLine

Cell = str | int
COLUMN_MAX_PX = 360  # one long name must not push every other column out of sight
_KEY = Qt.ItemDataRole.UserRole
_SORT = Qt.ItemDataRole.UserRole + 1


class _Cells(QTableView):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            return
        if event.key() == Qt.Key.Key_S and self.currentIndex().isValid():
            self._sort_by(self.currentIndex().column())
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _sort_by(self, column: int) -> None:
        header = self.horizontalHeader()
        ascending = Qt.SortOrder.AscendingOrder
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() is ascending
        self.sortByColumn(column, Qt.SortOrder.DescendingOrder if again else ascending)


class DataTable(QWidget):
    """Rows of texts and whole numbers. Headers sort by mouse, the key S sorts by the column of the marked cell."""

    chosen = Signal(str)
    """The key of the row opened by Enter or a double click."""

    def __init__(
        self,
        columns: Sequence[str],
        *,
        tokens: Tokens,
        name: str,
        empty_words: str = "",
        search: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._columns = tuple(columns)
        self._empty_words = empty_words or self.tr("There are no entries.")
        self._model = QStandardItemModel(0, len(columns), self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setSortRole(_SORT)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field = PrivateLine(tokens=tokens, name=self.tr("Search in {table}").format(table=name), parent=self)
        self.field.setPlaceholderText(self.tr("Search"))
        self.field.setVisible(search)
        self.field.textChanged.connect(self._narrow)
        self._cells = self._table(name)
        self._nothing = Words(self._empty_words, tokens=tokens, muted=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        column.addWidget(self.field)
        column.addWidget(self._cells, 1)
        column.addWidget(self._nothing)
        self.set_rows(())

    def _table(self, name: str) -> _Cells:
        cells = _Cells(self)
        cells.setModel(self._proxy)
        cells.setAccessibleName(name)
        cells.setAccessibleDescription(self.tr("Press S to sort by the marked column, Enter to open a row."))
        cells.setFont(self._tokens.font())
        cells.setSortingEnabled(True)
        cells.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        cells.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        cells.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        cells.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        cells.setTabKeyNavigation(False)
        cells.setShowGrid(False)
        cells.setWordWrap(True)
        cells.setCornerButtonEnabled(False)
        cells.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        cells.verticalHeader().hide()
        cells.verticalHeader().setDefaultSectionSize(max(TARGET_PX, self._tokens.px(44)))
        header = cells.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(self._tokens.px(64))
        header.setMaximumSectionSize(self._tokens.px(COLUMN_MAX_PX))
        cells.activated.connect(self._open)
        return cells

    def set_rows(self, rows: Sequence[tuple[str, Sequence[Cell]]]) -> None:
        """Show other rows: pairs of a key and one cell for each column."""
        self._model.clear()
        self._model.setHorizontalHeaderLabels(list(self._columns))
        for place in range(len(self._columns)):
            if rows and all(isinstance(cells[place], int) for _key, cells in rows):
                trailing = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
                self._model.horizontalHeaderItem(place).setTextAlignment(trailing)
        for key, cells in rows:
            self._model.appendRow([self._item(key, cell) for cell in cells])
        order = self._cells.horizontalHeader()
        self._proxy.sort(max(0, order.sortIndicatorSection()), order.sortIndicatorOrder())
        self._narrow()

    def _item(self, key: str, cell: Cell) -> QStandardItem:
        item = QStandardItem(self.locale().toString(cell) if isinstance(cell, int) else cell)
        item.setData(key, _KEY)
        item.setData(cell if isinstance(cell, int) else cell.casefold(), _SORT)
        if isinstance(cell, int):
            item.setTextAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        return item

    def current(self) -> str:
        """The key of the marked row; empty where none is."""
        index = self._cells.currentIndex()
        return str(index.data(_KEY)) if index.isValid() else ""

    def shown_count(self) -> int:
        """How many rows the search lets through."""
        return self._proxy.rowCount()

    def _narrow(self) -> None:
        query = self.field.text().strip()
        self._proxy.setFilterFixedString(query)
        words = self.tr("Nothing found for “{query}”.").format(query=query) if query else self._empty_words
        self._nothing.setText(words)
        self._nothing.setVisible(self.shown_count() == 0)
        self._cells.setVisible(self.shown_count() > 0)

    def _open(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data(_KEY)))
