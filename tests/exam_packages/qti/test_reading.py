from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import SourceRefused
from exam_packages.qti.items import read_item
from exam_packages.qti.reading import MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_ELEMENTS, parse
from tests.exam_packages.qti.writing_xml import item

BAD = {
    "empty": (b"", "not-well-formed"),
    "not XML": (b"hello", "not-well-formed"),
    "cut": (item()[:-5], "not-well-formed"),
    "document type": (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "doctype"),
    "entity": (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "doctype"),
    "expansion": (b'<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f "&e;&e;">]><a b="&f;"/>', "doctype"),
    "undeclared entity": (b"<a>&nbsp;</a>", "not-well-formed"),
    "UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "encoding"),
    "unknown encoding": (b'<?xml version="1.0" encoding="nonsense"?><a/>', "not-well-formed"),
    "broken UTF-8": (b"<a>\xff</a>", "not-well-formed"),
    "unbound prefix": (b"<x:a/>", "not-well-formed"),
    "XInclude": (b'<a><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="b.xml"/></a>', "xinclude"),
    "deep": (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "document-too-deep"),
    "very deep": (b"<a>" * 100_000, "not-well-formed"),
    "many": (b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>", "document-too-large"),
    "attributes": (b"<a " + b" ".join(b'b%d="1"' % n for n in range(100)) + b"/>", "document-too-large"),
    "long": (b"<a>" + b" " * MAX_DOCUMENT_BYTES + b"</a>", "document-too-large"),
}


@pytest.mark.parametrize(("untrusted", "rule"), BAD.values(), ids=BAD.keys())
def test_refuses(untrusted: bytes, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        parse(untrusted, "a.xml")
    assert [each.rule for each in refusal.value.findings] == [rule]
    assert refusal.value.place.startswith("a.xml")


def test_names_the_line() -> None:
    xml = parse(b"<a>\n\n<b/>\n</a>", "a.xml")
    assert [(child.name, child.line) for child in xml.children()] == [("b", 3)]
    assert str(next(xml.children()).finding("rule", "is wrong", "Mend it")) == "a.xml:3:<b>: is wrong [rule]. Mend it."


def test_comments_and_instructions_are_no_content() -> None:
    xml = parse(b"<?style x?><a>one<!-- two --> three<?four?><b/></a>", "a.xml")
    assert xml.text == "one three"
    assert [child.name for child in xml.children()] == ["b"]


def test_nothing_is_fetched() -> None:
    assert parse(b'<?xml-stylesheet href="http://127.0.0.1:9/"?><a/>', "a.xml").name == "a"


@given(st.data())
def test_damaged_documents_are_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(item())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        read_item(parse(bytes(damaged), "a.xml"))
    except SourceRefused:
        return
