"""The areas of a picture as controls: real ones for the keyboard and assistive technology, drawn by the picture.

Owns where they lie, which one the pointer is on, and how the arrow keys go from one to the next. Refuses to know what
picking one means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeAlias

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QRadioButton

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Hotspot
from ui.window.items.graphic.areas import HIT_PX, hit, shape_of, target
from ui.window.items.graphic.canvas import Canvas
from ui.window.items.graphic.painting import AreaState, Ink, paint_area, paint_badge
from ui.window.widgets.radio import check_alone

_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}


class AreaKind(Enum):
    """What an area is for assistive technology."""

    RADIO = "radio"
    """One of them is picked."""
    CHECK = "check"
    """Any number of them is picked."""
    PUSH = "push"
    """It takes something, or gives it back."""


class _RadioArea(QRadioButton):
    def __init__(self, key: ChoiceId, layer: AreaLayer) -> None:
        super().__init__(layer.canvas.surface)
        self._key, self._layer = key, layer

    def nextCheckState(self) -> None:
        check_alone(self, checked=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._layer.on_key(self._key, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._layer.on_focus(self._key, event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._layer.canvas.surface.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture draws it, in its own shape."""


class _CheckArea(QCheckBox):
    def __init__(self, key: ChoiceId, layer: AreaLayer) -> None:
        super().__init__(layer.canvas.surface)
        self._key, self._layer = key, layer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._layer.on_key(self._key, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._layer.on_focus(self._key, event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._layer.canvas.surface.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture draws it, in its own shape."""


class _PushArea(QPushButton):
    def __init__(self, key: ChoiceId, layer: AreaLayer) -> None:
        super().__init__(layer.canvas.surface)
        self._key, self._layer = key, layer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._layer.on_key(self._key, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._layer.on_focus(self._key, event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._layer.canvas.surface.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture draws it, in its own shape."""


AreaButton: TypeAlias = _RadioArea | _CheckArea | _PushArea
KeyHandler: TypeAlias = Callable[[ChoiceId, QKeyEvent], bool]


class AreaLayer(QObject):
    """All areas of one picture, in the order of the document, which is the order of the keyboard too."""

    picked = Signal(str)
    """the identifier of an area that was clicked or pressed"""

    def __init__(
        self,
        canvas: Canvas,
        hotspots: Sequence[Hotspot],
        kind: AreaKind,
        *,
        ink: Ink,
        state_of: Callable[[ChoiceId], AreaState],
        paint_inside: Callable[[QPainter, ChoiceId, QRectF], None] = lambda _painter, _key, _box: None,
        keys: KeyHandler = lambda _key, _event: False,
    ) -> None:
        super().__init__(canvas)
        self.canvas, self._ink, self._keys = canvas, ink, keys
        self._state_of, self._paint_inside = state_of, paint_inside
        self._shapes = {each.identifier: shape_of(each.area, canvas.surface.drawn.size) for each in hotspots}
        self._order = [each.identifier for each in hotspots]
        self.hovered: ChoiceId | None = None
        kinds: dict[AreaKind, type[AreaButton]] = {
            AreaKind.RADIO: _RadioArea,
            AreaKind.CHECK: _CheckArea,
            AreaKind.PUSH: _PushArea,
        }
        made = kinds[kind]
        self.buttons: dict[ChoiceId, AreaButton] = {key: made(key, self) for key in self._order}
        for key, button in self.buttons.items():
            # The picture takes the pointer: areas are no rectangles, and lie over one another.
            button.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, which=key: self.picked.emit(which))
        surface = canvas.surface
        surface.layer = self._paint
        surface.scaled.connect(self._place)
        surface.clicked.connect(self._clicked)
        surface.hovered.connect(self._hover)
        canvas.follow(*self.buttons.values())
        self._place()

    def _place(self) -> None:
        surface = self.canvas.surface
        for key, button in self.buttons.items():
            box = target(surface.to_screen(self._shapes[key]), HIT_PX)
            button.setGeometry(box.intersected(QRectF(surface.rect())).toAlignedRect())

    def _under(self, point: QPointF) -> ChoiceId | None:
        least = HIT_PX / self.canvas.surface.scale
        place = hit([self._shapes[key] for key in self._order], point, least)
        return self._order[place] if place is not None else None

    def _clicked(self, point: QPointF) -> None:
        key = self._under(point)
        if key is not None:
            self.buttons[key].setFocus(Qt.FocusReason.MouseFocusReason)
            self.buttons[key].click()

    def _hover(self, point: QPointF | None) -> None:
        key = self._under(point) if point is not None else None
        if key != self.hovered:
            self.hovered = key
            shape = Qt.CursorShape.ArrowCursor if key is None else Qt.CursorShape.PointingHandCursor
            self.canvas.surface.setCursor(shape)
            self.canvas.surface.update()

    def on_focus(self, key: ChoiceId, reason: Qt.FocusReason) -> None:
        """An area has got the focus: it must be seen. What is clicked is, and stays where it is under the pointer."""
        if reason is not Qt.FocusReason.MouseFocusReason:
            self.canvas.reveal(self.canvas.surface.to_screen(self._shapes[key]).boundingRect())
        self.canvas.surface.update()

    def on_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        """Arrows go to the neighbour in the order of the document; Enter does what Space does."""
        if self._keys(key, event):
            return True
        place = self._order.index(key)
        if event.key() in _BACKWARD | _FORWARD:
            step = 1 if event.key() in _FORWARD else -1
            self.buttons[self._order[(place + step) % len(self._order)]].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.buttons[key].click()
            return True
        return False

    def _paint(self, painter: QPainter) -> None:
        surface = self.canvas.surface
        within = QRectF(surface.rect())
        drawn = {key: (surface.to_screen(self._shapes[key]), self._state_of(key)) for key in self._order}
        # What is listed first lies on top; what has the focus on top of all.
        backwards = self._order[::-1]
        for key in sorted(backwards, key=lambda each: drawn[each][1].focused):
            shape, state = drawn[key]
            paint_area(painter, shape, state, self._ink)
            self._paint_inside(painter, key, shape.boundingRect().intersected(within))
        for shape, state in drawn.values():
            paint_badge(painter, shape, state, self._ink, within)
