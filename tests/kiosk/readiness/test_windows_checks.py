"""What is tried on the screen of Windows, on made-up machines: where everything holds, and with each protection taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.readiness_certificates import CheckOutcome
from kiosk.lockdown.blocked_input import COMBINATIONS_MAX
from kiosk.lockdown.input_policy import InputPolicy, Verdict
from kiosk.lockdown.windows.keys import KeyEvent, KeyFilter
from kiosk.lockdown.windows.verification import NOT_VERIFIED
from kiosk.readiness import windows_stranger
from kiosk.readiness.checks import Check, Finding, failed, ok, run_checks
from kiosk.readiness.windows_checks import SYSTEM_KEYS, UNSEEN, seen_on_windows, windows_checks
from kiosk.readiness.windows_facts import displays, own_rights, shown_here, system, window_rights
from tests.kiosk.readiness.made_up_windows import World, stage_of

OK, FAILED, NOT_POSSIBLE = CheckOutcome


def findings(*leaks: str) -> dict[str, Finding]:
    return {
        each.name: each.finding for each in run_checks(windows_checks(stage_of(World(leaks=set(leaks)))), quick=False)
    }


def test_where_everything_holds_all_is_ok_but_what_nobody_has_seen_on_windows() -> None:
    found = findings()
    assert {name for name, each in found.items() if each.outcome is not OK} == {"capture/screen"}
    assert found["capture/screen"].outcome is NOT_POSSIBLE
    assert found["capture/screen"].evidence.startswith(NOT_VERIFIED)


@pytest.mark.parametrize(
    ("leaks", "name", "outcome"),
    [
        ({"hooks", "silence"}, "input/injected", FAILED),
        ({"silence"}, "input/injected", FAILED),
        ({"keyboard"}, "input/typing", FAILED),
        ({"layout"}, "input/typing", FAILED),
        ({"keyboard"}, "clipboard/in", FAILED),
        ({"keyboard"}, "clipboard/out", FAILED),
        ({"monitors"}, "windows/stranger", FAILED),
        ({"behind"}, "windows/stranger", FAILED),
        ({"paste"}, "clipboard/in", FAILED),
        ({"monitors"}, "clipboard/in", FAILED),
        ({"copy"}, "clipboard/out", FAILED),
        ({"hooks"}, "input/system-keys", FAILED),
        ({"size"}, "input/system-keys", FAILED),
        ({"popup"}, "input/system-keys", FAILED),
        ({"capture"}, "capture/screen", FAILED),
        ({"affinity"}, "capture/screen", NOT_POSSIBLE),
        ({"memory"}, "debugger/memory", NOT_POSSIBLE),
        ({"debugger", "monitors"}, "debugger/outside", FAILED),
        ({"debugger"}, "debugger/outside", OK),
        ({"window"}, "debugger/outside", NOT_POSSIBLE),
        ({"window"}, "debugger/memory", NOT_POSSIBLE),
        ({"window"}, "capture/screen", NOT_POSSIBLE),
        ({"silent"}, "input/injected", NOT_POSSIBLE),
        ({"silent"}, "input/typing", NOT_POSSIBLE),
        ({"silent"}, "input/system-keys", NOT_POSSIBLE),
        ({"desktop"}, "windows/stranger", NOT_POSSIBLE),
        ({"owned"}, "clipboard/in", NOT_POSSIBLE),
    ],
)
def test_each_protection_that_is_taken_away_is_found(leaks: set[str], name: str, outcome: CheckOutcome) -> None:
    found = findings(*leaks)[name]
    assert found.outcome is outcome, found
    assert found.evidence


def test_a_key_that_the_hooks_missed_is_named() -> None:
    evidence = findings("hooks")["input/system-keys"].evidence
    assert "The hooks did not keep away: Super+d." in evidence
    assert "A window had opened: Start." in evidence


def test_where_no_picture_could_be_taken_none_was_without_the_exam() -> None:
    assert "gets no picture" in findings("picture")["capture/screen"].evidence


@given(st.sampled_from(sorted(UNSEEN)), st.text(min_size=1, max_size=20))
def test_what_nobody_has_seen_is_not_ok_until_it_is_verified(name: str, evidence: str) -> None:
    fine = Check(name=name, tries="x", run=lambda: ok(evidence))
    assert seen_on_windows(fine, verified=False).run().outcome is NOT_POSSIBLE
    assert seen_on_windows(fine, verified=True).run() == ok(evidence)
    bad = Check(name=name, tries="x", run=lambda: failed(evidence, "look"))
    assert seen_on_windows(bad, verified=False).run() == failed(evidence, "look")


def test_every_combination_can_be_counted_by_its_name_and_is_kept_away_by_the_hooks_rule() -> None:
    assert len(SYSTEM_KEYS) <= COMBINATIONS_MAX
    codes = vars(windows_stranger)["_CODES"]
    for combination in SYSTEM_KEYS:
        names = combination.split("+")
        held = KeyFilter(policy=InputPolicy(takes_injected=True))
        said = [
            held.decide(KeyEvent(vk=codes.get(name, ord(name[0].upper())), scan=0, is_down=True, injected=True))
            for name in names
        ]
        assert said[-1] == (Verdict.BLOCKED, combination, True)


def test_displays() -> None:
    assert displays(["1920x1080+0+0"]).outcome is OK
    assert displays(["1920x1080+0+0", "800x600+1920+0"]).outcome is FAILED
    assert displays([]).outcome is NOT_POSSIBLE


def test_where_the_session_is_shown() -> None:
    assert shown_here(is_remote=False, session=1, at_the_screen=1).outcome is OK
    assert shown_here(is_remote=True, session=1, at_the_screen=1).outcome is FAILED
    assert shown_here(is_remote=False, session=1, at_the_screen=2).outcome is FAILED
    assert shown_here(is_remote=False, session=1, at_the_screen=None).outcome is FAILED


def test_wine_is_no_windows() -> None:
    assert system(wine="8.0", build="10.0.19043", edition="Professional").outcome is FAILED
    assert system(wine="", build="", edition="").outcome is NOT_POSSIBLE
    found = system(wine="", build="10.0.22631", edition="Enterprise")
    assert (found.outcome, found.evidence) == (OK, "Windows 10.0.22631 Enterprise.")


def test_what_the_window_may_do() -> None:
    assert window_rights(None).outcome is NOT_POSSIBLE
    assert window_rights("").outcome is OK
    assert "privileges: 20" in window_rights("It would have privileges: 20.").evidence


def test_an_administrator_gives_no_exams() -> None:
    assert own_rights(is_elevated=True).outcome is FAILED
    assert own_rights(is_elevated=False).outcome is OK
