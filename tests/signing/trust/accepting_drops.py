"""A machine that pins a root, accepts one drop after another and says so, as a program: ``test_power_cut`` records its calls.

``python -m tests.signing.trust.accepting_drops MARKS FOLDER ROOT DROP…``. At the second drop the program is killed once, the
moment that the drop begins to count: what it has not brought to the medium by then, it has to bring when it is started again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest.mock import patch

from signing.trust import TrustStore
from signing.trust import folder as files_of
from tests.signing.trust.small_office import NOW


def accept(folder: Path, marks: Path, root: Path, drops: list[Path]) -> None:
    descriptor = os.open(marks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    TrustStore.create(folder, root.read_bytes())
    os.write(descriptor, b"pinned\n")
    for number, drop in enumerate(drops, start=1):
        if number == 2:
            be_killed(folder, drop)
        TrustStore.update(folder, drop, now=NOW)
        os.write(descriptor, f"{drop.name}\n".encode())
    os.close(descriptor)


def be_killed(folder: Path, drop: Path) -> None:
    """Let a copy of the program accept the drop, and end without a word as soon as it counts."""
    child = os.fork()
    if child == 0:
        try:
            die_when_it_counts(folder)
            TrustStore.update(folder, drop, now=NOW)
        finally:
            os._exit(1)  # it should not have come so far
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("the program was not killed when the drop began to count")


def die_when_it_counts(folder: Path) -> None:
    pointer, sync = folder / "current", files_of.sync_folder
    before = content(pointer)

    def sync_or_die(synced: Path) -> None:
        if content(pointer) != before:
            os._exit(0)
        sync(synced)

    patch.object(files_of, "sync_folder", sync_or_die).start()


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    accept(Path(sys.argv[2]), Path(sys.argv[1]), Path(sys.argv[3]), [Path(name) for name in sys.argv[4:]])
