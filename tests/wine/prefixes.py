"""A Windows of wine's for one test alone: what it sets nobody else sees."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.wine.rig import RIG, environment

ENDING_S = 60


@contextmanager
def own_prefix(name: str) -> Iterator[Path]:
    """Give a prefix made from the rig's. Wine replaces what it writes, so that files are shared but for the registry."""
    folder = RIG / f"{name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        RIG / "prefix", folder, symlinks=True, copy_function=_copy, ignore=shutil.ignore_patterns("*.tmp", "Temp")
    )
    try:
        yield folder
    finally:
        _end(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _copy(source: str, target: str) -> None:
    if source.endswith(".reg"):
        shutil.copy2(source, target)
    else:
        os.link(source, target, follow_symlinks=False)


def _end(folder: Path) -> None:
    settings = environment("") | {"WINEPREFIX": str(folder)}
    found = (shutil.which(server, path=settings["PATH"]) for server in ("wineserver64", "wineserver"))
    server = next((each for each in found if each is not None), None)
    if server is not None:
        subprocess.run([server, "-k"], env=settings, check=False, timeout=ENDING_S)
