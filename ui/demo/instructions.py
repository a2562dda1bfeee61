"""From an answer sheet to what a person would be told: "question 5: choose “88 %”".

Identifiers stay on this side: the robot gets only words that stand on the screen. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, assert_never

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import (
    AssessmentItem,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    InlineChoiceInteraction,
    Interaction,
    Lexical,
    MatchInteraction,
    Node,
    OrderInteraction,
    Responses,
    Text,
    TextEntryInteraction,
)
from ui.demo.errors import DemoFault

Deed: TypeAlias = dict[str, Any]
"""One thing to do with a question, as JSON for the robot; ``kind`` says what, ``ui.demo.robot.answering`` does it."""


def deeds(item: AssessmentItem, responses: Responses) -> list[Deed]:
    """Return what to do so that a question is answered so.

    Args:
        item: the question.
        responses: the wished answer. Response variables that it leaves out are left alone.

    Raises:
        DemoFault: the answer does not fit the question.
    """
    done: list[Deed] = []
    gap = 0
    for interaction in interactions(item.body):
        if isinstance(interaction, InlineChoiceInteraction | TextEntryInteraction):
            gap += 1
        if interaction.response in responses:
            done.append(_deed(interaction, responses[interaction.response], gap))
    return done


def interactions(nodes: Sequence[Node]) -> Iterator[Interaction]:
    """Yield the interactions of a body in reading order."""
    for node in nodes:
        match node:
            case Text():
                continue
            case Element():
                yield from interactions(node.children)
            case _:
                yield node


def plain_text(nodes: Sequence[Node]) -> str:
    """Return the words of some content as they are read out: white space as one space, pictures by their description."""
    return " ".join("".join(_pieces(nodes)).split())


def _pieces(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Text():
                yield node.text
            case Element(name="img"):
                yield f" {node.attribute('alt')} "
            case Element(name="br"):
                yield " "
            case Element():
                yield from _pieces(node.children)
            case _:
                continue


def _deed(interaction: Interaction, value: Lexical, gap: int) -> Deed:
    match interaction:
        case ChoiceInteraction():
            return {
                "kind": "choose",
                "texts": [_text_of(interaction.choices, ChoiceId(each)) for each in value],
                "several": interaction.max_choices != 1,
            }
        case OrderInteraction():
            return {"kind": "order", "texts": [_text_of(interaction.choices, ChoiceId(each)) for each in value]}
        case MatchInteraction():
            return {"kind": "match", "pairs": [_pair(interaction, each) for each in value]}
        case InlineChoiceInteraction():
            return {"kind": "pick", "gap": gap, "text": _text_of(interaction.choices, ChoiceId(_only(value)))}
        case TextEntryInteraction():
            return {"kind": "fill", "gap": gap, "text": _only(value)}
        case ExtendedTextInteraction():
            return {"kind": "write", "text": _only(value)}
        case _:
            assert_never(interaction)


def _pair(interaction: MatchInteraction, value: str) -> list[str]:
    row, _, column = value.partition(" ")
    return [_text_of(interaction.rows, ChoiceId(row)), _text_of(interaction.columns, ChoiceId(column))]


def _text_of(choices: Sequence[Choice], identifier: ChoiceId) -> str:
    for choice in choices:
        if choice.identifier == identifier:
            return plain_text(choice.content)
    raise DemoFault(f"The answer sheet names a choice that is not there: {identifier}.")


def _only(value: Lexical) -> str:
    if len(value) > 1:
        raise DemoFault("The answer sheet gives several values where one is asked for.")
    return value[0] if value else ""
