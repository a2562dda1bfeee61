"""The seat's own disk is full: input stops, what was acknowledged is there, and with room again the session goes on."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.ids import ItemId
from exam_packages.session_events import ItemPresented, TextEdited
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from tests.kiosk.seat.sittings import RESPONSE, start, to_first_scored
from tests.simulators.day import CHIDI, World


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting needs rights that are not here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Write until there is no room."""
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(64 * 1024)):
            pass
    assert shutil.disk_usage(disk).free < 64 * 1024


def write_until_refused(running: RunningSession, item: ItemId) -> StorageFault:
    for _ in range(1_000):
        try:
            running.apply(TextEdited(item=item, response=RESPONSE, at=0, deleted=0, inserted="x" * 50_000))
            running.apply(TextEdited(item=item, response=RESPONSE, at=0, deleted=50_000, inserted=""))
        except StorageFault as fault:
            return fault
    pytest.fail("the disk never filled up")


def test_a_disk_that_fills_up_during_a_session(world: World, small_disk: Path) -> None:
    folder = small_disk / "seat"
    shutil.copytree(world.seat_folder, folder)
    seat = Seat.open(folder, clock=world.clock)
    running = start(seat.day(), CHIDI)
    (item,) = to_first_scored(running)
    running.apply(ItemPresented(item=item))
    fill(small_disk)
    assert write_until_refused(running, item).kind is StorageFaultKind.FULL
    before = running.session
    (small_disk / "filler").unlink()
    with pytest.raises(StorageFault):
        running.apply(ItemPresented(item=item))
    running.close()
    seat.close()
    with Seat.open(folder, clock=world.clock) as seat:
        unfinished = seat.day().unfinished()
        assert unfinished is not None
        again = seat.day().resume(unfinished.session, None)
        assert again.session.answers == before.answers
        again.close()


def test_no_room_for_a_session_at_all(world: World, small_disk: Path) -> None:
    folder = small_disk / "seat"
    shutil.copytree(world.seat_folder, folder)
    with Seat.open(folder, clock=world.clock) as seat:
        fill(small_disk)
        with pytest.raises(StorageFault) as fault:
            start(seat.day(), CHIDI)
        assert fault.value.kind is StorageFaultKind.FULL
        (small_disk / "filler").unlink()
        assert seat.status().sessions == ()
        start(seat.day(), CHIDI).close()
