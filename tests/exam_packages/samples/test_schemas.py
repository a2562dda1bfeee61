"""The samples are valid QTI 3.0 by the published schemas, where these are at hand.

The schemas' licence keeps them out of the project. The set used is a profile that leaves out generic ``data-*``
attributes, which QTI 3.0 allows everywhere; they are taken off before validating.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tests.exam_packages.samples.folders import FOLDERS, SAMPLES, documents, parse

SCHEMAS = SAMPLES.parents[2] / "shared" / "qti" / "schemas" / "qti30" / "qtiv3p0"

pytestmark = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the QTI 3.0 schemas (../shared/qti) are not at hand")

each_document = pytest.mark.parametrize(
    "path", [p for folder in FOLDERS for p in documents(folder)], ids=lambda p: f"{p.parent.name}/{p.name}"
)


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))


def without_data_attributes(root: etree._Element) -> etree._Element:
    for element in root.iter():
        for name in [str(n) for n in element.attrib if str(n).startswith("data-")]:
            del element.attrib[name]
    return root


@pytest.mark.xdist_group("qti-schemas")
@each_document
def test_document_is_valid(path: Path) -> None:
    schema("imsqti_asiv3p0_sbacv1p0_v1p0.xsd").assertValid(without_data_attributes(parse(path)))


@pytest.mark.xdist_group("qti-schemas")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_manifest_is_valid(folder: Path) -> None:
    schema("imsqtiv3p0_imscpv1p2_v1p0.xsd").assertValid(parse(folder / "imsmanifest.xml"))
