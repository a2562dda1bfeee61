"""A gap in a text: the button that stands for it, how large it is, and where it is in the text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Element, Gap, Node
from ui.window.content.content_view import ContentView
from ui.window.content.plain import BLOCKS
from ui.window.content.prose import ProseView
from ui.window.items.chip import KeyHandler, has_picture
from ui.window.theme import GRID_PX, RADIUS_PX, TARGET_PX, Tokens
from ui.window.widgets.held_button import HeldButton
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring

_WORDS_MAX_PX = 340
_PICTURE_MAX_PX = 160
"""The widest that a gap gets for words, and for pictures, at 100 percent."""
_EMPTY_PX = 72


class GapSizes:
    """How large gaps are, given the contents of all the cards there are."""

    def __init__(self, measures: Sequence[ContentView], *, tokens: Tokens) -> None:
        self._measures, self._tokens = measures, tokens

    def width(self, gap: Gap, content_width: int) -> int:
        """Wide enough for any card, so that the text does not move when one is placed; or as the author wants it.

        A gap that is to be narrow grows with what is put into it: cards are never cut off.

        Args:
            gap: says whether it has a width of its own.
            content_width: of what is in it, in pixels; 0 where nothing is.
        """
        t = self._tokens
        around = 2 * RING_ROOM_PX + 2 * t.px(GRID_PX)
        if gap.input_width:
            characters = math.ceil(gap.input_width * QFontMetricsF(t.font()).averageCharWidth())
            inner = max(characters, content_width, TARGET_PX - 2 * t.px(GRID_PX))
            return around + min(inner, t.prose_width() - around)
        most = t.px(_PICTURE_MAX_PX if any(map(has_picture, self._measures)) else _WORDS_MAX_PX)
        widest = max((measure.sizeHint().width() for measure in self._measures), default=0)
        return around + max(t.px(_EMPTY_PX), min(widest, most))

    def height(self, width: int) -> int:
        """High enough for any card in a width."""
        return self.height_of(self._measures, width)

    def height_of(self, contents: Sequence[ContentView], width: int) -> int:
        """High enough for the highest of several contents in a width, and never less than a target's."""
        around = RING_ROOM_PX + self._tokens.px(GRID_PX)
        inner = max(self._tokens.px(24), width - 2 * around)
        tallest = max((each.heightForWidth(inner) for each in contents), default=0)
        return max(TARGET_PX, tallest + 2 * (RING_ROOM_PX + self._tokens.px(4)))


class GapButton(HeldButton):
    """A gap in the text; shows what is in it, and is held while it waits for a card."""

    def __init__(self, gap: Gap, *, tokens: Tokens, sizes: GapSizes, keys: KeyHandler, parent: QWidget) -> None:
        super().__init__(parent)
        self.gap, self._tokens, self._sizes, self._keys = gap, tokens, sizes, keys
        self._content: ContentView | None = None
        self._row = QHBoxLayout(self)
        side = RING_ROOM_PX + tokens.px(GRID_PX)
        self._row.setContentsMargins(side, RING_ROOM_PX + tokens.px(4), side, RING_ROOM_PX + tokens.px(4))

    def fill(self, content: ContentView | None) -> None:
        """Put a card's content in, or nothing."""
        if self._content is not None:
            self._row.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        if content is not None:
            content.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._row.addWidget(content)
            content.show()
        prose = self.parentWidget()
        if self.gap.input_width and isinstance(prose, ProseView):
            prose.refresh()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Cards' words wrap."""
        return True

    def content_width(self) -> int:
        """The width of what is in it; 0 where nothing is."""
        return self._content.sizeHint().width() if self._content is not None else 0

    def heightForWidth(self, width: int) -> int:
        """High enough for any card, or for its own where the gap has a width of its own."""
        if self.gap.input_width:
            return self._sizes.height_of([self._content] if self._content is not None else [], width)
        return self._sizes.height(width)

    def sizeHint(self) -> QSize:
        """As large as the largest card, within reason, or as wide as the author wants it."""
        width = self._sizes.width(self.gap, self.content_width())
        return QSize(width, self.heightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean something to the part go to it first."""
        if not self._keys(event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a broken line where nothing is, a box around a card, a thick one while it waits."""
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        waits, filled = self.is_held(), self._content is not None
        hovered = self.underMouse() and self.isEnabled()
        fill = t.accent_tint if filled or waits else (t.surface_sunken if hovered else t.surface_raised)
        if filled or waits:
            paint_box(painter, box, fill=fill, outline=t.accent, width=t.outline_px + 2 * waits)
        else:
            paint_box(painter, box, fill=fill)
            painter.setPen(QPen(QColor(t.control), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
        paint_ring(painter, self, t)
        painter.end()


def gaps_in(nodes: tuple[Node, ...]) -> list[Gap]:
    """Every gap, in reading order."""
    found: list[Gap] = []
    for node in nodes:
        if isinstance(node, Gap):
            found.append(node)
        elif isinstance(node, Element):
            found.extend(gaps_in(node.children))
    return found


def paragraph_of(nodes: tuple[Node, ...], gap: ChoiceId) -> tuple[Node, ...]:
    """The innermost block that holds a gap, which says what the gap is about."""
    for node in nodes:
        if isinstance(node, Element) and any(each.identifier == gap for each in gaps_in(node.children)):
            inner = paragraph_of(node.children, gap)
            return inner or ((node,) if node.name in BLOCKS else ())
    return ()
