"""Where things stand: marks and letters beside the first line, columns that are all used, fields as wide as was asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QRadioButton

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import (
    BaseType,
    Choice,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    InlineChoiceInteraction,
    Media,
    MediaKind,
    Node,
    Style,
    Text,
    TextEntryInteraction,
    Tool,
)
from tests.ui.accessibility import nameless_controls
from tests.ui.items.making import RESPONSE, Shown, choices, item, paragraph
from tests.ui.items.test_strings import ORDERED, lines
from tests.ui.sample_items import item as sample_item
from ui.window.content.content_view import ContentView
from ui.window.items.choice_line import ChoiceLine
from ui.window.items.extended_text import count_words
from ui.window.items.inline_choice import InlineChoicePart
from ui.window.items.media import part as media_parts
from ui.window.items.media.player_view import PlayerView
from ui.window.items.option_row import RadioRow
from ui.window.theme import TARGET_PX, Theme, Tokens, apply, tokens_of

PICTURE = Element(name="img", attributes=(("src", "a.svg"), ("alt", "a sign")))


def row_of(tokens: Tokens, *content: Node) -> RadioRow:
    interaction = ChoiceInteraction(
        response=RESPONSE, choices=(Choice(identifier=ChoiceId("A"), content=content), *choices("x", "y")[1:])
    )
    return Shown(item(interaction), tokens).view.findChildren(RadioRow)[0]


def marks(row: RadioRow) -> QRect:
    """Where the accent is in a picked row, left of its content: the mark."""
    row.click()
    content = row.findChildren(ContentView)[0]
    image = row.grab(QRect(0, 0, content.x() - 20, row.height())).toImage()
    colour = apply(_application(), Theme.LIGHT, 100).accent.lower()
    inner = range(12, row.height() - 12)
    found = [(x, y) for y in inner for x in range(12, image.width()) if image.pixelColor(x, y).name() == colour]
    assert found
    xs, ys = [x for x, _y in found], [y for _x, y in found]
    return QRect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def test_the_mark_stands_beside_the_middle_of_a_picture(tokens: Tokens) -> None:
    row = row_of(tokens, PICTURE)
    assert row.height() > 100
    assert abs(marks(row).center().y() - row.height() / 2) <= 3


def test_the_mark_stands_beside_the_first_of_several_lines(tokens: Tokens) -> None:
    row = row_of(tokens, Text("A sentence that is long. " * 12))
    assert row.height() > 80
    assert marks(row).center().y() < 36


def test_contents_begin_at_one_edge_whatever_the_letters(tokens: Tokens) -> None:
    interaction = ChoiceInteraction(response=RESPONSE, choices=choices(*"abcdefghijklm"))
    rows = Shown(item(interaction), tokens).view.findChildren(RadioRow)
    assert len({row.findChildren(ContentView)[0].x() for row in rows}) == 1


def test_a_choice_without_words_is_still_a_target(tokens: Tokens) -> None:
    assert row_of(tokens).height() >= TARGET_PX


@pytest.mark.parametrize(
    ("count", "columns", "expected"),
    [(6, 5, [2, 1, 1, 1, 1]), (6, 4, [2, 2, 1, 1]), (5, 2, [3, 2]), (4, 2, [2, 2]), (2, 3, [1, 1])],
)
def test_no_column_that_was_asked_for_stays_empty(
    tokens: Tokens, count: int, columns: int, expected: list[int]
) -> None:
    interaction = ChoiceInteraction(
        response=RESPONSE, choices=choices(*"abcdef"[:count]), style=Style(stacking=columns)
    )
    places = [(each.x(), each.y()) for each in Shown(item(interaction), tokens).view.findChildren(ChoiceLine)]
    lefts = sorted({x for x, _y in places})
    assert [sum(x == left for x, _y in places) for left in lefts] == expected
    assert places == sorted(places), "down each column, then on to the next"


def test_what_is_played_in_a_choice_stands_below_its_row(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_parts, "media_ready", lambda: "No sound here.")
    clip = Media(kind=MediaKind.AUDIO, path="a.ogg", label="A saw")
    interaction = ChoiceInteraction(
        response=RESPONSE, choices=(Choice(identifier=ChoiceId("A"), content=(clip,)), *choices("x", "y")[1:])
    )
    shown = Shown(item(interaction), tokens, tools=frozenset({Tool.ANSWER_MASK}))
    (player,) = shown.view.findChildren(PlayerView)
    assert not player.isVisible(), "covered with its choice"
    shown.view.findChildren(ChoiceLine)[0].uncovered.emit()
    QApplication.processEvents()
    assert player.isVisible()
    row = shown.view.findChildren(QRadioButton)[0]
    assert row.accessibleName() == "A. A saw"
    below = player.mapTo(shown.view, player.rect().topLeft()).y()
    assert below >= row.mapTo(shown.view, row.rect().bottomLeft()).y()
    assert nameless_controls(shown.view) == []


def field_width(tokens: Tokens, letters: int) -> int:
    interaction = TextEntryInteraction(response=RESPONSE, style=Style(input_width=letters))
    shown = Shown(item(paragraph("It is ", interaction, "; is it?"), base_type=BaseType.STRING), tokens)
    return shown.view.findChildren(QLineEdit)[0].width()


def test_fields_are_as_wide_as_the_author_asks(tokens: Tokens) -> None:
    widths = [field_width(tokens, letters) for letters in (2, 6, 15, 40)]
    assert widths == sorted(set(widths))

    def list_width(letters: int) -> int:
        interaction = InlineChoiceInteraction(
            response=RESPONSE, choices=choices("yes", "no"), style=Style(input_width=letters)
        )
        return Shown(item(paragraph("It is ", interaction)), tokens).view.findChildren(InlineChoicePart)[0].width()

    assert list_width(1) == list_width(0), "never narrower than its phrases"
    assert list_width(40) > list_width(20) > list_width(1)


def test_lines_that_an_author_asks_for_are_all_there_until_text_is_large(tokens: Tokens) -> None:
    def height(lines_: int, tokens_: Tokens) -> float:
        interaction = ExtendedTextInteraction(response=RESPONSE, style=Style(height_lines=lines_))
        editor = Shown(item(interaction, base_type=BaseType.STRING), tokens_).view.findChildren(QPlainTextEdit)[0]
        return editor.height() / (tokens_.font().pixelSize() * tokens_.line_height)

    assert 15 <= height(15, tokens) < 17
    assert 3 <= height(3, tokens) < 5
    large = tokens_of(Theme.LIGHT, 400)
    assert height(15, large) < 9, "the field scrolls, the question does not go far away"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("吾輩は猫である。", 7),
        ("東京 Tower 2", 4),
        ("한국어 문장", 2),
        ("Well-known isn’t 3.5 words", 4),
        ("𠮷野家", 3),
    ],
)
def test_words_are_counted_in_scripts_without_spaces(text: str, count: int) -> None:
    assert count_words(text) == count


def test_the_author_says_how_many_strings_in_other_words(tokens: Tokens) -> None:
    interaction = ExtendedTextInteraction(
        response=RESPONSE,
        max_strings=2,
        min_strings=2,
        style=Style(min_message="Two are needed.", max_message="Two will do."),
    )
    shown = Shown(sample_item(interaction, responses=ORDERED), tokens)
    assert shown.hint() == "Write at least 2. You have written 0."
    shown.view.show_answers({RESPONSE: ("one",)})
    assert shown.hint() == "Two are needed."
    shown.view.show_answers({RESPONSE: ("one", "two", "three")})
    assert len(lines(shown)) == 3
    assert shown.hint() == "Two will do."
