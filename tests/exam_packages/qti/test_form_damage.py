"""Whatever happens to a test's document: findings, or a form that can be walked from end to end; never anything else."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.errors import SourceRefused
from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.model import Exam, Responses
from exam_packages.qti.package import lint_package, read_delivery, read_package
from exam_packages.qti.routing import Stop, Taken, next_stop
from exam_packages.qti.selecting import select_form
from exam_packages.qti.sources import MemorySource
from tests.exam_packages.qti.writing_xml import form_document, item, manifest, package

ITEMS = "abcdef"
ROUTED = """
<qti-test-part identifier="p" navigation-mode="linear" submission-mode="individual" data-tools="notes">
 <qti-branch-rule target="EXIT_TEST"><qti-gte><qti-variable identifier="SCORE"/>
  <qti-base-value base-type="float">3</qti-base-value></qti-gte></qti-branch-rule>
 <qti-item-session-control max-attempts="2" allow-review="false"/>
 <qti-time-limits max-time="600"/>
 <qti-assessment-section identifier="s" title="S" visible="true">
  <qti-selection select="2" with-replacement="false"/><qti-ordering shuffle="true"/>
  <qti-assessment-item-ref identifier="a" href="items/a.xml" required="true" fixed="true"/>
  <qti-assessment-section identifier="t" title="T" visible="false" keep-together="false">
   <qti-assessment-item-ref identifier="b" href="items/b.xml"/>
  </qti-assessment-section>
  <qti-assessment-item-ref identifier="c" href="items/c.xml" category="x"><qti-time-limits min-time="1"/>
  </qti-assessment-item-ref>
 </qti-assessment-section>
 <qti-assessment-section identifier="u" title="U" visible="true">
  <qti-pre-condition><qti-match><qti-variable identifier="a.RESPONSE"/>
   <qti-base-value base-type="identifier">A</qti-base-value></qti-match></qti-pre-condition>
  <qti-assessment-item-ref identifier="d" href="items/d.xml">
   <qti-branch-rule target="f"><qti-gt><qti-number-responded/><qti-base-value base-type="integer">1</qti-base-value></qti-gt>
   </qti-branch-rule><qti-weight identifier="W" value="2"/></qti-assessment-item-ref>
  <qti-assessment-item-ref identifier="e" href="items/e.xml"/>
  <qti-assessment-item-ref identifier="f" href="items/f.xml"/>
 </qti-assessment-section>
</qti-test-part>
"""
DOCUMENT = form_document(parts=ROUTED, maximum=5)
TOKEN = re.compile(rb'"[^"]*"|</?[a-z-]+|[a-z-]+=|>[^<\s]+<')
TOKENS = sorted(set(TOKEN.findall(DOCUMENT)))
ODD = [
    b'""',
    b'"-1"',
    b'"1e999"',
    b'"NaN"',
    b'"99999999999999999999"',
    b'"EXIT_SECTION"',
    b'"EXIT_TESTPART"',
    b"<",
    b">\xff<",
]


def files_of(document: bytes) -> MemorySource:
    listed = {"test.xml": (), **{f"items/{name}.xml": () for name in ITEMS}}
    items = {f"items__{name}_xml": item() for name in ITEMS}
    return package(imsmanifest_xml=manifest(listed), test_xml=document, items__q1_xml=None, **items)


def test_the_document_itself_is_all_right() -> None:
    read_package(files_of(DOCUMENT), scored_at_seat=True)


@settings(max_examples=150)
@given(st.data(), st.booleans())
def test_damaged_tests(data: st.DataObject, scored_at_seat: bool) -> None:  # noqa: FBT001 - a case
    document = DOCUMENT
    for _ in range(data.draw(st.integers(0, 2))):
        places = [match.span() for match in TOKEN.finditer(document)]
        start, end = data.draw(st.sampled_from(places))
        document = document[:start] + data.draw(st.sampled_from(TOKENS + ODD)) + document[end:]
    files = files_of(document)
    try:
        whole = read_package(files, scored_at_seat=scored_at_seat)
    except SourceRefused as refusal:
        assert lint_package(files, scored_at_seat=scored_at_seat) == refusal.findings  # noqa: PT017 - must agree
        return
    delivered = MemorySource(delivery_documents(files, scored_at_seat=scored_at_seat))
    exam = read_delivery(delivered, scored_at_seat=scored_at_seat)
    seed = data.draw(st.text("0123456789abcdef", min_size=32, max_size=32))
    answers = data.draw(st.dictionaries(st.sampled_from(ITEMS), st.sampled_from("AB")))
    # The office, which knows more, draws the same form and sees the same candidate go the same way.
    assert walked(exam, seed, answers) == walked(whole, seed, answers)


def walked(exam: Exam, seed: str, answers: dict[str, str]) -> list[Stop]:
    form = select_form(exam.test, seed)
    stops: list[Stop] = []
    responses: dict[ItemId, Responses] = {}
    presented: set[ItemId] = set()
    while True:
        taken = Taken(responses=responses, presented=presented)
        stop = next_stop(exam, form, stops[-1] if stops else None, taken)
        if stop is None:
            return stops
        assert stop not in stops
        stops.append(stop)
        inside = [each.ref.identifier for each in form.items if each.sections[0].identifier == stop.section]
        seen = [stop.item] if stop.item else inside
        presented |= set(seen)
        responses |= {name: {ResponseId("RESPONSE"): (answers[name],)} for name in seen if name in answers}
