"""A seat that is older than it once was, on the command line: what is said, and with which exit code."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from exam_packages.ids import SessionId, UtcMs
from kiosk.seat.layout import SeatFolder
from kiosk.seat.rollback import LostAnswers, Rollback, RollbackSource
from tests.kiosk.seat.sittings import sit
from tests.simulators.day import CHIDI, World, make_world
from ui.command_line import main as command_line
from ui.command_line.seat_rollback import missing_sentence

SESSION = SessionId("01J8ZZZZZZZZZZZZZZZZZZZZZZ")


def run(*words: str | Path) -> int:
    return command_line.run([str(word) for word in words])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A seat that has exported a result, and was put back to before it."""
    made = make_world(tmp_path / "world")
    with made.seat():
        pass
    shutil.copytree(made.seat_folder, tmp_path / "yesterday")
    with made.seat() as seat:
        sit(seat.day(), CHIDI)
        seat.export(made.stick)
        (tmp_path / "code").write_text(seat.status().code, encoding="ascii")
    shutil.rmtree(made.seat_folder)
    shutil.copytree(tmp_path / "yesterday", made.seat_folder)
    SeatFolder(made.seat_folder).place.unlink()
    return made


def code_of(world: World) -> str:
    return (world.folder.parent / "code").read_text(encoding="ascii")


def test_it_is_told_and_accepted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    seat, stick = world.seat_folder, world.stick
    assert run("seat", "status", seat) == 0
    assert "older than it once was" not in capsys.readouterr().err
    assert run("seat", "export", seat, stick) == 0
    said = capsys.readouterr().err
    assert "1 result and 1 answer of session" in said
    assert "Told by a mark of this seat on a stick" in said
    assert run("seat", "status", seat) == 0
    assert "Do not use this seat" in capsys.readouterr().err
    assert run("site", "status", world.folder / "site", stick) == 0
    assert run("seat", "export", seat, stick) == 0
    capsys.readouterr()
    assert run("site", "status", world.folder / "site", stick, "--json") == 0
    (line,) = json.loads(capsys.readouterr().out)["seats"]
    assert line["missing"][0] == "rolled-back"
    assert run("seat", "accept-rollback", seat, "--reason", "", "--by", "jonas", "--yes") == 3
    assert run("seat", "accept-rollback", seat, "--reason", "a backup", "--by", "jonas", "--yes") == 0
    assert run("seat", "accept-rollback", seat, "--reason", "a backup", "--by", "jonas", "--yes") == 3
    capsys.readouterr()
    assert run("seat", "export", seat, stick) == 0
    assert "Note the seat's code in the day book" in capsys.readouterr().out


def test_nobody_accepts_by_accident(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.command_line.seat_rollback.typer.confirm", lambda *_args, **_kwargs: False)
    assert run("seat", "export", world.seat_folder, world.stick) == 0
    assert run("seat", "accept-rollback", world.seat_folder, "--reason", "a backup", "--by", "jonas") == 0
    with world.seat() as seat:
        assert seat.status().rollback is not None


def test_where_nobody_answers_nothing_is_accepted(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("seat", "export", world.seat_folder, world.stick) == 0
    assert run("seat", "accept-rollback", world.seat_folder, "--reason", "a backup", "--by", "jonas") == 130
    assert "nobody answered" in capsys.readouterr().err
    with world.seat() as seat:
        assert seat.status().rollback is not None


def test_a_copied_folder_wants_its_adoption_still(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    seat = world.seat_folder
    assert run("seat", "export", seat, world.stick) == 0
    copy = seat.with_name("copy")
    shutil.copytree(seat, copy)
    capsys.readouterr()
    assert run("seat", "accept-rollback", copy, "--reason", "a backup", "--by", "jonas", "--yes") == 0
    said = capsys.readouterr().out
    assert "kiosk seat adopt" in said
    assert "works again" not in said


def test_a_code_is_compared(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with world.seat() as seat:
        own = seat.status().code
    assert run("seat", "check-code", world.seat_folder, own) == 0
    assert "exactly as it was" in capsys.readouterr().out
    number, rest = own.split("-", 1)
    assert run("seat", "check-code", world.seat_folder, f"{int(number) + 500}-{rest}") == 3
    assert "never gave this code" in capsys.readouterr().out
    assert run("seat", "check-code", world.seat_folder, own[:-1]) == 3
    capsys.readouterr()
    assert run("seat", "check-code", world.seat_folder, code_of(world)) == 3
    assert "does not know it any more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("results", "sessions", "made", "said"),
    [
        (0, (), None, "something that it had is not here"),
        (1, (), None, "1 result that it had is not here"),
        (2, ((True, 3, 14),), None, f"2 results and 14 answers of session {SESSION} that it had are not here"),
        (0, ((True, 3, 0),), None, f"3 records of session {SESSION} that it had are not here"),
        (0, ((True, 0, 0),), None, f"the way that session {SESSION} had gone that it had is not here"),
        (1, (), 0, "1 result that it had on 19"),
    ],
)
def test_what_is_missing_is_one_sentence(
    results: int, sessions: tuple[tuple[bool, int, int], ...], made: int | None, said: str
) -> None:
    rollback = Rollback(
        source=RollbackSource.STICK,
        found=UtcMs(0),
        made=None if made is None else UtcMs(made),
        results=results,
        sessions=tuple(
            LostAnswers(session=SESSION, known=known, records=records, answers=answers)
            for known, records, answers in sessions
        ),
        mark=1,
        bundles=1,
        bundle=None,
    )
    assert said in missing_sentence(rollback)
