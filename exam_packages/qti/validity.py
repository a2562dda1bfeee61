"""Is a response complete: what each interaction asks of a response before it may be handed in (QTI 3.0 ``validate-responses``).

"An invalid response is a response which does not satisfy the constraints imposed by the interaction with which it is
associated" (QTI 2.1, ItemSessionControl). Owns counts, required gaps and patterns. Whether an item may be skipped altogether is
not asked here, whether an answer is right even less. Pure; refuses nothing: faults are returned, to be said to the candidate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    BaseType,
    Choice,
    ChoiceInteraction,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Hotspot,
    HotspotInteraction,
    HottextInteraction,
    InlineChoiceInteraction,
    Interaction,
    Lexical,
    MatchInteraction,
    MediaInteraction,
    OrderInteraction,
    Responses,
    SelectPointInteraction,
    SliderInteraction,
    TextEntryInteraction,
)
from exam_packages.qti.patterns import PatternError, compile_pattern
from exam_packages.qti.values import NotAValueError, parse_scalar
from exam_packages.qti.walking import every_node, interactions


class Shortfall(Enum):
    """What can be wrong with a response."""

    TOO_FEW = "too-few"
    """Fewer choices, pairs, points, texts or plays than asked for."""
    TOO_MANY = "too-many"
    NOT_FILLED = "not-filled"
    """A gap, a phrase or a slider that is required has no value."""
    USED_TOO_RARELY = "used-too-rarely"
    """One choice stands in fewer pairs than it must."""
    USED_TOO_OFTEN = "used-too-often"
    PATTERN = "pattern"
    """A text does not have the form that is asked for."""
    NOT_A_NUMBER = "not-a-number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that a response lacks.

    Attributes:
        needed: how many there must be, at least or at most; 0 where nothing is counted.
        found: how many there are.
        choice: the choice or gap that it is about; None where it is the whole interaction.
    """

    response: ResponseId
    shortfall: Shortfall
    needed: int = 0
    found: int = 0
    choice: ChoiceId | None = None


def faults(item: AssessmentItem, responses: Responses) -> tuple[Fault, ...]:
    """Return everything that keeps a response from being valid, in the order of the item's interactions.

    Args:
        item: with or without its answers.
        responses: values by response variable; a missing one is NULL.
    """
    types = {declaration.identifier: declaration.base_type for declaration in item.response_declarations}
    return tuple(
        fault
        for interaction in interactions(item.body)
        for fault in _faults_of(interaction, responses.get(interaction.response, ()), types.get(interaction.response))
    )


def _faults_of(each: Interaction, value: Lexical, base_type: BaseType | None) -> Iterator[Fault]:  # noqa: C901 - one table of all kinds
    match each:
        case ChoiceInteraction() | HotspotInteraction() | HottextInteraction() | SelectPointInteraction():
            yield from _count(each.response, len(value), each.min_choices, each.max_choices)
        case OrderInteraction():
            # "If not specified all of the choices must be ordered" (2.1, orderInteraction minChoices).
            yield from _count(each.response, len(value), each.min_choices or len(each.choices), each.max_choices)
        case MatchInteraction():
            yield from _count(each.response, len(value), each.min_associations, each.max_associations)
            yield from _uses(each.response, value, (*each.rows, *each.columns))
        case AssociateInteraction():
            yield from _count(each.response, len(value), each.min_associations, each.max_associations)
            yield from _uses(each.response, value, each.choices)
        case GraphicGapMatchInteraction():
            yield from _count(each.response, len(value), each.min_associations, each.max_associations)
            yield from _uses(each.response, value, (*each.choices, *each.hotspots))
        case GapMatchInteraction():
            yield from _gap_match(each, value)
        case InlineChoiceInteraction():
            if each.required and not value:
                yield Fault(response=each.response, shortfall=Shortfall.NOT_FILLED)
        case TextEntryInteraction():
            yield from _texts(each.response, value, each.pattern_mask, base_type)
        case ExtendedTextInteraction():
            written = tuple(text for text in value if text)
            yield from _count(
                each.response, len(written), each.min_strings, each.max_strings if each.max_strings > 1 else 0
            )
            yield from _texts(each.response, written, each.pattern_mask, base_type)
        case MediaInteraction():
            yield from _count(each.response, _plays(value), each.min_plays, each.max_plays)
        case SliderInteraction():
            return  # stands somewhere at every moment; the standard asks nothing more of it
        case _:
            assert_never(each)


def _count(response: ResponseId, found: int, least: int, most: int) -> Iterator[Fault]:
    """Compare a count with its bounds; no upper bound where it is 0."""
    if found < least:
        yield Fault(response=response, shortfall=Shortfall.TOO_FEW, needed=least, found=found)
    if 0 < most < found:
        yield Fault(response=response, shortfall=Shortfall.TOO_MANY, needed=most, found=found)


def _uses(response: ResponseId, pairs: Lexical, choices: Sequence[Choice | Hotspot]) -> Iterator[Fault]:
    """Compare how often each choice stands in a pair with its ``match-min`` and ``match-max``."""
    used = Counter(word for pair in pairs for word in pair.split())
    for choice in choices:
        found = used[choice.identifier]
        for shortfall, needed, is_wrong in (
            (Shortfall.USED_TOO_RARELY, choice.match_min, found < choice.match_min),
            (Shortfall.USED_TOO_OFTEN, choice.match_max, 0 < choice.match_max < found),
        ):
            if is_wrong:
                yield Fault(
                    response=response, shortfall=shortfall, needed=needed, found=found, choice=choice.identifier
                )


def _gap_match(each: GapMatchInteraction, value: Lexical) -> Iterator[Fault]:
    yield from _count(each.response, len(value), each.min_associations, each.max_associations)
    yield from _uses(each.response, value, each.choices)
    filled = {pair.split()[-1] for pair in value if pair.split()}
    for node in every_node(each.content):
        if isinstance(node, Gap) and node.required and node.identifier not in filled:
            yield Fault(response=each.response, shortfall=Shortfall.NOT_FILLED, choice=node.identifier)


def _texts(response: ResponseId, value: Lexical, mask: str | None, base_type: BaseType | None) -> Iterator[Fault]:
    """Compare what was typed with its pattern and its type. What was not typed is not wrong."""
    for text in value:
        if base_type in (BaseType.INTEGER, BaseType.FLOAT) and not _is_value(text, base_type):
            yield Fault(response=response, shortfall=Shortfall.NOT_A_NUMBER)
        elif mask and not has_form(text, mask):
            yield Fault(response=response, shortfall=Shortfall.PATTERN)


def _is_value(text: str, base_type: BaseType) -> bool:
    try:
        parse_scalar(text, base_type)
    except NotAValueError:
        return False
    return True


def has_form(text: str, mask: str) -> bool:
    """Whether a text has the form of a ``pattern-mask``: a regular expression of XML Schema, as in patternMatch."""
    try:
        return compile_pattern(mask).matches(text)
    except PatternError:
        return True  # a pattern that nobody can read keeps nobody from going on; the linter has said so


def _plays(value: Lexical) -> int:
    text = value[0] if value else "0"
    return int(text) if text.isascii() and text.isdigit() else 0
