"""The window's line over pipes, as it is on Windows: the same line, other ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from exam_packages.ids import SessionId
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.protocol import (
    VERSION,
    Beat,
    FromSupervisor,
    FromWindow,
    Hello,
    LogWanted,
    State,
    Stop,
    encode_message,
    log_messages,
    read_from_window,
)
from kiosk.lockdown.windows.pipes import PIPES_VARIABLE, PipesToWindow
from kiosk.seat.guarding import LogUnavailable
from ui.window.line_ends import DESCRIPTOR, end_from, is_supervised
from ui.window.supervisor_line import SupervisorLine, line_from

PATIENCE_S = 20
STATE = State(preset=Preset.STRICT, backend="Windows", table=())


class Supervisor:
    """The other end, and the window's line as it finds it in its environment."""

    def __init__(self) -> None:
        self._news = threading.Event()
        pipes = PipesToWindow(self._news.set)
        reading, writing = (os.dup(handle) for handle in pipes.handles)
        pipes.given_away()
        self._pipe = pipes.line
        self._unread = b""
        self.environment = {PIPES_VARIABLE: f"{reading}+{writing}"}
        line = line_from(self.environment)
        assert line is not None
        self.line: SupervisorLine = line

    def say(self, message: FromSupervisor) -> None:
        self._pipe.send_all(encode_message(message), within_s=PATIENCE_S)

    def hear(self) -> FromWindow:
        while b"\n" not in self._unread:
            piece = self._pipe.wait()
            assert piece, "the window has hung up"
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return read_from_window(line)

    def hang_up(self) -> None:
        self._pipe.close()


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.hang_up()
    supervisor.line.close()


def test_the_window_says_that_it_is_here_and_hears_how_things_are(supervisor: Supervisor) -> None:
    assert supervisor.hear() == Hello(version=VERSION, pid=os.getpid())
    assert supervisor.environment == {}
    supervisor.say(STATE)
    assert supervisor.line.preset is Preset.STRICT
    supervisor.line.send(Beat(at_ms=7))
    assert supervisor.hear() == Beat(at_ms=7)


def test_the_log_comes_over_pipes_too(supervisor: Supervisor) -> None:
    given: list[tuple[bytes, ...]] = []
    asking = threading.Thread(target=lambda: given.append(supervisor.line.lines(SessionId("s1"))))
    asking.start()
    assert isinstance(supervisor.hear(), Hello)
    assert supervisor.hear() == LogWanted(session="s1")
    lines = tuple(b"x" * 1_000 for _ in range(500))
    for message in log_messages("s1", lines):
        supervisor.say(message)
    asking.join(PATIENCE_S)
    assert given == [lines]


def test_a_supervisor_that_is_gone_is_told_once(supervisor: Supervisor) -> None:
    told: list[FromSupervisor | None] = []
    gone = threading.Event()

    def heard(message: FromSupervisor | None) -> None:
        told.append(message)
        if message is None:
            gone.set()

    supervisor.line.listen(heard)
    supervisor.say(Stop())
    supervisor.hang_up()
    assert gone.wait(PATIENCE_S)
    supervisor.line.send(Beat(at_ms=1))
    supervisor.line.send(Beat(at_ms=2))
    with pytest.raises(LogUnavailable):
        supervisor.line.lines(SessionId("s1"))
    assert told == [Stop(), None]


def test_hanging_up_is_heard_at_both_ends(supervisor: Supervisor) -> None:
    gone = threading.Event()
    supervisor.line.listen(lambda message: gone.set() if message is None else None)
    supervisor.line.close()
    assert gone.wait(PATIENCE_S)


def test_without_a_supervisor_there_is_no_line() -> None:
    environment = {DESCRIPTOR: "none", PIPES_VARIABLE: "1+x", "LANG": "C"}
    assert is_supervised(environment)
    assert line_from(environment) is None
    assert environment == {"LANG": "C"}
    assert not is_supervised(environment)
    assert end_from({}) is None
