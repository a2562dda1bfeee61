"""Choosing: where the bundles of one session part, a person says which way it went.

Owns showing the ways and writing the choice down. The chosen one is judged as if it were alone. What parts from it is set aside:
kept at the office for good, with a receipt by which its seat may erase its copy, and never scored. Refuses to know how a
bundle is judged: ``accepting`` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exam_packages.ids import Digest, SessionId, UtcMs
from exam_packages.office.accepting import NO_TIME_KEPT, AcceptReport, Judge, accept_results
from exam_packages.office.branches import Branch, Kinship, branch_of, kinship, shared_records
from exam_packages.office.result_records import ResultRecord, all_records, read_record, write_record
from exam_packages.office.state import Office
from exam_packages.receipts import REASON_MAX, ReceiptStatus
from exam_packages.result_opening import OpenedResult, check_result, open_result
from exam_packages.results import BUNDLE_MAX_BYTES
from signing.errors import ContentRefused, FormRefused
from signing.trust.folder import read_bounded

_UNDECIDED = "a person has decided about it, and it has not been judged since"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWays:
    """Every way that a session went, as its bundles tell.

    Attributes:
        records: what the office knows of the bundles, by number of records.
        ways: the same bundles, opened.
        shared: how many records all of them have in common.
    """

    records: tuple[ResultRecord, ...]
    ways: tuple[Branch, ...]
    shared: int


def ways_of(office: Office, session: SessionId, *, now: UtcMs) -> SessionWays:
    """Return every way that a session went.

    Raises:
        ContentRefused: the office has no bundle of this session.
        PassphraseWrong: the scoring keys stay locked.
    """
    records = _of_session(office, session)
    if not records:
        raise ContentRefused("is no session of which this office has a bundle", place=session)
    opened = sorted(
        ((_opened(office, record, now), record) for record in records), key=lambda each: len(each[0].journal)
    )
    first = opened[0][0].journal
    return SessionWays(
        records=tuple(record for _, record in opened),
        ways=tuple(branch_of(result) for result, _ in opened),
        shared=min(shared_records(first, result.journal) for result, _ in opened),
    )


def choose_branch(
    office: Office,
    session: SessionId,
    bundle: Digest,
    *,
    reason: str,
    judge: Judge,
    now: UtcMs,
    keep_ms: int = NO_TIME_KEPT,
) -> AcceptReport:
    """Decide which way a session went, where its bundles part. Choosing again takes the place of the choice before.

    Args:
        office: the office, unlocked.
        session: whose bundles.
        bundle: the one that counts.
        reason: why, for the record.
        judge, now, keep_ms: as for ``accept_results``.

    Returns:
        What became of each bundle of the session.

    Raises:
        ContentRefused: there is no such bundle, it is of another session, or none parts from it.
        FormRefused: there is no reason, or it is too long.
        PassphraseWrong: the scoring keys stay locked.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        raise FormRefused(f"has to be said in up to {REASON_MAX} characters", place="reason")
    chosen = read_record(office, bundle)
    if chosen.session != session:
        raise ContentRefused("is of another session", place=f"bundle {bundle[:16]}…")
    _note_choice(office, chosen, reason, now)
    report = accept_results(office, (), judge=judge, now=now, keep_ms=keep_ms)
    return replace(report, bundles=tuple(each for each in report.bundles if each.session == session))


def _note_choice(office: Office, chosen: ResultRecord, reason: str, now: UtcMs) -> None:
    """Write down what was chosen and what not, and hold all of it back until it has been judged."""
    opened = _opened(office, chosen, now)
    kin = [record for record in _of_session(office, chosen.session) if record.bundle != chosen.bundle]
    aside = {record.bundle for record in kin if _parts(_opened(office, record, now), opened)}
    if not aside:
        raise ContentRefused("has no other way beside it to choose from", place=f"bundle {chosen.bundle[:16]}…")
    # The chosen one last: cut off anywhere, there are never two of the session that count.
    for record in [*kin, chosen]:
        held = replace(
            record,
            status=ReceiptStatus.QUARANTINED,
            reasons=(_UNDECIDED,),
            part_of=None,
            chosen=reason if record.bundle == chosen.bundle else "",
            set_aside=reason if record.bundle in aside else "",
        )
        write_record(office, held)


def _parts(other: OpenedResult, chosen: OpenedResult) -> bool:
    return kinship(other, chosen) in (Kinship.PARTED, Kinship.REPEATED)


def _of_session(office: Office, session: SessionId) -> list[ResultRecord]:
    return [record for record in all_records(office) if record.session == session]


def _opened(office: Office, record: ResultRecord, now: UtcMs) -> OpenedResult:
    place = f"bundle {record.bundle[:16]}…"
    data = read_bounded(office.result_file(record.bundle), max_bytes=BUNDLE_MAX_BYTES, place=place)
    trust = office.trust(now)
    key = office.keys.scoring_key(check_result(data, trust=trust, place=place).recipients, place=place)
    return open_result(data, trust=trust, scoring_key=key, place=place)
