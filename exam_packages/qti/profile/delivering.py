"""Which elements and attributes go to a testing centre, by where they stand and how the package is scored.

Owns the exceptions from the rows' own word: conditions of a test's route are delivered whole where they count and not at all
where they do not, and a package that is scored at the seat takes keys and processing along (decision 0082).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from exam_packages.qti.profile.rows import Attribute, Row
from exam_packages.qti.profile.withheld import SECRET_ROWS
from exam_packages.qti.reading import Xml

_RULES: Final = frozenset({"qti-pre-condition", "qti-branch-rule"})
_IN_PARTS: Final = frozenset({"qti-assessment-section", "qti-assessment-item-ref"})
_OF_SCORING: Final = SECRET_ROWS.keys() | {"qti-weight", "qti-variable-mapping"}
_CATEGORIES: Final = ("qti-assessment-item-ref", "category")  # counts and variables of outcome processing go by them


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """What is delivered at one place of a document."""

    scored_at_seat: bool = False
    whole: bool = False
    """Everything that the profile allows."""
    linear: bool = True
    """Whether the part around is linear: in others the rules of sections and items do not count."""
    routes: bool = True
    """Whether pre-conditions and branch rules that stand here count."""

    def takes(self, name: str, row: Row) -> bool:
        """Whether an element of this name is delivered."""
        if name in _RULES and not self.routes:
            return False
        return row.delivered or self.whole or (self.scored_at_seat and name in _OF_SCORING)

    def takes_attribute(self, name: str, attribute_name: str, attribute: Attribute) -> bool:
        """Whether an attribute of an element of this name is delivered."""
        if attribute.delivered or self.whole:
            return True
        return self.scored_at_seat and (name in _OF_SCORING or (name, attribute_name) == _CATEGORIES)

    def below(self, xml: Xml) -> Delivering:
        """What is delivered inside an element."""
        if xml.name in _RULES:
            return replace(self, whole=True)
        if xml.name == "qti-test-part":
            return replace(self, linear=xml.optional("navigation-mode") == "linear")
        return replace(self, routes=self.linear) if xml.name in _IN_PARTS else self


WITHOUT_KEYS: Final = Delivering()
