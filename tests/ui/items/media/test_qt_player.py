"""The real player, in a process of its own: what it writes to its log on a machine without sound is not a test's business."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from ui.window.items.media import backend
from ui.window.items.media.backend import make_player
from ui.window.items.media.player import Listener, MediaMissingError

ROOT = Path(__file__).resolve().parents[4]
NEEDS_MULTIMEDIA = pytest.mark.skipif(
    find_spec("PySide6.QtMultimedia") is None, reason="the optional part for media is not installed"
)

PLAY = """
import io, sys, wave
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.window.items.media.backend import make_player, media_ready
from ui.window.items.media.player import Listener, PlayState

app = QApplication([])
print("ready:", media_ready())
sound = io.BytesIO()
with wave.open(sound, "wb") as written:
    written.setnchannels(1); written.setsampwidth(2); written.setframerate(8000)
    written.writeframes(bytes(2 * 8000 // 4))

def on_state(state):
    print(state.value)
    if state in {PlayState.ENDED, PlayState.FAILED}:
        QTimer.singleShot(0, finish)

def finish():
    player.close()
    app.exit(0)

listener = Listener(state=on_state, position_ms=lambda _ms: None, length_ms=lambda ms: print("length", ms),
                    picture=lambda _image: None)
player = make_player(sound.getvalue(), listener)
player.set_volume(30)
player.play()
QTimer.singleShot(20_000, lambda: app.exit(3))
sys.exit(app.exec())
"""


def run(program: str, *, before: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", before + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
        cwd=ROOT,
    )


@NEEDS_MULTIMEDIA
def test_a_sound_is_played_from_memory_to_its_end() -> None:
    done = run(PLAY)
    lines = [line for line in done.stdout.splitlines() if line]
    assert done.returncode == 0, done.stderr
    assert lines[0] in {"ready: None", "ready: This workstation cannot play sound. Call the proctor."}
    assert "length 250" in lines
    assert lines.index("playing") < lines.index("ended")
    assert "failed" not in lines


def test_without_qt_multimedia_it_says_so() -> None:
    blocked = "import sys; sys.modules['PySide6.QtMultimedia'] = None\n"
    done = run("from ui.window.items.media import media_ready\nprint(media_ready())", before=blocked)
    assert done.stdout.strip() == "This workstation cannot play sound or video. Call the proctor."


def test_the_window_does_not_load_it_before_it_is_needed() -> None:
    done = run("import sys, ui.window.items.media\nprint('PySide6.QtMultimedia' in sys.modules)")
    assert done.stdout.strip() == "False"


@NEEDS_MULTIMEDIA
def test_what_is_no_recording_is_not_handed_to_the_player(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unused:
        @staticmethod
        def QtPlayer(_data: bytes, _listener: Listener) -> None:
            raise AssertionError("it was handed over")

    monkeypatch.setattr(backend, "_load", Unused)
    silent = Listener(state=print, position_ms=print, length_ms=print, picture=print)
    with pytest.raises(MediaMissingError):
        make_player(b"#EXTM3U\nfile:///etc/hostname", silent)
