"""Names of files on a stick, and texts in reports, are anybody's: they are shown, and do nothing to program or terminal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import ui
from exam_packages.office.state import OFFICE_NAME
from signing.canonical import encode
from tests.simulators.day import make_world
from ui.command_line.console import escape
from ui.command_line.main import run

NAMES = (
    b"[red].result",
    b"[bold]\x1b[2J.result",
    b"\xff\xfe.result",
    "\u202etxt.result".encode(),
    b"[link=a\n].result",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = make_world(tmp_path_factory.mktemp("desk"))
    (world.stick / "results").mkdir()
    (world.stick / "seats").mkdir(exist_ok=True)
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(world.stick / "results") + b"/" + name)).write_bytes(b"no bundle")
        report = name.replace(b".result", b".json")
        Path(os.fsdecode(os.fsencode(world.stick / "seats") + b"/" + report)).write_bytes(b"{}")
    return world.folder


@pytest.fixture(autouse=True)
def at_the_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)


def test_files_of_any_name_are_listed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["site", "status", "site", "stick"]) == 0
    shown = capfdbinary.readouterr()
    assert shown.out.count(b"refused") == len(NAMES)
    assert b"\x1b[2J" not in shown.out + shown.err
    assert run(["site", "status", "site", "stick", "--json"]) == 0
    listed = json.loads(capfdbinary.readouterr().out)
    assert len(listed["results"]) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_inspected(name: bytes, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for more in ([], ["--json"]):
        assert run(["inspect", os.fsdecode(b"stick/results/" + name), *more]) == 3
        shown = capfdbinary.readouterr()
        assert b"\x1b[2J" not in shown.out + shown.err


def test_what_an_office_is_called_is_shown_as_it_is(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = desk / "office" / OFFICE_NAME
    told = json.loads(path.read_bytes())
    path.write_bytes(encode(told | {"name": "[bold]Office [/bold]\x1b[2J\u202ereversed"}))
    assert run(["office", "status", "office"]) == 0
    assert "“[bold]Office [/bold]\ufffd[2J\ufffdreversed”" in capfd.readouterr().out


@pytest.mark.parametrize("name", ["[red]request", "[link=a]\x1b[2Jrequest"])
def test_where_a_seat_writes_is_shown_as_it_is(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["seat", "request", "seat", "--out", name]) == 0
    assert f"is in {name.replace(chr(0x1B), chr(0xFFFD))}." in capfd.readouterr().out


def test_there_is_one_way_to_show_what_is_anybodys() -> None:
    folders = [Path(ui.__file__).parent / name for name in ("command_line", "demo")]
    files = [file for folder in folders for file in folder.glob("*.py") if file.name != "console.py"]
    assert [file.name for file in files if "rich.markup" in file.read_text("utf-8")] == []
    assert len(files) > 30


def test_what_controls_a_terminal_is_shown_as_a_mark() -> None:
    assert escape("a\x1b[2Jb\x9b\r\x00\udcff\u202e\u2066") == "a\ufffd[2Jb\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    assert escape("[bold]ü\n\t") == "\\[bold]ü\n\t"
