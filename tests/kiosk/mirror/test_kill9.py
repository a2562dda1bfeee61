"""``kill -9`` in the middle of both writings: the copy is always a beginning of the seat's journal, and catches up.

Four times; as often as ``KIOSK_TEST_KILLS`` says.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from kiosk.journal.checking import check_journal
from kiosk.journal.store import DATABASE_NAME
from kiosk.mirror.layout import ABOUT
from kiosk.mirror.writing import HELD_RECORDS
from kiosk.seat.seat import Seat
from tests.kiosk.kill_worker import ShiftedClock
from tests.kiosk.mirror.media import copies
from tests.kiosk.mirror.test_seat import MEMORY, opened
from tests.kiosk.test_kill9 import killed_after, worker
from tests.simulators.day import World

KILLS: Final = int(os.environ.get("KIOSK_TEST_KILLS", "4"))


@pytest.fixture
def medium(world: World) -> Iterator[Path]:
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == world.seat_folder.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.mark.timeout(60 + 10 * KILLS)
def test_the_copy_never_holds_what_the_seat_does_not(world: World, medium: Path) -> None:
    with world.seat() as seat:
        seat.set_mirror(medium)
    chance = random.Random(11)
    compared = 0
    for _ in range(KILLS):
        last = killed_after(worker(world), chance.uniform(0.0, 0.8))
        with Seat.open(world.seat_folder, clock=ShiftedClock(world.clock.utc_ms())) as seat:
            unfinished = seat.day().unfinished()
            assert unfinished is not None
            here = seat._parts.files.check(unfinished.session)
            assert len(here.lines) >= last
            there = [folder for folder in copies(medium) if (folder / DATABASE_NAME).exists()]
            assert len(there) <= 1, "a copy that was cut off is gone on with"
            if not there or not (there[0] / ABOUT).exists():
                continue
            copy = check_journal(
                there[0],
                session=unfinished.session,
                key=seat._parts.files.key_of(unfinished.session),
                verify_key=seat.verify_key,
            )
            assert copy.lines == here.lines[: len(copy.lines)]
            assert len(here.lines) - len(copy.lines) <= HELD_RECORDS
            compared += 1
    assert compared, "no kill came after the copy was there"
    with Seat.open(world.seat_folder, clock=ShiftedClock(world.clock.utc_ms())) as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        seat.day().resume(unfinished.session, None).close()
        assert opened(seat, copies(medium)[0]) == seat._parts.files.check(unfinished.session)
