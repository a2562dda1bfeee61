from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui.lockdown.ours import Ours

SUPERVISOR, LAUNCHER, WINDOW, STRANGER = 100, 101, 103, 200


def process(proc: Path, number: int, parent: int, name: str = "kiosk", executable: str = "/opt/exam/kiosk") -> None:
    folder = proc / str(number)
    folder.mkdir(exist_ok=True)
    (folder / "stat").write_text(f"{number} ({name}) S {parent} 1 1 0\n")
    (folder / "exe").unlink(missing_ok=True)
    (folder / "exe").symlink_to(executable)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    process(tmp_path, 1, 0, "init")
    process(tmp_path, SUPERVISOR, 1)
    process(tmp_path, LAUNCHER, SUPERVISOR)
    process(tmp_path, WINDOW, LAUNCHER, "a) S 1 (b")
    process(tmp_path, STRANGER, 1, "kiosk")
    return tmp_path


def test_the_exams_are_those_that_the_supervisor_started(proc: Path) -> None:
    ours = Ours(SUPERVISOR, proc=proc)
    assert all(ours(each) for each in (SUPERVISOR, LAUNCHER, WINDOW))
    assert not any(ours(each) for each in (STRANGER, 1, 0, -1, 999))


def test_the_window_of_one_that_has_just_ended_is_no_strangers(proc: Path) -> None:
    ours = Ours(SUPERVISOR, proc=proc)
    assert ours(WINDOW)
    for each in (proc / str(WINDOW)).iterdir():
        each.unlink()
    (proc / str(WINDOW)).rmdir()
    assert ours(WINDOW)
    process(proc, WINDOW, 1, "xclock")
    assert not ours(WINDOW), "the number is another's now"
    process(proc, WINDOW, 1)


def test_candidates_belong_to_the_exam_where_the_supervisor_started_the_input_method(proc: Path) -> None:
    candidates = "/usr/libexec/ibus-ui-gtk3"
    for number, parent in ((300, LAUNCHER), (301, 300), (302, 301), (303, 302)):
        process(proc, number, parent, "x", candidates)
    assert Ours(SUPERVISOR, proc=proc)(303)
    process(proc, STRANGER, 1, "x", candidates)
    assert not Ours(SUPERVISOR, proc=proc)(STRANGER), "one that nobody enrolled is another program"


def test_on_this_machine() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert Ours(os.getpid())(child.pid)
        assert not Ours(child.pid)(os.getpid())
        assert child.stdin is not None
        child.stdin.write(b"\n")
