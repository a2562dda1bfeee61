"""What every screen is made of: a body that scrolls, a bar at the bottom with one main action at the right, and the tools.

Owns keys (Enter does the main action where that is safe, Escape takes the careful way out), the question that is asked
once and on the page, and the panel with text size and colours. Refuses to know sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.window.focus_ring import focus_ring
from ui.window.look import Look, LookSetting
from ui.window.look_panel import LookPanel
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import ActionButton, Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import paint_box
from ui.window.words import translate

BOTTOM_BAR_PX = 64
READING_WIDTH_PX = 720
QUESTION_WIDTH_PX = 560


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to be asked once, on the page."""

    lines: tuple[str, ...]
    yes: str
    no: str
    kind: ButtonKind = ButtonKind.PRIMARY


class BottomBar(QWidget):
    """Two groups of buttons; one above the other where there is no room side by side."""

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tokens = self.tokens = tokens.for_bars()
        self.left, self.right = QWidget(self), QWidget(self)
        for side in (self.left, self.right):
            FlowLayout(side, spacing=tokens.px(4))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        margin = tokens.px(GRID_PX)
        self._row.setContentsMargins(margin, 4, margin, 4)
        self._row.setSpacing(4)
        self._row.addWidget(self.left, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.right, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(BOTTOM_BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def add_left(self, widget: QWidget) -> None:
        """Add to the left group."""
        self._layout_of(self.left).addWidget(widget)

    def add_right(self, widget: QWidget) -> None:
        """Add to the right group; the last one is the main action."""
        self._layout_of(self.right).addWidget(widget)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, self._row.sizeHint().height())

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(0, max(BOTTOM_BAR_PX, self._row.sizeHint().height()))

    def event(self, event: QEvent) -> bool:
        """Arrange anew when a button came, went or changed its words."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the row where it is too long."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar with a line above it."""
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=self.tokens.surface_raised, radius=0)
        painter.fillRect(QRectF(0, 0, self.width(), self.tokens.outline_px), self.tokens.colour(self.tokens.line))
        painter.end()

    def _arrange(self) -> None:
        need = self.left.sizeHint().width() + self.right.sizeHint().width() + 5 * self.tokens.px(GRID_PX)
        fits = need <= self.width()
        wanted = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if self._row.direction() is not wanted:
            self._row.setDirection(wanted)
            self.updateGeometry()

    @staticmethod
    def _layout_of(side: QWidget) -> FlowLayout:
        layout = side.layout()
        if not isinstance(layout, FlowLayout):
            raise TypeError("the sides of a bar flow")
        return layout


class _Column(QWidget):
    """What scrolls. Its height follows from its width alone: the height that wrapping text would like says nothing here."""

    def minimumSizeHint(self) -> QSize:
        """As high as need be at the width it gets."""
        return QSize(super().minimumSizeHint().width(), 0)


class Page(QWidget):
    """One screen."""

    look_chosen = Signal(object)
    """Look"""

    def __init__(
        self, *, tokens: Tokens, name: str, scrolls: bool = True, wide: bool = False, lead: QWidget | None = None
    ) -> None:
        super().__init__()
        self.tokens = tokens
        self._main: Button | None = None
        self._escape: Button | None = None
        self._first: QWidget | None = None
        self._asked: _Asked | None = None
        self.area: QScrollArea | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.body = QVBoxLayout()
        if scrolls:
            column.addWidget(self._scroll_area(name, wide=wide), 1)
        else:
            self.body.setContentsMargins(0, 0, 0, 0)
            column.addLayout(self.body, 1)
        self._look = LookPanel(Look.of(tokens), tokens=tokens)
        self._look.hide()
        self._look.chosen.connect(self.look_chosen)
        column.addWidget(self._look)
        self.bar = BottomBar(tokens=tokens)
        column.addWidget(self.bar)
        if lead is not None:
            self.bar.add_left(lead)
        self.tools = Button(translate("Page", "Tools"), tokens=self.bar.tokens, kind=ButtonKind.QUIET)
        self.tools.setCheckable(True)
        self.tools.toggled.connect(self._look.setVisible)
        self.bar.add_left(self.tools)

    def enter(self) -> None:
        """Put the focus where the work begins."""
        self.order()
        target = self._first or self._main
        if target is None or not target.isEnabled():
            usable = [each for each in self.bar.right.findChildren(Button) if each.isEnabled()]
            target = usable[0] if usable else self.tools
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def order(self) -> None:
        """Have Tab and readers go through the body first and then through the bar, whichever was made first."""
        self._look.raise_()
        self.bar.raise_()
        chain = [
            each
            for each in focus_ring(self)
            if self.isAncestorOf(each) and each.focusPolicy() != Qt.FocusPolicy.NoFocus
        ]
        for one, following in pairwise(sorted(chain, key=self._rank)):
            QWidget.setTabOrder(one, following)

    def _rank(self, widget: QWidget) -> int:
        return 2 if self.bar.isAncestorOf(widget) else 1 if self._look.isAncestorOf(widget) else 0

    def open_look(self, setting: LookSetting, *, step: int = 1) -> None:
        """Show the look again after the page was made anew because of a setting, which went up or down by a step."""
        self.tools.setChecked(True)
        self._look.focus_chosen(setting, step=step)

    def set_first(self, widget: QWidget) -> None:
        """Choose where the focus goes on entry; the main action otherwise."""
        self._first = widget

    def add_main(self, words: str, act: Callable[[], object]) -> Button:
        """Add the main action: bottom right, done by Enter."""
        button = ActionButton(words, tokens=self.bar.tokens, kind=ButtonKind.PRIMARY)
        button.clicked.connect(lambda _checked: act())
        self.bar.add_right(button)
        self._main = button
        return button

    def add_action(self, words: str, act: Callable[[], object], *, escapes: bool = False) -> Button:
        """Add another action to the left of the main one; ``escapes`` makes it what Escape does."""
        button = ActionButton(words, tokens=self.bar.tokens)
        button.clicked.connect(lambda _checked: act())
        self.bar.add_right(button)
        if escapes:
            self._escape = button
        return button

    def ask(self, question: Question, act: Callable[[], object]) -> None:
        """Ask once, on the page. Enter and Escape do not act: the focus stands on the careful answer."""
        if self._asked is None:
            self._asked = _Asked(self, question, act)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does the main action, Escape the careful way out."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            if self._asked is None:
                _press(self._main)
            return
        if event.key() == Qt.Key.Key_Escape:
            if self._asked is not None:
                self._asked.withdraw()
            else:
                _press(self._escape)
            return
        if not self._scroll(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def to_top(self) -> None:
        """Show the page from its beginning, after something else came to stand on it."""
        if self.area is not None:
            self.area.verticalScrollBar().setValue(0)

    def show_above_bar(self, widget: QWidget) -> None:
        """Show a widget above the bottom bar; readers and Tab come to it before the bar."""
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(column.indexOf(self.bar), widget)
        widget.show()
        self.bar.raise_()

    def end_asking(self) -> None:
        """Take the question away again."""
        self._asked = None
        self.enter()

    def _scroll(self, key: Qt.Key) -> bool:
        """Scroll by a key that nothing on the page wanted; False where it is none of those."""
        steps = {
            Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
            Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
            Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
            Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
            Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
            Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
        }
        if self.area is None or key not in steps:
            return False
        self.area.verticalScrollBar().triggerAction(steps[key])
        return True

    def _scroll_area(self, name: str, *, wide: bool) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(name)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the page scrolls it by keys, wherever the focus is
        inner = _Column()
        row = QHBoxLayout(inner)
        margin = self.tokens.for_bars().px(3 * GRID_PX)
        row.setContentsMargins(margin, self.tokens.px(2 * GRID_PX), margin, self.tokens.px(GRID_PX))
        column = QWidget()
        column.setLayout(self.body)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(self.tokens.px(2 * GRID_PX))
        if wide:
            row.addWidget(column, 1)
        else:
            column.setMaximumWidth(self.tokens.px(READING_WIDTH_PX))
            row.addStretch(1)
            row.addWidget(column, 100)
            row.addStretch(1)
        area.setWidget(inner)
        self.area = area
        return area


class _QuestionStrip(QWidget):
    """The words of a question, right above the buttons that answer it."""

    def __init__(self, lines: Sequence[str], *, tokens: Tokens, danger: bool) -> None:
        super().__init__()
        self._fill, self._edge = (tokens.bad_tint, tokens.bad) if danger else (tokens.accent_tint, tokens.accent)
        column = QWidget()
        column.setMaximumWidth(tokens.px(QUESTION_WIDTH_PX))
        words = QVBoxLayout(column)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(tokens.px(4))
        for number, line in enumerate(lines):
            words.addWidget(Words(line, tokens=tokens, bold=number == 0))
        row = QHBoxLayout(self)
        row.setContentsMargins(*(tokens.px(2 * GRID_PX), tokens.px(1.5 * GRID_PX)) * 2)
        row.addStretch(1)
        row.addWidget(column, 100)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tinted strip with a line above it."""
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=self._fill, radius=0)
        paint_box(painter, QRectF(0, 0, self.width(), 3), fill=self._edge, radius=0)
        painter.end()


class _Asked:
    """A question that stands on a page until it is answered."""

    def __init__(self, page: Page, question: Question, act: Callable[[], object]) -> None:
        self._page = page
        self._hidden = [child for child in page.bar.right.findChildren(Button) if child.isVisibleTo(page.bar)]
        for button in self._hidden:
            button.hide()
        self._strip = _QuestionStrip(question.lines, tokens=page.bar.tokens, danger=question.kind is ButtonKind.DANGER)
        page.show_above_bar(self._strip)
        no = ActionButton(question.no, tokens=page.bar.tokens)
        yes = ActionButton(question.yes, tokens=page.bar.tokens, kind=question.kind)
        no.clicked.connect(self.withdraw)
        yes.clicked.connect(lambda _checked: act())
        self._buttons = (no, yes)
        for button in self._buttons:
            page.bar.add_right(button)
            button.show()
        no.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(page, " ".join(question.lines))

    def withdraw(self) -> None:
        """Take the question away; nothing has happened."""
        for widget in (self._strip, *self._buttons):
            widget.hide()
            widget.deleteLater()
        for button in self._hidden:
            button.show()
        self._page.end_asking()


def _press(button: Button | None) -> None:
    if button is not None and button.isEnabled() and button.isVisible():
        button.click()
