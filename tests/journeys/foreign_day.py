"""A day with an exam of somebody else's: from its zip file to a candidate who may sit it, and through it by its own rules."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from exam_packages.ids import AppointmentId, ItemId, ResponseId, SectionId, UtcMs
from exam_packages.office import BuiltExam, ScoredResult, build_exam, score_bundle
from exam_packages.office.publishing import write_roster
from exam_packages.qti.model import AssessmentItem, Lexical
from exam_packages.session_events import (
    AgreementAccepted,
    Answered,
    AttemptSubmitted,
    BreakEnded,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    SectionEnded,
    SectionEntered,
    Submitted,
)
from kiosk.seat.day import ExamDay
from kiosk.seat.facts import SealedBundle
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from kiosk.session import Phase
from signing.argon2 import MINIMUM_COST
from tests.simulators.day import PROCTOR, SITE, World, appointment

DINA: Final = AppointmentId("appointment-dina")
EMIL: Final = AppointmentId("appointment-emil")
_DAY_MS: Final = 86_400_000

Answer = Callable[[ItemId, AssessmentItem], Mapping[ResponseId, Lexical]]
"""What a candidate answers, looking at the item."""


def zipped(files: Mapping[str, bytes], path: Path) -> Path:
    """Write a content package."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def build(world: World, package: Path, *, scored_at_seat: bool = False) -> BuiltExam:
    """Have the office build an exam."""
    now = world.clock.utc_ms()
    return build_exam(
        world.office,
        package,
        not_before=UtcMs(now - _DAY_MS),
        not_after=UtcMs(now + _DAY_MS),
        now=now,
        scored_at_seat=scored_at_seat,
        release_cost=MINIMUM_COST,
    )


def deliver(world: World, seat: Seat, built: BuiltExam) -> None:
    """Book two candidates, publish, release, and bring everything to the seat."""
    now, record = world.clock.utc_ms(), built.record
    booked = [
        appointment(DINA, "candidate-4", "Dina Okoye", record.exam, record.form, now),
        appointment(EMIL, "candidate-5", "Emil Sand", record.exam, record.form, now),
    ]
    write_roster(world.office, SITE, booked, now=now)
    world.publish()
    world.release(record.digest)
    report = seat.import_from(world.stick)
    assert not report.refused, [str(each.refused) for each in report.refused]


@dataclass
class Way:
    """Where a candidate went, and what stood on the screen."""

    items: list[ItemId] = field(default_factory=list)
    sections: list[SectionId] = field(default_factory=list)
    screens: dict[ItemId, AssessmentItem] = field(default_factory=dict)


def begin(day: ExamDay, candidate: AppointmentId = DINA) -> RunningSession:
    """Unlock a session and take it to the first section."""
    running = day.open_session(candidate, PROCTOR)
    running.apply(IdentityConfirmed())
    if running.session.phase is Phase.AGREEMENT:
        running.apply(AgreementAccepted())
    return running


def sit(running: RunningSession, answer: Answer, *, until: int | None = None) -> Way:
    """Go on through the exam by its rules, answering every item once.

    Args:
        running: a session between two sections, or in one.
        answer: what is answered.
        until: stop after so many items, to go on later.
    """
    way = Way()
    while running.session.phase is not Phase.COMPLETE:
        match running.session.phase:
            case Phase.BETWEEN:
                _enter(running, way)
            case Phase.SECTION:
                while (item := running.next_item(running.session)) is not None:
                    _work(running, item, answer, way)
                    if len(way.items) == until:
                        return way
                running.apply(SectionEnded())
            case Phase.BREAK:
                running.apply(BreakEnded())
            case Phase.SUBMIT:
                running.apply(Submitted())
            case phase:
                raise AssertionError(phase)
    return way


def hand_in(running: RunningSession) -> SealedBundle:
    """Finish, seal and leave."""
    running.apply(Finished())
    bundle = running.bundle()
    assert bundle is not None
    running.close()
    return bundle


def scored(world: World, seat: Seat, bundle: SealedBundle) -> ScoredResult:
    """Bring a result to the office, have it accepted and scored."""
    seat.export(world.stick)
    report = world.accept()
    assert {each.bundle: each.receipt is not None for each in report.bundles}[bundle.digest]
    return score_bundle(world.office, bundle.digest, now=world.clock.utc_ms())


def _enter(running: RunningSession, way: Way) -> None:
    section = running.next_section(running.session)
    if section is None:
        running.apply(Submitted())
        return
    way.sections.append(section)
    running.apply(SectionEntered(section=section))


def _work(running: RunningSession, item: ItemId, answer: Answer, way: Way) -> None:
    running.apply(ItemPresented(item=item))
    shown = running.item(item)
    way.items.append(item)
    way.screens[item] = shown
    for response, value in answer(item, shown).items():
        running.apply(Answered(item=item, response=response, value=value))
    section = running.session.section
    if section is not None and section.individual:
        running.apply(AttemptSubmitted(item=item))
