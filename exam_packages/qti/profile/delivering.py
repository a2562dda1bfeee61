"""Which elements and attributes go to a testing centre, by where they stand and how the package is scored.

Owns the two exceptions from the rows' own word: conditions of a test's route are delivered whole, and a package that is scored at
the seat takes keys and processing along (decision 0082).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from exam_packages.qti.profile.rows import Attribute, Row
from exam_packages.qti.profile.withheld import SECRET_ROWS

_RULES: Final = frozenset({"qti-pre-condition", "qti-branch-rule"})
_OF_SCORING: Final = SECRET_ROWS.keys() | {"qti-weight", "qti-variable-mapping"}
_CATEGORIES: Final = ("qti-assessment-item-ref", "category")  # counts and variables of outcome processing go by them


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """What is delivered at one place of a document."""

    scored_at_seat: bool = False
    whole: bool = False
    """Everything that the profile allows."""

    def takes(self, name: str, row: Row) -> bool:
        """Whether an element of this name is delivered."""
        return row.delivered or self.whole or (self.scored_at_seat and name in _OF_SCORING)

    def takes_attribute(self, name: str, attribute_name: str, attribute: Attribute) -> bool:
        """Whether an attribute of an element of this name is delivered."""
        if attribute.delivered or self.whole:
            return True
        return self.scored_at_seat and (name in _OF_SCORING or (name, attribute_name) == _CATEGORIES)

    def below(self, name: str) -> Delivering:
        """What is delivered inside an element of this name."""
        return replace(self, whole=True) if name in _RULES else self
