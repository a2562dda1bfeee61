"""``qti-choice-interaction``: one row of several, or several rows."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import ChoiceInteraction, Lexical, Orientation, Tool
from exam_packages.qti.walking import media
from ui.window.content.content_view import Resource
from ui.window.items.asking import AskingPart
from ui.window.items.choice_line import ChoiceLine
from ui.window.items.lettering import label_of
from ui.window.items.limits import how_many, too_many
from ui.window.items.media import media_player
from ui.window.items.option_row import CheckRow, RadioRow, letter_width
from ui.window.items.stacking import StackingLayout
from ui.window.theme import Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.radio import check_alone

_BACKWARD = {Qt.Key.Key_Up, Qt.Key.Key_Left}
_FORWARD = {Qt.Key.Key_Down, Qt.Key.Key_Right}


_COLUMN_PX = 230
"""The least width of a column of choices that have more to say, at 100 percent."""


class ChoicePart(AskingPart):
    """Rows of choices. With `max_choices` 1 they are radio buttons and the arrow keys choose, else check boxes.

    More than `max_choices` may be picked: the part says so and keeps them, since it cannot know which one to drop.
    Choices can be struck out and covered where those tools are on; picking one that is struck out brings it back.
    """

    def __init__(
        self,
        interaction: ChoiceInteraction,
        resource: Resource,
        *,
        tools: frozenset[Tool] = frozenset(),
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(
            interaction.response,
            interaction.prompt,
            resource,
            name=self.tr("Answer choices"),
            tokens=tokens,
            parent=parent,
        )
        self._interaction, self._tools = interaction, tools
        self._single = interaction.max_choices == 1
        self._struck: set[ChoiceId] = set()
        self._uncovered: set[ChoiceId] = set()
        horizontal = interaction.orientation is Orientation.HORIZONTAL
        columns = interaction.style.stacking or (0 if horizontal else 1)
        holder = QWidget(self)
        columns = 1 if tokens.single_column else columns
        grid = StackingLayout(
            holder, columns=columns, downward=not horizontal, least_px=tokens.px(_COLUMN_PX), spacing=tokens.px(4)
        )
        letters = (label_of(place, interaction.style) for place in range(len(interaction.choices)))
        self._letter_px = max((letter_width(letter, tokens) for letter in letters), default=0)
        self._rows: dict[ChoiceId, RadioRow | CheckRow] = {}
        self._lines: dict[ChoiceId, ChoiceLine] = {}
        for place in range(len(interaction.choices)):
            grid.addWidget(self._line(place, resource))
        self._column.addWidget(holder)
        self._cover_again = Button(self.tr("Cover the choices"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._cover_again.clicked.connect(self._on_cover_again)
        self._cover_again.hide()
        self._column.addWidget(self._cover_again, 0, Qt.AlignmentFlag.AlignLeading)
        self.add_clear()
        self._show_covers()
        self._refresh()

    def _line(self, place: int, resource: Resource) -> ChoiceLine:
        choices, style = self._interaction.choices, self._interaction.style
        choice, label = choices[place], label_of(place, style)
        made = RadioRow if self._single else CheckRow
        row = made(
            choice,
            label,
            resource,
            tokens=self._tokens,
            keys=partial(self._on_key, place),
            mark=not style.input_hidden,
            letter_px=self._letter_px,
            parent=self,
        )
        row.setAccessibleDescription(self.tr("Option {place} of {count}").format(place=place + 1, count=len(choices)))
        row.clicked.connect(partial(self._picked, choice.identifier))
        strikes = Tool.CHOICE_ELIMINATOR in self._tools
        players = [media_player(each, resource, tokens=self._tokens, parent=self) for each in media(choice.content)]
        line = ChoiceLine(row, label, strikes=strikes, players=players, tokens=self._tokens, parent=self)
        line.struck.connect(partial(self._on_strike, choice.identifier))
        line.uncovered.connect(partial(self._on_uncover, choice.identifier))
        self._rows[choice.identifier], self._lines[choice.identifier] = row, line
        return line

    # -- answer -------------------------------------------------------------------------------------------------------

    def current(self) -> Lexical:
        """The identifiers of the picked rows, in the order of the rows."""
        return tuple(key for key, row in self._rows.items() if row.isChecked())

    def display(self, value: Lexical) -> None:
        """Check the rows of an answer; what is no choice of this interaction is passed over."""
        for key, row in self._rows.items():
            check_alone(row, checked=key in value)
        self._refresh()

    def _picked(self, key: ChoiceId, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  # a slot
        if key in self._struck:
            self._on_strike(key, struck=False)
        if self._single:
            if self.current() == self._news and (key,) == self._news and not self._on_the_way:
                return
            for other, row in self._rows.items():
                check_alone(row, checked=other == key)
        self._refresh()
        self.tell(self.current())

    def _on_key(self, place: int, event: QKeyEvent) -> bool:
        key = event.key()
        identifier = self._interaction.choices[place].identifier
        if key in _BACKWARD | _FORWARD:
            step = 1 if key in _FORWARD else -1
            right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            sideways = key in {Qt.Key.Key_Left, Qt.Key.Key_Right}
            self._go(place, -step if right_to_left and sideways and self._is_in_columns() else step)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._rows[identifier].click()
        elif key == Qt.Key.Key_Delete and Tool.CHOICE_ELIMINATOR in self._tools:
            self._on_strike(identifier, struck=identifier not in self._struck)
        else:
            return False
        return True

    def _is_in_columns(self) -> bool:
        return self._interaction.style.stacking > 1 or self._interaction.orientation is Orientation.HORIZONTAL

    def _go(self, place: int, step: int) -> None:
        """To the next row that is to be seen and not struck out; among radio buttons, going there picks it."""
        keys = list(self._rows)
        for distance in range(1, len(keys)):
            key = keys[(place + step * distance) % len(keys)]
            if self._lines[key].is_covered() or (self._single and key in self._struck):
                continue
            self._rows[key].setFocus(Qt.FocusReason.TabFocusReason)
            if self._single:
                self._rows[key].click()
            return

    # -- striking out and covering ------------------------------------------------------------------------------------

    def show_marks(self, tool: Tool, value: Lexical) -> None:
        """Show which choices are struck out or uncovered."""
        known = {key for key in self._rows if key in value}
        if tool is Tool.CHOICE_ELIMINATOR:
            self._struck = known
            self._show_struck()
        elif tool is Tool.ANSWER_MASK:
            self._uncovered = known
            self._show_covers()

    def _in_order(self, keys: set[ChoiceId]) -> Lexical:
        return tuple(key for key in self._rows if key in keys)

    def _on_strike(self, key: ChoiceId, struck: bool) -> None:  # noqa: FBT001  # a slot
        self._struck = self._struck | {key} if struck else self._struck - {key}
        self._show_struck()
        words = self.tr("Struck out: {words}") if struck else self.tr("Brought back: {words}")
        announce(self, words.format(words=self._rows[key].spoken))
        self.marked.emit(Tool.CHOICE_ELIMINATOR.value, self._in_order(self._struck))

    def _show_struck(self) -> None:
        for key, line in self._lines.items():
            line.show_struck(struck=key in self._struck)
            spoken = self._rows[key].spoken
            name = self.tr("{words}, struck out").format(words=spoken) if key in self._struck else spoken
            self._rows[key].setAccessibleName(name)

    def _on_uncover(self, key: ChoiceId) -> None:
        self._uncovered.add(key)
        self._show_covers()
        self._rows[key].setFocus(Qt.FocusReason.TabFocusReason)
        self.marked.emit(Tool.ANSWER_MASK.value, self._in_order(self._uncovered))

    def _on_cover_again(self) -> None:
        self._uncovered.clear()
        self._show_covers()
        next(iter(self._lines.values())).focus_cover()
        self.marked.emit(Tool.ANSWER_MASK.value, ())

    def _show_covers(self) -> None:
        if Tool.ANSWER_MASK not in self._tools:
            return
        for place, (key, line) in enumerate(self._lines.items()):
            if key in self._uncovered:
                line.uncover()
            else:
                line.cover(self.tr("Show option {place} of {count}").format(place=place + 1, count=len(self._lines)))
        self._cover_again.setVisible(bool(self._uncovered))
        stops = [stop for line in self._lines.values() for stop in line.stops()]
        for before, after in pairwise([*stops, self._cover_again, self._clear]):
            QWidget.setTabOrder(before, after)
        self._set_stops()

    # -- screen -------------------------------------------------------------------------------------------------------

    def _set_stops(self) -> None:
        """One stop for Tab among radio buttons: the picked row, or the first that is to be seen."""
        if not self._single:
            return
        seen = [key for key, line in self._lines.items() if not line.is_covered()]
        picked = [key for key in seen if self._rows[key].isChecked()]
        stop = next(iter(picked or seen), None)
        for key, row in self._rows.items():
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == stop else Qt.FocusPolicy.ClickFocus)

    def _refresh(self) -> None:
        picked = len(self.current())
        self._clear.setVisible(bool(picked) and self._single)
        self._set_stops()
        if self._single:
            style = self._interaction.style
            self.say(style.min_message if self._interaction.min_choices and not picked else "")
            return
        least, most, style = self._interaction.min_choices, self._interaction.max_choices, self._interaction.style
        complaint = too_many(picked, most, style)
        self.say(complaint or how_many(picked, least, most, style), warn=bool(complaint))
