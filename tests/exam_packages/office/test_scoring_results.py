"""Scoring: the sample's hand-counted sitting comes out right, and responses to another package are refused."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from exam_packages.container import BytesSource, FileSource
from exam_packages.ids import Digest, UtcMs
from exam_packages.office import (
    Office,
    ScoredResult,
    accept_results,
    build_exam,
    recover_journal_key,
    revoke,
    score_bundle,
)
from exam_packages.office.report_pdf import ReportFacts, render_report
from exam_packages.office.scoring_results import score_with
from exam_packages.office.state import SCORING_NAME
from exam_packages.opening import open_scoring_package
from exam_packages.paper import bold_runs, regular_runs
from exam_packages.result_opening import open_result
from exam_packages.session_keys import build_session_key
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused, RevokedRefused
from tests.exam_packages import world
from tests.exam_packages.office import offices

SHEET = json.loads((offices.SAMPLE / "answer-sheet.json").read_bytes())
ANSWERS = {line["item"]: line["responses"] for line in SHEET["answers"]}


def scored(office: Office, data: bytes) -> ScoredResult:
    offices.confirm_seats(office, "seat-01")
    report = accept_results(office, [("x", data)], judge=lambda _records: None, now=world.NOW)
    return score_bundle(office, report.bundles[0].bundle, now=world.NOW)


def test_the_hand_counted_sitting_comes_out_right(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    result = scored(office, offices.bundle(office, ANSWERS))
    assert result.report.total == SHEET["expected"]["score"]
    assert dict(result.report.domain_scores) == SHEET["expected"]["domain_scores"]
    assert result.report.passed is SHEET["expected"]["passed"]
    written = json.loads(result.json_path.read_bytes())
    assert written["report"]["total"] == str(SHEET["expected"]["score"])
    assert written["candidate_name"] == "Łucja Ωmega 李"
    assert written["bundle"] == result.result.checked.digest
    assert written["package"] == offices.template().exam.record.digest
    assert "2026" in written["report"]["framework"]


def test_nothing_answered_is_no_points(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    result = scored(office, offices.bundle(office))
    assert (result.report.total, result.report.passed) == (0, False)


def test_the_report_is_one_legible_page(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    result = scored(office, offices.bundle(office, ANSWERS))
    reader = PdfReader(io.BytesIO(result.pdf_path.read_bytes()))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    for expected in (
        "Passed",
        "45.5 of 60 points",
        "Needed to pass: 42 points",
        "Leadership",
        "12.25 / 15",
        "Łucja Ωmega",
        "李",
        result.result.checked.digest,
        offices.template().exam.record.digest,
        result.result.checked.header.session,
        "Certification Board",
    ):
        assert expected in text, expected


def test_a_clock_beyond_the_calendar_and_no_maximum_are_no_reason_for_no_report(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    result = scored(office, offices.bundle(office))
    header = result.result.checked.header
    late = UtcMs(2**53 - 1)
    facts = ReportFacts(
        office=office.name,
        candidate_name="Ana",
        candidate=header.candidate,
        session=header.session,
        exam=header.exam,
        form=header.form,
        site="Berlin",
        seat=header.seat,
        state=header.state,
        started=late,
        sealed=late,
        bundle=result.result.checked.digest,
        package=header.package,
        journal_head=header.head,
    )
    text = PdfReader(io.BytesIO(render_report(facts, result.report))).pages[0].extract_text()
    assert "31 December 9999" in text
    unknown = PdfReader(io.BytesIO(render_report(facts, replace(result.report, total=30, max_total=None))))
    text = unknown.pages[0].extract_text()
    assert "30 points" in text
    assert "Needed to pass: 42 points" in text
    assert "%" not in text.split("Domains")[0]


def test_the_same_bundle_gives_the_same_bytes(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    result = scored(office, offices.bundle(office, ANSWERS))
    before = (result.json_path.read_bytes(), result.pdf_path.read_bytes())
    again = score_bundle(office, result.result.checked.digest, now=UtcMs(world.NOW + 12345))
    assert (again.json_path.read_bytes(), again.pdf_path.read_bytes()) == before


def test_responses_to_another_package_are_refused(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    data = offices.bundle(office, ANSWERS)
    other = build_exam(
        office, offices.SAMPLE, not_before=world.NOW, not_after=world.NOW, now=world.NOW, release_cost=MINIMUM_COST
    )
    trust, key = office.trust(world.NOW), office.keys.content("scoring-content-1")
    result = open_result(data, trust=trust, scoring_key=key)
    with (office.package_folder(other.record.digest) / SCORING_NAME).open("rb") as file:
        package = open_scoring_package(FileSource(file), trust=trust, scoring_key=key)
        with pytest.raises(ContentRefused, match="was given to the package"):
            score_with(result, package)
    own = (office.package_folder(offices.template().exam.record.digest) / SCORING_NAME).read_bytes()
    assert score_with(result, open_scoring_package(BytesSource(own), trust=trust, scoring_key=key)).total == 45.5


def test_only_accepted_bundles_of_this_office_are_scored(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    report = accept_results(office, [("x", offices.bundle(office))], judge=lambda _records: None, now=world.NOW)
    with pytest.raises(ContentRefused, match="quarantine"):
        score_bundle(office, report.bundles[0].bundle, now=world.NOW)
    with pytest.raises(ContentRefused, match="no bundle"):
        score_bundle(office, Digest("ab" * 32), now=world.NOW)


def test_a_package_revoked_later_is_not_scored(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    result = scored(office, offices.bundle(office))
    revoke(office, now=world.NOW, packages=[offices.template().exam.record.digest])
    with pytest.raises(RevokedRefused):
        score_bundle(office, result.result.checked.digest, now=world.NOW)


def test_a_dead_seats_journal_key_is_recovered(tmp_path: Path) -> None:
    office = offices.fresh(tmp_path)
    keys = [office.keys.public_content(name) for name in ("scoring-content-1", "scoring-content-2")]
    file = build_session_key(bytes(range(32)), session=world.SESSION, storage_key=bytes(32), scoring_keys=keys)
    assert recover_journal_key(office, file) == bytes(range(32))
    foreign = build_session_key(
        bytes(32), session=world.SESSION, storage_key=bytes(32), scoring_keys=[world.content_key("x").public]
    )
    with pytest.raises(ContentRefused, match="another office"):
        recover_journal_key(office, foreign)


@pytest.mark.parametrize("text", ["Łucja", "Ωmega", "Лариса", "李小龍", "a李b"])
def test_every_character_of_a_name_gets_a_font_that_has_it(text: str) -> None:
    for runs in (regular_runs(text), bold_runs(text)):
        assert "".join(run.text for run in runs) == text


def test_a_character_no_font_has_is_a_question_mark() -> None:
    assert "".join(run.text for run in regular_runs("a\U0010fffd")) == "a?"
