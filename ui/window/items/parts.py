"""Which part stands for which interaction, and what the blanks of an item are called.

Owns the parts of one item, in reading order. Refuses to know what is done with their answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    Cardinality,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    HotspotInteraction,
    HottextInteraction,
    InlineChoiceInteraction,
    InlineInteraction,
    Interaction,
    MatchInteraction,
    Media,
    MediaInteraction,
    Node,
    OrderInteraction,
    ResponseDeclaration,
    SelectPointInteraction,
    SliderInteraction,
    TextEntryInteraction,
    Tool,
)
from ui.window.content.content_view import Resource
from ui.window.content.plain import BLOCKS, Blank, plain_text
from ui.window.items.associate import AssociatePart
from ui.window.items.choice import ChoicePart
from ui.window.items.extended_text import ExtendedTextPart
from ui.window.items.gap_match import GapMatchPart
from ui.window.items.graphic import graphic_part
from ui.window.items.hottext import HottextPart
from ui.window.items.inline_choice import InlineChoicePart
from ui.window.items.match import MatchPart
from ui.window.items.media import media_part, media_player
from ui.window.items.order import OrderPart
from ui.window.items.part import Part
from ui.window.items.slider import SliderPart
from ui.window.items.strings import StringsPart
from ui.window.items.text_entry import TextEntryPart
from ui.window.theme import Tokens
from ui.window.widgets.private_clipboard import PrivateClipboard


def _tr(words: str) -> str:
    return QCoreApplication.translate("ItemView", words)


class PartMaker:
    """Makes the parts of one item as its content is laid out, and keeps them in reading order."""

    def __init__(self, item: AssessmentItem, resource: Resource, *, tools: frozenset[Tool], tokens: Tokens) -> None:
        self._item, self._resource, self._tools, self._tokens = item, resource, tools, tokens
        self._clipboard = PrivateClipboard()
        self._blanks = _inline_interactions(item.body)
        self.parts: list[Part] = []

    def make(self, node: Interaction | Gap | Media, parent: QWidget) -> QWidget:
        """The widget for what stands in content and is neither text nor HTML."""
        if isinstance(node, Media):
            return media_player(node, self._resource, tokens=self._tokens, parent=parent)
        if isinstance(node, Gap):
            return QWidget(parent)  # outside of its interaction a gap means nothing
        part = self._part(node, parent)
        self.parts.append(part)
        return part

    def _part(self, interaction: Interaction, parent: QWidget) -> Part:  # noqa: PLR0911  # one line a kind
        tokens, resource = self._tokens, self._resource
        match interaction:
            case ChoiceInteraction():
                return ChoicePart(interaction, resource, tools=self._tools, tokens=tokens, parent=parent)
            case OrderInteraction():
                return OrderPart(interaction, resource, tokens=tokens, parent=parent)
            case MatchInteraction():
                return MatchPart(interaction, resource, tokens=tokens, parent=parent)
            case AssociateInteraction():
                return AssociatePart(interaction, resource, tokens=tokens, parent=parent)
            case GapMatchInteraction():
                return GapMatchPart(interaction, resource, make_other=self.make, tokens=tokens, parent=parent)
            case HottextInteraction():
                return HottextPart(interaction, resource, make_other=self.make, tokens=tokens, parent=parent)
            case HotspotInteraction() | GraphicGapMatchInteraction() | SelectPointInteraction():
                return graphic_part(interaction, resource, tokens=tokens, parent=parent)
            case SliderInteraction():
                return SliderPart(interaction, resource, tokens=tokens, parent=parent)
            case MediaInteraction():
                return media_part(interaction, resource, tokens=tokens, parent=parent)
            case ExtendedTextInteraction():
                return self._text_part(interaction, parent)
            case InlineChoiceInteraction() | TextEntryInteraction():
                return self._inline_part(interaction, parent)
            case _:
                assert_never(interaction)

    def _text_part(self, interaction: ExtendedTextInteraction, parent: QWidget) -> Part:
        kind = StringsPart if self.holds_many(interaction.response) else ExtendedTextPart
        return kind(interaction, self._resource, clipboard=self._clipboard, tokens=self._tokens, parent=parent)

    def _inline_part(self, interaction: InlineInteraction, parent: QWidget) -> Part:
        name, context = self._blank_name(interaction), self._context(interaction)
        if isinstance(interaction, InlineChoiceInteraction):
            return InlineChoicePart(
                interaction, self._resource, name=name, context=context, tokens=self._tokens, parent=parent
            )
        declared = self._declared(interaction.response)
        return TextEntryPart(
            interaction,
            declared.base_type if declared else None,
            name=name,
            context=context,
            language=self._item.language,
            clipboard=self._clipboard,
            tokens=self._tokens,
            parent=parent,
        )

    def _declared(self, response: ResponseId) -> ResponseDeclaration | None:
        return next((each for each in self._item.response_declarations if each.identifier == response), None)

    def holds_many(self, response: ResponseId) -> bool:
        """Whether a response is a container: each value of an extended text has a field of its own."""
        declared = self._declared(response)
        return declared is not None and declared.cardinality in {Cardinality.MULTIPLE, Cardinality.ORDERED}

    # -- names of blanks ----------------------------------------------------------------------------------------------

    def _place_of(self, interaction: InlineInteraction) -> int:
        return [each.response for each in self._blanks].index(interaction.response) + 1

    def _blank_name(self, interaction: InlineInteraction) -> str:
        count = len(self._blanks)
        if count == 1:
            return _tr("Your answer")
        return _tr("Blank {place} of {count}").format(place=self._place_of(interaction), count=count)

    def blank_words(self, blank: Blank) -> str:
        """What stands for a blank where the text is read aloud."""
        if isinstance(blank, Gap):
            return "…"
        if len(self._blanks) == 1:
            return _tr("(blank)")
        return _tr("(blank {place})").format(place=self._place_of(blank))

    def _context(self, interaction: InlineInteraction) -> str:
        """The paragraph around a blank, which says what the blank is about."""
        return plain_text(_paragraph_of(self._item.body, interaction.response), self.blank_words).replace("\n", " ")


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
