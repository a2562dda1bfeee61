"""Small mistakes of people at a desk: each ends with a sentence that says what was wrong and what to do."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from exam_packages.ids import Digest
from exam_packages.office import Office
from signing.errors import ContentRefused
from tests.simulators.day import PASSPHRASE, SITE, make_world
from ui.command_line import console, main
from ui.command_line import office as office_commands
from ui.command_line.main import run

MEMORY = Path("/dev/shm")
LIST = (
    "appointment,candidate,name,exam,start\n"
    "x-1,c-1,Ana Ruiz,contact-senter,2026-11-22T09:00:00+01:00\n"
    "x-2,c-2,Bo Lind,contact-senter,2026-11-22T09:00:00+01:00\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has built two exams, a site, a stick, a seat."""
    world = make_world(tmp_path_factory.mktemp("desk"))
    (world.folder / "root.json").write_bytes(world.office.root)
    return world.folder


@pytest.fixture(autouse=True)
def at_the_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)


@pytest.mark.parametrize(
    "words",
    [
        ["seat", "init", "seat", "--name", "seat-09", "--root", "root.json"],
        ["site", "init", "site", "--name", "Berlin", "--root", "root.json"],
        ["office", "init", "office", "--name", "Board"],
        ["office", "publish", "office", "--out", "stick/drop"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_is_there_already_is_named_and_left_alone(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 4
    said = capsys.readouterr().err
    folder = words[2] if words[1] == "init" else words[-1]
    assert re.search(f"“.*{re.escape(folder)}” exists already; choose another name or an empty folder.", said)


def test_an_exam_that_nobody_built_is_asked_about_when_the_roster_is_written(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "list.csv").write_text(LIST)
    assert run(["office", "roster", "office", SITE, "list.csv"]) == 0
    shown = capsys.readouterr()
    assert f"{SITE}: 2 appointments." in shown.out
    assert "2 appointments for “contact-senter”, which is not built here yet: check the spelling" in shown.err
    assert "ccm-operations" in shown.err.rpartition("Built: ")[2], "the right name can be read off"


def test_a_stick_with_nothing_on_it_is_said(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "holidays.txt").write_bytes(b"?")
    assert run(["seat", "import", "seat", str(tmp_path)]) == 0
    assert "Is it the right stick?" in capsys.readouterr().out
    run(["seat", "import", "seat", "stick"])  # its drop is over by now
    assert "Is it the right stick?" not in capsys.readouterr().out


def test_names_of_files_are_shown_whole_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console.out, "_width", 40)
    run(["seat", "import", "seat", "stick"])  # its drop is over by now
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert re.search(r"[0-9a-f]{64}\.release", re.sub(r"\s", "", shown))


def test_a_stick_that_is_not_in_is_noticed_by_its_empty_folder(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_disk = desk / "mount-point"
    own_disk.mkdir()
    assert run(["seat", "export", "seat", str(own_disk)]) == 0
    assert "is on this computer's own disk: is the stick in?" in capsys.readouterr().err.replace("\n", " ")
    if MEMORY.is_dir() and MEMORY.stat().st_dev != desk.stat().st_dev:
        with tempfile.TemporaryDirectory(dir=MEMORY) as stick:
            assert run(["seat", "export", "seat", stick]) == 0
            assert "own disk" not in capsys.readouterr().err


def test_nothing_to_score_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["office", "score", "office"]) == 0
    assert "There is nothing to score" in capsys.readouterr().out


def test_what_cannot_be_scored_is_named_and_stops_none_of_the_others(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []

    def cannot(_office: Office, bundle: Digest, *, now: int) -> None:
        tried.append(f"{bundle} {now > 0}")
        raise ContentRefused("is not a response variable of this item", place="item-1")

    monkeypatch.setattr(office_commands, "score_bundle", cannot)
    monkeypatch.setattr(office_commands, "_accepted", lambda *_: [Digest("a" * 64), Digest("b" * 64)])
    assert run(["office", "score", "office"]) == 3
    assert len(tried) == 2
    shown = capsys.readouterr()
    assert shown.err.count("Not scored: ") == 2
    assert f"Not scored: {'b' * 16}… (content) item-1: is not a response variable" in shown.err
    assert shown.out == ""


def test_a_digest_is_never_cut_in_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(console.out, "_width", 30)
    table = console.listing("Session", "Result", title="Results")
    table.add_row("01M824B3ZP807635FH1JVAM3P9", "fb8e8160db6f8c84")
    console.out.print(table)
    shown = capsys.readouterr().out
    assert "…" not in shown
    cells = [line.split("│")[1:3] for line in shown.splitlines() if "│" in line]
    assert ["".join(parts).replace(" ", "") for parts in zip(*cells, strict=True)] == [
        "01M824B3ZP807635FH1JVAM3P9",
        "fb8e8160db6f8c84",
    ]


def test_a_session_that_is_not_there_is_refused_without_a_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run(["seat", "set-aside", "seat", "01K3"]) == 3
    said = capsys.readouterr()
    assert "?" not in said.err
    assert "Refused" in said.err


def test_a_folder_that_is_no_office_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["office", "score", "site"]) == 3
    assert "site: is not an office's folder" in capsys.readouterr().err


class TestAsking:
    def test_a_line_of_the_input_answers_where_there_is_no_terminal(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("a secret\r\nmore\n"))
        monkeypatch.setattr(os, "open", no_terminal)
        assert console.ask_secret("Word [x]: ") == "a secret"
        assert capsys.readouterr().err == "Word [x]: "
        assert not recwarn.list

    @pytest.mark.parametrize("stdin", [io.StringIO(""), None])
    def test_nobody_answers(self, stdin: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr(os, "open", no_terminal)
        with pytest.raises(EOFError):
            console.ask_secret("Word: ")
        with pytest.raises(EOFError):
            console.ask("Word: ")

    def test_a_closed_input_is_a_sentence(self) -> None:
        words = "import sys; sys.argv[1:] = ['office', 'publish', 'office', '--out', 'x']\n"
        program = f"{words}from ui.command_line.main import main; main()"
        bare = {name: value for name, value in os.environ.items() if name != "KIOSK_PASSPHRASE"}
        done = subprocess.run(
            ["sh", "-c", '"$0" -c "$1" <&-', sys.executable, program],
            env=bare | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            start_new_session=True,  # without a terminal to ask at
            check=False,
        )
        assert (done.returncode, done.stdout) == (130, "")
        assert "nobody answered" in done.stderr
        assert "Warning" not in done.stderr
        assert "fault of the program" not in done.stderr


def no_terminal(*_arguments: object, **_more: object) -> int:
    raise OSError


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("Working") as bar:
        bar(1, 2, "half")
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ui.command_line.seat.Seat.look", interrupted)
    assert run(["seat", "status", "seat"]) == main.INTERRUPTED
    assert "Stopped" in capsys.readouterr().err
