"""The supervisor's end of the line to the window: whole messages in, whole messages out, and never a wait.

Owns a line that does not block and what is still to be written to it. Refuses to know what the messages mean. What the window
sends is read strictly and in bounds: it runs what a candidate may have got at.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from kiosk.lockdown.protocol import (
    MESSAGE_MAX_BYTES,
    FromSupervisor,
    FromWindow,
    encode_message,
    read_from_window,
)
from signing.errors import FormRefused
from ui.lockdown.ports import Line

_PIECE_BYTES: Final = 64 * 1024
MESSAGES_A_TURN: Final = 1_000
"""A window that says more at once than this waits for its next turn; the supervisor has other things to do."""
UNSENT_MAX_BYTES: Final = 96 * 1024 * 1024
"""More than the longest log takes in messages; a window that reads nothing is given up."""


class LinkEnded(Exception):  # noqa: N818 - not an error: windows end
    """The line is of no use any more; ``str`` says why."""


class LinkClosed(LinkEnded):
    """Nobody is at the other end any more."""


class WindowLink:
    """A line to one window."""

    def __init__(self, own: Line) -> None:
        self._line = own
        self._read = bytearray()
        self._unsent: deque[memoryview] = deque()
        self._unsent_bytes = 0

    @property
    def has_unsent(self) -> bool:
        """Whether something waits until the window reads."""
        return bool(self._unsent)

    def send(self, message: FromSupervisor) -> None:
        """Send a message, now or as soon as the window reads.

        Raises:
            LinkEnded: the window reads nothing.
            LinkClosed: it is gone.
        """
        data = encode_message(message)
        self._unsent.append(memoryview(data))
        self._unsent_bytes += len(data)
        self.flush()
        if self._unsent_bytes > UNSENT_MAX_BYTES:
            raise LinkEnded("reads nothing of what it is told")

    def flush(self) -> None:
        """Write what can be written without waiting.

        Raises:
            LinkClosed: the window is gone.
        """
        while self._unsent:
            try:
                sent = self._line.send(self._unsent[0])
            except BlockingIOError:
                return
            except OSError as error:
                raise LinkClosed("has closed its line") from error
            self._unsent_bytes -= sent
            rest = self._unsent[0][sent:]
            if rest:
                self._unsent[0] = rest
            else:
                self._unsent.popleft()

    def receive(self) -> tuple[FromWindow, ...]:
        """Return what the window has said, in order.

        Raises:
            LinkClosed: the window is gone, and everything it said was returned before.
            LinkEnded: it says something unreadable.
        """
        ended = self._take_in()
        messages: list[FromWindow] = []
        while len(messages) < MESSAGES_A_TURN:
            end = self._read.find(b"\n")
            if end < 0:
                break
            line = bytes(self._read[:end])
            del self._read[: end + 1]
            try:
                messages.append(read_from_window(line))
            except FormRefused as refused:
                raise LinkEnded(f"said something unreadable: {refused}") from refused
        if len(self._read) > MESSAGE_MAX_BYTES and b"\n" not in self._read:
            raise LinkEnded("said something without an end")
        if ended and not messages:
            raise LinkClosed("has closed its line")
        return tuple(messages)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _take_in(self) -> bool:
        """Read what is there, within bounds; tell whether it was the end."""
        while len(self._read) <= MESSAGE_MAX_BYTES:
            try:
                piece = self._line.recv(_PIECE_BYTES)
            except BlockingIOError:
                return False
            except OSError:
                return True
            if not piece:
                return True
            self._read += piece
        return False
