from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.upload.faults import Reason, UploadFault
from kiosk.upload.patience import RETRY_AFTER_MAX_S, WAIT_MAX_S, Patience
from tests.kiosk.upload.outbox import Waits

PASSING = UploadFault(Reason.CUT, "server")


class Fails:
    """Raises so many times, then works."""

    def __init__(self, times: int, fault: UploadFault = PASSING) -> None:
        self.calls = 0
        self._times = times
        self._fault = fault

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._times:
            raise self._fault
        return "done"


def ignore(fault: UploadFault, seconds: float) -> None:
    del fault, seconds


def test_what_works_at_once_waits_for_nothing() -> None:
    waits = Waits()
    assert waits.patience().trying(Fails(0), ignore) == "done"
    assert waits.seconds == []


def test_waits_double_and_end() -> None:
    waits, action = Waits(), Fails(100)
    told: list[tuple[Reason, float]] = []
    with pytest.raises(UploadFault):
        waits.patience(8).trying(action, lambda fault, seconds: told.append((fault.reason, seconds)))
    assert action.calls == 8
    assert waits.seconds == [1, 2, 4, 8, 16, 30, 30]
    assert told == [(Reason.CUT, seconds) for seconds in waits.seconds]


def test_what_does_not_pass_is_not_tried_again() -> None:
    waits, action = Waits(), Fails(1, UploadFault(Reason.NOT_ALLOWED, "server"))
    with pytest.raises(UploadFault):
        waits.patience().trying(action, ignore)
    assert (action.calls, waits.seconds) == (1, [])


def test_a_server_may_ask_for_more() -> None:
    waits = Waits()
    asked = Fails(1, UploadFault(Reason.BUSY, "server", retry_after_s=45))
    assert waits.patience().trying(asked, ignore) == "done"
    too_long = Fails(1, UploadFault(Reason.BUSY, "server", retry_after_s=10**6))
    assert waits.patience().trying(too_long, ignore) == "done"
    assert waits.seconds == [45, RETRY_AFTER_MAX_S]


@given(st.integers(1, 60), st.floats(0, 1, exclude_max=True))
def test_a_wait_lies_between_half_and_the_whole(failed_tries: int, chance: float) -> None:
    whole = min(WAIT_MAX_S, 2.0 ** (failed_tries - 1))
    wait = Patience(pause=lambda _: None, chance=lambda: chance).wait_s(failed_tries)
    assert whole / 2 <= wait <= whole
