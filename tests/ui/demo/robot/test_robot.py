"""The robot as the demo uses it: another interpreter, a real screen, real keys; on a window of our own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ui.demo.robot import practice_window
from ui.demo.display import Display, private_display
from ui.demo.processes import end_process_group, kill_process_group
from ui.demo.robot.person import TRIES, Patience
from ui.demo.robot_process import Robot, RobotFailedError, running_robot

pytestmark = [pytest.mark.x11, pytest.mark.atspi]


@dataclass
class Practice:
    robot: Robot
    display: Display
    screens: Path
    log: Path
    window: subprocess.Popen[bytes]


def start_window(display: Display) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, practice_window.__file__], env=display.environment, start_new_session=True)


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with private_display() as shown:
        yield shown


@pytest.fixture
def practice(display: Display, tmp_path: Path) -> Iterator[Practice]:
    log = tmp_path / "robot.jsonl"
    window = start_window(display)
    with running_robot(display, screens=tmp_path, log=log) as robot:
        robot.tell("wait", name="Practice")
        made = Practice(robot=robot, display=display, screens=tmp_path, log=log, window=window)
        yield made
    end_process_group(made.window)


def test_what_is_hidden_is_not_seen(practice: Practice) -> None:
    names = practice.robot.tell("look")["names"]

    assert "Choice 0" in names
    assert "Behind the door" not in names


def test_it_scrolls_to_what_is_out_of_sight_and_back(practice: Practice) -> None:
    for name in ("Choice 39", "Choice 20", "Choice 0"):
        practice.robot.tell("choose", name=name)


def test_it_types_what_it_is_told_and_replaces_what_was_there(practice: Practice) -> None:
    assert practice.robot.tell("fill", name="Number", text="63.33")["text"] == "63.33"
    assert practice.robot.tell("fill", name="Number", text="42")["text"] == "42"
    essay = "First – “quoted”, naïve.\n\nSecond: 50 % of $4 & <more>"
    assert practice.robot.tell("fill", name="Essay", text=essay)["text"] == essay
    assert practice.robot.tell("fill", name="Essay", text="")["text"] == ""


@pytest.mark.parametrize("door", ["Knock twice", "Knock and wait"])
def test_it_waits_for_the_effect_and_tries_again(practice: Practice, door: str) -> None:
    practice.robot.tell("click", role="push button", name=door, until="Behind the door")


def test_what_cannot_be_done_is_said_with_what_is_seen(practice: Practice) -> None:
    with pytest.raises(RobotFailedError, match="nobody here can do “fly”") as failed:
        practice.robot.tell("fly", pin="4711")

    assert any(line.endswith(": Practice") for line in failed.value.reply["screen"])
    assert practice.log.exists()
    line = json.loads(practice.log.read_text(encoding="utf-8").splitlines()[-1])
    assert line["act"] == "fly"
    assert line["ok"] is False
    assert "4711" not in practice.log.read_text(encoding="utf-8")
    assert [path.name for path in practice.screens.glob("*.png")] == ["01-failed.png"]


def test_a_picture_is_kept_once(practice: Practice) -> None:
    for _ in range(2):
        practice.robot.tell("look", picture="practice")

    assert [path.name for path in practice.screens.glob("*.png")] == ["01-practice.png"]


def test_a_window_that_is_killed_is_gone_and_its_successor_is_found(practice: Practice) -> None:
    kill_process_group(practice.window)
    assert practice.robot.tell("look")["names"] == []

    practice.window = start_window(practice.display)

    practice.robot.tell("wait", name="Practice")
    practice.robot.tell("choose", name="Choice 3")


def test_a_robot_that_ended_is_an_error_not_a_wait(display: Display, tmp_path: Path) -> None:
    with running_robot(display, screens=tmp_path, log=tmp_path / "log") as robot:
        pass

    with pytest.raises(RobotFailedError, match="cannot be spoken to"):
        robot.tell("look")


def test_patience_is_bounded() -> None:
    assert TRIES * Patience().effect_s <= Patience().seen_s
