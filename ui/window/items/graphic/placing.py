"""Which choice may go on which area, and what becomes of the others when it does. Pure.

Owns the limits of a graphic gap match: uses of a choice, room of an area, groups, pairs in all. Where one thing takes the
only place of another, it takes it; anything else that goes beyond a limit is refused, so nothing is ever lost in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Choice, GraphicGapMatchInteraction, Hotspot, Lexical

Pair = tuple[ChoiceId, ChoiceId]
"""a choice, and the area it lies on"""


class Refusal(Enum):
    """Why a choice does not go on an area."""

    GROUP = "group"
    """These two do not go together (``match-group``)."""
    USED_UP = "used-up"
    FULL = "full"
    TOO_MANY = "too-many"
    THERE = "there"
    """It lies there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What lies where; pairs in the order in which they were made."""

    interaction: GraphicGapMatchInteraction
    pairs: tuple[Pair, ...] = ()

    def lexical(self) -> Lexical:
        """As QTI writes directed pairs, "choice area"."""
        return tuple(f"{choice} {area}" for choice, area in self.pairs)

    def shown(self, value: Lexical) -> Placing:
        """What an answer says; pairs of anything else than a choice and an area are passed over."""
        choices = {each.identifier for each in self.interaction.choices}
        areas = {each.identifier for each in self.interaction.hotspots}
        split = (tuple(each.split()) for each in value)
        found = (pair for pair in split if len(pair) == 2 and pair[0] in choices and pair[1] in areas)
        return replace(self, pairs=tuple((ChoiceId(choice), ChoiceId(area)) for choice, area in found))

    def on(self, area: ChoiceId) -> tuple[ChoiceId, ...]:
        """The choices on an area."""
        return tuple(choice for choice, where in self.pairs if where == area)

    def left(self, choice: Choice) -> int | None:
        """How often a choice may still be used; None is without limit."""
        used = sum(key == choice.identifier for key, _area in self.pairs)
        return max(0, choice.match_max - used) if choice.match_max else None

    def refusal(self, choice: Choice, area: Hotspot, origin: ChoiceId | None = None) -> Refusal | None:
        """Why a choice may not go on an area, or None.

        Args:
            origin: the area from which it was taken up, where it does not come from the tray.
        """
        if (choice.match_group and area.identifier not in choice.match_group) or (
            area.match_group and choice.identifier not in area.match_group
        ):
            return Refusal.GROUP
        pair = (choice.identifier, area.identifier)
        if pair in self.pairs:
            return Refusal.THERE
        rest = self._without_replaced(choice, area, origin)
        if choice.match_max and sum(key == choice.identifier for key, _where in rest) >= choice.match_max:
            return Refusal.USED_UP
        if area.match_max and sum(where == area.identifier for _key, where in rest) >= area.match_max:
            return Refusal.FULL
        most = self.interaction.max_associations
        return Refusal.TOO_MANY if most and len(rest) >= most else None

    def placed(self, choice: Choice, area: Hotspot, origin: ChoiceId | None = None) -> Placing:
        """With a choice on an area. Ask `refusal` first."""
        rest = self._without_replaced(choice, area, origin)
        return replace(self, pairs=(*rest, (choice.identifier, area.identifier)))

    def without(self, choice: ChoiceId, area: ChoiceId) -> Placing:
        """With a choice taken from an area."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair != (choice, area)))

    def _without_replaced(self, choice: Choice, area: Hotspot, origin: ChoiceId | None) -> tuple[Pair, ...]:
        """The pairs that stay: the place it comes from is left, a single place gives way."""

        def gives_way(pair: Pair) -> bool:
            moves = pair[0] == choice.identifier and (choice.match_max == 1 or pair[1] == origin)
            return moves or (area.match_max == 1 and pair[1] == area.identifier)

        return tuple(pair for pair in self.pairs if not gives_way(pair))
