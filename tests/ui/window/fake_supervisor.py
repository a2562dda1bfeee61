"""The other end of the line: a supervisor that says what a test wants and keeps what it hears."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import START, Followed, LockdownLine, after, encode_line
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.protocol import (
    Beat,
    Cleared,
    Covered,
    FromSupervisor,
    FromWindow,
    LogWanted,
    Observed,
    Raised,
    SessionIs,
    State,
    encode_message,
    log_messages,
    read_from_window,
)
from ui.window.line_ends import DescriptorEnd
from ui.window.supervisor_line import SupervisorLine

WALL = UtcMs(1_790_000_580_000)


def capability_rows(**others: Capability) -> tuple[CapabilityEntry, ...]:
    """A machine that prevents everything but what is said, by name with underscores."""
    rows = []
    for concern in Concern:
        capability = others.get(concern.name.lower(), Capability.ENFORCED)
        enforced = capability is Capability.ENFORCED
        reason = "" if enforced else "The program runs without the rights that it would need."
        remedy = "" if enforced else "Run kiosk seat prepare as an administrator."
        probe = Probe(capability=capability, reason=reason, remedy=remedy)
        rows.append(CapabilityEntry(concern=concern, by="test/operation", probe=probe))
    return tuple(rows)


@dataclass
class FakeSupervisor:
    """Holds one end of a socket pair; ``line`` is the window's."""

    table: tuple[CapabilityEntry, ...] = field(default_factory=capability_rows)
    preset: Preset = Preset.STANDARD
    log: tuple[bytes, ...] = ()
    answers: bool = True

    def __post_init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        self._read = b""
        self.heard: list[FromWindow] = []
        self.line = SupervisorLine(DescriptorEnd(theirs.detach()), answer_s=0.3)
        self.line.open()
        self.say(State(preset=self.preset, backend="Linux, test", table=self.table))

    def say(self, message: FromSupervisor) -> None:
        self._socket.sendall(encode_message(message))

    def raise_(
        self,
        kind: IncidentKind,
        consequence: Consequence,
        *,
        number: int = 7,
        evidence: Mapping[str, str] | None = None,
    ) -> Raised:
        raised = Raised(number=number, kind=kind, consequence=consequence, wall=WALL, evidence=evidence or {})
        self.say(raised)
        return raised

    def listen(self) -> list[FromWindow]:
        """Take in what was said, answer what has to be answered, and return everything but beats."""
        try:
            while piece := self._socket.recv(65_536):
                self._read += piece
        except BlockingIOError:
            pass
        *lines, self._read = self._read.split(b"\n")
        for line in lines:
            message = read_from_window(line)
            self.heard.append(message)
            if isinstance(message, LogWanted) and self.answers:
                for answer in log_messages(message.session, self.log):
                    self.say(answer)
        return [message for message in self.heard if not isinstance(message, Beat)]

    def observed(self) -> list[Observed]:
        return [message for message in self.listen() if isinstance(message, Observed)]

    def covered(self) -> list[int]:
        return [message.number for message in self.listen() if isinstance(message, Covered)]

    def cleared(self) -> list[Cleared]:
        return [message for message in self.listen() if isinstance(message, Cleared)]

    def sessions(self) -> list[str]:
        return [message.session for message in self.listen() if isinstance(message, SessionIs)]

    def die(self) -> None:
        self._socket.close()


def some_log(number: int) -> tuple[bytes, ...]:
    lines: list[bytes] = []
    head = START
    for n in range(number):
        line = LockdownLine(
            n=n, kind="network-up", followed=Followed.NOTE, wall=WALL, since_boot_ms=n, evidence={}, previous=head
        )
        lines.append(encode_line(line))
        head = after(n, head, lines[-1])
    return tuple(lines)
