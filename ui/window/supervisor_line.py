"""The window's end of the line to the supervisor: whole messages in and out, and the log of a session when it is sealed.

Owns the inherited end of the line and the thread that waits on it. Reading has a thread of its own because a result may be
sealed before Qt turns its first round, and while the interface is busy. Refuses to know Qt, and what follows from a message.
"""

from __future__ import annotations

import os
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
from ui.window.line_ends import LineEnd, end_from

ANSWER_S: Final = 5.0
"""So long a supervisor may take to answer; a result is never kept waiting for longer."""

Heard = Callable[[FromSupervisor | None], None]
"""Called on the reading thread with each message but log lines; with None when the supervisor is gone."""


class SupervisorLine:
    """The line, and with it what the seat knows of its lockdown (``LockdownPort``). Any thread may use it."""

    def __init__(self, end: LineEnd, *, answer_s: float = ANSWER_S) -> None:
        self._end = end
        self._is_closed = False
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
            if self._is_closed:
                return
            try:
                self._end.send(data)
            except OSError:
                self._end.hang_up()  # the reading thread sees it, and says so

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
        self._end.hang_up()

    def _known_state(self) -> State | None:
        with self._hearing:
            self._hearing.wait_for(lambda: self._state is not None or self._gone, self._answer_s)
            return self._state

    # -- on the reading thread -----------------------------------------------------------------------------------------

    def _read(self) -> None:
        unread = bytearray()
        try:
            while piece := self._end.wait():
                unread += piece
                self._take(unread)
                if len(unread) > MESSAGE_MAX_BYTES:
                    raise FormRefused("says something without an end", place="supervisor")
        except (OSError, FormRefused):
            pass  # nothing it says can be understood any more: that is as if it were gone
        with self._sending:
            self._is_closed = True
            self._end.close()
        with self._hearing:
            self._gone = True
            self._hearing.notify_all()
            if self._heard is not None:
                self._heard(None)

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

    Raises:
        OSError: what it names is not there.
    """
    end = end_from(environment)
    if end is None:
        return None
    line = SupervisorLine(end)
    line.open()
    return line
