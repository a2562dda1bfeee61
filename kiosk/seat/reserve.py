"""Room that is kept on the seat's disk for the day on which the disk is full.

Owns one file that is nothing but room. It is given up when the seat cannot be opened for lack of space; then results can still be
sealed and carried away. It is made again when there is plenty. Refuses to know what needs the room.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from typing import Final

from kiosk.durable_file import remove_durably, write_durably
from kiosk.seat.layout import SeatFolder

RESERVE_BYTES: Final = 3 * 1024 * 1024  # the state's log 1 MiB, its index, a result of 1 MiB, and some
PLENTY_BYTES: Final = 8 * RESERVE_BYTES  # free space from which on it is made again


def keep(folder: SeatFolder) -> None:
    """Make the reserve where it is missing and there is plenty of room. That it cannot be made is no fault: nothing hangs on it.

    It is filled with random bytes, because a file system may keep no room for zeros.
    """
    with contextlib.suppress(OSError):
        if not folder.reserve.exists() and shutil.disk_usage(folder.folder).free >= PLENTY_BYTES:
            write_durably(folder.reserve, secrets.token_bytes(RESERVE_BYTES), mode=0o600)


def give_up(folder: SeatFolder) -> bool:
    """Give the room free; return whether there was any."""
    try:
        there = folder.reserve.exists()
        remove_durably(folder.reserve)
    except OSError:
        return False
    return there


def is_kept(folder: SeatFolder) -> bool:
    """Tell whether the reserve is there."""
    return folder.reserve.exists()
