"""A session that moved: which bundle counts, what is held where two ways part, and what a person may decide."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.ids import Digest, SeatId
from exam_packages.office import (
    AcceptReport,
    BundleOutcome,
    Office,
    accept_results,
    all_records,
    choose_branch,
    revoke,
    score_bundle,
)
from exam_packages.office.branches import Kinship, kinship, parting
from exam_packages.office.result_records import ResultRecord, read_record, write_record
from exam_packages.opening import open_receipt
from exam_packages.receipts import Receipt, ReceiptStatus
from exam_packages.result_opening import OpenedResult, open_result
from exam_packages.session_events import Finished, Record, TimePassed
from exam_packages.signed_documents import file_digest
from signing.errors import ContentRefused, FormRefused, Refused, RevokedRefused, ThresholdRefused
from tests.exam_packages import world
from tests.exam_packages.office import moved, offices
from tests.exam_packages.office.moved import SESSION, Lines


def anything(_records: tuple[Record, ...]) -> None:
    """A judge that believes everything."""


def accept(office: Office, *bundles: bytes) -> AcceptReport:
    return accept_results(office, [(file_digest(data), data) for data in bundles], judge=anything, now=world.NOW)


def choose(office: Office, bundle: bytes, reason: str = "The candidate said so.") -> AcceptReport:
    digest = file_digest(bundle)
    return choose_branch(office, SESSION, digest, reason=reason, judge=anything, now=world.NOW)


def receipt_of(office: Office, data: bytes) -> Receipt:
    path = office.receipt_file(file_digest(data))
    return open_receipt(path.read_bytes(), trust=office.trust(world.NOW), bundle=file_digest(data))


def record_of(office: Office, data: bytes) -> ResultRecord:
    return read_record(office, file_digest(data))


def counted(office: Office) -> list[Digest]:
    return [record.bundle for record in all_records(office) if record.is_result]


def opened(office: Office, data: bytes) -> OpenedResult:
    key = office.keys.content("scoring-content-1")
    return open_result(data, trust=office.trust(world.NOW), scoring_key=key)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = offices.fresh(tmp_path)
    offices.confirm_seats(made, "seat-01", "seat-02", "seat-03")
    return made


def first_part() -> Lines:
    return moved.happened(moved.opening(), *moved.answered(0), *moved.answered(1))


def earlier_and_later(office: Office) -> tuple[bytes, bytes]:
    """What the old seat has, and what the new one made of it."""
    first = first_part()
    later = moved.finished(moved.happened(moved.moved(first), *moved.answered(2)))
    checkpoints = (
        moved.checkpoint(later, 3, seat="seat-01"),
        moved.checkpoint(later, len(first), seat="seat-01"),
        moved.checkpoint(later, len(later), seat="seat-02"),
    )
    return (
        moved.sealed(office, first, seat="seat-01"),
        moved.sealed(office, later, seat="seat-02", checkpoints=checkpoints, last=Finished()),
    )


def two_ways(office: Office) -> tuple[bytes, bytes]:
    """The old seat went on by itself: after six records the two differ, in three answers."""
    first = first_part()
    old = moved.finished(moved.happened(first, *moved.answered(2, "B"), *moved.answered(3, "C")))
    new = moved.finished(moved.happened(moved.moved(first), *moved.answered(2), *moved.answered(4, "D")))
    return (
        moved.sealed(office, old, seat="seat-01", last=Finished()),
        moved.sealed(office, new, seat="seat-02", last=Finished()),
    )


class TestOpening:
    def test_a_moved_session_is_sealed_by_the_seat_it_is_at(self, office: Office) -> None:
        _, later = earlier_and_later(office)
        result = opened(office, later)
        assert result.plan.seat == "seat-01"
        assert result.checked.header.seat == "seat-02"
        (move,) = result.moves
        assert (move.number, move.certificate.seat, move.event.to_seat) == (6, "seat-01", "seat-02")
        assert [each.records for each in result.checkpoints] == [3, 6, 10]

    def test_without_a_move_the_seat_is_the_plan_s(self, office: Office) -> None:
        with pytest.raises(ContentRefused, match="another session"):
            opened(office, moved.sealed(office, first_part(), seat="seat-02"))
        with pytest.raises(ContentRefused, match="another session"):
            opened(office, moved.sealed(office, moved.moved(first_part()), seat="seat-01"))

    @pytest.mark.parametrize(
        ("records", "seat"),
        [(3, "seat-02"), (6, "seat-02"), (7, "seat-01"), (10, "seat-01"), (3, "seat-03")],
    )
    def test_each_part_is_signed_for_by_the_seat_that_had_it(self, office: Office, records: int, seat: str) -> None:
        later = moved.finished(moved.happened(moved.moved(first_part()), *moved.answered(2)))
        data = moved.sealed(
            office,
            later,
            seat="seat-02",
            checkpoints=(moved.checkpoint(later, records, seat=seat),),
            last=Finished(),
        )
        with pytest.raises(ThresholdRefused):
            opened(office, data)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"records": 5}, ContentRefused),
            ({"head": Digest("ab" * 32)}, ContentRefused),
            ({"from_seat": SeatId("seat-03")}, ContentRefused),
            ({"certificate": world.certificate_file(world.SITE, SeatId("seat-03"))}, ContentRefused),
            ({"certificate": world.certificate_file(world.OTHER_SITE, SeatId("seat-01"))}, ThresholdRefused),
            ({"certificate": b"certificate"}, FormRefused),
        ],
    )
    def test_a_move_that_is_not_in_order_is_refused(
        self, office: Office, changes: dict[str, object], refusal: type[Refused]
    ) -> None:
        lines = moved.moved(first_part(), changes=changes)
        with pytest.raises(refusal):
            opened(office, moved.sealed(office, lines, seat="seat-02"))

    def test_a_seat_that_was_revoked_had_nothing_to_hand_on(self, office: Office) -> None:
        _, later = earlier_and_later(office)
        revoke(office, now=world.NOW, key_ids=[world.certificate().signing_key.keyid])
        with pytest.raises(RevokedRefused):
            opened(office, later)

    def test_a_session_may_move_twice(self, office: Office) -> None:
        second = moved.happened(moved.moved(first_part()), *moved.answered(2))
        lines = moved.moved(second, start="seat-02", to="seat-03")
        result = opened(office, moved.sealed(office, lines, seat="seat-03"))
        assert [move.certificate.seat for move in result.moves] == ["seat-01", "seat-02"]


class TestGoingOn:
    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    @pytest.mark.parametrize("runs", [1, 2])
    def test_the_later_one_counts_and_the_earlier_is_a_part_of_it(
        self, office: Office, order: tuple[int, int], runs: int
    ) -> None:
        both = earlier_and_later(office)
        given = [both[index] for index in order]
        if runs == 1:
            accept(office, *given)
        else:
            for data in given:
                accept(office, data)
        earlier, later = both
        assert counted(office) == [file_digest(later)]
        assert record_of(office, earlier).part_of == file_digest(later)
        for data in both:
            assert receipt_of(office, data).status is ReceiptStatus.ACCEPTED
            assert receipt_of(office, data).erase_after == world.NOW
        assert accept(office, *both).bundles[0].outcome is BundleOutcome.KNOWN

    def test_it_is_scored_once(self, office: Office) -> None:
        earlier, later = earlier_and_later(office)
        accept(office, earlier, later)
        scored = score_bundle(office, file_digest(later), now=world.NOW)
        assert scored.json_path.name == f"{SESSION}.json"
        with pytest.raises(ContentRefused, match="earlier part"):
            score_bundle(office, file_digest(earlier), now=world.NOW)

    def test_three_seats_are_one_session(self, office: Office) -> None:
        first = first_part()
        second = moved.happened(moved.moved(first), *moved.answered(2))
        third = moved.finished(moved.moved(second, start="seat-02", to="seat-03"))
        bundles = (
            moved.sealed(office, second, seat="seat-02"),
            moved.sealed(office, first, seat="seat-01"),
            moved.sealed(office, third, seat="seat-03", last=Finished()),
        )
        accept(office, *bundles[:2])
        assert counted(office) == [file_digest(bundles[0])]
        accept(office, bundles[2])
        assert counted(office) == [file_digest(bundles[2])]
        assert {record_of(office, data).part_of for data in bundles[:2]} == {file_digest(bundles[2])}

    def test_the_old_seat_s_certificate_has_to_be_confirmed_too(self, tmp_path: Path) -> None:
        office = offices.fresh(tmp_path)
        offices.confirm_seats(office, "seat-02")
        _, later = earlier_and_later(office)
        (held,) = accept(office, later).bundles
        assert held.outcome is BundleOutcome.QUARANTINED
        assert held.reasons[0].startswith("the site has not confirmed the certificate of seat-01")
        offices.confirm_seats(office, "seat-01", "seat-02", number=2)
        assert accept(office).bundles[0].outcome is BundleOutcome.ACCEPTED

    def test_a_moved_session_says_so(self, office: Office) -> None:
        _, later = earlier_and_later(office)
        assert "it went on at seat-02 after 6 records at seat-01" in accept(office, later).bundles[0].notes


class TestTwoWays:
    @pytest.mark.parametrize("runs", [1, 2])
    def test_both_are_held_until_somebody_decides(self, office: Office, runs: int) -> None:
        old, new = two_ways(office)
        reports = [accept(office, old, new)] if runs == 1 else [accept(office, old), accept(office, new)]
        outcomes = {bundle.bundle: bundle for bundle in reports[-1].bundles}
        assert len(outcomes) == len(reports[-1].bundles) == 2
        for data, mine, other in ((old, "seat-01", "seat-02"), (new, "seat-02", "seat-01")):
            outcome = outcomes[file_digest(data)]
            assert outcome.outcome is BundleOutcome.QUARANTINED
            assert mine in outcome.reasons[0]
            assert other in outcome.reasons[0]
            assert "part after 6 records, and 3 answers differ" in outcome.reasons[0]
            assert receipt_of(office, data).status is ReceiptStatus.QUARANTINED
            assert outcome.receipt == office.receipt_file(file_digest(data)).read_bytes()
        assert counted(office) == []

    def test_a_receipt_of_before_is_overtaken(self, office: Office) -> None:
        old, new = two_ways(office)
        accept(office, old)
        before = receipt_of(office, old)
        accept(office, new)
        after = receipt_of(office, old)
        assert (before.status, after.status) == (ReceiptStatus.ACCEPTED, ReceiptStatus.QUARANTINED)
        assert after.number > before.number

    @pytest.mark.parametrize("chosen", [0, 1])
    def test_one_is_chosen_and_the_other_set_aside(self, office: Office, chosen: int) -> None:
        both = two_ways(office)
        accept(office, *both)
        report = choose(office, both[chosen])
        assert {bundle.outcome for bundle in report.bundles} == {BundleOutcome.ACCEPTED}
        assert counted(office) == [file_digest(both[chosen])]
        mine, other = record_of(office, both[chosen]), record_of(office, both[1 - chosen])
        assert (mine.chosen, mine.set_aside) == ("The candidate said so.", "")
        assert (other.chosen, other.set_aside) == ("", "The candidate said so.")
        for data in both:
            assert receipt_of(office, data).status is ReceiptStatus.ACCEPTED
        score_bundle(office, file_digest(both[chosen]), now=world.NOW)
        with pytest.raises(ContentRefused, match="set aside"):
            score_bundle(office, file_digest(both[1 - chosen]), now=world.NOW)

    def test_what_was_decided_stays_and_can_be_decided_anew(self, office: Office) -> None:
        old, new = two_ways(office)
        accept(office, old, new)
        choose(office, new)
        accept(office, old, new)
        assert counted(office) == [file_digest(new)]
        choose(office, old, "A second look.")
        assert counted(office) == [file_digest(old)]
        assert record_of(office, new).set_aside == "A second look."

    def test_the_chosen_one_may_still_go_on(self, office: Office) -> None:
        first = first_part()
        old = moved.sealed(office, moved.happened(first, *moved.answered(3)), seat="seat-01")
        second = moved.happened(moved.moved(first), *moved.answered(2))
        new = moved.sealed(office, second, seat="seat-02")
        third = moved.finished(moved.moved(second, start="seat-02", to="seat-03"))
        last = moved.sealed(office, third, seat="seat-03", last=Finished())
        accept(office, old, new)
        choose(office, new)
        accept(office, last)
        assert counted(office) == [file_digest(last)]
        assert record_of(office, new).part_of == file_digest(last)

    def test_a_decision_that_was_cut_off_is_made_again(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        old, new = two_ways(office)
        accept(office, old, new)
        written: list[ResultRecord] = []

        def once(where: Office, record: ResultRecord) -> None:
            if written:
                raise OSError("the disk is gone")
            written.append(record)
            write_record(where, record)

        monkeypatch.setattr("exam_packages.office.choosing.write_record", once)
        with pytest.raises(OSError, match="gone"):
            choose(office, new)
        monkeypatch.undo()
        assert counted(office) == []
        accept(office)
        choose(office, new)
        assert counted(office) == [file_digest(new)]

    def test_there_has_to_be_a_choice_and_a_reason(self, office: Office) -> None:
        earlier, later = earlier_and_later(office)
        accept(office, earlier, later)
        with pytest.raises(ContentRefused, match="no other way"):
            choose(office, later)
        with pytest.raises(FormRefused):
            choose(office, later, "  ")
        with pytest.raises(ContentRefused, match="another session"):
            choose_branch(office, offices.session_id(5), file_digest(later), reason="x", judge=anything, now=world.NOW)
        with pytest.raises(ContentRefused, match="no bundle"):
            choose(office, b"nothing")

    def test_where_no_answer_differs_it_is_said(self, office: Office) -> None:
        first = first_part()
        old = moved.sealed(office, moved.happened(first, TimePassed()), seat="seat-01")
        new = moved.sealed(office, moved.moved(first), seat="seat-02")
        reason = accept(office, old, new).bundles[0].reasons[0]
        assert "part after 6 records, and no answer differs" in reason


@cache
def shared_office(folder: str) -> Office:
    return offices.fresh(Path(folder))


@given(part=st.integers(0, 4), old=st.integers(0, 3), new=st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_wherever_two_ways_part(tmp_path_factory: pytest.TempPathFactory, part: int, old: int, new: int) -> None:
    """However long what they share is, and whatever each did alone, the point and the answers are found."""
    office = shared_office(str(tmp_path_factory.getbasetemp() / "wherever"))
    shared = moved.happened(moved.opening(), *(event for number in range(part) for event in moved.answered(number)))
    mine = moved.happened(shared, *(event for number in range(old) for event in moved.answered(10 + number)))
    theirs = moved.happened(
        moved.moved(shared), *(event for number in range(new) for event in moved.answered(20 + number))
    )
    one = opened(office, moved.sealed(office, mine, seat="seat-01"))
    other = opened(office, moved.sealed(office, theirs, seat="seat-02"))
    where = parting(one, other)
    assert where.shared == len(shared)
    if old == 0:
        assert (kinship(one, other), kinship(other, one)) == (Kinship.EARLIER, Kinship.LATER)
        assert len(where.differing) == new
    else:
        assert kinship(one, other) is kinship(other, one) is Kinship.PARTED
        assert len(where.differing) == old + new
