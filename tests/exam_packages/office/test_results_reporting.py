"""QTI Results Reporting 3.0: every sort of bundle gives a report that is valid against the schema and says what was scored."""

from __future__ import annotations

import functools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from lxml.etree import _Element

from exam_packages.ids import ItemId, ResponseId, SectionId, UtcMs
from exam_packages.office.results_reporting import NAMESPACE, assessment_result, ncname
from exam_packages.qti.scoring_package import read_for_scoring
from exam_packages.results import ResultState
from exam_packages.scoring import score_form
from exam_packages.session_events import (
    Answered,
    AttemptSubmitted,
    Commented,
    Event,
    ItemPresented,
    Record,
    SectionEntered,
)
from tests.exam_packages.office import offices
from tests.exam_packages.office.test_scoring_results import ANSWERS, SHEET, scored
from tests.exam_packages.qti import corpus
from tests.exam_packages.qti.writing_xml import declaration, form_document, item, manifest, package

SCHEMA = corpus.SHARED / "schemas" / "qti30" / "qtiv3p0" / "imsqti_resultv3p0_v1p0.xsd"
VALUE = f"{{{NAMESPACE}}}value"


@functools.cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def report_of(tmp_path: Path, answers: dict[str, dict[str, list[str]]], **more: object) -> _Element:
    office = offices.fresh(tmp_path)
    return etree.fromstring(scored(office, offices.bundle(office, answers, **more)).xml_path.read_bytes())  # type: ignore[arg-type]  # the helper's own options


def named(parent: _Element, kind: str, identifier: str) -> _Element:
    (found,) = (each for each in parent.iterfind(f"{{{NAMESPACE}}}{kind}") if each.get("identifier") == identifier)
    return found


def scored_line() -> Any:
    """A line of the answer sheet about an item that is scored and answered."""
    return next(each for each in SHEET["answers"] if each["responses"] and each["item"].startswith("ccm-"))


def values(variable: _Element) -> list[str]:
    return [str(each.text or "") for each in variable.iter(f"{{{NAMESPACE}}}value")]


@corpus.NEEDS_CORPUS
@pytest.mark.parametrize("answers", [ANSWERS, {}, dict(list(ANSWERS.items())[:3])], ids=["all", "none", "three"])
def test_it_is_valid_against_the_schema(tmp_path: Path, answers: dict[str, dict[str, list[str]]]) -> None:
    schema().assertValid(report_of(tmp_path, answers))


def test_it_says_what_was_answered_and_earned(tmp_path: Path) -> None:
    root = report_of(tmp_path, ANSWERS)
    (test,) = root.iterfind(f"{{{NAMESPACE}}}testResult")
    score = named(test, "outcomeVariable", "SCORE")
    assert float(values(score)[0]) == SHEET["expected"]["score"]
    assert score.get("normalMaximum") is not None
    line = scored_line()
    name, given = next(iter(line["responses"].items()))
    item = named(root, "itemResult", line["item"])
    assert item.get("sessionStatus") == "final"
    assert values(named(item, "responseVariable", name)) == list(given)
    assert values(named(item, "outcomeVariable", "completionStatus")) == ["completed"]
    assert not list(root.iter(f"{{{NAMESPACE}}}correctResponse"))


def test_what_nobody_answered_has_no_value(tmp_path: Path) -> None:
    root = report_of(tmp_path, {})
    item = named(root, "itemResult", scored_line()["item"])
    # Its attempt began when it was presented, answered or not (numAttempts).
    assert values(named(item, "responseVariable", "numAttempts")) == ["1"]
    (response, *_more) = (each for each in item if each.get("identifier", "").startswith("RESPONSE"))
    assert values(response) == []


DECLARED = (
    '<qti-response-declaration identifier="RECORD" cardinality="record"/>'
    + declaration("point", "multiple", name="POINTS")
    + declaration("pair", "ordered", name="PAIRS")
    + declaration("string", name="TEXT")
)
OUTCOMES = (
    '<qti-outcome-declaration identifier="completionStatus" cardinality="single" base-type="identifier"/>'
    '<qti-outcome-declaration identifier="LARGE" cardinality="single" base-type="float" normal-maximum="INF"/>'
    '<qti-outcome-declaration identifier="COPY" cardinality="record"/>'
)
RULES = (
    '<qti-response-processing><qti-set-outcome-value identifier="COPY"><qti-variable identifier="RECORD"/>'
    "</qti-set-outcome-value></qti-response-processing>"
)
GIVEN = {
    "RECORD": ("floatValue float 1.5", "stringValue string 1.5  kg\x07"),
    "POINTS": ("10 20", "0 0"),
    "PAIRS": ("A B", "B A"),
    "TEXT": ("one\r\ntwo \x00\ufffe\ud800 <&>",),
}


def one_item(state: ResultState = ResultState.FINISHED) -> _Element:
    """The report of a form of two items of which one was drawn, presented, answered, submitted twice and commented on."""
    references = "".join(f'<qti-assessment-item-ref identifier="q{n}" href="items/q{n}.xml"/>' for n in (1, 2))
    section = f'<qti-assessment-section identifier="s1" title="S" visible="true">{references}</qti-assessment-section>'
    form = form_document(section)
    paths = {"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()}
    document = item(DECLARED, body="", processing=RULES, outcomes=OUTCOMES)
    exam = read_for_scoring(
        package(test_xml=form, imsmanifest_xml=manifest(paths), items__q1_xml=document, items__q2_xml=document)
    )
    q1 = ItemId("q1")
    answers = {ResponseId(name): value for name, value in GIVEN.items()}
    events: tuple[Event, ...] = (
        SectionEntered(section=SectionId("s1")),
        ItemPresented(item=q1),
        *(Answered(item=q1, response=name, value=value) for name, value in answers.items()),
        AttemptSubmitted(item=q1),
        AttemptSubmitted(item=q1),
        Commented(item=q1, text="unclear\x1b[0m <b>"),
    )
    records = tuple(
        Record(n=n, tick_ms=500, wall=UtcMs(1_700_000_000_000 + n), event=event) for n, event in enumerate(events)
    )
    header = SimpleNamespace(candidate="01K3", session="s", appointment="a", state=state)
    result: Any = SimpleNamespace(
        checked=SimpleNamespace(header=header, digest="ab"),
        plan=SimpleNamespace(exam="e", sections=[SimpleNamespace(items=[q1])]),
        records=records,
    )
    scores = score_form(exam, {q1: answers}, presented=[q1], selected=[q1])
    return etree.fromstring(assessment_result(result, exam, scores))


@corpus.NEEDS_CORPUS
@pytest.mark.parametrize("state", ResultState)
def test_anything_that_was_answered_is_valid(state: ResultState) -> None:
    schema().assertValid(one_item(state))


def test_records_points_pairs_comments_and_attempts() -> None:
    (element,) = one_item().iterfind(f"{{{NAMESPACE}}}itemResult")
    record = named(element, "responseVariable", "RECORD")
    assert [(each.get("fieldIdentifier"), each.get("baseType"), each.text) for each in record.iter(VALUE)] == [
        ("floatValue", "float", "1.5"),
        ("stringValue", "string", "1.5  kg\ufffd"),
    ]
    assert [each.get("fieldIdentifier") for each in named(element, "outcomeVariable", "COPY").iter(VALUE)] == [
        "floatValue",
        "stringValue",
    ]
    assert values(named(element, "responseVariable", "POINTS")) == ["10 20", "0 0"]
    assert values(named(element, "responseVariable", "PAIRS")) == ["A B", "B A"]
    assert values(named(element, "responseVariable", "TEXT")) == ["one\r\ntwo \ufffd\ufffd\ufffd <&>"]
    assert values(named(element, "responseVariable", "numAttempts")) == ["2"]
    assert named(element, "outcomeVariable", "LARGE").get("normalMaximum") == "INF"
    assert named(element, "outcomeVariable", "completionStatus") is not None
    assert element.findtext(f"{{{NAMESPACE}}}candidateComment") == "unclear\ufffd[0m <b>"


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("item-1.b_c", "item-1.b_c"), ("01K3", "_01K3"), ("a b/c", "a-b-c"), ("-x", "_-x"), ("é", "_-"), ("_x", "_x")],
)
def test_names_that_xml_allows(identifier: str, name: str) -> None:
    assert ncname(identifier) == name
    etree.fromstring(f"<{ncname(identifier)}/>")
