"""One choice that is put into order: its card, which is picked up and put down, and two buttons that move it by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from exam_packages.qti.model import Choice
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import longest_word_width, plain_text
from ui.window.items.chip import KeyHandler
from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.button import ActionButton
from ui.window.widgets.held_button import HeldButton
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring

_GRIP_PX: Final = 18
_PAD_PX: Final = 6


class OrderHandle(HeldButton):
    """The card itself: picked up by Space, moved by the arrow keys, put down by Space; or picked and placed by clicks."""

    def __init__(
        self,
        choice: Choice,
        resource: Resource,
        *,
        label_width: float,
        tokens: Tokens,
        keys: KeyHandler,
        parent: QWidget,
    ) -> None:
        """`label_width` is the widest label's, in pixels."""
        super().__init__(parent)
        self.words = plain_text(choice.content).replace("\n", " ")
        self._tokens, self._keys, self._label_width = tokens, keys, label_width
        self.label = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QHBoxLayout(self)
        edge = RING_ROOM_PX + tokens.px(GRID_PX)
        self._row.setContentsMargins(edge, edge, edge, edge)
        self._row.setSpacing(0)
        self._row.addSpacing(self._before_words())
        content = ContentView(choice.content, resource, tokens=tokens, parent=self)
        content.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row.addWidget(content, 1, Qt.AlignmentFlag.AlignVCenter)

    def _before_words(self) -> int:
        """Room for the grip and the label."""
        t = self._tokens
        label = self._label_width + t.px(_PAD_PX) if self._label_width else 0
        return t.px(_GRIP_PX) + t.px(_PAD_PX) + round(label)

    def least_width(self) -> int:
        """The width below which a word would have to be broken."""
        metrics = QFontMetricsF(self._tokens.font())
        word = longest_word_width(self.words, metrics.horizontalAdvance)
        margins = self._row.contentsMargins()
        return math.ceil(word) + 1 + self._before_words() + margins.left() + margins.right()

    def set_place(self, label: str, spoken: str) -> None:
        """Show where the card stands."""
        self.label = label
        self.setAccessibleName(f"{self.words}. {spoken}")
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Content wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped content, and never less than a target's."""
        return max(self._tokens.px(TARGET_PX) + 2 * RING_ROOM_PX, self._row.heightForWidth(width))

    def sizeHint(self) -> QSize:
        """As the content would like."""
        width = self._row.sizeHint().width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Content wraps down to a few words a line."""
        return QSize(self._tokens.px(120), TARGET_PX + 2 * RING_ROOM_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the part go to it first."""
        if not self._keys(event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw card, grip and label."""
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        picked, hovered = self.is_held(), self.underMouse() and self.isEnabled()
        fill = t.accent_tint if picked else (t.surface_sunken if hovered else t.surface_raised)
        paint_box(painter, box, fill=fill, outline=t.accent if picked else t.control, width=t.outline_px + 2 * picked)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side, pad = t.px(_GRIP_PX), t.px(_PAD_PX)
        grip = QRectF(box.left() + pad, box.center().y() - side / 2, side, side)
        label = QRectF(
            QPointF(grip.right() + pad, box.top()), QPointF(grip.right() + pad + self._label_width, box.bottom())
        )
        if right_to_left:
            grip.moveRight(box.right() - pad)
            label.moveRight(grip.left() - pad)
        paint_icon(painter, Icon.GRIP, grip, QColor(t.accent if picked else t.text_muted))
        painter.setFont(t.font(bold=True))
        painter.setPen(QColor(t.text))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self.label)
        paint_ring(painter, self, t)
        painter.end()


class OrderRow(QWidget):
    """A card with its two buttons: beside it in a column of rows, below it where the cards stand in a row."""

    def __init__(self, handle: OrderHandle, move: Callable[[int], None], *, tokens: Tokens, parent: QWidget) -> None:
        """`move` is told by how many places the card is to go."""
        super().__init__(parent)
        self.handle = handle
        handle.setParent(self)
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(handle, 1)
        self._line = QHBoxLayout()
        self._line.setSpacing(0)
        self._outer.addLayout(self._line)
        self._line.addStretch(1)
        self.earlier, self.later = (ActionButton("", tokens=tokens) for _ in range(2))
        for button, by in ((self.earlier, -1), (self.later, 1)):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, step=by: move(step))
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        self._line.addStretch(1)
        self.set_form(horizontal=False, below=False)

    def set_form(self, *, horizontal: bool, below: bool) -> None:
        """Stand in a row of cards, with the buttons below, or be a row in a column, with the buttons below or beside."""
        down = QBoxLayout.Direction.TopToBottom
        self._outer.setDirection(down if horizontal or below else QBoxLayout.Direction.LeftToRight)
        across = QSizePolicy.Policy.Maximum if horizontal else QSizePolicy.Policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        earlier, later = self.tr("Move up"), self.tr("Move down")
        if horizontal:
            earlier, later = self.tr("Move earlier"), self.tr("Move later")
        self.earlier.setAccessibleName(f"{earlier}: {self.handle.words}")
        self.later.setAccessibleName(f"{later}: {self.handle.words}")
        self.earlier.set_icon(Icon.BACK if horizontal else Icon.UP)
        self.later.set_icon(Icon.FORWARD if horizontal else Icon.DOWN)

    def width_in_a_row(self) -> int:
        """The width of the card as its content would like it, or of the two buttons below it."""
        return max(self.handle.sizeHint().width(), self._line.sizeHint().width())

    def width_beside(self) -> int:
        """The least width with the buttons beside the card in which no word is broken."""
        return self.handle.least_width() + self._line.sizeHint().width()

    def stops(self) -> tuple[QWidget, ...]:
        """Its controls in the order in which Tab is to go."""
        return (self.handle, self.earlier, self.later)


def widest(labels: list[str], tokens: Tokens) -> float:
    """The width of the widest label, in pixels."""
    metrics = QFontMetricsF(tokens.font(bold=True))
    return max((metrics.horizontalAdvance(each) for each in labels), default=0)
