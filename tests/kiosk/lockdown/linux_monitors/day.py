"""A day at a seat at accelerated time: a made-up machine, all of its monitors, and the judge, as a supervisor has them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from exam_packages.ids import Digest
from kiosk.lockdown.displays import fingerprint_of_edid
from kiosk.lockdown.incidents import Consequence, IncidentKind, Observation
from kiosk.lockdown.input_policy import InputPolicy, Modifier, Stroke, Verdict
from kiosk.lockdown.judging import History, Incident, Rules, due, judge, opened, rest
from kiosk.lockdown.linux.backend import SeatFacts, linux_backend
from kiosk.lockdown.readings import Monitor
from kiosk.lockdown.watching import POLL_MS, Watch
from tests.kiosk.lockdown.linux_monitors.made_up import EXAM_PROGRAM, SEAT_FOLDER, USER, MadeUpMachine, edid_of

OWN_DISPLAY = edid_of("LGD", 0x0521)
LISTED_PROGRAM = b"\x7fELF remote control"
IDLE_MS = 30_000
"""Between two looks while nothing happens; the supervisor looks more often, and sees the same."""
AWAKE_MS = 8_000
"""So long after something happened there are as many looks as in the supervisor."""


class Day:
    """A seat from the start of its session.

    Args:
        rules: how it judges.
        seed: of everything that happens by chance.
        without: name of a monitor that is left out.
    """

    def __init__(self, rules: Rules, *, seed: int, without: str = "") -> None:
        self.machine = MadeUpMachine()
        self.random = random.Random(seed)
        self.incidents: list[Incident] = []
        self._rules = rules
        self._history = History()
        self._keys = InputPolicy()
        self.machine.look.put(EXAM_PROGRAM[1:], b"\x7fELF kiosk")
        self._watch = Watch([monitor for monitor in self.monitors() if monitor.name != without])
        self.look()

    def monitors(self) -> Sequence[Monitor]:
        """All that the backend gives for this machine."""
        seat = SeatFacts(
            uid=USER,
            folder=Path("/", SEAT_FOLDER),
            window=lambda: self.machine.window,
            known_programs=("/opt/exam/",),
            environment=frozenset({"LANG", "DISPLAY"}),
            program_files={Path(EXAM_PROGRAM): Digest(hashlib.sha256(b"\x7fELF kiosk").hexdigest())},
            program_folder=Path(EXAM_PROGRAM).parent,
            displays=[fingerprint_of_edid(OWN_DISPLAY)],
            forbidden_files={Digest(hashlib.sha256(LISTED_PROGRAM).hexdigest()): "steers the screen"},
        )
        machine = self.machine
        backend = linux_backend(seat, look=machine.look, power_keys=machine.power_key, choose=self.random.randrange)
        return backend.monitors

    def followed(self, consequence: Consequence) -> list[IncidentKind]:
        return [incident.kind for incident in self.incidents if incident.consequence is consequence]

    def wait(self, seconds: float) -> None:
        """Let time pass; its service turns the wall clock a little, and somebody looks."""
        whole = left = round(seconds * 1_000)
        while left > 0:
            step = min(left, POLL_MS if whole - left < AWAKE_MS else IDLE_MS)
            self.machine.wait(step)
            self.machine.wall += step * self.random.randint(-500, 500) // 1_000_000
            left -= step
            self.look()

    def look(self) -> None:
        now = self.machine.now
        for observation in self._watch.look(now):
            self.notice(observation)
        self._history, incidents = due(self._history, now, self._rules)
        self.incidents += incidents

    def hold_up(self, milliseconds: int) -> None:
        """The supervisor stops between its readings of two clocks: a slow disk, a busy machine."""
        self.machine.wait(POLL_MS)
        now = self.machine.now
        late = replace(now, since_boot_ms=now.since_boot_ms + milliseconds)
        for observation in self._watch.look(late):
            self._judge(observation, late.awake_ms)
        self.machine.wait(milliseconds)
        self.look()

    def notice(self, observation: Observation) -> None:
        self._judge(observation, self.machine.awake_ms)

    def says(self, kind: IncidentKind, **evidence: str) -> None:
        """The window or the display server's monitors say something."""
        self.notice(Observation(kind=kind, evidence=evidence))

    def press(self, key: str, *modifiers: Modifier) -> None:
        stroke = Stroke(key=key, modifiers=frozenset(modifiers))
        if self._keys.decide(stroke) is not Verdict.PASSES:
            self.says(IncidentKind.KEYS_BLOCKED, combination=stroke.combination, count="1")

    def tap(self) -> None:
        """The candidate takes a pause away."""
        self._history = opened(self._history)

    def end(self) -> None:
        self._history, incidents = rest(self._history, self._rules)
        self.incidents += incidents

    def _judge(self, observation: Observation, awake_ms: int) -> None:
        now = replace(self.machine.now, awake_ms=awake_ms)
        self._history, incidents = judge(self._history, observation, now, self._rules)
        self.incidents += incidents
