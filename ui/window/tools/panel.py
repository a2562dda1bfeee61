"""The frame around a tool: a handle that moves it, a button that puts it to the side, a button that closes it.

Owns where a panel wants to stand, within the room it is given. Refuses to know what is in it.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, RADIUS_PX, TARGET_PX, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.labels import Heading
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring

STEP_PX: Final = 24
FINE: Final = 6
"""With Shift, a step is so many times smaller."""
_MOVES: Final = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


class Handle(QAbstractButton):
    """What moves a thing: dragged by the mouse, pushed by the arrow keys."""

    pushed = Signal(QPoint)
    """By so many pixels"""

    def __init__(self, *, tokens: Tokens, name: str, step_px: int = STEP_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens, self._step_px = tokens, step_px
        self._from: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setAccessibleName(name)
        self.setAccessibleDescription(self.tr("Arrow keys move it; with Shift, a little."))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A target."""
        side = max(TARGET_PX, self._tokens.px(32)) + 2 * RING_ROOM_PX
        return QSize(side, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys push."""
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.pushed.emit(move * (self._step_px // FINE if fine else self._step_px))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._from = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull along."""
        if self._from is not None:
            now = event.globalPosition().toPoint()
            self.pushed.emit(now - self._from)
            self._from = now

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._from = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the grip."""
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        if self.underMouse():
            paint_box(painter, box, fill=t.surface_raised)
        side = t.px(20)
        grip = QRectF(0, 0, side, side)
        grip.moveCenter(box.center())
        paint_icon(painter, Icon.GRIP, grip, t.colour(t.text))
        paint_ring(painter, self, t)
        painter.end()


class Side(Enum):
    """Where a panel stands."""

    TRAILING = "trailing"
    LEADING = "leading"
    FREE = "free"


class ToolPanel(QWidget):
    """Header and body of one tool; the body scrolls where there is no room."""

    closed = Signal()
    moved = Signal(QPoint)
    """A person pushed or pulled it by so many pixels."""
    docked = Signal()
    """A person asked for the side, or back from it."""

    def __init__(
        self, title: str, body: QWidget, *, width_px: int, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.body = body
        self.side = Side.TRAILING
        self._width_px = width_px
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        edge = tokens.outline_px
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(0)
        self._head = self._header(title)
        column.addWidget(self._head)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(title)
        holder = QWidget()
        room = QVBoxLayout(holder)
        room.setContentsMargins(*(tokens.px(GRID_PX),) * 4)
        if body.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Expanding:
            room.addWidget(body, 1)
        else:
            room.addWidget(body)
            room.addStretch(1)
        self._area.setWidget(holder)
        column.addWidget(self._area, 1)

    def _header(self, title: str) -> QWidget:
        t = self.tokens
        header = QWidget(self)
        row = QHBoxLayout(header)
        row.setContentsMargins(t.px(4), t.px(2), t.px(4), t.px(2))
        row.setSpacing(t.px(4))
        self.handle = Handle(tokens=t, name=self.tr("Move: {tool}").format(tool=title), parent=header)
        self.handle.pushed.connect(self.moved)
        heading = Heading(title, tokens=t, level=2, parent=header)
        self._dock = Button("", tokens=t, kind=ButtonKind.QUIET, icon=Icon.FLOAT, parent=header)
        self._dock.clicked.connect(lambda _checked: self.docked.emit())
        close = Button("", tokens=t, kind=ButtonKind.QUIET, icon=Icon.CROSS, parent=header)
        close.setAccessibleName(self.tr("Close: {tool}").format(tool=title))
        close.clicked.connect(lambda _checked: self.closed.emit())
        row.addWidget(self.handle)
        row.addWidget(heading, 1)
        row.addWidget(self._dock)
        row.addWidget(close)
        self.show_side(self.side)
        return header

    def show_side(self, side: Side) -> None:
        """Show where it stands."""
        self.side = side
        free = side is Side.FREE
        self._dock.set_icon(Icon.DOCK if free else Icon.FLOAT)
        self._dock.setAccessibleName(self.tr("Put it at the side") if free else self.tr("Let it move freely"))
        self.update()

    def wanted(self, room: QSize) -> QSize:
        """How large it would like to be, within the room there is."""
        width = min(self._width_px, room.width())
        body = self.body.heightForWidth(width) if self.body.hasHeightForWidth() else self.body.sizeHint().height()
        height = self._head.sizeHint().height() + body + 3 * self.tokens.px(GRID_PX)
        return QSize(width, min(height, room.height()))

    def keep_in_view(self, widget: QWidget) -> None:
        """Scroll so that a control of the body is seen."""
        if self.body.isAncestorOf(widget):
            self._area.ensureWidgetVisible(widget, 0, self.tokens.px(GRID_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; no other key goes through to the page, where Enter means Next."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside a control is no click on the question below."""
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface; an outline all around where it lies over something."""
        t, painter = self.tokens, QPainter(self)
        paint_box(
            painter,
            QRectF(self.rect()),
            fill=t.surface_sunken,
            outline=t.control,
            width=t.outline_px,
            radius=RADIUS_PX if self.side is Side.FREE else 0,
        )
        painter.end()
