from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import SourceRefused
from exam_packages.package_paths import path_fault
from exam_packages.qti.paths import path_findings, resolve
from exam_packages.qti.reading import Xml, parse

BAD = [
    "",
    "/a",
    "a//b",
    "../a",
    "a/../b",
    "./a",
    "a\\b",
    "a\x00",
    "a\n",
    "C:a",
    "a/",
    "a.",
    "a ",
    " a",
    "con",
    "x/NUL.txt",
    "a?b",
    "a*",
    "e\u0301",
    "a" * 300,
]


@pytest.mark.parametrize("path", BAD)
def test_no_path(path: str) -> None:
    assert path_fault(path) is not None
    assert [each.rule for each in path_findings([path])] == ["path"]


@pytest.mark.parametrize("path", ["a", "items/a.xml", "é.svg", "a b.png", "a..b", ".hidden"])
def test_path(path: str) -> None:
    assert path_fault(path) is None


def test_names_that_differ_by_case() -> None:
    assert [each.rule for each in path_findings(["a/B.xml", "a/b.xml", "c"])] == ["path-case"]


def _reference(reference: str) -> Xml:
    xml = parse(b"<a/>", "items/a.xml")
    xml.node.set("href", reference)
    return xml


@pytest.mark.parametrize(
    ("reference", "path"),
    [("b.xml", "items/b.xml"), ("../b.xml", "b.xml"), ("./c/../b.xml", "items/b.xml"), ("a%20b.xml", "items/a b.xml")],
)
def test_resolves(reference: str, path: str) -> None:
    assert resolve(_reference(reference), "href", "items") == path


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("http://example.org/a", "external-reference"),
        ("file:///etc/passwd", "external-reference"),
        ("//example.org/a", "external-reference"),
        ("data:text/plain,a", "external-reference"),
        ("/etc/passwd", "reference"),
        ("../../a", "reference"),
        ("..%2f..%2fa", "reference"),
        ("%2fa", "reference"),
        ("a%00", "reference"),
        ("a#b", "reference"),
        ("a?b", "reference"),
        ("..", "reference"),
    ],
)
def test_refuses(reference: str, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        resolve(_reference(reference), "href", "items")
    assert refusal.value.findings[0].rule == rule


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_what_resolves_stays_in_the_package(reference: str) -> None:
    try:
        path = resolve(_reference(reference.replace("\ufffe", "").replace("\uffff", "") or "a"), "href", "items")
    except SourceRefused:
        return
    assert path_fault(path) is None
