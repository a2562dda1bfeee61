"""A picture that is worked on: as wide as there is room for, enlarged where wanted, with a layer for an interaction.

Owns the scale of the picture, its frame, and the way there and back between pixels of the screen and of the picture.
Refuses to know what is drawn on the layer and what a click means.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QTransform,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from ui.window.items.graphic.picture import Picture
from ui.window.theme import GRID_PX, RING_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box

ZOOMS: Final = (100, 150, 200, 300, 400)
"""Percent of the size at which the whole picture is seen."""
_SIDE_MAX_PX: Final = 16_000
_ROOM_PX: Final = 360
"""Where a small picture is enlarged, its frame grows to this height before it scrolls."""
_MARGIN_PX: Final = 8
_PAN_PX: Final = 48


class Surface(QLabel):
    """The picture itself. The layer's widgets are its children; it draws for them and takes the pointer for them.

    A label with a picture is a graphic for assistive technology, its name is the alternative text.
    """

    clicked = Signal(QPointF)
    """a point of the picture, where the button was pressed and let go"""
    hovered = Signal(object)
    """a point of the picture, or None when the pointer has left"""
    scaled = Signal()

    def __init__(self, picture: Picture, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.drawn, self._tokens = picture, tokens
        self.scale = 1.0
        self.layer: Callable[[QPainter], None] = lambda _painter: None
        self._pressed: QPointF | None = None
        self.setMouseTracking(True)
        empty = QPixmap(1, 1)
        empty.fill(Qt.GlobalColor.transparent)
        self.setPixmap(empty)
        self.setAccessibleName(picture.alt)

    def set_scale(self, scale: float) -> None:
        """Draw the picture at so many pixels of the screen for each of its own."""
        self.scale = scale
        size = self.drawn.size * scale
        self.resize(max(1, round(size.width())), max(1, round(size.height())))
        self.scaled.emit()
        self.update()

    def to_screen(self, shape: QPainterPath) -> QPainterPath:
        """A shape of the picture as it lies on this widget."""
        return QTransform.fromScale(self.scale, self.scale).map(shape)

    def to_picture(self, point: QPointF) -> QPointF:
        """A point of this widget in the picture's own pixels."""
        return point / self.scale

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw card, picture and layer."""
        painter, box = QPainter(self), QRectF(self.rect())
        painter.fillRect(box, self._tokens.colour(self._tokens.figure))
        if self.drawn.is_readable():
            self.drawn.paint(painter, box, self.devicePixelRatioF())
        else:
            painter.setPen(Qt.GlobalColor.black)
            painter.setFont(self._tokens.font())
            words = self.drawn.alt.strip() or self.tr("This picture cannot be shown.")
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        self.layer(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a click begins."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What lies under the pointer."""
        self.hovered.emit(self.to_picture(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click, unless the pointer was drawn away: that takes the click back."""
        pressed, self._pressed = self._pressed, None
        if event.button() is not Qt.MouseButton.LeftButton or pressed is None:
            return
        if (event.position() - pressed).manhattanLength() <= 2 * _MARGIN_PX:
            self.clicked.emit(self.to_picture(pressed))

    def leaveEvent(self, _event: QEvent) -> None:
        """Nothing lies under the pointer any more."""
        self.hovered.emit(None)


class Frame(QScrollArea):
    """What is seen of an enlarged picture. Only then a stop for the keyboard, and the arrow keys move the picture."""

    def __init__(self, surface: Surface, *, outline_px: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidget(surface)
        self.setViewportMargins(outline_px, outline_px, outline_px, outline_px)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The lower bound of a nested scroll area's own hint would make narrow windows scroll sideways.
        self.setMinimumSize(1, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the picture; a key that moves nothing goes on to the page."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        moves = {
            Qt.Key.Key_Left: (across, -_PAN_PX),
            Qt.Key.Key_Right: (across, _PAN_PX),
            Qt.Key.Key_Up: (down, -_PAN_PX),
            Qt.Key.Key_Down: (down, _PAN_PX),
            Qt.Key.Key_PageUp: (down, -down.pageStep()),
            Qt.Key.Key_PageDown: (down, down.pageStep()),
        }
        if event.key() not in moves:
            event.ignore()
            return
        bar, by = moves[Qt.Key(event.key())]
        before = bar.value()
        bar.setValue(before + by)
        if bar.value() == before:
            event.ignore()


class Canvas(QWidget):
    """The picture in its frame, and under it what enlarges it. Plus, minus and zero do the same by keyboard."""

    def __init__(self, picture: Picture, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens, self._zoom = tokens, 0
        self._stops: tuple[QWidget, ...] = ()
        self._of_interest: QPointF | None = None
        self.surface = Surface(picture, tokens=tokens, parent=self)
        self.frame = Frame(self.surface, outline_px=tokens.outline_px, parent=self)
        self._bar = QWidget(self)
        self._smaller = Button("", tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.MINUS, parent=self._bar)
        self._larger = Button("", tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.PLUS, parent=self._bar)
        self._whole = Button(self.tr("Whole picture"), tokens=tokens, kind=ButtonKind.QUIET, parent=self._bar)
        self._says = Words("", tokens=tokens, size=TextSize.SMALL, muted=True, parent=self._bar)
        self._says.setWordWrap(False)
        self._fill_bar()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._say()

    def _fill_bar(self) -> None:
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._tokens.px(GRID_PX / 2))
        self._smaller.setAccessibleName(self.tr("Make the picture smaller"))
        self._larger.setAccessibleName(self.tr("Make the picture larger"))
        for button, step in ((self._smaller, -1), (self._larger, 1), (self._whole, -len(ZOOMS))):
            button.clicked.connect(lambda _=False, by=step: self.zoom_by(by))
            row.addWidget(button)
        row.insertWidget(1, self._says)
        row.addStretch(1)

    def follow(self, *stops: QWidget) -> None:
        """Have Tab come by the controls on the picture first, then by what enlarges it."""
        self._stops = stops

    def showEvent(self, event: QShowEvent) -> None:
        """Put the stops for Tab into order; before widgets have all found their window, Qt would not take it."""
        super().showEvent(event)
        for before, after in pairwise((*self._stops, self._smaller, self._larger, self._whole)):
            QWidget.setTabOrder(before, after)

    # -- size ---------------------------------------------------------------------------------------------------------

    def zoom_percent(self) -> int:
        """How much the picture is enlarged; 100 shows the whole of it."""
        return ZOOMS[self._zoom]

    def _fit(self, width: int) -> float:
        """The scale at which the whole width is seen; never more than the text is enlarged."""
        own = self.surface.drawn.size
        room = max(1, width - 2 * self._edge())
        wanted = min(room / max(1.0, own.width()), self._tokens.scale / 100)
        return max(0.01, min(wanted, _SIDE_MAX_PX / ZOOMS[-1] * 100 / max(1.0, own.width(), own.height())))

    def _edge(self) -> int:
        return RING_PX + self._tokens.outline_px

    def _view(self, width: int) -> QSize:
        """Size of the frame within a width."""
        own, fit = self.surface.drawn.size, self._fit(width)
        drawn = own * fit * (self.zoom_percent() / 100)
        high = max(own.height() * fit, min(drawn.height(), self._tokens.px(_ROOM_PX)))
        wide = min(drawn.width(), width - 2 * self._edge())
        bars = self.frame.horizontalScrollBar().sizeHint().height() if drawn.width() > wide + 1 else 0
        return QSizeF(wide + 2 * self._edge(), high + bars + 2 * self._edge()).toSize()

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Frame and buttons."""
        return self._view(width).height() + self._tokens.px(GRID_PX / 2) + self._bar.sizeHint().height()

    def sizeHint(self) -> QSize:
        """As drawn, at the text scale."""
        width = self._tokens.px(self.surface.drawn.size.width()) + 2 * self._edge()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Pictures shrink with their column."""
        return QSize(max(self._tokens.px(64), self._bar.minimumSizeHint().width()), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole picture, or the same part of it, in the frame."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        middle = self._middle()
        view = self._view(self.width())
        frame = QRect(0, 0, view.width(), view.height())
        below = frame.height() + self._tokens.px(GRID_PX / 2)
        bar = QRect(0, below, self.width(), self._bar.sizeHint().height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            frame.moveRight(self.width() - 1)
        self.frame.setGeometry(frame)
        self._bar.setGeometry(bar)
        self.surface.set_scale(self._fit(self.width()) * self.zoom_percent() / 100)
        self._show_middle(middle)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line around the picture."""
        painter = QPainter(self)
        box = QRectF(self.frame.geometry()).adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        paint_box(painter, box, fill=None, outline=self._tokens.line, width=self._tokens.outline_px, radius=0)
        painter.end()

    # -- enlarging ----------------------------------------------------------------------------------------------------

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by some steps; the part in the middle stays there."""
        zoom = min(max(self._zoom + steps, 0), len(ZOOMS) - 1)
        if zoom == self._zoom:
            return
        self._zoom = zoom
        self.updateGeometry()
        self._arrange()
        self._say()
        announce(self, self._says.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus, minus and zero, whatever on the picture has the focus."""
        steps = {"+": 1, "-": -1, "0": -len(ZOOMS)}
        if event.text() in steps:
            self.zoom_by(steps[event.text()])
        else:
            event.ignore()

    def _say(self) -> None:
        enlarged = self._zoom > 0
        percent = self.locale().toString(self.zoom_percent())
        self._says.setText(self.tr("{percent} %").format(percent=percent))
        for button, is_of_use, other in (
            (self._smaller, enlarged, self._larger),
            (self._larger, self._zoom < len(ZOOMS) - 1, self._smaller),
            (self._whole, enlarged, self._larger),
        ):
            if not is_of_use and button.hasFocus():
                other.setEnabled(True)
                other.setFocus(Qt.FocusReason.OtherFocusReason)
            button.setEnabled(is_of_use)
        self.frame.setFocusPolicy(Qt.FocusPolicy.StrongFocus if enlarged else Qt.FocusPolicy.NoFocus)
        self.frame.setAccessibleName(
            self.tr("Picture at {percent} percent. The arrow keys move it.").format(percent=percent)
        )

    def _middle(self) -> QPointF:
        """The point of the picture that is to stay in the middle: what was last shown to somebody, or the frame's."""
        if self._of_interest is not None:
            return self._of_interest
        at = self.surface.mapFrom(self.frame.viewport(), self.frame.viewport().rect().center())
        return self.surface.to_picture(QPointF(at))

    def _show_middle(self, point: QPointF) -> None:
        at, view = point * self.surface.scale, self.frame.viewport().size()
        self.frame.horizontalScrollBar().setValue(round(at.x() - view.width() / 2))
        self.frame.verticalScrollBar().setValue(round(at.y() - view.height() / 2))

    def reveal(self, box: QRectF) -> None:
        """Bring a part of the surface into the frame, and into the page around it."""
        self._of_interest = self.surface.to_picture(box.center())
        at = box.center().toPoint()
        view = self.frame.viewport().size()
        margin = self._tokens.px(GRID_PX)
        across = min(round(box.width() / 2) + margin, view.width() // 2 - 1)
        down = min(round(box.height() / 2) + margin, view.height() // 2 - 1)
        self.frame.ensureVisible(at.x(), at.y(), max(0, across), max(0, down))
        outer = self.parentWidget()
        while outer is not None:
            inside = outer.widget() if isinstance(outer, QScrollArea) else None
            if isinstance(outer, QScrollArea) and inside is not None:
                there = self.surface.mapTo(inside, at)
                room = outer.viewport().height() // 2 - 1
                outer.ensureVisible(there.x(), there.y(), 0, max(0, min(round(box.height() / 2) + margin, room)))
            outer = outer.parentWidget()
