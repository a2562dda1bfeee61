"""`kiosk seat mirror`: set, said, and off again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.seat.seat import Seat
from tests.simulators.day import World, make_world
from ui.command_line import main as command_line


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert command_line.run(["seat", *words]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_it_is_set_said_and_switched_off(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seat, medium = str(world.seat_folder), tmp_path / "m"
    assert said(capsys, "mirror", seat) == "No second copies are kept."
    assert "Second copies are kept in" in said(capsys, "mirror", seat, str(medium))
    assert Seat.look(world.seat_folder, clock=world.clock).mirror == medium
    assert "Second copies" in said(capsys, "status", seat)
    assert said(capsys, "mirror", seat, "--off") == "No second copies are kept."
    assert Seat.look(world.seat_folder, clock=world.clock).mirror is None


def test_a_medium_that_takes_no_copy_now_is_said_to(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seat = str(world.seat_folder)
    assert command_line.run(["seat", "mirror", seat, str(tmp_path / "not there")]) == 0
    assert "no such folder now" in capsys.readouterr().err
    assert command_line.run(["seat", "mirror", seat, str(tmp_path)]) == 0
    assert "seat's own disk" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert command_line.run(["seat", "mirror", seat, str(tmp_path / "file")]) == 2
    assert command_line.run(["seat", "mirror", seat, str(tmp_path / "half\udcff")]) == 3
    assert Seat.look(world.seat_folder, clock=world.clock).mirror == tmp_path


def test_a_folder_and_off_are_too_much(world: World, tmp_path: Path) -> None:
    assert command_line.run(["seat", "mirror", str(world.seat_folder), str(tmp_path), "--off"]) != 0
    assert Seat.look(world.seat_folder, clock=world.clock).mirror is None
