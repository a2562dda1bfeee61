"""Two pipes between supervisor and window, and the handles by which the window finds its ends.

Owns making them, and what stands in the window's environment. A process of Windows is given handles, not descriptors; elsewhere
a descriptor is its own handle, so that the same two ends are tried everywhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, MutableMapping
from typing import Final

from kiosk.lockdown.windows.pipe_line import PipeLine, nobody

PIPES_VARIABLE: Final = "KIOSK_SUPERVISOR_PIPES"
"""Tells the window the handles on which it hears its supervisor and is heard: ``412+416``."""
_BETWEEN: Final = "+"
_DIGITS_MAX: Final = 18


class PipesToWindow:
    """The supervisor's end, and the window's until it was given away.

    Args:
        news: see ``PipeLine``.
    """

    def __init__(self, news: Callable[[], None]) -> None:
        theirs_reading, writing = os.pipe()
        try:
            reading, theirs_writing = os.pipe()
        except OSError:
            os.close(theirs_reading)
            os.close(writing)
            raise
        self._theirs = (theirs_reading, theirs_writing)
        self.handles = (_handle_of(theirs_reading), _handle_of(theirs_writing))
        self.line = PipeLine(reading, writing, news=news)

    @property
    def words(self) -> str:
        """What the environment says about the window's ends."""
        return _BETWEEN.join(map(str, self.handles))

    def given_away(self) -> None:
        """Close the window's ends here: they are its own now, and close when it ends."""
        for descriptor in self._theirs:
            os.close(descriptor)


def handles_in(environment: MutableMapping[str, str]) -> tuple[int, int] | None:
    """Return the handles that a supervisor has left to this process, and take the variable away; None where it left none."""
    words = environment.pop(PIPES_VARIABLE, "").split(_BETWEEN)
    if len(words) != 2 or not all(word.isascii() and word.isdecimal() and len(word) <= _DIGITS_MAX for word in words):
        return None
    return int(words[0]), int(words[1])


def line_over(handles: tuple[int, int], *, news: Callable[[], None] = nobody) -> PipeLine:
    """Return the window's end of the line.

    Args:
        handles: that a supervisor has left.
        news: see ``PipeLine``.

    Raises:
        OSError: those are no handles of this process.
    """
    reading, writing = handles
    return PipeLine(_descriptor_of(reading, os.O_RDONLY), _descriptor_of(writing, os.O_WRONLY), news=news)


def wait_for_a_byte(handle: int) -> bytes:
    """Wait for one byte, before there is a line; nothing when the other end is gone."""
    try:
        return _read_from(handle)
    except OSError:
        return b""


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def _handle_of(descriptor: int) -> int:
        handle = msvcrt.get_osfhandle(descriptor)
        os.set_handle_inheritable(handle, True)
        return handle

    def _descriptor_of(handle: int, flags: int) -> int:
        os.set_handle_inheritable(handle, False)
        return msvcrt.open_osfhandle(handle, flags | os.O_BINARY | os.O_NOINHERIT)

    def _read_from(handle: int) -> bytes:
        piece, _ = _winapi.ReadFile(handle, 1)
        return bytes(piece)

else:

    def _handle_of(descriptor: int) -> int:
        return descriptor

    def _descriptor_of(handle: int, flags: int) -> int:
        del flags
        os.set_inheritable(handle, False)
        return handle

    def _read_from(handle: int) -> bytes:
        return os.read(handle, 1)
