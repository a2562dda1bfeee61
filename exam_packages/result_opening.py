"""How a result bundle becomes trusted: without opening it, at a gateway or a seat, and whole, at the office.

Owns the order of the checks on a bundle. Refuses to know disks, clocks and scoring. The other half of ``opening``, in a file of
its own because a bundle carries a chain of documents and a journal that all have to fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exam_packages.certificates import SeatCertificate
from exam_packages.ids import Digest
from exam_packages.lockdown_log import LockdownLine, read_log
from exam_packages.moves import CheckedMove, key_over, last_seat, open_moves, signers_of
from exam_packages.opening import open_certificate_file, open_registration
from exam_packages.record_streams import read_records
from exam_packages.registrations import SiteRegistration
from exam_packages.results import (
    Checkpoint,
    Incident,
    ResultContent,
    ResultHeader,
    UntrustedResult,
    read_checkpoint,
    read_result,
    state_of,
    unseal_content,
    verify_seal,
)
from exam_packages.session_events import Opened, Record, SessionPlan
from exam_packages.statements import SeatStatement, open_statements
from signing.errors import ContentRefused
from signing.hpke import ContentKey
from signing.trust import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedResult:
    """A bundle whose seal, certificate and registration are verified, and which is still shut.

    Attributes:
        header: what stands in clear.
        digest: SHA-256 of the file: its name.
        certificate: of the seat that sealed it.
        certificate_digest: what the certificate is called in seat lists and revocations.
        registration: of the site that certified the seat.
        recipients: ids of the scoring keys it is sealed to.
    """

    header: ResultHeader
    digest: Digest
    certificate: SeatCertificate
    certificate_digest: Digest
    registration: SiteRegistration
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedResult:
    """A bundle that is verified through and through.

    Attributes:
        checked: everything that can be known without opening it.
        records: the session journal.
        incidents: the seat's incident log.
        checkpoints: the seat's signed checkpoints, every one of which fits the journal.
        journal: the encoded records, as they were chained.
        moves: where the session left one seat of the site for another, in order.
        lockdown: what was noticed while the seat was locked down, its chain checked; empty where it was not locked down.
        statements: what the seat that sealed it had signed about itself: its readiness, and the machine as it was found.
    """

    checked: CheckedResult
    records: tuple[Record, ...]
    incidents: tuple[Incident, ...]
    checkpoints: tuple[Checkpoint, ...]
    journal: tuple[bytes, ...]
    moves: tuple[CheckedMove, ...] = ()
    lockdown: tuple[LockdownLine, ...] = ()
    statements: tuple[SeatStatement, ...] = ()

    @property
    def plan(self) -> SessionPlan:
        """Return the plan of the session: what its first record says."""
        opened = self.records[0].event
        if not isinstance(opened, Opened):  # established by open_result
            raise TypeError("the first record does not open the session")
        return opened.plan


def check_result(untrusted: bytes, *, trust: Trust, place: str = "result") -> CheckedResult:
    """Verify a bundle without opening it: what a gateway, a site and a seat can do.

    Args:
        untrusted: the file.
        trust: who may register sites.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, not for this site (header and certificate differ), content.
    """
    return _check(read_result(untrusted, place=place), trust)


def open_result(
    untrusted: bytes,
    *,
    trust: Trust,
    scoring_key: ContentKey,
    place: str = "result",
) -> OpenedResult:
    """Verify and open a bundle at the office.

    Args:
        untrusted: the file.
        trust: who may register sites.
        scoring_key: the current or the next scoring key named in the package's manifest.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, not for this site, content.
    """
    result = read_result(untrusted, place=place)
    checked = _check(result, trust)
    content = unseal_content(result, scoring_key)
    records, heads = read_records(content.journal, place=f"{place}, journal")
    _refuse_other_journal(checked.header, records, heads[-1], place)
    _refuse_other_session(checked.header, records, place)
    moves = open_moves(records, heads, trust=trust, registration=checked.registration, place=f"{place}, journal")
    lockdown, _ = read_log(content.lockdown, place=f"{place}, lockdown log")
    return OpenedResult(
        checked=checked,
        records=records,
        incidents=content.incidents,
        checkpoints=_checkpoints(content, checked, heads, moves, place),
        journal=content.journal,
        moves=moves,
        lockdown=tuple(lockdown),
        statements=open_statements(
            content.statements, key=checked.certificate.signing_key, place=f"{place}, statements"
        ),
    )


def _check(result: UntrustedResult, trust: Trust) -> CheckedResult:
    untrusted_header, place = result.untrusted_header, result.place
    registration = open_registration(
        untrusted_header.registration,
        trust=trust,
        site=untrusted_header.site,
        place=f"{place}, registration",
    )
    certificate_file = open_certificate_file(
        untrusted_header.certificate, trust=trust, registration=registration, place=f"{place}, certificate"
    )
    certificate = certificate_file.value
    verify_seal(result, certificate.signing_key)
    header = untrusted_header  # signed by the seat from here on
    if header.seat != certificate.seat:
        raise ContentRefused("names another seat than its certificate", place=f"{place}, header")
    return CheckedResult(
        header=header,
        digest=result.digest,
        certificate=certificate,
        certificate_digest=certificate_file.digest,
        registration=registration,
        recipients=result.recipients,
    )


def _refuse_other_journal(header: ResultHeader, records: tuple[Record, ...], head: bytes, place: str) -> None:
    if header.records != len(records):
        raise ContentRefused(f"holds {len(records)} records, its header says {header.records}", place=place)
    if header.head != head.hex():
        raise ContentRefused("has a journal with another head than its header says", place=place)


def _refuse_other_session(header: ResultHeader, records: tuple[Record, ...], place: str) -> None:
    place = f"{place}, journal"
    if not records or not isinstance(records[0].event, Opened):
        raise ContentRefused("does not begin with the opening of a session", place=place)
    plan = records[0].event.plan
    seat = last_seat(records)
    said = (plan.session, plan.appointment, plan.exam, plan.form, plan.candidate, plan.package, seat)
    expected = (
        header.session,
        header.appointment,
        header.exam,
        header.form,
        header.candidate,
        header.package,
        header.seat,
    )
    if said != expected:
        raise ContentRefused("is of another session than the header says", place=place)
    if state_of(records[-1].event) is not header.state:
        raise ContentRefused("ended otherwise than the header says", place=place)


def _checkpoints(
    content: ResultContent,
    checked: CheckedResult,
    heads: Sequence[bytes],
    moves: Sequence[CheckedMove],
    place: str,
) -> tuple[Checkpoint, ...]:
    """Verify each checkpoint with the key of the seat that had the session then: the one that sealed it, or one before."""
    signers = signers_of(moves)
    checkpoints: list[Checkpoint] = []
    for number, line in enumerate(content.checkpoints):
        line_place = f"{place}, checkpoint {number}"
        untrusted = read_checkpoint(line, place=line_place)
        key = key_over(signers, untrusted.untrusted_checkpoint.records, last=checked.certificate.signing_key)
        checkpoint = untrusted.verified_by(key)
        if checkpoint.session != checked.header.session:
            raise ContentRefused("is of another session", place=line_place)
        if checkpoint.records >= len(heads) or checkpoint.head != heads[checkpoint.records].hex():
            raise ContentRefused("does not fit the journal: records are missing or altered", place=line_place)
        checkpoints.append(checkpoint)
    return tuple(checkpoints)
