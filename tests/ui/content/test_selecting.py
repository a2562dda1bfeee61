from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from exam_packages.qti.model import Element, Text
from ui.window.content.prose import ProseView
from ui.window.content.selecting import Highlight, look_of, with_highlight, without
from ui.window.theme import Marker, Tokens

WORDS = "Calls rise in the morning and fall in the evening."


def marks(*pieces: tuple[int, int, str]) -> list[Highlight]:
    return [Highlight(start=start, end=end, colour=colour) for start, end, colour in pieces]


def prose(tokens: Tokens) -> ProseView:
    view = ProseView((Element(name="p", children=(Text(WORDS),)),), tokens=tokens)
    view.resize(900, 60)
    view.show()
    view.activateWindow()
    QApplication.processEvents()
    return view


def test_a_piece_in_the_middle_parts_a_highlight() -> None:
    assert without(marks((0, 10, "blue")), (3, 5)) == marks((0, 3, "blue"), (5, 10, "blue"))


def test_a_new_highlight_lies_over_the_others_and_joins_its_neighbours() -> None:
    assert with_highlight(marks((0, 4, "blue"), (4, 9, "pink")), Highlight(start=2, end=6, colour="blue")) == marks(
        (0, 6, "blue"), (6, 9, "pink")
    )


pieces = st.tuples(st.integers(0, 30), st.integers(1, 10), st.sampled_from(["yellow", "blue", "pink"]))


@given(st.lists(pieces, max_size=8))
def test_each_place_has_the_colour_that_was_put_there_last(drawn: list[tuple[int, int, str]]) -> None:
    colours: dict[int, str] = {}
    made: list[Highlight] = []
    for start, length, colour in drawn:
        made = with_highlight(made, Highlight(start=start, end=start + length, colour=colour))
        colours.update(dict.fromkeys(range(start, start + length), colour))
    assert {at: each.colour for each in made for at in range(each.start, each.end)} == colours
    assert all(one.end <= other.start for one, other in pairwise(made))


@given(st.lists(pieces, max_size=5), st.integers(0, 30), st.integers(1, 20))
def test_nothing_is_left_of_what_was_taken_away(drawn: list[tuple[int, int, str]], start: int, length: int) -> None:
    made: list[Highlight] = []
    for at, size, colour in drawn:
        made = with_highlight(made, Highlight(start=at, end=at + size, colour=colour))
    left = without(made, (start, start + length))
    assert not any(each.start < start + length and each.end > start for each in left)
    assert all(each.start < each.end for each in left)


def test_nothing_can_be_selected_until_it_is_allowed(tokens: Tokens) -> None:
    view = prose(tokens)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert view.selector.range() is None
    assert view.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_words_are_selected_by_keys(tokens: Tokens) -> None:
    view = prose(tokens)
    view.set_selectable(selectable=True)
    view.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Right, control)
    QTest.keyClick(view, Qt.Key.Key_Right, control | shift)
    assert view.selector.words().strip() == "rise"
    QTest.keyClick(view, Qt.Key.Key_End, shift)
    assert view.selector.range() == (6, len(WORDS))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selector.range() is None
    QTest.keyClick(view, Qt.Key.Key_A, control)
    assert view.selector.range() == (0, len(WORDS))


def test_the_keyboard_begins_at_the_beginning(tokens: Tokens) -> None:
    view = prose(tokens)
    view.set_selectable(selectable=True)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
    assert view.selector.words().strip() == "Calls"


def test_a_word_is_selected_by_a_double_click_and_by_dragging(tokens: Tokens) -> None:
    view = prose(tokens)
    view.set_selectable(selectable=True)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(10, 14))
    assert view.selector.words() == "Calls"
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(0, 14))
    QTest.mouseMove(view, QPoint(200, 14))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 14))
    assert len(view.selector.words()) > 10


def test_a_highlight_is_to_be_seen(tokens: Tokens) -> None:
    view = prose(tokens)
    plain = view.grab().toImage()
    view.show_highlights(marks((0, 5, "yellow")))
    marked = view.grab().toImage()
    assert plain != marked
    colours = {marked.pixelColor(x, 14).name() for x in range(60)}
    assert look_of("yellow", tokens).fill in colours


def test_every_pen_has_a_look_and_an_unknown_one_is_yellow(tokens: Tokens) -> None:
    assert len({look_of(each.value, tokens).style for each in Marker}) == len(Marker)
    assert look_of("mauve", tokens) == look_of("yellow", tokens)
