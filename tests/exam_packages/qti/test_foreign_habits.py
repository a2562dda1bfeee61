"""What other authors' tools write beside the standard, or leave to the reader: taken where only one thing can be meant."""

from __future__ import annotations

import struct

import pytest

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.manifest import MANIFEST_PATH, read_manifest
from exam_packages.qti.model import ExtendedTextInteraction, TextFormat
from exam_packages.qti.package import lint_package, read_delivery, read_package
from exam_packages.qti.pictures import delivered_picture
from exam_packages.qti.reading import parse
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.walking import interactions
from tests.exam_packages.qti.writing_interactions import AREAS, interaction
from tests.exam_packages.qti.writing_xml import choice, declaration, errors, form_document, item, manifest, package

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'
PUBLIC = '"-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"'


def found(source: MemorySource, rule: str) -> list[LintFinding]:
    return [each for each in lint_package(source) if each.rule == rule]


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "doctype", [f"<!DOCTYPE svg PUBLIC {PUBLIC}>", "<!DOCTYPE svg\n>", "<!DOCTYPE svg SYSTEM 'a'>"]
)
def test_drawings_may_name_the_document_type_of_svg(doctype: str) -> None:
    assert (
        delivered_picture(f"<?xml version='1.0'?>\n{doctype}\n{SVG}".encode(), "a.svg")
        == SVG.replace(
            'width="4" height="4"><rect width="4" height="4"/>',
            'height="4" width="4"><rect height="4" width="4"></rect>',
        ).encode()
    )


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE svg [<!ENTITY a "b">]>',
        f'<!DOCTYPE svg PUBLIC {PUBLIC} [<!ENTITY a "b">]>',
        f"<!DOCTYPE svg PUBLIC {PUBLIC}><!DOCTYPE svg>",
        "<!DOCTYPE svg SYSTEM 'a>",
    ],
)
def test_drawings_declare_nothing_of_their_own(doctype: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_picture(f"{doctype}{SVG}".encode(), "a.svg")
    assert [each.rule for each in refusal.value.findings] == ["doctype"]


def test_a_picture_that_the_manifest_forgot_goes_along() -> None:
    source = package(
        items__q1_xml=item(body='<p><img src="../a.svg" alt="A square"/></p>' + choice()), a_svg=SVG.encode()
    )
    notes = {(each.file, each.severity) for each in found(source, "file-unlisted")}
    assert notes == {("a.svg", Severity.NOTE)}
    delivered = MemorySource(delivery_documents(source))
    listed = read_manifest(parse(delivered.read(MANIFEST_PATH), MANIFEST_PATH))
    assert "a.svg" in listed.files
    assert read_delivery(delivered).resources == {"a.svg": "image/svg+xml"}


@pytest.mark.parametrize("sources", ["b.aac a.ogg c.mp3", "a.ogg c.mp3", "a.ogg"])
def test_of_several_sources_the_one_that_is_played_is_delivered(sources: str) -> None:
    named = "".join(f'<source src="../media/{each}"/>' for each in sources.split())
    source = package(
        imsmanifest_xml=manifest({"test.xml": (), "items/q1.xml": ("media/a.ogg",)}),
        items__q1_xml=item(body=f'<audio aria-label="A call">{named}</audio>' + choice()),
        media__a_ogg=b"OggS",
    )
    delivered = delivery_documents(source)["items/q1.xml"]
    root = parse(delivered, "items/q1.xml")
    assert [node.get("src") for node in root.node.iter("{*}source")] == ["../media/a.ogg"]


# -- pictures without a size ------------------------------------------------------------------------------------------

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", 60, 30) + bytes(9) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.mark.parametrize(
    ("size", "wrong"), [("", True), ('width="60"', True), ('width="200"', False), ('height="100"', False)]
)
def test_areas_are_held_to_the_size_that_the_file_says(size: str, wrong: bool) -> None:  # noqa: FBT001 - a case of a table
    body = interaction("select-point", f'<img src="plan.png" alt="A plan" {size}/>')
    source = package(
        imsmanifest_xml=manifest({"test.xml": (), "items/q1.xml": ("items/plan.png",)}),
        items__q1_xml=item(
            declaration("point", "multiple", ("80 40",), AREAS.replace("50,50,10", "80,40,5")), body, maximum=1
        ).replace(b"match_correct", b"map_response_point"),
        items__plan_png=PNG,
    )
    assert ({"area-outside", "key-choice"} <= errors(lint_package(source))) is wrong
    assert bool(errors(lint_package(source))) is wrong


# -- words ------------------------------------------------------------------------------------------------------------


def typed(mask: str) -> bytes:
    body = f'<p><qti-text-entry-interaction response-identifier="RESPONSE" pattern-mask="{mask}"/></p>'
    return item(declaration("string", correct=("a-1",)), body)


@pytest.mark.parametrize("mask", [r"\i\c*-\d", "[a-z-[b]]-1", "a-1|b", "^a-1$"])
def test_pattern_masks_are_those_of_xml_schema(mask: str) -> None:
    assert errors(lint_package(package(items__q1_xml=typed(mask)))) == set()


@pytest.mark.parametrize(
    ("mask", "words"), [("(?=a)a-1", "no regular expression"), ("a{2,1}", "no regular expression"), ("b", "forbids")]
)
def test_pattern_masks_that_are_none_or_wrong(mask: str, words: str) -> None:
    (said,) = found(package(items__q1_xml=typed(mask)), "pattern-mask")
    assert words in said.message


def test_formatted_text_is_written_plain() -> None:
    body = '<qti-extended-text-interaction response-identifier="RESPONSE" format="xhtml"/>'
    source = package(items__q1_xml=item(declaration("string"), body, ""))
    (written,) = interactions(read_package(source).items["items/q1.xml"].body)
    assert isinstance(written, ExtendedTextInteraction)
    assert written.format is TextFormat.PLAIN
    assert len(found(source, "text-format")) == 1
    assert read_delivery(MemorySource(delivery_documents(source))).items.keys() == {"items/q1.xml"}


def test_a_part_without_submission_mode_is_handed_in_as_a_whole() -> None:
    source = package(test_xml=form_document().replace(b' submission-mode="simultaneous"', b""))
    assert [part.individual for part in read_package(source).test.parts] == [False]
    (said,) = found(source, "attribute-assumed")
    assert (said.element, said.severity) == ("qti-test-part", Severity.NOTE)


@pytest.mark.parametrize(("name", "remedy"), [("nbsp", "&#160;"), ("eacute", "&#233;"), ("mine", "Correct the XML")])
def test_named_characters_of_html_have_a_remedy(name: str, remedy: str) -> None:
    (said,) = found(package(items__q1_xml=item(body=f"<p>&{name};</p>")), "not-well-formed")
    assert remedy in said.remedy
    assert said.line > 1
