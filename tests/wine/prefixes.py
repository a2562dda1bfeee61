"""A Windows of wine's for some tests alone, that runs from the first of them to the last: to start it takes wine some seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.wine.rig import RIG, START_S, Windows, command, environment, on_drive_z

ENDING_S = 120
UP = "is-up"
HOLDING = """
import ctypes, pathlib, sys
ctypes.WinDLL("user32").GetDesktopWindow()
pathlib.Path(sys.argv[1]).touch()
sys.stdin.read()
"""


@contextmanager
def own_windows(name: str, display: str = "", *, registry: str = "") -> Iterator[Windows]:
    """Give a Windows made from the rig's. Wine replaces what it writes, so that files are shared but for the registry.

    Args:
        name: of its folder.
        display: where its windows are; empty: it has none.
        registry: stands in its registry from the start, in the form of wine's file.
    """
    folder = RIG / f"{name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("*.tmp", "Temp")
    shutil.copytree(RIG / "prefix", folder, symlinks=True, copy_function=_copy, ignore=ignored)
    with (folder / "system.reg").open("a", encoding="ascii") as file:
        file.write(registry)
    windows = Windows(folder, display)
    holder = _holder(windows)
    try:
        _wait_until_it_is_up(holder, folder / UP)
        yield windows
    finally:
        _end(folder)
        holder.kill()
        holder.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _holder(windows: Windows) -> subprocess.Popen[bytes]:
    """Start a program that stays. Wine starts its servers and its desk with the first one, and these keep what it writes to."""
    up = on_drive_z(windows.prefix / UP)
    return subprocess.Popen(
        command("-c", HOLDING, up),
        env=windows.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_until_it_is_up(holder: subprocess.Popen[bytes], up: Path) -> None:
    until = time.monotonic() + START_S
    while not up.exists():
        assert holder.poll() is None, "wine does not start"
        assert time.monotonic() < until, "wine does not come up"
        time.sleep(0.05)


def _copy(source: str, target: str) -> None:
    if source.endswith(".reg"):
        shutil.copy2(source, target)
    else:
        os.link(source, target, follow_symlinks=False)


def _end(folder: Path) -> None:
    settings = environment("", folder)
    found = (shutil.which(server, path=settings["PATH"]) for server in ("wineserver64", "wineserver"))
    server = next((each for each in found if each is not None), None)
    assert server is not None
    subprocess.run([server, "-k"], env=settings, check=False, timeout=ENDING_S)
