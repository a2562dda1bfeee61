"""Where a session's second copy lies on a medium, and how it is removed.

Owns names (docs/formats/mirror.md). Refuses to know what the files hold.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from exam_packages.ids import SessionId
from kiosk.durable_file import destroy, sync_folder

MIRRORS: Final = "kiosk-mirror"
ABOUT: Final = "mirror.about"
KEY: Final = "mirror.key"
SESSION_KEY: Final = "session.key.json"
TAKEN: Final = "taken"
FILES_MAX: Final = 100  # a copy has seven, and what programs that were killed have left half-written
NAMES_MAX: Final = 9  # SESSION, SESSION.2 … SESSION.9


def mirrors_of(medium: Path) -> Path:
    """Return the folder of all second copies on a medium."""
    return medium / MIRRORS


def folders_of(medium: Path, session: SessionId) -> tuple[Path, ...]:
    """Return every folder that may hold a copy of a session, in the order in which they are used."""
    parent = mirrors_of(medium)
    return (parent / session, *(parent / f"{session}.{number}" for number in range(2, NAMES_MAX + 1)))


def is_tampered(folder: Path) -> bool:
    """Tell whether a folder is a link or holds one, or holds far more than a copy does: nothing of it is read or written.

    Whoever had the medium in hand would choose what a link leads to: another session's key, the seat's own journal.

    Raises:
        OSError: it cannot be read.
    """
    if folder.is_symlink():
        return True
    if not folder.is_dir():
        return False
    with os.scandir(folder) as entries:
        seen = list(itertools.islice(entries, FILES_MAX + 1))
    return len(seen) > FILES_MAX or any(entry.is_symlink() for entry in seen)


def remove(medium: Path, session: SessionId, *, is_ours: Callable[[Path], bool] = lambda _folder: False) -> bool:
    """Destroy the keys of every copy of a session, then remove the copies.

    A copy that another seat has gone on with stays: it is that seat's to remove.

    Args:
        medium: where they are.
        session: whose.
        is_ours: whether this seat is the one that has gone on with a copy, where one has.

    Returns:
        True when none is left; False where the medium is not here, or a copy stays.

    Raises:
        OSError: it could not be done; it can be repeated.
    """
    if mirrors_of(medium).is_symlink() or not mirrors_of(medium).is_dir():
        return False
    stays = False
    for folder in folders_of(medium, session):
        if (
            folder.is_symlink() or not folder.is_dir()
        ):  # a link is no copy of ours, and what it leads to is somebody else's
            continue
        if (folder / TAKEN).exists() and not is_ours(folder):
            stays = True
            continue
        destroy(folder / KEY)  # first: without the keys the rest is noise
        destroy(folder / SESSION_KEY)
        shutil.rmtree(folder)
        sync_folder(folder.parent)
    return not stays
