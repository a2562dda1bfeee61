from __future__ import annotations

import pytest

from exam_packages.errors import LintFinding, SourceRefused
from exam_packages.qti.manifest import Manifest, ResourceType, read_manifest
from exam_packages.qti.reading import parse
from exam_packages.qti.upgrade.manifests import upgraded_manifest

OLD = "http://www.imsglobal.org/xsd/imscp_v1p1"
PATH = "imsmanifest.xml"


def manifest(resources: str, *, namespace: str = OLD, identifier: str = "m") -> bytes:
    metadata = "<metadata><schema>QTIv2.1 Package</schema><lom xmlns='http://ltsc.ieee.org/xsd/LOM'><general/></lom></metadata>"
    return f"""<?xml version="1.0"?>
<manifest xmlns="{namespace}" identifier="{identifier}">{metadata}
<organizations/>
<resources>
{resources}
</resources></manifest>""".encode()


def upgraded(
    untrusted: bytes, *, documents: dict[str, ResourceType] | None = None
) -> tuple[Manifest, list[LintFinding]]:
    notes: list[LintFinding] = []
    written = upgraded_manifest(untrusted, PATH, notes=notes, kind_of=(documents or {}).get)
    again = upgraded_manifest(written, PATH, notes=notes, kind_of=(documents or {}).get)
    assert again is written
    return read_manifest(parse(written, PATH)), notes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("imsqti_item_xmlv2p0", ResourceType.ITEM),
        ("imsqti_item_xmlv2p1", ResourceType.ITEM),
        ("imsqti_item_xmlv2p2", ResourceType.ITEM),
        ("imsqti_apipitem_xmlv2p1", ResourceType.ITEM),
        ("imsqti_test_xmlv2p1", ResourceType.TEST),
        ("imsqti_apiptest_xmlv2p2", ResourceType.TEST),
        ("imsqti_assessment_xmlv2p1", ResourceType.TEST),
        ("imsqti_section_xmlv2p2", ResourceType.SECTION),
        ("imsqti_stimulus_xmlv2p2", ResourceType.STIMULUS),
        ("webcontent", ResourceType.WEB_CONTENT),
        ("imsqti_item_xmlv3p0", ResourceType.ITEM),
        ("controlfile/apip_xmlv1p0", ResourceType.WEB_CONTENT),
    ],
)
def test_types(old: str, new: ResourceType) -> None:
    read, notes = upgraded(
        manifest(f'<resource identifier="a" type="{old}" href="a.xml"><file href="a.xml"/></resource>')
    )
    assert [each.type for each in read.resources] == [new]
    assert [each.rule for each in notes] == (["resource-type"] if old.startswith("controlfile") else [])


def test_lines_stay() -> None:
    untrusted = manifest('\n\n<resource\n identifier="a" type="imsqti_item_xmlv2p1" href="http://example.org/"/>')
    with pytest.raises(SourceRefused) as refusal:
        upgraded(untrusted)
    assert [(each.line, each.element) for each in refusal.value.findings] == [(8, "resource")]


def test_bases_and_first_files() -> None:
    resources = """<resource identifier="a" type="imsqti_item_xmlv2p1" xml:base="items/"><file href="a%20b.xml"/></resource>
    <resource identifier="b" type="webcontent"><dependency identifierref="a"/></resource>"""
    read, _ = upgraded(manifest(resources))
    assert [(each.path, each.files) for each in read.resources] == [("items/a b.xml", frozenset({"items/a b.xml"}))]


def test_identifiers_become_ours() -> None:
    resources = """<resource identifier="1 é" type="webcontent" href="a"/>
    <resource identifier="b" type="webcontent" href="b"><dependency identifierref="1 é"/></resource>"""
    read, _ = upgraded(manifest(resources, identifier="{4f}"))
    assert read.identifier == "_7B4f_7D"
    assert read.resources[1].dependencies == (read.resources[0].identifier,)


def test_documents_without_a_resource_get_one() -> None:
    resources = """<resource identifier="t" type="imsqti_test_xmlv2p2" href="t.xml"><file href="t.xml"/>
    <file href="i%20.xml"/><file href="a.css"/></resource>"""
    read, notes = upgraded(manifest(resources), documents={"i .xml": ResourceType.ITEM})
    assert [(each.path, each.type) for each in read.resources] == [
        ("t.xml", ResourceType.TEST),
        ("i .xml", ResourceType.ITEM),
    ]
    assert [(each.rule, each.line) for each in notes] == [("resource-unlisted", 4)]


@pytest.mark.parametrize(
    "untrusted",
    [
        manifest('<resource identifier="a" type="imsqti_xmlv1p2" href="a.xml"/>'),
        manifest("", namespace="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"),
        b"<resources/>",
        b"",
    ],
)
def test_refuses(untrusted: bytes) -> None:
    with pytest.raises(SourceRefused) as refusal:
        upgraded(untrusted)
    assert refusal.value.findings[0].file == PATH
