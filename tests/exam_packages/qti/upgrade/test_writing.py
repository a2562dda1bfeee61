from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exam_packages.qti.reading import line_of, parse
from exam_packages.qti.upgrade.writing import with_lines

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t<>&\"'é"), max_size=12
)


@st.composite
def trees(draw: st.DrawFn) -> str:
    """The text of a document, whose white space is anywhere it may be."""

    def element(depth: int) -> str:
        gap = draw(st.sampled_from((" ", "\n", "\n\n  ", "\t")))
        name = draw(st.sampled_from(("a", "b", "c")))
        value = _escaped(draw(TEXTS)).replace("'", "&#39;").replace("\n", "&#10;").replace("\t", "&#9;")
        content = "".join(
            [_escaped(draw(TEXTS)) + (element(depth + 1) if depth < 4 else "") for _ in range(draw(st.integers(0, 3)))]
        )
        return f"<{name}{gap}d='{value}'>{content}</{name}>" if content else f"<{name}{gap}d='{value}'/>"

    return element(0)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def canonical(untrusted: bytes) -> bytes:
    return etree.tostring(parse(untrusted, "a.xml").node, method="c14n")


def lines(untrusted: bytes) -> list[int]:
    return [line_of(each) for each in parse(untrusted, "a.xml").node.iter()]


@given(trees())
def test_every_element_stays_on_its_line_and_nothing_else_changes(text: str) -> None:
    untrusted = text.encode()
    written = with_lines(parse(untrusted, "a.xml").node)
    assert canonical(written) == canonical(untrusted)
    assert lines(written) == lines(untrusted)
    assert with_lines(parse(written, "a.xml").node) == written


def test_text_that_would_push_others_down_keeps_its_line_breaks() -> None:
    root = parse(b"<a>\n<b/>\n<c/></a>", "a.xml").node
    root[0].text = "one\ntwo\nthree"
    written = with_lines(root)
    assert lines(written) == [1, 2, 3]
    assert parse(written, "a.xml").node[0].text == "one\ntwo\nthree"


def test_namespaces_are_declared_where_they_change() -> None:
    untrusted = b'<a xmlns="u:1"><m:b xmlns:m="u:2" m:d="1" xml:lang="en"><m:c/></m:b><d/></a>'
    written = with_lines(parse(untrusted, "a.xml").node)
    assert written.count(b'xmlns="u:2"') == 1
    assert [each.tag for each in parse(written, "a.xml").node.iter()] == ["{u:1}a", "{u:2}b", "{u:2}c", "{u:1}d"]
    assert parse(written, "a.xml").node[0].get("{u:2}d") == "1"
