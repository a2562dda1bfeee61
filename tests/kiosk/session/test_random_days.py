"""Random days: whatever is thrown at a session, its journal tells exactly what it is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from exam_packages.ids import ItemId, PartId, ResponseId, SectionId
from exam_packages.qti.model import SessionControl, Tool
from exam_packages.records import answers_of, decode_record, encode_record
from exam_packages.session_events import (
    Adjusted,
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    AttemptSubmitted,
    BreakEnded,
    Closed,
    CloseReason,
    Commented,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IncidentNoted,
    ItemPlan,
    ItemPresented,
    LimitLevel,
    LimitPlan,
    Marked,
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
from tests.kiosk.session.plans import MINUTE, PROCTOR, WALL, WHOLE, Sitting, control, plan, section

INNER = SectionId("inner")
_ANY = control(max_attempts=0, allow_comment=True)
_TWICE = control(max_attempts=2, allow_comment=True, allow_review=False, allow_skipping=False)


def _item(name: str, of: SessionControl, *, max_ms: int | None = None, conditional: bool = False) -> ItemPlan:
    path, tools = (INNER,) if name.endswith(("1", "2")) else (), (Tool.HIGHLIGHTER, Tool.NOTES)
    return ItemPlan(item=ItemId(name), path=path, control=of, max_ms=max_ms, tools=tools, conditional=conditional)


# A day with everything that a plan can hold: attempts, routes, limits inside one another, late submission, breaks.
RICH = plan(
    WHOLE[0],
    replace(
        section("one", limit=10 * MINUTE, break_after=MINUTE),
        part=PartId("a"),
        individual=True,
        item_plans=(_item("one-1", _TWICE, max_ms=MINUTE), _item("one-2", _ANY), _item("one-3", control())),
    ),
    replace(
        section("two", limit=5 * MINUTE, linear=True),
        part=PartId("b"),
        allow_late=True,
        min_ms=MINUTE // 2,
        item_plans=(_item("two-1", _ANY, conditional=True), _item("two-2", _ANY), _item("two-3", _TWICE, conditional=True)),
    ),
    replace(section("three"), part=PartId("b"), item_plans=tuple(
        _item(f"three-{n}", _ANY, conditional=True) for n in (1, 2, 3)
    )),
    WHOLE[3],
    limits=(
        LimitPlan(level=LimitLevel.TEST, scope="form", min_ms=MINUTE, max_ms=20 * MINUTE),
        LimitPlan(level=LimitLevel.PART, scope="b", max_ms=8 * MINUTE),
        LimitPlan(level=LimitLevel.SECTION, scope=INNER, max_ms=3 * MINUTE),
    ),
    breaks=2,
)  # fmt: skip
ITEMS = st.sampled_from([item for each in RICH.sections for item in each.items] + [ItemId("nowhere")])
RESPONSES = st.sampled_from([ResponseId("RESPONSE"), ResponseId("SECOND")])
TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.just(IdentityConfirmed()),
    st.just(AgreementAccepted()),
    st.just(AgreementDeclined()),
    st.sampled_from([SectionEntered(section=each.identifier) for each in RICH.sections]),
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
    st.builds(AttemptSubmitted, item=ITEMS),
    st.builds(Commented, item=ITEMS, text=TEXT),
    st.builds(
        Marked,
        item=ITEMS,
        tool=st.sampled_from([Tool.NOTES, Tool.HIGHLIGHTER, Tool.MAGNIFIER]),
        response=RESPONSES,
        value=st.lists(TEXT, max_size=2).map(tuple),
    ),
    st.builds(Adjusted, setting=st.sampled_from(["theme", "text-size"]), value=TEXT),
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
        first = Sitting(RICH).records[0]
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
        self._check_what_is_final(before, after)
        self.session = after
        self.lines.append(encode_record(record))

    def _check_what_is_final(self, before: Session, after: Session) -> None:
        assert after.closed >= before.closed
        assert after.late >= before.late
        assert all(after.attempts.get(item, 0) >= count for item, count in before.attempts.items())
        for item in before.closed:
            assert after.answers.get(item) == before.answers.get(item)
            assert after.comments.get(item) == before.comments.get(item)

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
        if data.draw(st.booleans()):
            self._try(AttemptSubmitted(item=item), 0)

    @rule()
    @precondition(lambda self: self.session.ends_in_ms is not None and self.session.pause is None)
    def time_runs_out(self) -> None:
        """What the writer does by itself: never refused, and something is over afterwards."""
        before = self.session
        if before.phase is Phase.SECTION:
            self._try(TimeExpired(), max(0, before.ends_in_ms or 0))
            after = self.session
            assert after is not before
            assert after.closed > before.closed or after.section_index > before.section_index

    def teardown(self) -> None:
        """The journal tells what the session is."""
        records = [decode_record(line, place="line") for line in self.lines]
        assert replay(records) == self.session
        assert answers_of(records) == self.session.answers

    @invariant()
    def the_numbers_hold_together(self) -> None:
        session = self.session
        assert session.next_n == len(self.lines)
        assert 0 <= session.answered_count <= sum(len(each.items) for each in RICH.sections)
        assert sum(session.item_ms.values()) <= sum(session.spent_ms)
        assert session.breaks_taken <= RICH.accommodations.breaks
        for item, count in session.attempts.items():
            most = session.item_plan(item).control.max_attempts or 0
            assert most == 0 or count <= most
            assert (item in session.closed) or most == 0 or count < most
        assert session.time_left_ms is None or session.time_left_ms >= 0
        assert session.break_left_ms >= 0
        assert not (session.is_over and session.pause is not None)


RandomDay.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRandomDays = RandomDay.TestCase
