"""The areas of a picture as a list of buttons: for whoever finds a list easier than a picture, or cannot see it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from ui.window.items.option_row import paint_mark
from ui.window.theme import GRID_PX, TARGET_PX, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring


class _Row(QPushButton):
    """One area: a mark where areas are picked, and words that wrap."""

    def __init__(self, *, checkable: bool, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setCheckable(checkable)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def nextCheckState(self) -> None:
        """The part says what is picked."""

    def show_state(self, words: str, *, picked: bool) -> None:
        self.setAccessibleName(words)
        if self.isCheckable():
            self.setChecked(picked)
        self.updateGeometry()
        self.update()

    def _mark(self) -> int:
        return self._tokens.px(22) + self._tokens.px(GRID_PX) if self.isCheckable() else 0

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        t = self._tokens
        inner = width - 2 * RING_ROOM_PX - 2 * t.px(GRID_PX * 1.5) - self._mark()
        field = QRectF(0, 0, max(40, inner), 10_000)
        words = QFontMetricsF(t.font()).boundingRect(field, int(Qt.TextFlag.TextWordWrap), self.accessibleName())
        return max(TARGET_PX, round(words.height()) + t.px(16)) + 2 * RING_ROOM_PX

    def sizeHint(self) -> QSize:
        width = self._tokens.px(320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tokens.px(96), TARGET_PX + 2 * RING_ROOM_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, t, box = QPainter(self), self._tokens, body_of(self)
        active = self.isEnabled() and (self.underMouse() or self.isDown())
        fill = t.accent_tint if self.isChecked() else (t.surface_sunken if active else t.surface_raised)
        paint_box(painter, box, fill=fill, outline=t.accent if self.isChecked() else t.line, width=t.outline_px)
        inner = box.adjusted(t.px(GRID_PX * 1.5), 0, -t.px(GRID_PX * 1.5), 0)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if self.isCheckable():
            side = t.px(22)
            field = QRectF(inner.left(), box.center().y() - side / 2, side, side)
            if right_to_left:
                field.moveRight(inner.right())
            paint_mark(painter, field, t, checked=self.isChecked(), round_mark=False)
            inner = inner.adjusted(0, 0, -self._mark(), 0) if right_to_left else inner.adjusted(self._mark(), 0, 0, 0)
        painter.setPen(QColor(t.text if self.isEnabled() else t.text_muted))
        painter.setFont(t.font())
        # A painter takes left for leading, in its own direction, which is the application's unless it is told.
        painter.setLayoutDirection(self.layoutDirection())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inner, flags, self.accessibleName())
        paint_ring(painter, self, t)
        painter.end()


class AreaList(QWidget):
    """A button that opens the list in place, and the list."""

    picked = Signal(str)
    """the identifier of an area"""
    opened = Signal()
    """the list was opened or closed"""

    def __init__(
        self,
        names: Mapping[ChoiceId, str],
        *,
        checkable: bool,
        tokens: Tokens,
        parent: QWidget,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._toggle = Button("", tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.LIST, parent=self)
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._on_toggled)
        head = QHBoxLayout()
        head.addWidget(self._toggle)
        if beside is not None:
            keep = beside.sizePolicy()
            keep.setRetainSizeWhenHidden(True)
            beside.setSizePolicy(keep)
            head.addWidget(beside)
        head.addStretch(1)
        column.addLayout(head)
        self._rows: dict[ChoiceId, _Row] = {}
        for key, name in names.items():
            row = _Row(checkable=checkable, tokens=tokens, parent=self)
            row.show_state(name, picked=False)
            row.clicked.connect(lambda _=False, which=key: self.picked.emit(which))
            row.hide()
            column.addWidget(row)
            self._rows[key] = row
        self._on_toggled(opened=False)

    def is_open(self) -> bool:
        """Whether the list is to be seen; then areas on the picture show their numbers."""
        return self._toggle.isChecked()

    def show_states(self, states: Mapping[ChoiceId, tuple[str, bool]]) -> None:
        """What each area is called now, and whether it is picked."""
        for key, (words, picked) in states.items():
            self._rows[key].show_state(words, picked=picked)

    def _on_toggled(self, opened: bool) -> None:  # noqa: FBT001  # a slot
        self._toggle.setText(self.tr("Hide the list of areas") if opened else self.tr("Show the areas as a list"))
        for row in self._rows.values():
            row.setVisible(opened)
        self.opened.emit()
