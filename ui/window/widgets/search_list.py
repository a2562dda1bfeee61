"""A list of rows that a search field narrows, all in place: the roster, the proctors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kiosk.seat.name_search import is_found, is_found_as_written
from ui.window.theme import GRID_PX, RING_PX, TextSize, Tokens
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box
from ui.window.widgets.private_line import PrivateLine

_KEY = Qt.ItemDataRole.UserRole
_DETAIL = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: what identifies it, what it is called, and a second line in smaller letters."""

    key: str
    title: str
    detail: str = ""


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._tokens.px(64))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        t = self._tokens
        state: QStyle.StateFlag = option.state
        box = QRectF(option.rect).adjusted(2, 2, -2, -2)
        direction: Qt.LayoutDirection = option.direction
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        if selected or hovered:
            outline = t.accent if selected and t.outline_px > 1 else None
            paint_box(
                painter, box, fill=t.accent_tint if selected else t.surface_sunken, outline=outline, width=t.outline_px
            )
        if selected:
            bar = QRectF(box.left(), box.top(), t.px(4), box.height())
            if direction is Qt.LayoutDirection.RightToLeft:
                bar.moveRight(box.right())
            paint_box(painter, bar, fill=t.accent, radius=2)
        if focused:
            paint_box(painter, box, fill=None, outline=t.focus, width=RING_PX)
        self._paint_words(painter, box.adjusted(t.px(16), t.px(6), -t.px(16), -t.px(6)), index, direction)
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        box: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        direction: Qt.LayoutDirection,
    ) -> None:
        t = self._tokens
        painter.setLayoutDirection(direction)  # a painter takes left for leading, in its own direction
        title, detail = index.data(Qt.ItemDataRole.DisplayRole), index.data(_DETAIL)
        parts = (
            (title, t.font(bold=True), t.text, Qt.AlignmentFlag.AlignTop if detail else Qt.AlignmentFlag.AlignVCenter),
            (detail, t.font(TextSize.SMALL), t.text_muted, Qt.AlignmentFlag.AlignBottom),
        )
        for words, font, colour, upright in parts:
            painter.setFont(font)
            painter.setPen(QColor(colour))
            elided = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | upright, elided)


class _Rows(QListWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Item views put the current row on the clipboard; an exam lets nothing out.
        if event.matches(QKeySequence.StandardKey.Copy):
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.currentRow() >= 0:
                self.itemActivated.emit(self.currentItem())
            return
        super().keyPressEvent(event)


class SearchList(QWidget):
    """Search field above rows. Down goes from the field into the rows, Enter chooses the row that is marked."""

    chosen = Signal(str)
    """The key of the row that was opened: by Enter or by a double click."""
    current_changed = Signal(str)
    """The key of the row that is marked; empty where none is."""

    def __init__(
        self, rows: Sequence[Row] = (), *, tokens: Tokens, name: str, search_name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._all: tuple[Row, ...] = ()
        self.field = PrivateLine(tokens=tokens, name=search_name, parent=self)
        self.field.setPlaceholderText(search_name)
        self._list = _Rows(self)
        self._list.setAccessibleName(name)
        self._list.setItemDelegate(_RowDelegate(tokens, self._list))
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.setStyleSheet(
            f"QListWidget {{ background: {tokens.surface_raised}; border: 1px solid {tokens.control};"
            " border-radius: 6px; padding: 2px; outline: 0; }"
        )
        self._nothing = Words("", tokens=tokens, muted=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        for each in (self.field, self._nothing, self._list):
            column.addWidget(each, 1 if each is self._list else 0)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._narrow)
        self.field.returnPressed.connect(self._open_current)
        self._list.itemActivated.connect(lambda item: self.chosen.emit(item.data(_KEY)))
        self._list.currentItemChanged.connect(
            lambda now, _before: self.current_changed.emit(now.data(_KEY) if now else "")
        )
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the marked one stays marked if it is still there."""
        self._all = tuple(rows)
        self._narrow()

    def current(self) -> str:
        """The key of the marked row; empty where none is."""
        return str(self._list.currentItem().data(_KEY)) if self._list.currentRow() >= 0 else ""

    def set_current(self, key: str) -> None:
        """Mark a row."""
        for place in range(self._list.count()):
            if self._list.item(place).data(_KEY) == key:
                self._list.setCurrentRow(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down in the field goes into the rows; Enter has chosen a row and must not do the page's main action as well."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return
        if event.key() == Qt.Key.Key_Down and self.field.hasFocus() and self._list.count():
            self._list.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _open_current(self) -> None:
        if self.current():
            self.chosen.emit(self.current())

    def _narrow(self) -> None:
        marked, query = self.current(), self.field.text()
        # In titles only: "Ana" must not find everybody who sits "Contact Center Management".
        shown = [row for row in self._all if is_found(query, row.title)]
        nearest = [row.key for row in shown if is_found_as_written(query, row.title)] or [row.key for row in shown]
        blocked = self._list.blockSignals(True)
        self._list.clear()
        for row in shown:
            item = QListWidgetItem(row.title, self._list)
            item.setData(_KEY, row.key)
            item.setData(_DETAIL, row.detail)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.title}, {row.detail}" if row.detail else row.title)
        if shown:  # whoever types “Zoë” and Enter does not mean the “Zoe” above her
            self.set_current(marked if marked in nearest else nearest[0])
        self._list.blockSignals(blocked)
        self._say_nothing(count=len(shown))
        if self.current() != marked:
            self.current_changed.emit(self.current())

    def _say_nothing(self, *, count: int) -> None:
        query = self.field.text().strip()
        words = (
            self.tr("Nothing found for “{query}”.").format(query=query) if query else self.tr("There are no entries.")
        )
        self._nothing.setText("" if count else words)
        self._nothing.setVisible(not count)
