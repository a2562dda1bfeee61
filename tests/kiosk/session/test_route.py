"""The way through a form: what the rules lead to the machine lets happen, and nothing else is taken for a way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.accommodations import NO_NEEDS
from exam_packages.ids import AppointmentId, CandidateId, Digest, ItemId, SeatId, SessionId, UtcMs
from exam_packages.qti.model import AssessmentTest, ItemRef, PartRole, Section
from exam_packages.rosters import Appointment
from exam_packages.session_events import (
    Answered,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    SectionEnded,
    SectionEntered,
    SectionKind,
    SessionPlan,
    Submitted,
    TimeExpired,
)
from kiosk.seat import planning
from kiosk.session import EventNotAllowed, Phase
from kiosk.session.route import Route, check_route
from tests.exam_packages.qti.forms import RESPONSE, answered, constant, exam, form, jump, part, ref, section
from tests.kiosk.session.plans import Sitting

SEED = "00112233445566778899aabbccddeeff"


def plan_of(test: AssessmentTest) -> SessionPlan:
    whole = exam(test)
    appointment = Appointment(
        appointment=AppointmentId("a"),
        candidate=CandidateId("c"),
        name="Ana Ruiz",
        exam=whole.exam_id,
        day="2026-11-22",
        start=UtcMs(0),
        accommodations=NO_NEEDS,
    )
    sitting = planning.Sitting(
        session=SessionId("s"), package=Digest("ab" * 32), seat=SeatId("seat"), released_by="file", seed=SEED
    )
    return planning.plan_session(whole, appointment, sitting)


class Candidate:
    """Somebody who goes where the route leads and answers as given."""

    def __init__(self, test: AssessmentTest, answers: Mapping[str, str] | None = None) -> None:
        self.exam = exam(test)
        self.sitting = Sitting(plan_of(test))
        self.route = Route(self.exam, self.sitting.session.plan)
        self.answers = answers or {}
        self.seen: list[str] = []
        self.sitting.happen(IdentityConfirmed())

    def sit(self) -> Candidate:
        """Go through everything."""
        for _ in range(200):
            if self.sitting.session.phase is Phase.COMPLETE:
                self.sitting.happen(Finished())
                return self
            self.go_on()
        raise AssertionError("walks in a circle")

    def go_on(self) -> None:
        """Do the next thing."""
        session = self.sitting.session
        if session.phase is Phase.SECTION:
            item = self.route.next_item(session)
            self.sitting.happen(SectionEnded() if item is None else ItemPresented(item=item))
            if item is not None:
                self.seen.append(item)
                if item in self.answers:
                    value = (self.answers[item],)
                    self.sitting.happen(Answered(item=item, response=RESPONSE, value=value))
            return
        following = self.route.next_section(session)
        self.sitting.happen(Submitted() if following is None else SectionEntered(section=following))


def sat(test: AssessmentTest, **answers: str) -> list[str]:
    candidate = Candidate(test, answers).sit()
    assert check_route(candidate.exam, candidate.sitting.records) == candidate.sitting.session
    return candidate.seen


def test_without_rules_the_way_is_the_forms_order() -> None:
    test = form(part("p", section("s", "a", "b"), section("t", "c"), linear=False), part("q", section("u", "d")))
    assert sat(test) == ["a", "b", "c", "d"]


def test_a_condition_is_decided_by_the_answer_before() -> None:
    test = form(part("p", section("s", "a", ref("b", pre_conditions=(answered("a", "A"),)), "c")))
    assert sat(test, a="A") == ["a", "b", "c"]
    assert sat(test, a="B") == ["a", "c"]


def test_a_section_falls_away_whole() -> None:
    gone = section("t", "b", "c", pre_conditions=(answered("a", "A"),))
    test = form(part("p", section("s", "a"), gone, section("u", "d")))
    assert sat(test) == ["a", "d"]
    assert sat(test, a="A") == ["a", "b", "c", "d"]


def test_the_rest_of_the_test_falls_away_and_the_poll_comes_all_the_same() -> None:
    test = form(
        part(
            "p", section("s", ref("a", branch_rules=(jump("EXIT_TEST", answered("a", "A")),)), "b"), section("t", "c")
        ),
        part("q", section("u", "d"), linear=False, role=PartRole.POLL),
    )
    assert sat(test, a="A") == ["a", "d"]
    assert sat(test) == ["a", "b", "c", "d"]


def test_a_part_that_is_jumped_over() -> None:
    test = form(
        part("p", section("s", "a"), linear=False, branch_rules=(jump("r", answered("a", "A")),)),
        part("q", section("t", "b"), linear=False),
        part("r", section("u", "c"), linear=False),
    )
    assert sat(test, a="A") == ["a", "c"]
    assert sat(test) == ["a", "b", "c"]


def test_where_time_ran_out_the_way_goes_on_behind_the_section() -> None:
    limited = ref("b", pre_conditions=(answered("a", "A"),))
    candidate = Candidate(form(part("p", section("s", "a", limited, "c"), section("t", "d"))), {"a": "A"})
    candidate.go_on()
    candidate.go_on()
    candidate.sitting.happen(SectionEnded())
    candidate.sit()
    assert candidate.seen == ["a", "d"]


def test_a_journal_that_left_the_way_is_refused() -> None:
    test = form(part("p", section("s", "a", ref("b", pre_conditions=(answered("a", "A"),)), "c")))
    candidate = Candidate(test, {"a": "A"})
    candidate.go_on()
    candidate.go_on()
    candidate.sitting.happen(ItemPresented(item=ItemId("c")))  # the machine alone cannot know better
    with pytest.raises(EventNotAllowed, match="leaves the way"):
        check_route(candidate.exam, candidate.sitting.records)


def test_handing_in_before_the_way_ends_is_refused() -> None:
    gone = section("t", "b", pre_conditions=(answered("a", "A"),))
    candidate = Candidate(form(part("p", section("s", "a"), gone)), {"a": "A"})
    for _ in range(3):
        candidate.go_on()
    candidate.sitting.happen(Submitted())
    with pytest.raises(EventNotAllowed, match="leaves the way"):
        check_route(candidate.exam, candidate.sitting.records)


def test_an_expired_item_is_passed_over_on_the_way_back() -> None:
    candidate = Candidate(form(part("p", section("s", "a", "b"), linear=False)))
    candidate.go_on()
    with pytest.raises(EventNotAllowed):
        candidate.sitting.happen(TimeExpired())
    assert candidate.route.next_section(candidate.sitting.session) == "s"


# -- any form: what the route says the machine allows, and the office finds it right -----------------------------------

_NAMES = ("a", "b", "c", "d", "e", "f", "g", "h")
_CONDITIONS = st.sampled_from([answered(name, "A") for name in _NAMES[:4]] + [constant("false"), constant("null")])
_TARGETS = st.sampled_from([*_NAMES, "s0", "s1", "p1", "EXIT_TEST", "EXIT_TESTPART", "EXIT_SECTION"])


@st.composite
def forms(draw: st.DrawFn) -> AssessmentTest:
    names = iter(_NAMES)

    def rules() -> dict[str, Any]:
        return {
            "pre_conditions": tuple(draw(st.lists(_CONDITIONS, max_size=1))),
            "branch_rules": tuple(jump(draw(_TARGETS), draw(_CONDITIONS)) for _ in range(draw(st.integers(0, 1)))),
        }

    def item() -> ItemRef:
        return ref(next(names), **(rules() if draw(st.booleans()) else {}))

    def outer(number: int) -> Section:
        inner = section(f"i{number}", item(), **(rules() if draw(st.booleans()) else {}))
        children = (item(), inner) if draw(st.booleans()) else (inner, item())
        return section(f"s{number}", *children, **(rules() if draw(st.booleans()) else {}))

    return form(
        part("p0", outer(0), outer(1), linear=draw(st.booleans())),
        part("p1", outer(2), outer(3), linear=draw(st.booleans()), **(rules() if draw(st.booleans()) else {})),
    )


@given(test=forms(), given_answers=st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(["A", "B"])))
@settings(max_examples=150, deadline=None)
def test_every_way_can_be_gone_and_is_found_right(test: AssessmentTest, given_answers: dict[str, str]) -> None:
    seen = sat(test, **given_answers)
    assert len(seen) == len(set(seen))


def test_the_simulated_plan_has_only_scored_sections() -> None:
    assert {each.kind for each in plan_of(form(part("p", section("s", "a")))).sections} == {SectionKind.SCORED}
