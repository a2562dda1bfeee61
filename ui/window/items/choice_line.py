"""A choice's row together with what a candidate may do to it: strike it out, uncover it, play what is in it.

Owns how the two look. Refuses to know answers: the row inside is the control that is picked.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.window.items.option_row import CheckRow, RadioRow
from ui.window.theme import GRID_PX, RADIUS_PX, TARGET_PX, Tokens
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring

_PLAYER_INDENT_PX = 40
"""Below the letter, so that a player is seen to belong to the row above it."""
_VEIL_ALPHA = 110
"""How much of the surface lies over a choice that is struck out, of 255."""


class _Veil(QWidget):
    """What lies over a choice that is struck out: a little of the surface, and a line through its middle."""

    def __init__(self, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = self._tokens, QPainter(self)
        box = body_of(self).adjusted(2, 2, -2, -2)
        veil = QColor(t.surface)
        veil.setAlpha(_VEIL_ALPHA)
        painter.fillRect(box, veil)
        painter.setPen(QPen(QColor(t.text), max(2, t.px(2))))
        inset = t.px(GRID_PX)
        painter.drawLine(QPointF(box.left() + inset, box.center().y()), QPointF(box.right() - inset, box.center().y()))
        painter.end()


class StrikeButton(QPushButton):
    """Strikes a choice out, or brings it back: a letter with a line through it."""

    def __init__(self, label: str, words: str, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens, self._label, self._words = tokens, label or "A", words
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._name)
        self._name()

    def _name(self) -> None:
        name = self.tr("Bring back: {words}") if self.isChecked() else self.tr("Strike out: {words}")
        self.setAccessibleName(name.format(words=self._words))

    def sizeHint(self) -> QSize:
        """A square to hit."""
        side = max(TARGET_PX, self._tokens.px(36)) + 2 * RING_ROOM_PX
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the letter and the line."""
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        struck, hovered = self.isChecked(), self.underMouse() and self.isEnabled()
        fill = t.accent_tint if struck else (t.surface_sunken if hovered else None)
        paint_box(painter, box, fill=fill, outline=t.accent if struck else t.line, width=t.outline_px + struck)
        painter.setFont(t.font(bold=True))
        painter.setPen(QColor(t.text if struck else t.text_muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._label)
        painter.setPen(QPen(QColor(t.accent if struck else t.control), max(2, t.px(2))))
        inset = t.px(GRID_PX)
        inner = box.adjusted(inset, inset, -inset, -inset)
        painter.drawLine(inner.bottomLeft(), inner.topRight())
        paint_ring(painter, self, t)
        painter.end()


class _Cover(QPushButton):
    """Stands in a choice's place until it is pressed, and is as high."""

    def __init__(self, words: str, row: QWidget, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens, self._words, self._behind = tokens, words, row
        self.setSizePolicy(row.sizePolicy())
        self.setMinimumHeight(row.minimumHeight())
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # Asked as a layout asks the row itself.
        layout = self._behind.layout()
        return self._behind.heightForWidth(width) if layout is None else layout.totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._behind.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._behind.minimumSizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        paint_box(painter, box, fill=t.surface_sunken, outline=t.control, width=t.outline_px, radius=RADIUS_PX)
        painter.setFont(t.font())
        painter.setPen(QColor(t.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
        paint_ring(painter, self, t)
        painter.end()


class ChoiceLine(QWidget):
    """A row, with a strike button beside it and a cover over it where these tools are on."""

    struck = Signal(bool)
    uncovered = Signal()

    def __init__(
        self,
        row: RadioRow | CheckRow,
        label: str,
        *,
        strikes: bool,
        players: Sequence[QWidget] = (),
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """`players` stand below the row: they are controls of their own, and playing one picks nothing."""
        super().__init__(parent)
        self.row, self._tokens = row, tokens
        row.setParent(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(4))
        layout = QHBoxLayout()
        layout.setSpacing(0)
        column.addLayout(layout)
        self._players = tuple(players)
        for player in self._players:
            player.setParent(self)
            beside = QHBoxLayout()
            beside.addSpacing(tokens.px(_PLAYER_INDENT_PX))
            beside.addWidget(player, 1)
            column.addLayout(beside)
        layout.addWidget(row, 1)
        self.button: StrikeButton | None = None
        if strikes:
            self.button = StrikeButton(label, row.accessibleName(), tokens=tokens, parent=self)
            self.button.clicked.connect(self.struck)
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line = layout
        self._cover: _Cover | None = None
        self._veil = _Veil(tokens=tokens, parent=row)
        self._veil.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_struck(self, *, struck: bool) -> None:
        """Show whether the choice is struck out."""
        if self.button is not None and self.button.isChecked() != struck:
            self.button.setChecked(struck)
        self._veil.setVisible(struck)
        self._veil.raise_()
        self._place_veil()

    def _place_veil(self) -> None:
        self._veil.setGeometry(self.row.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The veil is as large as the row."""
        super().resizeEvent(event)
        self._line.activate()
        self._place_veil()

    def cover(self, words: str) -> None:
        """Put a cover in the choice's place."""
        if self._cover is None:
            self._cover = _Cover(words, self.row, tokens=self._tokens, parent=self)
            self._cover.clicked.connect(self.uncovered.emit)
            self._line.insertWidget(0, self._cover, 1)
        self.row.hide()
        for player in self._players:
            player.hide()
        if self.button is not None:
            self.button.hide()
        self._cover.show()

    def uncover(self) -> None:
        """Take the cover off."""
        if self._cover is not None:
            self._cover.hide()
        self.row.show()
        for player in self._players:
            player.show()
        if self.button is not None:
            self.button.show()

    def stops(self) -> list[QWidget]:
        """What Tab goes to here, in the order in which it is to go."""
        found = [child for player in self._players for child in (player, *player.findChildren(QWidget))]
        stops: list[QWidget | None] = [self._cover, self.row, *found, self.button]
        return [each for each in stops if each is not None and each.focusPolicy() is not Qt.FocusPolicy.NoFocus]

    def is_covered(self) -> bool:
        """Whether the cover lies on it."""
        return self._cover is not None and not self._cover.isHidden()

    def focus_cover(self) -> None:
        """Put the focus on the cover."""
        if self._cover is not None:
            self._cover.setFocus(Qt.FocusReason.TabFocusReason)
