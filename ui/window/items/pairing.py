"""Which choices may be paired, and how often. Pure: the rules of associable choices (QTI 3.0, match-max, match-group)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from exam_packages.ids import ChoiceId

Pair = tuple[ChoiceId, ChoiceId]
UNLIMITED: Final = -1


class Associable(Protocol):
    """What can be one side of a pair."""

    @property
    def identifier(self) -> ChoiceId:
        """What it is called in pairs."""
        ...

    @property
    def match_group(self) -> tuple[str, ...]:
        """With which identifiers it may be paired; empty is with all."""
        ...


def may_pair(one: Associable, other: Associable) -> bool:
    """Whether the match groups of both sides allow the pair; an empty group allows all."""
    return (not one.match_group or other.identifier in one.match_group) and (
        not other.match_group or one.identifier in other.match_group
    )


def pair_of(value: str) -> Pair | None:
    """A pair as QTI writes it; None where it is none."""
    words = value.split()
    return (ChoiceId(words[0]), ChoiceId(words[1])) if len(words) == 2 else None


def written(pair: Pair) -> str:
    """A pair as QTI writes it."""
    return f"{pair[0]} {pair[1]}"


def known_pairs(values: Iterable[str], firsts: Sequence[str], seconds: Sequence[str]) -> list[Pair]:
    """The pairs of an answer, in its order; what names no choice of the interaction is passed over."""
    pairs = (pair_of(value) for value in values)
    return [pair for pair in pairs if pair is not None and pair[0] in firsts and pair[1] in seconds]


def used(pairs: Iterable[Pair], limits: Mapping[ChoiceId, int]) -> dict[ChoiceId, int]:
    """How often each choice is used."""
    result = dict.fromkeys(limits, 0)
    for pair in pairs:
        for each in pair:
            if each in result:
                result[each] += 1
    return result


def left_of(limit: int, count: int) -> int:
    """How often a choice can still be used; UNLIMITED where its limit is 0."""
    return UNLIMITED if limit == 0 else max(0, limit - count)
