"""Walks through content: which interactions, pictures, media and choices there are.

Owns what is inside what. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    BlockInteraction,
    Catalog,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Hotspot,
    HotspotInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    InlineInteraction,
    Interaction,
    MatchInteraction,
    Media,
    MediaInteraction,
    Node,
    OrderInteraction,
    RubricBlock,
    SelectPointInteraction,
    SliderInteraction,
    Stimulus,
    Text,
    TextEntryInteraction,
)


def interactions(nodes: Sequence[Node]) -> Iterator[Interaction]:
    """Every interaction in a content tree, in order."""
    for node in nodes:
        if isinstance(node, Element):
            yield from interactions(node.children)
        elif isinstance(node, (BlockInteraction, InlineInteraction)):
            yield node


def every_node(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every node of a content tree at any depth, those inside interactions included, in order."""
    for node in nodes:
        yield node
        for inner in inner_content(node):
            yield from every_node(inner)


def inner_content(node: Node) -> Iterator[tuple[Node, ...]]:
    """What stands directly inside a node: children; prompt, choices, picture and text of an interaction."""
    match node:
        case Text() | Gap() | Media():
            return
        case Element():
            yield node.children
        case Hottext():
            yield node.content
        case _:
            yield from _inside_interaction(node)


def _inside_interaction(interaction: Interaction) -> Iterator[tuple[Node, ...]]:
    if isinstance(interaction, BlockInteraction):
        yield interaction.prompt
    for choice in choices(interaction):
        yield choice.content
    match interaction:
        case GapMatchInteraction() | HottextInteraction():
            yield interaction.content
        case HotspotInteraction() | GraphicGapMatchInteraction() | SelectPointInteraction():
            yield (interaction.image,)
        case MediaInteraction():
            yield (interaction.media,)
        case _:
            return


def pictures(nodes: Sequence[Node]) -> Iterator[Element]:
    """Every ``img`` in a content tree, prompts, choices and pictures of interactions included."""
    for node in every_node(nodes):
        if isinstance(node, Element) and node.name == "img":
            yield node


def media(nodes: Sequence[Node]) -> Iterator[Media]:
    """Every audio and video in a content tree."""
    for node in every_node(nodes):
        if isinstance(node, Media):
            yield node


def file_paths(nodes: Sequence[Node]) -> Iterator[str]:
    """Package paths of everything that content shows or plays: pictures, media and their tracks."""
    for node in every_node(nodes):
        if isinstance(node, Element) and node.name == "img":
            yield node.attribute("src")
        elif isinstance(node, Media):
            yield node.path
            yield from (track.path for track in node.tracks)


def contents(
    rubrics: Iterable[RubricBlock], documents: Iterable[AssessmentItem | Stimulus]
) -> Iterator[tuple[Node, ...]]:
    """The content of rubric blocks, and of documents their bodies and the cards of their catalogs."""
    for rubric in rubrics:
        yield rubric.content
    for document in documents:
        yield document.body
        yield from catalog_contents(document.catalogs)


def catalog_contents(catalogs: Sequence[Catalog]) -> Iterator[tuple[Node, ...]]:
    """The content of every card."""
    for catalog in catalogs:
        for card in catalog.cards:
            yield card.content


def choices(interaction: Interaction) -> tuple[Choice, ...]:
    """All choices of an interaction; areas, gaps and hottext are not among them."""
    match interaction:
        case ChoiceInteraction() | OrderInteraction() | InlineChoiceInteraction() | AssociateInteraction():
            return interaction.choices
        case GapMatchInteraction() | GraphicGapMatchInteraction():
            return interaction.choices
        case MatchInteraction():
            return interaction.rows + interaction.columns
        case TextEntryInteraction() | ExtendedTextInteraction() | HottextInteraction() | HotspotInteraction():
            return ()
        case SelectPointInteraction() | SliderInteraction() | MediaInteraction():
            return ()
        case _:
            assert_never(interaction)


def gaps(interaction: GapMatchInteraction) -> tuple[Gap, ...]:
    """The gaps of a text, in order."""
    return tuple(node for node in every_node(interaction.content) if isinstance(node, Gap))


def hottexts(interaction: HottextInteraction) -> tuple[Hottext, ...]:
    """The runs of a text that can be picked, in order."""
    return tuple(node for node in every_node(interaction.content) if isinstance(node, Hottext))


def areas(interaction: Interaction) -> tuple[Hotspot, ...]:
    """The hotspots of an interaction with a picture."""
    match interaction:
        case HotspotInteraction() | GraphicGapMatchInteraction():
            return interaction.hotspots
        case _:
            return ()
