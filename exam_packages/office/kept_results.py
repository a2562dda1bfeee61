"""Telling sites which results have arrived: for each seat the newest one, so that a seat notices when it is older than that.

Owns the list and when it is written anew. Refuses to know how seats use it. Results in quarantine count: they have arrived, and
their numbers are taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from exam_packages.ids import SiteId, UtcMs
from exam_packages.office.result_records import ResultRecord
from exam_packages.office.state import Office
from exam_packages.opening import open_kept_results
from exam_packages.receipts import ReceiptStatus
from exam_packages.seat_marks import (
    KEPT_SEATS_MAX,
    KeptResults,
    KeptSeat,
    build_kept_results,
    kept_results_from_fields,
)
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, read_document
from signing.errors import RevokedRefused, ThresholdRefused
from signing.labels import PayloadType
from signing.trust import Role, Trust
from signing.trust.folder import read_bounded, write_durably


def write_kept_results(office: Office, records: Iterable[ResultRecord], *, trust: Trust, now: UtcMs) -> None:
    """Write the list of every registered site of which something is known and whose list is not up to date.

    Args:
        office: the office, unlocked.
        records: of all bundles.
        trust: whom the office believes.
        now: wall time.

    Raises:
        PassphraseWrong: the keys of the role ``receipts`` stay locked.
        OSError: the machine failed; the next acceptance writes it.
    """
    by_site: dict[SiteId, list[ResultRecord]] = {}
    for record in records:
        by_site.setdefault(record.site, []).append(record)
    registered = set(office.sites())
    for site, of_site in by_site.items():
        seats = newest_of_each_seat(of_site)
        before = _before(office, site, trust)
        if site in registered and (before is None or before.seats != seats):
            number = 1 if before is None else before.number + 1
            kept = KeptResults(site=site, number=number, issued=now, seats=seats)
            signers = office.keys.signers_of(Role.RECEIPTS)
            write_durably(office.kept_results_file(site), build_kept_results(kept, signers))


def newest_of_each_seat(records: Iterable[ResultRecord]) -> tuple[KeptSeat, ...]:
    """Return the result with the highest number of each seat; of two with one number the accepted one, which came first."""
    newest: dict[str, ResultRecord] = {}
    for record in sorted(records, key=_rank):
        newest[record.seat_key] = record
    kept = [
        KeptSeat(seat=record.seat, key=key, number=record.number, bundle=record.bundle)
        for key, record in sorted(newest.items())
    ]
    return tuple(kept[:KEPT_SEATS_MAX])


def _rank(record: ResultRecord) -> tuple[int, bool, int, str]:
    return record.number, record.status is ReceiptStatus.ACCEPTED, -record.received, record.bundle


def _before(office: Office, site: SiteId, trust: Trust) -> KeptResults | None:
    path = office.kept_results_file(site)
    if not path.exists():
        return None
    place = f"kept results of {site}"
    data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=place)
    try:
        return open_kept_results(data, trust=trust, site=site, place=place)
    except (ThresholdRefused, RevokedRefused):
        # Signed before the role got other keys: written anew, under a number that no site has seen.
        untrusted = read_document(data, PayloadType.KEPT_RESULTS, place=place).untrusted_fields()
        return replace(kept_results_from_fields(untrusted), seats=())
