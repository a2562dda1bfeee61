"""One item on the screen, with its stimulus beside it.

Owns which part stands for which interaction, their names, and where the candidate is in the item. Refuses to know
sessions: answers come in by `show_answers` and go out by signals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    InlineChoiceInteraction,
    InlineInteraction,
    Interaction,
    Lexical,
    MatchInteraction,
    Node,
    OrderInteraction,
    Stimulus,
    TextEntryInteraction,
)
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import BLOCKS, plain_text
from ui.window.items.choice import ChoicePart
from ui.window.items.divider import Divided
from ui.window.items.extended_text import ExtendedTextPart
from ui.window.items.inline_choice import InlineChoicePart
from ui.window.items.match import MatchPart
from ui.window.items.order import OrderPart
from ui.window.items.part import Part
from ui.window.items.stimulus_view import Page, StimulusView
from ui.window.items.text_entry import TextEntryPart
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.labels import Heading
from ui.window.widgets.private_clipboard import PrivateClipboard
from ui.window.widgets.sentence import Sentence, Tone

PANE_MIN_PX: Final = 340
"""Side by side only where each pane has this much at the present text scale: about forty characters a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPosition:
    """Where a candidate was within an item: exhibit, scroll offsets in pixels, share of the divider in percent."""

    exhibit: int = 0
    stimulus_scroll: tuple[int, ...] = ()
    question_scroll: int = 0
    divider_percent: int | None = None
    pane: str = "question"
    """Which pane is shown where there is room for one only: `scenario` or `question`."""


class ItemView(QWidget):
    """One item; what it shows as answered comes from `show_answers` only."""

    answered = Signal(str, tuple)
    """response id, Lexical"""
    text_edited = Signal(str, int, int, str)
    """response id, at, deleted, inserted; code points; by age, never later than a second"""

    def __init__(
        self,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        resource: Resource,
        *,
        number: int | None,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if item.language:
            # Content runs as its language does, whatever the language of the window.
            self.setLayoutDirection(QLocale(item.language).textDirection())
        self._item, self._resource, self._tokens = item, resource, tokens
        self._clipboard = PrivateClipboard()
        self._parts: list[Part] = []
        self._heading: Heading | None = None
        self._blanks = _inline_interactions(item.body)
        self._question = self._question_page(number)
        self._stimulus: StimulusView | None = None
        self._divided: Divided | None = None
        self._panes: ChoiceBar | None = None
        self._pane_holder = QWidget(self)
        self._pane_holder.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if stimulus is None:
            layout.addWidget(self._question)
        else:
            self._stimulus = StimulusView(stimulus, resource, tokens=tokens, parent=self)
            self._divided = Divided(self._stimulus, self._question, tokens=tokens, parent=self)
            self._panes = self._pane_bar(layout)
            layout.addWidget(self._divided, 1)

    def _pane_bar(self, layout: QVBoxLayout) -> ChoiceBar:
        """Where there is no room for two panes, one is shown, and this says which."""
        choices = (("question", self._question.accessibleName()), ("scenario", self.tr("Scenario")))
        holder = self._pane_holder
        bar = ChoiceBar(choices, tokens=self._tokens, name=self.tr("Show"), parent=holder)
        bar.chosen.connect(self._show_panes)
        row = QVBoxLayout(holder)
        row.setContentsMargins(self._tokens.px(2 * GRID_PX), self._tokens.px(4), self._tokens.px(2 * GRID_PX), 0)
        row.addWidget(bar)
        layout.addWidget(holder)
        return bar

    def _question_page(self, number: int | None) -> Page:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._tokens.px(1.5 * GRID_PX))
        name = self.tr("Question")
        if number is not None:
            name = self.tr("Question {number}").format(number=self.locale().toString(number))
            self._heading = Heading(name, tokens=self._tokens, level=2, parent=content)
            column.addWidget(self._heading)
        body = ContentView(
            self._item.body,
            self._resource,
            tokens=self._tokens,
            make_interaction=self._make,
            blank=self._blank_words,
            parent=content,
        )
        column.addWidget(body)
        for part in self._parts:
            if isinstance(part, TextEntryPart):
                column.addWidget(self._remark_line(part, content))
        return Page(content, name=name, tokens=self._tokens, parent=self)

    def _remark_line(self, part: TextEntryPart, parent: QWidget) -> Sentence:
        line = Sentence("", tokens=self._tokens, size=TextSize.SMALL, parent=parent)
        line.hide()

        def remarked(words: str, complaint: bool) -> None:  # noqa: FBT001  # a slot
            line.say(words, Tone.WARN if complaint else Tone.PLAIN)
            line.setVisible(bool(words))
            if words:
                announce(line, words)

        part.remarked.connect(remarked)
        return line

    # -- interactions -------------------------------------------------------------------------------------------------

    def _make(self, interaction: Interaction, parent: QWidget) -> QWidget:
        part = self._part(interaction, parent)
        part.answered.connect(lambda value, response=part.response: self.answered.emit(response, value))
        part.text_edited.connect(
            lambda at, deleted, inserted, response=part.response: self.text_edited.emit(response, at, deleted, inserted)
        )
        self._parts.append(part)
        return part

    def _part(self, interaction: Interaction, parent: QWidget) -> Part:
        tokens, resource = self._tokens, self._resource
        match interaction:
            case ChoiceInteraction():
                return ChoicePart(interaction, resource, tokens=tokens, parent=parent)
            case OrderInteraction():
                return OrderPart(interaction, resource, tokens=tokens, parent=parent)
            case MatchInteraction():
                return MatchPart(interaction, resource, tokens=tokens, parent=parent)
            case ExtendedTextInteraction():
                return ExtendedTextPart(interaction, resource, clipboard=self._clipboard, tokens=tokens, parent=parent)
            case InlineChoiceInteraction():
                name, context = self._blank_name(interaction), self._context(interaction)
                return InlineChoicePart(interaction, resource, name=name, context=context, tokens=tokens, parent=parent)
            case TextEntryInteraction():
                return TextEntryPart(
                    interaction,
                    self._base_type(interaction.response),
                    name=self._blank_name(interaction),
                    context=self._context(interaction),
                    language=self._item.language,
                    clipboard=self._clipboard,
                    tokens=tokens,
                    parent=parent,
                )
            case _:
                assert_never(interaction)

    def _base_type(self, response: ResponseId) -> BaseType | None:
        declared = (each for each in self._item.response_declarations if each.identifier == response)
        return next((each.base_type for each in declared), None)

    # -- names of blanks ----------------------------------------------------------------------------------------------

    def _blank_name(self, interaction: InlineInteraction) -> str:
        count = len(self._blanks)
        if count == 1:
            return self.tr("Your answer")
        place = [each.response for each in self._blanks].index(interaction.response) + 1
        return self.tr("Blank {place} of {count}").format(place=place, count=count)

    def _blank_words(self, interaction: InlineInteraction) -> str:
        """What stands for a blank where the text is read aloud."""
        if len(self._blanks) == 1:
            return self.tr("(blank)")
        place = [each.response for each in self._blanks].index(interaction.response) + 1
        return self.tr("(blank {place})").format(place=place)

    def _context(self, interaction: InlineInteraction) -> str:
        """The paragraph around a blank, which says what the blank is about."""
        return plain_text(_paragraph_of(self._item.body, interaction.response), self._blank_words).replace("\n", " ")

    # -- what the screen asks -----------------------------------------------------------------------------------------

    def show_answers(self, answers: Mapping[ResponseId, Lexical]) -> None:
        """Show what the session holds; a control that shows it already, or is ahead of it, is left alone."""
        for part in self._parts:
            part.show_answer(answers.get(part.response, ()))

    def flush(self) -> None:
        """Emit what is typed and not yet emitted, now."""
        for part in self._parts:
            part.flush()

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001  # a setter, as Qt's are
        """Show, but take no input: a storage fault, a pause. What was typed before is emitted first."""
        if locked:
            self.flush()
        for part in self._parts:
            part.set_locked(locked=locked)

    def focus_first(self) -> None:
        """Put the focus on the first control of the question, or on the question where it has none."""
        target = next((part for part in self._parts), None)
        if target is None or not target.focus_first():
            self._question.setFocus(Qt.FocusReason.TabFocusReason)

    # -- where the candidate is ---------------------------------------------------------------------------------------

    def position(self) -> ViewPosition:
        """Where the candidate is in this item, to come back to."""
        scroll = self._question.verticalScrollBar().value()
        if self._stimulus is None or self._divided is None:
            return ViewPosition(question_scroll=scroll)
        return ViewPosition(
            exhibit=self._stimulus.exhibit(),
            stimulus_scroll=self._stimulus.scroll_offsets(),
            question_scroll=scroll,
            divider_percent=self._divided.first_share_percent(),
            pane=self._panes.current() if self._panes is not None else "question",
        )

    def restore_position(self, position: ViewPosition) -> None:
        """Go back to where the candidate was. Call it when the view is shown and has its size."""
        if self._stimulus is not None and self._divided is not None:
            if position.divider_percent is not None:
                self._divided.set_first_share(position.divider_percent)
            self._stimulus.show_exhibit(position.exhibit)
            if self._panes is not None:
                self._panes.set_current(position.pane)
                self._show_panes()
            self._stimulus.restore_scroll(position.stimulus_scroll)
        self._question.verticalScrollBar().setValue(position.question_scroll)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room for two panes, one at a time where there is not."""
        super().resizeEvent(event)
        self._show_panes()

    def _show_panes(self) -> None:
        if self._stimulus is None or self._panes is None:
            return
        wide = self.width() >= 2 * self._tokens.px(PANE_MIN_PX)
        self._pane_holder.setVisible(not wide)
        if self._heading is not None:
            self._heading.setVisible(wide)  # the bar says it
        self._stimulus.set_compact(compact=not wide)
        self._stimulus.setVisible(wide or self._panes.current() == "scenario")
        self._question.setVisible(wide or self._panes.current() == "question")


def _inline_interactions(nodes: Sequence[Node]) -> tuple[InlineInteraction, ...]:
    """Every blank, in reading order."""
    found: list[InlineInteraction] = []
    for node in nodes:
        match node:
            case Element():
                found.extend(_inline_interactions(node.children))
            case InlineChoiceInteraction() | TextEntryInteraction():
                found.append(node)
            case _:
                pass
    return tuple(found)


def _paragraph_of(nodes: Sequence[Node], response: ResponseId) -> tuple[Node, ...]:
    """The innermost block that holds a blank."""
    for node in nodes:
        if not isinstance(node, Element):
            continue
        if any(each.response == response for each in _inline_interactions(node.children)):
            inner = _paragraph_of(node.children, response)
            return inner or ((node,) if node.name in BLOCKS else ())
    return ()
