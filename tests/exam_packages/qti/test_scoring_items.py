"""Reading for scoring: strictly what was built, leniently what others wrote."""

from __future__ import annotations

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.model import AssessmentItem
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import parse
from exam_packages.qti.scoring_items import read_any_item, read_item_for_scoring
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.writing_xml import NAMESPACE, declaration, item, mapping

OLD = b"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="old" title="Old" adaptive="false"
  timeDependent="false">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
    <correctResponse><value>B</value></correctResponse>
  </responseDeclaration>
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
  <itemBody>
    <p>Nothing that <unknown:thing xmlns:unknown="urn:x"/> is here</p>
  </itemBody>
  <responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
</assessmentItem>
"""


def score(read: AssessmentItem, *response: str) -> tuple[str, ...]:
    return format_value(process_item(read, {ResponseId("RESPONSE"): response}).outcomes[OutcomeId("SCORE")])


@pytest.mark.parametrize(
    "document",
    [
        OLD,
        OLD.replace(b"imsqti_v2p1", b"imsqti_v2p2"),
        OLD.replace(b"?>\n<a", b'?>\n<!DOCTYPE assessmentItem SYSTEM "item.dtd">\n<a'),
        OLD.replace(b"?>\n<a", b'?>\n<!DOCTYPE assessmentItem [<!ENTITY a "b">]>\n<a'),
        OLD.replace(b"Nothing", b"&nbsp;&eacute;&amp;"),
        OLD.decode().encode("utf-16"),
        item(),
        item(body="<b>" * 40 + "</b>" * 40),
        item().replace(NAMESPACE.encode(), b""),
        item(body="<qti-choice-interaction/>", outcomes='<qti-outcome-declaration identifier="X"/>'),
        item(declaration(correct=("B",), inner=mapping({"B": 1}).replace('"1"', '"one"'))),
        item(declaration(correct=("B",)) + declaration(name="")),
    ],
)
def test_what_scoring_does_not_need_may_be_wrong(document: bytes) -> None:
    read = read_any_item(document, "item.xml")
    assert score(read, "B") == ("1",)
    assert score(read, "A") == ("0",)
    assert read.body == ()


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (b"<qti-assessment-test/>", "not-an-item"),
        (b"<a", "not-well-formed"),
        (OLD.replace(b"Nothing", b"&nothing;"), "not-well-formed"),
        (item().replace(b"qti-assessment-item", b"qti-assessment-stimulus"), "not-an-item"),
        (item(processing='<qti-response-processing template="urn:x"/>'), "template-unknown"),
    ],
)
def test_what_cannot_be_scored_is_refused(document: bytes, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_any_item(document, "item.xml")
    assert refusal.value.findings[0].rule == rule


def test_lines_are_the_authors() -> None:
    document = OLD.replace(
        b"<responseProcessing template", b"<responseProcessing><setOutcomeValue/></responseProcessing><x a"
    )
    read = read_any_item(document, "item.xml")
    assert read.response_processing is not None
    assert read.response_processing.rules[0].line == OLD[: OLD.index(b"<responseProcessing")].count(b"\n") + 1


def test_processing_includes_a_file_of_the_same_package() -> None:
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="rules.xml"/>'
    document = OLD.replace(
        b' template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>',
        b">" + include + b"</responseProcessing>",
    )
    fragment = (
        b'<responseProcessingFragment xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"><setOutcomeValue identifier="SCORE">'
        b'<baseValue baseType="float">3</baseValue></setOutcomeValue></responseProcessingFragment>'
    )
    asked: list[str] = []

    def fetch(path: str) -> bytes:
        asked.append(path)
        return fragment

    assert score(read_any_item(document, "items/item.xml", fetch)) == ("3",)
    assert asked == ["items/rules.xml"]


def test_what_was_built_is_read_strictly() -> None:
    broken = item(declaration(correct=("B",), inner=mapping({"B": 1}).replace('"1"', '"one"')))
    with pytest.raises(SourceRefused):
        read_item_for_scoring(parse(broken, "item.xml"))
