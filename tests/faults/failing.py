"""Plays days on a disk that fails: builds the failing disk, starts the worker with it, and reads what came of a day."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from typing import Final

import pytest

from kiosk.drill import promises
from kiosk.drill.promises import Promised
from tests.faults.small_day import PIECES, Step, fresh_world
from tests.simulators.day import World

_ROOT: Final = Path(__file__).parents[2]
_SOURCE: Final = Path(__file__).with_name("failing_disk.c")


class Calls(IntFlag):
    """Which calls fail; the numbers stand in ``failing_disk.c``."""

    WRITES = 1
    SYNCS = 2
    NAMES = 4


ANY: Final = Calls.WRITES | Calls.SYNCS | Calls.NAMES


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a disk is to fail.

    Attributes:
        below: the folder whose calls count.
        at: which call of those kinds fails; 0: none, they are only counted.
        forever: all after it, too.
    """

    below: Path
    calls: Calls
    at: int
    error: int = errno.EIO
    forever: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a day.

    Attributes:
        promised: what was acknowledged.
        calls: how many of the calls there were.
        step, fault, kind, said: where it ended, and how; empty where it went to its end.
    """

    promised: Promised
    calls: int
    step: str
    fault: str
    kind: str
    said: str


class FailingDisk:
    """A running worker."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._number = 0

    def play(self, world: World, wish: Wish, *, pieces: int = PIECES, steps: Sequence[Step] = tuple(Step)) -> Outcome:
        """Play a day until it ends or fails. A fault without a name fails the test."""
        self._number += 1
        files = {name: self._folder / f"{self._number}.{name}" for name in ("marks", "outcome", "trace")}
        order = {
            **{name: str(path) for name, path in files.items()},
            "world": str(world.folder),
            "choice": world.exams.choice,
            "essay": world.exams.essay,
            "pieces": pieces,
            "steps": [step.value for step in steps],
            "below": str(wish.below),
            "kinds": int(wish.calls),
            "at": wish.at,
            "errno": wish.error,
            "forever": wish.forever,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        trace = files["trace"].read_text(encoding="utf-8") if files["trace"].exists() else ""
        assert answer == {"exit": 0}, f"{wish}: {answer} {trace}"
        promised = Promised()
        for line in files["marks"].read_text(encoding="utf-8").splitlines():
            promised = promises.after(promised, line)
        found = json.loads(files["outcome"].read_text(encoding="utf-8"))
        return Outcome(
            promised=promised,
            calls=found["seen"],
            step=found["step"],
            fault=found["fault"],
            kind=found["kind"],
            said=found["said"],
        )


@contextlib.contextmanager
def failing_disk(folder: Path) -> Iterator[FailingDisk]:
    """Start a worker; where no C compiler is, or no Linux, the test is skipped."""
    if sys.platform != "linux" or shutil.which("cc") is None:
        pytest.skip("a failing disk is made with a C compiler, on Linux (apt-get install gcc libc6-dev)")
    library = folder / "failing_disk.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"], check=True)
    fresh_world(folder / "template")  # made once, here; the worker gets copies
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "LD_PRELOAD": str(library), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        yield FailingDisk(process, folder)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()
