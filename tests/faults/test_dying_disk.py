"""A disk that dies for real: a file system in a file whose own disk has no room. Writes are taken, and syncs fail afterwards.

Nothing is injected: the kernel says EIO, ext4 gives its journal up and turns read-only. Then the disk is mended and looked at.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import StorageFault
from tests.faults.media import fill, make_room, run, small_disk
from tests.faults.small_day import LONG_PIECES, SmallDay, Step, Told, carry_on, fresh_world, wrong_after

_BACKING_BYTES = 80 * 1024 * 1024
_IMAGE_BYTES = 64 * 1024 * 1024


@pytest.fixture
def backing(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "backing", size_bytes=_BACKING_BYTES) as disk:
        image = disk / "seat.img"
        with image.open("wb") as file:
            file.truncate(_IMAGE_BYTES)
        if shutil.which("mkfs.ext4") is None:
            pytest.skip("mkfs.ext4 is missing (apt-get install e2fsprogs)")
        run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
        yield disk
        subprocess.run(["umount", str(tmp_path / "disk")], check=False, capture_output=True)


def mount(image: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-o", "loop", str(image), str(folder)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting a file needs rights that are not here")


def test_a_disk_that_dies_under_the_candidate(tmp_path: Path, backing: Path) -> None:
    disk = tmp_path / "disk"
    mount(backing / "seat.img", disk)
    world = fresh_world(tmp_path / "world")
    shutil.move(world.seat_folder, disk / "seat")
    world.seat_folder = disk / "seat"
    told = Told()
    day = SmallDay(world, told, pieces=LONG_PIECES)
    assert day.until_it_fails((Step.IMPORT, Step.PIN)) is None
    run("sync")
    fill(backing)
    failure = day.until_it_fails((Step.SITTING, Step.HANDING_IN))
    assert failure is not None
    assert isinstance(failure.fault, StorageFault)
    assert failure.fault.kind.leaves_reading, failure.fault
    assert "What was saved is safe." in str(failure.fault)
    run("umount", str(disk))
    make_room(backing)
    subprocess.run(["e2fsck", "-p", str(backing / "seat.img")], check=False, capture_output=True)
    mount(backing / "seat.img", disk)
    assert wrong_after(world, told.promised) == []
    carry_on(world)
