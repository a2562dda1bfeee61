"""The scenes, played by a product in which one thing is wrong. The last argument says which."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

from kiosk.drill.acts import Scene, play, read_cast
from kiosk.journal import database


def break_it(what: str) -> None:
    """Make the product careless."""
    match what:
        case "commits are not synced":
            careless = [("synchronous", "OFF", 0) if each[0] == "synchronous" else each for each in database._SETTINGS]
            patch.object(database, "_SETTINGS", careless).start()
        case "folders are not synced":
            patch.object(os, "fsync", partial(fsync_of_files, os.fsync)).start()
        case _:
            raise LookupError(what)


def fsync_of_files(fsync: Callable[[int], None], descriptor: int) -> None:
    """Sync a file; of a folder say that it is done."""
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        fsync(descriptor)


if __name__ == "__main__":
    break_it(sys.argv[1])
    play(Scene(sys.argv[2]), read_cast(Path(sys.argv[3])))
