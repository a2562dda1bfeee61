"""The comparison itself: which marks a seat knows, which it lacks, and what is known of what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest, SessionId, UtcMs
from kiosk.seat.rollback import (
    LastResult,
    LostAnswers,
    OwnMarks,
    Rollback,
    RollbackSource,
    Standing,
    decode_last,
    decode_rollback,
    encode_last,
    encode_rollback,
    going_on_after,
)
from signing.errors import FormRefused

SESSION = SessionId("01J8ZZZZZZZZZZZZZZZZZZZZZZ")
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))
LOST = st.builds(
    LostAnswers,
    session=st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26).map(SessionId),
    known=st.booleans(),
    records=st.integers(0, 1000),
    answers=st.integers(0, 100),
)
ROLLBACKS = st.builds(
    Rollback,
    source=st.sampled_from(RollbackSource),
    found=st.integers(0, 2**50).map(UtcMs),
    made=st.none() | st.integers(0, 2**50).map(UtcMs),
    results=st.integers(0, 100),
    sessions=st.lists(LOST, max_size=3, unique_by=lambda entry: entry.session).map(tuple),
    mark=st.integers(0, 1000),
    bundles=st.integers(0, 1000),
    bundle=st.none() | DIGESTS,
)


def digest_of(branch: int, number: int) -> Digest:
    return Digest(f"{branch:032x}{number:032x}")


def own(branch: int, upto: int, *, settled: int = 0, hole: tuple[int, int] = (0, 0)) -> OwnMarks:
    known = {n: digest_of(branch, n) for n in range(1, upto + 1) if not hole[0] <= n < hole[1]}
    return OwnMarks(newest=upto, settled=settled, digest=known.get)


def standing(marks: OwnMarks, branch: int, number: int) -> Standing:
    return marks.standing(number, digest_of(branch, number).__eq__)


class TestStanding:
    @given(now=st.integers(1, 50), number=st.integers(1, 50))
    def test_a_seat_is_older_exactly_where_the_number_is_higher(self, now: int, number: int) -> None:
        expected = Standing.NEWEST if number == now else Standing.EARLIER if number < now else Standing.LOST
        assert standing(own(1, now), 1, number) is expected

    @given(copied=st.integers(0, 20), lost=st.integers(1, 20), went_on=st.integers(0, 40), number=st.integers(1, 40))
    def test_a_seat_that_went_on_after_it_was_put_back_is_told_too(
        self, copied: int, lost: int, went_on: int, number: int
    ) -> None:
        """Branch 1 up to ``copied + lost``; put back to ``copied``, then branch 2."""
        known = {n: digest_of(1, n) for n in range(1, copied + 1)}
        known |= {n: digest_of(2, n) for n in range(copied + 1, copied + went_on + 1)}
        marks = OwnMarks(newest=copied + went_on, settled=0, digest=known.get)
        if number <= copied + lost:
            expected_lost = number > copied
            assert (standing(marks, 1, number) is Standing.LOST) is expected_lost

    @given(settled=st.integers(1, 30), number=st.integers(1, 60), later=st.integers(1, 20))
    def test_what_was_accepted_is_no_news_and_what_is_newer_is(self, settled: int, number: int, later: int) -> None:
        known = {n: digest_of(2, n) for n in range(settled + 1, settled + later + 1)}
        marks = OwnMarks(newest=settled + later, settled=settled, digest=known.get)
        assert standing(marks, 1, number) is (Standing.SETTLED if number <= settled else Standing.LOST)

    def test_a_seat_without_marks_lacks_every_one(self) -> None:
        assert standing(own(1, 0), 1, 1) is Standing.LOST


class TestJoined:
    @given(first=ROLLBACKS, second=ROLLBACKS)
    def test_nothing_that_was_known_is_forgotten(self, first: Rollback, second: Rollback) -> None:
        both = first.joined(second)
        assert both.mark == max(first.mark, second.mark)
        assert both.bundles == max(first.bundles, second.bundles)
        assert both.results == max(first.results, second.results)
        assert {entry.session for entry in both.sessions} == {
            entry.session for entry in (*first.sessions, *second.sessions)
        }
        assert both.joined(second) == both

    def test_a_digest_comes_to_the_number_that_only_a_code_told(self) -> None:
        code = Rollback(
            source=RollbackSource.CODE,
            found=UtcMs(1),
            made=None,
            results=2,
            sessions=(),
            mark=41,
            bundles=17,
            bundle=None,
        )
        stick = replace(code, source=RollbackSource.STICK, bundle=Digest("ab" * 32), made=UtcMs(0))
        assert code.joined(stick).bundle == Digest("ab" * 32)
        assert code.joined(stick).source is RollbackSource.CODE


class TestNumbers:
    def test_nothing_accepted_changes_nothing(self) -> None:
        last = LastResult(number=12, bundle=Digest("ab" * 32))
        assert going_on_after(last, decode_last(None)) == last

    def test_results_go_on_after_the_last_one_that_is_known_of(self) -> None:
        mine = LastResult(number=12, bundle=Digest("ab" * 32))
        told = LastResult(number=17, bundle=Digest("cd" * 32))
        assert going_on_after(mine, told) == told
        assert going_on_after(LastResult(number=18, bundle=Digest("ef" * 32)), told).number == 18

    def test_of_two_with_one_number_the_one_outside_counts(self) -> None:
        mine = LastResult(number=17, bundle=Digest("ab" * 32))
        told = LastResult(number=17, bundle=Digest("cd" * 32))
        assert going_on_after(mine, told) == told

    def test_where_only_a_number_is_known_the_own_digest_stands(self) -> None:
        mine = LastResult(number=12, bundle=Digest("ab" * 32))
        assert going_on_after(mine, LastResult(number=17, bundle=None)) == replace(mine, number=17)


class TestKept:
    @given(ROLLBACKS)
    def test_the_state_is_read_as_it_was_written(self, rollback: Rollback) -> None:
        assert decode_rollback(encode_rollback(rollback)) == rollback

    @given(st.builds(LastResult, number=st.integers(0, 1000), bundle=st.none() | DIGESTS))
    def test_so_are_numbers(self, last: LastResult) -> None:
        assert decode_last(encode_last(last)) == last

    @pytest.mark.parametrize("text", ["", "{}", '{"number":1,"zzz":2}', "[]"])
    def test_what_is_damaged_is_refused(self, text: str) -> None:
        with pytest.raises(FormRefused):
            decode_last(text)
        with pytest.raises(FormRefused):
            decode_rollback(text)
