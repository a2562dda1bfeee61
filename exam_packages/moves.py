"""Which seats wrote which part of a session's journal, and the proof of it.

A session that goes on at another seat says so in a ``moved`` record: who had it, after how many records, under which
certificate. Owns the checks on these records: that each continues the chain where it says, that seat follows seat, and that
the site certified each of them. Refuses to know mirrors and disks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exam_packages.certificates import SeatCertificate, certificate_from_fields
from exam_packages.ids import Digest, SeatId
from exam_packages.opening import open_certificate_file
from exam_packages.registrations import SiteRegistration
from exam_packages.session_events import Moved, Opened, Record
from exam_packages.signed_documents import read_document
from signing.errors import ContentRefused
from signing.keys import VerifyKey
from signing.labels import PayloadType
from signing.trust import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMove:
    """A move from one seat of a site to another, verified.

    Attributes:
        number: of its record: so many records were written before it.
        certificate: of the seat that the session left.
        certificate_digest: what seat lists and revocations call it.
    """

    number: int
    event: Moved
    certificate: SeatCertificate
    certificate_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whose key signed checkpoints over up to so many records, before the session left."""

    records: int
    key: VerifyKey


def open_moves(
    records: Sequence[Record], heads: Sequence[bytes], *, trust: Trust, registration: SiteRegistration, place: str
) -> tuple[CheckedMove, ...]:
    """Verify every move of a journal.

    Args:
        records: the whole journal.
        heads: value of the chain after 0, 1, 2 … of them.
        trust: whom the office has revoked.
        registration: of the site at which the session was sat: the one at which it can have moved.
        place: where the journal comes from, for refusals.

    Raises:
        ContentRefused: a move does not continue the chain, or leaves another seat than the one that had the session.
        Refused: a certificate is not one of this site, or is revoked.
    """
    seat = _first_seat(records, place)
    moves: list[CheckedMove] = []
    for record in records:
        event = record.event
        if not isinstance(event, Moved):
            continue
        where = f"{place}, record {record.n}"
        if event.records != record.n or event.head != heads[record.n].hex():
            raise ContentRefused("does not go on where the records before it end", place=where)
        file = open_certificate_file(event.certificate, trust=trust, registration=registration, place=where)
        certificate = file.value
        if event.from_seat != seat or certificate.seat != seat:
            raise ContentRefused(f"leaves another seat than {seat}, which had the session", place=where)
        moves.append(CheckedMove(number=record.n, event=event, certificate=certificate, certificate_digest=file.digest))
        seat = event.to_seat
    return tuple(moves)


def last_seat(records: Sequence[Record]) -> SeatId | None:
    """Return the seat a session is at, after what its records say; None where they do not open one."""
    seat: SeatId | None = None
    for record in records:
        if isinstance(record.event, Opened):
            seat = record.event.plan.seat
        elif isinstance(record.event, Moved):
            seat = record.event.to_seat
    return seat


def signers_of(moves: Sequence[CheckedMove]) -> tuple[Signer, ...]:
    """Return who signed checkpoints before the seat that has the session now."""
    return tuple(Signer(records=move.number, key=move.certificate.signing_key) for move in moves)


def own_signers_of(records: Sequence[Record]) -> tuple[Signer, ...]:
    """Return the same out of a seat's own journal, whose certificates it verified before it took the session over.

    Raises:
        FormRefused: a certificate has not the form of one.
    """
    signers: list[Signer] = []
    for record in records:
        if isinstance(record.event, Moved):
            place = f"record {record.n}"
            document = read_document(record.event.certificate, PayloadType.SEAT_CERTIFICATE, place=place)
            certificate = certificate_from_fields(document.untrusted_fields())
            signers.append(Signer(records=record.n, key=certificate.signing_key))
    return tuple(signers)


def key_over(signers: Sequence[Signer], records: int, *, last: VerifyKey) -> VerifyKey:
    """Return whose key a checkpoint over so many records has to be signed with.

    Args:
        signers: the seats before, in order.
        records: how many records the checkpoint covers.
        last: of the seat that has the session.
    """
    return next((signer.key for signer in signers if records <= signer.records), last)


def _first_seat(records: Sequence[Record], place: str) -> SeatId:
    opened = records[0].event if records else None
    if not isinstance(opened, Opened):
        raise ContentRefused("does not begin with the opening of a session", place=place)
    return opened.plan.seat
