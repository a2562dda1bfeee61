"""The cells of a match table: a mark in a column, or a mark with its column's words in a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy, QWidget

from ui.window.content.content_view import ContentView
from ui.window.items.option_row import paint_mark
from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.radio import check_alone

COLUMN_PX: Final = 88


class Matrix(Protocol):
    """What cells ask of the table they stand in."""

    def set_stops(self) -> None:
        """Leave one stop for Tab in each row."""

    def moved(self, place: tuple[int, int], event: QKeyEvent) -> bool:
        """Take a key; tell whether it meant something."""
        ...


class CellFace:
    """Size and painting of a cell, for both kinds of button; with its column's words beside the mark in a narrow list."""

    def __init__(self, button: QRadioButton | QCheckBox, words: str, tokens: Tokens) -> None:
        self._button, self._words, self._tokens = button, words, tokens
        self.with_words = False
        self._content: ContentView | None = None
        self.possible = True
        """Whether the match groups of its row and column allow the pair."""
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        button.setSizePolicy(policy)

    def set_with_words(self, *, with_words: bool, look: Callable[[QWidget], ContentView | None]) -> None:
        """Show the words beside the mark, or the mark alone; `look` makes what stands for the words, if anything does."""
        self.with_words = with_words
        if with_words and self._content is None:
            self._content = look(self._button)
            if self._content is not None:
                self._content.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if self._content is not None:
            self._content.setVisible(with_words)
            self.place()

    def place(self) -> None:
        """Lay what stands for the words where they would be."""
        if self._content is not None and self.with_words:
            box = self._words_box(body_of(self._button)).toRect()
            height = min(box.height(), self._content.heightForWidth(box.width()))
            box.setTop(box.center().y() - height // 2)
            self._content.setGeometry(box.x(), box.y(), box.width(), height)

    def _side(self) -> int:
        return self._tokens.px(22)

    def _beside(self) -> int:
        return 2 * RING_ROOM_PX + self._side() + self._tokens.px(GRID_PX) * 3

    def height_for_width(self, width: int) -> int:
        """The height of a mark, or of the words beside it."""
        least = self._tokens.px(TARGET_PX) + 2 * RING_ROOM_PX
        if not self.with_words:
            return least
        field = QRectF(0, 0, max(40, width - self._beside()), 10_000)
        metrics = QFontMetricsF(self._tokens.font())
        height = metrics.boundingRect(field, int(Qt.TextFlag.TextWordWrap), self._words).height()
        if self._content is not None:
            height = self._content.heightForWidth(round(field.width()))
        return max(least, round(height) + self._tokens.px(16) + 2 * RING_ROOM_PX)

    def hint(self) -> QSize:
        """As wide as a column."""
        width = self._tokens.px(COLUMN_PX)
        return QSize(width, self.height_for_width(width))

    def paint(self, *, round_mark: bool) -> None:
        """Draw the cell."""
        button, t, side = self._button, self._tokens, self._side()
        painter, box = QPainter(button), body_of(button)
        checked, hovered = button.isChecked(), button.underMouse() and button.isEnabled()
        if checked or hovered or self.with_words:
            fill = t.accent_tint if checked else (t.surface_sunken if hovered else t.surface_raised)
            outline = t.accent if checked else (t.line if self.with_words else None)
            paint_box(painter, box, fill=fill, outline=outline, width=t.outline_px)
        left = box.center().x() - side / 2
        if self.with_words:
            left = self._paint_words(painter, box)
        field = QRectF(QPointF(left, box.center().y() - side / 2), QSize(side, side).toSizeF())
        if self.possible or checked:
            paint_mark(painter, field, t, checked=checked, round_mark=round_mark)
        paint_ring(painter, button, t)
        painter.end()

    def _words_box(self, box: QRectF) -> QRectF:
        """Where the words stand in the body of the cell."""
        pad, side = self._tokens.px(GRID_PX), self._side()
        right_to_left = self._button.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return box.adjusted(pad, 0, -side - 2 * pad, 0) if right_to_left else box.adjusted(side + 2 * pad, 0, -pad, 0)

    def _paint_words(self, painter: QPainter, box: QRectF) -> float:
        """Draw the words; return where the mark stands."""
        pad, side = self._tokens.px(GRID_PX), self._side()
        right_to_left = self._button.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if self._content is None:
            painter.setFont(self._tokens.font())
            painter.setPen(QColor(self._tokens.text))
            # A painter takes left for leading, in its own direction, which is the application's unless it is told.
            painter.setLayoutDirection(self._button.layoutDirection())
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._words_box(box), flags, self._words)
        return box.right() - pad - side if right_to_left else box.left() + pad


class RadioCell(QRadioButton):
    """A cell of a row that takes one column."""

    def __init__(self, words: str, place: tuple[int, int], *, tokens: Tokens, part: Matrix, parent: QWidget) -> None:
        super().__init__(parent)
        self._part, self._place = part, place
        self.face = CellFace(self, words, tokens)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keep the stops."""
        super().focusInEvent(event)
        # Qt takes all radio buttons of one parent for one group and leaves Tab one stop among them.
        self._part.set_stops()

    def nextCheckState(self) -> None:
        """A second press takes nothing back."""
        check_alone(self, checked=True)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole cell is the target
        """Anywhere in the cell."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the table go to it first."""
        if not self._part.moved(self._place, event):
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the words, or of a target."""
        return self.face.height_for_width(width)

    def sizeHint(self) -> QSize:
        """As wide as a column."""
        return self.face.hint()

    def minimumSizeHint(self) -> QSize:
        """Never less than a target."""
        return QSize(TARGET_PX, self.face.height_for_width(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What stands for the words is laid out anew."""
        super().resizeEvent(event)
        self.face.place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark, and the words in a list."""
        self.face.paint(round_mark=True)


class CheckCell(QCheckBox):
    """A cell of a row that takes several columns."""

    def __init__(self, words: str, place: tuple[int, int], *, tokens: Tokens, part: Matrix, parent: QWidget) -> None:
        super().__init__(parent)
        self._part, self._place = part, place
        self.face = CellFace(self, words, tokens)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole cell is the target
        """Anywhere in the cell."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the table go to it first."""
        if not self._part.moved(self._place, event):
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the words, or of a target."""
        return self.face.height_for_width(width)

    def sizeHint(self) -> QSize:
        """As wide as a column."""
        return self.face.hint()

    def minimumSizeHint(self) -> QSize:
        """Never less than a target."""
        return QSize(TARGET_PX, self.face.height_for_width(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What stands for the words is laid out anew."""
        super().resizeEvent(event)
        self.face.place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark, and the words in a list."""
        self.face.paint(round_mark=False)
