"""The stick is pulled out while it is written to, at any moment. Nothing that the seat had is lost; the next export is whole."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import StickFault, StickFaultKind
from kiosk.handover.stick import Stick
from kiosk.seat.layout import SeatFolder
from tests.faults.failing import ANY, FailingDisk, Wish, failing_disk
from tests.faults.media import FULL_RUN, points, read_only, run, small_disk
from tests.faults.small_day import SmallDay, Step, Told, carry_on, fresh_world, wrong_after
from tests.kiosk.seat.sittings import sit
from tests.simulators.day import ANA, BORIS, World, make_world, unbind
from ui.command_line.main import run as kiosk

_SAT = (Step.IMPORT, Step.PIN, Step.SITTING, Step.HANDING_IN)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailingDisk]:
    with failing_disk(tmp_path_factory.mktemp("failing")) as worker:
        yield worker


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[Path]:
    """A stick that keeps what is on it when it is pulled out: a file system in a file."""
    image = tmp_path / "stick.img"
    with image.open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is missing (apt-get install e2fsprogs)")
    run("mkfs.ext4", "-q", str(image))
    yield image
    subprocess.run(["umount", str(tmp_path / "world" / "stick")], check=False, capture_output=True)


def put_in(medium: Path, stick: Path) -> None:
    mounted = subprocess.run(["mount", "-o", "loop", str(medium), str(stick)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting a stick needs rights that are not here")


def pull_out(stick: Path) -> None:
    """Take it away under the hands of whoever writes to it; its empty folder stays behind."""
    run("umount", "-l", str(stick))


def copy_of(world: World, folder: Path) -> World:
    shutil.copytree(world.folder, folder)
    return World(folder, world.exams)


def whole_files(world: World) -> int:
    """Check that every result on the stick is whole; return how many there are."""
    paths = Stick(world.stick).result_files()
    for path in paths:
        assert path.read_bytes() == (SeatFolder(world.seat_folder).outbox / path.name).read_bytes()
    return len(paths)


@pytest.mark.parametrize("before", [1, 2])
def test_pulled_out_between_two_results(tmp_path: Path, medium: Path, before: int) -> None:
    world = make_world(tmp_path / "world")
    put_in(medium, world.stick)
    with world.seat() as seat:
        sit(seat.day(), ANA)
        sit(seat.day(), BORIS)

        def pull(done: int, total: int, what: str) -> None:
            if done == before:
                pull_out(world.stick)

        with pytest.raises(StickFault) as fault:
            seat.export(world.stick, progress=pull)
        assert fault.value.kind is StickFaultKind.GONE
        assert "Put it in again and repeat; nothing is lost." in str(fault.value)
        exported = [row.exported is not None for row in seat._parts.state.outbox.all()]
        assert exported == [number < before for number in (1, 2)], "noted as on the stick, and is not"
        put_in(medium, world.stick)
        assert whole_files(world) >= before - 1
        seat.export(world.stick)
        assert whole_files(world) == 2


@pytest.mark.timeout(36_000 if FULL_RUN else 300)
@pytest.mark.parametrize(
    ("error", "kinds"),
    [(errno.ENODEV, {"gone"}), (errno.EIO, {"io", "gone"}), (errno.ENOSPC, {"full"}), (errno.EROFS, {"read-only"})],
    ids=["gone", "failing", "full", "read-only"],
)
def test_the_stick_fails_from_any_call_on(disk: FailingDisk, tmp_path: Path, error: int, kinds: set[str]) -> None:
    sat = fresh_world(tmp_path / "sat")
    told = Told()
    assert SmallDay(sat, told).until_it_fails(_SAT) is None
    unbind(sat.seat_folder)
    counting = copy_of(sat, tmp_path / "counting")
    count = disk.play(counting, Wish(below=counting.stick, calls=ANY, at=0), steps=[Step.EXPORT]).calls
    assert count > 5
    sys.stdout.write(f"the stick is {kinds}: {count} calls, {len(points(count, few=3))} exports\n")
    for at in points(count, few=3):
        world = copy_of(sat, tmp_path / f"{at}")
        outcome = disk.play(
            world, Wish(below=world.stick, calls=ANY, at=at, error=error, forever=True), steps=[Step.EXPORT]
        )
        assert (outcome.fault, outcome.kind in kinds) == ("stick-fault", True), (at, outcome)
        whole_files(world)
        assert wrong_after(world, told.promised) == [], at
        carry_on(world)
        shutil.rmtree(world.folder)


def test_a_read_only_stick_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = make_world(tmp_path / "world")
    with world.seat() as seat:
        sit(seat.day(), ANA)
    with small_disk(tmp_path / "stick", size_bytes=8 * 1024 * 1024) as stick:
        with read_only(stick):
            assert kiosk(["seat", "export", str(world.seat_folder), str(stick)]) == 4
            assert "Move its switch, or use another one." in capsys.readouterr().err
        assert kiosk(["seat", "export", str(world.seat_folder), str(stick)]) == 0
