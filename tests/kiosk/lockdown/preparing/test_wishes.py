"""What cannot be wished for is refused with what to do instead."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from kiosk.lockdown.preparing.wishes import CannotPrepare, Wishes

SEAT = PurePosixPath("/var/lib/exam-seat")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("/tmp/kiosk/.venv/bin/kiosk", "hidden from the service: put it in /opt"),
        ("/home/admin/kiosk", "hidden from the service"),
        ("/opt/kiosk/.venv/bin/kiosk", "no name begins with a point"),
        ("/opt/the kiosk/kiosk", "of letters, digits"),
        ("kiosk", "a path from /"),
    ],
)
def test_a_program_that_the_service_could_not_start(program: str, why: str) -> None:
    with pytest.raises(CannotPrepare) as refused:
        Wishes(program=PurePosixPath(program), seat=SEAT)
    assert why in str(refused.value)
    assert program in str(refused.value)


def test_a_program_in_its_place() -> None:
    assert Wishes(program=PurePosixPath("/opt/kiosk/kiosk"), seat=SEAT).user == "exam"
