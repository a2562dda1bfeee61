"""``qti-gap-match-interaction``: cards that are put into the gaps of a text, by two clicks or by the keyboard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, Gap, GapMatchInteraction, Lexical
from ui.window.content.content_view import ContentView, MakeInteraction, Resource
from ui.window.content.plain import Blank, plain_text
from ui.window.items.asking import AskingPart
from ui.window.items.chip import Chip
from ui.window.items.gap_button import GapButton, GapSizes, gaps_in, paragraph_of
from ui.window.items.graphic.beside import ChoicesAndPicture
from ui.window.items.pairing import Pair, known_pairs, left_of, may_pair, used, written
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.flow_layout import FlowLayout
from ui.window.widgets.icons import Icon

_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}


class GapMatchPart(AskingPart):
    """A bank of cards and a text with gaps. Pick a card, then a gap; or a gap, then a card."""

    def __init__(
        self,
        interaction: GapMatchInteraction,
        resource: Resource,
        *,
        make_other: MakeInteraction,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """`make_other` makes what stands in the text and is no gap."""
        super().__init__(
            interaction.response,
            interaction.prompt,
            resource,
            name=self.tr("Fill the gaps"),
            tokens=tokens,
            parent=parent,
        )
        self._interaction, self._resource, self._make_other = interaction, resource, make_other
        self._choices = {choice.identifier: choice for choice in interaction.choices}
        self._order = [gap.identifier for gap in gaps_in(interaction.content)]
        self._pairs: list[Pair] = []
        self._held: ChoiceId | None = None
        self._waiting: ChoiceId | None = None
        self._chips: dict[ChoiceId, Chip] = {}
        self._gaps: dict[ChoiceId, GapButton] = {}
        self._shown: dict[ChoiceId, ChoiceId | None] = {}
        self._place(tokens)
        line = QHBoxLayout()
        self._empty = Button(
            self.tr("Empty this gap"), tokens=tokens, kind=ButtonKind.QUIET, icon=Icon.CROSS, parent=self
        )
        self._empty.clicked.connect(self._on_empty)
        keep = self._empty.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._empty.setSizePolicy(keep)
        self._empty.hide()
        self._column.addLayout(line)
        self.add_clear(line)
        line.addWidget(self._empty)
        line.addStretch(1)
        self._refresh()

    def _place(self, tokens: Tokens) -> None:
        """Cards and text, where the style wants them; made in the order in which Tab is to go."""
        style = self._interaction.style
        beside = ChoicesAndPicture(
            position=style.choices_position, width_px=style.choices_width, tokens=tokens, parent=self
        )
        if style.choices_position in {"bottom", "right"}:
            text, bank = self._text(beside), self._bank(beside)
        else:
            bank, text = self._bank(beside), self._text(beside)
        beside.hold(bank, text)
        self._column.addWidget(beside)

    def _bank(self, parent: QWidget) -> QWidget:
        bank = QWidget(parent)
        flow = FlowLayout(bank, spacing=self._tokens.px(GRID_PX // 2))
        count = len(self._choices)
        for place, choice in enumerate(self._choices.values()):
            keys = partial(self._on_chip_key, choice.identifier)
            chip = Chip(choice, self._resource, tokens=self._tokens, keys=keys, parent=bank)
            chip.setAccessibleDescription(self.tr("Card {place} of {count}").format(place=place + 1, count=count))
            chip.clicked.connect(partial(self._on_chip, choice.identifier))
            flow.addWidget(chip)
            self._chips[choice.identifier] = chip
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        bank.setSizePolicy(policy)
        return bank

    def _text(self, parent: QWidget) -> QWidget:
        holder = QWidget(parent)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        measures = [
            ContentView(choice.content, self._resource, tokens=self._tokens, parent=holder)
            for choice in self._choices.values()
        ]
        for measure in measures:
            measure.hide()
        self._sizes = GapSizes(measures, tokens=self._tokens)
        text = ContentView(
            self._interaction.content,
            self._resource,
            tokens=self._tokens,
            make_interaction=self._make,
            blank=self._blank,
            parent=holder,
        )
        column.addWidget(text)
        return holder

    def _make(self, node: object, parent: QWidget) -> QWidget:
        if not isinstance(node, Gap):
            return self._make_other(node, parent)  # type: ignore[arg-type]  # what content hands out
        keys = partial(self._on_gap_key, node.identifier)
        button = GapButton(node, tokens=self._tokens, sizes=self._sizes, keys=keys, parent=parent)
        button.clicked.connect(partial(self._on_gap, node.identifier))
        self._gaps[node.identifier] = button
        return button

    def _blank(self, node: Blank) -> str:
        if not isinstance(node, Gap):
            return "…"
        return self.tr("(gap {place})").format(place=self._order.index(node.identifier) + 1)

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """Directed pairs "card gap", as they were made."""
        return tuple(written(pair) for pair in self._pairs)

    def display(self, value: Lexical) -> None:
        """Fill the gaps of an answer."""
        self._pairs = known_pairs(value, list(self._choices), self._order)
        self._held = self._waiting = None
        self._refresh()

    def _in_gap(self, gap: ChoiceId) -> ChoiceId | None:
        return next((choice for choice, place in self._pairs if place == gap), None)

    # -- picking and placing ------------------------------------------------------------------------------------------

    def _on_chip(self, key: ChoiceId, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  # a slot
        if self._waiting is not None:
            self._put(key, self._waiting)
            return
        reason = "" if self._held == key else self._spent_words(key)
        if reason:
            self._refresh(reason)
            return
        self._held = None if self._held == key else key
        if self._held:
            announce(self, self.tr("{words}, picked. Pick a gap.").format(words=self._chips[key].words))
        self._refresh()

    def _on_gap(self, gap: ChoiceId, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  # a slot
        waiting = self._waiting
        if self._held is not None:
            self._put(self._held, gap)
        elif waiting == gap:
            self._waiting = None
            self._refresh()
        elif waiting is not None and self._in_gap(waiting) is not None:
            self._move(waiting, gap)
        else:
            self._waiting = gap
            self._refresh()
            announce(self, self._task())

    def _put(self, key: ChoiceId, gap: ChoiceId) -> None:
        """Put a card into a gap; what was in it goes back."""
        before = self._in_gap(gap)
        reason = "" if before == key else self._spent_words(key) or self._forbidden_words(key, gap)
        if not reason and before is None:
            reason = self._full_words()
        if reason:
            self._refresh(reason)
            return
        self._pairs = [pair for pair in self._pairs if pair[1] != gap] + [(key, gap)]
        self._done(gap)

    def _move(self, source: ChoiceId, gap: ChoiceId) -> None:
        """Move a card to another gap; what was there goes where it came from."""
        one, other = self._in_gap(source), self._in_gap(gap)
        reason = self._forbidden_words(one, gap) or self._forbidden_words(other, source)
        if reason:
            self._refresh(reason)
            return
        places = {source: other, gap: one}
        self._pairs = [pair for pair in self._pairs if pair[1] not in places]
        self._pairs += [(key, place) for place, key in places.items() if key is not None]
        self._done(gap)

    def _done(self, gap: ChoiceId) -> None:
        self._held = self._waiting = None
        self._refresh()
        self._gaps[gap].setFocus(Qt.FocusReason.TabFocusReason)
        announce(self, self._gaps[gap].accessibleName())
        self.tell(self.current())

    def _on_empty(self) -> None:
        gap = self._waiting
        if gap is not None:
            self._empty_gap(gap)

    def _empty_gap(self, gap: ChoiceId) -> None:
        self._pairs = [pair for pair in self._pairs if pair[1] != gap]
        self._done(gap)

    def _spent_words(self, key: ChoiceId) -> str:
        limit = self._choices[key].match_max
        if left_of(limit, self._counts()[key]) != 0:
            return ""
        words = self._chips[key].words
        if limit == 1:
            return self.tr("“{words}” is in a gap already. Pick that gap to move it.").format(words=words)
        return self.tr("“{words}” is in {count} gaps already, which is the most.").format(words=words, count=limit)

    def _forbidden_words(self, key: ChoiceId | None, gap: ChoiceId) -> str:
        if key is None or may_pair(_Side(self._choices[key]), _Side(self._gaps[gap].gap)):
            return ""
        return self.tr("“{words}” cannot go into this gap.").format(words=self._chips[key].words)

    def _full_words(self) -> str:
        most = self._interaction.max_associations
        if not most or len(self._pairs) < most:
            return ""
        custom = self._interaction.style.max_message
        return custom or self.tr("You have filled {count} gaps, which is the most. Empty one first.").format(count=most)

    def _counts(self) -> dict[ChoiceId, int]:
        cards = ((pair[0], ChoiceId("")) for pair in self._pairs)
        return used(cards, {key: choice.match_max for key, choice in self._choices.items()})

    # -- keyboard -----------------------------------------------------------------------------------------------------

    def _on_chip_key(self, key: ChoiceId, event: QKeyEvent) -> bool:
        return self._on_key(list(self._chips.values()), self._chips[key], event)

    def _on_gap_key(self, gap: ChoiceId, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self._in_gap(gap) is not None:
            self._empty_gap(gap)
            return True
        return self._on_key([self._gaps[each] for each in self._order if each in self._gaps], self._gaps[gap], event)

    def _on_key(self, row: list[Chip] | list[GapButton], at: Chip | GapButton, event: QKeyEvent) -> bool:
        pressed = event.key()
        if pressed in _BACKWARD | _FORWARD:
            step = 1 if pressed in _FORWARD else -1
            right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            if right_to_left and pressed in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
                step = -step
            place = [*row].index(at)
            row[(place + step) % len(row)].setFocus(Qt.FocusReason.TabFocusReason)
        elif pressed in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            at.click()
        elif pressed == Qt.Key.Key_Escape and (self._held or self._waiting):
            self._held = self._waiting = None
            self._refresh()
            announce(self, self.tr("Put down."))
        else:
            return False
        return True

    # -- screen -------------------------------------------------------------------------------------------------------

    def _refresh(self, warning: str = "") -> None:
        counts = self._counts()
        for key, chip in self._chips.items():
            left = left_of(self._choices[key].match_max, counts[key])
            chip.set_state(held=key == self._held, left=self._left_words(key, left), spent=left == 0)
        for place, gap in enumerate(self._order):
            if gap in self._gaps:
                self._show_gap(place, gap)
        waiting = self._waiting
        self._empty.setVisible(waiting is not None and self._in_gap(waiting) is not None)
        self._clear.setVisible(bool(self._pairs))
        warning = warning or self._complaint()
        self.say(warning or self._task(), warn=bool(warning))

    def _show_gap(self, place: int, gap: ChoiceId) -> None:
        key, button = self._in_gap(gap), self._gaps[gap]
        if self._shown.get(gap) != key:
            self._shown[gap] = key
            content = None
            if key is not None:
                content = ContentView(self._choices[key].content, self._resource, tokens=self._tokens, parent=button)
            button.fill(content)
        button.set_held(held=gap == self._waiting)
        words = self.tr("empty") if key is None else self._chips[key].words
        name = self.tr("Gap {place} of {count}: {words}").format(place=place + 1, count=len(self._order), words=words)
        button.setAccessibleName(f"{name}, {self.tr('picked')}" if gap == self._waiting else name)
        context = plain_text(paragraph_of(self._interaction.content, gap), self._blank).replace("\n", " ")
        empties = self.tr("Delete empties it.") if key is not None else ""
        button.setAccessibleDescription(" ".join(part for part in (context, empties) if part))

    def _left_words(self, key: ChoiceId, left: int) -> str:
        limit = self._choices[key].match_max
        return "" if limit < 2 else self.tr("{left} of {limit} left").format(left=left, limit=limit)

    def _complaint(self) -> str:
        """What goes beyond the limit, in words; no answer that is given here does, one from elsewhere may."""
        most, count = self._interaction.max_associations, len(self._pairs)
        if not most or count <= most:
            return ""
        words = self.tr("You have filled {count} gaps. Fill no more than {most}.").format(count=count, most=most)
        return self._interaction.style.max_message or words

    def _task(self) -> str:
        filled, least = len(self._pairs), self._interaction.min_associations
        if self._held is not None:
            words = self._chips[self._held].words
            return self.tr("“{words}” is picked. Pick the gap it goes into, or press Escape.").format(words=words)
        if self._waiting is not None:
            place = self._order.index(self._waiting) + 1
            if self._in_gap(self._waiting) is not None:
                return self.tr("Gap {place} is picked. Pick another card for it, or another gap to move it to.").format(
                    place=place
                )
            return self.tr("Gap {place} is picked. Pick the card that goes into it.").format(place=place)
        if filled < least:
            custom = self._interaction.style.min_message
            return custom or self.tr("Fill at least {least} gaps. Filled: {count}.").format(least=least, count=filled)
        most = self._interaction.max_associations
        if most and most < len(self._order):
            words = self.tr("Pick a card, then a gap. Fill up to {most}. Filled: {count}.")
            return words.format(most=most, count=filled)
        return self.tr("Pick a card, then a gap. Filled: {count} of {all}.").format(count=filled, all=len(self._order))

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input. A card in the hand is put down."""
        if locked and (self._held or self._waiting):
            self._held = self._waiting = None
            self._refresh()
        super().set_locked(locked=locked)


class _Side:
    """A card or a gap as one side of a pair."""

    def __init__(self, what: Choice | Gap) -> None:
        self.identifier, self.match_group = what.identifier, what.match_group
