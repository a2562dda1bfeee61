"""A whole small day at one seat, step by step, told what was acknowledged: import, PIN, a sitting, export, receipt, erasing.

Each step opens the seat and closes it again, as programs do. Whatever a step is told as done stands in ``promised``; the judge of
the power-cut drill looks for it afterwards.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from exam_packages.ids import Digest, ItemId, SeatId
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
from kiosk.drill import promises
from kiosk.drill.judging import judge
from kiosk.drill.promises import Mark, Promised
from kiosk.errors import MachineFault, PinRefused, StorageFault
from kiosk.handover.stick import Stick
from kiosk.seat.facts import ImportOutcome
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from kiosk.session import Phase
from kiosk.site.seats import certify
from tests.kiosk.seat.sittings import RESPONSE
from tests.simulators.day import CHIDI, PROCTOR, PROCTOR_PIN, SEAT, World, make_world, unbind

FRESH: Final = SeatId("seat-02")
WRONG_PIN: Final = "000000"
PIECES: Final = 12
LONG_PIECES: Final = 90  # enough for the journal to be emptied when nothing happens
_REST_S: Final = 0.45


class Step(Enum):
    """What is done in a day, in its order."""

    IMPORT = "import"
    PIN = "pin"
    SITTING = "sitting"
    HANDING_IN = "handing-in"
    EXPORT = "export"
    RECEIPT = "receipt"
    ERASE = "erase"
    STATUS = "status"


@dataclass(frozen=True)
class Failure:
    """A step that ended in a fault which has a name."""

    step: Step
    fault: MachineFault


@dataclass
class SmallDay:
    """One day in one world.

    Attributes:
        tell: is handed every mark the moment something is acknowledged.
        pieces: how much is typed.
    """

    world: World
    tell: Callable[[Mark], None]
    pieces: int = PIECES

    def play(self, step: Step) -> None:
        """Do one step."""
        _STEPS[step](self)

    def until_it_fails(self, steps: Sequence[Step] = tuple(Step)) -> Failure | None:
        """Do one step after another. A fault without a name is no fault but an error, and comes out."""
        for step in steps:
            try:
                self.play(step)
            except MachineFault as fault:
                return Failure(step, fault)
        return None

    def _import(self) -> None:
        with self.world.seat() as seat:
            report = seat.import_from(self.world.stick)
            assert not report.refused, [str(file.refused) for file in report.refused]
            status = seat.status()
            self.tell(promises.imported((exam.package for exam in status.exams), status.clock.floor))

    def _pin(self) -> None:
        with self.world.seat() as seat:
            try:
                seat.day().check_pin(PROCTOR, WRONG_PIN)
            except PinRefused:
                self.tell(promises.refused(PROCTOR, 1))
            self.tell(promises.trying())
            seat.day().check_pin(PROCTOR, PROCTOR_PIN)
            self.tell(promises.unlocked())

    def _sitting(self) -> None:
        with self.world.seat() as seat:
            candidate = Candidate(seat.day().open_session(CHIDI, PROCTOR), self.tell)
            candidate.begin()
            candidate.type(self.pieces)

    def _handing_in(self) -> None:
        with self.world.seat() as seat:
            unfinished = seat.day().unfinished()
            assert unfinished is not None
            candidate = Candidate(seat.day().resume(unfinished.session, PROCTOR), self.tell)
            candidate.type(2)
            candidate.hand_in()

    def _export(self) -> None:
        with self.world.seat() as seat:
            report = seat.export(self.world.stick)
            self.tell(promises.exported(Digest(Path(bundle.name).stem) for bundle in report.bundles))

    def _receipt(self) -> None:
        self.world.accept()
        with self.world.seat() as seat:
            reports = seat.receipts_from(self.world.stick)
            new = (report.bundle for report in reports if report.outcome is ImportOutcome.NEW)
            self.tell(promises.receipted(new, seat.status().clock.floor))

    def _erase(self) -> None:
        with self.world.seat() as seat:
            self.tell(promises.erasing())
            self.tell(promises.erased(report.bundle for report in seat.erase() if report.erased))

    def _status(self) -> None:
        found = Seat.look(self.world.seat_folder, clock=self.world.clock)
        if found.fault is not None:
            raise StorageFault(found.fault, self.world.seat_folder)


_STEPS: Final[dict[Step, Callable[[SmallDay], None]]] = {
    Step.IMPORT: SmallDay._import,
    Step.PIN: SmallDay._pin,
    Step.SITTING: SmallDay._sitting,
    Step.HANDING_IN: SmallDay._handing_in,
    Step.EXPORT: SmallDay._export,
    Step.RECEIPT: SmallDay._receipt,
    Step.ERASE: SmallDay._erase,
    Step.STATUS: SmallDay._status,
}


class Candidate:
    """Somebody at the seat, and what the screen says is saved. After a fault the session is closed, as the program would."""

    def __init__(self, running: RunningSession, tell: Callable[[Mark], None]) -> None:
        self._running = running
        self._tell = tell
        tell(promises.saved(running.plan.session, running.session.next_n, ()))

    def do(self, event: Event) -> None:
        """Let something happen; it is told when it is saved."""
        session = self._running.apply(event)
        changed = []
        if isinstance(event, (Answered, TextEdited)):
            changed.append((event.item, event.response, session.answer(event.item, event.response)))
        self._tell(promises.saved(session.plan.session, session.next_n, changed))

    def begin(self) -> None:
        """Up to the essay."""
        self.do(IdentityConfirmed())
        self.do(AgreementAccepted())
        self.do(SectionEntered(section=self._running.plan.sections[0].identifier))
        self.do(SectionEnded())
        self.do(SectionEntered(section=self._running.plan.sections[1].identifier))
        self.do(ItemPresented(item=self._essay))

    def type(self, pieces: int) -> None:
        """Write some more of the essay; after much of it think, while the journal uses the time."""
        for _ in range(pieces):
            at = len("".join(self._running.session.answer(self._essay, RESPONSE)))
            self.do(TextEdited(item=self._essay, response=RESPONSE, at=at, deleted=0, inserted=f"{at} and so on. "))
        if pieces >= LONG_PIECES:
            threading.Event().wait(_REST_S)
            self.do(ItemPresented(item=self._essay))

    def hand_in(self) -> None:
        """From wherever the session stands to its end; the result is sealed."""
        while self._running.session.phase is not Phase.COMPLETE:
            match self._running.session.phase:
                case Phase.IDENTITY:
                    self.do(IdentityConfirmed())
                case Phase.AGREEMENT:
                    self.do(AgreementAccepted())
                case Phase.SECTION:
                    self.do(SectionEnded())
                case Phase.BREAK:
                    self.do(BreakEnded())
                case Phase.SUBMIT:
                    self.do(Submitted())
                case _:
                    section = self._running.session.section
                    assert section is not None
                    self.do(SectionEntered(section=section.identifier))
        self.do(Finished())
        bundle = self._running.bundle()
        assert bundle is not None
        self._tell(promises.sealed(bundle.session, bundle.digest))

    @property
    def _essay(self) -> ItemId:
        return self._running.plan.sections[1].items[0]


@dataclass
class Told:
    """What was acknowledged so far."""

    promised: Promised = field(default_factory=Promised)

    def __call__(self, mark: Mark) -> None:
        """Take a mark."""
        self.promised = promises.after(self.promised, promises.encode_mark(mark).decode("utf-8"))


def fresh_world(folder: Path) -> World:
    """Copy a world whose seat is certified by the stick, and has taken nothing in yet."""
    template = _fresh()
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    return World(folder, template.exams)


@cache
def _fresh() -> World:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-fresh-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = make_world(folder)
    shutil.rmtree(world.seat_folder)
    for trace in world.stick.rglob(f"{SEAT}*"):  # what the seat that was there has left on the stick
        trace.unlink()
    with Seat.create(world.seat_folder, name=FRESH, root=world.office.root, clock=world.clock) as seat:
        (world.stick / "requests" / f"{FRESH}.seat-request").write_bytes(seat.request())
    certify(world.site, Stick(world.stick))
    unbind(world.seat_folder)
    return world


def wrong_after(world: World, promised: Promised) -> list[str]:
    """Return everything that was acknowledged and is not there; the day has gone on a little afterwards."""
    return judge(world.seat_folder, world.stick, promised, proctor=PROCTOR, clock=world.clock, goes_on=True)


def carry_on(world: World) -> None:
    """Bring a day that was cut off anywhere to its end: everything is sealed, with the office, and erased."""
    told = Told()
    day = SmallDay(world, told)
    day.play(Step.IMPORT)
    with world.seat() as seat:
        unfinished = seat.day().unfinished()
        if unfinished is not None:
            Candidate(seat.day().resume(unfinished.session, PROCTOR), told).hand_in()
        elif not seat.status().sessions:
            Candidate(seat.day().open_session(CHIDI, PROCTOR), told).hand_in()
    for step in (Step.EXPORT, Step.RECEIPT, Step.ERASE, Step.STATUS):
        day.play(step)
    with world.seat() as seat:
        assert [entry.state.value for entry in seat.status().sessions] == ["erased"]
