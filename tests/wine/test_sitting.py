"""The supervisor composed for Windows, by calls of Windows as wine answers them: a sitting with what can go wrong in it."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_packages.lockdown_log import read_log
from kiosk.lockdown.log import read_lines
from tests.wine.prefixes import own_windows
from tests.wine.rig import Windows, command, on_drive_z

pytestmark = [pytest.mark.wine, pytest.mark.timeout(500)]  # the first one builds the rig
PATIENCE_S = 200
"""Each start of Windows' Python takes some seconds, on a busy machine many."""
ATTEMPTS = 3


class Sitting:
    """A supervisor that runs under wine, and what it leaves."""

    def __init__(self, folder: Path, windows: Windows) -> None:
        self.seat, self.state = folder / "seat", folder / "state"
        self.seat.mkdir()
        self._environment = windows.environment()
        self._process: subprocess.Popen[bytes] | None = None
        self._said: list[str] = []
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        packages = on_drive_z(Path(sysconfig.get_path("purelib")))
        words = ["supervise", packages, on_drive_z(self.seat), on_drive_z(self.state)]
        self._process = subprocess.Popen(
            command("-B", "-m", "tests.wine.inside_session", *words),
            env=self._environment,
            stdin=subprocess.PIPE,  # of files Windows' Python makes nothing here
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._said.append(line.decode(errors="replace"))

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            if self._reader is not None:
                self._reader.join(PATIENCE_S)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def diary(self, what: str) -> list[dict[str, Any]]:
        path = self.seat / "diary"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["what"] == what]

    def wait_for(self, what: str, count: int = 1) -> dict[str, Any]:
        self.wait_until(lambda: len(self.diary(what)) >= count, f"{what} {count}")
        return self.diary(what)[count - 1]

    def wait_until(self, condition: Callable[[], object], why: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while not condition():
            failed = self.seat / "failed"
            told = failed.read_text(encoding="utf-8") if failed.exists() else ""
            assert time.monotonic() < until, (why, self.log(), told, self._said)
            assert self.process.poll() is None, (why, told, self._said)
            time.sleep(0.05)

    def log(self) -> list[str]:
        path = self.state / "log" / "sessions" / "s1.lockdown"
        if not path.exists():
            return []
        lines, _ = read_log(read_lines(path), place="test")
        return [line.kind for line in lines]

    def kill_window(self) -> int:
        """End the window as a program of Windows would, and return which one; wine forgets how a signal ended one."""
        for _ in range(ATTEMPTS):  # on a busy machine it may just have been given up as hung
            process = int(self.diary("begun")[-1]["pid"])
            done = subprocess.run(
                command("-c", f"import os; os.kill({process}, 9)"),
                env=self._environment,
                input=b"",
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
            )
            if done.returncode == 0:
                return process
        raise AssertionError(done.stderr)

    def windows(self) -> set[int]:
        """Its windows, as the machine under wine counts processes; those that wait are windows, too."""
        mark = on_drive_z(self.seat).encode()
        return {
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if _has(path, b"\0window\0") and _has(path, mark)
        }


def _has(path: Path, mark: bytes) -> bool:
    try:
        return mark in path.read_bytes()
    except OSError:
        return False


@pytest.fixture
def sitting(display: str, tmp_path: Path) -> Iterator[Sitting]:
    with own_windows("sitting", display) as windows:
        sitting = Sitting(tmp_path, windows)
        try:
            yield sitting
        finally:
            sitting.close()


def test_a_window_comes_back_and_ends_with_its_supervisor_and_everything_is_given_back(sitting: Sitting) -> None:
    sitting.start()
    state = sitting.wait_for("state")
    assert state["backend"] == "Windows"
    assert "enforced" not in state["capabilities"], "nothing counts as prevented until somebody has verified it"
    assert "PYTHONPATH" not in sitting.wait_for("begun")["environment"]
    assert sitting.wait_for("shown")["platform"] == "windows"

    killed = sitting.kill_window()
    sitting.wait_until(lambda: "window-died" in sitting.log(), "a death that nobody wrote down")
    sitting.wait_until(lambda: sitting.diary("state")[-1]["pid"] != killed, "no window came back")
    assert list((sitting.state / "snapshots").glob("*.snapshot"))

    sitting.wait_until(sitting.windows, "no window to be seen")
    sitting.process.kill()
    sitting.process.wait(PATIENCE_S)
    until = time.monotonic() + PATIENCE_S
    while sitting.windows():
        assert time.monotonic() < until, "a window without a supervisor"
        time.sleep(0.05)
    sitting.close()

    states = len(sitting.diary("state"))
    sitting.start()
    sitting.wait_for("state", states + 1)
    assert "supervisor-lost" in sitting.log()
    (sitting.seat / "close").touch()
    assert sitting.process.wait(PATIENCE_S) == 0
    assert sitting.log()[0] == "session-started"
    assert "restored" in sitting.log()
    assert not list((sitting.state / "snapshots").glob("*.snapshot"))
    assert not (sitting.state / "running.json").exists()
