import pytest

from ui.demo.waiting import Deadline, NeverCameError, Stopwatch, wait_for


def test_returns_what_was_seen_first() -> None:
    looks = iter([None, None, "there", "later"])

    assert wait_for(lambda: next(looks), what="it", deadline_s=5) == "there"


def test_gives_up_at_the_deadline_and_says_what_did_not_come() -> None:
    watch = Stopwatch()

    with pytest.raises(NeverCameError, match=r"the screen: not within 0\.05 s"):
        wait_for(lambda: None, what="the screen", deadline_s=0.05)

    assert 0.05 <= watch.seconds() < 2


def test_looks_once_even_without_any_time() -> None:
    assert wait_for(lambda: 0, what="zero is something", deadline_s=0) == 0


def test_a_deadline_never_has_less_than_nothing_left() -> None:
    assert Deadline(-5).left_s() == 0
    assert 0 < Deadline(60).left_s() <= 60
