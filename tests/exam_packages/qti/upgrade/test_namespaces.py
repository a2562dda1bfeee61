from __future__ import annotations

import pytest

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.reading import QTI3_NAMESPACE, Xml, parse
from exam_packages.qti.upgrade import upgraded
from exam_packages.qti.upgrade.names import MATHML_NAMESPACE
from tests.exam_packages.qti.writing_xml import NAMESPACE, item

MATH = '<p><math{}><mi>x</mi><semantics xmlns="urn:other"><p/></semantics></math></p>'
BARE = item().replace(b"<qti-item-body>", b'<qti-item-body xmlns="">')


def names(document: bytes) -> list[tuple[str, str, int]]:
    every = (Xml("a.xml", node) for node in parse(document, "a.xml").node.iter())
    return [(each.namespace, each.name, each.line) for each in every]


def test_what_is_in_its_namespace_is_given_back_as_it_is() -> None:
    document = item()
    notes: list[LintFinding] = []
    assert upgraded(document, "a.xml", notes=notes) is document
    assert notes == []


@pytest.mark.parametrize("document", [BARE, item().replace(NAMESPACE.encode(), b"")])
def test_elements_in_no_namespace_are_qti_where_nothing_else_can_be_meant(document: bytes) -> None:
    notes: list[LintFinding] = []
    assert names(upgraded(document, "a.xml", notes=notes)) == names(item())
    (said,) = notes
    assert (said.rule, said.severity) == ("namespace", Severity.NOTE)


@pytest.mark.parametrize("written", ["", ' xmlns=""'])
def test_formulas_are_mathml(written: str) -> None:
    notes: list[LintFinding] = []
    document = upgraded(item(body=MATH.format(written)), "a.xml", notes=notes)
    by_name = {name: namespace for namespace, name, _ in names(document)}
    assert (by_name["math"], by_name["mi"], by_name["semantics"]) == (MATHML_NAMESPACE, MATHML_NAMESPACE, "urn:other")
    assert by_name["p"] == "urn:other"  # of another vocabulary, left alone
    assert [(each.rule, each.element) for each in notes] == [("namespace", "math")]


def test_other_vocabularies_stay() -> None:
    document = item(body='<p><x:y xmlns:x="urn:other"><z xmlns=""/></x:y></p>')
    assert upgraded(document, "a.xml") is document
    assert QTI3_NAMESPACE not in {namespace for namespace, name, _ in names(document) if name in {"y", "z"}}
