"""`kiosk demo` as a person meets it: PINs, the window, and what to do afterwards. A robot lends the person its hands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.command_line.main import run
from ui.demo.display import Display, private_display
from ui.demo.processes import end_process_group
from ui.demo.programs import KIOSK, bare_environment
from ui.demo.robot_process import running_robot
from ui.demo.waiting import wait_for

pytestmark = [pytest.mark.x11, pytest.mark.atspi, pytest.mark.timeout(240)]

READY_WITHIN_S = 120


@pytest.fixture
def display() -> Iterator[Display]:
    with private_display() as shown:
        yield shown


def test_it_prints_pins_opens_the_window_and_says_how_to_go_on(display: Display, tmp_path: Path) -> None:
    folder, said = tmp_path / "day", tmp_path / "said"
    with said.open("wb") as out:
        demo = subprocess.Popen(
            [*KIOSK, "demo", "--out", str(folder)],
            env=bare_environment() | dict(display.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        pin = wait_for(
            lambda: re.search(r"PIN of Sam Siteadmin, site admin: (\d{6})", said.read_text(encoding="utf-8")),
            what="the PIN",
            deadline_s=READY_WITHIN_S,
        )[1]
        with running_robot(display, screens=tmp_path, log=tmp_path / "robot.jsonl") as robot:
            robot.tell("read_idle")
            robot.tell("begin_administration")
            robot.tell("unlock", name="Sam Siteadmin", pin=pin, by="keyboard")
            robot.tell("close_program")
        assert demo.wait(30) == 0
    finally:
        end_process_group(demo)
    ways_on = folder / "how-to-go-on.txt"
    assert ways_on.stat().st_mode & 0o777 == 0o600
    for command in ("kiosk seat export", "kiosk office accept", "kiosk seat erase", "kiosk office score"):
        assert command in ways_on.read_text(encoding="utf-8")
        assert command in said.read_text(encoding="utf-8")


def test_without_a_display_it_says_so_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    assert run(["demo", "--out", str(tmp_path / "day")]) == 4

    assert "There is no display" in capsys.readouterr().err
    assert not (tmp_path / "day").exists()


@pytest.mark.parametrize("options", [["--robot", "--windowed"], ["--robot", "extra"]])
def test_wrong_usage_is_told_apart(tmp_path: Path, options: list[str]) -> None:
    assert run(["demo", "--out", str(tmp_path / "day"), *options]) == 2


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").touch()

    assert run(["demo", "--robot", "--out", str(tmp_path)]) == 2

    assert "not empty" in capsys.readouterr().err


def test_missing_programs_are_named_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    assert run(["demo", "--robot", "--out", str(tmp_path / "day")]) == 4

    said = capsys.readouterr().err
    assert "Not installed" in said
    assert "xvfb" in said
