"""Numbered tiles, one for each question: answered, unanswered, flagged; with a legend, filters and arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One question as the review shows it."""

    number: int
    answered: bool
    flagged: bool
    current: bool = False
    closed: bool = False
    """It takes no more answers."""
    commented: bool = False
    can_show: bool = True
    """It can be gone to."""


class TileFilter(Enum):
    """Which tiles are shown."""

    ALL = "all"
    UNANSWERED = "unanswered"
    FLAGGED = "flagged"

    def takes(self, tile: Tile) -> bool:
        """Whether a tile is shown."""
        match self:
            case TileFilter.ALL:
                return True
            case TileFilter.UNANSWERED:
                return not tile.answered
            case TileFilter.FLAGGED:
                return tile.flagged
            case _:
                assert_never(self)


class _TileButton(QPushButton):
    """Answered is a filled box with a check, unanswered an open dashed box, a flag stands in the corner."""

    def __init__(self, tile: Tile, *, tokens: Tokens, parent: TileGrid) -> None:
        super().__init__(parent)
        self._tile, self._tokens, self._grid = tile, tokens, parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(tokens.font(TextSize.HEADING))
        self.set_tile(tile)

    def tile(self) -> Tile:
        return self._tile

    def set_tile(self, tile: Tile) -> None:
        self._tile = tile
        parts = [
            self.tr("Question {number}").format(number=tile.number),
            self.tr("answered") if tile.answered else self.tr("not answered"),
        ]
        if tile.flagged:
            parts.append(self.tr("flagged"))
        if tile.commented:
            parts.append(self.tr("with a comment"))
        if tile.closed:
            parts.append(self.tr("closed") if tile.can_show else self.tr("closed, cannot be opened"))
        self.setEnabled(tile.can_show)
        if tile.current:
            parts.append(self.tr("where you were"))
        self.setAccessibleName(", ".join(parts))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._tokens.px(80) + 2 * RING_ROOM_PX, self._tokens.px(56) + 2 * RING_ROOM_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif not self._grid.moved(self, event.key()):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, tile, painter, box = self._tokens, self._tile, QPainter(self), body_of(self)
        hovered = self.underMouse()
        if tile.answered:
            paint_box(painter, box, fill=t.accent_tint, outline=t.accent, width=t.outline_px + hovered)
        else:
            paint_box(painter, box, fill=t.surface_raised)
            pen = QPen(QColor(t.control), t.outline_px + (1 if hovered else 0.5), Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        self._paint_marks(painter, box)
        painter.setFont(t.font(TextSize.HEADING, bold=tile.current))
        painter.setPen(QColor(t.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.locale().toString(tile.number))
        if tile.current:
            room = t.px(26) if tile.closed or tile.commented else 10
            line = QRectF(box.left() + room, box.bottom() - 7, box.width() - 2 * room, 3)
            paint_box(painter, line, fill=t.text, radius=1.5)
        paint_ring(painter, self, t)
        painter.end()

    def _paint_marks(self, painter: QPainter, box: QRectF) -> None:
        t, side, inset = self._tokens, self._tokens.px(16), self._tokens.px(5)
        left = QRectF(box.topLeft() + QPointF(inset, inset), QSize(side, side).toSizeF())
        right = QRectF(QPointF(box.right() - inset - side, box.top() + inset), QSize(side, side).toSizeF())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left, right = right, left
        if self._tile.answered:
            paint_icon(painter, Icon.CHECK, left, QColor(t.accent))
        if self._tile.flagged:
            paint_icon(painter, Icon.FLAG_FILLED, right, QColor(t.warn))
        down = QPointF(0, box.height() - side - 2 * inset)
        if self._tile.closed:
            paint_icon(painter, Icon.LOCK, left.translated(down), QColor(t.text_muted))
        if self._tile.commented:
            paint_icon(painter, Icon.COMMENT, right.translated(down), QColor(t.text_muted))


class TileGrid(QWidget):
    """All tiles of a section. `chosen` carries the index of the tile in the sequence it was given."""

    chosen = Signal(int)

    def __init__(self, tiles: Sequence[Tile], *, tokens: Tokens, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._filter = TileFilter.ALL
        self.setAccessibleName(name)
        self._flow = FlowLayout(self, spacing=tokens.px(4))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._buttons: list[_TileButton] = []
        self.set_tiles(tiles)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show other states of the tiles; a different number of tiles makes the grid anew."""
        if len(tiles) != len(self._buttons):
            for button in self._buttons:
                self._flow.removeWidget(button)
                button.hide()
                button.deleteLater()
            self._buttons = [self._made(place, tile) for place, tile in enumerate(tiles)]
        for button, tile in zip(self._buttons, tiles, strict=True):
            button.set_tile(tile)
        self.set_filter(self._filter)

    def _made(self, place: int, tile: Tile) -> _TileButton:
        button = _TileButton(tile, tokens=self._tokens, parent=self)
        button.clicked.connect(lambda: self.chosen.emit(place))
        self._flow.addWidget(button)
        return button

    def set_filter(self, which: TileFilter) -> None:
        """Show only some of the tiles."""
        self._filter = which
        for button in self._buttons:
            button.setVisible(which.takes(button.tile()))
        self.updateGeometry()

    def shown_count(self) -> int:
        """How many tiles the filter lets through."""
        return sum(self._filter.takes(button.tile()) for button in self._buttons)

    def focus_tile(self, index: int) -> None:
        """Put the focus on a tile."""
        self._buttons[index].setFocus(Qt.FocusReason.TabFocusReason)

    def moved(self, button: _TileButton, key: int) -> bool:
        """Go to a neighbour by an arrow key, Home or End; tells whether the key was one."""
        shown = [each for each in self._buttons if not each.isHidden() and each.isEnabled()]
        place = shown.index(button)
        forward = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
        targets: dict[int, int] = {
            Qt.Key.Key_Left: place - forward,
            Qt.Key.Key_Right: place + forward,
            Qt.Key.Key_Up: place - self._columns(shown),
            Qt.Key.Key_Down: place + self._columns(shown),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(shown) - 1,
        }
        if key not in targets:
            return False
        if 0 <= targets[key] < len(shown):
            shown[targets[key]].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _columns(self, shown: list[_TileButton]) -> int:
        return sum(each.y() == shown[0].y() for each in shown)


class _Sample(QWidget):
    """A small tile for the legend."""

    def __init__(self, tile: Tile, words: str, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tile, self._tokens = tile, tokens
        self._words = Words(words, tokens=tokens, size=TextSize.SMALL, parent=self)
        self._words.setWordWrap(False)
        self._words.move(tokens.px(40), 0)
        self._words.adjustSize()
        self.setFixedSize(tokens.px(40) + self._words.width() + tokens.px(16), max(self._words.height(), tokens.px(24)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = self._tokens, QPainter(self)
        box = QRectF(1, 1, t.px(30), self.height() - 2)
        if self._tile.flagged:
            paint_icon(painter, Icon.FLAG_FILLED, box.adjusted(0, 2, 0, -2), QColor(t.warn))
        elif self._tile.closed or self._tile.commented:
            icon = Icon.LOCK if self._tile.closed else Icon.COMMENT
            paint_icon(painter, icon, box.adjusted(0, 2, 0, -2), QColor(t.text_muted))
        elif self._tile.answered:
            paint_box(painter, box, fill=t.accent_tint, outline=t.accent, width=t.outline_px)
            paint_icon(painter, Icon.CHECK, box.adjusted(0, 3, 0, -3), QColor(t.accent))
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(t.control), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, 6, 6)
        painter.end()


class ReviewGrid(QWidget):
    """A tile grid with its filter above and its legend below."""

    chosen = Signal(int)

    def __init__(self, tiles: Sequence[Tile], *, tokens: Tokens, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        choices = [
            (TileFilter.ALL.value, self.tr("All questions")),
            (TileFilter.UNANSWERED.value, self.tr("Not answered")),
            (TileFilter.FLAGGED.value, self.tr("Flagged")),
        ]
        self._bar = ChoiceBar(choices, tokens=tokens, name=self.tr("Show"), parent=self)
        self.grid = TileGrid(tiles, tokens=tokens, name=name, parent=self)
        self._nothing = Words(self.tr("There are none."), tokens=tokens, muted=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(2 * GRID_PX))
        for each in (self._bar, self.grid, self._nothing, self._legend(tiles)):
            column.addWidget(each)
        self._bar.chosen.connect(lambda key: self.set_filter(TileFilter(key)))
        self.grid.chosen.connect(self.chosen)
        self.set_filter(TileFilter.ALL)

    def _legend(self, tiles: Sequence[Tile]) -> QWidget:
        legend = QWidget(self)
        flow = FlowLayout(legend, spacing=self._tokens.px(GRID_PX))
        samples = [
            (Tile(number=0, answered=True, flagged=False), self.tr("Answered")),
            (Tile(number=0, answered=False, flagged=False), self.tr("Not answered")),
            (Tile(number=0, answered=False, flagged=True), self.tr("Flagged")),
        ]
        # What most exams do not have is explained only where it is seen.
        if any(tile.commented for tile in tiles):
            samples.append((Tile(number=0, answered=False, flagged=False, commented=True), self.tr("With a comment")))
        if any(tile.closed for tile in tiles):
            samples.append((Tile(number=0, answered=False, flagged=False, closed=True), self.tr("Closed")))
        for tile, words in samples:
            flow.addWidget(_Sample(tile, words, tokens=self._tokens, parent=legend))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        legend.setSizePolicy(policy)
        return legend

    def set_filter(self, which: TileFilter) -> None:
        """Show only some of the tiles."""
        self._bar.set_current(which.value)
        self.grid.set_filter(which)
        self._nothing.setVisible(self.grid.shown_count() == 0)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show other states of the tiles."""
        self.grid.set_tiles(tiles)
        self._nothing.setVisible(self.grid.shown_count() == 0)
