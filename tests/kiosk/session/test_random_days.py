"""Random days: whatever is thrown at a session, its journal tells exactly what it is."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from exam_packages.ids import ItemId, ResponseId, SectionId
from exam_packages.records import answers_of, decode_record, encode_record
from exam_packages.session_events import (
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    BreakEnded,
    Closed,
    CloseReason,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IncidentNoted,
    ItemPresented,
    Paused,
    PauseReason,
    PollSkipped,
    Record,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from kiosk.session import EventNotAllowed, Phase, begin, replay, step
from kiosk.session.state import Session
from tests.kiosk.session.plans import PROCTOR, WALL, WHOLE, Sitting

ITEMS = st.sampled_from([item for section in WHOLE for item in section.items] + [ItemId("nowhere")])
RESPONSES = st.sampled_from([ResponseId("RESPONSE"), ResponseId("SECOND")])
TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.just(IdentityConfirmed()),
    st.just(AgreementAccepted()),
    st.just(AgreementDeclined()),
    st.sampled_from([SectionEntered(section=SectionId(section.identifier)) for section in WHOLE]),
    st.builds(ItemPresented, item=ITEMS),
    st.just(ReviewOpened()),
    st.builds(Answered, item=ITEMS, response=RESPONSES, value=st.lists(TEXT, max_size=3).map(tuple)),
    st.builds(
        TextEdited,
        item=ITEMS,
        response=RESPONSES,
        at=st.integers(0, 8),
        deleted=st.integers(0, 8),
        inserted=TEXT,
    ),
    st.builds(Flagged, item=ITEMS, flagged=st.booleans()),
    st.just(TimePassed()),
    st.just(TimeExpired()),
    st.just(SectionEnded()),
    st.just(BreakEnded()),
    st.builds(Paused, reason=st.sampled_from(PauseReason), note=TEXT),
    st.just(Resumed(proctor=PROCTOR)),
    st.builds(TimeExtended, proctor=st.just(PROCTOR), extra_ms=st.integers(1, 600_000), note=TEXT),
    st.builds(IncidentNoted, proctor=st.just(PROCTOR), note=TEXT),
    st.just(Submitted()),
    st.just(PollSkipped()),
    st.just(Finished()),
    st.builds(Closed, proctor=st.just(PROCTOR), reason=st.sampled_from(CloseReason), note=TEXT),
)
TICKS = st.integers(0, 900_000)

# What takes a day forward, so that random days do not end at the door.
FORWARD: dict[Phase, tuple[Event, ...]] = {
    Phase.IDENTITY: (IdentityConfirmed(),),
    Phase.AGREEMENT: (AgreementAccepted(),),
    Phase.SECTION: (SectionEnded(),),
    Phase.BREAK: (BreakEnded(),),
    Phase.SUBMIT: (Submitted(),),
    Phase.COMPLETE: (Finished(),),
}


class RandomDay(RuleBasedStateMachine):
    """A session, and beside it nothing but its encoded records."""

    def __init__(self) -> None:
        super().__init__()
        first = Sitting().records[0]
        self.session: Session = begin(first)
        self.lines = [encode_record(first)]

    def _try(self, event: Event, tick_ms: int) -> None:
        before = self.session
        record = Record(n=before.next_n, tick_ms=tick_ms, wall=WALL, event=event)
        try:
            after, _ = step(before, record)
        except EventNotAllowed as error:
            assert error.session is before  # noqa: PT017 - either outcome is right, each has its own check
            return
        assert all(now >= then for now, then in zip(after.spent_ms, before.spent_ms, strict=True))
        assert after.section_index >= before.section_index
        assert after.presented >= before.presented
        self.session = after
        self.lines.append(encode_record(record))

    @rule(event=EVENTS, tick_ms=TICKS)
    def anything(self, event: Event, tick_ms: int) -> None:
        self._try(event, tick_ms)

    @rule(tick_ms=st.integers(0, 60_000))
    @precondition(lambda self: not self.session.is_over)
    def forward(self, tick_ms: int) -> None:
        section = self.session.section
        if self.session.pause is not None:
            self._try(Resumed(proctor=PROCTOR), tick_ms)
        elif self.session.phase is Phase.BETWEEN and section is not None:
            self._try(SectionEntered(section=section.identifier), tick_ms)
        else:
            self._try(FORWARD[self.session.phase][0], tick_ms)

    @rule(data=st.data(), tick_ms=st.integers(0, 30_000))
    @precondition(lambda self: self.session.phase is Phase.SECTION and self.session.pause is None)
    def work(self, data: st.DataObject, tick_ms: int) -> None:
        section = self.session.section
        assert section is not None
        item = data.draw(st.sampled_from(section.items))
        self._try(ItemPresented(item=item), tick_ms)
        value = data.draw(st.lists(TEXT, max_size=2).map(tuple))
        self._try(Answered(item=item, response=ResponseId("RESPONSE"), value=value), 0)

    def teardown(self) -> None:
        """The journal tells what the session is."""
        records = [decode_record(line, place="line") for line in self.lines]
        assert replay(records) == self.session
        assert answers_of(records) == self.session.answers

    @invariant()
    def the_numbers_hold_together(self) -> None:
        session = self.session
        assert session.next_n == len(self.lines)
        assert 0 <= session.answered_count <= sum(len(section.items) for section in WHOLE)
        assert session.time_left_ms is None or session.time_left_ms >= 0
        assert session.break_left_ms >= 0
        assert not (session.is_over and session.pause is not None)


RandomDay.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRandomDays = RandomDay.TestCase
