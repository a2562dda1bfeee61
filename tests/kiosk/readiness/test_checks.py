"""Running checks, and what an escape amounts to: what could not be tried or prevented is never well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.readiness_certificates import TEXT_MAX, CheckOutcome
from kiosk.lockdown.facts import Capability, Probe
from kiosk.readiness.checks import Check, Checked, Finding, escape, failed, ok, run_checks

OK, FAILED, NOT = CheckOutcome.OK, CheckOutcome.FAILED, CheckOutcome.NOT_POSSIBLE


def check(name: str, finding: Finding | None = None, *, quick: bool = True) -> Check:
    def run() -> Finding:
        if finding is None:
            raise ZeroDivisionError("by nothing")
        return finding

    return Check(name=name, tries=f"tries {name}", run=run, is_quick=quick)


def test_one_that_breaks_stops_no_other_and_is_no_success() -> None:
    told: list[Checked] = []
    seen: list[tuple[int, int, str]] = []
    done = run_checks(
        [check("a", ok("fine")), check("b"), check("c", failed("bad", "mend it"))],
        told=told.append,
        progress=lambda *each: seen.append(each),
    )
    assert [each.finding.outcome for each in done] == [OK, FAILED, FAILED]
    assert "ZeroDivisionError: by nothing" in done[1].finding.evidence
    assert tuple(told) == done
    assert seen == [(0, 3, "tries a"), (1, 3, "tries b"), (2, 3, "tries c"), (3, 3, "")]


def test_only_the_quick_ones() -> None:
    checks = [check("a", ok("fine")), check("b", ok("fine"), quick=False)]
    assert [each.name for each in run_checks(checks, quick=True)] == ["a"]
    assert [each.name for each in run_checks(checks)] == ["a", "b"]


@pytest.mark.parametrize(
    ("got_out", "noticed", "capability", "outcome"),
    [
        (False, False, Capability.ENFORCED, OK),
        (False, False, Capability.UNAVAILABLE, OK),
        (True, False, Capability.ENFORCED, FAILED),
        (True, True, Capability.ENFORCED, FAILED),
        (True, True, Capability.DETECT_ONLY, OK),
        (True, False, Capability.DETECT_ONLY, FAILED),
        (True, True, Capability.UNAVAILABLE, OK),
        (True, False, Capability.UNAVAILABLE, NOT),
        (True, False, None, NOT),
    ],
)
def test_what_an_escape_amounts_to(
    *, got_out: bool, noticed: bool, capability: Capability | None, outcome: CheckOutcome
) -> None:
    promised = None if capability is None else Probe(capability=capability, reason="because", remedy="do this")
    assert escape(got_out=got_out, was_noticed=noticed, saw="It did.", promised=promised).outcome is outcome


@given(st.text(st.characters(), max_size=2 * TEXT_MAX))
def test_whatever_the_evidence_it_fits_into_a_certificate(evidence: str) -> None:
    claim = Checked(name="a", tries="tries a", finding=ok(evidence)).claim
    assert len(claim.evidence) <= TEXT_MAX
    claim.evidence.encode("utf-8")
