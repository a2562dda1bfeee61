from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import SourceRefused
from exam_packages.qti.items import read_item
from exam_packages.qti.reading import MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_ELEMENTS, parse, parse_with_includes
from tests.exam_packages.qti.writing_xml import item

BAD = {
    "empty": (b"", "not-well-formed"),
    "not XML": (b"hello", "not-well-formed"),
    "cut": (item()[:-5], "not-well-formed"),
    "document type": (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "doctype"),
    "entity": (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "doctype"),
    "expansion": (b'<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f "&e;&e;">]><a b="&f;"/>', "doctype"),
    "undeclared entity": (b"<a>&nbsp;</a>", "not-well-formed"),
    "NUL": (b"<a>\x00</a>", "encoding"),
    "UTF-16 cut in a character": ("<a/>".encode("utf-16")[:-1], "encoding"),
    "UTF-32": ('<?xml version="1.0" encoding="UTF-32"?><a/>'.encode("utf-32"), "encoding"),
    "document type in UTF-16": ('<!DOCTYPE a [<!ENTITY e "x">]><a/>'.encode("utf-16"), "doctype"),
    "document type in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "encoding"),
    "unknown encoding": (b'<?xml version="1.0" encoding="nonsense"?><a/>', "encoding"),
    "broken UTF-8": (b"<a>\xff</a>", "encoding"),
    "broken ASCII": (b'<?xml version="1.0" encoding="ascii"?><a>\xff</a>', "encoding"),
    "unbound prefix": (b"<x:a/>", "not-well-formed"),
    "unbound prefix before a warning": (b'<a><x:b/><c xmlns="not-absolute"/></a>', "not-well-formed"),
    "unbound prefix of an attribute before a warning": (
        b'<a><b x:c="1"/><c xmlns="not-absolute"/></a>',
        "not-well-formed",
    ),
    "an attribute under two prefixes before a warning": (
        b'<a xmlns:p="urn:a" xmlns:q="urn:a"><b p:c="1" q:c="2"/><c xmlns="not-absolute"/></a>',
        "not-well-formed",
    ),
    "unbound prefix among more warnings than are kept": (
        b"<a>%b<x:b/>%b</a>" % ((b'<c xmlns="not-absolute"/>' * 300,) * 2),
        "not-well-formed",
    ),
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


@pytest.mark.parametrize(
    "untrusted",
    [
        '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'.encode(),
        b"\xef\xbb\xbf" + "<a>é</a>".encode(),
        '<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"),
        "\ufeff<a>é</a>".encode("utf-16-be"),
        '<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16-le"),
        "<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?><a>é</a>".encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1252"?><a>é</a>'.encode("cp1252"),
    ],
    ids=["UTF-8", "marked UTF-8", "marked UTF-16", "big-endian", "unmarked UTF-16", "ISO 8859-1", "Windows-1252"],
)
def test_reads_encodings(untrusted: bytes) -> None:
    assert parse(untrusted, "a.xml").text == "é"


def test_includes_are_kept_for_those_who_resolve_them() -> None:
    untrusted = b'<a><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="b.xml"/></a>'
    assert [child.name for child in parse_with_includes(untrusted, "a.xml").children()] == ["include"]


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
