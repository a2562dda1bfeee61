"""What a seat gave a candidate, against the rosters: noted with the bundle, accepted all the same."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from exam_packages.accommodations import NO_NEEDS, Accommodations, Scheme
from exam_packages.ids import AppointmentId, CandidateId, SiteId
from exam_packages.office import Office, accept_results, write_roster
from exam_packages.office.accepting import BundleOutcome
from exam_packages.office.needs_compared import _WORDS, differences_of
from exam_packages.opening import open_roster
from exam_packages.qti.model import Tool
from exam_packages.rosters import Appointment
from exam_packages.session_events import Record
from signing.errors import ContentRefused
from tests.exam_packages import world
from tests.exam_packages.office import offices

MORE_TIME = Accommodations(extra_time_percent=50)
LARGER = replace(MORE_TIME, text_size_percent=200)


def anything(_records: tuple[Record, ...]) -> None:
    """A judge that lets every session pass."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = offices.fresh(tmp_path)
    offices.confirm_seats(made, "seat-01")
    return made


def book(office: Office, needs: Accommodations = NO_NEEDS, *, session: int = 1, candidate: str | None = None) -> int:
    """Write a roster with the appointment of a session of ``offices``, and tell its number."""
    ending = offices.session_id(session)[-4:]
    booked = Appointment(
        appointment=AppointmentId(f"appointment-{ending}"),
        candidate=CandidateId(candidate or f"candidate-{ending}"),
        name="Łucja Ωmega 李",
        exam=offices.template().exam.record.exam,
        day="2026-11-22",
        start=world.NOW,
        accommodations=needs,
    )
    return write_roster(office, world.SITE, [booked], now=world.NOW).number


def notes_on(office: Office, given: Accommodations) -> tuple[str, ...]:
    data = offices.bundle(office, accommodations=given)
    (accepted,) = accept_results(office, [("one.result", data)], judge=anything, now=world.NOW).bundles
    assert (accepted.outcome, accepted.reasons) == (BundleOutcome.ACCEPTED, ())
    return accepted.notes


@pytest.mark.parametrize("needs", [NO_NEEDS, MORE_TIME, LARGER])
def test_what_the_roster_says_needs_no_note(office: Office, needs: Accommodations) -> None:
    book(office, needs)
    assert notes_on(office, needs) == ()


def test_more_time_than_the_roster_gives_is_noted_and_accepted(office: Office) -> None:
    book(office)
    (note,) = notes_on(office, MORE_TIME)
    assert note.startswith("accommodations are other than in the roster (number 1), as no roster of the site says: ")
    assert note.endswith(": extra time in per cent 50 instead of 0")


def test_less_than_the_roster_gives_is_noted_too(office: Office) -> None:
    book(office, LARGER)
    (note,) = notes_on(office, NO_NEEDS)
    assert note.endswith("extra time in per cent 0 instead of 50; text size in per cent 100 instead of 200")


def test_a_prohibition_takes_back_what_the_same_roster_gives(office: Office) -> None:
    book(office, replace(MORE_TIME, prohibited=("additional-testing-time",)))
    assert notes_on(office, Accommodations(prohibited=("additional-testing-time",))) == ()


def test_a_seat_that_had_an_earlier_roster_is_told_from_one_that_made_it_up(office: Office) -> None:
    book(office, MORE_TIME)
    book(office, LARGER)
    (note,) = notes_on(office, MORE_TIME)
    assert "in the roster (number 2), as roster number 1 says: text size in per cent 100 instead of 200" in note


def test_an_appointment_that_was_taken_off_the_list_is_compared_with_the_roster_that_had_it(office: Office) -> None:
    book(office, MORE_TIME)
    book(office, session=9)
    assert notes_on(office, MORE_TIME) == ()


def test_another_candidate_than_was_booked(office: Office) -> None:
    book(office, candidate="somebody-else")
    assert notes_on(office, NO_NEEDS) == (
        "the roster (number 1) names another candidate for its appointment: somebody-else",
    )


def test_an_appointment_of_no_roster_is_noted(office: Office) -> None:
    book(office, session=9)
    (note,) = notes_on(office, NO_NEEDS)
    assert note == "no roster that the office has kept names its appointment: its accommodations are not compared"


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 100])
def test_a_damaged_roster_stops_no_acceptance(office: Office, damage: bytes) -> None:
    office.kept_roster_file(world.SITE, book(office)).write_bytes(damage)
    assert "not compared" in notes_on(office, MORE_TIME)[0]


def test_files_that_are_no_rosters_are_passed_over(office: Office) -> None:
    path = office.kept_roster_file(world.SITE, book(office))
    for name in ("x.roster", "².roster", "-1.roster", "1.old"):
        (path.parent / name).write_bytes(b"?")
    assert notes_on(office, NO_NEEDS) == ()


def test_what_the_office_keeps_opens_with_its_scoring_key_only(office: Office) -> None:
    number = book(office, MORE_TIME)
    data = office.kept_roster_file(world.SITE, number).read_bytes()
    assert "Łucja".encode() not in data
    trust = office.trust(world.NOW)
    mine = office.keys.content("scoring-content-1")
    assert open_roster(data, trust=trust, site=world.SITE, site_key=mine).appointments[0].name == "Łucja Ωmega 李"
    with pytest.raises(ContentRefused):
        open_roster(data, trust=trust, site=world.SITE, site_key=world.content_key(world.SITE))
    assert office.kept_rosters(SiteId("site-of-nobody")) == ()


def test_every_need_has_words_and_every_difference_is_said() -> None:
    assert _WORDS.keys() == {each.name for each in fields(Accommodations)}
    everything = Accommodations(
        extra_time_percent=1,
        text_size_percent=120,
        codes=("magnification", "text-to-speech"),
        fixed_minutes=2,
        unlimited_time=True,
        break_minutes=3,
        breaks=4,
        scheme=Scheme.DARK,
        line_spacing_percent=150,
        letter_spacing_percent=5,
        single_column=True,
        tools=(Tool.GLOSSARY,),
        translation_language="es",
        linguistic_guidance=True,
        prohibited=("calculator",),
    )
    said = differences_of(everything, NO_NEEDS)
    assert len(said) == len(_WORDS)
    assert "colours dark instead of none" in said
    assert "time without limit yes instead of no" in said
    assert "further needs magnification, text-to-speech instead of none" in said
    assert differences_of(everything, everything) == []
