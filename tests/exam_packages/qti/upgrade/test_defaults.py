from __future__ import annotations

import pytest

from exam_packages.qti.upgrade.names import attribute_name, element_name
from tests.exam_packages.qti.corpus import NEEDS_CORPUS
from tests.exam_packages.qti.upgrade.documents_2x import V2_0, V2_1, V2_2, first, item, read
from tests.exam_packages.qti.upgrade.test_names import NEW, OLD, attribute_defaults

HANDLED = {
    ("choiceInteraction", "maxChoices"),
    ("hotspotInteraction", "maxChoices"),
    ("hottextInteraction", "maxChoices"),
    ("positionObjectInteraction", "maxChoices"),
    ("mapEntry", "caseSensitive"),
}
SAME_IN_WORDS = {
    ("choiceInteraction", "orientation"),  # 2.1 names no default; its text shows lists of choices
    ("itemSessionControl", "allowComment"),
    ("itemSessionControl", "validateResponses"),
}
"""Defaults that the schema of 3.0 names and that of 2.1 leaves to its prose."""


@pytest.mark.parametrize(
    ("namespace", "cardinality", "expected"),
    [
        (V2_0, "multiple", "0"),
        (V2_1, "multiple", "0"),
        (V2_1, "single", None),
        (V2_2, "multiple", None),
    ],
)
def test_absent_limits_go_on_meaning_the_same(namespace: str, cardinality: str, expected: str | None) -> None:
    declared = f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="identifier"/>'
    xml = read(item('<choiceInteraction responseIdentifier="R"/>', before=declared, namespace=namespace))
    assert first(xml, "qti-choice-interaction").optional("max-choices") == expected


def test_given_limits_stay() -> None:
    xml = read(item('<choiceInteraction responseIdentifier="R" maxChoices="3"/>', namespace=V2_1))
    assert first(xml, "qti-choice-interaction").optional("max-choices") == "3"


@pytest.mark.parametrize(
    ("bases", "reference", "expected"),
    [
        (("media/", ""), "a.png", "media/a.png"),
        (("media/x.xml", ""), "a.png", "media/a.png"),
        (("media/", "deep/"), "../a.png", "media/deep/../a.png"),
        (("media/", "/root/"), "a.png", "/root/a.png"),
        (("http://example.org/", ""), "a.png", "http://example.org/a.png"),
        (("media/", ""), "http://example.org/a.png", "http://example.org/a.png"),
        (("", ""), "a.png", "a.png"),
    ],
)
def test_bases_are_part_of_references(bases: tuple[str, str], reference: str, expected: str) -> None:
    outer, inside = bases
    xml = read(item(f'<div xml:base="{outer}"><p xml:base="{inside}"><img src="{reference}" alt=""/></p></div>'))
    assert first(xml, "img").optional("src") == expected
    assert not first(xml, "div").node.attrib


@NEEDS_CORPUS
@pytest.mark.parametrize("schema", OLD)
def test_no_other_default_changed(schema: str) -> None:
    new = attribute_defaults(NEW)
    changed = {
        (element, name)
        for (element, name), default in attribute_defaults(schema).items()
        if (renamed := attribute_name(element, name)) is not None
        and (element_name(element), renamed) in new
        and new[element_name(element), renamed] != default
    }
    assert {each for each in changed if not each[1].startswith("aria-")} <= HANDLED | SAME_IN_WORDS
