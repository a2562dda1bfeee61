from __future__ import annotations

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.qti.package import lint_package
from exam_packages.qti.reading import QTI3_NAMESPACE, parse
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.upgrade.names import Version
from tests.exam_packages.qti.upgrade.documents_2x import V2_1, form, item
from tests.exam_packages.qti.upgrade.test_manifests import manifest

ITEM = '<resource identifier="i" type="imsqti_item_xmlv2p1" href="i.xml"><file href="i.xml"/></resource>'
NEW = f'<qti-assessment-item xmlns="{QTI3_NAMESPACE}"/>'.encode()


def source(**files: bytes) -> UpgradedSource:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return UpgradedSource(MemorySource({"imsmanifest.xml": manifest(ITEM), **named}))


def test_versions_may_be_mixed() -> None:
    files = source(i_xml=item(), j_xml=NEW, k_png=b"\x89PNG", m_xml=b"<metadata/>")
    assert parse(files.read("i.xml"), "i.xml").namespace == QTI3_NAMESPACE
    assert files.read("j.xml") == NEW
    assert files.read("k.png") == b"\x89PNG"
    assert files.read("m.xml") == b"<metadata/>"
    assert files.versions == {"i.xml": Version.V2_2, "j.xml": Version.V3_0}
    assert files.read("i.xml") is files.read("i.xml")


def test_notes_are_kept_once() -> None:
    before = '<responseDeclaration identifier="R" cardinality="single" baseType="string"><mapping>'
    document = item(
        before=f'{before}<mapEntry mapKey="a" mappedValue="1"/></mapping></responseDeclaration>', namespace=V2_1
    )
    files = source(i_xml=document)
    files.read("i.xml")
    files.read("i.xml")
    assert [(each.file, each.line, each.element, each.rule) for each in files.notes] == [
        ("i.xml", 2, "mapping", "mapping-case")
    ]


def test_a_listed_document_that_is_none_is_refused() -> None:
    with pytest.raises(SourceRefused) as refusal:
        source(i_xml=b"<questestinterop/>").read("i.xml")
    assert refusal.value.findings[0].rule == "version"


@pytest.mark.parametrize("broken", [b"", b"<manifest/>", b"<!DOCTYPE a><a/>"])
def test_a_broken_manifest_is_said_once_and_documents_are_still_read(broken: bytes) -> None:
    files = UpgradedSource(MemorySource({"imsmanifest.xml": broken, "i.xml": item()}))
    assert parse(files.read("i.xml"), "i.xml").namespace == QTI3_NAMESPACE
    assert {each.file for each in lint_package(files)} == {"imsmanifest.xml"}


def test_items_without_a_test_are_a_plain_finding() -> None:
    assert [(each.rule, each.message) for each in lint_package(source(i_xml=item()))] == [("manifest", "lists 0 tests")]


def test_a_section_that_is_not_listed_is_put_in() -> None:
    test = '<resource identifier="t" type="imsqti_test_xmlv2p2" href="t.xml"><file href="t.xml"/></resource>'
    part = '<testPart identifier="p" navigationMode="linear" submissionMode="individual">'
    files = UpgradedSource(
        MemorySource(
            {
                "imsmanifest.xml": manifest(test + ITEM),
                "t.xml": form(f'{part}<assessmentSectionRef identifier="s" href="s.xml"/></testPart>'),
                "s.xml": f'<assessmentSection xmlns="{V2_1}" identifier="s" title="S" visible="true"/>'.encode(),
            }
        )
    )
    assert b"<qti-assessment-section identifier" in files.read("t.xml").replace(b"\n", b"")
