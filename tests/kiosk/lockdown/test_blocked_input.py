from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.blocked_input import COMBINATIONS_MAX, OTHERS, BlockedInput
from kiosk.lockdown.catalogue import CATALOGUE


def test_nothing_blocked_says_nothing() -> None:
    assert BlockedInput().lines() == ()


def test_each_combination_is_one_line_with_its_count() -> None:
    blocked = BlockedInput()
    for combination in ("Alt+Tab", "Print", "Alt+Tab"):
        blocked.key(combination)
    blocked.button("right")
    blocked.drag()
    said = [(each.kind.value, dict(each.evidence)) for each in blocked.lines()]
    assert said == [
        ("keys-blocked", {"combination": "Alt+Tab", "count": "2"}),
        ("keys-blocked", {"combination": "Print", "count": "1"}),
        ("pointer-blocked", {"button": "right", "count": "1"}),
        ("drag-blocked", {"count": "1"}),
    ]
    assert blocked.lines() == ()


@given(st.lists(st.text(min_size=1, max_size=3), max_size=60))
def test_nothing_is_lost_in_the_counting(combinations: list[str]) -> None:
    blocked = BlockedInput()
    for combination in combinations:
        blocked.key(combination)
    lines = blocked.lines()
    assert sum(int(line.evidence["count"]) for line in lines) == len(combinations)
    assert len(lines) <= COMBINATIONS_MAX + 1
    for line in lines:
        assert set(line.evidence) == set(CATALOGUE[line.kind].evidence)
    assert (OTHERS in {line.evidence["combination"] for line in lines}) >= (len(set(combinations)) > COMBINATIONS_MAX)
