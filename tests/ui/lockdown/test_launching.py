"""What a window that waits has loaded: what it needs when it comes up is there."""

from __future__ import annotations

import json
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
