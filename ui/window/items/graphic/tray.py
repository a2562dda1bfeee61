"""The choices of a graphic gap match, to be taken up: pictures or words, each with how often it can still be used."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from exam_packages.qti.model import Choice, Element
from ui.window.content.content_view import Resource
from ui.window.content.plain import elements, longest_word_width, plain_text
from ui.window.items.graphic.painting import Ink, paint_disc
from ui.window.items.graphic.picture import Picture
from ui.window.theme import GRID_PX, RADIUS_PX, TARGET_PX, TextSize, Tokens
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring

_WORDS_WIDE_PX: Final = 260
_WORDS_MAX_PX: Final = 480
"""At any text scale: a choice fits beside the edges of the smallest screen."""
_PICTURE_PX: Final = QSizeF(160, 110)
_LEAST: Final = QSizeF(46, 27)
"""Room for a code of three letters, or for a choice's own letter."""
_SMALLEST_PX: Final = 12
"""Of the letters of a choice on an area, where larger ones do not fit; enlarging the picture makes them larger."""
_FLAGS: Final = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class Piece:
    """A choice as it is drawn, in the tray and on an area: its picture or its words, or its letter where neither fits."""

    def __init__(self, choice: Choice, letter: str, resource: Resource) -> None:
        whole = Element(name="span", children=choice.content)
        image = next(elements(whole, "img"), None)
        self.picture = Picture(resource(image.attribute("src")), image) if image is not None else None
        if self.picture is not None and not self.picture.is_readable():
            self.picture = None
        self.words = choice.label or plain_text(choice.content).replace("\n", " ") or letter
        self.choice, self.letter = choice, letter

    def picture_size(self, scale: float, room: QSizeF) -> QSizeF:
        """The size of its picture at a scale, within some room, in proportion."""
        own = self.picture.size * scale if self.picture is not None else QSizeF()
        return (
            own
            if own.width() <= room.width() and own.height() <= room.height()
            else own.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        )

    def paint_on(self, painter: QPainter, box: QRectF, scale: float, ink: Ink) -> None:
        """Draw it on an area, wholly inside (QTI 3.0, GraphicGapMatchInteractionDType).

        Words and letters have a least size: on an area too small to be read in, they reach over its edge.
        """
        t = ink.tokens
        if self.picture is not None:
            drawn = QRectF(box.topLeft(), self.picture_size(scale, box.size()))
            drawn.moveCenter(box.center())
            self.picture.paint(painter, drawn, painter.device().devicePixelRatioF())
            return
        across, down = (max(0.0, least) / 2 for least in (_LEAST.width() - box.width(), _LEAST.height() - box.height()))
        box = box.adjusted(-across, -down, across, down)
        smallest = t.font(TextSize.SMALL, bold=True)
        smallest.setPixelSize(_SMALLEST_PX)
        for font in (t.font(bold=True), t.font(TextSize.SMALL, bold=True), smallest):
            needed = QFontMetricsF(font).boundingRect(box.adjusted(3, 2, -3, -2), int(_FLAGS), self.words)
            longest = max(QFontMetricsF(font).horizontalAdvance(word) for word in self.words.split() or [""])
            if needed.height() <= box.height() - 4 and max(longest, needed.width()) <= box.width() - 6:
                needed.moveCenter(box.center())
                paint_box(painter, needed.adjusted(-4, -2, 4, 2), fill=t.surface_raised, outline=t.line, radius=4)
                painter.setFont(font)
                painter.setPen(QColor(t.text))
                painter.drawText(needed.adjusted(-2, 0, 2, 0), _FLAGS, self.words)
                return
        side = min(box.width(), box.height(), t.px(26))
        disc = QRectF(0, 0, side, side)
        disc.moveCenter(box.center())
        paint_disc(painter, disc, ink, self.letter)


class TrayButton(QPushButton):
    """A choice in the tray. Pressed while it is taken up."""

    def __init__(self, piece: Piece, *, ink: Ink, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.piece, self._ink, self._tokens = piece, ink, tokens
        self._left = ""
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def nextCheckState(self) -> None:
        """The part says what is taken up."""

    def show_left(self, words: str, spoken: str) -> None:
        """How often it can still be used: beside it, and in its name."""
        self._left = words
        name = f"{self.piece.letter}. {self.piece.words}"
        self.setAccessibleName(f"{name}. {spoken}" if spoken else name)
        self.updateGeometry()
        self.update()

    def _badge(self) -> int:
        return self._tokens.px(24)

    def _own(self) -> QSizeF:
        t = self._tokens
        if self.piece.picture is not None:
            within = (_PICTURE_PX * (t.scale / 100)).boundedTo(QSizeF(_WORDS_MAX_PX, _WORDS_MAX_PX))
            return self.piece.picture_size(t.scale / 100, within)
        longest = longest_word_width(self.piece.words, QFontMetricsF(t.font()).horizontalAdvance)
        room = QRectF(0, 0, max(longest, min(t.px(_WORDS_WIDE_PX), _WORDS_MAX_PX)), 10_000)
        return QFontMetricsF(t.font()).boundingRect(room, int(_FLAGS), self.piece.words).size() + QSizeF(2, 0)

    def sizeHint(self) -> QSize:
        """Letter, choice and count in a line."""
        t, own = self._tokens, self._own()
        pad = t.px(GRID_PX)
        count = QFontMetricsF(t.font(TextSize.SMALL)).horizontalAdvance(self._left)
        width = own.width() + self._badge() + 3 * pad + (count + pad if self._left else 0)
        height = max(float(TARGET_PX), own.height() + 2 * pad, self._badge() + pad)
        return QSize(round(width) + 2 * RING_ROOM_PX + 2, round(height) + 2 * RING_ROOM_PX)

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut off."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        event.ignore() if event.key() != Qt.Key.Key_Space else super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, letter, choice and count."""
        painter, t, box = QPainter(self), self._tokens, body_of(self)
        held, pad = self.isChecked(), t.px(GRID_PX)
        active = self.isEnabled() and (self.underMouse() or self.isDown())
        is_picture = self.piece.picture is not None
        resting = t.surface_sunken if active else t.surface_raised
        fill = t.accent_tint if held else resting
        paint_box(painter, box, fill=fill, outline=t.accent if held else t.control, width=t.outline_px + 2 * held)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        disc = QRectF(box.left() + pad, box.center().y() - self._badge() / 2, self._badge(), self._badge())
        own = QRectF(disc.right() + pad, 0, self._own().width(), box.height() - 2 * pad)
        own.moveTop(box.top() + pad)
        count = QRectF(own.right() + pad, box.top(), max(0.0, box.right() - own.right() - 1.5 * pad), box.height())
        if right_to_left:
            for each in (disc, own, count):
                each.moveLeft(self.width() - each.right())
        paint_disc(painter, disc, self._ink, self.piece.letter)
        if is_picture and self.piece.picture is not None:
            drawn = QRectF(own.topLeft(), self._own())
            drawn.moveCenter(own.center())
            paint_box(painter, drawn.adjusted(-3, -3, 3, 3), fill=t.figure, radius=RADIUS_PX / 2)
            self.piece.picture.paint(painter, drawn, self.devicePixelRatioF())
        painter.setPen(QColor(t.text if self.isEnabled() else t.text_muted))
        if not is_picture:
            painter.setFont(t.font())
            painter.drawText(own, _FLAGS, self.piece.words)
        painter.setFont(t.font(TextSize.SMALL))
        painter.setPen(QColor(t.text_muted))
        painter.drawText(count, Qt.AlignmentFlag.AlignCenter, self._left)
        paint_ring(painter, self, t)
        painter.end()
