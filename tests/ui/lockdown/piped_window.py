"""A window that nobody sees, over pipes: beats over the product's own line, and notes what it hears in the seat's folder."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.protocol import Beat, FromSupervisor, LogLines, Observed, Raised, SessionIs, State, Stop
from kiosk.lockdown.windows.hook_lines import Sign, line_of
from ui.lockdown.launching import WAITING
from ui.lockdown.windows_parts import may_come_up
from ui.window.supervisor_line import line_from

BEAT_S = 0.1
LOST = 76


def main() -> int:
    words = sys.argv[1:]
    waited = words[0] == WAITING
    seat = Path(words[-1])

    def note(what: str, **more: object) -> None:
        entry = {"at": time.monotonic(), "what": what, **more}
        with (seat / "diary").open("a") as diary:
            diary.write(json.dumps(entry) + "\n")

    if waited:
        note("waiting", pid=os.getpid())
        if not may_come_up():
            return 0
    note("begun", pid=os.getpid(), waited=waited, environment=sorted(os.environ))
    line = line_from(os.environ)
    assert line is not None
    ended: list[int] = []
    over = threading.Event()

    def heard(message: FromSupervisor | None) -> None:
        match message:
            case None | Stop():
                note("lost" if message is None else "stop")
                ended.append(LOST if message is None else 0)
                over.set()
            case State():
                note(
                    "state", backend=message.backend, capabilities=[row.probe.capability.value for row in message.table]
                )
            case Raised():
                note("raised", kind=message.kind.value, consequence=message.consequence.value)
            case LogLines():
                note("log")

    line.listen(heard)
    line.send(SessionIs(session="s1"))
    line.send(Observed(kind=IncidentKind.FOREIGN_WINDOW, evidence={"program": "notepad.exe"}))
    while not over.wait(BEAT_S):
        line.send(Beat(at_ms=time.monotonic_ns() // 1_000_000))
        if (seat / "hangs").exists():
            (seat / "hangs").unlink()
            threading.Event().wait()
        if (seat / "close").exists():
            return 0
    return ended[0]


def hold() -> None:
    """Be the hooks' process: say every second that the hooks are there, until nobody listens."""
    over = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        over.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    sign = Sign.READY
    while True:
        sys.stdout.buffer.write(line_of(sign))
        sys.stdout.buffer.flush()
        if over.wait(1.0):
            return
        sign = Sign.ALIVE


if __name__ == "__main__":
    sys.exit(main())
