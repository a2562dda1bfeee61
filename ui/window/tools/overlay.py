"""What lies over a question without being in its way: a strip of controls that can be moved, and steps with a value.

Owns the strip that line reader and magnifier share. Refuses to know what they draw.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.window.theme import Tokens
from ui.window.tools.panel import Handle
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon
from ui.window.widgets.painting import paint_box
from ui.window.widgets.stepper import Stepper


class ControlStrip(QWidget):
    """Handle, stepper, close; small, opaque, and the only thing of an overlay that takes clicks."""

    pushed = Signal(QPoint)
    stepped = Signal(int)
    """The value that was chosen"""
    closed = Signal()

    def __init__(
        self,
        *,
        name: str,
        step_name: str,
        values: tuple[tuple[int, str], ...],
        value: int,
        step_px: int,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        edge = tokens.px(2) + tokens.outline_px
        row.setContentsMargins(edge, edge, edge, edge)
        row.setSpacing(tokens.px(2))
        self.handle = Handle(
            tokens=tokens, name=self.tr("Move: {tool}").format(tool=name), step_px=step_px, parent=self
        )
        self.stepper = Stepper(
            [(str(number), words) for number, words in values],
            tokens=tokens,
            name=step_name,
            less=self.tr("Less: {what}").format(what=step_name),
            more=self.tr("More: {what}").format(what=step_name),
            current=str(value),
            parent=self,
        )
        close = Button("", tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.CROSS, parent=self)
        close.setAccessibleName(self.tr("Close: {tool}").format(tool=name))
        self.handle.pushed.connect(self.pushed)
        self.stepper.stepped.connect(lambda key: self.stepped.emit(int(key)))
        close.clicked.connect(lambda _checked: self.closed.emit())
        for each in (self.handle, self.stepper, close):
            row.addWidget(each)
        self.resize(self.sizeHint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes, plus and minus step; the page gets nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            self.stepper.step(1 if event.key() == Qt.Key.Key_Plus else -1)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface."""
        t, painter = self._tokens, QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=t.surface_sunken, outline=t.control, width=t.outline_px)
        painter.end()
