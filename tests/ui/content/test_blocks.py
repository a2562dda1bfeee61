from __future__ import annotations

from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    Media,
    MediaKind,
    Node,
    SliderInteraction,
    Text,
    TextEntryInteraction,
)
from tests.ui.sample_items import choices, tag
from ui.window.content.blocks import (
    Block,
    BoxBlock,
    PictureBlock,
    ProseBlock,
    RowBlock,
    TableBlock,
    TurnedBlock,
    blocks_of,
)
from ui.window.content.plain import plain_text

R = ResponseId("R")
PICK = ChoiceInteraction(response=R, choices=choices("a", "b"))
BLANK = TextEntryInteraction(response=R)
CLIP = Media(kind=MediaKind.AUDIO, path="a.ogg", label="A call")


def kinds(*nodes: Node) -> list[str]:
    return [type(block).__name__ for block in blocks_of(nodes)]


def words(block: Block) -> str:
    assert isinstance(block, ProseBlock)
    return plain_text(block.nodes)


def test_every_block_interaction_and_every_medium_is_a_block_of_its_own() -> None:
    slider = SliderInteraction(response=R, lower_bound=0, upper_bound=10)
    essay = ExtendedTextInteraction(response=R)
    body = tag("div", tag("p", "Listen."), CLIP, tag("p", "Then ", slider, " and write."), essay)
    assert kinds(body) == [
        "ProseBlock",
        "Media",
        "ProseBlock",
        "SliderInteraction",
        "ProseBlock",
        "ExtendedTextInteraction",
    ]


def test_inline_interactions_stay_in_paragraphs_lists_and_tables() -> None:
    table = tag("table", tag("tr", tag("td", BLANK)))
    assert kinds(tag("p", "x ", BLANK), tag("ul", tag("li", BLANK)), table) == ["ProseBlock", "TableBlock"]


def test_columns_with_offsets_and_empty_columns() -> None:
    row = tag(
        "div",
        tag("div", "left", class_="qti-layout-col4"),
        Text("\n  "),
        tag("div", class_="qti-layout-col1"),
        tag("div", tag("p", "right"), class_="qti-layout-col6 qti-layout-offset1"),
        class_="qti-layout-row",
    )
    (block,) = blocks_of((row,))
    assert isinstance(block, RowBlock)
    assert [(each.span, each.offset) for each in block.columns] == [(4, 0), (6, 2)]


def test_a_row_within_other_elements_is_found_and_one_whole_column_is_none() -> None:
    whole = tag("div", tag("div", tag("p", "x"), class_="qti-layout-col12"), class_="qti-layout-row")
    two = tag(
        "div",
        tag("div", "a", class_="qti-layout-col6"),
        tag("div", PICK, class_="qti-layout-col6"),
        class_="qti-layout-row",
    )
    assert kinds(tag("section", tag("div", whole))) == ["ProseBlock"]
    assert kinds(tag("section", tag("p", "before"), tag("div", two))) == ["ProseBlock", "RowBlock"]


def test_a_column_that_is_more_than_a_holder_stays_an_element() -> None:
    row = tag(
        "div",
        tag("div", tag("p", "boxed"), class_="qti-layout-col6 qti-well"),
        tag("h3", "head", class_="qti-layout-col6"),
        class_="qti-layout-row",
    )
    (block,) = blocks_of((row,))
    assert isinstance(block, RowBlock)
    assert [type(blocks_of(each.nodes)[0]).__name__ for each in block.columns] == ["BoxBlock", "ProseBlock"]


def test_wells_and_borders_are_boxes_and_hand_on_what_is_in_them() -> None:
    (block,) = blocks_of((tag("div", tag("p", "x"), PICK, class_="qti-well"),))
    assert isinstance(block, BoxBlock)
    assert block.sunken
    assert kinds(*block.nodes) == ["ProseBlock", "ChoiceInteraction"]
    (bordered,) = blocks_of((tag("p", "x", class_="qti-bordered qti-align-center"),))
    assert isinstance(bordered, BoxBlock)
    assert not bordered.sunken


def test_a_table_bordered_by_class_stays_a_table() -> None:
    assert kinds(tag("table", tag("tr", tag("td", "1")), class_="qti-bordered")) == ["TableBlock"]


def test_a_table_with_block_interactions_becomes_rows() -> None:
    table = tag(
        "table",
        tag("caption", "Plan"),
        tag("tr", tag("th", "Question"), tag("th", "Answer")),
        tag("tr", tag("td", "What?"), tag("td", PICK)),
    )
    made = blocks_of((table,))
    assert words(made[0]) == "Plan"
    assert [type(each) for each in made[1:]] == [RowBlock, RowBlock]
    assert isinstance(made[2], RowBlock)
    assert [each.span for each in made[2].columns] == [6, 6]


def test_alignment_and_direction_go_down_to_the_pieces() -> None:
    container = tag("div", tag("p", "one"), PICK, class_="qti-align-right", dir="rtl")
    (turned,) = blocks_of((container,))
    assert isinstance(turned, TurnedBlock)
    first, second = blocks_of(turned.nodes)
    assert (turned.mirrored, second) == (True, PICK)
    assert isinstance(first, ProseBlock)
    (paragraph,) = first.nodes
    assert ("class", "qti-align-right") in paragraph.attributes  # type: ignore[union-attr]  # an element


def test_formulas_stay_in_the_line_and_pictures_do_not() -> None:
    formula = tag("img", src="m", alt="x", class_="kiosk-math")
    picture = tag("img", src="p", alt="y")
    assert kinds(tag("p", formula), formula) == ["ProseBlock"]
    assert kinds(tag("p", picture)) == ["PictureBlock"]
    assert kinds(tag("figure", tag("p", "E = ", formula), tag("figcaption", "Load"))) == ["ProseBlock"]


def test_a_figure_keeps_its_caption() -> None:
    (block,) = blocks_of((tag("figure", tag("img", src="p", alt="y"), tag("figcaption", "Calls")),))
    assert isinstance(block, PictureBlock)
    assert plain_text(block.caption) == "Calls"


def test_a_table_without_interactions_is_one_block() -> None:
    (block,) = blocks_of((tag("table", tag("tr", tag("td", "1"))),))
    assert isinstance(block, TableBlock)


def test_a_container_with_a_direction_and_nothing_but_text_stays_text() -> None:
    text = Element(name="div", attributes=(("dir", "rtl"),), children=(Element(name="p", children=(Text("a"),)),))
    assert blocks_of((text,)) == (ProseBlock(nodes=(text,)),)
