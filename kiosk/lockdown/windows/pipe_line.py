"""A line over two pipes, with the face of a socket that does not block: Windows waits for no pipe beside other things.

Owns two descriptors and a thread for each: one waits for what comes, one for what is to go to be taken. Refuses to know what is
said. Runs on every system; a descriptor is closed by the thread that waits on it and by nobody else, because closing a pipe that
another thread waits on waits for that thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Final

PIECE_BYTES: Final = 64 * 1024
WAITING_MAX_BYTES: Final = 1024 * 1024
"""So much of what has come may wait to be fetched; then nothing more is read, and the other end waits."""


def nobody() -> None:
    """Nobody wants to be told."""


class PipeLine:
    """One end. Any thread may use it.

    Args:
        reading: descriptor of what comes; is this object's from now on.
        writing: descriptor of what goes.
        news: called on a thread of the line whenever something has come or gone, and at the end.
    """

    def __init__(self, reading: int, writing: int, *, news: Callable[[], None] = nobody) -> None:
        self._news = news
        self._changed = threading.Condition()
        self._come = bytearray()
        self._to_go = bytearray()
        self._has_ended = False
        self._is_closed = False
        for work, descriptor, name in ((self._read, reading, "reading"), (self._write, writing, "writing")):
            threading.Thread(target=work, args=(descriptor,), name=f"pipe-line {name}", daemon=True).start()

    def recv(self, length: int, /) -> bytes:
        """Return what has come, in order; nothing once the other end is gone and everything was fetched.

        Raises:
            BlockingIOError: nothing has come.
        """
        with self._changed:
            if not self._come:
                if self._has_ended or self._is_closed:
                    return b""
                raise BlockingIOError
            piece = bytes(self._come[:length])
            del self._come[:length]
            self._changed.notify_all()
            return piece

    def wait(self) -> bytes:
        """Wait for what comes, and return it; nothing when this end hangs up, or the other one."""
        with self._changed:
            self._changed.wait_for(lambda: self._come or self._has_ended or self._is_closed)
            return b"" if self._is_closed else self.recv(PIECE_BYTES)

    def send(self, data: memoryview, /) -> int:
        """Take some of it to send, and return how much.

        Raises:
            BlockingIOError: what was taken before has not gone yet.
            BrokenPipeError: nobody is at the other end any more.
        """
        with self._changed:
            self._refuse_ended()
            taken = data[: PIECE_BYTES - len(self._to_go)]
            if not taken:
                raise BlockingIOError
            self._to_go += taken
            self._changed.notify_all()
            return len(taken)

    def send_all(self, data: bytes, *, within_s: float) -> None:
        """Send all of it, and return when it has gone.

        Raises:
            OSError: the other end is gone, or takes nothing for so long.
        """
        with self._changed:
            self._refuse_ended()
            self._to_go += data
            self._changed.notify_all()
            while self._to_go:
                before = len(self._to_go)
                if not self._changed.wait_for(lambda: len(self._to_go) < before or self._is_over, within_s):  # noqa: B023 - asked before it changes
                    raise OSError("the other end reads nothing")
                self._refuse_ended()

    def close(self) -> None:
        """Hang up; what has not gone does not go."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def _is_over(self) -> bool:
        return self._has_ended or self._is_closed

    def _refuse_ended(self) -> None:
        if self._is_over:
            raise BrokenPipeError("nobody is at the other end")

    # -- on the line's own threads -------------------------------------------------------------------------------------

    def _read(self, descriptor: int) -> None:
        try:
            while piece := os.read(descriptor, PIECE_BYTES):
                with self._changed:
                    self._come += piece
                    self._changed.notify_all()
                self._news()
                with self._changed:
                    self._changed.wait_for(lambda: len(self._come) < WAITING_MAX_BYTES or self._is_closed)
                    if self._is_closed:
                        break
        except OSError:
            pass  # a pipe of Windows that was broken: as its end
        finally:
            self._end(descriptor)

    def _write(self, descriptor: int) -> None:
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._to_go or self._is_over)
                    if self._is_over:
                        break
                    piece = bytes(self._to_go[:PIECE_BYTES])
                done = os.write(descriptor, piece)
                with self._changed:
                    del self._to_go[:done]
                    self._changed.notify_all()
                self._news()
        except OSError:
            pass
        finally:
            self._end(descriptor)

    def _end(self, descriptor: int) -> None:
        os.close(descriptor)
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()
        self._news()
