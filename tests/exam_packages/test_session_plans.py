"""Session plans: one form each, old ones as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.accommodations import Accommodations
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ItemId,
    PartId,
    SeatId,
    SectionId,
    SessionId,
)
from exam_packages.qti.model import DEFAULT_CONTROL, SessionControl, Tool
from exam_packages.session_events import ItemPlan, LimitLevel, LimitPlan, SectionKind, SectionPlan, SessionPlan
from exam_packages.session_plans import plan_from_fields, plan_to_json
from signing.canonical import JsonValue, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields
from tests.exam_packages.needs import NEEDS

OLD: dict[str, JsonValue] = {
    "accommodations": ["spoken"],
    "appointment": "a",
    "candidate": "c",
    "candidate_name": "Ana Ruiz",
    "exam": "ccm",
    "extra_time_percent": 25,
    "form": "form-a",
    "has_agreement": True,
    "package": "ab" * 32,
    "released_by": "file",
    "seat": "seat-01",
    "sections": [
        {
            "break_after_ms": 0,
            "id": "one",
            "items": ["i1", "i2"],
            "kind": "scored",
            "linear": False,
            "time_limit_ms": 60000,
        }
    ],
    "session": "01M3250V007ZB7EDAGX9CD8NQZ",
}
TIMES = st.integers(0, 10**7)
LIMITS = st.none() | st.integers(1, 10**7)
CONTROLS = st.builds(
    SessionControl,
    max_attempts=st.integers(0, 9),
    show_feedback=st.booleans(),
    allow_review=st.booleans(),
    show_solution=st.booleans(),
    allow_comment=st.booleans(),
    allow_skipping=st.booleans(),
    validate_responses=st.booleans(),
)


def item_plans(item: str) -> st.SearchStrategy[ItemPlan]:
    return st.builds(
        ItemPlan,
        item=st.just(ItemId(item)),
        path=st.lists(st.sampled_from([SectionId("in"), SectionId("inner")]), max_size=2, unique=True).map(tuple),
        control=st.just(DEFAULT_CONTROL) | CONTROLS,
        min_ms=TIMES,
        max_ms=LIMITS,
        allow_late=st.booleans(),
        tools=st.frozensets(st.sampled_from(Tool)).map(lambda tools: tuple(sorted(tools))),
        conditional=st.booleans(),
    ).filter(lambda plan: plan != ItemPlan(item=plan.item))


SECTIONS = st.builds(
    SectionPlan,
    identifier=st.just(SectionId("one")),
    kind=st.sampled_from(SectionKind),
    items=st.just((ItemId("i1"), ItemId("i2"))),
    time_limit_ms=LIMITS,
    break_after_ms=TIMES,
    linear=st.booleans(),
    part=st.none() | st.just(PartId("part")),
    individual=st.booleans(),
    min_ms=TIMES,
    allow_late=st.booleans(),
    item_plans=st.tuples(item_plans("i1"), item_plans("i2")) | st.tuples(item_plans("i2")) | st.just(()),
)
PLANS = st.builds(
    SessionPlan,
    session=st.just(SessionId("s")),
    appointment=st.just(AppointmentId("a")),
    exam=st.just(ExamId("e")),
    form=st.just(FormId("f")),
    package=st.just(Digest("ab" * 32)),
    candidate=st.just(CandidateId("c")),
    candidate_name=st.just("Ana Ruiz"),
    seat=st.just(SeatId("seat")),
    has_agreement=st.booleans(),
    sections=st.tuples(SECTIONS),
    accommodations=NEEDS,
    seed=st.just("") | st.text("0123456789abcdef", min_size=32, max_size=32),
    limits=st.lists(
        st.builds(
            LimitPlan,
            level=st.sampled_from(LimitLevel),
            scope=st.just("x"),
            min_ms=TIMES,
            max_ms=LIMITS,
            allow_late=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
)


def read(value: JsonValue) -> SessionPlan:
    return plan_from_fields(Fields(value, "plan"))


@given(plan=PLANS)
@settings(max_examples=60)
def test_what_is_written_is_read(plan: SessionPlan) -> None:
    line = encode(plan_to_json(plan))
    assert read(decode(line, place="plan", max_bytes=len(line))) == plan


def test_a_plan_of_old_reads_and_is_written_as_it_was() -> None:
    plan = read(dict(OLD))
    assert (plan.seed, plan.limits, plan.sections[0].part) == ("", (), None)
    assert plan.accommodations == Accommodations(extra_time_percent=25, codes=("spoken",))
    assert plan.sections[0].item_plan(ItemId("i2")) == ItemPlan(item=ItemId("i2"))
    assert plan_to_json(plan) == OLD


def in_section(**more: JsonValue) -> dict[str, JsonValue]:
    section = cast("dict[str, JsonValue]", cast("list[JsonValue]", OLD["sections"])[0])
    return {**OLD, "sections": [{**section, **more}]}


@pytest.mark.parametrize(
    "value",
    [
        {**OLD, "seed": "00"},
        {**OLD, "seed": "G" * 32},
        {**OLD, "seed": ""},
        {**OLD, "needs": {}},
        {**OLD, "needs": {"text_size_percent": 100}},
        {**OLD, "needs": {"fixed_minutes": 5}},  # and 25 percent already
        {**OLD, "limits": []},
        {**OLD, "limits": [{"level": "item", "scope": "x"}]},
        {**OLD, "anything": 1},
        in_section(individual=False),
        in_section(allow_late=False),
        in_section(min_ms=0),
        in_section(part=""),
        in_section(item_plans=[]),
        in_section(item_plans=[{"item": "i1"}]),
        in_section(item_plans=[{"item": "i9", "conditional": True}]),
        in_section(item_plans=[{"item": "i2", "conditional": True}, {"item": "i1", "conditional": True}]),
        in_section(item_plans=[{"item": "i1", "conditional": True}] * 2),
        in_section(item_plans=[{"item": "i1", "control": {}}]),
        in_section(item_plans=[{"item": "i1", "control": {"allow_review": True}, "min_ms": 1}]),
        in_section(item_plans=[{"item": "i1", "control": {"max_attempts": 1, "allow_review": False}}]),
        in_section(item_plans=[{"item": "i1", "control": {"max_attempts": 1_001}}]),
        in_section(item_plans=[{"item": "i1", "tools": ["notes", "line-reader"]}]),
        in_section(item_plans=[{"item": "i1", "tools": ["hammer"]}]),
        in_section(item_plans=[{"item": "i1", "path": []}]),
    ],
)
def test_what_is_not_the_one_form_is_refused(value: JsonValue) -> None:
    with pytest.raises(FormRefused):
        read(value)


def test_a_section_may_fall_away_when_all_its_items_may() -> None:
    section = read(dict(OLD)).sections[0]
    one, two = (ItemPlan(item=item, conditional=True) for item in section.items)
    assert replace(section, item_plans=(one, two)).is_conditional
    assert not replace(section, item_plans=(two,)).is_conditional


def test_how_what_a_plan_may_hold_is_written() -> None:
    section = SectionPlan(
        identifier=SectionId("one"),
        kind=SectionKind.SCORED,
        items=(ItemId("i1"), ItemId("i2")),
        time_limit_ms=60_000,
        part=PartId("p"),
        individual=True,
        item_plans=(
            ItemPlan(
                item=ItemId("i2"),
                path=(SectionId("in"),),
                control=SessionControl(max_attempts=0, allow_skipping=False).within(DEFAULT_CONTROL),
                max_ms=5_000,
                tools=(Tool.NOTES,),
                conditional=True,
            ),
        ),
    )
    needs = Accommodations(extra_time_percent=25, codes=("spoken",), text_size_percent=150, breaks=2)
    limits = (LimitPlan(level=LimitLevel.TEST, scope="form-a", min_ms=1_000, max_ms=90_000),)
    plan = replace(read(dict(OLD)), sections=(section,), accommodations=needs, limits=limits, seed="0f" * 16)
    assert plan_to_json(plan) == OLD | {
        "limits": [{"level": "test", "max_ms": 90000, "min_ms": 1000, "scope": "form-a"}],
        "needs": {"breaks": 2, "text_size_percent": 150},
        "sections": [
            {
                "break_after_ms": 0,
                "id": "one",
                "individual": True,
                "item_plans": [
                    {
                        "conditional": True,
                        "control": {"allow_skipping": False, "max_attempts": 0},
                        "item": "i2",
                        "max_ms": 5000,
                        "path": ["in"],
                        "tools": ["notes"],
                    }
                ],
                "items": ["i1", "i2"],
                "kind": "scored",
                "linear": False,
                "part": "p",
                "time_limit_ms": 60000,
            }
        ],
        "seed": "0f" * 16,
    }
