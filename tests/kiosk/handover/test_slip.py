from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from exam_packages.ids import Digest, SeatId, SessionId, UtcMs
from kiosk.handover.incident_page import ENTRIES_MAX, IncidentPage, PageEntry
from kiosk.handover.slip import SlipFacts, draw_slip, proof_text
from kiosk.session import ResultState

FACTS = SlipFacts(
    candidate_name="Ana Ruiz",
    exam_title="Contact Center Management, sample form A",
    session=SessionId("01M3250V007ZB7EDAGX9CD8NQZ"),
    site_name="Testing centre Berlin",
    seat=SeatId("seat-01"),
    opened=UtcMs(1_790_000_000_000),
    sealed=UtcMs(1_790_005_400_000),
    state=ResultState.FINISHED,
    answer_count=32,
    head=Digest("ab" * 32),
    head_code="NF0B-NF0B-NF0B-NF0B",
    bundle=Digest("cd" * 32),
)


def text_of(data: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(data)).pages
    return page.extract_text()


def test_the_page_says_what_a_candidate_needs() -> None:
    text = text_of(draw_slip(FACTS))
    for part in ("Ana Ruiz", FACTS.session, "seat-01", "32", FACTS.head_code, "2026-09-21 14:13 UTC", "Finished"):
        assert part in text


def test_what_happened_stands_on_a_page_of_its_own() -> None:
    entry = PageEntry(wall=UtcMs(1_790_000_600_000), what="The computer was asleep.", followed="The exam was paused.")
    page = IncidentPage(entries=(entry,), noted=3, stood_still_ms=240_000)
    first, second = PdfReader(io.BytesIO(draw_slip(replace(FACTS, incidents=page)))).pages
    assert FACTS.head_code in first.extract_text()
    text = second.extract_text()
    for part in (
        "asleep",
        "14:23",
        "stood still for 4 minutes",
        "no answer was lost",
        "3 technical notes",
        FACTS.session,
    ):
        assert part in text
    calm = PdfReader(io.BytesIO(draw_slip(replace(FACTS, incidents=IncidentPage())))).pages[1].extract_text()
    assert "Nothing interrupted your exam." in calm


def test_more_than_has_room_is_counted() -> None:
    entry = PageEntry(wall=UtcMs(0), what="A device was connected.", followed="A notice was shown.")
    page = IncidentPage(entries=(entry,) * ENTRIES_MAX, left_out=5)
    text = PdfReader(io.BytesIO(draw_slip(replace(FACTS, incidents=page)))).pages[1].extract_text()
    assert "And 5 more" in text
    assert "None of this is a judgement" in text


def test_the_same_sitting_gives_the_same_bytes() -> None:
    assert draw_slip(FACTS) == draw_slip(FACTS)
    assert draw_slip(replace(FACTS, answer_count=31)) != draw_slip(FACTS)


@pytest.mark.parametrize("name", ["Борис Петров", "Αλέξανδρος", "N" * 200, "محمد", "李小龙"])
def test_any_name_can_be_drawn(name: str) -> None:
    assert "Candidate receipt" in text_of(draw_slip(replace(FACTS, candidate_name=name)))


@pytest.mark.parametrize("state", ResultState)
def test_every_end_has_words(state: ResultState) -> None:
    draw_slip(replace(FACTS, state=state))


def test_the_code_carries_session_head_and_bundle() -> None:
    assert proof_text(FACTS).split() == ["KIOSK-RECEIPT/1", FACTS.session, FACTS.head, FACTS.bundle]
