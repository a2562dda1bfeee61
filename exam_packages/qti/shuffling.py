"""An item and a seed → the item with its choices in the order that one candidate sees.

Owns which lists of choices are shuffled. Pure. Identifiers stay: what is answered and scored does not depend on the order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from exam_packages.ids import ItemId
from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    HotspotInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    MatchInteraction,
    Media,
    MediaInteraction,
    Node,
    OrderInteraction,
    SelectPointInteraction,
    SliderInteraction,
    Text,
    TextEntryInteraction,
)
from exam_packages.qti.randomness import Chance


def shuffled(item: AssessmentItem, seed: str, ref: ItemId) -> AssessmentItem:
    """Return the item with the choices of every interaction that asks for it in random order; fixed choices stay.

    Shuffling twice changes nothing: what is returned asks for no shuffling.

    Args:
        item: with or without its answers.
        seed: the session's, 32 hex digits.
        ref: the item's reference in the form.
    """
    return replace(item, body=_nodes(item.body, seed, ref))


def _nodes(nodes: tuple[Node, ...], seed: str, ref: ItemId) -> tuple[Node, ...]:
    return tuple(_node(node, seed, ref) for node in nodes)


def _node(node: Node, seed: str, ref: ItemId) -> Node:
    match node:
        case Element():
            return replace(node, children=_nodes(node.children, seed, ref))
        case (
            ChoiceInteraction()
            | OrderInteraction()
            | InlineChoiceInteraction()
            | AssociateInteraction()
            | GapMatchInteraction()
            | MatchInteraction()
        ):
            return _interaction(node, f"choices {ref} {node.response}", seed) if node.shuffle else node
        case (
            Text()
            | Gap()
            | Hottext()
            | Media()
            | TextEntryInteraction()
            | ExtendedTextInteraction()
            | HottextInteraction()
            | HotspotInteraction()
            | GraphicGapMatchInteraction()
            | SelectPointInteraction()
            | SliderInteraction()
            | MediaInteraction()
        ):
            return node
        case _:
            assert_never(node)


def _interaction(
    interaction: ChoiceInteraction
    | OrderInteraction
    | InlineChoiceInteraction
    | AssociateInteraction
    | GapMatchInteraction
    | MatchInteraction,
    label: str,
    seed: str,
) -> Node:
    # Both sets of a match are shuffled, each on its own (MatchInteractionDType).
    if isinstance(interaction, MatchInteraction):
        rows, columns = Chance(seed, f"{label} rows"), Chance(seed, f"{label} columns")
        return replace(
            interaction,
            rows=_order(rows, interaction.rows),
            columns=_order(columns, interaction.columns),
            shuffle=False,
        )
    return replace(interaction, choices=_order(Chance(seed, label), interaction.choices), shuffle=False)


def _order(chance: Chance, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return chance.order_around(choices, lambda choice: choice.fixed)
