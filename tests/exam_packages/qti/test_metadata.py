from __future__ import annotations

import pytest

from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.manifest import read_manifest
from exam_packages.qti.metadata import MAX_CHARACTERS, MAX_KEYWORDS, read_metadata
from exam_packages.qti.model import Metadata
from exam_packages.qti.package import read_delivery, read_package
from exam_packages.qti.reading import parse
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.upgrade import UpgradedSource
from tests.exam_packages.qti.upgrade.documents_2x import V2_2
from tests.exam_packages.qti.writing_xml import package

GENERAL = """<general><title><string language="en"> Routing,\n part 1 </string><string language="de">Wege</string></title>
<language>en</language><description><string>An exam.</string></description>
<keyword><string>calls</string></keyword><keyword><string>queues</string><string>calls</string></keyword></general>"""
LOM = f'<lom xmlns="http://ltsc.ieee.org/xsd/LOM">{GENERAL}<lifeCycle><version><string>1.2</string></version></lifeCycle></lom>'
FOUND = Metadata(
    title="Routing, part 1", language="en", description="An exam.", keywords=("calls", "queues"), version="1.2"
)


def manifest(metadata: str) -> bytes:
    plain = package().files["imsmanifest.xml"].decode()
    return plain.replace("<organizations/>", f"<metadata>{metadata}</metadata><organizations/>").encode()


def read(metadata: str) -> Metadata:
    return read_metadata(parse(manifest(metadata), "imsmanifest.xml"))


def test_what_is_said_is_read() -> None:
    assert read(LOM) == FOUND


def test_the_older_form_says_the_same() -> None:
    older = LOM.replace("string", "langstring").replace("lifeCycle", "lifecycle").replace(' language="', ' xml:lang="')
    assert read(older) == FOUND


@pytest.mark.parametrize(
    "metadata", ["", "<schema>QTI Package</schema>", LOM.replace("general", "x").replace("1.2", "")]
)
def test_what_is_not_said_is_empty(metadata: str) -> None:
    assert read(metadata) == Metadata()


def test_there_are_limits() -> None:
    found = read(
        f"<lom><general>{''.join(f'<keyword>{n}</keyword>' for n in range(200))}<title>{'x ' * 9000}</title></general></lom>"
    )
    assert (len(found.keywords), len(found.title)) == (MAX_KEYWORDS, MAX_CHARACTERS)


def test_it_stays_in_the_office() -> None:
    source = package(imsmanifest_xml=manifest(LOM))
    assert read_package(source).metadata == FOUND
    assert read_delivery(MemorySource(delivery_documents(source))).metadata == Metadata()


def test_an_upgrade_keeps_it() -> None:
    older = manifest(LOM).replace(
        b"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", b"http://www.imsglobal.org/xsd/imscp_v1p1"
    )
    assert V2_2.encode() not in older
    source = UpgradedSource(MemorySource({**package().files, "imsmanifest.xml": older}))
    assert read_manifest(parse(source.read("imsmanifest.xml"), "imsmanifest.xml")).metadata == FOUND
