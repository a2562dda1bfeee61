"""``qti-associate-interaction``: pick one card, then its partner; the pairs stand in a list below."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import AssociateInteraction, Lexical
from ui.window.content.content_view import Resource
from ui.window.items.asking import AskingPart
from ui.window.items.chip import Chip
from ui.window.items.pair_row import PairRow
from ui.window.items.pairing import Pair, known_pairs, left_of, may_pair, used, written
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import ActionButton, Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Words

_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}


class AssociatePart(AskingPart):
    """Cards and pairs. What is not possible is said and changes nothing; nothing that was made is dropped."""

    def __init__(
        self, interaction: AssociateInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget
    ) -> None:
        super().__init__(
            interaction.response,
            interaction.prompt,
            resource,
            name=self.tr("Pair what belongs together"),
            tokens=tokens,
            parent=parent,
        )
        self._interaction, self._resource = interaction, resource
        self._choices = {choice.identifier: choice for choice in interaction.choices}
        self._pairs: list[Pair] = []
        self._held: ChoiceId | None = None
        bank = QWidget(self)
        flow = FlowLayout(bank, spacing=tokens.px(GRID_PX // 2))
        self._chips: dict[ChoiceId, Chip] = {}
        for place, choice in enumerate(interaction.choices):
            chip = Chip(choice, resource, tokens=tokens, keys=partial(self._on_key, choice.identifier), parent=bank)
            chip.setAccessibleDescription(
                self.tr("Card {place} of {count}").format(place=place + 1, count=len(interaction.choices))
            )
            chip.clicked.connect(lambda _=False, key=choice.identifier: self._clicked(key))
            flow.addWidget(chip)
            self._chips[choice.identifier] = chip
        self._column.addWidget(bank)
        self._heading = Words("", tokens=tokens, bold=True, parent=self)
        self._column.addWidget(self._heading)
        self._list = QVBoxLayout()
        self._list.setSpacing(tokens.px(4))
        self._column.addLayout(self._list)
        self._rows: list[QWidget] = []
        self.add_clear()
        self._refresh()

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """The pairs, as they were made."""
        return tuple(written(pair) for pair in self._pairs)

    def display(self, value: Lexical) -> None:
        """Show the pairs of an answer."""
        keys = list(self._choices)
        self._pairs, self._held = known_pairs(value, keys, keys), None
        self._refresh()

    # -- picking ------------------------------------------------------------------------------------------------------

    def _clicked(self, key: ChoiceId) -> None:
        held = self._held
        if held == key:
            self._held = None
            self._refresh()
        elif held is None:
            self._pick_up(key)
        else:
            self._join(held, key)

    def _pick_up(self, key: ChoiceId) -> None:
        reason = self._spent_words(key) or self._full_words()
        if not reason:
            self._held = key
            announce(self, self.tr("{words}, picked. Pick its partner.").format(words=self._chips[key].words))
        self._refresh(reason)

    def _join(self, held: ChoiceId, key: ChoiceId) -> None:
        reason = self._spent_words(key) or self._full_words()
        if not reason and any(set(pair) == {held, key} for pair in self._pairs):
            reason = self.tr("These two are a pair already.")
        if not reason and not may_pair(self._choices[held], self._choices[key]):
            reason = self.tr("“{one}” cannot be paired with “{other}”.").format(
                one=self._chips[held].words, other=self._chips[key].words
            )
        if reason:
            self._refresh(reason)
            return
        self._pairs.append((held, key))
        self._held = None
        self._refresh()
        announce(self, self.tr("Pair {place}: {words}").format(place=len(self._pairs), words=self._words(-1)))
        self.tell(self.current())

    def _remove(self, place: int) -> None:
        first = self._pairs[place][0]
        announce(self, self.tr("Pair removed: {words}").format(words=self._words(place)))
        del self._pairs[place]
        self._refresh()
        self._chips[first].setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(self.current())

    def _spent_words(self, key: ChoiceId) -> str:
        limit = self._choices[key].match_max
        if left_of(limit, used(self._pairs, self._limits())[key]) != 0:
            return ""
        words = self._chips[key].words
        if limit == 1:
            return self.tr("“{words}” is in a pair already. Remove that pair first.").format(words=words)
        return self.tr("“{words}” is in {count} pairs already, which is the most.").format(words=words, count=limit)

    def _full_words(self) -> str:
        most = self._interaction.max_associations
        if not most or len(self._pairs) < most:
            return ""
        if self._interaction.style.max_message:
            return self._interaction.style.max_message
        return self.tr("You have made {count} pairs, which is the most. Remove one first.").format(count=most)

    def _limits(self) -> dict[ChoiceId, int]:
        return {key: choice.match_max for key, choice in self._choices.items()}

    def _on_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        chips = list(self._chips.values())
        pressed = event.key()
        if pressed in _BACKWARD | _FORWARD:
            step = 1 if pressed in _FORWARD else -1
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft and pressed in {
                Qt.Key.Key_Left,
                Qt.Key.Key_Right,
            }:
                step = -step
            place = chips.index(self._chips[key])
            chips[(place + step) % len(chips)].setFocus(Qt.FocusReason.TabFocusReason)
        elif pressed in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._clicked(key)
        elif pressed == Qt.Key.Key_Escape and self._held is not None:
            self._held = None
            self._refresh()
            announce(self, self.tr("Put down."))
        else:
            return False
        return True

    # -- screen -------------------------------------------------------------------------------------------------------

    def _words(self, place: int) -> str:
        one, other = self._pairs[place]
        return f"{self._chips[one].words} – {self._chips[other].words}"

    def _refresh(self, warning: str = "") -> None:
        counts = used(self._pairs, self._limits())
        for key, chip in self._chips.items():
            left = left_of(self._choices[key].match_max, counts[key])
            chip.set_state(held=key == self._held, left=self._left_words(key, left, counts[key]), spent=left == 0)
        self._show_pairs()
        self._clear.setVisible(bool(self._pairs))
        if warning:
            self.say(warning, warn=True)
        elif self._held is not None:
            words = self.tr("“{words}” is picked. Pick its partner, or press Escape.")
            self.say(words.format(words=self._chips[self._held].words))
        else:
            self.say(self._task())

    def _left_words(self, key: ChoiceId, left: int, count: int) -> str:
        limit = self._choices[key].match_max
        if limit == 0:
            times = self.tr("used once") if count == 1 else self.tr("used {count} times").format(count=count)
            return times if count else ""
        return "" if limit == 1 else self.tr("{left} of {limit} left").format(left=left, limit=limit)

    def _task(self) -> str:
        most, least, count = self._interaction.max_associations, self._interaction.min_associations, len(self._pairs)
        if most and count > most:
            return self.tr("You have made {count} pairs. Make no more than {most}.").format(count=count, most=most)
        if least > count:
            if self._interaction.style.min_message:
                return self._interaction.style.min_message
            words = self.tr("Pick a card, then its partner. Make at least {least} pairs; you have made {count}.")
            return words.format(least=least, count=count)
        if most > 1:
            words = self.tr("Pick a card, then its partner. Make up to {most} pairs; you have made {count}.")
            return words.format(most=most, count=count)
        return self.tr("Pick a card, then its partner.")

    def _show_pairs(self) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(place) for place in range(len(self._pairs))]
        for row in self._rows:
            self._list.addWidget(row)
            row.show()
        self._heading.setText(self.tr("Your pairs: {count}").format(count=self.locale().toString(len(self._pairs))))
        stops = [*(row.findChildren(Button)[0] for row in self._rows), self._clear]
        for before, after in pairwise([list(self._chips.values())[-1], *stops]):
            QWidget.setTabOrder(before, after)

    def _row(self, place: int) -> QWidget:
        one, other = (self._choices[key] for key in self._pairs[place])
        # The next pair comes where this one was: a double click must not remove that too.
        remove = ActionButton(self.tr("Remove"), tokens=self._tokens, kind=ButtonKind.QUIET)
        remove.set_icon(Icon.CROSS)
        remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        remove.setAccessibleName(
            self.tr("Remove pair {place} of {count}: {words}").format(
                place=place + 1, count=len(self._pairs), words=self._words(place)
            )
        )
        remove.clicked.connect(lambda _=False, at=place: self._remove(at))
        number = f"{self.locale().toString(place + 1)}."
        return PairRow(number, one, other, self._resource, end=remove, tokens=self._tokens, parent=self)

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input. A card in the hand is put down."""
        if locked and self._held is not None:
            self._held = None
            self._refresh()
        super().set_locked(locked=locked)
