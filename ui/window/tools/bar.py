"""The row of aids above a question: each with icon, name and the key that switches it.

Where the row does not fit on one line it folds into one button, and opens in place. Owns keys and buttons; refuses to know
what an aid does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from exam_packages.qti.model import Tool
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.tools.aids import Aid, aids_of, icon_of, name_of
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon
from ui.window.widgets.painting import body_of, paint_box

KEYS_MAX: Final = 9
"""Control and a digit: there are nine of them."""


class _AidButton(Button):
    """A button with the digit of its key in a small frame behind the words."""

    def __init__(self, aid: Aid, number: int, *, tokens: Tokens, parent: QWidget) -> None:
        self._number = str(number) if number <= KEYS_MAX else ""
        super().__init__(name_of(aid), tokens=tokens, kind=ButtonKind.QUIET, icon=icon_of(aid), parent=parent)
        self.aid = aid
        self.setCheckable(True)
        if self._number:
            self.setAccessibleDescription(self.tr("Control and {number}").format(number=self._number))

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(self._cap_room(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._number:
            return
        t, painter = self._tokens, QPainter(self)
        side = t.px(20)
        box, inset = body_of(self), t.px(6)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = box.left() + inset if right_to_left else box.right() - inset - side
        cap = QRectF(left, box.center().y() - side / 2, side, side)
        paint_box(painter, cap, fill=t.surface_raised, outline=t.control, radius=3)
        painter.setPen(QColor(t.text))
        painter.setFont(t.font(TextSize.SMALL))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._number)
        painter.end()

    def words_box(self, box: QRectF) -> QRectF:
        """Words stand in the middle of what the frame leaves free."""
        room = self._cap_room()
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return box.adjusted(room if right_to_left else 0, 0, 0 if right_to_left else -room, 0)

    def _cap_room(self) -> int:
        return self._tokens.px(24) if self._number else 0


class ToolBar(QWidget):
    """The aids of one question. ``toggled`` says what a person switched; ``show_open`` says what is on."""

    toggled = Signal(str, bool)
    """Aid, on or off"""

    def __init__(
        self, tools: Sequence[Tool] = (), *, comment: bool = False, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens.for_bars()
        self._buttons: dict[Aid, _AidButton] = {}
        self._keys: list[QShortcut] = []
        self.setAccessibleName(self.tr("Tools for this question"))
        column = QVBoxLayout(self)
        margin = self._tokens.px(4)
        column.setContentsMargins(2 * margin, margin, 2 * margin, margin)
        column.setSpacing(margin)
        self._fold = Button(self.tr("Question tools"), tokens=self._tokens, kind=ButtonKind.QUIET, parent=self)
        self._fold.setCheckable(True)
        self._fold.set_icon(Icon.DOWN)
        self._fold.toggled.connect(self._unfold)
        self._row = QWidget(self)
        self._flow = FlowLayout(self._row, spacing=margin)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._row.setSizePolicy(policy)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._row)
        own = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        own.setHeightForWidth(True)
        self.setSizePolicy(own)
        self.set_tools(tools, comment=comment)

    def set_tools(self, tools: Sequence[Tool], *, comment: bool = False) -> None:
        """Offer the aids of another question; none hides the bar."""
        aids = aids_of(tools, comment=comment)
        if tuple(self._buttons) != aids:
            for button in self._buttons.values():
                self._flow.removeWidget(button)
                button.hide()
                button.deleteLater()
            for key in self._keys:
                key.setEnabled(False)
                key.deleteLater()
            self._keys = []
            self._buttons = {aid: self._made(aid, number) for number, aid in enumerate(aids, start=1)}
            self._fold.setChecked(False)
        self.setVisible(bool(aids))
        self._arrange()

    def aids(self) -> tuple[Aid, ...]:
        """What is offered."""
        return tuple(self._buttons)

    def show_open(self, aid: Aid, *, is_open: bool) -> None:
        """Show whether an aid is on."""
        if aid in self._buttons:
            self._buttons[aid].setChecked(is_open)

    def focus_aid(self, aid: Aid) -> None:
        """Put the focus on an aid's button, or on the fold it is hidden in."""
        button = self._buttons.get(aid)
        target: QWidget = button if button is not None and button.isVisible() else self._fold
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold where the row does not fit."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strip with a line below it."""
        t, painter = self._tokens, QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=t.surface_raised, radius=0)
        edge = t.outline_px
        painter.fillRect(QRectF(0, self.height() - edge, self.width(), edge), t.colour(t.line))
        painter.end()

    def _made(self, aid: Aid, number: int) -> _AidButton:
        button = _AidButton(aid, number, tokens=self._tokens, parent=self._row)
        button.clicked.connect(lambda checked: self._toggle(aid, on=checked))
        self._flow.addWidget(button)
        button.show()  # a layout shows it later only, and until then it would take no room in the row
        if number <= KEYS_MAX:
            key = QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda: self._switch(aid))
            key.setAutoRepeat(False)
            self._keys.append(key)
        return button

    def _switch(self, aid: Aid) -> None:
        button = self._buttons[aid]
        if self.isEnabled():
            button.setChecked(not button.isChecked())
            self._toggle(aid, on=button.isChecked())

    def _toggle(self, aid: Aid, *, on: bool) -> None:
        if self._fold.isVisible() and self._fold.isChecked():
            if any(button.hasFocus() for button in self._buttons.values()):
                self._fold.setFocus(Qt.FocusReason.OtherFocusReason)
            self._fold.setChecked(False)
        self.toggled.emit(aid.value, on)

    def _arrange(self) -> None:
        margins = self.contentsMargins()
        room = self.width() - 4 * self._tokens.px(GRID_PX) // 2 - margins.left() - margins.right()
        folds = bool(self._buttons) and self._flow.sizeHint().width() > room
        self._fold.setVisible(folds)
        self._unfold()

    def _unfold(self) -> None:
        self._row.setVisible(not self._fold.isVisibleTo(self) or self._fold.isChecked())
        self._fold.set_icon(Icon.UP if self._fold.isChecked() else Icon.DOWN)
        self.updateGeometry()
