"""A choice as a card that is picked and then placed: words or a picture, and how often it can still be used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import Choice
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.theme import GRID_PX, RADIUS_PX, TARGET_PX, TextSize, Tokens
from ui.window.widgets.held_button import HeldButton
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring

_PICTURE_PX = 200
"""The widest that a card with a picture gets, at 100 percent."""
KeyHandler = Callable[[QKeyEvent], bool]


def words_of(choice: Choice) -> str:
    """What a choice is called where only words serve."""
    return choice.label or plain_text(choice.content).replace("\n", " ")


class Chip(HeldButton):
    """One choice."""

    def __init__(
        self, choice: Choice, resource: Resource, *, tokens: Tokens, keys: KeyHandler, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._tokens, self._keys, self._spent = tokens, keys, False
        self.words = words_of(choice)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._column = QVBoxLayout(self)
        side, edge = RING_ROOM_PX + tokens.px(1.5 * GRID_PX), RING_ROOM_PX + tokens.px(GRID_PX)
        self._column.setContentsMargins(0, edge, 0, edge)
        self._column.setSpacing(0)
        # Spacers and not margins: they change sides where text runs from right to left.
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addSpacing(side)
        content = ContentView(choice.content, resource, tokens=tokens, parent=self)
        content.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if has_picture(content):
            self.setMaximumWidth(tokens.px(_PICTURE_PX))
        line.addWidget(content, 1)
        line.addSpacing(RING_ROOM_PX + self._tick_px())
        self._column.addLayout(line, 1)
        self._left = Words("", tokens=tokens, size=TextSize.SMALL, muted=True, parent=self)
        self._left.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._left.hide()
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addSpacing(side)
        below.addWidget(self._left, 1)
        below.addSpacing(side)
        self._column.addLayout(below)

    def set_state(self, *, held: bool, left: str, spent: bool) -> None:
        """Show whether it is picked up and what is left of it."""
        self.set_held(held=held)
        self._spent = spent
        self._left.setText(left)
        self._left.setVisible(bool(left))
        states = (self.words, left, self.tr("used") if spent else "", self.tr("picked") if held else "")
        self.setAccessibleName(", ".join(part for part in states if part))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Content wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped content, and never less than a target's."""
        return max(self._tokens.px(TARGET_PX) + 2 * RING_ROOM_PX, self._column.heightForWidth(width))

    def sizeHint(self) -> QSize:
        """As the content would like."""
        width = min(self._column.sizeHint().width(), self.maximumWidth())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Content wraps down to a few words a line."""
        return QSize(self._tokens.px(64), TARGET_PX + 2 * RING_ROOM_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the part go to it first."""
        if not self._keys(event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Locked looks locked."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card: a thick line while it is picked up, a broken one and a tick when it is used up."""
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        held, hovered = self.is_held(), self.underMouse() and self.isEnabled()
        fill = t.accent_tint if held else (t.surface_sunken if hovered or self._spent else t.surface_raised)
        if self._spent and not held:
            inset = t.outline_px / 2
            paint_box(painter, box, fill=fill)
            painter.setPen(QPen(QColor(t.control), t.outline_px, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), RADIUS_PX, RADIUS_PX)
        else:
            paint_box(painter, box, fill=fill, outline=t.accent if held else t.control, width=t.outline_px + 2 * held)
        if self._spent:
            right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            side = self._tick_px()
            left = box.left() + 2 if right_to_left else box.right() - side - 2
            paint_icon(painter, Icon.CHECK, QRectF(left, box.top() + 4, side, side), QColor(t.text_muted))
        paint_ring(painter, self, t)
        painter.end()

    def _tick_px(self) -> int:
        """The side of the tick that a card has when it is used up; its room is always kept."""
        return self._tokens.px(18)


def has_picture(content: ContentView) -> bool:
    """Whether a picture stands in content."""
    return any(child.metaObject().className() == "FigureView" for child in content.findChildren(QWidget))
