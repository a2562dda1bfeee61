"""What the office knows of every bundle it was given: one small file each, beside the bundle.

Owns that file and finding one's way among them. Refuses to know why a bundle is accepted or quarantined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.ids import CandidateId, Digest, FormId, SeatId, SessionId, SiteId, UtcMs
from exam_packages.office.state import Office
from exam_packages.receipts import REASON_MAX, ReceiptStatus
from exam_packages.result_opening import CheckedResult
from exam_packages.results import ResultState
from exam_packages.signed_documents import name_of, session_of
from signing.canonical import JsonInput, decode, encode
from signing.errors import ContentRefused
from signing.fields import Fields
from signing.trust.folder import read_bounded, write_durably

RECORD_MAX_BYTES: Final = 32 * 1024
RECORD_SUFFIX: Final = ".json"
REASONS_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    """What the office knows of one bundle.

    Attributes:
        bundle: digest of the file.
        session, candidate, site, seat, form: whose sitting of what, where.
        seat_key: id of the seat's signing key; running numbers count for it.
        certificate: what seat lists call the seat's certificate.
        package: digest of the delivery package's manifest.
        number, previous: the seat's running number, and its bundle before.
        state: how the session ended.
        status: accepted or quarantined.
        reasons: why it is quarantined.
        notes: what people should know of an accepted one.
        received: wall time of the first acceptance run that saw it.
        receipt_number: of the newest receipt.
        part_of: the bundle of the same session that holds all of this one and goes on at another seat.
        chosen: why a person decided that the session went this way, where its bundles part; empty where nobody had to.
        set_aside: why a person decided that it went another way; empty where nobody did.
    """

    bundle: Digest
    session: SessionId
    candidate: CandidateId
    site: SiteId
    seat: SeatId
    form: FormId
    seat_key: str
    certificate: Digest
    package: Digest
    number: int
    previous: Digest | None
    state: ResultState
    status: ReceiptStatus
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    received: UtcMs
    receipt_number: int
    part_of: Digest | None = None
    chosen: str = ""
    set_aside: str = ""

    @property
    def is_result(self) -> bool:
        """True for the one bundle of its session that counts: what is scored and reported."""
        return self.status is ReceiptStatus.ACCEPTED and self.part_of is None and not self.set_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGap:
    """Bundles a seat has made and the office has not been given."""

    site: SiteId
    seat: SeatId
    missing: tuple[int, ...]


def record_of(
    checked: CheckedResult,
    *,
    status: ReceiptStatus,
    reasons: tuple[str, ...],
    notes: tuple[str, ...],
    received: UtcMs,
    receipt_number: int,
) -> ResultRecord:
    """Make the record of a verified bundle."""
    header = checked.header
    return ResultRecord(
        bundle=checked.digest,
        session=header.session,
        candidate=header.candidate,
        site=header.site,
        seat=header.seat,
        form=header.form,
        seat_key=checked.certificate.signing_key.keyid,
        certificate=checked.certificate_digest,
        package=header.package,
        number=header.number,
        previous=header.previous,
        state=header.state,
        status=status,
        reasons=reasons,
        notes=notes,
        received=received,
        receipt_number=receipt_number,
    )


def write_record(office: Office, record: ResultRecord) -> None:
    """Keep a record durably."""
    body: dict[str, JsonInput] = {
        "bundle": record.bundle,
        "candidate": record.candidate,
        "certificate": record.certificate,
        "form": record.form,
        "notes": record.notes,
        "number": record.number,
        "package": record.package,
        "reasons": record.reasons,
        "receipt_number": record.receipt_number,
        "received": record.received,
        "seat": record.seat,
        "seat_key": record.seat_key,
        "session": record.session,
        "site": record.site,
        "state": record.state.value,
        "status": record.status.value,
    }
    for name in ("previous", "part_of", "chosen", "set_aside"):
        value = getattr(record, name)
        if value:  # absent is the one way to say "none"
            body[name] = value
    write_durably(_path(office, record.bundle), encode(body))


def read_record(office: Office, bundle: Digest) -> ResultRecord:
    """Return the record of a bundle.

    Raises:
        ContentRefused: the office has no such bundle.
        Refused: the record is damaged.
    """
    path = _path(office, bundle)
    if not path.exists():
        raise ContentRefused(f"the office has no bundle {bundle[:16]}…", place="results")
    return _read(path)


def all_records(office: Office) -> tuple[ResultRecord, ...]:
    """Return the records of all bundles, by site, seat and running number."""
    records = [_read(path) for path in sorted((office.folder / "results").glob(f"*{RECORD_SUFFIX}"))]
    return tuple(sorted(records, key=lambda record: (record.site, record.seat, record.number, record.bundle)))


def gaps_in(records: Iterable[ResultRecord]) -> tuple[SeatGap, ...]:
    """Return which running numbers are missing below the highest seen, seat by seat."""
    seats: dict[tuple[SiteId, SeatId, str], set[int]] = {}
    for record in records:
        seats.setdefault((record.site, record.seat, record.seat_key), set()).add(record.number)
    gaps = [
        SeatGap(site=site, seat=seat, missing=tuple(sorted(set(range(1, max(numbers))) - numbers)))
        for (site, seat, _key), numbers in sorted(seats.items())
    ]
    return tuple(gap for gap in gaps if gap.missing)


def _path(office: Office, bundle: Digest) -> Path:
    return office.folder / "results" / f"{bundle}{RECORD_SUFFIX}"


def _read(path: Path) -> ResultRecord:
    place = f"results/{path.name[:16]}…"
    data = read_bounded(path, max_bytes=RECORD_MAX_BYTES, place=place)
    fields = Fields(decode(data, place=place, max_bytes=RECORD_MAX_BYTES), place)
    previous, part_of = fields.optional_digest("previous"), fields.optional_digest("part_of")
    record = ResultRecord(
        bundle=Digest(fields.digest("bundle")),
        session=SessionId(session_of(fields, "session")),
        candidate=CandidateId(name_of(fields, "candidate")),
        site=SiteId(name_of(fields, "site")),
        seat=SeatId(name_of(fields, "seat")),
        form=FormId(name_of(fields, "form")),
        seat_key=fields.digest("seat_key"),
        certificate=Digest(fields.digest("certificate")),
        package=Digest(fields.digest("package")),
        number=fields.integer("number", minimum=1),
        previous=None if previous is None else Digest(previous),
        state=fields.choice("state", ResultState),
        status=fields.choice("status", ReceiptStatus),
        reasons=fields.texts("reasons", max_items=REASONS_MAX, max_length=REASON_MAX),
        notes=fields.texts("notes", max_items=REASONS_MAX, max_length=REASON_MAX),
        received=UtcMs(fields.integer("received")),
        receipt_number=fields.integer("receipt_number", minimum=1),
        part_of=None if part_of is None else Digest(part_of),
        chosen=fields.optional_text("chosen", max_length=REASON_MAX) or "",
        set_aside=fields.optional_text("set_aside", max_length=REASON_MAX) or "",
    )
    fields.close()
    return record
