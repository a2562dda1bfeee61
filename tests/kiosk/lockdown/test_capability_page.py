from __future__ import annotations

import re

import pytest

from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.facts import Capability, Concern, Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.policy import REQUIRED, Policy, judge_start
from tests.kiosk.lockdown.capability_page import COLUMNS, PAGE, TABLES, _tables, filled
from tests.kiosk.lockdown.linux_monitors.day import Day
from tests.kiosk.lockdown.test_false_alarms import STRICT


def test_the_page_says_what_the_program_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "python -m tests.kiosk.lockdown.capability_page writes it anew"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_touched_is_seen(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    touched = page.replace(f"<!-- /{name} -->", f"a word\n<!-- /{name} -->")
    assert filled(touched) == page != touched


def test_every_concern_has_a_row_and_every_monitor_stands_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(len(table) == len(Concern) for table in _tables())
    named = set(re.findall(r"`(linux/[a-z-]+)`", page))
    assert {monitor.name for monitor in Day(STRICT, seed=1).monitors()} <= named


def test_a_prepared_seat_starts_everything_and_a_developers_machine_only_practice() -> None:
    for preset in Preset:
        policy = Policy(preset=preset, demanded=preset, required=REQUIRED[preset])
        assert judge_start(policy, _tables()[0]).allowed
        assert judge_start(policy, _tables()[-1]).allowed is (preset is Preset.PRACTICE)


def test_development_prevents_nothing() -> None:
    development = _tables()[[column.key for column in COLUMNS].index("Development")]
    assert all(entry.probe.capability is not Capability.ENFORCED for entry in development)


def test_more_rights_prevent_no_less() -> None:
    prepared, _, root, user, plain, _ = _tables()
    for better, worse in ((prepared, root), (root, user), (user, plain)):
        for one, other in zip(better, worse, strict=True):
            assert one.probe.capability.satisfies(other.probe.capability), one.concern


def test_what_the_page_says_of_strict_is_so() -> None:
    """Three things lock only there."""
    said = {IncidentKind.NETWORK_UP, IncidentKind.INPUT_DEVICE_ADDED, IncidentKind.FOCUS_LOST}
    only_strict = {
        kind
        for kind, entry in CATALOGUE.items()
        if entry.strict is Consequence.LOCK and entry.consequence is not Consequence.LOCK
    }
    assert only_strict == said
