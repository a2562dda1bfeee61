"""Accepting: what is accepted, what is held back and why, and that nothing is ever accepted twice."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

from exam_packages.ids import Digest, UtcMs
from exam_packages.office import (
    AcceptReport,
    BundleOutcome,
    Office,
    SeatGap,
    accept_results,
    accepting,
    all_records,
    revoke,
)
from exam_packages.opening import open_receipt
from exam_packages.receipts import Receipt, ReceiptStatus
from exam_packages.result_opening import OpenedResult
from exam_packages.session_events import Record
from exam_packages.signed_documents import file_digest
from signing.errors import ContentRefused, Layer
from signing.key_file import PassphraseWrong
from tests.exam_packages import world
from tests.exam_packages.office import offices

NO_ROSTER = "no roster that the office has kept names its appointment: its accommodations are not compared"


def anything(_records: tuple[Record, ...]) -> None:
    """A judge that believes everything."""


def accept(office: Office, *bundles: bytes, now: UtcMs = world.NOW) -> AcceptReport:
    return accept_results(office, [(f"bundle {n}", data) for n, data in enumerate(bundles)], judge=anything, now=now)


def receipt_of(office: Office, data: bytes) -> Receipt:
    path = office.receipt_file(file_digest(data))
    return open_receipt(path.read_bytes(), trust=office.trust(world.NOW), bundle=file_digest(data))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = offices.fresh(tmp_path)
    offices.confirm_seats(made, "seat-01", "seat-02")
    return made


class TestAccepted:
    def test_it_is_kept_and_answered_with_a_receipt(self, office: Office) -> None:
        data = offices.bundle(office)
        report = accept_results(office, [("one.result", data)], judge=anything, now=world.NOW, keep_ms=7 * world.DAY_MS)
        (bundle,) = report.bundles
        assert (bundle.outcome, bundle.reasons, bundle.notes) == (BundleOutcome.ACCEPTED, (), (NO_ROSTER,))
        assert office.result_file(bundle.bundle).read_bytes() == data
        receipt = receipt_of(office, data)
        assert receipt.status is ReceiptStatus.ACCEPTED
        assert receipt.erase_after == world.NOW + 7 * world.DAY_MS
        assert bundle.receipt == office.receipt_file(bundle.bundle).read_bytes()
        assert report.gaps == ()

    def test_twice_is_once(self, office: Office) -> None:
        data = offices.bundle(office)
        first = accept(office, data).bundles[0]
        files = {path: path.read_bytes() for path in (office.folder / "results").iterdir()}
        again = accept(office, data, data)
        assert [bundle.outcome for bundle in again.bundles] == [BundleOutcome.KNOWN] * 2
        assert again.bundles[0].receipt == first.receipt
        assert {path: path.read_bytes() for path in (office.folder / "results").iterdir()} == files

    def test_a_receipt_lost_in_a_crash_is_written_again(self, office: Office) -> None:
        data = offices.bundle(office)
        first = accept(office, data).bundles[0]
        office.receipt_file(first.bundle).unlink()
        again = accept(office, data).bundles[0]
        assert again.receipt == first.receipt

    def test_a_receipt_of_before_a_crash_is_replaced(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        data = offices.bundle(office)
        held = accept(office, data).bundles[0]
        assert held.receipt is not None
        offices.confirm_seats(office, "seat-01")
        assert accept(office, data).bundles[0].outcome is BundleOutcome.ACCEPTED
        office.receipt_file(held.bundle).write_bytes(held.receipt)
        assert accept(office, data).bundles[0].outcome is BundleOutcome.KNOWN
        assert receipt_of(office, data).status is ReceiptStatus.ACCEPTED

    def test_a_damaged_receipt_is_written_again(self, office: Office) -> None:
        data = offices.bundle(office)
        first = accept(office, data).bundles[0]
        office.receipt_file(first.bundle).write_bytes(b"{}")
        assert accept(office, data).bundles[0].outcome is BundleOutcome.KNOWN
        assert receipt_of(office, data).status is ReceiptStatus.ACCEPTED

    def test_a_bundle_lost_from_quarantine_does_not_stop_the_others(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        lost = accept(office, offices.bundle(office)).bundles[0]
        office.result_file(lost.bundle).unlink()
        report = accept(office, offices.bundle(office, number=2, previous=lost.bundle))
        outcomes = [(bundle.outcome, bundle.layer) for bundle in report.bundles]
        assert outcomes == [(BundleOutcome.QUARANTINED, None), (BundleOutcome.REFUSED, Layer.CONTENT)]

    def test_a_chain_of_bundles_leaves_no_gap(self, office: Office) -> None:
        one = offices.bundle(office, number=1)
        two = offices.bundle(office, number=2, previous=file_digest(one))
        other = offices.bundle(office, number=1, seat="seat-02", session=offices.session_id(90))
        report = accept(office, two, other, one)
        assert {bundle.outcome for bundle in report.bundles} == {BundleOutcome.ACCEPTED}
        assert report.gaps == ()
        assert [record.number for record in all_records(office)] == [1, 2, 1]
        assert sorted(receipt_of(office, data).number for data in (one, two, other)) == [1, 2, 3]

    def test_a_missing_bundle_shows(self, office: Office) -> None:
        late = offices.bundle(office, number=4, previous=Digest("ab" * 32))
        report = accept(office, late)
        assert report.bundles[0].outcome is BundleOutcome.ACCEPTED
        assert report.gaps == (SeatGap(site=world.SITE, seat=world.SEAT, missing=(1, 2, 3)),)

    def test_a_late_bundle_is_accepted_and_noted(self, office: Office) -> None:
        late = offices.bundle(office, created=UtcMs(world.NOW + 2 * world.DAY_MS))
        bundle = accept(office, late).bundles[0]
        assert bundle.outcome is BundleOutcome.ACCEPTED
        assert bundle.notes == ("it was sealed after the end of the package's window", NO_ROSTER)

    def test_progress_counts_bundles(self, office: Office) -> None:
        seen: list[tuple[int, int]] = []
        data = [("a", offices.bundle(office)), ("b", b"nothing")]
        accept_results(
            office, data, judge=anything, now=world.NOW, progress=lambda done, total: seen.append((done, total))
        )
        assert seen == [(1, 2), (2, 2)]


class TestQuarantine:
    def test_a_certificate_nobody_confirmed_is_held_until_the_site_does(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        data = offices.bundle(office)
        held = accept(office, data).bundles[0]
        assert held.outcome is BundleOutcome.QUARANTINED
        assert "seat list" in held.reasons[0]
        receipt = receipt_of(office, data)
        assert (receipt.status, receipt.erase_after) == (ReceiptStatus.QUARANTINED, None)
        assert accept(office, data).bundles[0].outcome is BundleOutcome.KNOWN
        offices.confirm_seats(office, "seat-01")
        freed = accept(office).bundles[0]
        assert freed.outcome is BundleOutcome.ACCEPTED
        after = receipt_of(office, data)
        assert (after.status, after.number) == (ReceiptStatus.ACCEPTED, receipt.number + 1)

    def test_another_seat_in_the_list_confirms_nothing(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        offices.confirm_seats(office, "seat-02")
        assert accept(office, offices.bundle(office)).bundles[0].outcome is BundleOutcome.QUARANTINED

    def test_a_number_given_twice(self, office: Office) -> None:
        accept(office, offices.bundle(office, number=1))
        again = accept(office, offices.bundle(office, number=1, session=offices.session_id(5))).bundles[0]
        assert again.outcome is BundleOutcome.QUARANTINED
        assert "another bundle with the number 1" in again.reasons[0]

    def test_a_predecessor_that_is_another(self, office: Office) -> None:
        accept(office, offices.bundle(office, number=1))
        after = accept(office, offices.bundle(office, number=2, previous=Digest("ab" * 32))).bundles[0]
        assert after.reasons == ("it names another bundle as the one before than the seat has given in",)

    def test_a_successor_that_names_another(self, office: Office) -> None:
        accept(office, offices.bundle(office, number=2, previous=Digest("ab" * 32)))
        before = accept(office, offices.bundle(office, number=1)).bundles[0]
        assert before.reasons == ("the seat's next bundle names another one as the one before",)

    @pytest.mark.parametrize(("number", "previous"), [(1, Digest("ab" * 32)), (2, None)])
    def test_a_number_that_does_not_fit(self, office: Office, number: int, previous: Digest | None) -> None:
        odd = accept(office, offices.bundle(office, number=number, previous=previous)).bundles[0]
        assert odd.reasons == ("its number does not fit the bundle it names as the one before",)

    def test_a_session_sealed_twice(self, office: Office) -> None:
        one = offices.bundle(office, number=1)
        two = offices.bundle(office, number=2, previous=file_digest(one), session=offices.session_id(1))
        accept(office, one)
        assert "same session" in accept(office, two).bundles[0].reasons[0]

    def test_a_journal_that_cannot_be_replayed(self, office: Office) -> None:
        def judge(records: tuple[Record, ...]) -> None:
            raise ContentRefused(f"record {len(records)} is not allowed here", place="journal")

        held = accept_results(office, [("x", offices.bundle(office))], judge=judge, now=world.NOW).bundles[0]
        assert held.outcome is BundleOutcome.QUARANTINED
        assert "cannot be replayed" in held.reasons[0]

    def test_a_certificate_that_was_not_valid(self, office: Office) -> None:
        early = accept(office, offices.bundle(office, created=UtcMs(world.NOW - 1))).bundles[0]
        assert "validity" in early.reasons[0]

    def test_a_revoked_package(self, office: Office) -> None:
        revoke(office, now=world.NOW, packages=[offices.template().exam.record.digest])
        assert "revoked" in accept(office, offices.bundle(office)).bundles[0].reasons[0]


class TestRefused:
    def test_damage_is_refused_and_nothing_is_kept(self, office: Office) -> None:
        data = bytearray(offices.bundle(office))
        data[-5000] ^= 1
        refused = accept(office, bytes(data)).bundles[0]
        assert refused.outcome is BundleOutcome.REFUSED
        assert refused.layer is Layer.CONTENT
        assert refused.receipt is None
        assert list((office.folder / "results").iterdir()) == []

    def test_a_revoked_seat_is_refused(self, office: Office) -> None:
        revoke(office, now=world.NOW, key_ids=[world.certificate().signing_key.keyid])
        assert accept(office, offices.bundle(office)).bundles[0].layer is Layer.REVOKED

    def test_a_bundle_of_another_office_is_explained(self, office: Office) -> None:
        foreign = world.result_file()
        refused = accept(office, foreign).bundles[0]
        assert (refused.outcome, refused.layer) == (BundleOutcome.REFUSED, Layer.THRESHOLD)

    def test_a_bundle_sealed_to_other_keys_is_explained(self, office: Office) -> None:
        registration = office.registration_file(world.SITE).read_bytes()
        data = world.result_file(registration=registration)
        refused = accept(office, data).bundles[0]
        assert "another office" in refused.reasons[0]

    def test_one_bad_bundle_does_not_stop_the_others(self, office: Office) -> None:
        report = accept(office, b"", offices.bundle(office), b"\x89RSLT")
        assert [bundle.outcome for bundle in report.bundles] == [
            BundleOutcome.REFUSED,
            BundleOutcome.ACCEPTED,
            BundleOutcome.REFUSED,
        ]

    def test_a_locked_office_accepts_nothing(self, office: Office) -> None:
        with pytest.raises(PassphraseWrong):
            accept(Office(office.folder, None), offices.bundle(office))
        assert all_records(office) == ()


class TestFiles:
    """Bundles as they lie on a stick."""

    def test_a_stick_takes_the_memory_of_its_largest_bundle(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        size = 4 * 2**20
        monkeypatch.setattr(accepting, "BUNDLE_MAX_BYTES", size)
        paths = [tmp_path / f"{n}.result" for n in range(6)]
        for path in paths:
            path.write_bytes(bytes(size))
        tracemalloc.start()
        try:
            report = accept_results(office, [(path.name, path) for path in paths], judge=anything, now=world.NOW)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert [bundle.outcome for bundle in report.bundles] == [BundleOutcome.REFUSED] * 6
        assert size < peak < 2 * size

    def test_a_bundle_is_let_go_before_the_next_is_read(self, office: Office, tmp_path: Path) -> None:
        first = offices.bundle(office)
        second = offices.bundle(office, number=2, previous=file_digest(first))
        third = offices.bundle(office, number=3, previous=file_digest(second))
        files = []
        for n, data in enumerate((first, second, third)):
            files.append((f"{n}.result", tmp_path / f"{n}.result"))
            files[-1][1].write_bytes(data)
        gc.collect()
        before = {id(each) for each in gc.get_objects() if isinstance(each, OpenedResult)}
        open_at_once: list[int] = []

        def count(_records: tuple[Record, ...]) -> None:
            alive = (each for each in gc.get_objects() if isinstance(each, OpenedResult) and id(each) not in before)
            open_at_once.append(sum(1 for _ in alive))

        report = accept_results(office, files, judge=count, now=world.NOW)
        assert [bundle.outcome for bundle in report.bundles] == [BundleOutcome.ACCEPTED] * 3
        assert open_at_once == [1, 1, 1]

    def test_a_file_that_cannot_be_read_does_not_stop_the_others(self, office: Office, tmp_path: Path) -> None:
        endless = tmp_path / "endless.result"
        with endless.open("wb") as file:
            file.truncate(1 << 40)
        good = tmp_path / "good.result"
        good.write_bytes(offices.bundle(office))
        files = [(path.name, path) for path in (endless, tmp_path / "gone.result", good)]
        report = accept_results(office, files, judge=anything, now=world.NOW)
        assert [(each.layer, each.place) for each in report.unread] == [
            (Layer.FORM, "endless.result"),
            (Layer.CONTENT, "gone.result"),
        ]
        (bundle,) = report.bundles
        assert (bundle.name, bundle.outcome) == ("good.result", BundleOutcome.ACCEPTED)
