"""A medium that cannot be written to: the seat is looked at, its results are carried away; once it can be, the day goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.handover.stick import Stick
from kiosk.seat.seat import Seat
from tests.faults.media import every_byte, read_only, small_disk
from tests.faults.recovery import answers_of
from tests.faults.small_day import SmallDay, Step, Told, carry_on, fresh_world, wrong_after
from ui.command_line.main import run

_DISK_BYTES = 64 * 1024 * 1024


@pytest.mark.parametrize("after", [Step.IMPORT, Step.SITTING, Step.HANDING_IN])
def test_read_only_between_two_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str], after: Step) -> None:
    with small_disk(tmp_path / "disk", size_bytes=_DISK_BYTES) as disk:
        world = fresh_world(tmp_path / "world")
        shutil.move(world.seat_folder, disk / "seat")
        world.seat_folder = disk / "seat"
        told = Told()
        day = SmallDay(world, told)
        for step in Step:
            day.play(step)
            if step is after:
                break
        before = every_byte(disk)
        stick = tmp_path / "other-stick"
        stick.mkdir()
        with read_only(disk):
            with pytest.raises(StorageFault) as fault:
                Seat.open(world.seat_folder, clock=world.clock)
            assert fault.value.kind is StorageFaultKind.READ_ONLY
            for command in (["import", str(disk / "seat"), str(stick)], ["erase", str(disk / "seat"), "--all"]):
                assert run(["seat", *command]) == 4
                assert "Check the folder's rights or restart the computer" in capsys.readouterr().err
            assert run(["seat", "status", str(disk / "seat")]) == 0
            assert "The disk cannot be written to." in capsys.readouterr().err
            assert run(["seat", "export", str(disk / "seat"), str(stick)]) == 0
            assert "once its disk is in order, export again" in capsys.readouterr().err
        assert every_byte(disk) == before
        for session, sitting in told.promised.sittings.items():
            if sitting.bundle is None:
                assert (stick / "journals" / session / "session.key.json").is_file()
            else:
                assert {path.stem for path in Stick(stick).result_files()} == {sitting.bundle}
        assert wrong_after(world, told.promised) == []
        carry_on(world)


def test_what_is_rescued_is_opened_by_the_office(tmp_path: Path) -> None:
    """The journal of a session that could not be sealed comes to the office as files, and the scoring key opens them."""
    world = fresh_world(tmp_path / "world")
    with small_disk(tmp_path / "disk", size_bytes=_DISK_BYTES) as disk:
        shutil.move(world.seat_folder, disk / "seat")
        world.seat_folder = disk / "seat"
        told = Told()
        assert SmallDay(world, told).until_it_fails((Step.IMPORT, Step.PIN, Step.SITTING)) is None
        stick = tmp_path / "other-stick"
        stick.mkdir()
        with read_only(disk):
            assert run(["seat", "export", str(disk / "seat"), str(stick)]) == 0
        with Seat.open(world.seat_folder, clock=world.clock) as seat:
            verify_key = seat.verify_key
    ((session, sitting),) = told.promised.sittings.items()
    assert answers_of(world, stick / "journals" / session, session, verify_key) == sitting.answers
