"""``qti-order-interaction``: rows that are moved into their order, by buttons, by the keyboard, or by two clicks."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, Lexical, OrderInteraction
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TARGET_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon, paint_icon
from ui.window.widgets.labels import Words
from ui.window.widgets.painting import RING_ROOM_PX, body_of, paint_box, paint_ring
from ui.window.widgets.sentence import Sentence, Tone


class _Handle(QPushButton):
    """The row itself: picked up by Space, moved by the arrow keys, put down by Space; or picked and placed by clicks."""

    def __init__(self, choice: Choice, resource: Resource, *, tokens: Tokens, part: OrderPart) -> None:
        super().__init__(part)
        self.key, self.words = choice.identifier, plain_text(choice.content).replace("\n", " ")
        self._tokens, self._part = tokens, part
        self._position = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QHBoxLayout(self)
        edge = RING_ROOM_PX + tokens.px(8)
        self._row.setContentsMargins(edge, edge, edge, edge)
        self._row.setSpacing(0)
        self._row.addSpacing(tokens.px(56))
        content = ContentView(choice.content, resource, tokens=tokens, parent=self)
        content.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row.addWidget(content, 1, Qt.AlignmentFlag.AlignVCenter)

    def nextCheckState(self) -> None:
        """The part says which row is picked up."""

    def set_position(self, shown: str, spoken: str) -> None:
        self._position = shown
        self.setAccessibleName(f"{self.words}. {spoken}")
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self._tokens.px(TARGET_PX) + 2 * RING_ROOM_PX, self._row.heightForWidth(width))

    def sizeHint(self) -> QSize:
        width = self._row.sizeHint().width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tokens.px(120), TARGET_PX + 2 * RING_ROOM_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._part.on_key(self.key, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, box = self._tokens, QPainter(self), body_of(self)
        picked = self.isChecked()
        fill = t.accent_tint if picked else (t.surface_sunken if self.underMouse() else t.surface_raised)
        paint_box(painter, box, fill=fill, outline=t.accent if picked else t.line, width=t.outline_px + picked)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        grip = QRectF(box.left() + t.px(6), box.center().y() - t.px(9), t.px(18), t.px(18))
        number = QRectF(QPointF(grip.right(), box.top()), QPointF(box.left() + t.px(60), box.bottom()))
        if right_to_left:
            grip.moveRight(box.right() - t.px(6))
            number.moveRight(grip.left())
        paint_icon(painter, Icon.GRIP, grip, QColor(t.accent if picked else t.text_muted))
        painter.setFont(t.font(bold=True))
        painter.setPen(QColor(t.text))
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, self._position)
        paint_ring(painter, self, t)
        painter.end()


class OrderPart(Part):
    """All choices in an order, or the first few of them.

    Until something is moved, or the candidate says that the order is right as it stands, the answer is NULL: an order
    that was only looked at is none. Where not all choices are wanted, a line parts those that count from the rest.
    """

    def __init__(self, interaction: OrderInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        count = len(interaction.choices)
        self._interaction = interaction
        self._some = 0 < interaction.max_choices < count or 0 < interaction.min_choices < count
        self._order = [choice.identifier for choice in interaction.choices]
        self._used = 0 if self._some else count
        self._answered = False
        self._held: ChoiceId | None = None
        self._held_from: tuple[list[ChoiceId], int] = (self._order, self._used)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._handles: dict[ChoiceId, _Handle] = {}
        self._rows = {choice.identifier: self._row(choice, resource) for choice in interaction.choices}
        self._line = Words(self.tr("Not used"), tokens=tokens, size=TextSize.SMALL, muted=True, parent=self)
        self._line.setVisible(self._some)
        column.addLayout(self._buttons())
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Put the rows into order"))
        self._refresh()

    def _row(self, choice: Choice, resource: Resource) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        handle = _Handle(choice, resource, tokens=self._tokens, part=self)
        handle.clicked.connect(lambda: self._clicked(choice.identifier))
        self._handles[choice.identifier] = handle
        line.addWidget(handle, 1)
        for icon, step, words in ((Icon.UP, -1, self.tr("Move up")), (Icon.DOWN, 1, self.tr("Move down"))):
            button = Button("", tokens=self._tokens, icon=icon, parent=row)
            button.setAccessibleName(f"{words}: {handle.words}")
            button.clicked.connect(lambda _=False, by=step: self._move(choice.identifier, by))
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(self._tokens.px(GRID_PX))
        self._confirm = Button(self.tr("This order is right"), tokens=self._tokens, parent=self)
        self._confirm.clicked.connect(self._on_confirm)
        self._clear = Button(self.tr("Clear answer"), tokens=self._tokens, kind=ButtonKind.QUIET, parent=self)
        self._clear.clicked.connect(self._on_clear)
        line.addWidget(self._confirm)
        line.addWidget(self._clear)
        line.addStretch(1)
        return line

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """The identifiers in order; NULL until there is an answer."""
        return tuple(self._order[: self._used]) if self._answered else ()

    def display(self, value: Lexical) -> None:
        """Show an answer: its choices in its order, the rest behind them as they were written."""
        known = [choice.identifier for choice in self._interaction.choices]
        used = [ChoiceId(key) for key in dict.fromkeys(value) if key in known]
        self._answered = bool(used)
        self._order = used + [key for key in known if key not in used]
        self._used = len(used) if self._some else len(known)
        self._held = None
        self._refresh()

    def _changed(self) -> None:
        self._answered = self._used > 0
        self._refresh()
        self.tell(self.current())

    def _on_confirm(self) -> None:
        self._answered = True
        self._refresh()
        self._handles[self._order[0]].setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(self.current())

    def _on_clear(self) -> None:
        self.display(())
        self._handles[self._order[0]].setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(())

    # -- moving -------------------------------------------------------------------------------------------------------

    def _shifted(self, key: ChoiceId, by: int) -> bool:
        """Move a row by one place, over the line of those not used where there is one; tells whether there was room."""
        place = self._order.index(key)
        if self._some and by < 0 and place == self._used:
            self._used += 1
            return True
        if self._some and by > 0 and place == self._used - 1:
            self._used -= 1
            return True
        target = place + by
        if not 0 <= target < len(self._order):
            return False
        self._order[place], self._order[target] = self._order[target], self._order[place]
        return True

    def _move(self, key: ChoiceId, by: int) -> None:
        focused = self.focusWidget()
        if self._shifted(key, by):
            self._changed()
            self._say_place(key)
        if focused is not None:
            # At the end of the list the button just used is dim; the row itself keeps the focus in reach.
            (focused if focused.isEnabled() else self._handles[key]).setFocus(Qt.FocusReason.TabFocusReason)

    def _say_place(self, key: ChoiceId) -> None:
        announce(self, self._handles[key].accessibleName())

    def _clicked(self, key: ChoiceId) -> None:
        """Pick a row up; put it down where the next click is."""
        if self._held is None:
            self._pick_up(key)
            return
        held = self._held
        if held != key:
            target = self._order.index(key)
            self._order.remove(held)
            self._order.insert(target, held)
            if self._some:
                before, used = self._held_from
                was_used, is_used = before.index(held) < used, target < self._used
                self._used += int(is_used and not was_used) - int(was_used and not is_used)
        self._put_down()

    def _pick_up(self, key: ChoiceId) -> None:
        self._held, self._held_from = key, (list(self._order), self._used)
        self._refresh()
        announce(self, self.tr("Picked up. Arrow keys move it, Space puts it down, Escape takes it back."))

    def _put_down(self) -> None:
        held, changed = self._held, self._held_from != (self._order, self._used)
        self._held = None
        if changed:
            self._changed()
        else:
            self._refresh()
        if held is not None:
            self._handles[held].setFocus(Qt.FocusReason.TabFocusReason)
            self._say_place(held)

    def on_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        """A key on a row; tells whether it meant something."""
        step = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}.get(event.key())
        if step is not None and self._held == key:
            self._shifted(key, step)
            self._refresh()
            self._handles[key].setFocus(Qt.FocusReason.TabFocusReason)
            self._say_place(key)
        elif step is not None:
            place = min(max(self._order.index(key) + step, 0), len(self._order) - 1)
            self._handles[self._order[place]].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._clicked(key)
        elif event.key() == Qt.Key.Key_Escape and self._held is not None:
            self._order, self._used = list(self._held_from[0]), self._held_from[1]
            self._put_down()
        else:
            return False
        return True

    # -- screen -------------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._place_rows()
        count = len(self._order)
        for place, key in enumerate(self._order):
            handle = self._handles[key]
            used = place < self._used
            if used:
                spoken = self.tr("Position {place} of {count}").format(place=place + 1, count=self._used)
            else:
                spoken = self.tr("Not used")
            if key == self._held:
                spoken += ", " + self.tr("picked up")
            handle.set_position(self.locale().toString(place + 1) if used else "–", spoken)
            handle.setChecked(key == self._held)
            up, down = self._rows[key].findChildren(Button)
            up.setEnabled(place > 0 or not used)
            down.setEnabled(place < count - 1 or (self._some and used))
        self._confirm.setVisible(not self._answered and not self._some)
        self._clear.setVisible(self._answered)
        self._say_state()

    def _place_rows(self) -> None:
        wanted: list[QWidget] = [self._rows[key] for key in self._order]
        if self._some:
            wanted.insert(self._used, self._line)
        for place, widget in enumerate(wanted):
            at = self._list.indexOf(widget)
            if at != place:
                if at >= 0:
                    self._list.removeWidget(widget)
                self._list.insertWidget(place, widget)
        previous: QWidget | None = None
        for key in self._order:
            for widget in (self._handles[key], *self._rows[key].findChildren(Button)):
                if previous is not None:
                    QWidget.setTabOrder(previous, widget)
                previous = widget

    def _say_state(self) -> None:
        most, least = self._interaction.max_choices, self._interaction.min_choices
        if self._held is not None:
            words = self.tr("Picked up: choose where it goes, or press Escape.")
            self._hint.say(words, Tone.PLAIN)
        elif self._some and most and self._used > most:
            words = self.tr("You have placed {count}. Place no more than {most}.").format(count=self._used, most=most)
            self._hint.say(words, Tone.WARN)
        elif self._answered:
            self._hint.say(self.tr("Your order counts as it stands."), Tone.GOOD)
        elif self._some:
            words = self.tr("Not answered yet. Move up the rows that count: {count}.").format(count=most or least)
            self._hint.say(words, Tone.PLAIN)
        else:
            self._hint.say(self.tr("Not answered yet. Move the rows, or say that the order is right."), Tone.PLAIN)

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input. A row in the air goes back to where it was."""
        if locked and self._held is not None:
            self._order, self._used = list(self._held_from[0]), self._held_from[1]
            self._held = None
            self._refresh()
        super().set_locked(locked=locked)
