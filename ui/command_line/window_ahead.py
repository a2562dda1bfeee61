"""Whether a command line is the plain one that a seat's window is started with, told before the command line itself is loaded.

Owns nothing that counts: the command line is read once more, and whatever is not plain here — another command, an unknown or
abbreviated option, a value that will be refused, a seat that is not there or in use — only means that no curtain is shown.
Loads nothing but what a path and a lock need.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.errors import StorageFault
from kiosk.seat.layout import FolderLock, SeatFolder

if TYPE_CHECKING:
    from ui.window.curtain import Curtain

COMMAND: Final = ("seat", "run")
THEMES: Final = frozenset({"light", "dark", "high-contrast"})
TEXT_PERCENTS: Final = range(100, 401)
_FLAG: Final = "--windowed"
_OPTIONS: Final = ("--stick", "--theme", "--text-size", "--stats")


class Wanted(NamedTuple):
    """What the window will look like, and whose it is."""

    folder: Path
    theme: str
    text_percent: int
    windowed: bool


def read(words: Sequence[str]) -> Wanted | None:
    """Read ``seat run SEAT [--stick …] [--theme …] [--text-size …] [--stats …] [--windowed]``; None for anything else."""
    if tuple(words[: len(COMMAND)]) != COMMAND:
        return None
    found, folders, windowed = {"--theme": "light", "--text-size": "100"}, [], False
    rest = iter(words[len(COMMAND) :])
    for word in rest:
        if word in _OPTIONS:
            found[word] = next(rest, "")
        elif word == _FLAG:
            windowed = True
        elif word.startswith("-"):
            return None
        else:
            folders.append(word)
    size = found["--text-size"]
    percent = int(size) if size.isascii() and size.isdecimal() else 0
    if len(folders) != 1 or "" in found.values() or found["--theme"] not in THEMES or percent not in TEXT_PERCENTS:
        return None
    return Wanted(Path(folders[0]), found["--theme"], percent, windowed)


def curtain_for(words: Sequence[str]) -> Curtain | None:
    """Show the curtain where the window of a seat will come up, and return it; it stands when this returns."""
    wanted = read(words)
    if wanted is None or not _is_free(wanted.folder):
        return None
    from ui.window.application import make_application  # noqa: PLC0415 - Qt is loaded only where a window is wanted
    from ui.window.curtain import raise_curtain  # noqa: PLC0415
    from ui.window.theme import Theme  # noqa: PLC0415

    app = make_application()
    return raise_curtain(app, theme=Theme(wanted.theme), text_percent=wanted.text_percent, windowed=wanted.windowed)


def _is_free(folder: Path) -> bool:
    """There is a seat, and no other process has it: nothing may come up over a running exam."""
    with contextlib.suppress(StorageFault, OSError):
        if SeatFolder(folder).about.is_file():
            FolderLock(folder).release()
            return True
    return False
