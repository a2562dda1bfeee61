"""More seats for the world of a test, and a medium that is no part of its disk."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from exam_packages.ids import SeatId
from kiosk.handover.stick import Stick
from kiosk.seat.seat import Seat
from kiosk.site.seats import certify
from tests.simulators.clock import FakeClock
from tests.simulators.day import World, make_world

SHARED_MEMORY = Path("/dev/shm")
SECOND = SeatId("seat-02")
THIRD = SeatId("seat-03")


def add_seat(world: World, name: SeatId = SECOND, *, folder: str | None = None) -> Path:
    """Make one more seat of the world's site, certified and with everything imported."""
    place = world.folder / (folder or name)
    with Seat.create(place, name=name, root=world.office.root, clock=world.clock) as seat:
        (world.stick / "requests" / f"{name}.seat-request").write_bytes(seat.request())
        certify(world.site, Stick(world.stick))
        report = seat.import_from(world.stick)
        assert not report.refused, [str(file.refused) for file in report.refused]
    return place


def make_two_seats(folder: Path) -> World:
    """Copy a world whose site has two seats: making the second costs more than copying it."""
    template = _two_seats()
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    for place in folder.glob("*/place.json"):
        place.unlink()
    return World(folder, template.exams)


@cache
def _two_seats() -> World:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-two-seats-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = make_world(folder / "world")
    add_seat(world)
    return world


@contextmanager
def medium() -> Iterator[Path]:
    """A medium of its own."""
    if not SHARED_MEMORY.is_dir():
        pytest.skip("there is no second file system here to keep a second copy on")
    folder = Path(tempfile.mkdtemp(prefix="kiosk-mirror-", dir=SHARED_MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def another_machine(clock: FakeClock) -> FakeClock:
    """The clock of another machine: the same wall time, started at another moment."""
    other = FakeClock()
    other.set_wall(clock.utc_ms())
    other.reboot()
    return other
