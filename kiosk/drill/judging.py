"""What must hold of a seat and a stick after any cut, checked with the product's own code.

Owns the list of what must hold. Refuses to know how the state came to be. First the files are looked at as they lie, before any
program has touched them; then the seat is opened, as after any restart, and compared with what was promised; at last the
session goes on, the result is brought to the stick again, the receipt does its work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from exam_packages.ids import Digest, ProctorId, SessionId
from exam_packages.opening import open_seat_mark
from exam_packages.session_events import IncidentNoted
from kiosk.clock import Clock
from kiosk.drill.promises import Promised, Sitting
from kiosk.durable_file import digest_of
from kiosk.errors import StorageFault
from kiosk.handover.stick import Stick
from kiosk.journal.checking import CheckedJournal
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.seat import Seat
from kiosk.seat.session_files import SessionFiles
from kiosk.seat.state import SeatState
from kiosk.seat.time_floor import TimeFloor
from kiosk.session import replay
from signing.errors import Refused

NOTE = "the drill goes on"


def judge(seat: Path, stick: Path, promised: Promised, *, proctor: ProctorId, clock: Clock, goes_on: bool) -> list[str]:
    """Return everything that is wrong with a seat and a stick after a cut; the files are changed by it.

    Args:
        seat: the seat's folder.
        stick: the stick's folder.
        promised: what was acknowledged before the cut.
        proctor: who would unlock a session.
        clock: what time it is.
        goes_on: also go on with the session, which costs more than all else.
    """
    SeatFolder(seat).place.unlink(
        missing_ok=True
    )  # an image is a copy by nature, and is to be judged as the seat it is of
    wrong = [*_names_that_lie(seat, stick), *_lost_exports(stick, promised), *_came_back(seat, promised)]
    try:
        with Seat.open(seat, clock=clock) as opened:
            wrong += _Opened(seat, promised, clock).faults()
            wrong += _older_than_its_mark(opened, stick)
            if goes_on:
                wrong += _goes_on(seat, stick, opened, promised, proctor)
    except Exception as error:  # noqa: BLE001 - whatever it is, this image is the one that shows it
        wrong.append(f"the seat does not open: {type(error).__name__}: {error}")
    return wrong


# -- files as they lie -------------------------------------------------------------------------------------------------


def _names_that_lie(seat: Path, stick: Path) -> Iterator[str]:
    """A file under a final name is whole: its name is its digest, or its form has an end."""
    results = [*SeatFolder(seat).outbox.glob("*.result"), *Stick(stick).result_files()]
    for path in results:
        if digest_of(path) != path.stem:
            yield f"{path.name[:16]}… is half written in {path.parent.name}"
    for path in Stick(stick).slips.glob("*.pdf"):
        data = path.read_bytes()
        if not data.startswith(b"%PDF") or not data.rstrip().endswith(b"%%EOF"):
            yield f"the slip {path.name} is half written"
    for path in Stick(stick).seat_report_files():
        if not _is_json(path.read_bytes()):
            yield f"the seat's report {path.name} is half written"


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def _lost_exports(stick: Path, promised: Promised) -> Iterator[str]:
    there = {path.stem for path in Stick(stick).result_files()}
    for digest in promised.exported - there:
        yield f"the result {digest[:16]}… was on the stick and is not any more"


def _older_than_its_mark(opened: Seat, stick: Path) -> Iterator[str]:
    """A mark goes to the stick only after all that it says is safe: no cut makes the seat older than that."""
    for path in Stick(stick).mark_files():
        try:
            open_seat_mark(path.read_bytes(), key=opened.verify_key)
        except Refused:
            yield f"the mark {path.name} is half written"
    opened.look_at(stick)
    if opened.status().rollback is not None:
        yield "the seat takes itself for one that was put back to an earlier day"


def _came_back(seat: Path, promised: Promised) -> Iterator[str]:
    """What was erased stays erased, also before any program has looked."""
    folder = SeatFolder(seat)
    for digest in promised.erased:
        if folder.bundle(digest).exists():
            yield f"the result {digest[:16]}… was erased and is back"
    for session, sitting in promised.sittings.items():
        if sitting.bundle in promised.erased and folder.session_key(session).exists():
            yield f"the key of {session} was destroyed and is back"


# -- the seat as it opens ----------------------------------------------------------------------------------------------


class _Opened:
    """A seat that has opened, beside what was promised."""

    def __init__(self, folder: Path, promised: Promised, clock: Clock) -> None:
        self._folder = SeatFolder(folder)
        self._clock = clock
        self._promised = promised
        identity = read_identity(self._folder)
        self._files = SessionFiles(folder=self._folder, identity=identity)
        self._key = identity.state_key

    def faults(self) -> list[str]:
        """Return everything that is not as it was promised."""
        state = SeatState(self._folder.state, self._key, only_look=True)
        try:
            found = [*self._counters(state), *self._packages(state), *self._results(state)]
            for session, sitting in self._promised.sittings.items():
                found += self._session(state, session, sitting)
            found += self._unknown_sessions(state)
        finally:
            state.close()
        return found

    def _counters(self, state: SeatState) -> Iterator[str]:
        if not self._promised.trying:
            for proctor, failures in self._promised.failures.items():
                row = state.pins.get(proctor)
                counted = 0 if row is None else row.failures
                if counted < failures:
                    yield f"{counted} wrong PINs of {proctor} are counted, {failures} were answered"
        floor = TimeFloor(state, self._clock).value
        if floor < self._promised.floor:
            yield f"the proven time went back from {self._promised.floor} to {floor}"

    def _packages(self, state: SeatState) -> Iterator[str]:
        noted = {row.digest: row for row in state.documents.packages()}
        for digest in self._promised.packages - noted.keys():
            yield f"the package {digest[:16]}… was taken in and is not known any more"
        for digest, row in noted.items():
            path = self._folder.package(digest)
            if not path.is_file() or digest_of(path) != row.file_digest:
                yield f"the package {digest[:16]}… is noted and not whole"

    def _results(self, state: SeatState) -> Iterator[str]:
        rows = {row.digest: row for row in state.outbox.all()}
        for row in rows.values():
            path = self._folder.bundle(row.digest)
            whole = path.is_file() and digest_of(path) == row.digest
            if row.erased is not None:
                if row.receipt is None:
                    yield f"the result {row.digest[:16]}… was erased without a receipt"
            elif not whole and (row.receipt is None or not self._promised.erasing):
                yield f"the result {row.digest[:16]}… is noted and not whole"
        for digest in self._promised.receipts:
            if digest not in rows or rows[digest].receipt is None:
                yield f"the receipt for {digest[:16]}… was taken in and is gone"
        for digest in self._promised.erased:
            if digest not in rows or rows[digest].erased is None:
                yield f"the result {digest[:16]}… was erased, which is not noted any more"

    def _session(self, state: SeatState, session: SessionId, sitting: Sitting) -> Iterator[str]:
        row = state.sessions.get(session)
        if row is None:
            yield f"the session {session} is not known any more"
            return
        bundle = state.outbox.of_session(session)
        if sitting.bundle is not None and (bundle is None or bundle.digest != sitting.bundle):
            yield f"the result of {session} is not the one that was sealed"
        if bundle is not None and bundle.receipt is not None and self._promised.erasing:
            return  # being erased: the office has it
        try:
            journal = self._files.check(session)
        except StorageFault as fault:
            yield f"the journal of {session} does not open: {fault.kind.value} {fault.detail}"
            return
        yield from lost_answers(journal, session, sitting)

    def _unknown_sessions(self, state: SeatState) -> Iterator[str]:
        """A session that nobody was told of is either whole or was never there."""
        for row in state.sessions.all():
            if row.session in self._promised.sittings:
                continue
            try:
                self._files.check(row.session)
            except StorageFault as fault:
                yield f"the journal of {row.session}, not yet shown, does not open: {fault.kind.value} {fault.detail}"


def lost_answers(journal: CheckedJournal, session: SessionId, sitting: Sitting) -> Iterator[str]:
    """Compare a journal with what was acknowledged. What came after that may be there or not."""
    if len(journal.records) < sitting.records:
        yield f"{sitting.records - len(journal.records)} acknowledged records of {session} are lost"
        return
    as_it_was = len(journal.records) == sitting.records
    answers = (journal.session if as_it_was else replay(journal.records[: sitting.records])).answers
    for (item, response), value in sitting.answers.items():
        if answers.get(item, {}).get(response) != value:
            yield f"the acknowledged answer to {item} in {session} is another one"


# -- and afterwards ----------------------------------------------------------------------------------------------------


def _goes_on(seat: Path, stick: Path, opened: Seat, promised: Promised, proctor: ProctorId) -> Iterator[str]:
    """The next thing that people do works."""
    if promised.packages:
        yield from _tried("the seat is not ready any more", lambda: _not_ready(opened))
    yield from _tried("the session does not go on", lambda: _resume(opened, promised, proctor))
    if promised.sittings and (any(sitting.bundle for sitting in promised.sittings.values())):
        yield from _tried("the results cannot be exported", lambda: _export(opened, stick))
    if promised.erasing:
        yield from _tried("erasing cannot be finished", lambda: _erase(seat, opened, promised))


def _tried(what: str, act: Callable[[], str | None]) -> Iterator[str]:
    try:
        wrong = act()
    except Exception as error:  # noqa: BLE001 - as above
        wrong = f"{type(error).__name__}: {error}"
    if wrong is not None:
        yield f"{what}: {wrong}"


def _not_ready(opened: Seat) -> str | None:
    return ", ".join(missing.value for missing in opened.status().missing) or None


def _resume(opened: Seat, promised: Promised, proctor: ProctorId) -> str | None:
    unfinished = opened.day().unfinished()
    if unfinished is None:
        return None
    if unfinished.fault is not None:
        return str(unfinished.fault)
    running = opened.day().resume(unfinished.session, proctor)
    try:
        running.apply(IncidentNoted(proctor=proctor, note=NOTE))
        sitting = promised.sittings.get(unfinished.session, Sitting())
        lost = [key for key in sitting.answers if not running.session.answer(*key)]
        return f"{len(lost)} answers are not on the screen" if lost else None
    finally:
        running.close()


def _export(opened: Seat, stick: Path) -> str | None:
    report = opened.export(stick)
    there = {path.stem for path in Stick(stick).result_files()}
    missing = [bundle.name for bundle in report.bundles if Path(bundle.name).stem not in there]
    return f"{len(missing)} results are not on the stick" if missing else None


def _erase(seat: Path, opened: Seat, promised: Promised) -> str | None:
    left = [report.bundle for report in opened.erase() if not report.erased]
    folder = SeatFolder(seat)
    for session, sitting in promised.sittings.items():
        if sitting.bundle is not None and folder.session(session).exists():
            left.append(Digest(sitting.bundle))
    return f"{len(left)} results are still here" if left else None
