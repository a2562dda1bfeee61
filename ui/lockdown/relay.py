"""Bytes between two sockets of one machine, by a process that both ends believe.

Owns the carrying. Refuses to know what is said. A bus asks the kernel who connects, and a process of another namespace of
processes has no number there: then it lets nobody in. So a process of its own namespace connects for them.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CLIENTS_MAX: Final = 8
"""The window, the one that waits, and those that were killed a moment ago."""
PIECE_BYTES: Final = 64 * 1024
UNSENT_MAX_BYTES: Final = 1024 * 1024
"""More than that waits for nobody: who does not read is let go."""
TURN_S: Final = 0.5


@dataclass(slots=True, eq=False)
class _End:
    """One end of a pair, with what it has not taken yet."""

    socket: socket.socket
    other: _End | None = None
    unsent: bytearray = field(default_factory=bytearray)


class Relay:
    """Carries between whoever connects to one socket, and another socket.

    Args:
        at: where they connect; made here.
        to: where their bytes go.
    """

    def __init__(self, at: Path, to: Path) -> None:
        self._to = to
        self._ends: set[_End] = set()
        self._selector = selectors.DefaultSelector()
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(at))
        self._listening.listen(CLIENTS_MAX)
        self._listening.setblocking(False)
        self._selector.register(self._listening, selectors.EVENT_READ)

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Carry while that holds; it is asked at least twice a second."""
        while goes_on():
            for key, events in self._selector.select(TURN_S):
                if key.fileobj is self._listening:
                    self._accept()
                elif key.data in self._ends:  # not let go of a moment ago
                    self._serve(key.data, events)

    def close(self) -> None:
        """Let go of everybody."""
        for end in tuple(self._ends):
            self._let_go(end)
        self._selector.close()
        self._listening.close()

    def _accept(self) -> None:
        try:
            near, _ = self._listening.accept()
        except OSError:
            return
        far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if len(self._ends) >= 2 * CLIENTS_MAX:
                raise ConnectionRefusedError("too many")
            far.connect(str(self._to))
        except OSError:
            near.close()
            far.close()
            return
        one, other = _End(near), _End(far)
        one.other, other.other = other, one
        for end in (one, other):
            end.socket.setblocking(False)
            self._ends.add(end)
            self._selector.register(end.socket, selectors.EVENT_READ, end)

    def _serve(self, end: _End, events: int) -> None:
        other = end.other
        try:
            if events & selectors.EVENT_WRITE:
                self._send(end)
            if events & selectors.EVENT_READ and other is not None:
                piece = end.socket.recv(PIECE_BYTES)
                if not piece or len(other.unsent) > UNSENT_MAX_BYTES:
                    raise ConnectionResetError("it is over")
                other.unsent += piece
                self._send(other)
        except BlockingIOError:
            return
        except OSError:
            self._let_go(end)

    def _send(self, end: _End) -> None:
        with contextlib.suppress(BlockingIOError):
            del end.unsent[: end.socket.send(end.unsent)]
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if end.unsent else 0)
        self._selector.modify(end.socket, wanted, end)

    def _let_go(self, end: _End) -> None:
        for each in (end, end.other):
            if each is not None and each in self._ends:
                self._ends.discard(each)
                self._selector.unregister(each.socket)
                each.socket.close()
