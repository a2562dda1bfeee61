from __future__ import annotations

import re

import pytest

from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.facts import Capability, Concern, Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.policy import REQUIRED, Policy, judge_start
from kiosk.lockdown.windows.verification import VERIFIED
from tests.kiosk.lockdown.capability_page import (
    COLUMNS,
    PAGE,
    TABLES,
    WINDOWS,
    _tables,
    _windows_tables,
    filled,
    windows_capabilities,
)
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


def test_nothing_of_windows_counts_as_prevented_before_somebody_has_seen_it() -> None:
    assert not VERIFIED, "then the page's words about Windows are to be written anew"
    tables = _windows_tables()
    assert len(tables) == len(WINDOWS)
    for table in tables:
        assert [entry.concern for entry in table] == list(Concern)
        assert all(entry.probe.capability is not Capability.ENFORCED for entry in table)
        for preset in Preset:
            policy = Policy(preset=preset, demanded=preset, required=REQUIRED[preset])
            assert judge_start(policy, table).allowed is (preset is Preset.PRACTICE)


def test_every_row_that_windows_does_anything_about_says_that_nobody_has_seen_it() -> None:
    _, _, *rows = windows_capabilities().splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")][1:] for row in rows]
    for number, table in enumerate(_windows_tables()):
        for entry, row in zip(table, cells, strict=True):
            said = "not verified on Windows: " if entry.by else "–"
            assert row[number].startswith(said), entry.concern
    assert "not verified on Windows: prevented" in {cell for row in cells for cell in row}


def test_asking_what_windows_is_meant_to_do_verifies_nothing() -> None:
    before = _windows_tables()
    assert any(
        entry.probe.capability is Capability.ENFORCED for table in _windows_tables(verified=True) for entry in table
    )
    assert _windows_tables() == before
