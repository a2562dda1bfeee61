"""Bundles of a session that moved from seat to seat, as the seats would seal them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from exam_packages.ids import Digest, ItemId, ProctorId, ResponseId, SeatId, SessionId, UtcMs
from exam_packages.office import Office
from exam_packages.qti.model import PartRole
from exam_packages.records import encode_record
from exam_packages.results import (
    Checkpoint,
    ResultContent,
    ResultHeader,
    build_checkpoint,
    build_result,
    head_of,
    state_of,
)
from exam_packages.session_events import Answered, Event, Finished, ItemPresented, Moved, Opened, Record
from tests.exam_packages import world
from tests.exam_packages.office import offices

SESSION: SessionId = offices.session_id(77)
RESPONSE = ResponseId("RESPONSE")
Lines = tuple[bytes, ...]


def items() -> tuple[ItemId, ...]:
    """The scored items of the form."""
    return tuple(ref.identifier for ref in offices.template().exam.exam.test.item_refs(PartRole.SCORED))


def opening(seat: str = "seat-01") -> Lines:
    """A session that has just been opened, and shows its first item."""
    opened = offices.sitting({}, session=SESSION, seat=seat)[0]
    return happened((), opened, ItemPresented(item=items()[0]))


def happened(lines: Lines, *events: Event) -> Lines:
    """A journal after some more events."""
    more = [
        encode_record(Record(n=n, tick_ms=0, wall=world.NOW, event=event)) for n, event in enumerate(events, len(lines))
    ]
    return (*lines, *more)


def answered(number: int, value: str = "A") -> tuple[Event, ...]:
    """An item comes on the screen and is answered."""
    item = items()[number]
    return ItemPresented(item=item), Answered(item=item, response=RESPONSE, value=(value,))


def moved(
    lines: Lines, *, start: str = "seat-01", to: str = "seat-02", changes: Mapping[str, object] = MappingProxyType({})
) -> Lines:
    """The same journal, gone on at another seat."""
    event = Moved(
        from_seat=SeatId(start),
        to_seat=SeatId(to),
        proctor=ProctorId("proctor-1"),
        records=len(lines),
        head=head_of(lines),
        certificate=world.certificate_file(world.SITE, SeatId(start)),
    )
    return happened(lines, replace(event, **changes))  # type: ignore[arg-type]  # a table of the fields


def finished(lines: Lines) -> Lines:
    """The same journal, at its end."""
    return happened(lines, Finished())


def checkpoint(lines: Lines, records: int, *, seat: str) -> bytes:
    """A seat's word that the chain had its value after so many records."""
    value = Checkpoint(session=SESSION, records=records, head=head_of(lines[:records]), wall=world.NOW)
    return build_checkpoint(value, world.signing_key(f"{world.SITE}/{seat}"))


def sealed(
    office: Office,
    lines: Lines,
    *,
    seat: str,
    number: int = 1,
    previous: Digest | None = None,
    checkpoints: Sequence[bytes] = (),
    last: Event | None = None,
) -> bytes:
    """The bundle in which a seat seals a journal."""
    opened = offices.sitting({}, session=SESSION, seat="seat-01")[0]
    assert isinstance(opened, Opened)
    header = ResultHeader(
        session=SESSION,
        appointment=opened.plan.appointment,
        exam=opened.plan.exam,
        form=opened.plan.form,
        candidate=opened.plan.candidate,
        package=opened.plan.package,
        site=world.SITE,
        seat=SeatId(seat),
        certificate=world.certificate_file(world.SITE, SeatId(seat)),
        registration=office.registration_file(world.SITE).read_bytes(),
        number=number,
        previous=previous,
        state=state_of(last),
        records=len(lines),
        head=head_of(lines),
        created=UtcMs(world.NOW + 60_000),
    )
    keys = [office.keys.public_content(name) for name in ("scoring-content-1", "scoring-content-2")]
    return build_result(
        header,
        ResultContent(journal=lines, checkpoints=tuple(checkpoints)),
        scoring_keys=keys,
        seat_key=world.signing_key(f"{world.SITE}/{seat}"),
    )
