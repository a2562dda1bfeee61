"""Which command lines get a curtain: those that will show a window, and no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from kiosk.seat.layout import FolderLock, SeatFolder
from ui.command_line import seat
from ui.command_line.looks import Look
from ui.command_line.window_ahead import TEXT_PERCENTS, THEMES, Wanted, curtain_for, read

PLAIN = Wanted(Path("seat"), "light", 100, False)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["seat", "run", "seat"], PLAIN),
        (["seat", "run", "seat", "--stick", "stick", "--stats", "file"], PLAIN),
        (["seat", "run", "--windowed", "seat"], PLAIN._replace(windowed=True)),
        (["seat", "run", "seat", "--theme", "dark", "--text-size", "400"], Wanted(Path("seat"), "dark", 400, False)),
        ([], None),
        (["seat"], None),
        (["seat", "run"], None),
        (["seat", "status", "seat"], None),
        (["office", "run", "seat"], None),
        (["seat", "run", "seat", "other"], None),
        (["seat", "run", "seat", "--help"], None),
        (["seat", "run", "seat", "--theme=dark"], None),
        (["seat", "run", "seat", "--theme", "sepia"], None),
        (["seat", "run", "seat", "--text-size", "99"], None),
        (["seat", "run", "seat", "--text-size", "401"], None),
        (["seat", "run", "seat", "--text-size", "²"], None),
        (["seat", "run", "seat", "--stick"], None),
        (["seat", "run", "--", "seat"], None),
    ],
)
def test_only_the_plain_command_shows_a_curtain(words: list[str], wanted: Wanted | None) -> None:
    assert read(words) == wanted


WORDS = ["seat", "folder", "--windowed", "--theme", "dark", "sepia", "--text-size", "200", "9", "--stick", "--help", ""]


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_what_gets_a_curtain_is_what_the_command_line_takes(rest: list[str]) -> None:
    wanted = read(["seat", "run", *rest])
    if wanted is None:
        return
    command = typer.main.get_command(seat.app)
    run = command.get_command(None, "run")  # type: ignore[attr-defined]  # a group, which typer types as a command
    taken = run.make_context("run", list(rest)).params
    assert (taken["folder"], taken["theme"].value) == (wanted.folder, wanted.theme)
    assert (taken["text_percent"], taken["windowed"]) == (wanted.text_percent, wanted.windowed)


def test_the_values_are_those_of_the_command_line() -> None:
    assert {each.value for each in Look} == THEMES
    assert (TEXT_PERCENTS.start, TEXT_PERCENTS.stop - 1) == (100, 400)


def test_no_curtain_where_there_is_no_seat(tmp_path: Path) -> None:
    assert curtain_for(["seat", "run", str(tmp_path)]) is None


def test_no_curtain_comes_over_a_seat_in_use(tmp_path: Path) -> None:
    SeatFolder(tmp_path).about.write_bytes(b"{}")
    hold = (
        "import sys; from pathlib import Path; from kiosk.seat.layout import FolderLock\n"
        "lock = FolderLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        assert curtain_for(["seat", "run", str(tmp_path)]) is None
        holder.communicate(timeout=30)
    FolderLock(tmp_path).release()
