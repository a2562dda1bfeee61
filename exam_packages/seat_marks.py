"""What proves, outside a seat, how far the seat was: the seat's own mark, and the office's list of what it has.

Owns what both say. Refuses to know who may sign (``opening`` does), disks, and what a seat makes of them.

A seat whose folder is put back to yesterday agrees with itself in everything: nothing in the folder can tell. So a seat leaves
marks outside, on sticks and on the admin's machine, and the office's drops say which results have arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.chain import RECORDS_MAX
from exam_packages.ids import Digest, SeatId, SessionId, SiteId, UtcMs
from exam_packages.signed_documents import name_of, refuse_unless, session_of, sign_document
from signing.canonical import JsonInput
from signing.errors import FormRefused
from signing.fields import Fields
from signing.keys import SigningKey
from signing.labels import PayloadType

SEAT_NAME_MAX: Final = 64
MARKED_SESSIONS_MAX: Final = 2_000  # the newest ones; some 180 bytes each
KEPT_SEATS_MAX: Final = 5_000  # of one site
NUMBER_MAX: Final = 999_999_999  # people read it aloud
_SHORT_KEY: Final = 16  # hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSession:
    """How far one session was.

    Attributes:
        records: how many records its journal had.
        head: value of the chain after the last of them, in hexadecimal.
        answers: how many questions were answered.
    """

    session: SessionId
    records: int
    head: Digest
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMark:
    """A seat's word about itself at one moment. Everything in it was on the seat's disk before it was signed.

    Attributes:
        seat: the site's name for it, for people; ``key`` says which one it is.
        key: id of the seat's signing key.
        number: counts the seat's marks from 1.
        made: wall time, for people; nothing is decided by it.
        bundles: number of the last result the seat sealed; 0 before the first.
        bundle: its digest; None before the first.
        drop: version of the drop it had taken in; 0 before the first.
        sessions: those that are open or sealed and not erased, by id.
    """

    seat: SeatId
    key: str
    number: int
    made: UtcMs
    bundles: int
    bundle: Digest | None
    drop: int
    sessions: tuple[MarkedSession, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeat:
    """The newest result that the office has of one seat.

    Attributes:
        key: id of the seat's signing key.
        number, bundle: the result's running number, and its digest.
    """

    seat: SeatId
    key: str
    number: int
    bundle: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResults:
    """What the office has of a site's seats.

    Attributes:
        number: counts the lists for this site from 1; the whole list each time.
        seats: sorted by key, none twice.
    """

    site: SiteId
    number: int
    issued: UtcMs
    seats: tuple[KeptSeat, ...]

    def seat(self, key: str) -> KeptSeat | None:
        """Return what the office has of the seat with a key."""
        return next((entry for entry in self.seats if entry.key == key), None)


def mark_name(mark: SeatMark) -> str:
    """Return what a mark's file is called. A seat made anew under an old name has another key, and so another file."""
    return f"{mark.seat}-{mark.key[:_SHORT_KEY]}"


def build_seat_mark(mark: SeatMark, seat_key: SigningKey) -> bytes:
    """Write a mark, signed by the seat."""
    body: dict[str, JsonInput] = {
        "bundles": mark.bundles,
        "drop": mark.drop,
        "key": mark.key,
        "made": mark.made,
        "number": mark.number,
        "seat": mark.seat,
        "sessions": [
            {"answers": entry.answers, "head": entry.head, "records": entry.records, "session": entry.session}
            for entry in mark.sessions
        ],
    }
    if mark.bundle is not None:
        body["bundle"] = mark.bundle
    return sign_document(body, PayloadType.SEAT_MARK, [seat_key])


def seat_mark_from_fields(fields: Fields) -> SeatMark:
    """Read the meaning of a mark and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range, sessions out of order.
    """
    bundle = fields.optional_digest("bundle")
    mark = SeatMark(
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_NAME_MAX)),
        key=fields.digest("key"),
        number=fields.integer("number", minimum=1, maximum=NUMBER_MAX),
        made=UtcMs(fields.integer("made")),
        bundles=fields.integer("bundles", maximum=NUMBER_MAX),
        bundle=None if bundle is None else Digest(bundle),
        drop=fields.integer("drop"),
        sessions=tuple(_session(entry) for entry in fields.objects("sessions", max_items=MARKED_SESSIONS_MAX)),
    )
    fields.close()
    _refuse_disorder([entry.session for entry in mark.sessions], place=f"{fields.place}.sessions")
    refuse_unless(
        (mark.bundle is None) == (mark.bundles == 0),
        FormRefused,
        "does not fit the number",
        place=f"{fields.place}.bundle",
    )
    return mark


def build_kept_results(kept: KeptResults, signers: Sequence[SigningKey]) -> bytes:
    """Write what the office has, signed by both keys of the role ``receipts``: scoring and records."""
    body: dict[str, JsonInput] = {
        "issued": kept.issued,
        "number": kept.number,
        "seats": [
            {"bundle": entry.bundle, "key": entry.key, "number": entry.number, "seat": entry.seat}
            for entry in kept.seats
        ],
        "site": kept.site,
    }
    return sign_document(body, PayloadType.KEPT_RESULTS, signers)


def kept_results_from_fields(fields: Fields) -> KeptResults:
    """Read the meaning of the office's list and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range, seats out of order.
    """
    kept = KeptResults(
        site=SiteId(name_of(fields, "site")),
        number=fields.integer("number", minimum=1),
        issued=UtcMs(fields.integer("issued")),
        seats=tuple(_kept(entry) for entry in fields.objects("seats", max_items=KEPT_SEATS_MAX)),
    )
    fields.close()
    _refuse_disorder([entry.key for entry in kept.seats], place=f"{fields.place}.seats")
    return kept


def _session(fields: Fields) -> MarkedSession:
    entry = MarkedSession(
        session=SessionId(session_of(fields, "session")),
        records=fields.integer("records", minimum=1, maximum=RECORDS_MAX),
        head=Digest(fields.digest("head")),
        answers=fields.integer("answers", maximum=RECORDS_MAX),
    )
    fields.close()
    return entry


def _kept(fields: Fields) -> KeptSeat:
    entry = KeptSeat(
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_NAME_MAX)),
        key=fields.digest("key"),
        number=fields.integer("number", minimum=1, maximum=NUMBER_MAX),
        bundle=Digest(fields.digest("bundle")),
    )
    fields.close()
    return entry


def _refuse_disorder(names: Sequence[str], *, place: str) -> None:
    refuse_unless(
        list(names) == sorted(set(names)), FormRefused, "are not in order, or one is there twice", place=place
    )
