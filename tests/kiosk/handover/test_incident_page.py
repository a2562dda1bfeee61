"""What a candidate is told of a lockdown log: calm words, no names of programs, and how long the exam stood still."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import START, Followed, LockdownLine
from exam_packages.paper import regular_runs
from kiosk.handover.incident_page import ENTRIES_MAX, minutes, page_of
from kiosk.handover.slip import MARGIN, WIDTH
from kiosk.lockdown.incidents import IncidentKind

MINUTE = 60_000
Told = tuple[str, str, int, dict[str, str]]
KINDS = st.sampled_from([each.value for each in IncidentKind] + ["a-kind-of-later"])


def log(*told: Told) -> list[LockdownLine]:
    return [
        LockdownLine(
            n=n,
            kind=kind,
            followed=Followed(followed),
            wall=UtcMs(1_790_000_000_000 + at),
            since_boot_ms=at,
            evidence=evidence,
            previous=START,
        )
        for n, (kind, followed, at, evidence) in enumerate(told)
    ]


def test_a_quiet_sitting() -> None:
    page = page_of(log(("session-started", "note", 0, {}), ("keys-blocked", "note", 5, {"combination": "Alt+Tab"})))
    assert page.entries == ()
    assert (page.noted, page.stood_still_ms) == (2, 0)


def test_a_lock_lasts_until_it_is_opened() -> None:
    page = page_of(
        log(
            ("foreign-window", "lock", 10 * MINUTE, {"title": "Secret chat", "program": "/usr/bin/chat"}),
            ("display-added", "lock", 11 * MINUTE, {}),
            ("lock-shown", "note", 11 * MINUTE, {}),
            ("lock-opened", "note", 14 * MINUTE, {"number": "0"}),
            ("lock-opened", "note", 14 * MINUTE, {"number": "1"}),
        )
    )
    assert page.stood_still_ms == 4 * MINUTE
    assert [entry.what for entry in page.entries] == ["Another program opened a window.", "A display was connected."]
    assert "chat" not in repr(page).lower()


def test_locks_that_are_opened_one_after_the_other_last_until_the_last_is_opened() -> None:
    page = page_of(
        log(
            ("foreign-window", "lock", 10 * MINUTE, {}),
            ("display-added", "lock", 12 * MINUTE, {}),
            ("lock-opened", "note", 14 * MINUTE, {"number": "0"}),
            ("keys-blocked", "note", 15 * MINUTE, {}),
            ("lock-opened", "note", 19 * MINUTE, {"number": "1"}),
            ("network-up", "warn", 30 * MINUTE, {}),
            ("usb-storage-added", "lock", 40 * MINUTE, {}),
            ("lock-opened", "note", 41 * MINUTE, {"number": "6"}),
            ("session-ended", "note", 60 * MINUTE, {}),
        )
    )
    assert page.stood_still_ms == 10 * MINUTE


@pytest.mark.parametrize("number", ["1", "", "-1", "0 ", "9" * 30, "\u0b66"])
def test_an_opening_of_something_else_opens_nothing(number: str) -> None:
    lines = log(
        ("foreign-window", "lock", 0, {}),
        ("lock-opened", "note", MINUTE, {"number": number}),
        ("session-ended", "note", 3 * MINUTE, {}),
    )
    assert page_of(lines).stood_still_ms == 3 * MINUTE


def test_sleep_behind_a_cover_is_counted_once() -> None:
    lines = log(
        ("foreign-window", "lock", 0, {}),
        ("suspended", "pause", 10 * MINUTE, {"milliseconds": str(4 * MINUTE)}),
        ("lock-opened", "note", 11 * MINUTE, {"number": "0"}),
        ("lock-opened", "note", 12 * MINUTE, {"number": "1"}),
        ("session-ended", "note", 60 * MINUTE, {}),
    )
    assert page_of(lines).stood_still_ms == 12 * MINUTE


def test_a_machine_that_restarted_twice_is_let_in_once_and_its_count_begins_anew() -> None:
    lines = log(
        ("foreign-window", "lock", 30 * MINUTE, {}),
        ("machine-restarted", "lock", MINUTE, {}),
        ("machine-restarted", "lock", MINUTE, {}),
        ("lock-opened", "note", 3 * MINUTE, {"number": "2"}),
        ("lock-opened", "note", 5 * MINUTE, {"number": "0"}),
        ("session-ended", "note", 60 * MINUTE, {}),
    )
    assert page_of(lines).stood_still_ms == 4 * MINUTE


def test_sleep_counts_from_when_it_began() -> None:
    slept = ("suspended", "pause", 10 * MINUTE, {"milliseconds": str(4 * MINUTE)})
    assert page_of(log(slept, ("lock-opened", "note", 11 * MINUTE, {"number": "0"}))).stood_still_ms == 5 * MINUTE


def test_what_nobody_opened_lasts_until_the_end() -> None:
    assert (
        page_of(log(("foreign-window", "lock", 0, {}), ("session-ended", "note", MINUTE, {}))).stood_still_ms == MINUTE
    )


def test_a_kind_that_this_version_does_not_know_is_told_all_the_same() -> None:
    (entry,) = page_of(log(("a-kind-of-later", "warn", 0, {}))).entries
    assert entry.what == "Something on the computer was not as expected."
    assert entry.followed == "Notice shown."


def test_more_than_has_room_is_counted() -> None:
    page = page_of(log(*[("network-up", "warn", n, {}) for n in range(ENTRIES_MAX + 3)]))
    assert (len(page.entries), page.left_out) == (ENTRIES_MAX, 3)


@pytest.mark.parametrize("kind", [*(each.value for each in IncidentKind), "a-kind-of-later"])
@pytest.mark.parametrize("followed", ["warn", "pause", "lock"])
def test_every_line_fits_the_page(kind: str, followed: str) -> None:
    (entry,) = page_of(log((kind, followed, 0, {}))).entries
    (run,) = regular_runs(f"{entry.what} {entry.followed}")
    assert stringWidth(run.text, run.font, 9) <= WIDTH - 2 * MARGIN - 14 * mm


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "less than a minute"), (60_000, "1 minute"), (89_000, "1 minute"), (240_000, "4 minutes")]
)
def test_minutes(ms: int, said: str) -> None:
    assert minutes(ms) == said


@given(
    told=st.lists(
        st.tuples(
            KINDS,
            st.sampled_from([each.value for each in Followed]),
            st.integers(0, 2**40),
            st.dictionaries(st.just("milliseconds"), st.text(max_size=20), max_size=1),
        ),
        max_size=12,
    )
)
def test_any_log_gives_a_page(told: list[Told]) -> None:
    page = page_of(log(*told))
    assert len(page.entries) + page.left_out + page.noted == len(told)
    assert page.stood_still_ms >= 0
