"""``qti-slider-interaction``: a number on a scale, by clicks on the scale, by two buttons, or by the keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from exam_packages.qti.model import Lexical, Orientation, SliderInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.part import Part
from ui.window.items.scale import Scale, scale_of
from ui.window.theme import GRID_PX, TARGET_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon
from ui.window.widgets.painting import RING_ROOM_PX, paint_box, paint_ring
from ui.window.widgets.sentence import Sentence, Tone

_HANDLE_PX: Final = 28
_UPRIGHT_PX: Final = 320
_UPRIGHT_MAX_PX: Final = 440
"""At any text scale: a scale that is seen as a whole."""
_WIDE_PX: Final = 640
_TICKS_MAX: Final = 200
_BIG_STEPS: Final = 10
"""Page Up and Page Down go a tenth of the scale."""
_INT_MAX: Final = 2**31 - 1


def number_words(written: str, locale: QLocale) -> str:
    """A number as QTI writes it, as a reader of this language does."""
    _whole, _point, fraction = written.partition(".")
    try:
        return locale.toString(float(written), "f", len(fraction)) if "e" not in written.lower() else written
    except ValueError:
        return written


class Track(QSlider):
    """The scale with its handle. Hollow until it is touched: a place where no answer is, is none.

    Qt's value is the number itself where all of them are whole, so that readers say it, else the place on the scale.
    """

    picked = Signal(int)
    """the place on the scale that a person chose"""

    def __init__(self, scale: Scale, interaction: SliderInteraction, *, tokens: Tokens, parent: QWidget) -> None:
        self._upright = interaction.orientation is Orientation.VERTICAL
        super().__init__(Qt.Orientation.Vertical if self._upright else Qt.Orientation.Horizontal, parent)
        self._scale, self._tokens = scale, tokens
        self._reverse, self._all_labels = interaction.reverse, interaction.step_label
        self.is_set = False
        ends = (scale.lower, scale.upper, scale.step)
        self._whole = all(each == each.to_integral_value() and abs(each) < _INT_MAX for each in ends)
        self._factor, self._base = (int(scale.step), int(scale.lower)) if self._whole else (1, 0)
        self.setRange(self._base, self._base + scale.last * self._factor)
        self.setSingleStep(self._factor)
        self.setPageStep(self._factor * self._big())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.valueChanged.connect(self._set_from_outside)
        flexible, fixed = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed if self._upright else flexible, fixed)

    # -- places -------------------------------------------------------------------------------------------------------

    def place(self) -> int:
        """Where the handle stands."""
        return (self.value() - self._base + self._factor // 2) // self._factor

    def put(self, place: int, *, is_set: bool) -> None:
        """Show the handle at a place; hollow where that is no answer."""
        self.is_set = is_set
        self.blockSignals(True)
        self.setValue(self._base + place * self._factor)
        self.blockSignals(False)
        self.update()

    def choose(self, place: int) -> None:
        """A person goes to a place."""
        place = min(max(place, 0), self._scale.last)
        self.put(place, is_set=True)
        self.picked.emit(place)

    def step(self, by: int) -> None:
        """A person goes some places on. The first step makes an answer of the place where the hollow handle stands."""
        self.choose(self.place() + by if self.is_set else self.place())

    def _set_from_outside(self, _value: int) -> None:
        # Assistive technology sets a value of its own.
        self.choose(self.place())

    def _big(self) -> int:
        return max(1, self._scale.last // _BIG_STEPS)

    # -- geometry -----------------------------------------------------------------------------------------------------

    def _mirrored(self) -> bool:
        """Whether the lower bound stands at the right, or on top."""
        right_to_left = not self._upright and self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return self._reverse is not right_to_left

    def _labels(self) -> list[tuple[int, str]]:
        """The places that have a number beside them, with the number: the ends, or as many of all as there is room for."""
        last = self._scale.last
        metrics = QFontMetricsF(self._tokens.font(TextSize.SMALL))
        ends = [(0, self._words(0)), (last, self._words(last))] if last else [(0, self._words(0))]
        if not self._all_labels or last < 2:
            return ends
        if self._upright:
            room = metrics.height()
        else:
            room = max(metrics.horizontalAdvance(words) for _place, words in ends) + self._tokens.px(GRID_PX)
        length = self._length()
        every = next((n for n in _round_steps(last) if length * self._scale.share(n) >= room), last)
        inner = [place for place in range(0, last, every) if place == 0 or last - place >= every or every == 1]
        return [(place, self._words(place)) for place in (*inner, last)]

    def _words(self, place: int) -> str:
        return number_words(self._scale.at(place), self.locale())

    def _length(self) -> float:
        return max(1.0, (self.height() if self._upright else self.width()) - 2 * self._inset())

    def _inset(self) -> float:
        """Room at both ends: half of the handle, or of the longest number under it."""
        half = self._tokens.px(_HANDLE_PX) / 2 + RING_ROOM_PX
        if self._upright:
            return half
        metrics = QFontMetricsF(self._tokens.font(TextSize.SMALL))
        ends = (self._words(0), self._words(self._scale.last))
        return max(half, *(metrics.horizontalAdvance(words) / 2 + RING_ROOM_PX for words in ends))

    def _point(self, place: int) -> QPointF:
        share = self._scale.share(place)
        along = self._inset() + self._length() * (1 - share if self._mirrored() else share)
        across = self._tokens.px(_HANDLE_PX) / 2 + RING_ROOM_PX + 2
        if not self._upright:
            return QPointF(along, across)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return QPointF(self.width() - across if right_to_left else across, self.height() - along)

    def _place_at(self, point: QPointF) -> int:
        along = self.height() - point.y() if self._upright else point.x()
        share = (along - self._inset()) / self._length()
        return self._scale.place_near(1 - share if self._mirrored() else share)

    def sizeHint(self) -> QSize:
        """Long enough to hit a place, high enough for handle and numbers."""
        t = self._tokens
        metrics = QFontMetricsF(t.font(TextSize.SMALL))
        across = max(TARGET_PX, t.px(_HANDLE_PX) + 2 * RING_ROOM_PX + 4)
        if self._upright:
            ends = (self._words(0), self._words(self._scale.last))
            words = max(metrics.horizontalAdvance(each) for each in ends)
            return QSize(
                round(across + t.px(GRID_PX) + words) + 2 * RING_ROOM_PX, min(t.px(_UPRIGHT_PX), _UPRIGHT_MAX_PX)
            )
        return QSize(t.px(_WIDE_PX), round(across + metrics.height() + t.px(GRID_PX / 2) + RING_ROOM_PX))

    def minimumSizeHint(self) -> QSize:
        """A scale can be short; it cannot be low."""
        hint = self.sizeHint()
        return hint if self._upright else QSize(4 * TARGET_PX, hint.height())

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, the way from the lower bound, places, numbers, handle and ring."""
        painter, t = QPainter(self), self._tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        start, end, here = self._point(0), self._point(self._scale.last), self._point(self.place())
        _line(painter, start, end, QColor(t.control), t.px(6))
        if self.is_set:
            _line(painter, start, here, QColor(t.accent), t.px(6))
        self._paint_places(painter)
        self._paint_labels(painter)
        self._paint_handle(painter, here)
        paint_ring(painter, self, t)
        painter.end()

    def _paint_places(self, painter: QPainter) -> None:
        if not 1 < self._scale.last <= _TICKS_MAX or self._length() / self._scale.last < 4:
            return
        t = self._tokens
        painter.setPen(QPen(QColor(t.control), max(1, t.px(1.5))))
        away = t.px(_HANDLE_PX) / 2 - t.px(3)
        step = QPointF(t.px(5), 0) if self._upright else QPointF(0, t.px(5))
        out = QPointF(away, 0) if self._upright else QPointF(0, away)
        if self._upright and self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            step, out = -step, -out
        for place in range(self._scale.last + 1):
            at = self._point(place) + out
            painter.drawLine(at, at + step)

    def _paint_labels(self, painter: QPainter) -> None:
        t = self._tokens
        painter.setFont(t.font(TextSize.SMALL))
        painter.setPen(QColor(t.text_muted if self.isEnabled() else t.control))
        metrics = QFontMetricsF(painter.font())
        away = t.px(_HANDLE_PX) / 2 + t.px(GRID_PX / 2)
        for place, words in self._labels():
            at, wide = self._point(place), metrics.horizontalAdvance(words) + 2
            if not self._upright:
                box = QRectF(at.x() - wide / 2, at.y() + away, wide, metrics.height())
            elif self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                box = QRectF(at.x() - away - wide, at.y() - metrics.height() / 2, wide, metrics.height())
            else:
                box = QRectF(at.x() + away + 2, at.y() - metrics.height() / 2, wide, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_handle(self, painter: QPainter, at: QPointF) -> None:
        t, side = self._tokens, self._tokens.px(_HANDLE_PX)
        box = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
        if self.is_set:
            fill = t.accent if self.isEnabled() else t.text_muted
            paint_box(painter, box, fill=fill, outline=t.surface_raised, width=3, radius=side / 2)
            return
        pen = QPen(QColor(t.control), 2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(t.surface))
        painter.drawEllipse(box.adjusted(2, 2, -2, -2))

    # -- input --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows as they look; Page Up is more; Home is the lower bound, End the upper one; Space takes what is there."""
        onward = -1 if self._mirrored() else 1
        along = {Qt.Key.Key_Right: onward, Qt.Key.Key_Left: -onward, Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if self._upright:
            along |= {Qt.Key.Key_Up: onward, Qt.Key.Key_Down: -onward, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        steps = along | {Qt.Key.Key_PageUp: self._big(), Qt.Key.Key_PageDown: -self._big()}
        key = Qt.Key(event.key())
        if key in steps:
            self.step(steps[key])
        elif key is Qt.Key.Key_Home:
            self.choose(0)
        elif key is Qt.Key.Key_End:
            self.choose(self._scale.last)
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self.is_set:
            self.choose(self.place())
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere goes there."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.put(self._place_at(event.position()), is_set=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The handle follows; what counts is where it is let go."""
        if self.isSliderDown():
            self.put(self._place_at(event.position()), is_set=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: this is the answer."""
        if self.isSliderDown() and event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.choose(self.place())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel scrolls the page, and never changes an answer in passing."""
        event.ignore()


def _line(painter: QPainter, start: QPointF, end: QPointF, colour: QColor, width: float) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(start, end)


def _round_steps(last: int) -> list[int]:
    """1, 2, 5, 10, 20 … up to the end of the scale."""
    return [factor * 10**power for power in range(len(str(last))) for factor in (1, 2, 5) if factor * 10**power < last]


class SliderPart(Part):
    """A scale, two buttons and the number in words. NULL until it is touched, and again after Clear answer."""

    def __init__(self, interaction: SliderInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._scale = scale_of(interaction.lower_bound, interaction.upper_bound, interaction.step)
        self._value: Lexical = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._says = Sentence("", tokens=tokens, parent=self)
        column.addWidget(self._says)
        self._track = Track(self._scale, interaction, tokens=tokens, parent=self)
        self._track.picked.connect(self._picked)
        self._less = Button("", tokens=tokens, icon=Icon.MINUS, parent=self)
        self._more = Button("", tokens=tokens, icon=Icon.PLUS, parent=self)
        column.addLayout(self._row(interaction))
        self._clear = Button(self.tr("Clear answer"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._clear.clicked.connect(self._on_clear)
        keep = self._clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(keep)
        column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignLeading)
        self._name(plain_text(interaction.prompt))
        self._refresh()

    def _row(self, interaction: SliderInteraction) -> QBoxLayout:
        """The buttons stand at the ends they lead to."""
        upright = interaction.orientation is Orientation.VERTICAL
        row: QBoxLayout = QVBoxLayout() if upright else QHBoxLayout()
        row.setSpacing(self._tokens.px(GRID_PX))
        low_first = upright is interaction.reverse
        widgets = (self._less, self._track, self._more) if low_first else (self._more, self._track, self._less)
        for widget in widgets:
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeading if upright else Qt.AlignmentFlag.AlignTop)
        if not upright:
            row.setStretchFactor(self._track, 1)
        for button, step in ((self._less, -1), (self._more, 1)):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.setAutoRepeat(False)
            button.clicked.connect(lambda _=False, by=step: self._track.step(by))
        QWidget.setTabOrder(self._track, self._less)
        QWidget.setTabOrder(self._less, self._more)
        return row

    def _name(self, prompt: str) -> None:
        lower, upper = self._words(self._scale.at(0)), self._words(self._scale.at(self._scale.last))
        name = prompt or self.tr("Pick a number")
        self.setAccessibleName(name)
        self._track.setAccessibleName(
            self.tr("{name}: from {lower} to {upper}").format(name=name, lower=lower, upper=upper)
        )
        self._less.setAccessibleName(self.tr("Decrease"))
        self._more.setAccessibleName(self.tr("Increase"))

    def _words(self, written: str) -> str:
        return number_words(written, self.locale())

    def current(self) -> Lexical:
        """The number, as QTI writes it; empty while nothing was picked."""
        return self._value

    def display(self, value: Lexical) -> None:
        """Show an answer as it is stored; the handle stands at the place nearest to it."""
        place = self._scale.place_of(value[0]) if value else None
        self._value = value if place is not None else ()
        self._track.put(place or 0, is_set=place is not None)
        self._refresh()

    def has_pending(self) -> bool:
        """Whether the handle is being moved."""
        return self._track.isSliderDown()

    def flush(self) -> None:
        """Let the handle go where it is."""
        if self._track.isSliderDown():
            self._track.setSliderDown(False)
            self._track.choose(self._track.place())

    def _picked(self, place: int) -> None:
        value = (self._scale.at(place),)
        if value == self._value:
            return
        self._value = value
        self._refresh()
        announce(self, self._words(value[0]))
        self.tell(value)

    def _on_clear(self) -> None:
        self.display(())
        self._track.setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(())

    def _refresh(self) -> None:
        answered = bool(self._value)
        self._clear.setVisible(answered)
        if answered:
            words = self.tr("Your answer: {number}").format(number=self._words(self._value[0]))
            self._says.say(words, Tone.GOOD)
        else:
            words = self.tr("No answer yet. Click the scale, or use the buttons.")
            self._says.say(words, Tone.PLAIN)
        self._track.setAccessibleDescription(words)
        place = self._track.place()
        if (self._less if place == 0 else self._more).hasFocus() and place in {0, self._scale.last}:
            self._track.setFocus(Qt.FocusReason.OtherFocusReason)  # before the button that has it goes away
        self._less.setEnabled(not answered or place > 0)
        self._more.setEnabled(not answered or place < self._scale.last)
