"""X servers for tests, and programs that are not the exam's.

Each server has one screen that nobody sees. ``Foreign`` is a process of its own, because a process is what is told apart.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
WIDTH, HEIGHT = 1280, 800
END_S = 60
"""So long a program that was told to end may take to, on a busy machine."""


def needs(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | more


@contextmanager
def x_server(*options: str) -> Iterator[str]:
    """Run an Xvfb and give its display."""
    needs("Xvfb")
    read_end, write_end = os.pipe()
    screen = ["-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"]
    command = ["Xvfb", "-displayfd", str(write_end), *screen, *options]
    server = subprocess.Popen(command, pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(END_S)


@contextmanager
def foreign(display: str, *what: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``tests.kiosk.lockdown.x11.foreign`` until the block is left; it has done what it was told when this is entered."""
    command = [sys.executable, "-m", "tests.kiosk.lockdown.x11.foreign", *what]
    process = subprocess.Popen(
        command, env=environment(DISPLAY=display), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "done\n", f"{what} failed"
        yield process
    finally:
        process.stdin.close()
        process.wait(END_S)
        process.stdout.close()


def once(display: str, *what: str) -> None:
    """Let a foreign program do something and end."""
    with foreign(display, *what):
        pass


def xdotool(display: str, arguments: Sequence[str]) -> str:
    done = subprocess.run(
        ["xdotool", *arguments],
        env=environment(DISPLAY=display),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.stdout.strip()
