from __future__ import annotations

from collections.abc import Mapping

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse, refuse
from exam_packages.qti.upgrade import upgraded
from exam_packages.qti.upgrade.including import MAX_INCLUSION_DEPTH, MAX_INCLUSIONS
from tests.exam_packages.qti.upgrade.documents_2x import V2_1, V2_2, first, form, inner, item

XI = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
SECTION = f"""<assessmentSection xmlns="{V2_1}" identifier="s" title="S" visible="true">
  <assessmentItemRef identifier="i" href="../items/i.xml"/>
</assessmentSection>""".encode()


def included(
    untrusted: bytes, files: Mapping[str, bytes], *, path: str = "a.xml", apart: frozenset[str] = frozenset()
) -> Xml:
    def fetch(wanted: str) -> bytes:
        if wanted not in files:
            refuse(wanted, "file-missing", "is named and not there", "Add it")
        return files[wanted]

    return parse(upgraded(untrusted, path, fetch=fetch, sections_apart=apart), path)


def rule_of(untrusted: bytes, files: Mapping[str, bytes]) -> str:
    with pytest.raises(SourceRefused) as refusal:
        included(untrusted, files)
    return refusal.value.findings[0].rule


def test_a_file_stands_where_it_is_included() -> None:
    untrusted = item(f'<div>a<xi:include {XI} href="b.xml"/>c\n<p>d</p></div>')
    xml = included(untrusted, {"b.xml": f'<p xmlns="{V2_2}">one\n\n\n<img src="b.png" alt=""/></p>'.encode()})
    assert inner(first(xml, "div")) == 'a<p>one\n\n\n<img src="b.png" alt=""/></p>c\n<p>d</p>'
    assert [each.line for each in first(xml, "div").children()] == [3, 4]


def test_references_hold_in_their_new_place() -> None:
    reference = '<assessmentSectionRef identifier="s" href="sections/s.xml"/>'
    part = f'<testPart identifier="p" navigationMode="linear" submissionMode="individual">{reference}</testPart>'
    xml = included(form(part), {"sections/s.xml": SECTION})
    assert first(xml, "qti-assessment-item-ref").optional("href") == "items/i.xml"
    xml = included(form(part.replace("sections/s", "../other/s")), {"other/s.xml": SECTION}, path="tests/a.xml")
    assert first(xml, "qti-assessment-item-ref").optional("href") == "../items/i.xml"


def test_a_reference_that_leaves_the_package_goes_on_leaving_it() -> None:
    section = SECTION.replace(b"../items", b"../../items")
    xml = included(form('<assessmentSectionRef identifier="s" href="sections/s.xml"/>'), {"sections/s.xml": section})
    assert str(first(xml, "qti-assessment-item-ref").optional("href")).startswith("../")


def test_sections_that_the_package_lists_stay_apart() -> None:
    untrusted = form('<assessmentSectionRef identifier="s" href="s.xml"/>')
    xml = included(untrusted, {}, apart=frozenset({"s.xml"}))
    assert first(xml, "qti-assessment-section-ref").optional("href") == "s.xml"


def test_fragments_of_processing_are_their_rules() -> None:
    fragment = f'<responseProcessingFragment xmlns="{V2_1}"><exitResponse/></responseProcessingFragment>'.encode()
    untrusted = item(after=f'<responseProcessing><xi:include {XI} href="f.xml"/></responseProcessing>')
    assert inner(first(included(untrusted, {"f.xml": fragment}), "qti-response-processing")) == "<qti-exit-response/>"
    whole = f'<responseProcessing xmlns="{V2_1}"><exitResponse/></responseProcessing>'.encode()
    assert inner(first(included(untrusted, {"f.xml": whole}), "qti-response-processing")) == "<qti-exit-response/>"


def test_fragments_that_stand_where_they_belong_are_their_rules() -> None:
    rules = "<responseProcessingFragment><exitResponse/></responseProcessingFragment>"
    xml = parse(upgraded(item(after=f"<responseProcessing>{rules}</responseProcessing>"), "a.xml"), "a.xml")
    assert inner(first(xml, "qti-response-processing")) == "<qti-exit-response/>"


def test_a_template_of_the_package_is_its_rules() -> None:
    whole = f'<responseProcessing xmlns="{V2_1}"><exitResponse/></responseProcessing>'.encode()
    attributes = 'template="http://example.org/mine" templateLocation="mine.xml"'
    xml = included(item(after=f"<responseProcessing {attributes}/>"), {"mine.xml": whole})
    processing = first(xml, "qti-response-processing")
    assert inner(processing) == "<qti-exit-response/>"
    assert not dict(processing.attributes())


def test_a_standard_template_is_never_looked_for() -> None:
    template = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
    xml = included(item(after=f'<responseProcessing template="{template}" templateLocation="m.xml"/>'), {})
    assert list(dict(first(xml, "qti-response-processing").attributes())) == ["template"]


def test_files_of_qti_3_include_too() -> None:
    untrusted = (
        f'<qti-assessment-item xmlns="{QTI3_NAMESPACE}"><xi:include {XI} href="b.xml"/></qti-assessment-item>'.encode()
    )
    files = {"b.xml": f'<itemBody xmlns="{V2_2}"/>'.encode()}
    assert [each.name for each in included(untrusted, files).children()] == ["qti-item-body"]


def test_without_files_inclusions_are_refused_when_read() -> None:
    untrusted = item(f'<xi:include {XI} href="b.xml"/>')
    with pytest.raises(SourceRefused) as refusal:
        parse(upgraded(untrusted, "a.xml"), "a.xml")
    assert refusal.value.findings[0].rule == "xinclude"


INCLUDE_SELF = f'<p xmlns="{V2_2}"><xi:include {XI} href="b.xml"/></p>'.encode()


@pytest.mark.parametrize(
    ("reference", "files", "rule"),
    [
        ('href="b.xml"', {}, "file-missing"),
        ('href="../b.xml"', {}, "reference"),
        ('href="/etc/passwd"', {}, "reference"),
        ('href="file:///etc/passwd"', {}, "external-reference"),
        ('href="http://example.org/b.xml"', {}, "external-reference"),
        ('href="b.xml#xpointer(/)"', {}, "reference"),
        ('href="b.xml" xpointer="a"', {}, "include"),
        ('href="b.txt" parse="text"', {}, "include"),
        ("", {}, "attribute-missing"),
        ('href="a.xml"', {"a.xml": INCLUDE_SELF}, "include"),
        ('href="b.xml"', {"b.xml": INCLUDE_SELF}, "include"),
        ('href="b.xml"', {"b.xml": b"<!DOCTYPE p><p/>"}, "doctype"),
        ('href="b.xml"', {"b.xml": b'<p xmlns="http://example.org/"/>'}, "version"),
    ],
)
def test_refuses(reference: str, files: Mapping[str, bytes], rule: str) -> None:
    assert rule_of(item(f"<div><xi:include {XI} {reference}/></div>"), files) == rule


def test_refuses_towers() -> None:
    def level(number: int) -> bytes:
        return f'<p xmlns="{V2_2}"><xi:include {XI} href="{number}.xml"/></p>'.encode()

    files = {f"{number}.xml": level(number + 1) for number in range(MAX_INCLUSION_DEPTH + 2)}
    assert rule_of(item(f'<xi:include {XI} href="0.xml"/>'), files) == "include"


def test_refuses_bombs() -> None:
    many = f'<xi:include {XI} href="b.xml"/>' * 40
    files = {
        "a1.xml": f'<div xmlns="{V2_2}">{many}</div>'.encode(),
        "b.xml": f'<div xmlns="{V2_2}">{many.replace("b.xml", "c.xml")}</div>'.encode(),
        "c.xml": f'<div xmlns="{V2_2}">{"<p/>" * 1000}</div>'.encode(),
    }
    assert MAX_INCLUSIONS < 40 * 40
    assert rule_of(item(f'<xi:include {XI} href="a1.xml"/>'), files) == "include"
