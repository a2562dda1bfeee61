"""A window that nobody sees, behind the product's own walls: beats, says which session runs, and notes what it is told.

``python -m tests.ui.lockdown.stand_in`` in the place of the launcher. What it does is read from ``act`` in the seat's folder.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import socket
import sys
import time
from pathlib import Path

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.environment import SUPERVISOR_VARIABLE
from kiosk.lockdown.linux.sandbox import decode_plan, launch
from kiosk.lockdown.protocol import (
    VERSION,
    Beat,
    Cleared,
    Covered,
    FromWindow,
    Hello,
    LogLines,
    LogWanted,
    Observed,
    Raised,
    SessionIs,
    State,
    Stop,
    encode_message,
    read_from_supervisor,
)
from kiosk.lockdown.supervision import RESTART

BEAT_S = 0.1
BEATS_BEFORE, ASKED_AGAIN = 3, 4
"""A window that asks to be started again: after so many beats, and so many times."""


class Window:
    """What a window says, and a diary of what it hears."""

    def __init__(self, seat: Path) -> None:
        self._seat = seat
        self._line = socket.socket(fileno=int(os.environ[SUPERVISOR_VARIABLE]))
        self._act = (seat / "act").read_text() if (seat / "act").exists() else ""

    def note(self, what: str, **more: object) -> None:
        entry = {"at": time.monotonic(), "what": what, **more}
        with (self._seat / "diary").open("a") as diary:
            diary.write(json.dumps(entry) + "\n")

    def say(self, message: FromWindow) -> None:
        self._line.sendall(encode_message(message))

    def run(self) -> int:
        self.note("begun", act=self._act, environment=sorted(os.environ))
        if self._act == "refused":
            return 3
        if self._act == "dies":
            return 1
        self.say(Hello(version=VERSION + (self._act == "other version"), pid=os.getpid()))
        demanded = Preset.STANDARD if self._act == "sees, at an exam" else Preset.PRACTICE
        self.say(SessionIs(session="s1", demanded=demanded))
        if self._act == "unreadable":
            self._line.sendall(b"beat\n")
        if self._act.startswith("sees"):
            self.say(Observed(kind=IncidentKind.FOREIGN_WINDOW, evidence={"program": "xclock"}))
        unread = b""
        for beats in itertools.count():
            if self._act == "asks again" and beats == BEATS_BEFORE and self._begun() <= ASKED_AGAIN:
                return RESTART
            self.say(Beat(at_ms=time.monotonic_ns() // 1_000_000))
            if self._act == "closes":
                return 0
            readable, _, _ = select.select([self._line], [], [], BEAT_S)
            if readable:
                piece = self._line.recv(1 << 16)
                if not piece:
                    return 9
                *lines, unread = (unread + piece).split(b"\n")
                for line in lines:
                    if self._hear(line):
                        return 0

        return 0

    def _begun(self) -> int:
        return (self._seat / "diary").read_text().count('"what": "begun"')

    def _hear(self, line: bytes) -> bool:
        match read_from_supervisor(line):
            case Stop():
                self.note("stop")
                return True
            case State() as state:
                needed = None if state.proctor_needed is None else state.proctor_needed.value
                table = {entry.concern.value: entry.probe.capability.value for entry in state.table}
                self.note("state", preset=state.preset.value, needed=needed, table=table)
            case Raised() as raised:
                self.note("raised", kind=raised.kind.value, number=raised.number, consequence=raised.consequence.value)
                if self._act == "clears" or self._act.startswith("sees"):
                    self.say(Covered(number=raised.number))
                if self._act == "clears":
                    self.say(Cleared(number=raised.number, proctor="proctor-1", note=""))
                    self.say(LogWanted(session="s1"))
            case LogLines() as log:
                self.note("log", lines=[json.loads(line)["kind"] for line in log.lines], last=log.last)
        return False


def main() -> int:
    plan, words = decode_plan(sys.stdin.buffer.read())
    return launch(plan, lambda: Window(Path(words[2])).run())


if __name__ == "__main__":
    sys.exit(main())
