"""Buttons: a verb, sometimes with an icon, in four ranks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.window.theme import ACTS_SCALE_MAX, GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring


class ButtonKind(Enum):
    """The rank of a button on its screen; one primary at most."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    fill: str | None
    outline: str | None
    text: str


class Button(QPushButton):
    """A push button that Enter and Space press; a checkable one looks and reads as pressed."""

    def __init__(
        self,
        words: str,
        *,
        tokens: Tokens,
        kind: ButtonKind = ButtonKind.PLAIN,
        icon: Icon | None = None,
        icon_after: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        tokens = tokens.at_most(ACTS_SCALE_MAX)
        self._tokens, self._kind = tokens, kind
        self._icon, self._icon_after = icon, icon_after
        self.setFont(tokens.font(bold=kind is ButtonKind.PRIMARY))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(words)

    def setText(self, text: str) -> None:
        """Show other words; an ampersand stands for itself, since lone Alt never arrives and mnemonics would mislead."""
        super().setText(text.replace("&", "&&"))
        self.updateGeometry()

    def words(self) -> str:
        """The words as they are read."""
        return self.text().replace("&&", "&")

    def set_icon(self, icon: Icon | None) -> None:
        """Show another icon, or none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words, and high enough to hit."""
        metrics = QFontMetricsF(self.font())
        width = metrics.horizontalAdvance(self.words()) + 2 * self._padding()
        if self._icon:
            width += self._icon_side() + (self._gap() if self.words() else 0)
        height = max(TARGET_PX, round(metrics.height()) + 2 * self._tokens.px(6))
        return QSize(round(max(width, TARGET_PX)) + 2 * RING_ROOM_PX, height + 2 * RING_ROOM_PX)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut off."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box, icon, words and ring."""
        painter = QPainter(self)
        look, box = self._look(), body_of(self)
        paint_box(painter, box, fill=look.fill, outline=look.outline, width=self._tokens.outline_px)
        self._paint_words(painter, box, look)
        paint_ring(painter, self, self._tokens)
        painter.end()

    def words_box(self, box: QRectF) -> QRectF:
        """Where in the body icon and words stand."""
        return box

    def _paint_words(self, painter: QPainter, box: QRectF, look: _Look) -> None:
        box = self.words_box(box)
        metrics, words = QFontMetricsF(self.font()), self.words()
        icon_side = self._icon_side() if self._icon else 0
        gap = self._gap() if self._icon and words else 0
        total = icon_side + gap + metrics.horizontalAdvance(words)
        left = box.center().x() - total / 2
        icon_first = self._icon_after is (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
        if self._icon:
            at = left if icon_first else left + total - icon_side
            field = QRectF(at, box.center().y() - icon_side / 2, icon_side, icon_side)
            paint_icon(painter, self._icon, field, QColor(look.text), self.layoutDirection())
        painter.setPen(QColor(look.text))
        painter.setFont(self.font())
        painter.setLayoutDirection(self.layoutDirection())  # else it is the application's, and "(" turns round
        text_left = left + (icon_side + gap if icon_first else 0)
        field = QRectF(text_left, box.top(), total - icon_side - gap + 1, box.height())
        painter.drawText(field, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _look(self) -> _Look:
        t = self._tokens
        if not self.isEnabled():
            return _Look(
                fill=None if self._kind is ButtonKind.QUIET else t.surface_sunken, outline=None, text=t.text_muted
            )
        active = self.isDown() or self.underMouse()
        match self._kind:
            case ButtonKind.PRIMARY:
                return _Look(fill=t.accent_strong if active else t.accent, outline=None, text=t.accent_text)
            case ButtonKind.DANGER:
                if active:
                    return _Look(fill=t.bad, outline=t.bad, text=t.bad_text)
                return _Look(fill=t.surface_raised, outline=t.bad, text=t.bad)
            case ButtonKind.PLAIN | ButtonKind.QUIET:
                return self._plain_look(active=active)
            case _:
                assert_never(self._kind)

    def _plain_look(self, *, active: bool) -> _Look:
        t = self._tokens
        quiet = self._kind is ButtonKind.QUIET
        if self.isChecked():
            return _Look(fill=t.accent_tint, outline=t.accent, text=t.text)
        fill = t.surface_sunken if active else (None if quiet else t.surface_raised)
        return _Look(fill=fill, outline=None if quiet else t.control, text=t.accent if quiet else t.text)

    def _padding(self) -> int:
        return self._tokens.px(GRID_PX * (1 if self._kind is ButtonKind.QUIET else 2))

    def _gap(self) -> int:
        return self._tokens.px(GRID_PX)

    def _icon_side(self) -> int:
        return self._tokens.px(20)


class ActionButton(Button):
    """A button in whose place another one may stand a moment after it was pressed.

    The second press of a double click does nothing: it would answer a question that nobody has read, or skip a page. For
    the same reason a press does not bring the focus here.
    """

    def __init__(self, words: str, *, tokens: Tokens, kind: ButtonKind = ButtonKind.PLAIN) -> None:
        super().__init__(words, tokens=tokens, kind=kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take it and do nothing."""
        event.accept()
