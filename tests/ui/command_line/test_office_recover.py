"""`kiosk office recover`: what the office reads of a session that no seat could seal."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from exam_packages.ids import SessionId
from kiosk.seat.layout import SESSION_KEY, SeatFolder
from tests.kiosk.seat.sittings import answer, start, to_first_scored
from tests.simulators.day import ANA, PASSPHRASE, World, make_world
from ui.command_line.main import run


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    return make_world(tmp_path / "world")


def begun(world: World) -> SessionId:
    with world.seat() as seat:
        running = start(seat.day(), ANA)
        item, *_ = to_first_scored(running)
        answer(running, item, "A")
        return running.plan.session


def recover(world: World, folder: Path, *more: str | Path) -> int:
    return run(["office", "recover", str(world.office.folder), str(folder), *map(str, more)])


def answered(recovered: dict[str, Any]) -> list[list[str]]:
    return [each["value"] for each in recovered["answers"] if each["value"]]


def test_the_disk_of_a_dead_seat(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = begun(world)
    folder = SeatFolder(world.seat_folder).session(session)
    to = tmp_path / "recovered.json"
    assert recover(world, folder, "--to", to) == 0
    said = capsys.readouterr()
    assert f"Session {session}." in said.err
    assert "Nothing of it is damaged." in said.err
    assert "in clear" in said.out
    recovered = json.loads(to.read_bytes())
    assert recovered["session"] == session
    assert recovered["damage"] == []
    assert recovered["unbroken"] == recovered["acknowledged"] == len(recovered["records"])
    assert {record["link"] for record in recovered["records"]} == {"fits"}
    assert ["A"] in answered(recovered)
    assert ["A"] in [each["value"] for each in recovered["state"]["answers"]]
    assert recovered["checkpoints"][-1]["head"]
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_a_damaged_journal_that_was_set_aside_and_came_on_the_stick(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    session = begun(world)
    journal = SeatFolder(world.seat_folder).session(session) / "journal.db"
    data = bytearray(journal.read_bytes())
    for page in range(2, len(data) // 4096):  # all but the first two: most of it, and not the way to it
        data[page * 4096 + 2_000] ^= 1
    journal.write_bytes(data)
    assert run(["seat", "set-aside", str(world.seat_folder), session, "--yes"]) == 0
    assert run(["seat", "export", str(world.seat_folder), str(world.stick)]) == 0
    capsys.readouterr()
    assert recover(world, world.stick / "journals" / session) == 3
    said = capsys.readouterr()
    recovered = json.loads(said.out)
    assert recovered["damage"]
    for each in recovered["damage"]:
        assert f"Damaged: {each['says']}." in said.err
    assert recovered["acknowledged"] > len(recovered["records"])


def test_a_key_that_is_lost_in_the_folder_is_given_apart(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = SeatFolder(world.seat_folder).session(begun(world))
    key = (folder / SESSION_KEY).rename(tmp_path / "key.json")
    assert recover(world, folder) == 3
    assert f"{SESSION_KEY}: is missing. Give the folder of one session, or with --key" in capsys.readouterr().err
    assert recover(world, folder, "--key", key, "--to", tmp_path / "recovered.json") == 0


def test_the_key_of_another_session(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = SeatFolder(world.seat_folder).session(begun(world))
    other = make_world(tmp_path / "other")
    key = SeatFolder(other.seat_folder).session_key(begun(other))
    assert recover(other, folder, "--key", key) == 4, "its key opens nothing here"
    assert "the key does not open it" in capsys.readouterr().err


def test_no_journal_beside_the_key(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    folder = SeatFolder(world.seat_folder).session(begun(world))
    (folder / "journal.db").unlink()
    assert recover(world, folder) == 4
    assert "it is not there" in capsys.readouterr().err
