"""``qti-order-interaction``: cards that are moved into their order, by buttons, by the keyboard, or by two clicks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, LabelStyle, LabelSuffix, Lexical, OrderInteraction, Orientation
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.lettering import label_of
from ui.window.items.order_row import OrderHandle, OrderRow, widest
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import ActionButton, Button, ButtonKind
from ui.window.widgets.labels import Words
from ui.window.widgets.sentence import Sentence, Tone


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
        self._list = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._list.setSpacing(0)
        self._horizontal = self._below = False
        self._beside = QHBoxLayout()
        self._beside.addLayout(self._list, 1)
        self._beside.addStretch(0)
        column.addLayout(self._beside)
        self._handles: dict[ChoiceId, OrderHandle] = {}
        self._rows = {choice.identifier: self._row(choice, resource) for choice in interaction.choices}
        self._line = Words(self.tr("Not used"), tokens=tokens, size=TextSize.SMALL, muted=True, parent=self)
        self._line.setVisible(self._some)
        column.addLayout(self._buttons())
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Put the rows into order"))
        self._refresh()

    def _row(self, choice: Choice, resource: Resource) -> OrderRow:
        key = choice.identifier
        labels = [self._label(place) for place in range(len(self._interaction.choices))]
        handle = OrderHandle(
            choice,
            resource,
            label_width=widest(labels, self._tokens),
            tokens=self._tokens,
            keys=partial(self._on_key, key),
            parent=self,
        )
        handle.clicked.connect(lambda: self._clicked(key))
        self._handles[key] = handle
        return OrderRow(handle, partial(self._move, key), tokens=self._tokens, parent=self)

    def _label(self, place: int) -> str:
        """What stands before the card at a place: its number, unless the author wants something else."""
        style = self._interaction.style
        if style.labels is LabelStyle.LETTERS:
            suffix = LabelSuffix.NONE if style.suffix is LabelSuffix.DEFAULT else style.suffix
            style = replace(style, labels=LabelStyle.DECIMAL, suffix=suffix)
        return label_of(place, style).replace(str(place + 1), self.locale().toString(place + 1))

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(self._tokens.px(GRID_PX))
        self._confirm = Button(self.tr("This order is right"), tokens=self._tokens, parent=self)
        self._confirm.clicked.connect(self._on_confirm)
        # It comes where the other one was pressed: a double click must not take back what it said.
        self._clear = ActionButton(self.tr("Clear answer"), tokens=self._tokens, kind=ButtonKind.QUIET)
        self._clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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

    def _step(self, key: int) -> int | None:
        """By how many places an arrow key goes; those to the sides only where cards stand side by side."""
        steps = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
        if self._horizontal:
            forward = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
            steps |= {int(Qt.Key.Key_Left): -forward, int(Qt.Key.Key_Right): forward}
        return steps.get(key)

    def _on_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        """A key on a card; tells whether it meant something."""
        step = self._step(event.key())
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a row where the author wants it and there is room for all, else in a column."""
        super().resizeEvent(event)
        rows, horizontal = self._rows.values(), False
        if self._interaction.orientation is Orientation.HORIZONTAL:
            needed = sum(row.width_in_a_row() for row in rows)
            needed += self._line.sizeHint().width() if self._some else 0
            horizontal = needed <= self.width()
        self._arrange(horizontal=horizontal, below=any(row.width_beside() > self.width() for row in rows))

    def _arrange(self, *, horizontal: bool, below: bool) -> None:
        if (horizontal, below) == (self._horizontal, self._below):
            return
        self._below = below
        self._horizontal = horizontal
        direction = QBoxLayout.Direction.LeftToRight if horizontal else QBoxLayout.Direction.TopToBottom
        self._list.setDirection(direction)
        self._beside.setStretch(0, int(not horizontal))
        self._beside.setStretch(1, int(horizontal))
        for row in self._rows.values():
            row.set_form(horizontal=horizontal, below=below)
        self._say_state()

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
            label = self._label(place)
            handle.set_place(label if used or not label else "–", spoken)
            handle.set_held(held=key == self._held)
            self._rows[key].earlier.setEnabled(place > 0 or not used)
            self._rows[key].later.setEnabled(place < count - 1 or (self._some and used))
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
        for widget in (*wanted, self._confirm, self._clear):
            widget.raise_()  # what reads the screen goes by this order, and not by where things lie
        previous: QWidget | None = None
        for key in self._order:
            for widget in self._rows[key].stops():
                if previous is not None:
                    QWidget.setTabOrder(previous, widget)
                previous = widget

    def _say_state(self) -> None:
        most, least, style = self._interaction.max_choices, self._interaction.min_choices, self._interaction.style
        if self._held is not None:
            self._say(self.tr("Picked up: choose where it goes, or press Escape."), Tone.PLAIN)
        elif self._some and most and self._used > most:
            words = self.tr("You have placed {count}. Place no more than {most}.").format(count=self._used, most=most)
            self._say(style.max_message or words, Tone.WARN)
        elif self._some and self._used < least:
            words = self.tr("Move at least {least} to the front. You have placed {count}.")
            self._say(style.min_message or words.format(least=least, count=self._used), Tone.PLAIN)
        elif self._answered:
            self._say(self.tr("Your order counts as it stands."), Tone.GOOD)
        elif self._some:
            rows, cards = (
                self.tr("Move up the rows that count: {count}."),
                self.tr("Move forward the cards that count: {count}."),
            )
            self._say_open((cards if self._horizontal else rows).format(count=most))
        else:
            rows = self.tr("Move the rows, or say that the order is right.")
            self._say_open(self.tr("Move the cards, or say that the order is right.") if self._horizontal else rows)

    def _say_open(self, words: str) -> None:
        self._say(f"{self.tr('Not answered yet.')} {words}", Tone.PLAIN)

    def _say(self, words: str, tone: Tone) -> None:
        """Show a line about the answer; a warning is spoken too."""
        changed = words != self._hint.words()
        self._hint.say(words, tone)
        if changed and tone is Tone.WARN:
            announce(self, words)

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input. A row in the air goes back to where it was."""
        if locked and self._held is not None:
            self._order, self._used = list(self._held_from[0]), self._held_from[1]
            self._held = None
            self._refresh()
        super().set_locked(locked=locked)
