"""What was noticed becomes what is written down and what the window is told.

Owns the log that is open, what is remembered for judging, and which covers are not taken away yet. Refuses to know who
notices and how a cover looks. A line is on disk before anything follows from it; where it cannot be written, the screen is
covered and says so: what happens could not be told afterwards. A proctor opens that once; what would have been only noted
covers nothing again, and as soon as lines can be written, one says how many are missing.

A cover stays owed until it was cleared, whoever died meanwhile: it is read back from the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from exam_packages.lockdown_log import LockdownLine, read_log
from kiosk.errors import StorageFault
from kiosk.lockdown import judging
from kiosk.lockdown.grading import consequence_of
from kiosk.lockdown.incidents import Consequence, IncidentKind, Observation
from kiosk.lockdown.judging import Incident, Rules
from kiosk.lockdown.log import LockdownLog, read_lines
from kiosk.lockdown.protocol import Raised
from kiosk.lockdown.readings import Reading
from signing.errors import FormRefused

SEAT_LOG: Final = "seat"
"""Where everything goes while no session runs."""
_SUFFIX: Final = ".lockdown"
_SESSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ORDER: Final = tuple(Consequence)
_COVERS: Final = frozenset({Consequence.PAUSE, Consequence.LOCK})
AT_THE_DOOR: Final = "with a PIN, before the session came back"
"""Note of the line that says so; whose PIN it was stands in the session's journal."""
_ASKED_AT_THE_DOOR: Final = frozenset({IncidentKind.MACHINE_RESTARTED})
"""The window asks a proctor before it goes on with the session; a cover would ask a second time."""


class IncidentBook:
    """The logs of a seat and what follows from them. Used by one thread.

    Args:
        folder: where the logs lie.
        rules: how it is judged.
        reading: reads the clocks.
        tell: is told what follows, after it was written down.

    Raises:
        StorageFault: the seat's own log cannot be opened.
    """

    def __init__(
        self, folder: Path, rules: Rules, *, reading: Callable[[], Reading], tell: Callable[[Raised], None]
    ) -> None:
        self._folder = folder
        self._rules = rules
        self._reading = reading
        self._tell = tell
        self._history = judging.History()
        self._session = ""
        self._owed: dict[int, Raised] = {}
        self._missing = 0
        self._log = self._opened("")

    @property
    def rules(self) -> Rules:
        """How it is judged now."""
        return self._rules

    def judge_by(self, rules: Rules) -> None:
        """Judge by other rules from now on: the exam that is opened demands more than the seat, or is over."""
        self._rules = rules

    @property
    def session(self) -> str:
        """The session that runs; empty while none does."""
        return self._session

    @property
    def owed(self) -> tuple[Raised, ...]:
        """Covers that were not cleared, in order: a window that has just come up is told of them again."""
        return tuple(self._owed.values())

    def turn_to(self, session: str, evidence: Mapping[str, str]) -> None:
        """Write from now on into a session's log; the empty name is the seat's own.

        Args:
            session: its name, as the window says it.
            evidence: what stands with the line that begins it.

        Raises:
            FormRefused: no name of a session.
            StorageFault: its log cannot be opened.
        """
        if session == self._session:
            return
        _check_name(session)
        opened = self._opened(session)
        if self._session:
            self._rest()
            self._write(Incident(kind=IncidentKind.SESSION_ENDED, consequence=Consequence.NOTE))
        self._log.close()
        self._log, self._session = opened, session
        self._history = judging.History()
        self._owed = _owed_by(opened.lines) if session else {}
        if session and not any(line.kind == IncidentKind.SESSION_STARTED.value for line in _read(opened.lines)):
            started = Incident(kind=IncidentKind.SESSION_STARTED, consequence=Consequence.NOTE, evidence=evidence)
            self._write(started)

    def observe_once(self, observations: Sequence[Observation]) -> None:
        """Observe what is so for the whole session, each once: what its log has already, is not written again."""
        known = [(line.kind, dict(line.evidence)) for line in _read(self._log.lines)]
        for observation in observations:
            if (observation.kind.value, dict(observation.evidence)) not in known:
                self.observe(observation)

    def observe(self, observation: Observation) -> None:
        """Judge something that was noticed, and write down and tell what follows."""
        self._history, incidents = judging.judge(self._history, observation, self._reading(), self._rules)
        self._write(*incidents)

    def due(self) -> None:
        """Write down what is due because time has passed."""
        self._history, incidents = judging.due(self._history, self._reading(), self._rules)
        self._write(*incidents)

    def covered(self, number: int) -> None:
        """The cover for an incident is on the screen."""
        owed = self._owed.get(number)
        if owed is not None:
            evidence = {"because": owed.kind.value, "number": str(number)}
            self._note(IncidentKind.LOCK_SHOWN, evidence)

    def cleared(self, number: int, proctor: str, note: str) -> IncidentKind | None:
        """A cover was taken away; return what it was for, None where that may not be or is not owed.

        A lock is opened by a proctor and never with a tap, whatever the window says.
        """
        owed = self._owed.get(number)
        if owed is None or (owed.consequence is Consequence.LOCK and not proctor):
            return None
        del self._owed[number]
        self._note(IncidentKind.LOCK_OPENED, {"note": note, "number": str(number), "proctor": proctor})
        if not self._owed:
            self._history = judging.opened(self._history)
        return owed.kind

    def let_in(self) -> None:
        """The session goes on that a restart of the machine had cut off: a proctor was asked at the door, no cover was owed."""
        asked = [line.n for line in _read(self._log.lines) if line.kind == IncidentKind.MACHINE_RESTARTED.value]
        if asked:
            self._note(IncidentKind.LOCK_OPENED, {"note": AT_THE_DOOR, "number": str(asked[-1]), "proctor": ""})

    def lines(self, session: str) -> tuple[bytes, ...]:
        """Return a session's log, with what was counted so far.

        Raises:
            FormRefused: no name of a session.
            StorageFault: it cannot be read.
        """
        _check_name(session)
        if session == self._session:
            self._rest()
            return self._log.lines
        return read_lines(self._path(session))

    def fault(self, fault: StorageFault) -> None:
        """Something could not be written or read that has to be: the screen is covered until somebody has looked at it."""
        self._unwritten(fault, self._reading(), Consequence.NOTE)

    def close(self) -> None:
        """Write down what was counted, and close the log."""
        self._rest()
        self._log.close()

    def _rest(self) -> None:
        self._history, incidents = judging.rest(self._history, self._rules)
        self._write(*incidents)

    def _note(self, kind: IncidentKind, evidence: Mapping[str, str]) -> None:
        self._write(Incident(kind=kind, consequence=Consequence.NOTE, evidence=evidence))

    def _write(self, *incidents: Incident) -> None:
        for incident in incidents:
            now = self._reading()
            try:
                self._say_what_is_missing(now)
                line = self._log.append(incident.kind, incident.consequence, incident.evidence, now)
            except StorageFault as fault:
                self._unwritten(fault, now, incident.consequence)
                continue
            self._follow(_raised(line, incident.kind, incident.consequence))

    def _follow(self, raised: Raised) -> None:
        if raised.kind not in _ASKED_AT_THE_DOOR and raised.consequence in _COVERS:
            self._owed[raised.number] = raised
        if raised.consequence is not Consequence.NOTE and raised.kind not in _ASKED_AT_THE_DOOR:
            self._tell(raised)

    def _say_what_is_missing(self, now: Reading) -> None:
        if self._missing:
            evidence = {"at": f"{self._missing} lines before this one could not be written"}
            self._log.append(IncidentKind.LOG_BROKEN, Consequence.NOTE, evidence, now)
            self._missing = 0

    def _unwritten(self, fault: StorageFault, now: Reading, followed: Consequence) -> None:
        self._missing += 1
        number = len(self._log.lines)  # the line that is missing
        if number in self._owed or (self._missing > 1 and followed not in _COVERS):
            return
        kind = IncidentKind.LOG_BROKEN
        consequence = max(self._if_broken(), followed, key=_ORDER.index)
        evidence = {"at": str(fault)[:200]}
        self._follow(Raised(number=number, kind=kind, consequence=consequence, wall=now.wall, evidence=evidence))

    def _opened(self, session: str) -> LockdownLog:
        return LockdownLog(self._path(session), now=self._reading(), changed=self._if_broken())

    def _if_broken(self) -> Consequence:
        return consequence_of(IncidentKind.LOG_BROKEN, self._rules.preset, self._rules.wishes)

    def _path(self, session: str) -> Path:
        folder = self._folder / "sessions" if session else self._folder
        return folder / f"{session or SEAT_LOG}{_SUFFIX}"


def _check_name(session: str) -> None:
    if session and not _SESSION.fullmatch(session):
        raise FormRefused("is no name of a session", place="session")


def _raised(line: LockdownLine, kind: IncidentKind, consequence: Consequence) -> Raised:
    return Raised(number=line.n, kind=kind, consequence=consequence, wall=line.wall, evidence=line.evidence)


def _read(lines: tuple[bytes, ...]) -> Sequence[LockdownLine]:
    read, _ = read_log(lines, place="log")
    return read


def _owed_by(lines: tuple[bytes, ...]) -> dict[int, Raised]:
    """What a log says is not cleared. Kinds of another version's are left to that version."""
    kinds = {kind.value: kind for kind in IncidentKind}
    owed: dict[int, Raised] = {}
    for line in _read(lines):
        consequence = Consequence(line.followed.value)
        kind = kinds.get(line.kind)
        if kind is IncidentKind.LOCK_OPENED:
            owed.pop(_number(line.evidence.get("number", "")), None)
        elif kind is not None and consequence in _COVERS and kind not in _ASKED_AT_THE_DOOR:
            owed[line.n] = _raised(line, kind, consequence)
    return owed


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
