"""A choice as a row that is a target as a whole: mark, letter, content.

One face for two kinds of row: radio buttons and check boxes, so that assistive technology knows which is which.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from exam_packages.qti.model import Choice
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.radio import check_alone

KeyHandler = Callable[[QKeyEvent], bool]


def paint_mark(painter: QPainter, field: QRectF, tokens: Tokens, *, checked: bool, round_mark: bool) -> None:
    """A radio button's circle or a check box, in the colours of the theme."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPen(QColor(tokens.accent if checked else tokens.control), 2)
    painter.setPen(outline)
    if round_mark:
        painter.setBrush(QColor(tokens.surface_raised))
        painter.drawEllipse(field.adjusted(1, 1, -1, -1))
        if checked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            radius = field.width() / 4
            painter.drawEllipse(field.center(), radius, radius)
        return
    painter.setBrush(QColor(tokens.accent if checked else tokens.surface_raised))
    painter.drawRoundedRect(field.adjusted(1, 1, -1, -1), 4, 4)
    if checked:
        paint_icon(painter, Icon.CHECK, field.adjusted(2, 2, -2, -2), QColor(tokens.accent_text))


def letter_width(letter: str, tokens: Tokens) -> int:
    """How wide a choice's letter is, in pixels."""
    return ceil(QFontMetricsF(tokens.font(bold=True)).horizontalAdvance(letter))


class _Face:
    """Layout and painting of a row, for whichever button class stands underneath."""

    def __init__(
        self,
        button: QAbstractButton,
        choice: Choice,
        letter: str,
        resource: Resource,
        tokens: Tokens,
        *,
        letter_px: int,
        has_mark: bool,
    ) -> None:
        self._button, self._tokens, self._has_mark, self._letter = button, tokens, has_mark, letter
        words = plain_text(choice.content).replace("\n", " ")
        plain = letter.rstrip(".)")
        self.spoken = f"{plain}. {words}" if plain else words
        button.setAccessibleName(self.spoken)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        button.setSizePolicy(policy)
        # A layout asks the row's own layout how high it is, not the row: this is what holds a row of few words to a target.
        button.setMinimumHeight(self._least())
        self._row = QHBoxLayout(button)
        side, edge = tokens.px(GRID_PX * 1.5), RING_ROOM_PX
        self._row.setContentsMargins(edge + side, edge + tokens.px(8), edge + side, edge + tokens.px(8))
        self._row.setSpacing(tokens.px(GRID_PX * 1.5))
        if has_mark:
            # A spacer and not a margin: it changes sides where text runs from right to left.
            self._row.addSpacing(self.mark_side() + tokens.px(GRID_PX * 1.5))
        if letter:
            self._row.addSpacing(max(letter_px, letter_width(letter, tokens)) + tokens.px(GRID_PX * 1.5))
        self._content = ContentView(choice.content, resource, tokens=tokens, parent=button)
        self._content.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row.addWidget(self._content, 1, Qt.AlignmentFlag.AlignTop)
        if not has_mark:
            self._row.addSpacing(self.mark_side())  # for the check mark of a row that is picked

    def mark_side(self) -> int:
        return self._tokens.px(22)

    def _least(self) -> int:
        return max(TARGET_PX, self._tokens.px(TARGET_PX)) + 2 * RING_ROOM_PX

    def height_for_width(self, width: int) -> int:
        return max(self._least(), self._row.heightForWidth(width))

    def hint(self) -> QSize:
        width = self._row.sizeHint().width()
        return QSize(width, self.height_for_width(width))

    def minimum(self) -> QSize:
        return QSize(self._tokens.px(96), TARGET_PX + 2 * RING_ROOM_PX)

    def paint(self, *, round_mark: bool) -> None:
        button, t = self._button, self._tokens
        painter, box = QPainter(button), body_of(button)
        checked, hovered = button.isChecked(), button.underMouse() and button.isEnabled()
        fill = t.accent_tint if checked else (t.surface_sunken if hovered else t.surface_raised)
        paint_box(painter, box, fill=fill, outline=t.accent if checked else t.line, width=t.outline_px + checked)
        if self._has_mark:
            paint_mark(painter, self._mark_field(box), t, checked=checked, round_mark=round_mark)
        elif checked:
            paint_icon(painter, Icon.CHECK, self._end_field(box), QColor(t.accent))
        if self._letter:
            self._paint_letter(painter, box)
        paint_ring(painter, button, t)
        painter.end()

    def _end_field(self, box: QRectF) -> QRectF:
        """Where a picked row without a mark is ticked: at its trailing edge."""
        field = self._mark_field(box)
        right_to_left = self._button.layoutDirection() is Qt.LayoutDirection.RightToLeft
        inset = self._tokens.px(GRID_PX)
        field.moveLeft(box.left() + inset if right_to_left else box.right() - inset - field.width())
        return field

    def letter_field(self, box: QRectF) -> QRectF:
        """Where the letter stands, as high as a line: its letters are in the middle of the first line's."""
        t, metrics = self._tokens, QFontMetricsF(self._tokens.font(bold=True))
        inset = t.px(GRID_PX * 1.5)
        before = inset + (self.mark_side() + inset if self._has_mark else 0)
        width = letter_width(self._letter, t)
        # The font's line has its letters' middle this far from its own.
        top = self._middle() - metrics.ascent() + (metrics.ascent() - metrics.descent()) / 2
        right_to_left = self._button.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = box.right() - before - width if right_to_left else box.left() + before
        return QRectF(left, top, width, metrics.height())

    def _paint_letter(self, painter: QPainter, box: QRectF) -> None:
        painter.setFont(self._tokens.font(bold=True))
        painter.setPen(QColor(self._tokens.text))
        flags = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
        painter.drawText(self.letter_field(box), flags, self._letter)

    def _middle(self) -> float:
        """Beside the letters of the first line, which is where the eye looks for mark and letter."""
        return self._content.y() + self._content.first_line_middle()

    def _mark_field(self, box: QRectF) -> QRectF:
        side, inset = self.mark_side(), self._tokens.px(GRID_PX * 1.5)
        top = max(box.top(), self._middle() - side / 2)
        right_to_left = self._button.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = box.right() - inset - side if right_to_left else box.left() + inset
        return QRectF(QPointF(left, top), QSize(side, side).toSizeF())


class RadioRow(QRadioButton):
    """A row of which one is picked."""

    def __init__(
        self,
        choice: Choice,
        letter: str,
        resource: Resource,
        *,
        tokens: Tokens,
        keys: KeyHandler,
        mark: bool = True,
        letter_px: int = 0,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._face = _Face(self, choice, letter, resource, tokens, letter_px=letter_px, has_mark=mark)
        self.spoken = self._face.spoken

    def nextCheckState(self) -> None:
        """A second press takes nothing back."""
        check_alone(self, checked=True)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole row is the target
        """Anywhere in the row."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the group go to it first."""
        if not self._keys(event):
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        """Content wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped content, and never less than a target's."""
        return self._face.height_for_width(width)

    def sizeHint(self) -> QSize:
        """As the content would like."""
        return self._face.hint()

    def minimumSizeHint(self) -> QSize:
        """Content wraps down to a few words a line."""
        return self._face.minimum()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and mark; the content draws itself."""
        self._face.paint(round_mark=True)


class CheckRow(QCheckBox):
    """A row of which several are picked."""

    def __init__(
        self,
        choice: Choice,
        letter: str,
        resource: Resource,
        *,
        tokens: Tokens,
        keys: KeyHandler,
        mark: bool = True,
        letter_px: int = 0,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._face = _Face(self, choice, letter, resource, tokens, letter_px=letter_px, has_mark=mark)
        self.spoken = self._face.spoken

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole row is the target
        """Anywhere in the row."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the group go to it first."""
        if not self._keys(event):
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        """Content wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped content, and never less than a target's."""
        return self._face.height_for_width(width)

    def sizeHint(self) -> QSize:
        """As the content would like."""
        return self._face.hint()

    def minimumSizeHint(self) -> QSize:
        """Content wraps down to a few words a line."""
        return self._face.minimum()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and mark; the content draws itself."""
        self._face.paint(round_mark=False)
