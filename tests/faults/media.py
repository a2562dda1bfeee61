"""Disks for tests: real file systems that are small, full, read-only, failing or pulled out. They need the rights of root."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PAGE: Final = 4096
_FILLER: Final = ".filler"


def run(*command: str) -> None:
    """Run a command of the system."""
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(folder: Path, *, size_bytes: int) -> Iterator[Path]:
    """Mount an empty file system of a size; without the rights to, the test is skipped."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs rights that are not here")
    try:
        yield folder
    finally:
        run("umount", str(folder))


def fill(disk: Path, *, but_bytes: int = 0) -> None:
    """Fill a disk until only so much is free, to the last block."""
    with contextlib.suppress(OSError), (disk / _FILLER).open("ab", buffering=0) as filler:
        while (left := free(disk) - but_bytes) > 0:
            filler.write(bytes(min(left, 1024 * 1024)))
    assert free(disk) <= but_bytes + PAGE


def free(disk: Path) -> int:
    """Return the free bytes of a disk."""
    return shutil.disk_usage(disk).free


def make_room(disk: Path) -> None:
    """Free what ``fill`` has filled."""
    (disk / _FILLER).unlink(missing_ok=True)


@contextlib.contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Have a disk that nobody writes to refuse every write."""
    run("mount", "-o", "remount,ro", str(disk))
    try:
        yield
    finally:
        run("mount", "-o", "remount,rw", str(disk))


def every_byte(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


_ASKED: Final = os.environ.get("KIOSK_TEST_FAULTS", "")
MANY: Final = int(_ASKED) if _ASKED.isdecimal() else 300
"""Points of each sweep in the full run; where there are fewer, all of them."""
FULL_RUN: Final = bool(_ASKED)
"""Whether ``KIOSK_TEST_FAULTS`` asks for more than a few points: ``full``, or how many."""


def points(count: int, *, few: int, first: int = 1) -> list[int]:
    """Return the points of a sweep from ``first`` to ``count``, spread over it: a few, in the full run many."""
    every = range(first, count + 1)
    wanted = MANY if FULL_RUN else few
    if len(every) <= wanted:
        return list(every)
    return [every[round(number * (len(every) - 1) / (wanted - 1))] for number in range(wanted)]
