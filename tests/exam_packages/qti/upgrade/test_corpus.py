"""Documents that nobody here wrote: what was valid is valid afterwards, and everything stays on its line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from lxml import etree

from exam_packages.errors import SourceRefused
from exam_packages.qti.reading import line_of, parse, parse_with_includes
from exam_packages.qti.upgrade import upgraded
from exam_packages.qti.upgrade.documents import version_of
from exam_packages.qti.upgrade.names import QTI, Version, element_name
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED, document, documents

SCHEMA = SHARED / "schemas" / "qti30" / "qtiv3p0" / "imsqti_asiv3p0_sbacv1p0_v1p0.xsd"
OWN = {name: element_name(name) for name in QTI if not name.endswith("Fragment")}  # whose rules stay
EXPECTED = (
    "img': The attribute 'alt' is required but missing",  # the author gave the picture no text
    "qti-rubric-block': The attribute 'use' is required",  # the schema at hand is a profile that asks for it
    "IdentifierDType'",  # identifiers that are URIs
)
"""Why a document that was valid in QTI 2.x is not in QTI 3.0, and stays so."""


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def entries() -> list[dict[str, Any]]:
    files = json.loads((SHARED / "INDEX.json").read_text("utf-8"))["files"]
    return [
        each for each in files if each["kind"] in {"item", "test"} and each["xsd_valid"] and each["version"] != "3.0"
    ]


def _place(entry: dict[str, Any]) -> str:
    member = entry.get("zip_member")
    return f"{entry['file']}!{member}" if member else str(entry["file"])


def faults(untrusted: bytes) -> list[str]:
    root = etree.fromstring(untrusted)
    for node in root.iter():
        for key in [str(each) for each in node.attrib if str(each).startswith("data-")]:
            del node.attrib[key]
    schema().validate(root)
    return [str(each.message) for each in list(schema().error_log)]  # type: ignore[call-overload]  # missing in the stubs


@NEEDS_CORPUS
def test_what_was_valid_is_valid() -> None:
    outcomes: Counter[str] = Counter()
    for entry in entries():
        try:
            found = faults(upgraded(document(_place(entry)), entry["file"]))
        except SourceRefused as refusal:
            outcomes[refusal.findings[0].rule] += 1
            continue
        unexpected = [each for each in found if not any(reason in each for reason in EXPECTED)]
        assert unexpected == [], entry["file"]
        outcomes["as listed" if found else "valid"] += 1
    assert outcomes["valid"] > 400
    assert outcomes["as listed"] < 50
    assert set(outcomes) <= {"valid", "as listed", "doctype"}


@NEEDS_CORPUS
def test_everything_is_read_or_refused_and_stays_on_its_line() -> None:
    upgrades = 0
    for path, untrusted in documents():
        try:
            once = upgraded(untrusted, path)
        except SourceRefused:
            continue
        assert upgraded(once, path) == once, path
        if version_of(parse_with_includes(untrusted, path)) is not Version.V3_0:
            upgrades += 1
            before = _lines(parse_with_includes(untrusted, path).node, OWN)
            assert _lines(parse_with_includes(once, path).node, {name: name for name in OWN.values()}) == before, path
    assert upgrades > 500


def _lines(root: etree._Element, names: Mapping[str, str]) -> dict[str, list[int]]:
    """Where elements stand, under the names a table gives them."""
    found: dict[str, list[int]] = {}
    for node in root.iter():
        name = etree.QName(node)
        if name.localname in names and "imsqti" in (name.namespace or "imsqti"):
            found.setdefault(names[name.localname], []).append(line_of(node))
    return found


@NEEDS_CORPUS
@pytest.mark.parametrize("suffix", ["*.qti", "*.xml"])
def test_reading_raises_nothing_else(suffix: str) -> None:
    refused: Counter[str] = Counter()
    for path in sorted((SHARED / "corpus").rglob(suffix)):
        try:
            parse(path.read_bytes(), path.name)
        except SourceRefused as refusal:
            refused[refusal.findings[0].rule] += 1
    assert set(refused) <= {"doctype", "not-well-formed", "xinclude", "encoding"}
