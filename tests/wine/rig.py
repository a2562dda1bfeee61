"""The rig of build_scripts/wine_rig.sh: Windows' own Python, under wine, on an X server of the tests' own.

What runs in it is our own code as it stands in this tree, read through wine's drive Z.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from kiosk.lockdown.windows.hook_lines import HookLine, said_by

ROOT = Path(__file__).resolve().parents[2]
RIG = ROOT / ".venv" / "wine-rig"
PYTHON = RIG / "python" / "python.exe"
BUILD_S = 300
START_S = 120
"""On a busy machine; nothing waits so long where it is not."""


def build() -> str:
    """Build the rig if it is not there; return why it cannot be had, or nothing."""
    if shutil.which("sh") is None:
        return "there is no shell"
    done = subprocess.run(
        ["sh", "build_scripts/wine_rig.sh"], cwd=ROOT, capture_output=True, text=True, timeout=BUILD_S, check=False
    )
    if done.returncode:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "wine_rig.sh failed"
    return ""


def on_drive_z(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


def environment(display: str, prefix: Path = RIG / "prefix") -> dict[str, str]:
    return {
        "PATH": f"{os.environ['PATH']}:/usr/lib/wine",
        "HOME": os.environ.get("HOME", "/"),
        "DISPLAY": display,
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscms=n;mscoree,mshtml=",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHOME": on_drive_z(RIG / "python"),
        "PYTHONPATH": on_drive_z(ROOT),
        "QT_QPA_PLATFORM": "windows",
    }


def command(*arguments: str) -> list[str]:
    return ["wine64", str(PYTHON), *arguments]


@dataclass(frozen=True)
class Windows:
    """One Windows of wine's: what is set in it nobody else sees, and a hook is asked about nobody else's keys."""

    prefix: Path
    display: str = ""

    def environment(self) -> dict[str, str]:
        return environment(self.display, self.prefix)

    def run(self, *arguments: str, timeout: float = START_S) -> subprocess.CompletedProcess[str]:
        """Run Windows' Python to its end. Its standard input has to be a pipe: of another kind it makes nothing."""
        return subprocess.run(
            command(*arguments),
            env=self.environment(),
            input="",
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


class Running:
    """A program of the rig that runs, and the lines that it says."""

    def __init__(self, windows: Windows, *arguments: str) -> None:
        self._process = subprocess.Popen(
            command(*arguments),
            env=windows.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def lines(self) -> list[str]:
        with self._news:
            return list(self._lines)

    def forget(self) -> None:
        """What was said so far is no answer to what comes."""
        with self._news:
            self._lines.clear()

    def wait_for(self, text: str, *, seconds: float = START_S) -> str:
        """Return the first line with a text in it."""
        with self._news:
            found = self._news.wait_for(lambda: [line for line in self._lines if text in line], timeout=seconds)
            assert found, f"{text!r} was not said: {self._lines}"
            return str(found[0])

    def said(self) -> list[HookLine]:
        found = [said_by(line.encode()) for line in self.lines]
        return [each for each in found if each is not None]

    def tell(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def close_stdin(self) -> int:
        """Let it see that nobody is there any more, and return its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        code = self._process.wait(START_S)
        self._reader.join(START_S)
        return code

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(START_S)
        self._reader.join(START_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self._lines.append(line.decode("utf-8", errors="replace").strip())
                self._news.notify_all()
