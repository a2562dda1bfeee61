"""The window's end of the line as the system gives it: one descriptor that is read and written, or two pipes on Windows.

Owns waiting for what comes, sending whole messages, and hanging up. Refuses to know what is said, and Qt.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Final, Protocol

from kiosk.lockdown.windows.pipe_line import PipeLine
from kiosk.lockdown.windows.pipes import PIPES_VARIABLE, handles_in, line_over

DESCRIPTOR: Final = "KIOSK_SUPERVISOR_FD"
"""Name of the environment variable with the number of the inherited descriptor."""
SENDING_S: Final = 2.0
"""So long a message may take to go out: a supervisor that reads nothing is none."""
_PIECE_BYTES: Final = 64 * 1024


class LineEnd(Protocol):
    """One end. One thread waits, any thread sends and hangs up. It is closed when nobody waits any more."""

    def wait(self) -> bytes:
        """Wait for what comes, and return it; nothing when this end hangs up, or the other one.

        Raises:
            OSError: the line is broken.
        """
        ...

    def send(self, data: bytes) -> None:
        """Send all of it. By one thread at a time.

        Raises:
            OSError: the supervisor is gone, or reads nothing.
        """
        ...

    def hang_up(self) -> None:
        """End the waiting."""
        ...

    def close(self) -> None:
        """Let go of everything; nobody sends while that is done."""
        ...


class PipesEnd:
    """Two pipes.

    Args:
        line: over both.
    """

    def __init__(self, line: PipeLine) -> None:
        self._line = line

    def wait(self) -> bytes:
        """Wait for the thread that reads."""
        return self._line.wait()

    def send(self, data: bytes) -> None:
        """Send, and wait until it has gone."""
        self._line.send_all(data, within_s=SENDING_S)

    def hang_up(self) -> None:
        """Hang up at once."""
        self._line.close()

    def close(self) -> None:
        """The same."""
        self._line.close()


if sys.platform != "win32":
    import select

    class DescriptorEnd:
        """One descriptor, a socket's.

        Args:
            descriptor: is this object's from now on.
        """

        def __init__(self, descriptor: int) -> None:
            os.set_blocking(descriptor, False)
            self._descriptor = descriptor
            self._woken, self._wake = os.pipe()

        def wait(self) -> bytes:
            """Wait for both: what comes, and being woken."""
            poll = select.poll()
            poll.register(self._descriptor, select.POLLIN)
            poll.register(self._woken, select.POLLIN)
            ready = {descriptor for descriptor, _ in poll.poll()}
            return b"" if self._woken in ready else os.read(self._descriptor, _PIECE_BYTES)

        def send(self, data: bytes) -> None:
            """Write as fast as it is read."""
            view = memoryview(data)
            poll = select.poll()
            try:
                poll.register(self._descriptor, select.POLLOUT)
            except ValueError:
                raise OSError("the line is closed") from None
            while view:
                if not poll.poll(int(SENDING_S * 1_000)):
                    raise OSError("the supervisor reads nothing")
                view = view[os.write(self._descriptor, view) :]

        def hang_up(self) -> None:
            """Wake who waits."""
            with contextlib.suppress(OSError):  # the other end was quicker
                os.write(self._wake, b"w")

        def close(self) -> None:
            """Close it, and what it is woken by."""
            for each in (self._descriptor, self._woken, self._wake):
                os.close(each)
            self._descriptor = self._wake = -1

    def _inherited(environment: MutableMapping[str, str]) -> LineEnd | None:
        number = environment.pop(DESCRIPTOR, "")
        if not (number.isascii() and number.isdecimal()):
            return None
        descriptor = int(number)
        os.set_inheritable(descriptor, False)
        return DescriptorEnd(descriptor)

else:

    def _inherited(environment: MutableMapping[str, str]) -> LineEnd | None:
        del environment
        return None


def is_supervised(environment: Mapping[str, str]) -> bool:
    """Tell whether a supervisor has left a line to this process."""
    return DESCRIPTOR in environment or PIPES_VARIABLE in environment


def end_from(environment: MutableMapping[str, str]) -> LineEnd | None:
    """Return the end of a line that a supervisor has left to this process; None where there is no supervisor.

    The variable is taken away: no process that is started from here has any use for it.

    Raises:
        OSError: what the variable names is not there.
    """
    handles = handles_in(environment)
    return _inherited(environment) if handles is None else PipesEnd(line_over(handles))
