"""The disk is full: at every stage, after any number of bytes. What was saved is there, and can be carried away at once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_packages.ids import SeatId
from kiosk.errors import Missing, StickFault, StickFaultKind, StorageFault, StorageFaultKind
from kiosk.handover.stick import Stick
from kiosk.seat.layout import SeatFolder
from kiosk.seat.rescue import RescuedSeat
from kiosk.seat.seat import Seat
from tests.faults.media import FULL_RUN, PAGE, every_byte, fill, free, make_room, points, small_disk
from tests.faults.small_day import LONG_PIECES, SmallDay, Step, Told, carry_on, fresh_world, wrong_after
from tests.simulators.day import World
from ui.command_line.main import run

_DISK_BYTES = 96 * 1024 * 1024
_DAY_BYTES = 24 * 1024 * 1024
"""More than a day takes of the disk."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", size_bytes=_DISK_BYTES) as mounted:
        yield mounted


@pytest.fixture
def world(tmp_path: Path, disk: Path) -> World:
    """A world with its seat on the small disk; everything else is elsewhere."""
    world = fresh_world(tmp_path / "world")
    shutil.move(world.seat_folder, disk / "seat")
    world.seat_folder = disk / "seat"
    return world


def results_on(stick: Path) -> set[str]:
    return {path.stem for path in Stick(stick).result_files()}


def refuse_reserve(world: World) -> None:
    """Use up the room that is kept: what is left is a disk that takes nothing at all."""
    SeatFolder(world.seat_folder).reserve.unlink(missing_ok=True)


def rescued(world: World, stick: Path) -> set[str]:
    """Bring everything to another stick from a disk that takes not one byte; return the results that arrived."""
    stick.mkdir()
    with RescuedSeat(world.seat_folder, StorageFaultKind.FULL, clock=world.clock) as seat:
        seat.export(stick)
    return results_on(stick)


def kept(world: World) -> dict[str, bytes]:
    """Return every byte that matters: not the lock, not logs and indexes that are empty."""
    return {
        name: data
        for name, data in every_byte(world.seat_folder).items()
        if name != "lock" and not name.endswith(("-shm", "state.db-wal"))
    }


def export_fault(seat: Seat, stick: Path) -> StickFault | None:
    try:
        seat.export(stick)
    except StickFault as fault:
        return fault
    return None


def check_rescue(world: World, told: Told, stick: Path) -> None:
    """What was acknowledged is on a stick, without a byte of room: as a result, or as a journal."""
    results = rescued(world, stick)
    for session, sitting in told.promised.sittings.items():
        if sitting.bundle is None:
            assert (stick / "journals" / session / "journal.db").is_file()
        elif sitting.bundle not in told.promised.erased and not told.promised.erasing:
            assert sitting.bundle in results


_STAGES = [(step, "used up") for step in Step if step is not Step.STATUS]
_STAGES += [(step, "kept") for step in (Step.SITTING, Step.HANDING_IN, Step.ERASE)]


@pytest.mark.parametrize(("stage", "reserve"), _STAGES)
def test_full_to_the_last_byte_before_each_stage(
    world: World, disk: Path, tmp_path: Path, stage: Step, reserve: str
) -> None:
    told = Told()
    day = SmallDay(world, told)
    for step in Step:
        if step is stage:
            break
        day.play(step)
    fill(disk)
    if reserve == "used up":
        refuse_reserve(world)
        fill(disk)
    failure = day.until_it_fails(list(Step)[list(Step).index(stage) :])
    if failure is not None:
        assert isinstance(failure.fault, StorageFault)
        assert failure.fault.kind is StorageFaultKind.FULL
        assert "Free some room" in str(failure.fault)
        fill(disk)
        found = Seat.look(world.seat_folder, clock=world.clock)
        assert found.fault is StorageFaultKind.FULL or Missing.ROOM in found.missing
        check_rescue(world, told, tmp_path / "other-stick")
    make_room(disk)
    assert wrong_after(world, told.promised) == []
    carry_on(world)


@pytest.mark.timeout(36_000 if FULL_RUN else 120)
def test_the_disk_becomes_full_after_so_many_bytes(tmp_path: Path) -> None:
    ended = 0
    sizes = points(_DAY_BYTES // PAGE // 16, few=4)
    for number, left in enumerate(sizes):
        with small_disk(tmp_path / f"disk-{number}", size_bytes=_DISK_BYTES) as disk:
            world = fresh_world(tmp_path / f"world-{number}")
            shutil.move(world.seat_folder, disk / "seat")
            world.seat_folder = disk / "seat"
            told = Told()
            fill(disk, but_bytes=left * 16 * PAGE)
            failure = SmallDay(world, told, pieces=LONG_PIECES).until_it_fails()
            if failure is not None:
                ended += 1
                assert isinstance(failure.fault, StorageFault), failure
                assert failure.fault.kind is StorageFaultKind.FULL, failure
                check_rescue(world, told, tmp_path / f"stick-{number}")
            make_room(disk)
            assert wrong_after(world, told.promised) == [], left
            carry_on(world)
        shutil.rmtree(world.folder)
    sys.stdout.write(f"full after so many bytes: {len(sizes)} days, {ended} ended by a fault\n")
    assert ended > 0


@pytest.mark.timeout(36_000 if FULL_RUN else 120)
def test_a_seat_that_cannot_be_made_leaves_nothing(tmp_path: Path, disk: Path) -> None:
    world = fresh_world(tmp_path / "world")
    for left in points(1024 * 1024 // PAGE, few=5, first=0):
        make_room(disk)
        fill(disk, but_bytes=left * PAGE)
        with pytest.raises(StorageFault) as fault:
            Seat.create(disk / "new", name=SeatId("seat-03"), root=world.office.root, clock=world.clock)
        assert fault.value.kind is StorageFaultKind.FULL
        if (disk / "new" / "seat.json").exists():  # it is a seat, then, as soon as there is room
            make_room(disk)
            assert Seat.look(disk / "new", clock=world.clock).fault is None
            break
        assert not any((disk / "new").glob("*")), "leftovers"
    make_room(disk)


def test_with_the_reserve_a_session_that_was_cut_off_is_sealed_and_carried_away(
    world: World, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told()
    day = SmallDay(world, told)
    assert day.until_it_fails((Step.IMPORT, Step.PIN, Step.SITTING)) is None
    fill(disk)
    assert run(["seat", "export", "--unfinished", str(world.seat_folder), str(world.stick)]) == 0
    assert "1 result on the stick, 1 new" in capsys.readouterr().out
    assert len(results_on(world.stick)) == 1
    assert free(disk) < 3 * 1024 * 1024
    assert run(["seat", "status", str(world.seat_folder)]) == 0
    assert "room on its disk" in capsys.readouterr().out


def test_without_a_byte_of_room_the_command_line_still_looks_and_carries_away(
    world: World, disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told()
    assert SmallDay(world, told).until_it_fails((Step.IMPORT, Step.PIN, Step.SITTING, Step.HANDING_IN)) is None
    (sitting,) = told.promised.sittings.values()
    refuse_reserve(world)
    fill(disk)
    before = kept(world)
    assert run(["seat", "status", str(world.seat_folder)]) == 0
    assert "The disk is full." in capsys.readouterr().err
    stick = tmp_path / "stick"
    stick.mkdir()
    assert run(["seat", "export", str(world.seat_folder), str(stick)]) == 0
    said = capsys.readouterr()
    assert "1 result on the stick, 1 new" in said.out
    assert "export again" in said.err
    assert results_on(stick) == {sitting.bundle}
    assert kept(world) == before
    for command in (["import"], ["receipts"]):
        assert run(["seat", *command, str(world.seat_folder), str(stick)]) == 4
        assert "Free some room" in capsys.readouterr().err


def test_a_full_stick_is_said_and_another_one_takes_everything(world: World, tmp_path: Path) -> None:
    told = Told()
    day = SmallDay(world, told)
    assert day.until_it_fails((Step.IMPORT, Step.PIN, Step.SITTING, Step.HANDING_IN)) is None
    with small_disk(tmp_path / "full-stick", size_bytes=4 * 1024 * 1024) as stick:
        for left in points(40, few=6, first=0):
            make_room(stick)
            fill(stick, but_bytes=left * PAGE)
            with world.seat() as seat:
                fault = export_fault(seat, stick)
            assert fault is None or (fault.kind is StickFaultKind.FULL and "no room" in str(fault))
            for path in Stick(stick).result_files():
                assert path.read_bytes() == SeatFolder(world.seat_folder).bundle(path.stem).read_bytes()  # type: ignore[arg-type]  # the name is the digest
    day.play(Step.EXPORT)
    assert wrong_after(world, told.promised) == []
