"""``qti-select-point-interaction``: points that are placed on a picture, by clicks or with a cross-hair."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from exam_packages.qti.model import Lexical, SelectPointInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.graphic.areas import HIT_PX
from ui.window.items.graphic.canvas import Canvas, Surface
from ui.window.items.graphic.painting import ink_of, paint_cross_hair, paint_point
from ui.window.items.graphic.picture import Picture
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon
from ui.window.widgets.sentence import Sentence, Tone

STEP_PX: Final = 4
"""An arrow key moves the cross-hair so far on the screen, and never less than one pixel of the picture."""
FAST: Final = 8
"""With Shift, so many times as far."""
_ARM_PX: Final = 22
_POINTS_MAX: Final = 200
"""More points than anybody places; a question without a limit has this one."""


class _CrossHair(QPushButton):
    """The picture as one control: the arrow keys aim, Space or Enter places a point."""

    def __init__(self, surface: Surface, part: SelectPointPart) -> None:
        super().__init__(surface)
        self._surface, self._part = surface, part
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._part.on_key(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._part.aim(QPointF(0, 0))
        self._surface.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._surface.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture draws it."""


class SelectPointPart(Part):
    """Points in whole pixels of the picture. A click on a point takes it away; where one is wanted, it moves there.

    A point beyond `max_choices` is not placed, and the part says so: which of the others to give up is not ours to know.
    """

    def __init__(
        self, interaction: SelectPointInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._points: Lexical = ()
        self._refused = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        self._ink = ink_of(tokens, interaction.style.selections)
        picture = Picture(resource(interaction.image.attribute("src")), interaction.image)
        self._picture = picture
        self._aim = QPointF(picture.size.width() / 2, picture.size.height() / 2)
        self._canvas = Canvas(picture, tokens=tokens, parent=self)
        surface = self._canvas.surface
        surface.setCursor(Qt.CursorShape.CrossCursor)
        surface.layer = self._paint
        surface.clicked.connect(self._clicked)
        self._cross = _CrossHair(surface, self)
        self._cross.clicked.connect(lambda: self._place(self._aim))
        surface.scaled.connect(lambda: self._cross.setGeometry(surface.rect()))
        self._canvas.follow(self._cross)
        column.addWidget(self._canvas)
        self._list = QWidget(self)
        self._flow = FlowLayout(self._list, spacing=tokens.px(GRID_PX))
        column.addWidget(self._list)
        self._buttons: list[Button] = []
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Mark points on the picture"))
        self._refresh()

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """The points "x y", in the order in which they were placed."""
        return self._points

    def display(self, value: Lexical) -> None:
        """Show the points of an answer; what is no point is passed over."""
        self._points = tuple(each for each in value if _point(each) is not None)
        self._refused = ""
        self._refresh()

    def _clicked(self, point: QPointF) -> None:
        self._cross.setFocus(Qt.FocusReason.MouseFocusReason)
        self._aim = self._whole(point)
        self._place(self._aim)

    def _whole(self, point: QPointF) -> QPointF:
        """The pixel of the picture that holds a point; the last one where a point lies on the edge."""
        size = self._picture.size
        x = min(max(int(point.x()), 0), max(0, int(size.width()) - 1))
        y = min(max(int(point.y()), 0), max(0, int(size.height()) - 1))
        return QPointF(x, y)

    def _place(self, at: QPointF) -> None:
        most = self._interaction.max_choices
        near = self._near(at)
        at = self._whole(at)
        written = f"{int(at.x())} {int(at.y())}"
        if near is not None and (most != 1 or self._points[near] == written or len(self._points) > 1):
            self._remove(near)
        elif most == 1 and len(self._points) <= 1:
            self._put((written,), self.tr("Point placed at {x}, {y}"), at)
        elif len(self._points) >= (most or _POINTS_MAX):
            self._refused = self._interaction.style.max_message or self.tr(
                "You have placed {count} points, and no more are allowed. Take one away first."
            ).format(count=len(self._points))
            self._refresh()
            announce(self, self._refused)
        else:
            self._put((*self._points, written), self.tr("Point placed at {x}, {y}"), at)

    def _put(self, points: Lexical, words: str, at: QPointF) -> None:
        self._points, self._refused = points, ""
        self._refresh()
        announce(self, words.format(x=int(at.x()), y=int(at.y())))
        self.tell(points)

    def _remove(self, place: int) -> None:
        had_focus = any(button.hasFocus() for button in self._buttons)
        at = _point(self._points[place]) or QPointF()
        self._put(self._points[:place] + self._points[place + 1 :], self.tr("Point at {x}, {y} was taken away"), at)
        if had_focus:
            rest = self._buttons[min(place, len(self._points) - 1)] if self._points else self._cross
            rest.setFocus(Qt.FocusReason.TabFocusReason)

    def _near(self, at: QPointF) -> int | None:
        """The point that a click here is on, by the size of a target on the screen."""
        reach = HIT_PX / 2 / self._canvas.surface.scale
        apart = [((_point(each) or QPointF()) - at, place) for place, each in enumerate(self._points)]
        near = [(QPointF.dotProduct(away, away), place) for away, place in apart]
        distance, place = min(near, default=(reach * reach + 1, 0))
        return place if distance <= reach * reach else None

    # -- keyboard -----------------------------------------------------------------------------------------------------

    def on_key(self, event: QKeyEvent) -> bool:
        """Aim, place, and take away what is aimed at."""
        pixels = max(1, round(STEP_PX / self._canvas.surface.scale))
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            pixels = 1
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            pixels *= FAST
        steps = {
            Qt.Key.Key_Left: (-pixels, 0),
            Qt.Key.Key_Right: (pixels, 0),
            Qt.Key.Key_Up: (0, -pixels),
            Qt.Key.Key_Down: (0, pixels),
        }
        if event.key() in steps:
            self.aim(QPointF(*steps[Qt.Key(event.key())]))
            announce(self, f"{int(self._aim.x())}, {int(self._aim.y())}")
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self._place(self._aim)
            return True
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            near = self._near(self._aim)
            if near is not None:
                self._remove(near)
            return True
        return False

    def aim(self, by: QPointF) -> None:
        """Move the cross-hair by some pixels of the picture, within the picture."""
        self._aim = self._whole(self._aim + by)
        scale, room = self._canvas.surface.scale, self._tokens.px(2 * _ARM_PX)
        at = self._aim * scale
        self._canvas.reveal(QRectF(at.x() - room / 2, at.y() - room / 2, room, room))
        self._name_cross_hair()
        self._canvas.surface.update()

    def _name_cross_hair(self) -> None:
        self._cross.setAccessibleName(
            self.tr("Cross-hair at {x}, {y}. The arrow keys move it, Enter places a point.").format(
                x=int(self._aim.x()), y=int(self._aim.y())
            )
        )
        self._cross.setAccessibleDescription(self._picture.alt)

    # -- what is seen -------------------------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._canvas.surface.scale
        for number, each in enumerate(self._points, start=1):
            at = (_point(each) or QPointF()) + QPointF(0.5, 0.5)
            paint_point(painter, at * scale, str(number) if len(self._points) > 1 else "", self._ink)
        if self._cross.hasFocus() and self.isEnabled():
            at = (self._aim + QPointF(0.5, 0.5)) * scale
            paint_cross_hair(painter, at, self._tokens.px(_ARM_PX), self._ink)

    def _refresh(self) -> None:
        while len(self._buttons) > len(self._points):
            button = self._buttons.pop()
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        while len(self._buttons) < len(self._points):
            place = len(self._buttons)
            button = Button("", tokens=self._tokens, kind=ButtonKind.PLAIN, icon=Icon.CROSS, parent=self._list)
            button.clicked.connect(lambda _=False, which=place: self._remove(which))
            self._flow.addWidget(button)
            button.show()
            self._buttons.append(button)
        for number, (button, each) in enumerate(zip(self._buttons, self._points, strict=True), start=1):
            words = self.tr("Point {number}: {at}").format(number=number, at=each.replace(" ", ", "))
            button.setText(words)
            button.setAccessibleName(self.tr("Take away: {words}").format(words=words))
        self._list.setVisible(bool(self._points))
        self._list.updateGeometry()
        self._name_cross_hair()
        self._say_how_many()
        self._canvas.surface.update()

    def _say_how_many(self) -> None:
        most, least, placed = self._interaction.max_choices, self._interaction.min_choices, len(self._points)
        tone = Tone.PLAIN
        if self._refused or (most and placed > most):
            words = self._refused or self.tr("You have placed {placed} points. Place no more than {most}.")
            tone = Tone.WARN
        elif 0 < placed < least and self._interaction.style.min_message:
            words = self._interaction.style.min_message
        elif most == 1:
            words = self.tr("Mark one point of the picture.")
        elif most and least == most:
            words = self.tr("Mark {most} points. You have placed {placed}.")
        elif most and least:
            words = self.tr("Mark {least} to {most} points. You have placed {placed}.")
        elif most:
            words = self.tr("Mark up to {most} points. You have placed {placed}.")
        elif least:
            words = self.tr("Mark at least {least} points. You have placed {placed}.")
        else:
            words = self.tr("Mark as many points as you need. You have placed {placed}.")
        if words != self._refused:
            words = words.replace("{most}", str(most)).replace("{least}", str(least))
            words = words.replace("{placed}", str(placed))
        self._hint.say(words, tone)


def _point(written: str) -> QPointF | None:
    """A point as QTI writes it; None for what is none."""
    parts = written.split()
    try:
        x, y = (float(each) for each in parts)
    except ValueError:
        return None
    return QPointF(x, y) if abs(x) < 1e6 and abs(y) < 1e6 else None
