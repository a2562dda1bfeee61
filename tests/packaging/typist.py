"""Somebody who writes Chinese by pinyin at the seat on this screen: ``python -m tests.packaging.typist DISPLAY``.

The keys are pressed by XTEST, the way a keyboard's go. What was seen meanwhile is printed as JSON, and pictures are kept where
the variable KIOSK_PICTURES says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.lockdown.x11.connection import NoXServerError, XServer
from kiosk.lockdown.x11.windows import visible_windows
from kiosk.readiness.x11_stranger import Stranger

PATIENCE_S: Final = 60
TRIES: Final = 6
REST_S: Final = 0.3
LETTERS: Final = ("wo", "nihao", "zhongguo")
WRITTEN: Final = "我你好中国"
HELD: Final = 1  # AlreadyGrabbed, X protocol


def wait_for(condition: Callable[[], object], within_s: float = PATIENCE_S) -> bool:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within_s:
            return False
        time.sleep(0.05)
    return True


def reached(display: str) -> XServer | None:
    try:
        return XServer(display)
    except NoXServerError:
        return None


def write(display: str) -> dict[str, object]:
    """Write the words, and tell what was seen."""
    assert wait_for(lambda: reached(display)), "no X server comes up"
    server, stranger = XServer(display), Stranger(display)

    def shows(title: str) -> bool:
        return any(title in each.title for each in visible_windows(server))

    if not wait_for(lambda: shows("Question")):
        return {"window": False}
    found: dict[str, object] = {"window": True, "candidates": 0, "held": 0}
    listening = stranger.show("listening", over=True, place=(0, 0, 2, 2))
    for letters in LETTERS:
        found["candidates"] = int(str(found["candidates"])) + _composes(stranger, letters, lambda: shows("ibus"))
        _picture(display, letters)
        found["held"] = int(str(found["held"])) + (_grab(stranger) == HELD)
        time.sleep(REST_S)
        stranger.press("space")
        wait_for(lambda: not shows("ibus"))
    found["leaked"] = stranger.keys_received()
    stranger.hide(listening)
    stranger.close()
    server.close()
    return found


def _composes(stranger: Stranger, letters: str, is_shown: Callable[[], bool]) -> bool:
    """Write, as people do: a window that has just come up takes letters as they are for a moment, and they are taken back."""
    for _ in range(TRIES):
        stranger.write(letters)
        if wait_for(is_shown, PATIENCE_S / TRIES):
            return True
        for _ in letters:
            stranger.press("BackSpace")
    return False


def _grab(stranger: Stranger) -> int:
    return int(stranger._core.GrabKeyboard(False, stranger._root, 0, 1, 1).reply().status)


def _picture(display: str, name: str) -> None:
    folder = os.environ.get("KIOSK_PICTURES", "")
    if folder:
        with (Path(folder) / f"{name}.xwd").open("wb") as file:
            subprocess.run(["xwd", "-root", "-silent", "-display", display], stdout=file, check=False)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(write(sys.argv[1])) + "\n")
