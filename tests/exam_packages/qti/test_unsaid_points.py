"""What an author left unsaid about points: who gives them, and how many there are."""

from __future__ import annotations

import pytest

from exam_packages.errors import Severity
from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.best import sets_points
from exam_packages.qti.checks import is_external, score_declaration
from exam_packages.qti.model import AssessmentItem
from exam_packages.qti.package import lint_package, read_package
from exam_packages.scoring import score_form
from tests.exam_packages.qti.writing_xml import SCORE, declaration, errors, item, manifest, mapping, package

ESSAY = '<qti-extended-text-interaction response-identifier="RESPONSE"/>'
NOTHING = "<qti-response-processing/>"
SETTING = (
    '<qti-response-processing><qti-response-condition><qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/>'
    '</qti-is-null><qti-set-outcome-value identifier="{}"><qti-base-value base-type="float">0</qti-base-value>'
    "</qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing>"
)
MAXSCORE = (
    '<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float"><qti-default-value>'
    "<qti-value>{}</qti-value></qti-default-value></qti-outcome-declaration>"
)


def essay(declared: str = declaration("string"), processing: str = NOTHING, outcomes: str = "") -> bytes:
    return item(declared, ESSAY, processing, outcomes=outcomes)


def read(document: bytes) -> AssessmentItem:
    return read_package(package(items__q1_xml=document)).items["items/q1.xml"]


@pytest.mark.parametrize("processing", [NOTHING, "", SETTING.format("OTHER")])
def test_an_essay_without_key_and_rule_is_scored_by_a_person(processing: str) -> None:
    other = '<qti-outcome-declaration identifier="OTHER" cardinality="single" base-type="float"/>'
    document = essay(processing=processing, outcomes=other)
    assert is_external(read(document))
    (said,) = lint_package(package(items__q1_xml=document))
    assert (said.rule, said.severity, said.element) == ("scored-by-person", Severity.NOTE, "qti-assessment-item")
    exam = read_package(package(items__q1_xml=document))
    answered = {ItemId("q1"): {ResponseId("RESPONSE"): ("An essay",)}}
    assert score_form(exam, answered).unscored == ("q1",)


@pytest.mark.parametrize(
    ("document", "rule", "element"),
    [
        (essay(declaration("string", correct=("x",))), "processing-missing", "qti-response-processing"),
        (essay(declaration("string", inner=mapping({"x": 1}))), "processing-missing", "qti-response-processing"),
        (essay(declaration("float")), "processing-missing", "qti-response-processing"),
        (essay(declaration("float"), ""), "processing-missing", "qti-assessment-item"),
        (essay(processing=SETTING.format("SCORE")), "score-extreme", "qti-assessment-item"),
    ],
)
def test_what_has_a_key_or_a_rule_is_not(document: bytes, rule: str, element: str) -> None:
    found = [each for each in lint_package(package(items__q1_xml=document)) if each.severity is Severity.ERROR]
    assert (rule, element) in [(each.rule, each.element) for each in found]


def test_rules_that_set_points_are_found_at_any_depth() -> None:
    assert sets_points(read(item()))
    assert not sets_points(read(essay()))


@pytest.mark.parametrize(("said", "maximum"), [("4", 4.0), ("many", None), ("0", None)])
def test_what_a_person_may_give_is_said_by_maxscore(said: str, maximum: float | None) -> None:
    document = essay(outcomes=MAXSCORE.format(said)).replace(b' normal-maximum="1"', b"")
    found = lint_package(package(items__q1_xml=document, test_xml=None))
    source = package(items__q1_xml=document)
    assert ("score-maximum" in errors(lint_package(source))) is (maximum is None), found
    if maximum is not None:
        score = score_declaration(read(document))
        assert score is not None
        assert score.normal_maximum == maximum


@pytest.mark.parametrize("outcomes", ["", SCORE.format(maximum=1)])
def test_processing_that_cannot_be_run_is_found_where_it_earns_nothing(outcomes: str) -> None:
    broken = SETTING.format("NOBODY")
    plain = essay(processing=broken) if outcomes else item("", "<p>x</p>", broken)
    document = plain if outcomes else plain.replace(SCORE.format(maximum=1).encode(), b"")
    assert "processing" in errors(lint_package(package(items__q1_xml=document)))


def test_an_item_that_only_shows_something_earns_nothing() -> None:
    shown = item("", "<p>Read the next three questions in one go.</p>", "").replace(
        SCORE.format(maximum=1).encode(), b""
    )
    listed = manifest({"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()})
    reference = b'<qti-assessment-item-ref identifier="q2" href="items/q2.xml"/></qti-assessment-section>'
    test = package().files["test.xml"].replace(b"</qti-assessment-section>", reference)
    source = package(imsmanifest_xml=listed, test_xml=test, items__q2_xml=shown)
    assert [each.rule for each in lint_package(source)] == ["item-informational"]
    report = score_form(read_package(source), {ItemId("q1"): {ResponseId("RESPONSE"): ("B",)}})
    assert (report.total, report.max_total, report.unscored) == (1.0, 1.0, ())
