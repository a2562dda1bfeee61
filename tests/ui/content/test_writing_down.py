"""Line breaks, quotations, preformatted text, and lists that have something in them which is no text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QScrollArea

from exam_packages.qti.model import Element, Node, Text
from tests.ui.content.test_blocks import CLIP, PICK, kinds, words
from tests.ui.content.test_content_view import document, shown
from tests.ui.content.test_plain import element
from ui.window.content.blocks import PreformattedBlock, ProseBlock, blocks_of
from ui.window.content.content_view import BoxView, TableView
from ui.window.content.quotations import quotation_lines
from ui.window.theme import Tokens

BR = element("br")


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((element("p", "a", BR),), "a"),
        ((element("p", "a", BR, BR),), "a"),
        ((element("p", "a", BR), element("p", "b")), "a\nb"),
        ((element("p", "a", BR, BR), element("p", "b")), "a\n\nb"),
        ((element("p", element("strong", "a", BR)), element("p", "b")), "a\nb"),
        ((element("p", BR), element("p", "b")), "b"),
        ((element("p", "a", BR, " b"),), "a\nb"),
        ((element("pre", "a", BR, "  b\n"),), "a\n  b"),
    ],
)
def test_the_last_line_break_of_a_block_makes_no_line(tokens: Tokens, nodes: tuple[Node, ...], expected: str) -> None:
    assert document(tokens, *nodes).toPlainText() == expected


def quotation() -> Element:
    listed = element("ul", element("li", "first"), element("li", "second"))
    return element("blockquote", element("p", "Before."), listed, element("p", "After."))


def test_a_quotation_keeps_its_blocks_and_has_one_line_at_its_side(tokens: Tokens) -> None:
    written = document(tokens, element("p", "Read."), quotation(), element("blockquote", "Another."), element("p", "z"))
    written.setTextWidth(500)
    assert written.toPlainText() == "Read.\nBefore.\nfirst\nsecond\nAfter.\nAnother.\nz"
    blocks = [written.findBlockByNumber(number) for number in range(written.blockCount())]
    assert [block.blockFormat().indent() for block in blocks] == [0, 1, 0, 0, 1, 1, 0]
    items = [block.textList() for block in blocks[2:4]]
    assert [each.format().indent() for each in items] == [2, 2]
    lines = quotation_lines(written, tokens)
    layout = written.documentLayout()
    assert [line.top() for line in lines] == [layout.blockBoundingRect(blocks[at]).top() for at in (1, 5)]
    assert lines[0].bottom() == layout.blockBoundingRect(blocks[4]).bottom()
    assert lines[0].bottom() < lines[1].top()


def test_what_is_quoted_is_as_easy_to_read_as_the_rest(tokens: Tokens) -> None:
    written = document(tokens, element("blockquote", element("p", "Quoted.")))
    look = written.firstBlock().begin().fragment().charFormat()
    assert look.foreground().color().name() == tokens.text.lower()


def test_preformatted_text_that_is_too_wide_scrolls_in_its_own_box(tokens: Tokens) -> None:
    view = shown(tokens, element("p", "Code:"), element("pre", "x" * 200 + "\n  y"), width=500)
    box, wide = view.findChildren(BoxView), view.findChildren(TableView)
    assert len(box) == len(wide) == 1
    assert isinstance(wide[0], QScrollArea)
    assert wide[0].accessibleName() == "Preformatted text"
    assert wide[0].horizontalScrollBar().maximum() > 0
    assert view.minimumSizeHint().width() <= 500


def test_a_listing_of_which_each_line_is_an_element_is_one() -> None:
    body = element("div", element("pre", "if a:"), element("pre", "    b()"), element("p", "Why?"), element("pre", "c"))
    assert kinds(body) == ["PreformattedBlock", "ProseBlock", "PreformattedBlock"]
    (listing, *_rest) = blocks_of((body,))
    assert isinstance(listing, PreformattedBlock)
    assert "".join(each.text for each in listing.text.children if isinstance(each, Text)) == "if a:\n    b()"


def test_a_list_goes_on_counting_after_an_interaction() -> None:
    items = [element("li", "one"), Element(name="li", children=(element("p", "two"), PICK)), element("li", "three")]
    body = element("ol", *items)
    assert kinds(body) == ["ProseBlock", "ChoiceInteraction", "ProseBlock"]
    first, _pick, last = blocks_of((body,))
    assert words(first) == "one\ntwo"
    assert words(last) == "three"
    assert [_start(block) for block in (first, last) if isinstance(block, ProseBlock)] == ["1", "3"]


def test_a_medium_in_an_item_leaves_the_list_a_list() -> None:
    body = Element(
        name="ol",
        attributes=(("start", "4"),),
        children=(Element(name="li", children=(CLIP,)), element("li", "then this")),
    )
    assert kinds(body) == ["ProseBlock", "Media", "ProseBlock"]
    lead, _clip, rest = blocks_of((body,))
    assert [_start(block) for block in (lead, rest) if isinstance(block, ProseBlock)] == ["4", "5"]
    bullets = Element(name="ul", children=(Element(name="li", children=(CLIP,)), element("li", "then this")))
    assert kinds(bullets) == ["Media", "ProseBlock"]


def _start(block: ProseBlock) -> str:
    (node,) = block.nodes
    assert isinstance(node, Element)
    assert node.name == "ol"
    return node.attribute("start")
