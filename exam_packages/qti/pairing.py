"""Interactions that pair things with one another: who may be paired with whom, and how often.

Owns match groups and the limits of each choice. Knows neither documents nor screens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from exam_packages.qti.model import (
    AssociateInteraction,
    Choice,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Hotspot,
    MatchInteraction,
)
from exam_packages.qti.walking import gaps

Pairing: TypeAlias = MatchInteraction | AssociateInteraction | GapMatchInteraction | GraphicGapMatchInteraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Something that can be paired."""

    identifier: str
    most: int
    """0 is without limit."""
    least: int = 0
    group: tuple[str, ...] = ()
    """The identifiers it may be paired with; empty is all."""

    def takes(self, other: Partner) -> bool:
        """Whether the match groups of both allow the pair."""
        return (not self.group or other.identifier in self.group) and (
            not other.group or self.identifier in other.group
        )


def sides(interaction: Pairing) -> tuple[tuple[Partner, ...], tuple[Partner, ...]]:
    """What can stand first in a pair, and what second. The same choices stand on both sides of an associate interaction."""
    match interaction:
        case MatchInteraction():
            return _partners(interaction.rows), _partners(interaction.columns)
        case AssociateInteraction():
            return _partners(interaction.choices), _partners(interaction.choices)
        case GapMatchInteraction():
            places = tuple(
                Partner(identifier=gap.identifier, most=1, least=int(gap.required), group=gap.match_group)
                for gap in gaps(interaction)
            )
            return _partners(interaction.choices), places
        case GraphicGapMatchInteraction():
            return _partners(interaction.choices), _partners(interaction.hotspots)
        case _:
            assert_never(interaction)


def _partners(listed: tuple[Choice, ...] | tuple[Hotspot, ...]) -> tuple[Partner, ...]:
    return tuple(
        Partner(identifier=str(each.identifier), most=each.match_max, least=each.match_min, group=each.match_group)
        for each in listed
    )


def partners(partner: Partner, interaction: Pairing) -> Iterator[Partner]:
    """What something can be paired with, itself left out."""
    sources, targets = sides(interaction)
    others = targets if partner in sources else sources
    yield from (other for other in others if other.identifier != partner.identifier and partner.takes(other))


def is_allowed(interaction: Pairing, first: str, second: str) -> bool:
    """Whether a candidate can give a pair."""
    sources, targets = ({each.identifier: each for each in side} for side in sides(interaction))
    if first not in sources or second not in targets:
        return False
    return sources[first].takes(targets[second])


def most_pairs(interaction: Pairing) -> int:
    """How many different pairs the choices' own limits let through; never less than can be given."""
    sources, targets = sides(interaction)
    if isinstance(interaction, AssociateInteraction):
        return sum(_uses(each, len(sources)) for each in sources) // 2
    firsts = sum(_uses(each, len(targets)) for each in sources)
    return min(firsts, sum(_uses(each, len(sources)) for each in targets))


def _uses(partner: Partner, others: int) -> int:
    return min(partner.most, others) if partner.most else others
