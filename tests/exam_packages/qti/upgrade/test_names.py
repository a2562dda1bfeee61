"""Every element and attribute that the schemas of QTI 2.1 and 2.2 have, against the schema of QTI 3.0."""

from __future__ import annotations

from functools import cache

import pytest
from lxml import etree

from exam_packages.qti.upgrade.names import (
    HTML,
    QTI,
    REPLACED,
    Version,
    attribute_name,
    element_as_written,
    element_name,
    kebab,
)
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED

XS = "{http://www.w3.org/2001/XMLSchema}"
OLD = ("qti2x/qtiv2p1/imsqti_v2p1.xsd", "qti2x/qtiv2p1p1/imsqti_v2p1p1.xsd", "qti2x/qtiv2p2p4/imsqti_v2p2p4.xsd")
NEW = "qti30/qtiv3p0/imsqti_asiv3p0_sbacv1p0_v1p0.xsd"
NOT_DOCUMENTS = frozenset({"xml:base", "xml:lang"})


@cache
def attribute_defaults(schema: str) -> dict[tuple[str, str], str | None]:
    """Every attribute of every element that a schema declares, with its default; types and groups are looked up."""
    root = etree.parse(SHARED / "schemas" / schema).getroot()
    types = {str(each.get("name")): each for each in root.iter(f"{XS}complexType") if each.get("name")}
    groups = {str(each.get("name")): each for each in root.findall(f"{XS}attributeGroup")}

    def attributes(node: etree._Element, seen: frozenset[str]) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for each in node.iter(f"{XS}attribute", f"{XS}attributeGroup", f"{XS}extension"):
            named = str(each.get("name") or each.get("ref") or each.get("base") or "")
            local = named.rpartition(":")[2]
            if each.tag == f"{XS}attribute":
                found[named] = None if each.get("default") is None else str(each.get("default"))
            elif each is not node and local not in seen:
                table = groups if each.tag == f"{XS}attributeGroup" else types
                if local in table:
                    found |= attributes(table[local], seen | {local})
        return found

    return {
        (str(each.get("name")), name): default
        for each in root.iter(f"{XS}element")
        if each.get("name") and (kind := str(each.get("type") or "").rpartition(":")[2]) in types
        for name, default in attributes(types[kind], frozenset()).items()
    }


@cache
def vocabulary(schema: str) -> dict[str, frozenset[str]]:
    """Attributes by element, as a schema declares them."""
    root = etree.parse(SHARED / "schemas" / schema).getroot()
    elements: dict[str, set[str]] = {
        str(each.get("name")): set() for each in root.iter(f"{XS}element") if each.get("name")
    }
    for element, name in attribute_defaults(schema):
        elements[element].add(name)
    return {name: frozenset(found) for name, found in elements.items()}


@NEEDS_CORPUS
@pytest.mark.parametrize("schema", OLD)
def test_every_element_has_a_name_in_qti_3(schema: str) -> None:
    old, new = vocabulary(schema), vocabulary(NEW)
    assert len(old) > 200
    assert {name for name in old if element_name(name) not in new} == set()
    assert {name for name in old if name not in QTI | HTML | REPLACED.keys()} == set()


@NEEDS_CORPUS
@pytest.mark.parametrize("schema", OLD)
def test_every_attribute_has_a_name_in_qti_3_or_is_dropped(schema: str) -> None:
    old, new = vocabulary(schema), vocabulary(NEW)
    lost = {
        (element, name)
        for element, names in old.items()
        if element not in REPLACED
        for name in names - NOT_DOCUMENTS
        if (renamed := attribute_name(element, name)) is not None and renamed not in new[element_name(element)]
    }
    assert lost == set()


@NEEDS_CORPUS
def test_only_attributes_without_meaning_are_dropped() -> None:
    dropped = {
        (element, name)
        for schema in OLD
        for element, names in vocabulary(schema).items()
        for name in names
        if attribute_name(element, name) is None
    }
    assert {element for element, _ in dropped} == {
        *(
            "associableHotspot",
            "gap",
            "gapImg",
            "gapText",
            "hotspotChoice",
            "hottext",
            "matchTableEntry",
            "stimulusBody",
        )
    }


@NEEDS_CORPUS
def test_every_name_of_the_table_is_in_a_schema() -> None:
    known = frozenset().union(*(vocabulary(schema).keys() for schema in OLD))
    assert known >= QTI
    assert known >= REPLACED.keys()


@pytest.mark.parametrize(
    ("name", "renamed"),
    [
        ("assessmentItem", "qti-assessment-item"),
        ("durationLT", "qti-duration-lt"),
        ("durationGTE", "qti-duration-gte"),
        ("anyN", "qti-any-n"),
        ("gt", "qti-gt"),
        ("null", "qti-null"),
        ("p", "p"),
        ("object", "object"),
        ("infoControl", "details"),
        ("value", "qti-value"),
        ("nobodyKnowsThis", "qti-nobody-knows-this"),
    ],
)
def test_elements(name: str, renamed: str) -> None:
    assert element_name(name) == renamed
    if name in QTI:
        assert element_as_written(renamed, Version.V2_1) == name
        assert element_as_written(renamed, Version.V3_0) == renamed


@pytest.mark.parametrize(
    ("element", "name", "renamed"),
    [
        ("choiceInteraction", "maxChoices", "max-choices"),
        ("positionObjectInteraction", "centrePoint", "center-point"),
        ("gap", "fixed", None),
        ("simpleChoice", "fixed", "fixed"),
        ("p", "style", None),
        ("img", "aria-describedBy", "aria-describedby"),
        ("td", "colspan", "colspan"),
    ],
)
def test_attributes(element: str, name: str, renamed: str | None) -> None:
    assert attribute_name(element, name) == renamed


def test_kebab_stays_kebab() -> None:
    assert all(kebab(kebab(name)) == kebab(name) for name in QTI)
