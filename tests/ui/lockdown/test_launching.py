"""What has been loaded when: all of it by a window that waits, and nothing of exams by the supervisor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulators.day import make_world

SLOW = ("PySide6", "pydantic", "tuf", "typer", "ui", "urllib3")
"""Whole packages that take a noticeable time, or are ours."""
LATER = """
import json, sys
from pathlib import Path
from kiosk.clock import SystemClock
from kiosk.seat.seat import Seat
from ui.command_line.main import run
from ui.lockdown.launching import load_window
words = ["seat", "status", sys.argv[1]]
if sys.argv[2] == "loaded":
    load_window(words)
before = set(sys.modules)
code = run(words)
with Seat.open(Path(sys.argv[1]), clock=SystemClock()):
    new = set(sys.modules) - before
sys.stderr.write(json.dumps([code, sorted(new)]) + "\\n")
"""
SUPERVISOR = """
import os, sys
from ui.command_line.main import run
from ui.lockdown.supervisor import Supervisor
def instead(*_):
    print("\\n".join(sys.modules), flush=True)
    os._exit(0)
setattr(Supervisor, "run", instead)
raise SystemExit(run(["seat", *sys.argv[1:]]))
"""
"""As far as the loop: the machine has been looked at, and the next thing would be the window."""
OF_EXAMS = {
    "PySide6",
    "exam_packages.qti",
    "kiosk.journal",
    "kiosk.seat.seat",
    "kiosk.session",
    "lxml",
    "sqlcipher3",
    "tuf",
}


@pytest.mark.parametrize("how", ["loaded", "not loaded"])
def test_what_opens_a_seat_is_loaded_while_it_waits(tmp_path: Path, how: str) -> None:
    seat = make_world(tmp_path / "world").seat_folder
    done = subprocess.run(
        [sys.executable, "-c", LATER, str(seat), how], capture_output=True, text=True, timeout=60, check=True
    )
    code, new = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    slow = [name for name in new if name.partition(".")[0] in SLOW and not name.startswith("tuf.api.serialization")]
    assert (slow == []) is (how == "loaded")


def test_the_supervisor_has_loaded_nothing_of_exams(tmp_path: Path) -> None:
    (tmp_path / "seat").mkdir()
    words = [sys.executable, "-c", SUPERVISOR, "session", str(tmp_path / "seat"), "--preset", "practice"]
    environment = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "kiosk.lockdown.engine" in loaded
    assert loaded & OF_EXAMS == set()
