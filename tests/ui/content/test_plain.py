from __future__ import annotations

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import Element, Gap, Hottext, Media, MediaKind, Node, Text, TextEntryInteraction
from ui.window.content.blocks import PictureBlock, ProseBlock, TableBlock, blocks_of
from ui.window.content.grids import grid_of, numeric_columns, term_pairs
from ui.window.content.plain import has_interaction, heading_and_rest, longest_word_width, plain_text


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
    assert plain_text((element("p", "Is ", blank, "?"),), lambda each: f"({type(each).__name__})") == (
        "Is (TextEntryInteraction)?"
    )
    assert has_interaction((element("p", blank),))
    assert not has_interaction((element("p", "none"),))


def test_gaps_hottext_media_and_readings_are_read_where_they_stand() -> None:
    gap = Gap(identifier=ChoiceId("G"))
    hot = Hottext(identifier=ChoiceId("H"), content=(Text("calls rose"),))
    clip = Media(kind=MediaKind.AUDIO, path="a.ogg", label="A call")
    ruby = element("ruby", "季語", element("rp", "["), element("rt", "kigo"), element("rp", "]"))
    body = (element("p", "On ", gap, " ", hot, " ", ruby), clip, element("p", "end"))
    assert plain_text(body, lambda _each: "(gap)") == "On (gap) calls rose 季語(kigo)\nA call\nend"


def test_longest_word_width() -> None:
    assert longest_word_width("a longest word", lambda word: 2.0 * len(word)) == 14
    assert longest_word_width("", len) == 0


def test_heading_and_rest() -> None:
    heading, rest = element("h2", "Candidate agreement"), element("p", "You agree.")
    assert heading_and_rest((Text("\n "), heading, rest)) == ("Candidate agreement", (Text("\n "), rest))
    assert heading_and_rest((rest, heading)) == ("", (rest, heading))
    assert heading_and_rest((Text("First."), heading)) == ("", (Text("First."), heading))
    assert heading_and_rest(()) == ("", ())


def test_content_is_cut_into_text_tables_and_pictures() -> None:
    figure = element("figure", element("img", src="a.svg", alt="a"), element("figcaption", "Caption"))
    nodes = (
        element("section", element("p", "Before"), table(), element("p", "Between"), figure),
        element("p", "After"),
    )
    kinds = [type(block) for block in blocks_of(nodes)]
    assert kinds == [ProseBlock, TableBlock, ProseBlock, PictureBlock, ProseBlock]


def test_a_picture_in_a_line_stays_in_it_and_a_lone_one_does_not() -> None:
    image, icon = element("img", src="a.svg", alt="a"), element("img", src="a.svg", alt="a", height="24")
    assert [type(block) for block in blocks_of((element("p", "See ", image, " here."),))] == [ProseBlock]
    assert [type(block) for block in blocks_of((element("p", "Press ", icon),))] == [ProseBlock]
    assert [type(block) for block in blocks_of((element("p", "Look: ", image),))] == [ProseBlock, PictureBlock]
    above = element("div", element("p", image, element("br"), "What is this?"))
    assert [type(block) for block in blocks_of((above,))] == [PictureBlock, ProseBlock]
    assert [type(block) for block in blocks_of((element("p", " ", image, "\n"),))] == [PictureBlock]


def test_white_space_alone_is_no_block() -> None:
    assert blocks_of((Text("\n  "), Text(" "))) == ()


def test_cells_find_their_places_around_spans() -> None:
    tall = element("td", "a", rowspan="2")
    wide = element("td", "b", colspan="2")
    grid, columns = grid_of(
        element("table", element("tr", tall, wide), element("tr", element("td", "c"), element("td", "d")))
    )
    assert columns == 3
    assert [sorted(row) for row in grid] == [[0, 1], [1, 2]]


def test_columns_of_numbers_are_found() -> None:
    rows = (("$1,400", "Agent 1", "75 s"), ("–", "2 of 10 agents", "80 %"), ("-3.5", "x", "190 s"))
    made = element("table", *(element("tr", *(element("td", cell) for cell in row)) for row in rows))
    grid, columns = grid_of(made)
    assert numeric_columns(grid, columns) == {0, 2}


def test_terms_have_their_meanings() -> None:
    letter = element(
        "dl", element("dt", "From"), element("dd", "Finance"), element("dt", "Subject"), element("dt", "To")
    )
    pairs = [(plain_text(term), plain_text(meaning)) for term, meaning in term_pairs(letter)]
    assert pairs == [("From", "Finance"), ("Subject", ""), ("To", "")]
