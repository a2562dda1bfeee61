"""One item on the screen, with its stimulus beside it.

Owns which part stands for which interaction, their names, and where the candidate is in the item. Refuses to know
sessions: answers come in by `show_answers` and go out by signals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    Catalog,
    Gap,
    Interaction,
    Lexical,
    Media,
    Stimulus,
    Tool,
    View,
)
from ui.window.content.content_view import BoxView, ContentView, Resource
from ui.window.content.prose import ProseView
from ui.window.items.divider import Divided
from ui.window.items.highlighter import Highlighter, places_in
from ui.window.items.part import Part
from ui.window.items.parts import PartMaker
from ui.window.items.stimulus_view import Page, StimulusView
from ui.window.items.text_entry import TextEntryPart
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.choice_bar import ChoiceBar
from ui.window.widgets.labels import Heading
from ui.window.widgets.sentence import Sentence, Tone

Marks = Mapping[tuple[Tool, ResponseId], Lexical]
"""What a candidate marked with tools; the response is empty where the mark is about the whole item."""
_NO_MARKS: Final[Marks] = MappingProxyType({})
_WHOLE_ITEM: Final = ResponseId("")
_ON_PARTS: Final = frozenset({Tool.CHOICE_ELIMINATOR, Tool.ANSWER_MASK})
_EXPLAINING: Final = frozenset({Tool.GLOSSARY, Tool.KEYWORD_TRANSLATION})
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
    marked = Signal(str, str, tuple)
    """tool, response id (empty where it is about the item), Lexical: what is marked with the tool now, whole"""
    catalog_wanted = Signal(str)
    """The identifier of a catalog entry whose words were chosen in the text."""

    def __init__(
        self,
        item: AssessmentItem,
        stimulus: Stimulus | None,
        resource: Resource,
        *,
        number: int | None,
        tokens: Tokens,
        tools: frozenset[Tool] = frozenset(),
        marks: Marks = _NO_MARKS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if parent is not None:
            self.resize(parent.size())  # so that its content is laid out in the room that it will have
        if item.language:
            # Content runs as its language does, whatever the language of the window.
            self.setLayoutDirection(QLocale(item.language).textDirection())
        self._item, self._resource, self._tokens = item, resource, tokens
        self._tools = tools
        self._told: dict[tuple[Tool, ResponseId], Lexical] = {}
        """Marks that were told and have not come back yet."""
        self._maker = PartMaker(item, resource, tools=tools, tokens=tokens)
        self._heading: Heading | None = None
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
            self._stimulus = StimulusView(
                stimulus, resource, tokens=tokens, make_interaction=self._maker.make, parent=self
            )
            self._divided = Divided(self._stimulus, self._question, tokens=tokens, parent=self)
            self._panes = self._pane_bar(layout)
            layout.addWidget(self._divided, 1)
        catalogs = item.catalogs + (stimulus.catalogs if stimulus is not None else ())
        self._show_terms(catalogs)
        places = places_in(self._question, "q")
        if self._stimulus is not None:
            places |= places_in(self._stimulus, "s")
        self._highlighter = Highlighter(places, self)
        self._highlighter.set_active(active=Tool.HIGHLIGHTER in tools)
        self._highlighter.changed.connect(lambda value: self._tell_marks(Tool.HIGHLIGHTER, _WHOLE_ITEM, value))
        self.show_marks(marks)

    def _show_terms(self, catalogs: tuple[Catalog, ...]) -> None:
        """Make stops of the words that a catalog explains, where a tool for it is switched on."""
        wanted = {tool.value for tool in self._tools & _EXPLAINING}
        explained = {each.identifier for each in catalogs if any(card.support in wanted for card in each.cards)}
        if not explained:
            return
        for prose in self.findChildren(ProseView):
            if prose.show_terms(explained, self.catalog_wanted.emit):
                _let_clicks_through(prose)

    def _pane_bar(self, layout: QVBoxLayout) -> ChoiceBar:
        """Where there is no room for two panes, one is shown, and this says which."""
        choices = (("question", self._question.accessibleName()), ("scenario", self.tr("Scenario")))
        holder = self._pane_holder
        tokens = self._tokens.for_bars()
        bar = ChoiceBar(choices, tokens=tokens, name=self.tr("Show"), parent=holder)
        bar.chosen.connect(self._show_panes)
        row = QVBoxLayout(holder)
        row.setContentsMargins(tokens.px(2 * GRID_PX), tokens.px(4), tokens.px(2 * GRID_PX), 0)
        row.addWidget(bar)
        layout.addWidget(holder)
        return bar

    def _question_page(self, number: int | None) -> Page:
        content = QWidget(self)
        column = self._column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._tokens.px(1.5 * GRID_PX))
        name = self.tr("Question")
        if number is not None:
            name = self.tr("Question {number}").format(number=self.locale().toString(number))
            self._heading = Heading(name, tokens=self._tokens, level=2, parent=content)
            column.addWidget(self._heading)
        for rubric in self._item.rubrics:
            if View.CANDIDATE in rubric.views:
                words = ContentView(
                    rubric.content, self._resource, tokens=self._tokens, make_interaction=self._make, parent=content
                )
                column.addWidget(BoxView(words, sunken=True, tokens=self._tokens, parent=content))
        body = ContentView(
            self._item.body,
            self._resource,
            tokens=self._tokens,
            make_interaction=self._make,
            blank=self._maker.blank_words,
            parent=content,
        )
        column.addWidget(body)
        for part in self._maker.parts:
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

    def _make(self, node: Interaction | Gap | Media, parent: QWidget) -> QWidget:
        widget = self._maker.make(node, parent)
        if isinstance(widget, Part):
            self._listen_to(widget)
        return widget

    def _listen_to(self, part: Part) -> None:
        response = part.response
        part.answered.connect(lambda value: self.answered.emit(response, value))
        part.marked.connect(lambda tool, value: self._tell_marks(tool, response, value))
        part.text_edited.connect(lambda at, deleted, inserted: self.text_edited.emit(response, at, deleted, inserted))

    # -- what the screen asks -----------------------------------------------------------------------------------------

    def put_above(self, *widgets: QWidget) -> None:
        """Put something of the screen's own above the question. It scrolls with it, and nothing can be marked in it."""
        for place, widget in enumerate(widgets):
            self._column.insertWidget(place, widget)

    def show_answers(self, answers: Mapping[ResponseId, Lexical]) -> None:
        """Show what the session holds; a control that shows it already, or is ahead of it, is left alone."""
        for part in self._maker.parts:
            part.show_answer(answers.get(part.response, ()))

    def show_marks(self, marks: Marks) -> None:
        """Show what the session holds of marks made with tools; what a newer mark will overtake changes nothing."""
        for part in self._maker.parts:
            for tool in self._tools & _ON_PARTS:
                value = marks.get((tool, part.response), ())
                if self._is_news(tool, part.response, value):
                    part.show_marks(tool, value)
        highlights = marks.get((Tool.HIGHLIGHTER, _WHOLE_ITEM), ())
        if self._is_news(Tool.HIGHLIGHTER, _WHOLE_ITEM, highlights) and highlights != self._highlighter.value():
            self._highlighter.show(highlights)

    def _is_news(self, tool: Tool, response: ResponseId, value: Lexical) -> bool:
        """Whether no mark of this person's is on its way to the journal that differs from what came back."""
        told = self._told.get((tool, response))
        if told is None or told == value:
            self._told.pop((tool, response), None)
            return True
        return False

    def _tell_marks(self, tool: str, response: ResponseId, value: Lexical) -> None:
        self._told[Tool(tool), response] = value
        self.marked.emit(tool, response, value)

    def highlight_selection(self, colour: str) -> bool:
        """Mark the selected words with a pen (``theme.Marker``); tells whether any were selected."""
        return self._highlighter.highlight(colour)

    def clear_highlight(self) -> bool:
        """Take away the marks on the selected words, or the one at the cursor; tells whether there was any."""
        return self._highlighter.clear()

    def flush(self) -> None:
        """Emit what is typed and not yet emitted, now."""
        for part in self._maker.parts:
            part.flush()

    def set_locked(self, locked: bool) -> None:  # noqa: FBT001  # a setter, as Qt's are
        """Show, but take no input: a storage fault, a pause. What was typed before is emitted first."""
        if locked:
            self.flush()
        self._highlighter.set_active(active=Tool.HIGHLIGHTER in self._tools and not locked)
        for part in self._maker.parts:
            part.set_locked(locked=locked)

    def focus_first(self) -> None:
        """Put the focus on the first control of the question, or on the question where it has none."""
        target = next((part for part in self._maker.parts), None)
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
        wide = self.width() >= 2 * self._tokens.px(PANE_MIN_PX) and not self._tokens.single_column
        self._pane_holder.setVisible(not wide)
        if self._heading is not None:
            self._heading.setVisible(wide)  # the bar says it
        self._stimulus.set_compact(compact=not wide)
        self._stimulus.setVisible(wide or self._panes.current() == "scenario")
        self._question.setVisible(wide or self._panes.current() == "question")


def _let_clicks_through(prose: ProseView) -> None:
    """Words within a choice's row are stops too: clicks reach them, and the row gets those that they do not take."""
    widget: QWidget | None = prose
    while widget is not None and not isinstance(widget, QAbstractButton):
        widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, on=False)
        widget = widget.parentWidget()
