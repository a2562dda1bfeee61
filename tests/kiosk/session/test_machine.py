"""What events do: time, answers, order, ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exam_packages.ids import ItemId, ResponseId, SectionId
from exam_packages.results import ResultState
from exam_packages.session_events import (
    AgreementDeclined,
    Answered,
    BreakEnded,
    Closed,
    CloseReason,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IdentityRejected,
    ItemPresented,
    Opened,
    Paused,
    PauseReason,
    PollSkipped,
    Record,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionKind,
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from kiosk.session import Checkpoint, EventNotAllowed, Phase, SealResult, begin, replay, step
from kiosk.session.machine import EXTENSION_MAX_MS, LATE_GRACE_MS, RESPONSES_MAX
from tests.kiosk.session.plans import (
    MINUTE,
    PROCTOR,
    RESPONSE,
    TO_BETWEEN,
    TO_BREAK,
    TO_COMPLETE,
    TO_FINISHED,
    TO_POLL,
    TO_SECTION,
    TO_SUBMIT,
    WALL,
    Sitting,
    entered,
    plan,
    section,
)

ONE = ItemId("one-1")
TWO = ItemId("one-2")


def presented(item: ItemId) -> ItemPresented:
    return ItemPresented(item=item)


def answered(item: ItemId, *value: str, response: ResponseId = RESPONSE) -> Answered:
    return Answered(item=item, response=response, value=value)


def edited(at: int, deleted: int, inserted: str) -> TextEdited:
    return TextEdited(item=ONE, response=RESPONSE, at=at, deleted=deleted, inserted=inserted)


def extended(milliseconds: int) -> TimeExtended:
    return TimeExtended(proctor=PROCTOR, extra_ms=milliseconds, note="noise")


def in_section(*more: Event) -> Sitting:
    sitting = Sitting()
    sitting.all((*TO_SECTION, presented(ONE), *more))
    return sitting


class TestBeginning:
    def test_an_exam_without_agreement_goes_straight_to_the_first_section(self) -> None:
        sitting = Sitting(plan(has_agreement=False))
        assert sitting.happen(IdentityConfirmed()).phase is Phase.BETWEEN

    @pytest.mark.parametrize(
        "record",
        [
            Record(n=1, tick_ms=0, wall=WALL, event=Opened(plan=plan(), proctor=PROCTOR)),
            Record(n=0, tick_ms=0, wall=WALL, event=IdentityConfirmed()),
            Record(
                n=0,
                tick_ms=0,
                wall=WALL,
                event=Opened(plan=plan(section("poll", SectionKind.POLL)), proctor=PROCTOR),
            ),
        ],
    )
    def test_what_does_not_begin_a_session(self, record: Record) -> None:
        with pytest.raises(EventNotAllowed):
            begin(record)

    def test_records_come_in_order(self) -> None:
        sitting = Sitting()
        with pytest.raises(EventNotAllowed, match="record 5 came, 1 was due"):
            step(sitting.session, Record(n=5, tick_ms=0, wall=WALL, event=TimePassed()))

    def test_an_empty_journal_is_no_session(self) -> None:
        with pytest.raises(EventNotAllowed):
            replay([])


class TestTime:
    def test_time_runs_in_a_section_only(self) -> None:
        sitting = Sitting()
        for event in TO_BETWEEN:
            sitting.happen(event, tick_ms=MINUTE)
        assert sum(sitting.session.spent_ms) == 0

    def test_time_until_an_event_is_used_before_it(self) -> None:
        sitting = in_section()
        sitting.happen(SectionEnded(), tick_ms=2 * MINUTE)
        assert sitting.session.spent_ms == (0, 2 * MINUTE, 0, 0)
        assert sitting.session.phase is Phase.BREAK

    def test_a_pause_stops_the_clock_from_its_record_on(self) -> None:
        sitting = in_section()
        sitting.happen(Paused(reason=PauseReason.PROCTOR), tick_ms=MINUTE)
        sitting.happen(TimePassed(), tick_ms=7 * MINUTE)
        sitting.happen(Resumed(proctor=PROCTOR), tick_ms=7 * MINUTE)
        assert sitting.happen(TimePassed(), tick_ms=MINUTE).time_left_ms == 8 * MINUTE

    def test_time_left_is_never_negative(self) -> None:
        assert in_section().happen(TimePassed(), tick_ms=99 * MINUTE).time_left_ms == 0

    def test_time_expires_only_when_it_has(self) -> None:
        sitting = in_section()
        sitting.happen(TimePassed(), tick_ms=10 * MINUTE - 1)
        with pytest.raises(EventNotAllowed, match="still is time"):
            sitting.happen(TimeExpired())
        assert sitting.happen(TimeExpired(), tick_ms=1).phase is Phase.BREAK

    def test_a_section_without_a_limit_never_expires(self) -> None:
        sitting = Sitting()
        sitting.all((*TO_BETWEEN, entered("tutorial")))
        assert sitting.session.time_left_ms is None
        with pytest.raises(EventNotAllowed):
            sitting.happen(TimeExpired(), tick_ms=99 * MINUTE)

    def test_more_time_is_given_to_the_section_that_runs_or_comes(self) -> None:
        sitting = in_section()
        sitting.happen(extended(3 * MINUTE))
        assert sitting.session.time_left_ms == 13 * MINUTE
        sitting.all((SectionEnded(), BreakEnded(), extended(MINUTE)))
        assert sitting.session.extra_ms == (0, 3 * MINUTE, MINUTE, 0)

    @pytest.mark.parametrize("extra", [0, -1, EXTENSION_MAX_MS + 1])
    def test_an_extension_has_bounds(self, extra: int) -> None:
        with pytest.raises(EventNotAllowed):
            in_section().happen(extended(extra))

    def test_an_untimed_section_is_not_extended(self) -> None:
        sitting = Sitting()
        sitting.all(TO_BETWEEN)
        with pytest.raises(EventNotAllowed, match="timed"):
            sitting.happen(extended(MINUTE))

    def test_an_answer_begun_in_time_is_written_a_moment_later(self) -> None:
        sitting = in_section()
        sitting.happen(answered(ONE, "A"), tick_ms=10 * MINUTE + LATE_GRACE_MS)
        with pytest.raises(EventNotAllowed, match="used up"):
            sitting.happen(answered(ONE, "B"), tick_ms=1)

    def test_extra_time_counts_for_late_answers_too(self) -> None:
        sitting = in_section(extended(MINUTE))
        sitting.happen(answered(ONE, "A"), tick_ms=11 * MINUTE + LATE_GRACE_MS)

    def test_a_break_has_a_clock_of_its_own(self) -> None:
        sitting = Sitting()
        sitting.all(TO_BREAK)
        assert sitting.session.break_left_ms == 5 * MINUTE
        assert sitting.happen(TimePassed(), tick_ms=2 * MINUTE).break_left_ms == 3 * MINUTE
        assert sitting.session.spent_ms == (0, 0, 0, 0)
        sitting.happen(BreakEnded(), tick_ms=9 * MINUTE)
        assert (sitting.session.phase, sitting.session.break_left_ms) == (Phase.BETWEEN, 0)


class TestAnswers:
    def test_the_last_value_counts_and_the_empty_one_takes_it_back(self) -> None:
        sitting = in_section(answered(ONE, "A"), answered(ONE, "B"))
        assert sitting.session.answer(ONE, RESPONSE) == ("B",)
        assert sitting.session.answered_count == 1
        sitting.happen(answered(ONE))
        assert not sitting.session.is_answered(ONE)
        assert sitting.session.answered_count == 0

    def test_response_variables_of_an_item_are_kept_apart(self) -> None:
        second = ResponseId("SECOND")
        session = in_section(answered(ONE, "A"), answered(ONE, "x y", response=second)).session
        assert (session.answer(ONE, RESPONSE), session.answer(ONE, second)) == (("A",), ("x y",))

    def test_only_scored_items_are_counted(self) -> None:
        sitting = Sitting()
        tutorial = ItemId("tutorial-1")
        sitting.all((*TO_BETWEEN, entered("tutorial"), presented(tutorial), answered(tutorial, "A")))
        assert sitting.session.is_answered(tutorial)
        assert sitting.session.answered_count == 0

    @pytest.mark.parametrize(
        ("event", "why"),
        [
            (answered(ItemId("two-1"), "A"), "not in the section"),
            (answered(TWO, "A"), "not been on the screen"),
            (presented(ItemId("two-1")), "not in the section"),
            (Flagged(item=ItemId("two-1"), flagged=True), "not in the section"),
            (edited(5, 0, "x"), "outside"),
            (edited(0, 1, "x"), "outside"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, event: Event, why: str) -> None:
        with pytest.raises(EventNotAllowed, match=why):
            in_section().happen(event)

    def test_an_item_has_only_so_many_responses(self) -> None:
        sitting = in_section(*(answered(ONE, "A", response=ResponseId(f"R{n}")) for n in range(RESPONSES_MAX)))
        with pytest.raises(EventNotAllowed, match="no more than"):
            sitting.happen(answered(ONE, "A", response=ResponseId("one too many")))

    def test_text_is_edited_in_code_points(self) -> None:
        sitting = in_section(edited(0, 0, "naïve 😀!"), edited(6, 1, "🙂"), edited(7, 0, "?"))
        assert sitting.session.answer(ONE, RESPONSE) == ("naïve 🙂?!",)
        sitting.happen(edited(0, 9, ""))
        assert sitting.session.answer(ONE, RESPONSE) == ()

    def test_flags_come_and_go(self) -> None:
        sitting = in_section(Flagged(item=TWO, flagged=True))
        assert sitting.session.flagged == {TWO}
        assert sitting.happen(Flagged(item=TWO, flagged=False)).flagged == frozenset()


class TestOrder:
    def test_sections_come_in_plan_order_each_once(self) -> None:
        sitting = Sitting()
        sitting.all(TO_BETWEEN)
        with pytest.raises(EventNotAllowed, match="not the next one"):
            sitting.happen(entered("one"))
        sitting.all((entered("tutorial"), SectionEnded()))
        with pytest.raises(EventNotAllowed, match="not the next one"):
            sitting.happen(entered("tutorial"))

    def test_a_linear_section_goes_forward_only(self) -> None:
        sitting = Sitting(plan(section("one", linear=True), has_agreement=False))
        sitting.all((IdentityConfirmed(), entered("one"), presented(ONE), answered(ONE, "A"), presented(TWO)))
        for event in (presented(ONE), answered(ONE, "B"), presented(ItemId("one-9"))):
            with pytest.raises(EventNotAllowed):
                sitting.happen(event)
        sitting.all((presented(TWO), presented(ItemId("one-3"))))

    def test_review_lies_over_the_section(self) -> None:
        sitting = in_section(ReviewOpened())
        assert sitting.session.in_review
        assert not sitting.happen(presented(TWO)).in_review

    def test_the_way_through_the_day(self) -> None:
        ways = {
            Phase.BREAK: TO_BREAK,
            Phase.SUBMIT: TO_SUBMIT,
            Phase.BETWEEN: TO_POLL,
            Phase.COMPLETE: TO_COMPLETE,
            Phase.FINISHED: TO_FINISHED,
        }
        for phase, way in ways.items():
            assert Sitting().all(way).phase is phase

    def test_without_a_poll_submitting_completes(self) -> None:
        sitting = Sitting(plan(section("one"), has_agreement=False))
        sitting.all((IdentityConfirmed(), entered("one"), SectionEnded(), Submitted()))
        assert sitting.session.phase is Phase.COMPLETE

    def test_the_poll_can_be_skipped_and_nothing_else(self) -> None:
        sitting = Sitting()
        sitting.all(TO_BETWEEN)
        with pytest.raises(EventNotAllowed, match="only the poll"):
            sitting.happen(PollSkipped())
        sitting = Sitting()
        assert sitting.all((*TO_POLL, PollSkipped())).phase is Phase.COMPLETE


class TestEnds:
    @pytest.mark.parametrize(
        ("way", "state"),
        [
            (TO_FINISHED, ResultState.FINISHED),
            ((IdentityRejected(),), ResultState.DECLINED),
            ((IdentityConfirmed(), AgreementDeclined()), ResultState.DECLINED),
            ((Closed(proctor=PROCTOR, reason=CloseReason.MISCONDUCT, note="phone"),), ResultState.CLOSED),
        ],
    )
    def test_an_end_is_sealed(self, way: tuple[Event, ...], state: ResultState) -> None:
        sitting = Sitting()
        sitting.all(way)
        assert sitting.session.is_over
        assert sitting.effects == [Checkpoint(), SealResult(state=state)]

    def test_an_unfinished_session_says_so(self) -> None:
        assert in_section().session.result_state is ResultState.UNFINISHED

    def test_a_section_end_signs_the_journal(self) -> None:
        sitting = in_section()
        sitting.happen(SectionEnded())
        assert sitting.effects == [Checkpoint()]

    def test_closing_while_paused_lifts_the_pause(self) -> None:
        sitting = in_section(Paused(reason=PauseReason.PROCTOR))
        after = sitting.happen(Closed(proctor=PROCTOR, reason=CloseReason.CANDIDATE_ILL, note=""))
        assert (after.phase, after.pause) == (Phase.CLOSED, None)

    def test_nothing_follows_an_end(self) -> None:
        sitting = Sitting()
        sitting.all(TO_FINISHED)
        with pytest.raises(EventNotAllowed):
            sitting.happen(Finished())


def test_replay_tells_the_same_story() -> None:
    sitting = in_section(answered(ONE, "A"), Flagged(item=TWO, flagged=True))
    sitting.happen(TimePassed(), tick_ms=4_321)
    assert replay(sitting.records) == sitting.session


def test_replay_refuses_a_story_that_could_not_have_happened() -> None:
    sitting = in_section()
    records = [*sitting.records]
    records[2] = replace(records[2], event=Submitted())
    with pytest.raises(EventNotAllowed):
        replay(records)


def test_a_refusal_names_the_session_as_it_is() -> None:
    sitting = in_section()
    before = sitting.session
    with pytest.raises(EventNotAllowed) as refused:
        sitting.happen(entered("two"))
    assert refused.value.session is before
    assert refused.value.code == "event-not-allowed"
    assert before.section is not None
    assert before.section.identifier == SectionId("one")
