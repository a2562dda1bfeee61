from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml
from exam_packages.qti.upgrade import upgraded
from tests.exam_packages.qti.upgrade.documents_2x import V2_0, V2_1, V2_2, first, inner, item, read

NAMESPACES = (V2_0, V2_1, V2_2)


@pytest.mark.parametrize("namespace", [*NAMESPACES, ""])
def test_every_version_becomes_qti_3(namespace: str) -> None:
    xml = read(item('<choiceInteraction responseIdentifier="R" maxChoices="1"/>', namespace=namespace))
    assert (xml.namespace, xml.name) == (QTI3_NAMESPACE, "qti-assessment-item")
    assert xml.optional("time-dependent") == "false"
    assert first(xml, "qti-choice-interaction").optional("response-identifier") == "R"


def test_what_is_qti_3_is_left_as_it_is() -> None:
    document = f'<qti-assessment-item   xmlns="{QTI3_NAMESPACE}"/>'.encode()
    assert upgraded(document, "a.xml") is document


@pytest.mark.parametrize(
    "untrusted",
    [
        b"<html/>",
        b"<questestinterop/>",
        b'<assessmentItem xmlns="http://example.org/"/>',
        b"<a",
        b"",
        b"<!DOCTYPE a><assessmentItem/>",
        b"<assessmentItems/>",
    ],
)
def test_what_is_no_qti_is_refused(untrusted: bytes) -> None:
    with pytest.raises(SourceRefused) as refusal:
        upgraded(untrusted, "a.xml")
    assert refusal.value.findings[0].file == "a.xml"


def notes_of(untrusted: bytes) -> list[tuple[str, int, str]]:
    notes: list[LintFinding] = []
    upgraded(untrusted, "a.xml", notes=notes)
    assert all(each.severity is Severity.NOTE for each in notes)
    return [(each.rule, each.line, each.element) for each in notes]


# -- objects ----------------------------------------------------------------------------------------------------------


def object_becomes(markup: str) -> Xml:
    return next(iter(first(read(item(f"<div>{markup}</div>")), "div").children()))


def test_a_picture_keeps_its_text() -> None:
    img = object_becomes(
        '<object type="image/svg+xml" data="a.svg" width="10px" height="20" id="x">A <b>red</b>  bus</object>'
    )
    assert img.name == "img"
    assert dict(img.attributes()) == {"src": "a.svg", "alt": "A red bus", "width": "10", "height": "20", "id": "x"}


def test_a_picture_without_text_gets_none() -> None:
    untrusted = item('<p>\n<object type="image/png" data="a.png"/></p>')
    assert first(read(untrusted), "img").optional("alt") is None
    assert notes_of(untrusted) == [("alternative-missing", 4, "object")]


def test_a_label_beside_a_picture_is_its_text() -> None:
    xml = read(
        item('<gapImg identifier="A" matchMax="1" objectLabel="A key"><object type="image/png" data="a.png"/></gapImg>')
    )
    assert first(xml, "img").optional("alt") == "A key"


def test_a_kind_is_known_by_the_name_of_the_file() -> None:
    assert object_becomes('<object data="A.PNG">x</object>').name == "img"
    assert object_becomes('<object data="a.mp3">x</object>').name == "audio"


@pytest.mark.parametrize(("kind", "name"), [("audio/mpeg", "audio"), ("video/mp4; codecs=x", "video")])
def test_a_sound_or_a_film_keeps_its_text(kind: str, name: str) -> None:
    medium = object_becomes(f'<object type="{kind}" data="a.bin" width="300" height="200">A talk</object>')
    source = medium.child("source")
    assert medium.name == name
    assert source is not None
    assert dict(source.attributes()) == {"src": "a.bin", "type": kind.partition(";")[0]}
    assert medium.text == "A talk"
    assert (medium.optional("width") == "300") == (name == "video")


def test_another_object_stays_for_the_linter_to_refuse() -> None:
    assert object_becomes('<object type="text/html" data="a.html">x</object>').name == "object"
    assert object_becomes('<object type="image/png"><object type="image/png" data="b.png"/></object>').name == "object"


# -- values -----------------------------------------------------------------------------------------------------------


def mapping(entries: str, base_type: str = "string", namespace: str = V2_2) -> bytes:
    declared = f'<responseDeclaration identifier="R" cardinality="single" baseType="{base_type}">'
    return item(before=f"{declared}<mapping>{entries}</mapping></responseDeclaration>", namespace=namespace)


def cases_of(untrusted: bytes) -> list[str | None]:
    return [each.optional("case-sensitive") for each in first(read(untrusted), "qti-mapping").children()]


@pytest.mark.parametrize(
    ("entries", "namespace", "base_type", "expected", "noted"),
    [
        ('<mapEntry mapKey="a" mappedValue="1"/>', V2_2, "string", ["false"], False),
        ('<mapEntry mapKey="a" mappedValue="1"/>', V2_1, "string", ["true"], True),
        ('<mapEntry mapKey="a" mappedValue="1"/>', V2_0, "string", ["true"], True),
        ('<mapEntry mapKey="a" mappedValue="1"/>', V2_2, "identifier", ["true"], False),
        ('<mapEntry mapKey="Y" mappedValue="1"/><mapEntry mapKey="y" mappedValue="2"/>', V2_2, "string", ["true"] * 2, True),
        ('<mapEntry mapKey="a" mappedValue="1" caseSensitive="true"/>', V2_2, "string", ["true"], False),
        (
            '<mapEntry mapKey="a" mappedValue="1" caseSensitive="false"/><mapEntry mapKey="b" mappedValue="1"/>',
            *(V2_1, "string", ["false", "true"], True),
        ),
    ],
)  # fmt: skip
def test_case_is_said_in_so_many_words(
    *, entries: str, namespace: str, base_type: str, expected: list[str], noted: bool
) -> None:
    untrusted = mapping(entries, base_type, namespace)
    assert cases_of(untrusted) == expected
    assert notes_of(untrusted) == ([("mapping-case", 2, "mapping")] if noted else [])


def test_pairs_are_spelled_with_one_space() -> None:
    untrusted = mapping('<mapEntry mapKey=" A   B&#10;" mappedValue="1"/>', "directedPair")
    assert [each.optional("map-key") for each in first(read(untrusted), "qti-mapping").children()] == ["A B"]
    before = '<responseDeclaration identifier="R" cardinality="multiple" baseType="pair"><correctResponse>'
    xml = read(item(before=f"{before}<value>\n  A\n\tB </value></correctResponse></responseDeclaration>"))
    assert first(xml, "qti-value").text == "A B"


def test_strings_keep_their_white_space() -> None:
    before = '<responseDeclaration identifier="R" cardinality="single" baseType="string"><correctResponse>'
    xml = read(item(before=f"{before}<value> a  b </value></correctResponse></responseDeclaration>"))
    assert first(xml, "qti-value").text == " a  b "


def test_fields_of_records_have_types_of_their_own() -> None:
    value = '<value fieldIdentifier="f" baseType="pair"> A  B</value><value fieldIdentifier="g" baseType="string"> A  B</value>'
    before = '<responseDeclaration identifier="R" cardinality="record"><correctResponse>'
    xml = read(item(before=f"{before}{value}</correctResponse></responseDeclaration>"))
    assert [each.text for each in first(xml, "qti-correct-response").children()] == ["A B", " A  B"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response",
            "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml",
        ),
        (
            "http://www.imsglobal.org/question/qti_v2p2/rptemplates/CC2_match.xml",
            "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/CC2_match.xml",
        ),
        ("http://example.org/mine", "http://example.org/mine"),
        ("", None),
    ],
)
def test_templates_have_their_newest_names(template: str, expected: str | None) -> None:
    xml = read(item(after=f'<responseProcessing template="{template}"/>'))
    assert first(xml, "qti-response-processing").optional("template") == expected


def test_coordinates_have_no_spaces() -> None:
    xml = read(item('<hotspotChoice identifier="A" shape="rect" coords=" 1, 2 ,3  4"/>'))
    assert first(xml, "qti-hotspot-choice").optional("coords") == "1,2,3,4"


# -- bodies -----------------------------------------------------------------------------------------------------------


def test_content_gets_a_body() -> None:
    rubric = first(
        read(item('<rubricBlock view="scorer" use="context">Look <b>here</b> and <i>there</i>.</rubricBlock>')),
        "qti-rubric-block",
    )
    assert inner(rubric) == "<qti-content-body>Look <b>here</b> and <i>there</i>.</qti-content-body>"
    assert rubric.optional("use") == "ext:context"


def test_style_sheets_stay_before_the_body() -> None:
    start = '<modalFeedback outcomeIdentifier="F" identifier="f" showHide="show">'
    feedback = f'{start} <stylesheet href="a.css" type="text/css"/> x<p>y</p></modalFeedback>'
    xml = first(read(item(after=feedback)), "qti-modal-feedback")
    assert [each.name for each in xml.children()] == ["qti-stylesheet", "qti-content-body"]
    assert not xml.text.strip()
    body = xml.child("qti-content-body")
    assert body is not None
    assert inner(body).strip() == "x<p>y</p>"


def test_an_info_control_becomes_disclosed_content() -> None:
    details = first(read(item('<infoControl title="More">x<p>y</p></infoControl>')), "details")
    assert inner(details) == "<summary>More</summary>x<p>y</p>"


# -- what is not QTI's --------------------------------------------------------------------------------------------------


def test_formulas_stay() -> None:
    math = '<p>a <m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi mathvariant="bold">x</m:mi></m:math> b</p>'
    paragraph = first(read(item(math)), "p")
    (formula,) = paragraph.children()
    assert (formula.namespace, formula.name) == ("http://www.w3.org/1998/Math/MathML", "math")
    assert paragraph.text == "a  b"


def test_speech_markup_leaves_its_text() -> None:
    text = '<p>a <s:say-as xmlns:s="http://www.w3.org/2001/10/synthesis">b<s:break/> <b>c</b></s:say-as> d</p>'
    assert inner(first(read(item(text)), "p")) == "a b <b>c</b> d"
    assert [rule for rule, _, _ in notes_of(item(text))] == ["markup-dropped"] * 2


def test_accessibility_of_apip_and_extensions_are_left_out() -> None:
    apip = (
        '<apipAccessibility xmlns="http://www.imsglobal.org/xsd/apip/apipv1p0/imsapip_qtiv1p0"><a/></apipAccessibility>'
    )
    untrusted = item('<p>a<x xmlns="http://example.org/">b</x>c</p>', after=apip)
    xml = read(untrusted)
    assert [each.name for each in xml.children()] == ["qti-item-body"]
    assert inner(first(xml, "p")) == "ac"
    assert notes_of(untrusted) == [("extension-dropped", 3, "x"), ("accessibility-dropped", 4, "apipAccessibility")]


def test_html_of_its_own_namespace_is_html() -> None:
    xml = read(
        item('<figure xmlns="http://www.imsglobal.org/xsd/imsqtiv2p2_html5_v1p0"><figcaption>x</figcaption></figure>')
    )
    assert inner(first(xml, "figure")) == "<figcaption>x</figcaption>"


def test_foreign_attributes_are_left_out_with_one_note() -> None:
    untrusted = item('<p xmlns:y="http://example.org/" y:b="1" style="color:red" xml:lang="de">x</p>')
    assert dict(first(read(untrusted), "p").attributes()) == {"xml:lang": "de"}
    assert notes_of(untrusted) == [("attribute-dropped", 3, "p")]


# -- properties -------------------------------------------------------------------------------------------------------


@given(st.data())
def test_damage_is_upgraded_or_refused_and_stays_as_it_is(data: st.DataObject) -> None:
    damaged = bytearray(mapping('<mapEntry mapKey="a" mappedValue="1"/>'))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        once = upgraded(bytes(damaged), "a.xml")
    except SourceRefused:
        return
    assert upgraded(once, "a.xml") == once
