from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import UtcMs
from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.grading import consequence_of
from kiosk.lockdown.incidents import Consequence, IncidentKind, Observation
from kiosk.lockdown.judging import (
    CAUSES,
    COUNTED,
    MERGE_MS,
    NAMES_A_KIND,
    OFTEN,
    REPROBE_MS,
    RETURN_MS,
    SETTLING_MS,
    History,
    Incident,
    Rules,
    due,
    judge,
    opened,
    rest,
)
from kiosk.lockdown.readings import Reading

STANDARD, STRICT = Rules(preset=Preset.STANDARD), Rules(preset=Preset.STRICT)
Kind = IncidentKind


def at(awake_ms: int, *, asleep_ms: int = 0) -> Reading:
    since_boot = awake_ms + asleep_ms
    return Reading(wall=UtcMs(1_790_000_000_000 + since_boot), awake_ms=awake_ms, since_boot_ms=since_boot)


class Judge:
    """The pure function with its history in hand."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.history = History()

    def sees(self, kind: IncidentKind, now: Reading, **evidence: str) -> tuple[Incident, ...]:
        self.history, incidents = judge(self.history, Observation(kind=kind, evidence=evidence), now, self.rules)
        return incidents

    def looks(self, now: Reading) -> tuple[Incident, ...]:
        self.history, incidents = due(self.history, now, self.rules)
        return incidents


def said(incidents: Sequence[Incident]) -> list[tuple[IncidentKind, Consequence]]:
    return [(incident.kind, incident.consequence) for incident in incidents]


def test_every_cause_is_named_by_evidence_that_is_kept() -> None:
    for kind, name in CAUSES.items():
        assert not name or name in CATALOGUE[kind].evidence, kind
    assert set(CAUSES) >= COUNTED


@pytest.mark.parametrize("kind", [kind for kind in IncidentKind if kind not in COUNTED])
@pytest.mark.parametrize("preset", Preset)
def test_the_first_of_a_kind_is_told_at_once_with_what_the_catalogue_says(kind: IncidentKind, preset: Preset) -> None:
    incidents = Judge(Rules(preset=preset)).sees(kind, at(0))
    assert said(incidents) == [(kind, consequence_of(kind, preset))]


def test_a_site_may_wish_something_else() -> None:
    rules = Rules(preset=Preset.STANDARD, wishes={Kind.PROCESS_UNKNOWN: Consequence.LOCK})
    assert said(Judge(rules).sees(Kind.PROCESS_UNKNOWN, at(0))) == [(Kind.PROCESS_UNKNOWN, Consequence.LOCK)]


def test_blocked_keys_are_counted_by_the_minute_and_combination() -> None:
    one = Judge(STANDARD)
    for second in range(0, 50, 10):
        assert one.sees(Kind.KEYS_BLOCKED, at(second * 1_000), combination="Alt+Tab") == ()
    one.sees(Kind.KEYS_BLOCKED, at(50_000), combination="Print", count="3")
    assert one.looks(at(MERGE_MS - 1)) == ()
    assert [dict(each.evidence) for each in one.looks(at(MERGE_MS))] == [{"combination": "Alt+Tab", "count": "5"}]
    assert [dict(each.evidence) for each in one.looks(at(MERGE_MS + 50_000))] == [
        {"combination": "Print", "count": "3"}
    ]
    assert one.looks(at(10 * MERGE_MS)) == ()


def test_many_blocked_keys_are_told_once_a_minute() -> None:
    one = Judge(STANDARD)
    told = [one.sees(Kind.KEYS_BLOCKED, at(number * 100), combination="Super") for number in range(2 * OFTEN)]
    assert [index for index, incidents in enumerate(told) if incidents] == [OFTEN - 1]
    assert said(told[OFTEN - 1]) == [(Kind.KEYS_BLOCKED_OFTEN, Consequence.WARN)]
    assert said(one.sees(Kind.KEYS_BLOCKED, at(MERGE_MS * 2), combination="Super", count=str(OFTEN))) == [
        (Kind.KEYS_BLOCKED_OFTEN, Consequence.WARN)
    ]


@pytest.mark.parametrize("count", ["", "x", "-5", "9" * 30, "١٢"])
def test_a_count_that_is_none_is_one_or_bounded(count: str) -> None:
    one = Judge(STANDARD)
    one.sees(Kind.POINTER_BLOCKED, at(0), button="right", count=count)
    assert [each.evidence["count"] for each in one.looks(at(MERGE_MS))] == ["1"]


def test_a_link_that_flaps_is_told_once_and_then_counted() -> None:
    one = Judge(STANDARD)
    told = [one.sees(Kind.NETWORK_UP, at(second * 1_000), interface="eth0") for second in range(10)]
    assert [said(incidents) for incidents in told if incidents] == [[(Kind.NETWORK_UP, Consequence.WARN)]]
    later = one.looks(at(MERGE_MS))
    assert said(later) == [(Kind.NETWORK_UP, Consequence.NOTE)]
    assert later[0].evidence == {"interface": "eth0", "count": "9"}
    assert one.looks(at(3 * MERGE_MS)) == ()
    assert said(one.sees(Kind.NETWORK_UP, at(4 * MERGE_MS), interface="eth0")) == [(Kind.NETWORK_UP, Consequence.WARN)]


def test_a_cause_covers_the_screen_once_until_it_is_opened() -> None:
    one = Judge(STANDARD)
    assert said(one.sees(Kind.FOREIGN_WINDOW, at(0), program="xclock")) == [(Kind.FOREIGN_WINDOW, Consequence.LOCK)]
    assert one.sees(Kind.FOREIGN_WINDOW, at(5 * MERGE_MS), program="xclock") == ()
    assert said(one.sees(Kind.FOREIGN_WINDOW, at(5 * MERGE_MS), program="xterm")) == [
        (Kind.FOREIGN_WINDOW, Consequence.LOCK)
    ]
    one.looks(at(6 * MERGE_MS))
    assert one.sees(Kind.FOREIGN_WINDOW, at(6 * MERGE_MS), program="xclock") == ()
    one.history = opened(one.history)
    assert said(one.sees(Kind.FOREIGN_WINDOW, at(6 * MERGE_MS), program="xclock")) == [
        (Kind.FOREIGN_WINDOW, Consequence.LOCK)
    ]


def test_a_log_that_is_read_in_between_lifts_no_cover_and_misses_nothing() -> None:
    one = Judge(STANDARD)
    one.sees(Kind.USB_STORAGE_ADDED, at(0), device="disk")
    one.sees(Kind.USB_STORAGE_ADDED, at(1), device="disk")
    one.sees(Kind.KEYS_BLOCKED, at(2), combination="F1")
    one.history, incidents = rest(one.history, one.rules)
    assert said(incidents) == [(Kind.USB_STORAGE_ADDED, Consequence.NOTE), (Kind.KEYS_BLOCKED, Consequence.NOTE)]
    assert one.sees(Kind.USB_STORAGE_ADDED, at(3), device="disk") == ()
    assert rest(History(), one.rules) == (History(), ())


@pytest.mark.parametrize(
    ("gone", "came", "name", "within_ms"),
    [
        (Kind.INPUT_DEVICE_REMOVED, Kind.INPUT_DEVICE_ADDED, "device", RETURN_MS),
        (Kind.USB_DEVICE_REMOVED, Kind.USB_DEVICE_ADDED, "device", RETURN_MS),
        (Kind.DISPLAY_REMOVED, Kind.DISPLAY_ADDED, "display", REPROBE_MS),
    ],
)
def test_what_is_back_at_once_was_never_away(gone: IncidentKind, came: IncidentKind, name: str, within_ms: int) -> None:
    worst = consequence_of(came, Preset.STRICT)
    for late, expected in ((0, Consequence.NOTE), (1, worst)):
        one = Judge(STRICT)
        one.sees(gone, at(1_000), **{name: "the same"})
        assert said(one.sees(came, at(1_000 + within_ms + late), **{name: "the same"})) == [(came, expected)]
    one = Judge(STRICT)
    one.sees(gone, at(0), **{name: "one"})
    assert said(one.sees(came, at(100), **{name: "another"})) == [(came, worst)]


def test_storage_that_was_away_is_never_taken_for_what_was_there() -> None:
    one = Judge(STANDARD)
    one.sees(Kind.USB_DEVICE_REMOVED, at(0), device="gadget")
    assert said(one.sees(Kind.USB_STORAGE_ADDED, at(100), device="gadget")) == [
        (Kind.USB_STORAGE_ADDED, Consequence.LOCK)
    ]


def test_a_machine_that_wakes_up_may_take_its_time() -> None:
    one = Judge(STRICT)
    one.looks(at(0))
    asleep = 3_600_000
    assert said(one.sees(Kind.FOCUS_LOST, at(500, asleep_ms=asleep), program="")) == [
        (Kind.FOCUS_LOST, Consequence.WARN)
    ]
    assert said(one.sees(Kind.SUSPENDED, at(600, asleep_ms=asleep))) == [(Kind.SUSPENDED, Consequence.PAUSE)]
    assert said(one.sees(Kind.FOREIGN_WINDOW, at(700, asleep_ms=asleep))) == [(Kind.FOREIGN_WINDOW, Consequence.LOCK)]
    later = at(500 + SETTLING_MS, asleep_ms=asleep)
    assert said(one.sees(Kind.FOCUS_LOST, later, program="xterm")) == [(Kind.FOCUS_LOST, Consequence.LOCK)]


def test_what_cannot_be_told_apart_any_more_is_one_cause() -> None:
    one = Judge(STANDARD)
    for number in range(NAMES_A_KIND * 4):
        one.sees(Kind.PROCESS_UNKNOWN, at(number), program=f"p{number}")
    assert len(one.history.causes) == NAMES_A_KIND + 1


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(IncidentKind), st.sampled_from("abc"), st.integers(0, 90_000)), max_size=60
    ),
    preset=st.sampled_from(Preset),
)
def test_whatever_is_noticed_is_told_in_the_end(steps: list[tuple[IncidentKind, str, int]], preset: Preset) -> None:
    """Every observation is in exactly one line: told itself, or counted in another one."""
    one = Judge(Rules(preset=preset))
    told: list[Incident] = []
    awake = 0
    for kind, name, pause in steps:
        awake += pause
        told += one.sees(kind, at(awake), **{CAUSES.get(kind) or "what": name})
        told += one.looks(at(awake))
    told += rest(one.history, one.rules)[1]
    told = [each for each in told if each.kind is not Kind.KEYS_BLOCKED_OFTEN]
    noticed = [kind for kind, _, _ in steps if kind is not Kind.KEYS_BLOCKED_OFTEN]
    for kind in set(noticed):
        lines = [int(each.evidence.get("count", "1")) for each in told if each.kind is kind]
        assert sum(lines) == noticed.count(kind)
