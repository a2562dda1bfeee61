"""The line between the self-test outside and the window behind the walls: one question, one answer, each a line of JSON.

Owns the encoding and its bounds. What comes from inside is read strictly: inside is what is being tried.
"""

from __future__ import annotations

import os
import select
from collections.abc import Mapping
from enum import Enum
from typing import Final

from kiosk.errors import KioskError
from signing.canonical import JsonInput, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields

LINE_MAX_BYTES: Final = 1024 * 1024
_PIECE: Final = 64 * 1024


class Ask(Enum):
    """What is asked of the window."""

    ATTEMPT = "attempt"
    """Try to break out; ``name`` says how."""
    STATE = "state"
    CLEAR = "clear"
    TRYING = "trying"
    RESULT = "result"
    FONTS = "fonts"
    AUDIO = "audio"
    END = "end"


class LineLost(KioskError):  # noqa: N818 - see KioskError
    """The window is gone, or says nothing, or something unreadable."""

    code = "line-lost"


class Line:
    """One end of the line, on a descriptor. Used by one thread at a time."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._unread = bytearray()

    def ask(self, what: Ask, about: Mapping[str, JsonInput], *, within_s: float) -> Fields:
        """Ask, and return the answer.

        Raises:
            LineLost: none came.
            FormRefused: it is none.
        """
        self.say({"ask": what.value, **about})
        line = self.read(within_s)
        if line is None:
            raise LineLost(f"the window does not answer ({what.value})")
        return Fields(decode(line, place=what.value, max_bytes=LINE_MAX_BYTES), what.value)

    def say(self, value: Mapping[str, JsonInput]) -> None:
        """Send one line.

        Raises:
            LineLost: nobody is at the other end.
        """
        view = memoryview(encode(dict(value)) + b"\n")
        try:
            while view:
                view = view[os.write(self.descriptor, view) :]
        except OSError as error:
            raise LineLost(f"the other end is gone: {error.strerror}") from error

    def read(self, within_s: float | None) -> bytes | None:
        """Return the next line; None where none comes in time, or nobody is there any more.

        Raises:
            LineLost: it has no end.
        """
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > LINE_MAX_BYTES:
                raise LineLost("a line has no end")
            ready, _, _ = select.select([self.descriptor], [], [], within_s)
            if not ready:
                return None
            try:
                piece = os.read(self.descriptor, _PIECE)
            except OSError:
                return None
            if not piece:
                return None
            self._unread += piece
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line


def asked(line: bytes) -> tuple[Ask, Fields]:
    """Read a question.

    Raises:
        FormRefused: it is none.
    """
    fields = Fields(decode(line, place="question", max_bytes=LINE_MAX_BYTES), "question")
    return fields.choice("ask", Ask), fields


__all__ = ["Ask", "FormRefused", "Line", "LineLost", "asked"]
