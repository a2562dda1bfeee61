"""Accepting: result bundles → kept, judged, and answered with a receipt.

Owns what is refused, what is held back and what is accepted. A bundle whose form, signatures or content do not hold is refused
and gets no receipt. One that is genuine but raises a question is kept in quarantine; its receipt says so and lets nobody erase
anything. Every acceptance run looks again at what is in quarantine. Giving in the same bundle twice changes nothing.

**Two bundles of one session.** Where one holds all of the other and went on at another seat, it is the session's result and the
other its earlier part: both are accepted, one counts. Where two ways part, both are held until a person has chosen one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

from exam_packages.container import FileSource
from exam_packages.ids import Digest, SessionId, SiteId, UtcMs
from exam_packages.office.kept_results import write_kept_results
from exam_packages.office.kin import AmongKin, judge_among_kin
from exam_packages.office.needs_compared import KeptRosters
from exam_packages.office.result_records import (
    REASONS_MAX,
    ResultRecord,
    SeatGap,
    all_records,
    gaps_in,
    record_of,
    write_record,
)
from exam_packages.office.state import DELIVERY_NAME, PACKAGE_NAME, Office
from exam_packages.opening import check_package, open_receipt, open_seat_list
from exam_packages.receipts import REASON_MAX, Receipt, ReceiptStatus, build_receipt
from exam_packages.result_opening import CheckedResult, OpenedResult, check_result, open_result
from exam_packages.results import BUNDLE_MAX_BYTES, ROLLBACK_ACCEPTED
from exam_packages.session_events import Record
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, file_digest
from signing.errors import Layer, Refused
from signing.trust import Role, Trust
from signing.trust.folder import read_bounded, write_durably

Judge = Callable[[tuple[Record, ...]], None]
"""Replays a session's records and raises ``Refused`` where no session could have gone that way."""

Progress = Callable[[int, int], None]
"""Called with bundles done and in all."""

NO_TIME_KEPT: Final = 0  # the seat may erase as soon as it has the receipt


class BundleOutcome(Enum):
    """What became of a bundle that was given in."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    KNOWN = "known"
    """Given in before; nothing changed."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedBundle:
    """What became of one bundle.

    Attributes:
        name: as it was given in, for people.
        bundle: digest of the file.
        outcome: what became of it.
        session: None where it was refused before that could be known.
        reasons: why it was refused or quarantined.
        notes: what people should know of an accepted one.
        layer: which layer refused.
        receipt: the receipt file; None where it was refused.
    """

    name: str
    bundle: Digest
    outcome: BundleOutcome
    session: SessionId | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    layer: Layer | None = None
    receipt: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReport:
    """What an acceptance run came to.

    Attributes:
        bundles: one for each that was given in, and one for each that came out of quarantine.
        gaps: bundles that seats have made and the office has not been given.
        unread: why a file that was given in is none that could be read: its name is in the refusal.
    """

    bundles: tuple[AcceptedBundle, ...]
    gaps: tuple[SeatGap, ...]
    unread: tuple[Refused, ...] = ()


def accept_results(
    office: Office,
    bundles: Sequence[tuple[str, bytes | Path]],
    *,
    judge: Judge,
    now: UtcMs,
    keep_ms: int = NO_TIME_KEPT,
    progress: Progress | None = None,
) -> AcceptReport:
    """Accept bundles, and look again at what is in quarantine.

    Args:
        office: the office, unlocked.
        bundles: names, and bytes or the file they are in. A file is read when its turn comes and let go after it: a stick of
            any number of bundles takes the memory of the largest.
        judge: replays a session.
        now: wall time.
        keep_ms: how long the seat has to keep its copy after acceptance.
        progress: called with bundles done and in all.

    Raises:
        PassphraseWrong: the scoring keys stay locked.
        OSError: the machine failed. What was accepted before that stays accepted.
    """
    records = {record.bundle: record for record in all_records(office)}
    trust = office.trust(now)
    rosters = KeptRosters(office=office, trust=trust)
    run = _Run(office=office, trust=trust, judge=judge, now=now, keep_ms=keep_ms, records=records, rosters=rosters)
    outcomes: list[AcceptedBundle] = []
    unread: list[Refused] = []
    for done, (name, given) in enumerate(bundles, start=1):
        try:
            outcomes.append(_accept(run, name, _bytes_of(name, given)))
        except Refused as refusal:  # by the reading: whatever is wrong with a bundle becomes its outcome
            unread.append(refusal)
        if progress is not None:
            progress(done, len(bundles))
    seen = {outcome.bundle for outcome in outcomes}
    outcomes += _look_again(run, seen)
    outcomes = _newest(outcomes, _look_at_kin(run, {each.session for each in outcomes}))
    write_kept_results(office, records.values(), trust=run.trust, now=now)
    return AcceptReport(bundles=tuple(outcomes), gaps=gaps_in(records.values()), unread=tuple(unread))


def _bytes_of(name: str, given: bytes | Path) -> bytes:
    return given if isinstance(given, bytes) else read_bounded(given, max_bytes=BUNDLE_MAX_BYTES, place=name)


def _newest(outcomes: Sequence[AcceptedBundle], later: Iterable[AcceptedBundle]) -> list[AcceptedBundle]:
    """Put what became of a bundle in the end in the place of what was said of it before."""
    newest = {outcome.bundle: outcome for outcome in later}
    known = {outcome.bundle for outcome in outcomes}
    replaced = [replace(newest.get(each.bundle, each), name=each.name) for each in outcomes]
    return replaced + [outcome for bundle, outcome in newest.items() if bundle not in known]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one acceptance run works with; ``records`` grows as it goes."""

    office: Office
    trust: Trust
    judge: Judge
    now: UtcMs
    keep_ms: int
    records: dict[Digest, ResultRecord]
    rosters: KeptRosters


def _accept(run: _Run, name: str, untrusted: bytes) -> AcceptedBundle:
    digest = file_digest(untrusted)
    known = run.records.get(digest)
    if known is not None and known.status is ReceiptStatus.ACCEPTED:
        return _outcome(name, known, BundleOutcome.KNOWN, _receipt_again(run, known))
    try:
        opened = _open(run, untrusted, name)
        return _keep(run, name, untrusted, opened, known)
    except Refused as refusal:
        return _refused(name, digest, refusal)


def _look_again(run: _Run, seen: set[Digest]) -> list[AcceptedBundle]:
    """Judge what is in quarantine anew: a seat list may have come, or the bundle between."""
    outcomes: list[AcceptedBundle] = []
    for record in list(run.records.values()):
        if record.status is ReceiptStatus.QUARANTINED and record.bundle not in seen:
            outcome = _accept_again(run, record)
            if outcome.outcome is not BundleOutcome.KNOWN:
                outcomes.append(outcome)
    return outcomes


def _accept_again(run: _Run, record: ResultRecord) -> AcceptedBundle:
    path = run.office.result_file(record.bundle)
    try:
        data = read_bounded(path, max_bytes=BUNDLE_MAX_BYTES, place=path.name)
    except Refused as refusal:
        return _refused(path.name, record.bundle, refusal)
    return _accept(run, path.name, data)


def _look_at_kin(run: _Run, sessions: AbstractSet[SessionId | None]) -> list[AcceptedBundle]:
    """Judge what was accepted before anew where another bundle of its session has come."""
    outcomes: list[AcceptedBundle] = []
    for record in list(run.records.values()):
        if record.status is ReceiptStatus.ACCEPTED and record.session in sessions:
            outcomes += _accepted_again(run, record)
    return outcomes


def _accepted_again(run: _Run, record: ResultRecord) -> list[AcceptedBundle]:
    kin = _kin_of(run, record.session, record.bundle)
    if not kin:
        return []
    try:
        judged = _judge_among_kin(run, _open_kept(run, record), record, kin)
    except Refused:  # revoked since, say: what was accepted stays so
        return []
    reasons = tuple(_shortened(reason) for reason in judged.reasons)
    if (reasons, judged.part_of) == (record.reasons, record.part_of):
        return []
    number = record.receipt_number
    if reasons:  # the receipt of before allowed to erase; this one takes its place
        number = _next_receipt(run)
    status = ReceiptStatus.QUARANTINED if reasons else ReceiptStatus.ACCEPTED
    after = replace(record, status=status, reasons=reasons, part_of=judged.part_of, receipt_number=number)
    write_record(run.office, after)
    run.records[after.bundle] = after
    outcome = BundleOutcome.QUARANTINED if reasons else BundleOutcome.ACCEPTED
    return [_outcome(f"{after.bundle}.result", after, outcome, _receipt_again(run, after))]


def _kin_of(run: _Run, session: SessionId, bundle: Digest) -> list[ResultRecord]:
    return [record for record in run.records.values() if record.session == session and record.bundle != bundle]


def _judge_among_kin(
    run: _Run, opened: OpenedResult, known: ResultRecord | None, kin: Sequence[ResultRecord]
) -> AmongKin:
    return judge_among_kin(opened, known, kin, open_kept=lambda record: _open_kept(run, record))


def _open_kept(run: _Run, record: ResultRecord) -> OpenedResult:
    path = run.office.result_file(record.bundle)
    return _open(run, read_bounded(path, max_bytes=BUNDLE_MAX_BYTES, place=path.name), path.name)


def _next_receipt(run: _Run) -> int:
    return 1 + max((record.receipt_number for record in run.records.values()), default=0)


def _refused(name: str, bundle: Digest, refusal: Refused) -> AcceptedBundle:
    return AcceptedBundle(
        name=name, bundle=bundle, outcome=BundleOutcome.REFUSED, reasons=(str(refusal),), layer=refusal.layer
    )


def _open(run: _Run, untrusted: bytes, place: str) -> OpenedResult:
    checked = check_result(untrusted, trust=run.trust, place=place)
    return open_result(
        untrusted,
        trust=run.trust,
        scoring_key=run.office.keys.scoring_key(checked.recipients, place=place),
        place=place,
    )


def _keep(run: _Run, name: str, data: bytes, opened: OpenedResult, known: ResultRecord | None) -> AcceptedBundle:
    others = [record for record in run.records.values() if record.bundle != opened.checked.digest]
    kin = _kin_of(run, opened.checked.header.session, opened.checked.digest)
    judged = _judge_among_kin(run, opened, known, kin)
    decided = known is not None and bool(known.chosen or known.set_aside)
    if decided:  # the number of a seat that was put back to an earlier state was taken into account by whoever decided
        others = [other for other in others if other not in kin]
    found = [*_reasons(run, opened, others), *judged.reasons]
    reasons = tuple(_shortened(reason) for reason in found[:REASONS_MAX])
    if known is not None and (known.reasons, known.part_of) == (reasons, judged.part_of):
        return _outcome(name, known, BundleOutcome.KNOWN, _receipt_again(run, known))
    record = record_of(
        opened.checked,
        status=ReceiptStatus.QUARANTINED if reasons else ReceiptStatus.ACCEPTED,
        reasons=reasons,
        notes=(*_notes(run, opened), *_rollback_notes(opened), *_needs_notes(run, opened)),
        received=known.received if known is not None else run.now,
        receipt_number=_next_receipt(run),
    )
    record = replace(
        record,
        part_of=judged.part_of,
        chosen=known.chosen if known is not None else "",
        set_aside=known.set_aside if known is not None else "",
    )
    # The bundle first, then what is known of it, then the receipt: a receipt exists only for what is kept.
    write_durably(run.office.result_file(record.bundle), data)
    write_record(run.office, record)
    run.records[record.bundle] = record
    outcome = BundleOutcome.QUARANTINED if reasons else BundleOutcome.ACCEPTED
    return _outcome(name, record, outcome, _write_receipt(run, record))


def _reasons(run: _Run, opened: OpenedResult, others: Sequence[ResultRecord]) -> list[str]:
    checked, header = opened.checked, opened.checked.header
    reasons = [
        *_package_reasons(run, header.package),
        *_certificate_reasons(run, opened),
        *_sequence_reasons(checked, others),
    ]
    try:
        run.judge(opened.records)
    except Refused as refusal:
        reasons.append(f"the journal cannot be replayed: {refusal.message}")
    return reasons


def _package_reasons(run: _Run, package: Digest) -> list[str]:
    if not (run.office.package_folder(package) / PACKAGE_NAME).exists():
        return ["it was given to a package that this office has not built"]
    if package in run.trust.revocations.packages:
        return ["it was given to a package that has been revoked"]
    return []


def _certificate_reasons(run: _Run, opened: OpenedResult) -> list[str]:
    checked = opened.checked
    reasons: list[str] = []
    confirmed = _confirmed(run, checked.header.site)
    if checked.certificate_digest not in confirmed:
        reasons.append("the site has not confirmed this seat's certificate yet: its seat list is needed")
    reasons += [
        f"the site has not confirmed the certificate of {move.event.from_seat}, where the session was before: "
        "its seat list is needed"
        for move in opened.moves
        if move.certificate_digest not in confirmed
    ]
    if not checked.certificate.not_before <= checked.header.created <= checked.certificate.not_after:
        reasons.append("it was sealed outside the validity of the seat's certificate")
    return reasons


def _confirmed(run: _Run, site: SiteId) -> tuple[Digest, ...]:
    path = run.office.seat_list_file(site)
    if not path.exists():
        return ()
    registration = run.office.registration(site, run.trust)
    data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place="seat list")
    return open_seat_list(data, registration=registration).certificates


def _sequence_reasons(checked: CheckedResult, others: Sequence[ResultRecord]) -> list[str]:
    header = checked.header
    same_seat = [other for other in others if other.seat_key == checked.certificate.signing_key.keyid]
    reasons: list[str] = []
    if any(other.number == header.number for other in same_seat):
        reasons.append(f"the seat has sealed another bundle with the number {header.number}")
    if (header.previous is None) != (header.number == 1):
        reasons.append("its number does not fit the bundle it names as the one before")
    before = [other for other in same_seat if other.number == header.number - 1]
    if before and header.previous not in {other.bundle for other in before}:
        reasons.append("it names another bundle as the one before than the seat has given in")
    after = [other for other in same_seat if other.number == header.number + 1]
    if after and checked.digest not in {other.previous for other in after}:
        reasons.append("the seat's next bundle names another one as the one before")
    return reasons


def _notes(run: _Run, opened: OpenedResult) -> list[str]:
    header = opened.checked.header
    path = run.office.package_folder(header.package) / DELIVERY_NAME
    if not path.exists() or header.package in run.trust.revocations.packages:
        return []
    notes = [
        f"it went on at {move.event.to_seat} after {move.number} records at {move.event.from_seat}"
        for move in opened.moves
    ]
    with path.open("rb") as file:
        manifest = check_package(FileSource(file), trust=run.trust, place=DELIVERY_NAME).manifest
    if header.created > manifest.not_after:
        notes.append("it was sealed after the end of the package's window")
    if opened.plan.released_by == "code":
        notes.append("the package was released by a code that was read out")
    return notes


def _rollback_notes(opened: OpenedResult) -> list[str]:
    """What an admin wrote down when the seat turned out to be older than it once was; the last one, others stand in the log."""
    accepted = [incident for incident in opened.incidents if incident.kind == ROLLBACK_ACCEPTED]
    return [_shortened(f"the seat was rolled back before it was sealed: {accepted[-1].note}")] if accepted else []


def _needs_notes(run: _Run, opened: OpenedResult) -> list[str]:
    """Where the candidate was given something else than the roster says: for people, who may know why."""
    return [_shortened(note) for note in run.rosters.notes_on(opened.checked.header.site, opened.plan)]


def _outcome(name: str, record: ResultRecord, outcome: BundleOutcome, receipt: bytes) -> AcceptedBundle:
    return AcceptedBundle(
        name=name,
        bundle=record.bundle,
        outcome=outcome,
        session=record.session,
        reasons=record.reasons,
        notes=record.notes,
        receipt=receipt,
    )


def _receipt_again(run: _Run, record: ResultRecord) -> bytes:
    """Return the receipt written before; write it again where it is missing, damaged or not the newest.

    A run may have been interrupted before it could be written: then the one that lies there is of before, and says
    "quarantined" of what has been accepted since.
    """
    path = run.office.receipt_file(record.bundle)
    try:
        data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=path.name)
        receipt = open_receipt(data, trust=run.trust, bundle=record.bundle, place=path.name)
    except Refused:
        return _write_receipt(run, record)
    return data if receipt.number == record.receipt_number else _write_receipt(run, record)


def _write_receipt(run: _Run, record: ResultRecord) -> bytes:
    accepted = record.status is ReceiptStatus.ACCEPTED
    receipt = Receipt(
        number=record.receipt_number,
        bundle=record.bundle,
        session=record.session,
        site=record.site,
        seat=record.seat,
        status=record.status,
        reason=_shortened("; ".join(record.reasons)),
        accepted=run.now,
        erase_after=UtcMs(run.now + run.keep_ms) if accepted else None,
    )
    data = build_receipt(receipt, run.office.keys.signers_of(Role.RECEIPTS))
    write_durably(run.office.receipt_file(record.bundle), data)
    return data


def _shortened(text: str) -> str:
    return text if len(text) <= REASON_MAX else text[: REASON_MAX - 1] + "…"
