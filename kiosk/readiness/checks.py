"""One check, what it may come to, and running many of them.

Owns the rule of the three outcomes: a check that could not be tried, or tried something that nothing here can prevent, is never
``ok``. Refuses to know what is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.readiness_certificates import TEXT_MAX, CheckClaim, CheckOutcome
from kiosk.lockdown.facts import Capability, Probe
from kiosk.progress import Progress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check came to.

    Attributes:
        evidence: what was seen, in a sentence for a site admin.
        remedy: what to do about it; empty where there is nothing to do.
    """

    outcome: CheckOutcome
    evidence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        name: stable, for example ``disk/space``.
        tries: what it tries, in a few words.
        run: tries it.
        is_quick: it is run also when only the quick ones are wanted.
    """

    name: str
    tries: str
    run: Callable[[], Finding]
    is_quick: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A check that was run."""

    name: str
    tries: str
    finding: Finding

    @property
    def claim(self) -> CheckClaim:
        """As it stands in a certificate."""
        evidence = self.finding.evidence.encode("utf-8", "replace").decode("utf-8")[:TEXT_MAX]
        return CheckClaim(check=self.name, outcome=self.finding.outcome, evidence=evidence)


Told = Callable[[Checked], None]
"""Is told of each check as soon as it has ended."""


def run_checks(
    checks: Sequence[Check],
    *,
    quick: bool = False,
    progress: Progress = silent,
    told: Told = lambda _: None,
) -> tuple[Checked, ...]:
    """Run checks one after the other; one that fails, however, stops no other.

    Args:
        checks: which, in order.
        quick: leave out those that take long.
        progress: is told how many are done, and what is tried.
        told: is told of each.
    """
    chosen = [check for check in checks if check.is_quick or not quick]
    done: list[Checked] = []
    for number, check in enumerate(chosen):
        progress(number, len(chosen), check.tries)
        checked = Checked(name=check.name, tries=check.tries, finding=_finding(check))
        done.append(checked)
        told(checked)
    progress(len(chosen), len(chosen), "")
    return tuple(done)


def _finding(check: Check) -> Finding:
    try:
        return check.run()
    except Exception as error:  # noqa: BLE001 - whatever it is, the seat is not ready, and people have to read so
        return failed(f"{type(error).__name__}: {error}", "Tell whoever looks after the program.")


def ok(evidence: str) -> Finding:
    """All is well."""
    return Finding(outcome=CheckOutcome.OK, evidence=evidence)


def failed(evidence: str, remedy: str) -> Finding:
    """Something is not as it has to be."""
    return Finding(outcome=CheckOutcome.FAILED, evidence=evidence, remedy=remedy)


def not_possible(reason: str, remedy: str = "") -> Finding:
    """It could not be tried here, or cannot be prevented here."""
    return Finding(outcome=CheckOutcome.NOT_POSSIBLE, evidence=reason, remedy=remedy)


_BROKEN_PROMISE: Final = (
    "Do not give an exam here: what the table of protections says is not so. Tell whoever looks after the seat."
)


def escape(*, got_out: bool, was_noticed: bool = False, saw: str, promised: Probe | None) -> Finding:
    """Judge an escape that was tried against what the machine says it does about it.

    Args:
        got_out: it was possible.
        was_noticed: a monitor told of it.
        saw: what was seen.
        promised: what the capability table says of the concern; None where nothing is said.
    """
    capability = Capability.UNAVAILABLE if promised is None else promised.capability
    if not got_out:
        return ok(saw)
    if was_noticed:
        return failed(saw, _BROKEN_PROMISE) if capability is Capability.ENFORCED else ok(f"{saw} It was noticed.")
    if capability is Capability.UNAVAILABLE:
        why = "" if promised is None else promised.reason
        return not_possible(f"{saw} {why}".strip(), "" if promised is None else promised.remedy)
    return failed(saw, _BROKEN_PROMISE)
