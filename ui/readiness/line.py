"""The line between the self-test outside and a part of it in another process: one question, one answer, each a line of JSON.

Owns the encoding and its bounds, and what the line runs over. What comes from inside is read strictly: inside is what is being
tried.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Final, Protocol

from kiosk.errors import KioskError
from kiosk.lockdown.windows.pipe_line import PipeLine
from signing.canonical import JsonInput, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields

LINE_MAX_BYTES: Final = 1024 * 1024
SENDING_S: Final = 20.0
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
    COLOURS = "colours"
    """Show squares of these colours all over the window; without any, show the page again."""
    END = "end"


class LineLost(KioskError):  # noqa: N818 - see KioskError
    """The window is gone, or says nothing, or something unreadable."""

    code = "line-lost"


class Wire(Protocol):
    """What a line runs over."""

    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            OSError: nobody is at the other end, or takes it.
        """
        ...

    def receive(self, within_s: float | None) -> bytes | None:
        """Return what comes; nothing at the end; None where nothing comes in that time.

        Raises:
            OSError: it is broken, which is as its end.
        """
        ...


class DescriptorWire:
    """A descriptor that is read and written, a socket's."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def send(self, data: bytes) -> None:
        """Write it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def receive(self, within_s: float | None) -> bytes | None:
        """Wait, and read."""
        ready, _, _ = select.select([self._descriptor], [], [], within_s)
        return os.read(self._descriptor, _PIECE) if ready else None


class PipeWire:
    """Two pipes, as Windows has them.

    Args:
        line: over both.
        news: set by the line whenever something has come, and at the end.
    """

    def __init__(self, line: PipeLine, news: threading.Event) -> None:
        self._line, self._news = line, news

    def send(self, data: bytes) -> None:
        """Have it sent."""
        self._line.send_all(data, within_s=SENDING_S)

    def receive(self, within_s: float | None) -> bytes | None:
        """Wait for news."""
        while True:
            self._news.clear()
            try:
                return self._line.recv(_PIECE)
            except BlockingIOError:
                if not self._news.wait(within_s):
                    return None


class Line:
    """One end of the line, at which questions are asked. Used by one thread at a time."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._unread = bytearray()

    def ask(self, what: Enum, about: Mapping[str, JsonInput], *, within_s: float) -> Fields:
        """Ask, and return the answer.

        Raises:
            LineLost: none came.
            FormRefused: it is none.
        """
        self.say({"ask": what.value, **about})
        line = self.read(within_s)
        if line is None:
            raise LineLost(f"the other side does not answer ({what.value})")
        return Fields(decode(line, place=str(what.value), max_bytes=LINE_MAX_BYTES), str(what.value))

    def say(self, value: Mapping[str, JsonInput]) -> None:
        """Send one line.

        Raises:
            LineLost: nobody is at the other end.
        """
        try:
            self._wire.send(said(value))
        except OSError as error:
            raise LineLost(f"the other end is gone: {error.strerror or error}") from error

    def read(self, within_s: float | None) -> bytes | None:
        """Return the next line; None where none comes in time, or nobody is there any more.

        Raises:
            LineLost: it has no end.
        """
        while (line := _taken(self._unread)) is None:
            try:
                piece = self._wire.receive(within_s)
            except OSError:
                return None
            if not piece:
                return None
            self._unread += piece
        return line


def lines_from(wait: Callable[[], bytes]) -> Iterator[bytes]:
    """Give the lines that come, until the end.

    Args:
        wait: returns what has come; nothing at the end.

    Raises:
        LineLost: a line has no end.
        OSError: as ``wait``.
    """
    unread = bytearray()
    while piece := wait():
        unread += piece
        while (line := _taken(unread)) is not None:
            yield line


def said(value: Mapping[str, JsonInput]) -> bytes:
    """Return a line, with its end."""
    return encode(dict(value)) + b"\n"


def _taken(unread: bytearray) -> bytes | None:
    end = unread.find(b"\n")
    if end < 0:
        if len(unread) > LINE_MAX_BYTES:
            raise LineLost("a line has no end")
        return None
    line = bytes(unread[:end])
    del unread[: end + 1]
    return line


def asked(line: bytes) -> tuple[Ask, Fields]:
    """Read a question that is asked of the window.

    Raises:
        FormRefused: it is none.
    """
    fields = question(line)
    return fields.choice("ask", Ask), fields


def question(line: bytes) -> Fields:
    """Read a question; what is asked stands in ``ask``.

    Raises:
        FormRefused: it is none.
    """
    return Fields(decode(line, place="question", max_bytes=LINE_MAX_BYTES), "question")


__all__ = [
    "Ask",
    "DescriptorWire",
    "FormRefused",
    "Line",
    "LineLost",
    "PipeWire",
    "Wire",
    "asked",
    "lines_from",
    "question",
    "said",
]
