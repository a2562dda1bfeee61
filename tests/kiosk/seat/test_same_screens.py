"""Whoever replays a session sees what the candidate saw: the same items in the same order, every choice where it stood."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import ChoiceId, Digest, ItemId, ProctorId, SeatId, SessionId, UtcMs
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.model import Exam
from exam_packages.qti.package import read_delivery, read_package
from exam_packages.qti.preparing import LINT_SEED, PreparedSource
from exam_packages.qti.selecting import select_form
from exam_packages.qti.shuffling import shuffled
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.walking import choices, interactions
from exam_packages.records import decode_record, encode_record
from exam_packages.session_events import Opened, Record, SessionPlan
from kiosk.seat.planning import Sitting, plan_session
from tests.journeys import foreign_exam
from tests.simulators.day import ANA, appointment

SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)
NOW = UtcMs(1_790_000_000_000)
Screens = list[tuple[ItemId, list[tuple[ChoiceId, ...]]]]


@cache
def exams() -> tuple[Exam, Exam]:
    """The same exam as the office has it and as a seat gets it."""
    source = PreparedSource(UpgradedSource(MemorySource(foreign_exam.files())), seed=LINT_SEED)
    return read_package(source), read_delivery(MemorySource(dict(delivery_documents(source))))


def plan_for(exam: Exam, seed: str) -> SessionPlan:
    booked = appointment(ANA, "candidate-1", "Ana Ruiz", exam.exam_id, exam.test.identifier, NOW)
    sitting = Sitting(
        session=SessionId("01K3X9M2Q4T6V8B0C2D4F6G8HJ"),
        package=Digest("ab" * 32),
        seat=SeatId("seat-07"),
        released_by="file",
        seed=seed,
    )
    return plan_session(exam, booked, sitting)


def screens(exam: Exam, plan: SessionPlan) -> Screens:
    """Every item of a plan with the order of its choices."""
    refs = {ref.identifier: ref for ref in exam.test.item_refs()}
    shown = ((name, shuffled(exam.item(refs[name]), plan.seed, name)) for each in plan.sections for name in each.items)
    return [(name, [tuple(c.identifier for c in choices(i)) for i in interactions(item.body)]) for name, item in shown]


@given(SEEDS)
def test_journal_seat_and_office_tell_the_same_screens(seed: str) -> None:
    office, seat = exams()
    plan = plan_for(seat, seed)
    opened = Opened(plan=plan, proctor=ProctorId("maria"))
    written = encode_record(Record(n=0, tick_ms=0, wall=NOW, event=opened))
    read = decode_record(written, place="record 0").event
    assert isinstance(read, Opened)
    assert screens(office, read.plan) == screens(seat, plan)
    form = select_form(office.test, read.plan.seed)
    assert [item.ref.identifier for part in form.parts for item in part.items] == [
        name for section in plan.sections for name in section.items
    ]


def test_another_seed_is_another_form() -> None:
    _, seat = exams()
    found = [screens(seat, plan_for(seat, f"{number:032x}")) for number in range(20)]
    assert all(found.count(each) == 1 for each in found)
