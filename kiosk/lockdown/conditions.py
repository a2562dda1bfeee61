"""Under which conditions a session is sat: what was to be prevented and is not, and what follows otherwise than usual.

Owns what an auditor finds at the beginning of a session's record, so that all the lines after it can be read without the site's
file and the seat at hand. Pure. Refuses to know whether the exam may start: ``policy`` says that.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.lockdown.catalogue import EVIDENCE_MAX
from kiosk.lockdown.facts import CapabilityEntry
from kiosk.lockdown.grading import consequence_of
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.policy import MissingPrevention, Policy, judge_start


def conditions_of(policy: Policy, table: Sequence[CapabilityEntry]) -> tuple[Observation, ...]:
    """Return what is to stand in the record of a session: first what is missing, then what was changed.

    Args:
        policy: what holds for its exam.
        table: what this machine does about every concern.
    """
    missing = judge_start(policy, table).missing
    return (*map(_missing, missing), *_changed(policy))


def _missing(what: MissingPrevention) -> Observation:
    evidence = {
        "concern": what.concern[:EVIDENCE_MAX],
        "capability": what.probe.capability.value,
        "reason": what.probe.reason[:EVIDENCE_MAX],
    }
    return Observation(kind=IncidentKind.CAPABILITY_MISSING, evidence=evidence)


def _changed(policy: Policy) -> list[Observation]:
    """A wish for what follows anyway changes nothing, and in practice none does."""
    found = []
    for kind in IncidentKind:
        usual = consequence_of(kind, policy.preset)
        follows = consequence_of(kind, policy.preset, policy.wishes)
        if follows is not usual:
            evidence = {"kind": kind.value, "to": follows.value}
            found.append(Observation(kind=IncidentKind.CONSEQUENCE_CHANGED, evidence=evidence))
    return found
