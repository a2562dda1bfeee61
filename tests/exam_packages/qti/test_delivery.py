from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.delivery import delivered_document, delivery_documents
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    Element,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    HotspotInteraction,
    HottextInteraction,
    ItemRef,
    Node,
    Section,
    SelectPointInteraction,
    Text,
)
from exam_packages.qti.package import read_delivery, read_package
from exam_packages.qti.pictures import delivered_picture
from exam_packages.qti.sources import MemorySource
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED, documents
from tests.exam_packages.qti.samples import SAMPLES, exam, source
from tests.exam_packages.qti.writing_xml import (
    CHOICES,
    choice,
    declaration,
    form_document,
    item,
    manifest,
    mapping,
    package,
)

SECRETS = tuple(
    f"planted-{what}"
    for what in [
        "key",
        "map",
        "rule",
        "rubric",
        "feedback",
        "comment",
        "style",
        "author",
        "framework",
        "sheet",
        "cut",
        "instruction",
    ]
)

FULL_ITEM = item(
    declaration("string", correct=("planted-key",), inner=mapping({"planted-key": 1, "planted-map": 0.5}), name="TEXT")
    + declaration(correct=("B",)),
    "<!-- planted-comment --><?planted-instruction x?>"
    '<p style="planted-style" data-author="planted-author">Type <!-- planted-comment -->'
    '<qti-text-entry-interaction response-identifier="TEXT"/> here<qti-feedback-inline outcome-identifier="F" '
    'identifier="x" show-hide="show">planted-feedback</qti-feedback-inline>, please.</p>'
    '<qti-rubric-block view="scorer"><qti-content-body><p>planted-rubric</p></qti-content-body></qti-rubric-block>'
    '<qti-rubric-block view="candidate author"><qti-content-body><p>Read this.</p></qti-content-body></qti-rubric-block>'
    '<qti-feedback-block outcome-identifier="F" identifier="x" show-hide="show"><p>planted-feedback</p></qti-feedback-block>'
    + choice(),
    '<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-sum>'
    '<qti-map-response identifier="TEXT"/><qti-product><qti-base-value base-type="float">0</qti-base-value></qti-product>'
    "</qti-sum></qti-set-outcome-value>"
    '<qti-set-outcome-value identifier="NOTE"><qti-base-value base-type="string">planted-rule</qti-base-value>'
    "</qti-set-outcome-value></qti-response-processing>"
    '<qti-modal-feedback outcome-identifier="F" identifier="x" show-hide="show">planted-feedback</qti-modal-feedback>',
    outcomes='<qti-outcome-declaration identifier="NOTE" cardinality="single" base-type="string">'
    "<qti-default-value><qti-value>planted-rule</qti-value></qti-default-value></qti-outcome-declaration>",
)


def planted() -> MemorySource:
    return package(
        items__q1_xml=FULL_ITEM,
        test_xml=form_document(
            outcomes='<qti-outcome-declaration identifier="planted-cut" cardinality="single" base-type="float"/>'
        ),
        framework_json=b'{"identifier":"f","version":"1","title":"planted-framework","domains":[{"id":"scored","title":"S"}],'
        b'"competencies":[{"code":"c","domain":"scored","title":"C"}]}',
        answers_json=b"planted-sheet",
    )


def with_competency(origin: MemorySource) -> MemorySource:
    test = origin.files["test.xml"].replace(b'category="scored"', b'category="scored c"')
    return MemorySource({**origin.files, "test.xml": test})


def test_nothing_secret_is_delivered() -> None:
    delivered = delivery_documents(with_competency(planted()))
    assert delivered.keys() == {"imsmanifest.xml", "test.xml", "items/q1.xml"}
    whole = b"".join(delivered.values())
    assert not [secret for secret in SECRETS if secret.encode() in whole]
    assert b"Read this." in whole
    assert b'view="candidate"' in whole
    assert "Type" in (text := whole.decode())
    assert "here, please." in text


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'


def drawing_of(view: str) -> str:
    """A rubric block with a picture of its own."""
    return (
        f'<qti-rubric-block view="{view}"><qti-content-body><p><img src="../{view}.svg" alt="Drawn"/></p>'
        "</qti-content-body></qti-rubric-block>"
    )


@pytest.mark.parametrize("listed", ["in the manifest", ""])
def test_pictures_for_scorers_stay_in_the_office(listed: str) -> None:
    views = ("candidate", "proctor", "scorer", "author", "tutor", "testConstructor")
    feedback = '<qti-feedback-block outcome-identifier="F" identifier="x" show-hide="show"><qti-content-body>'
    hidden = f"{feedback}{drawing_of('candidate').replace('candidate.svg', 'told.svg')}</qti-content-body></qti-feedback-block>"
    drawings = tuple(f"{view}.svg" for view in (*views, "told"))
    source = package(
        items__q1_xml=item(body="".join(map(drawing_of, views)) + hidden + choice()),
        imsmanifest_xml=manifest({"test.xml": (), "items/q1.xml": drawings if listed else ()}),
    )
    delivered = delivery_documents(MemorySource({**source.files, **dict.fromkeys(drawings, DRAWING)}))
    assert {path for path in delivered if path.endswith(".svg")} == {"candidate.svg", "proctor.svg"}
    assert not [view for view in ("scorer", "author", "told") if view.encode() in delivered["imsmanifest.xml"]]
    read_delivery(MemorySource(delivered))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_delivered_without_answers(name: str) -> None:
    delivered = delivery_documents(source(name))
    local = {
        etree.QName(node).localname
        for path, content in delivered.items()
        if path.endswith(".xml")
        for node in etree.fromstring(content).iter()
    }
    assert not [
        each for each in local if any(word in each for word in ("correct", "mapping", "map-", "processing", "outcome"))
    ]
    assert not [path for path in delivered if path.endswith(".json")]
    assert b"scorer" not in b"".join(delivered.values())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_delivered_exam_is_the_same_exam(name: str) -> None:
    whole, delivered = exam(name), read_delivery(MemorySource(delivery_documents(source(name))))
    assert delivered.exam_id == whole.exam_id
    assert without_answers_in_test(delivered.test) == without_answers_in_test(whole.test)
    assert not delivered.test.outcome_declarations
    assert delivered.test.outcome_processing is None
    assert delivered.items.keys() == whole.items.keys()
    for path, full in whole.items.items():
        assert collapsed_item(delivered.items[path]) == collapsed_item(without_answers(full))
    assert delivered.stimuli.keys() == whole.stimuli.keys()
    assert delivered.resources == whole.resources


def without_answers(full: AssessmentItem) -> AssessmentItem:
    declared = tuple(
        replace(each, correct=None, mapping=None, area_mapping=None) for each in full.response_declarations
    )
    return replace(full, response_declarations=declared, outcome_declarations=(), response_processing=None, rubrics=())


def without_answers_in_test(full: AssessmentTest) -> AssessmentTest:
    parts = tuple(
        replace(
            part,
            sections=tuple(
                replace(
                    section,
                    children=without_answers_below(section),
                    rubrics=tuple(replace(each, content=collapsed(each.content)) for each in section.rubrics),
                )
                for section in part.sections
            ),
        )
        for part in full.parts
    )
    return replace(full, parts=parts, outcome_declarations=(), outcome_processing=None)


def without_answers_below(section: Section) -> tuple[ItemRef | Section, ...]:
    return tuple(
        replace(child, categories=(), weights=())
        if isinstance(child, ItemRef)
        else replace(child, children=without_answers_below(child))
        for child in section.children
    )


def collapsed(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Content without the white space that lays out source documents."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element):
            found.append(replace(node, children=collapsed(node.children), attributes=tuple(sorted(node.attributes))))
        elif isinstance(node, GapMatchInteraction | HottextInteraction):
            found.append(replace(node, content=collapsed(node.content)))
        elif isinstance(node, HotspotInteraction | GraphicGapMatchInteraction | SelectPointInteraction):
            (image,) = collapsed((node.image,))
            assert isinstance(image, Element)
            found.append(replace(node, image=image))
        elif not isinstance(node, Text) or node.text.strip():
            found.append(node)
    return tuple(found)


def collapsed_item(full: AssessmentItem) -> AssessmentItem:
    return replace(full, body=collapsed(full.body), rubrics=())


def test_bytes_are_reproducible() -> None:
    first = delivery_documents(with_competency(planted()))
    second = delivery_documents(with_competency(planted()))
    assert first == second
    spaced = {
        path: content.replace(b"' identifier", b"'   identifier")
        for path, content in with_competency(planted()).files.items()
    }
    assert delivery_documents(MemorySource(spaced)) == first


@pytest.mark.parametrize("name", SAMPLES)
def test_delivering_what_was_delivered_changes_nothing(name: str) -> None:
    for path, content in delivery_documents(source(name)).items():
        if path.endswith(".xml") and path != "imsmanifest.xml":
            assert delivered_document(content, path) == content


@NEEDS_CORPUS
def test_any_document_is_copied_or_refused_and_stays_the_same() -> None:
    copied = 0
    for path, untrusted in documents():
        try:
            first = delivered_document(untrusted, path)
        except SourceRefused:
            continue
        assert delivered_document(first, path) == first
        copied += b"correct-response" in untrusted
        assert b"correct-response" not in first
    assert copied > 0


@NEEDS_CORPUS
def test_delivered_documents_are_valid() -> None:
    schema = etree.XMLSchema(etree.parse(str(SHARED / "schemas/qti30/qtiv3p0/imsqti_asiv3p0_sbacv1p0_v1p0.xsd")))
    for name in SAMPLES:
        for path, content in delivery_documents(source(name)).items():
            if path.endswith(".xml") and path != "imsmanifest.xml":
                root = etree.fromstring(content)
                for node in root.iter():
                    for key in [key for key in node.attrib if str(key).startswith("data-")]:
                        del node.attrib[key]  # the schema at hand is a profile without them
                assert schema.validate(root), f"{path}: {schema.error_log}"


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="<&\ufffe\uffff"), max_size=20
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_words_reach_the_seat_unchanged(prompt: str, label: str) -> None:
    body = f"<p>{prompt}<em>x</em>{label}</p>" + choice(CHOICES.replace("Red", f"R{label}"))
    origin = package(items__q1_xml=item(body=body))
    whole, delivered = read_package(origin), read_delivery(MemorySource(delivery_documents(origin)))
    path = "items/q1.xml"
    assert collapsed_item(delivered.items[path]) == collapsed_item(without_answers(whole.items[path]))


# -- pictures ---------------------------------------------------------------------------------------------------------


def svg(inner: str, attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:e="urn:editor" {attributes}>{inner}</svg>'.encode()


def test_svg_loses_what_nobody_sees() -> None:
    full = svg(
        "<title>planted</title><!-- planted --><metadata>planted</metadata><e:x>planted</e:x><text>A</text>",
        'e:y="planted" class="planted" data-key="planted" aria-label="planted"',
    )
    assert delivered_picture(full, "a.svg") == b'<svg xmlns="http://www.w3.org/2000/svg"><text>A</text></svg>'


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ("<script>x</script>", "svg"),
        ("<rect onclick='x'/>", "svg"),
        ("<image href='a.png'/>", "svg"),
        ("<use href='http://x/#a'/>", "svg"),
        ("<rect fill='url(http://x)'/>", "svg"),
        ("<rect style='background: url(\"http://x\")'/>", "svg"),
        ("<style>rect { fill: red }</style>", "svg"),
        ("<foreignObject/>", "svg"),
        ("<a href='#x'/>", "svg"),
    ],
)
def test_svg_refuses(inner: str, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_picture(svg(inner), "a.svg")
    assert refusal.value.findings[0].rule == rule


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    rows = [len(data).to_bytes(4, "big") + name + data + bytes(4) for name, data in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(rows)


def test_png_loses_its_texts() -> None:
    full = png((b"IHDR", bytes(13)), (b"tEXt", b"planted"), (b"eXIf", b"planted"), (b"IDAT", b"x"), (b"IEND", b""))
    assert delivered_picture(full + b"planted", "a.png") == png((b"IHDR", bytes(13)), (b"IDAT", b"x"), (b"IEND", b""))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.png", b"GIF89a"),
        ("a.bmp", b"BM"),
        ("a", b""),
        ("a.svg", b"<a/>"),
        ("a.jpg", b""),
        ("a.png", png((b"IHDR", b"x"))),
    ],
)
def test_no_picture(path: str, content: bytes) -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_picture(content, path)
    assert refusal.value.findings[0].rule == "picture-kind"


def test_pictures_are_delivered() -> None:
    origin = package(
        imsmanifest_xml=manifest({"test.xml": (), "items/q1.xml": ("images/a.png", "images/unused.png")}),
        items__q1_xml=item(body='<p><img src="../images/a.png" alt="A"/></p>' + choice()),
        images__a_png=png((b"IHDR", bytes(13)), (b"IEND", b"")),
        images__unused_png=b"planted",
    )
    assert delivery_documents(origin).keys() == {"imsmanifest.xml", "test.xml", "items/q1.xml", "images/a.png"}


@given(st.binary(max_size=64), st.sampled_from(["a.png", "a.svg", "a.gif", "a.jpeg", "a.txt"]))
def test_any_bytes_are_a_picture_or_refused(content: bytes, path: str) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n"):
        try:
            assert delivered_picture(start + content, path)
        except SourceRefused:
            continue
