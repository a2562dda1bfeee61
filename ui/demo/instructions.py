"""From an answer sheet to what a person would be told: "question 5: choose “88 %”".

Identifiers stay on this side: the robot gets only words that stand on the screen. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, TypeVar, assert_never

from exam_packages.ids import ChoiceId
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
    Hotspot,
    HotspotInteraction,
    Hottext,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    Lexical,
    MatchInteraction,
    Media,
    MediaInteraction,
    Node,
    OrderInteraction,
    Responses,
    SelectPointInteraction,
    SliderInteraction,
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
            case Text() | Gap() | Hottext() | Media():
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
            case Hottext():
                yield from _pieces(node.content)
            case _:
                continue


def _deed(interaction: Interaction, value: Lexical, gap: int) -> Deed:
    match interaction:
        case ChoiceInteraction():
            texts = [_text_of(interaction.choices, each) for each in value]
            return {"kind": "choose", "texts": texts, "several": interaction.max_choices != 1}
        case OrderInteraction():
            return {"kind": "order", "texts": [_text_of(interaction.choices, each) for each in value]}
        case InlineChoiceInteraction():
            return {"kind": "pick", "gap": gap, "text": _text_of(interaction.choices, _only(value))}
        case TextEntryInteraction():
            return {"kind": "fill", "gap": gap, "text": _only(value)}
        case ExtendedTextInteraction():
            return {"kind": "write", "text": _only(value)}
        case MatchInteraction() | AssociateInteraction() | GapMatchInteraction() | GraphicGapMatchInteraction():
            return _pairing(interaction, [_split(each) for each in value])
        case _:
            return _picking(interaction, value)


def _picking(
    interaction: HottextInteraction
    | HotspotInteraction
    | SelectPointInteraction
    | SliderInteraction
    | MediaInteraction,
    value: Lexical,
) -> Deed:
    match interaction:
        case HottextInteraction():
            runs = _of(Hottext, interaction.content)
            among = [_text_of(runs, each.identifier) for each in runs]
            return {"kind": "words", "texts": [_text_of(runs, each) for each in value], "among": among}
        case HotspotInteraction():
            return {"kind": "areas", "names": [_area(interaction.hotspots, each, ": ") for each in value]}
        case SelectPointInteraction():
            return {"kind": "mark", "points": [_point(each) for each in value]}
        case SliderInteraction():
            return _slide(interaction, _only(value))
        case MediaInteraction():
            return {"kind": "play", "label": interaction.media.label, "times": int(_only(value) or 0)}
        case _:
            assert_never(interaction)


def _pairing(
    interaction: MatchInteraction | AssociateInteraction | GapMatchInteraction | GraphicGapMatchInteraction,
    pairs: Sequence[tuple[str, str]],
) -> Deed:
    match interaction:
        case MatchInteraction():
            rows, columns = interaction.rows, interaction.columns
            return {"kind": "match", "pairs": [[_text_of(rows, one), _text_of(columns, other)] for one, other in pairs]}
        case AssociateInteraction():
            cards = interaction.choices
            return {"kind": "pair", "pairs": [[_text_of(cards, one), _text_of(cards, other)] for one, other in pairs]}
        case GapMatchInteraction():
            gaps = [each.identifier for each in _of(Gap, interaction.content)]
            cards = interaction.choices
            return {"kind": "gaps", "cards": [[_text_of(cards, one), _place(gaps, gap)] for one, gap in pairs]}
        case GraphicGapMatchInteraction():
            cards, areas = interaction.choices, interaction.hotspots
            return {"kind": "place", "cards": [[_text_of(cards, one), _area(areas, area, ", ")] for one, area in pairs]}
        case _:
            assert_never(interaction)


_Wanted = TypeVar("_Wanted", Gap, Hottext)


def _of(kind: type[_Wanted], nodes: Sequence[Node]) -> list[_Wanted]:
    """Everything of a kind in some content, in reading order."""
    found: list[_Wanted] = []
    for node in nodes:
        if isinstance(node, kind):
            found.append(node)
        elif isinstance(node, Element):
            found += _of(kind, node.children)
    return found


def _split(value: str) -> tuple[str, str]:
    one, _, other = value.partition(" ")
    return one, other


def _point(value: str) -> list[int]:
    try:
        x, y = (int(each) for each in value.split())
    except ValueError:
        raise DemoFault(f"The answer sheet gives {value!r} where a point is asked for.") from None
    return [x, y]


def _slide(interaction: SliderInteraction, value: str) -> Deed:
    try:
        steps = (float(value) - interaction.lower_bound) / interaction.step
    except ValueError:
        raise DemoFault(f"The answer sheet gives {value!r} where a number is asked for.") from None
    if steps < 0 or not steps.is_integer():
        raise DemoFault(f"{value} is no place on the scale.")
    return {"kind": "slide", "number": value, "steps": int(steps)}


def _area(areas: Sequence[Hotspot], identifier: str, before_label: str) -> str:
    """What an area of a picture is called: by its place, and by its label where it has one."""
    place = _place([each.identifier for each in areas], identifier)
    label = areas[place - 1].label
    name = f"Area {place} of {len(areas)}"
    return f"{name}{before_label}{label}" if label else name


def _place(identifiers: Sequence[ChoiceId], identifier: str) -> int:
    if ChoiceId(identifier) not in identifiers:
        raise DemoFault(f"The answer sheet names a place that is not there: {identifier}.")
    return identifiers.index(ChoiceId(identifier)) + 1


def _text_of(choices: Sequence[Choice | Hottext], identifier: str) -> str:
    for choice in choices:
        if choice.identifier == identifier:
            label = choice.label if isinstance(choice, Choice) else ""
            return label or plain_text(choice.content)
    raise DemoFault(f"The answer sheet names a choice that is not there: {identifier}.")


def _only(value: Lexical) -> str:
    if len(value) > 1:
        raise DemoFault("The answer sheet gives several values where one is asked for.")
    return value[0] if value else ""
