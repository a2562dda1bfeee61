from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.accommodations import Accommodations
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, SeatId, SessionId, UtcMs
from exam_packages.qti.model import Exam, PartRole
from exam_packages.rosters import Appointment
from exam_packages.session_events import SectionKind
from kiosk.seat.planning import Sitting, plan_session
from kiosk.seat.session_ids import session_id
from kiosk.seat.stretching import Stretch
from signing.errors import ContentRefused
from tests.exam_packages.qti.samples import exam

SITTING = Sitting(
    session=SessionId("01M3250V007ZB7EDAGX9CD8NQZ"),
    package=Digest("ab" * 32),
    seat=SeatId("seat-01"),
    released_by="file",
    seed="00112233445566778899aabbccddeeff",
)
MINUTE = 60_000


def appointment(**needs: object) -> Appointment:
    return Appointment(
        appointment=AppointmentId("a"),
        candidate=CandidateId("c"),
        name="Ana Ruiz",
        exam=ExamId("ccm-operations"),
        day="2026-09-21",
        start=UtcMs(0),
        accommodations=Accommodations(**needs),  # type: ignore[arg-type]
    )


@pytest.fixture
def sample() -> Exam:
    return exam("contact-center-form-a")


def test_a_plan_follows_the_form(sample: Exam) -> None:
    plan = plan_session(sample, appointment(), SITTING)
    assert [section.kind for section in plan.sections] == [
        SectionKind.TUTORIAL,
        SectionKind.SCORED,
        SectionKind.SCORED,
        SectionKind.POLL,
    ]
    assert [section.time_limit_ms for section in plan.sections] == [None, 45 * MINUTE, 45 * MINUTE, None]
    assert plan.sections[1].break_after_ms == 10 * MINUTE
    assert plan.has_agreement
    refs = sample.test.item_refs(PartRole.SCORED)
    assert [item for section in plan.sections[1:3] for item in section.items] == [ref.identifier for ref in refs]


def test_accommodations_are_applied_when_the_plan_is_made(sample: Exam) -> None:
    plan = plan_session(sample, appointment(extra_time_percent=50, codes=("text-to-speech",)), SITTING)
    assert plan.sections[1].time_limit_ms == 45 * MINUTE * 3 // 2
    assert plan.sections[1].break_after_ms == 10 * MINUTE
    assert (plan.extra_time_percent, plan.accommodations.codes) == (50, ("text-to-speech",))


@given(limit=st.integers(1, 10**8), percent=st.integers(0, 400))
def test_extra_time_is_never_rounded_against_the_candidate(limit: int, percent: int) -> None:
    given_ms = Stretch(factor=Fraction(100 + percent, 100)).of(limit)
    assert given_ms is not None
    assert limit * (100 + percent) <= given_ms * 100 < limit * (100 + percent) + 100


@pytest.mark.parametrize(
    "order",
    [
        (PartRole.SCORED, PartRole.TUTORIAL),
        (PartRole.POLL, PartRole.SCORED),
        (PartRole.TUTORIAL, PartRole.AGREEMENT, PartRole.SCORED),
        (PartRole.TUTORIAL,),
    ],
)
def test_a_form_in_another_order_is_refused(sample: Exam, order: tuple[PartRole, ...]) -> None:
    parts = tuple(replace(sample.test.parts[0], role=role) for role in order)
    with pytest.raises(ContentRefused):
        plan_session(replace(sample, test=replace(sample.test, parts=parts)), appointment(), SITTING)


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_session_ids_sort_by_time(first: int, second: int, random: bytes) -> None:
    one, two = session_id(UtcMs(first), random), session_id(UtcMs(second), random)
    assert len(one) == 26
    assert (one < two) == (first < second)
