"""The divider between scenario and question: wide enough to see and take, and moved by the arrow keys too."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from ui.window.theme import RING_PX, Tokens
from ui.window.widgets.painting import paint_box

_STEP_PX = 24
_WIDTH_PX = 12


class _Handle(QSplitterHandle):
    def __init__(self, orientation: Qt.Orientation, parent: Divided) -> None:
        super().__init__(orientation, parent)
        self._divided = parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Divider between scenario and question"))
        self.setAccessibleDescription(self.tr("Arrow keys move it."))

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, _WIDTH_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        upright = self.orientation() is Qt.Orientation.Horizontal
        back, forth = (Qt.Key.Key_Left, Qt.Key.Key_Right) if upright else (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if upright and self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            back, forth = forth, back
        if event.key() == back:
            self._divided.move_by(-_STEP_PX)
        elif event.key() == forth:
            self._divided.move_by(_STEP_PX)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, rect = self._divided.tokens, QPainter(self), QRectF(self.rect())
        painter.fillRect(rect, QColor(t.surface_sunken))
        upright = self.orientation() is Qt.Orientation.Horizontal
        grip = QRectF(0, 0, 4, t.px(48)) if upright else QRectF(0, 0, t.px(48), 4)
        grip.moveCenter(rect.center())
        hovered = self.underMouse()
        paint_box(painter, grip, fill=t.accent if hovered else t.control, radius=2)
        if self.hasFocus():
            paint_box(painter, rect, fill=None, outline=t.focus, width=RING_PX, radius=3)
        painter.end()


class Divided(QSplitter):
    """Two panes with a visible divider; neither can be made to vanish."""

    def __init__(self, first: QWidget, second: QWidget, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens, self._panes = tokens, (first, second)
        self.setHandleWidth(_WIDTH_PX)
        self.setChildrenCollapsible(False)
        self.addWidget(first)
        self.addWidget(second)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)

    def minimumSizeHint(self) -> QSize:
        """As large as the larger pane: where there is no room for both, one is hidden, and the window is not to grow first."""
        hints = [pane.minimumSizeHint() for pane in self._panes if not pane.isHidden()]
        return QSize(
            max((each.width() for each in hints), default=0), max((each.height() for each in hints), default=0)
        )

    def createHandle(self) -> QSplitterHandle:
        """The handle as above."""
        return _Handle(self.orientation(), self)

    def move_by(self, pixels: int) -> None:
        """Give the first pane so many pixels more."""
        first, second = self.sizes()
        self.setSizes([max(1, first + pixels), max(1, second - pixels)])

    def first_share_percent(self) -> int | None:
        """The first pane's share; None where only one pane is shown."""
        first, second = self.sizes()
        return round(100 * first / (first + second)) if first and second else None

    def set_first_share(self, percent: int) -> None:
        """Give the first pane a share."""
        total = max(100, sum(self.sizes()))
        self.setSizes([total * percent // 100, total * (100 - percent) // 100])
