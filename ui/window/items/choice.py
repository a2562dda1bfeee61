"""``qti-choice-interaction``: one row of several, or several rows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import ChoiceInteraction, Lexical
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.option_row import CheckRow, RadioRow
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.radio import check_alone
from ui.window.widgets.sentence import Sentence, Tone

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}


class ChoicePart(Part):
    """Rows of choices. With `max_choices` 1 they are radio buttons and the arrow keys choose, else check boxes.

    More than `max_choices` may be picked: the part says so and keeps them, since it cannot know which one to drop.
    """

    def __init__(self, interaction: ChoiceInteraction, resource: Resource, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._single = interaction.max_choices == 1
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(4))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
            column.addSpacing(tokens.px(4))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column.addWidget(self._hint)
        self._rows: dict[ChoiceId, RadioRow | CheckRow] = {}
        for place, choice in enumerate(interaction.choices):
            column.addWidget(self._row(place, resource))
            self._rows[choice.identifier].clicked.connect(lambda _=False, key=choice.identifier: self._picked(key))
        self._clear = Button(self.tr("Clear answer"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._clear.clicked.connect(self._on_clear)
        keep = self._clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(keep)
        column.addSpacing(tokens.px(GRID_PX // 2))
        column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignLeading)
        self.setAccessibleName(plain_text(interaction.prompt) or self.tr("Answer choices"))
        self._refresh()

    def _row(self, place: int, resource: Resource) -> RadioRow | CheckRow:
        choices = self._interaction.choices
        choice = choices[place]
        letter = LETTERS[place] if place < len(LETTERS) else str(place + 1)
        made = RadioRow if self._single else CheckRow

        def keys(event: QKeyEvent) -> bool:
            return self._on_key(place, event)

        row = made(choice, letter, resource, tokens=self._tokens, keys=keys, parent=self)
        row.setAccessibleDescription(self.tr("Option {place} of {count}").format(place=place + 1, count=len(choices)))
        self._rows[choice.identifier] = row
        return row

    def current(self) -> Lexical:
        """The identifiers of the picked rows, in the order of the rows."""
        return tuple(key for key, row in self._rows.items() if row.isChecked())

    def display(self, value: Lexical) -> None:
        """Check the rows of an answer; what is no choice of this interaction is passed over."""
        for key, row in self._rows.items():
            check_alone(row, checked=key in value)
        self._refresh()

    def _picked(self, key: ChoiceId) -> None:
        if self._single:
            if self.current() == self._news and (key,) == self._news and not self._on_the_way:
                return
            for other, row in self._rows.items():
                check_alone(row, checked=other == key)
        self._refresh()
        self.tell(self.current())
        self._warn_if_too_many()

    def _on_clear(self) -> None:
        first = next(iter(self._rows.values()))
        self.display(())
        first.setFocus(Qt.FocusReason.TabFocusReason)
        self.tell(())

    def _on_key(self, place: int, event: QKeyEvent) -> bool:
        rows = list(self._rows.values())
        key = event.key()
        if key in _BACKWARD | _FORWARD:
            target = rows[(place + (1 if key in _FORWARD else -1)) % len(rows)]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            if self._single:
                target.click()
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            rows[place].click()
            return True
        return False

    def _refresh(self) -> None:
        """One stop for Tab among radio buttons: the picked row, or the first."""
        picked = self.current()
        self._clear.setVisible(bool(picked) and self._single)
        if self._single:
            stop = picked[0] if picked else next(iter(self._rows), "")
            for key, row in self._rows.items():
                row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == stop else Qt.FocusPolicy.ClickFocus)
        self._say_how_many(len(picked))

    def _say_how_many(self, picked: int) -> None:
        most, least = self._interaction.max_choices, self._interaction.min_choices
        if self._single:
            self._hint.hide()
            return
        tone = Tone.PLAIN
        if most and picked > most:
            words = self.tr("You have picked {picked}. Pick no more than {most}: take {over} back.").format(
                picked=picked, most=most, over=picked - most
            )
            tone = Tone.WARN
        elif least == most and most:
            words = self.tr("Pick {most}. You have picked {picked}.").format(most=most, picked=picked)
        elif most and least:
            words = self.tr("Pick {least} to {most}. You have picked {picked}.").format(
                least=least, most=most, picked=picked
            )
        elif most:
            words = self.tr("Pick up to {most}. You have picked {picked}.").format(most=most, picked=picked)
        elif least:
            words = self.tr("Pick at least {least}. You have picked {picked}.").format(least=least, picked=picked)
        else:
            words = self.tr("Pick all that apply. You have picked {picked}.").format(picked=picked)
        self._hint.say(words, tone)

    def _warn_if_too_many(self) -> None:
        if self._hint.tone is Tone.WARN:
            announce(self, self._hint.words())
