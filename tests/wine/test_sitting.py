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
from kiosk.lockdown.windows.operations import OwnDesktop
from kiosk.lockdown.windows.rights import WindowRights
from kiosk.lockdown.windows.token_structs import SE_CHANGE_NOTIFY_PRIVILEGE
from tests.wine.prefixes import own_windows
from tests.wine.rig import Windows, command, on_drive_z

pytestmark = [pytest.mark.wine, pytest.mark.timeout(1800)]  # the first one builds the rig
PATIENCE_S = 400
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
        texts = [path.read_text(encoding="utf-8") for path in self.seat.glob("diary-*")]
        lines = [line for text in texts for line in text.splitlines(keepends=True) if line.endswith("\n")]
        entries = sorted(map(json.loads, lines), key=lambda entry: entry["at"])
        return [entry for entry in entries if entry["what"] == what]

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

    def told_operations(self) -> set[str]:
        """Operations that something was told about, as wine makes not everything that it says it makes."""
        paths = (self.state / "log").rglob("*.lockdown")
        lines = (line for path in paths for line in read_log(read_lines(path), place=path.name)[0])
        return {line.evidence["operation"] for line in lines if "operation" in line.evidence}

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


def one_waits(sitting: Sitting) -> bool:
    """Whether a window waits that nobody has told to come up."""
    begun = {entry["pid"] for entry in sitting.diary("begun")}
    return any(entry["pid"] not in begun for entry in sitting.diary("waiting"))


def taken_over(sitting: Sitting) -> int:
    """How many windows that waited have been shown, and speak with the supervisor."""
    spoken = {entry["pid"] for entry in sitting.diary("state")} & {entry["pid"] for entry in sitting.diary("shown")}
    return sum(entry["waited"] and entry["pid"] in spoken for entry in sitting.diary("begun"))


def test_a_sitting_with_a_death_a_hang_and_a_supervisor_that_is_gone(sitting: Sitting) -> None:
    sitting.start()
    state = sitting.wait_for("state")
    assert state["backend"] == "Windows"
    assert "enforced" not in state["capabilities"], "nothing counts as prevented until somebody has verified it"
    first = sitting.wait_for("begun")
    assert not first["waited"]
    assert "PYTHONPATH" not in first["environment"]
    assert sitting.wait_for("shown")["platform"] == "windows"

    sitting.wait_until(lambda: one_waits(sitting), "no window waits")
    sitting.kill_window()
    sitting.wait_until(lambda: "window-died" in sitting.log(), "a death that nobody wrote down")
    sitting.wait_until(lambda: taken_over(sitting) >= 1, "the window that waited did not come up")
    assert list((sitting.state / "snapshots").glob("*.snapshot"))

    sitting.wait_until(lambda: one_waits(sitting), "no window waits after the first one was needed")
    before = taken_over(sitting)
    (sitting.seat / "hangs").touch()
    sitting.wait_until(lambda: "window-hung" in sitting.log(), "a window that hung and nobody noticed")
    sitting.wait_until(lambda: taken_over(sitting) > before, "none came up for the one that hung")

    sitting.wait_until(lambda: one_waits(sitting), "no window waits after the second one was needed")
    waiting = sitting.diary("waiting")
    assert {entry["windows"] for entry in waiting} == {0}, "one that waits has no window, seen or unseen"
    assert min(entry["windows"] for entry in sitting.diary("begun")) > 0, "and those of one that came up are counted"
    every = [(entry["privileges"], entry["groups"]) for entry in sitting.diary("begun")]
    assert every == [([SE_CHANGE_NOTIFY_PRIVILEGE], [])] * len(every), "its supervisor is an administrator"
    assert WindowRights.name not in sitting.told_operations(), "that of the windows was read back, again and again"
    assert OwnDesktop.name in sitting.told_operations()
    sitting.wait_until(sitting.windows, "no window to be seen")
    sitting.process.kill()
    sitting.process.wait(PATIENCE_S)
    until = time.monotonic() + PATIENCE_S
    while sitting.windows():
        assert time.monotonic() < until, "a window without a supervisor, the one that is shown or the one that waits"
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
