"""The window's end of the line to the supervisor: whole messages in and out, and the log of a session when it is sealed.

Owns the inherited descriptor and the thread that reads it. Reading has a thread of its own because a result may be sealed before
Qt turns its first round, and while the interface is busy. Refuses to know Qt, and what follows from a message.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Callable, MutableMapping
from typing import Final

from exam_packages.ids import SessionId
from kiosk.lockdown.facts import CapabilityEntry, Preset
from kiosk.lockdown.log import LINES_MAX
from kiosk.lockdown.protocol import (
    MESSAGE_MAX_BYTES,
    VERSION,
    FromSupervisor,
    FromWindow,
    Hello,
    LogLines,
    LogWanted,
    State,
    encode_message,
    read_from_supervisor,
)
from kiosk.seat.guarding import LogUnavailable
from signing.errors import FormRefused

DESCRIPTOR: Final = "KIOSK_SUPERVISOR_FD"
"""Name of the environment variable with the number of the inherited descriptor."""
ANSWER_S: Final = 5.0
"""So long a supervisor may take to answer; a result is never kept waiting for longer."""
SENDING_S: Final = 2.0
"""So long a message may take to go out: a supervisor that reads nothing is none."""
_PIECE_BYTES: Final = 64 * 1024

Heard = Callable[[FromSupervisor | None], None]
"""Called on the reading thread with each message but log lines; with None when the supervisor is gone."""


class SupervisorLine:
    """The line, and with it what the seat knows of its lockdown (``LockdownPort``). Any thread may use it."""

    def __init__(self, descriptor: int, *, answer_s: float = ANSWER_S) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._woken, self._wake = os.pipe()
        self._answer_s = answer_s
        self._sending = threading.Lock()
        self._asking = threading.Lock()
        self._hearing = threading.Condition()
        self._heard: Heard | None = None
        self._waiting: list[FromSupervisor] = []
        self._state: State | None = None
        self._gone = False
        self._answer: list[bytes] = []
        self._asked_for: str | None = None
        self._thread = threading.Thread(target=self._read, name="supervisor-line", daemon=True)

    @property
    def state(self) -> State | None:
        """How the machine is locked down, as last heard; None before that."""
        return self._state

    @property
    def preset(self) -> Preset:
        """How strict the supervisor was asked to be; waits for its first word."""
        state = self._known_state()
        return Preset.PRACTICE if state is None else state.preset

    @property
    def table(self) -> tuple[CapabilityEntry, ...]:
        """What is done about every concern; waits for the supervisor's first word, and is empty without it."""
        state = self._known_state()
        return () if state is None else state.table

    def open(self) -> None:
        """Begin to read, and say that the window is here."""
        self._thread.start()
        self.send(Hello(version=VERSION, pid=os.getpid()))

    def listen(self, heard: Heard) -> None:
        """Have messages told, those of before too, in order."""
        with self._hearing:
            waiting, self._waiting = self._waiting, []
            for message in waiting:
                heard(message)
            if self._gone:
                heard(None)
            self._heard = heard

    def mute(self) -> None:
        """Tell nobody any more."""
        with self._hearing:
            self._heard = None

    def send(self, message: FromWindow) -> None:
        """Send a message. A supervisor that is gone is told by ``listen``."""
        data = encode_message(message)
        with self._sending:
            try:
                self._send_all(data)
            except (OSError, ValueError):  # closed already
                self.close()  # the reading thread sees it, and says so

    def lines(self, session: SessionId) -> tuple[bytes, ...]:
        """Return a session's lockdown log (bg).

        Raises:
            LogUnavailable: the supervisor is gone or does not answer.
        """
        with self._asking:
            with self._hearing:
                self._answer, self._asked_for = [], session
            self.send(LogWanted(session=session))
            with self._hearing:
                answered = self._hearing.wait_for(lambda: self._asked_for is None or self._gone, self._answer_s)
                done, self._asked_for = self._asked_for is None, None
                if not answered or not done:
                    raise LogUnavailable("the supervisor does not give the log of this session")
                return tuple(self._answer)

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):  # the other end was quicker
            os.write(self._wake, b"w")

    def _send_all(self, data: bytes) -> None:
        view = memoryview(data)
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        while view:
            if not poll.poll(int(SENDING_S * 1_000)):
                raise OSError("the supervisor reads nothing")
            view = view[os.write(self._descriptor, view) :]

    def _known_state(self) -> State | None:
        with self._hearing:
            self._hearing.wait_for(lambda: self._state is not None or self._gone, self._answer_s)
            return self._state

    # -- on the reading thread -----------------------------------------------------------------------------------------

    def _read(self) -> None:
        unread = bytearray()
        try:
            while piece := self._piece():
                unread += piece
                self._take(unread)
                if len(unread) > MESSAGE_MAX_BYTES:
                    raise FormRefused("says something without an end", place="supervisor")
        except (OSError, FormRefused):
            pass  # nothing it says can be understood any more: that is as if it were gone
        with self._sending:
            for each in (self._descriptor, self._woken, self._wake):
                os.close(each)
            self._descriptor = self._wake = -1
        with self._hearing:
            self._gone = True
            self._hearing.notify_all()
            if self._heard is not None:
                self._heard(None)

    def _piece(self) -> bytes:
        """Wait for what comes; nothing when this end hangs up, or the other one."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        ready = {descriptor for descriptor, _ in poll.poll()}
        return b"" if self._woken in ready else os.read(self._descriptor, _PIECE_BYTES)

    def _take(self, unread: bytearray) -> None:
        while (end := unread.find(b"\n")) >= 0:
            line = bytes(unread[:end])
            del unread[: end + 1]
            message = read_from_supervisor(line)
            with self._hearing:
                self._keep(message)
                self._hearing.notify_all()

    def _keep(self, message: FromSupervisor) -> None:
        if isinstance(message, LogLines):
            if message.session == self._asked_for and len(self._answer) < LINES_MAX:
                self._answer += message.lines
                self._asked_for = None if message.last else self._asked_for
            return
        if isinstance(message, State):
            self._state = message
        if self._heard is None:
            self._waiting.append(message)
        else:
            self._heard(message)


def line_from(environment: MutableMapping[str, str]) -> SupervisorLine | None:
    """Return the line that a supervisor has left to this process, opened; None where there is no supervisor.

    The variable is taken away: no process that is started from here has any use for it.
    """
    number = environment.pop(DESCRIPTOR, "")
    if not (number.isascii() and number.isdecimal()):
        return None
    descriptor = int(number)
    os.set_inheritable(descriptor, False)
    line = SupervisorLine(descriptor)
    line.open()
    return line
