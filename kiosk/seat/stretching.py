"""How much longer a candidate may take: the factor that extra time makes of every limit. Pure.

Owns the arithmetic of PNP's ``AdditionalTestingTime``, of which a candidate has one kind. Fixed minutes are the whole test's:
they are turned into the share they make of its time, and every limit inside grows by that share, so that limits inside one
another keep their proportions. Refuses to know plans.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from exam_packages.accommodations import Accommodations
from exam_packages.ids import ItemId
from exam_packages.qti.model import ItemRef, PartRole, Section, TimeLimits
from exam_packages.qti.selecting import ArrangedForm, ArrangedPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What limits are multiplied by; None lifts them all."""

    factor: Fraction | None

    def of(self, limit_ms: int) -> int | None:
        """Return a limit as the candidate has it, never rounded against them; None where it does not hold."""
        if self.factor is None:
            return None
        return -(-limit_ms * self.factor.numerator // self.factor.denominator)


def stretch_of(form: ArrangedForm, needs: Accommodations) -> Stretch:
    """Return how a form's limits are stretched for a candidate."""
    if needs.unlimited_time:
        return Stretch(factor=None)
    whole_ms = time_of(form)
    if needs.fixed_minutes and whole_ms:
        return Stretch(factor=Fraction(whole_ms + needs.fixed_minutes * 60_000, whole_ms))
    return Stretch(factor=Fraction(100 + needs.extra_time_percent, 100))


def time_of(form: ArrangedForm) -> int:
    """Return a form's scored time in milliseconds: the test's limit, else what its parts have; 0 where nothing is timed."""
    whole = _max_ms(form.test.time_limits)
    scored = (part for part in form.parts if part.part.role is PartRole.SCORED)
    return whole if whole is not None else sum(map(_time_of_part, scored))


def _time_of_part(part: ArrangedPart) -> int:
    whole = _max_ms(part.part.time_limits)
    selected = {each.ref.identifier for each in part.items}
    return whole if whole is not None else sum(_time_of(each.section, selected) for each in part.sections)


def _time_of(child: Section | ItemRef, selected: Collection[ItemId]) -> int:
    if isinstance(child, ItemRef):
        return (_max_ms(child.time_limits) or 0) if child.identifier in selected else 0
    if child.children and not any(ref.identifier in selected for ref in child.items):
        return 0
    whole = _max_ms(child.time_limits)
    return whole if whole is not None else sum(_time_of(each, selected) for each in child.children)


def _max_ms(limits: TimeLimits | None) -> int | None:
    return None if limits is None or limits.max_s is None else round(limits.max_s * 1000)
