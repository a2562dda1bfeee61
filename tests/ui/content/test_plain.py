from __future__ import annotations

from exam_packages.ids import ResponseId
from exam_packages.qti.model import Element, Node, Text, TextEntryInteraction
from ui.window.content.blocks import PictureBlock, ProseBlock, TableBlock, blocks_of
from ui.window.content.plain import has_interaction, longest_word, plain_text


def element(name: str, *children: Node | str, **attributes: str) -> Element:
    nodes = tuple(Text(child) if isinstance(child, str) else child for child in children)
    return Element(name=name, attributes=tuple(attributes.items()), children=nodes)


def table() -> Element:
    head = element("tr", element("th", "Cost"), element("th", "Amount"))
    row = element("tr", element("th", "Training"), element("td", "$2,880"))
    return element("table", element("caption", "Costs"), element("thead", head), element("tbody", row))


def test_white_space_collapses_and_blocks_begin_lines() -> None:
    nodes = (element("p", "One\n   two ", element("strong", "three"), "."), Text("\n  "), element("p", "Four"))
    assert plain_text(nodes) == "One two three.\nFour"


def test_tables_are_read_row_by_row_with_their_heads() -> None:
    assert plain_text((table(),)) == "Costs\nTraining; Amount: $2,880"


def test_pictures_are_read_by_their_alternative_text() -> None:
    assert (
        plain_text((element("p", "See ", element("img", src="a.svg", alt="a rising line"), "."),))
        == "See a rising line."
    )


def test_blanks_are_read_as_the_caller_says() -> None:
    blank = TextEntryInteraction(response=ResponseId("R"))
    assert plain_text((element("p", "Is ", blank, "?"),), lambda each: f"({each.response})") == "Is (R)?"
    assert has_interaction((element("p", blank),))
    assert not has_interaction((element("p", "none"),))


def test_longest_word() -> None:
    assert longest_word("a longest word") == "longest"
    assert longest_word("") == ""


def test_content_is_cut_into_text_tables_and_pictures() -> None:
    figure = element("figure", element("img", src="a.svg", alt="a"), element("figcaption", "Caption"))
    nodes = (
        element("section", element("p", "Before"), table(), element("p", "Between"), figure),
        element("p", "After"),
    )
    kinds = [type(block) for block in blocks_of(nodes)]
    assert kinds == [ProseBlock, TableBlock, ProseBlock, PictureBlock, ProseBlock]


def test_a_picture_in_a_line_stays_in_it_and_a_lone_one_does_not() -> None:
    image = element("img", src="a.svg", alt="a")
    assert [type(block) for block in blocks_of((element("p", "See ", image),))] == [ProseBlock]
    assert [type(block) for block in blocks_of((element("p", " ", image, "\n"),))] == [PictureBlock]


def test_white_space_alone_is_no_block() -> None:
    assert blocks_of((Text("\n  "), Text(" "))) == ()
