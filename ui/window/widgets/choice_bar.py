"""One of a few, side by side and always in view: filters, languages, exhibits. What a drop-down list would be elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.radio import check_alone

_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}


class _Segment(QRadioButton):
    def __init__(self, words: str, *, tokens: Tokens, parent: ChoiceBar) -> None:
        super().__init__(words.replace("&", "&&"), parent)
        self._tokens, self._bar = tokens, parent
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(tokens.font(bold=False))

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._tokens.font(bold=True))
        width = metrics.horizontalAdvance(self.text().replace("&&", "&")) + 2 * self._tokens.px(2 * GRID_PX)
        height = max(TARGET_PX, round(metrics.height()) + self._tokens.px(12))
        return QSize(round(width) + 2 * RING_ROOM_PX, height + 2 * RING_ROOM_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(TARGET_PX + 2 * RING_ROOM_PX, self.sizeHint().height())

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole segment is the target
        return True

    def nextCheckState(self) -> None:
        self._bar.choose(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._bar.moved(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        fill = t.accent_tint if self.isChecked() else (t.surface_sunken if self.underMouse() else None)
        paint_box(painter, box, fill=fill, outline=t.accent if self.isChecked() else t.control, width=t.outline_px)
        if self.isChecked():
            underline = QRectF(box.left() + 8, box.bottom() - 4, box.width() - 16, 3)
            paint_box(painter, underline, fill=t.accent, radius=1.5)
        font = t.font(bold=self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(t.text if self.isEnabled() else t.text_muted))
        words = QFontMetricsF(font).elidedText(
            self.text().replace("&&", "&"), Qt.TextElideMode.ElideRight, box.width() - 8
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        paint_ring(painter, self, t)
        painter.end()


class ChoiceBar(QWidget):
    """A named group of segments; the arrow keys choose, Tab enters and leaves."""

    chosen = Signal(str)
    """The key of the segment that a person chose."""

    def __init__(
        self, choices: Sequence[tuple[str, str]], *, tokens: Tokens, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._segments: dict[str, _Segment] = {}
        flow = FlowLayout(self, spacing=tokens.px(2))
        for place, (key, words) in enumerate(choices, start=1):
            segment = _Segment(words, tokens=tokens, parent=self)
            segment.setAccessibleDescription(
                self.tr("{place} of {count}").format(place=place, count=len(choices)) + f", {name}"
            )
            self._segments[key] = segment
            flow.addWidget(segment)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if choices:
            self.set_current(choices[0][0])

    def current(self) -> str:
        """The key of the chosen segment; empty where there is none."""
        return next((key for key, segment in self._segments.items() if segment.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Choose without telling anybody."""
        for each, segment in self._segments.items():
            check_alone(segment, checked=each == key)
            # One stop for Tab, as for radio buttons everywhere.
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if each == key else Qt.FocusPolicy.ClickFocus)

    def choose(self, segment: _Segment) -> None:
        """A person chose a segment."""
        key = next(each for each, candidate in self._segments.items() if candidate is segment)
        if key != self.current():
            self.set_current(key)
            self.chosen.emit(key)

    def moved(self, segment: _Segment, event: QKeyEvent) -> bool:
        """Go to a neighbour by an arrow key; tells whether the key was one."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        key = event.key()
        if key in _BACKWARD | _FORWARD:
            step = 1 if key in _FORWARD else -1
            if right_to_left and key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
                step = -step
            segments = list(self._segments.values())
            target = segments[(segments.index(segment) + step) % len(segments)]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self.choose(target)
            return True
        return False
