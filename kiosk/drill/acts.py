"""The work that is recorded: what proctor, candidate and admin do at a seat, through the interfaces that the window uses.

Run as a program of its own: ``python -m kiosk.drill.acts SCENE CAST``, where CAST is a JSON file. Owns the scenes and when they
say that something was acknowledged. Refuses to know that anybody records it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from exam_packages.ids import AppointmentId, Digest, ItemId, ProctorId, ResponseId
from exam_packages.session_events import (
    AgreementAccepted,
    Answered,
    BreakEnded,
    Event,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    SectionEnded,
    SectionEntered,
    Submitted,
    TextEdited,
)
from kiosk.clock import SystemClock
from kiosk.drill import promises
from kiosk.drill.promises import Mark
from kiosk.errors import PinRefused
from kiosk.seat.facts import ImportOutcome
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from kiosk.session import Phase, Session

WRONG_TRIES: Final = 3
PIECES: Final = 24  # what is typed between two rests; with three rests enough for the journal to be emptied in one
_REST_S: Final = 0.7  # long enough for the journal to be emptied while nothing happens
_PIECE: Final = "We moved the callers of the night shift to a second team. "


class Scene(Enum):
    """What can be recorded, in the order of a day."""

    IMPORT = "import"
    """A certified seat takes in drop, proctors and release."""
    PIN = "pin"
    """Wrong tries, the right PIN, wrong tries again."""
    SITTING = "sitting"
    """A candidate answers; the program dies without a word."""
    RESUMED = "resumed"
    """The session goes on, is handed in and sealed."""
    EXPORT = "export"
    """The result goes to the stick."""
    RECEIPT = "receipt"
    """The office's receipt comes back."""
    ERASE = "erase"
    """The receipt lets the result be erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays, and where.

    Attributes:
        seat, stick: folders.
        marks: the file that acknowledgements are written to.
        appointment: what is sat.
        proctor, pin: who unlocks the seat.
        pieces: how much is typed between two rests.
    """

    seat: Path
    stick: Path
    marks: Path
    appointment: AppointmentId
    proctor: ProctorId
    pin: str
    pieces: int = PIECES

    def write(self, path: Path) -> None:
        """Write it down for ``read_cast``."""
        path.write_text(json.dumps(asdict(self), default=str), encoding="utf-8")


def read_cast(path: Path) -> Cast:
    """Read a cast."""
    known = json.loads(path.read_text(encoding="utf-8"))
    return Cast(
        seat=Path(known["seat"]),
        stick=Path(known["stick"]),
        marks=Path(known["marks"]),
        appointment=AppointmentId(known["appointment"]),
        proctor=ProctorId(known["proctor"]),
        pin=known["pin"],
        pieces=known["pieces"],
    )


Say = Callable[[Mark], None]


def play(scene: Scene, cast: Cast) -> None:
    """Do what a scene is about, for real."""
    with _marking(cast.marks) as say:
        _SCENES[scene](cast, say)


@contextmanager
def _marking(path: Path) -> Iterator[Say]:
    """Give what writes marks, each with one call."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield lambda mark: _write(descriptor, promises.encode_mark(mark))
    finally:
        os.close(descriptor)


def _write(descriptor: int, line: bytes) -> None:
    if os.write(descriptor, line) != len(line):
        raise OSError("a mark was written in part")


def _import(cast: Cast, say: Say) -> None:
    with Seat.open(cast.seat, clock=SystemClock()) as seat:
        seat.import_from(cast.stick)
        status = seat.status()
        say(promises.imported((exam.package for exam in status.exams), status.clock.floor))


def _pin(cast: Cast, say: Say) -> None:
    wrong = f"{(int(cast.pin) + 1) % 10 ** len(cast.pin):0{len(cast.pin)}}"
    with Seat.open(cast.seat, clock=SystemClock()) as seat:
        for tries in (WRONG_TRIES, WRONG_TRIES + 1):
            for failures in range(1, tries):
                try:
                    seat.day().check_pin(cast.proctor, wrong)
                except PinRefused:
                    say(promises.refused(cast.proctor, failures))
            if tries == WRONG_TRIES:
                say(promises.trying())
                seat.day().check_pin(cast.proctor, cast.pin)
                say(promises.unlocked())


def _sitting(cast: Cast, say: Say) -> None:
    seat = Seat.open(cast.seat, clock=SystemClock())
    candidate = _Candidate(seat.day().open_session(cast.appointment, cast.proctor), say)
    candidate.begin()
    candidate.sit_section()
    candidate.enter()
    (item, response) = candidate.essay()
    for _ in range(3):
        candidate.type(item, response, cast.pieces)
        candidate.rest()
    candidate.type(item, response, cast.pieces)
    os._exit(0)  # the power is gone: nobody closes anything


def _resumed(cast: Cast, say: Say) -> None:
    with Seat.open(cast.seat, clock=SystemClock()) as seat:
        day = seat.day()
        unfinished = day.unfinished()
        if unfinished is None:
            raise LookupError("there is no session to go on with")
        candidate = _Candidate(day.resume(unfinished.session, cast.proctor), say)
        (item, response) = candidate.essay()
        candidate.type(item, response, cast.pieces)
        candidate.rest()
        candidate.type(item, response, cast.pieces)
        candidate.hand_in()


def _export(cast: Cast, say: Say) -> None:
    with Seat.open(cast.seat, clock=SystemClock()) as seat:
        report = seat.export(cast.stick)
        say(promises.exported(Digest(Path(bundle.name).stem) for bundle in report.bundles))


def _receipt(cast: Cast, say: Say) -> None:
    with Seat.open(cast.seat, clock=SystemClock()) as seat:
        reports = seat.receipts_from(cast.stick)
        new = (report.bundle for report in reports if report.outcome is ImportOutcome.NEW)
        say(promises.receipted(new, seat.status().clock.floor))


def _erase(cast: Cast, say: Say) -> None:
    with Seat.open(cast.seat, clock=SystemClock()) as seat:
        say(promises.erasing())
        say(promises.erased(report.bundle for report in seat.erase() if report.erased))


_SCENES: Final[dict[Scene, Callable[[Cast, Say], None]]] = {
    Scene.IMPORT: _import,
    Scene.PIN: _pin,
    Scene.SITTING: _sitting,
    Scene.RESUMED: _resumed,
    Scene.EXPORT: _export,
    Scene.RECEIPT: _receipt,
    Scene.ERASE: _erase,
}


class _Candidate:
    """Somebody at the seat, and what the screen tells them."""

    def __init__(self, running: RunningSession, say: Say) -> None:
        self._running = running
        self._say = say
        self._do_nothing = threading.Event()
        say(promises.saved(running.plan.session, running.session.next_n, ()))

    def do(self, event: Event) -> None:
        """Let something happen; it is marked when and where the window would show it as saved."""
        errors: list[Exception] = []

        def done(session: Session, error: Exception | None) -> None:
            if error is None:
                self._say(promises.saved(session.plan.session, session.next_n, _changed(event, session)))
            else:
                errors.append(error)

        self._running.post(event, done)
        self._running.settle()
        if errors:
            raise errors[0]

    def begin(self) -> None:
        """Up to the first section."""
        self.do(IdentityConfirmed())
        if self._running.plan.has_agreement:
            self.do(AgreementAccepted())

    def enter(self) -> None:
        """Enter the next section."""
        section = self._running.session.section
        if section is None:
            raise LookupError("there is no section left")
        self.do(SectionEntered(section=section.identifier))

    def sit_section(self) -> None:
        """Enter a section, answer everything in it, end it."""
        self.enter()
        section = self._running.session.section
        for item in section.items if section is not None else ():
            self.do(ItemPresented(item=item))
            for declaration in self._running.item(item).response_declarations:
                response = declaration.identifier
                for value in ("A", "B"):
                    self.do(Answered(item=item, response=response, value=(value,)))
        self.do(SectionEnded())

    def essay(self) -> tuple[ItemId, ResponseId]:
        """Go to the first question of the section."""
        section = self._running.session.section
        if section is None:
            raise LookupError("no section runs")
        item = section.items[0]
        self.do(ItemPresented(item=item))
        return item, self._running.item(item).response_declarations[0].identifier

    def type(self, item: ItemId, response: ResponseId, pieces: int) -> None:
        """Type some more."""
        for _ in range(pieces):
            at = len("".join(self._running.session.answer(item, response)))
            self.do(TextEdited(item=item, response=response, at=at, deleted=0, inserted=f"{at} {_PIECE}"))

    def rest(self) -> None:
        """Think, while the journal uses the time."""
        self._do_nothing.wait(_REST_S)

    def hand_in(self) -> None:
        """End what runs, skip what comes, submit; the result is sealed."""
        while self._running.session.phase is not Phase.COMPLETE:
            match self._running.session.phase:
                case Phase.SECTION:
                    self.do(SectionEnded())
                case Phase.BREAK:
                    self.do(BreakEnded())
                case Phase.SUBMIT:
                    self.do(Submitted())
                case _:
                    self.enter()
        self.do(Finished())
        bundle = self._running.bundle()
        if bundle is None:
            raise LookupError("the session is over and has no result")
        self._say(promises.sealed(bundle.session, bundle.digest))
        self._running.close()


def _changed(event: Event, session: Session) -> list[tuple[ItemId, ResponseId, tuple[str, ...]]]:
    if isinstance(event, (Answered, TextEdited)):
        return [(event.item, event.response, session.answer(event.item, event.response))]
    return []


if __name__ == "__main__":
    play(Scene(sys.argv[1]), read_cast(Path(sys.argv[2])))
