"""Highlights and explained words of a whole item, and what its content may be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QRadioButton

from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    BaseType,
    Cardinality,
    Catalog,
    CatalogCard,
    ChoiceInteraction,
    ExtendedTextInteraction,
    InlineChoiceInteraction,
    RubricBlock,
    Stimulus,
    Style,
    Text,
    TextEntryInteraction,
    TextFormat,
    Tool,
    View,
)
from tests.ui.accessibility import found, nameless_controls
from tests.ui.items.making import RESPONSE, Shown, click, focused, paragraph
from tests.ui.sample_items import choices, item, samples, tag
from ui.window.content.prose import ProseView
from ui.window.content.runs import TermButton
from ui.window.items.inline_choice import InlineChoicePart
from ui.window.items.pick_list import PickList
from ui.window.items.text_entry import TextEntryPart
from ui.window.theme import Tokens

PEN = frozenset({Tool.HIGHLIGHTER})
WHOLE = ResponseId("")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def marked_item(tokens: Tokens, tools: frozenset[Tool] = PEN, **more: object) -> Shown:
    pick = ChoiceInteraction(response=RESPONSE, prompt=(Text("Which one?"),), choices=choices("one", "two"))
    stimulus = Stimulus(identifier="s", title="Memo", language="en", body=(paragraph("A memo of the morning."),))
    return Shown(
        item(paragraph("Calls rise in the morning."), pick),
        tokens,
        stimulus=stimulus,
        tools=tools,
        **more,  # type: ignore[arg-type]  # as given
    )


def text(shown: Shown, start: str) -> ProseView:
    return next(each for each in shown.view.findChildren(ProseView) if each.text().startswith(start))


def select_word(prose: ProseView) -> None:
    prose.setFocus()
    QTest.keyClick(prose, Qt.Key.Key_Home, CONTROL)
    QTest.keyClick(prose, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(prose, Qt.Key.Key_Right, CONTROL | SHIFT)


def test_selected_words_are_highlighted_and_told(tokens: Tokens) -> None:
    shown = marked_item(tokens)
    select_word(text(shown, "Calls"))
    assert shown.view.highlight_selection("blue")
    assert shown.marks == [("highlighter", "", ("q0:6:11:blue",))]
    assert text(shown, "Calls").selector.range() is None


def test_question_and_stimulus_have_their_own_places(tokens: Tokens) -> None:
    shown = marked_item(tokens)
    select_word(text(shown, "A memo"))
    shown.view.highlight_selection("pink")
    select_word(text(shown, "Which"))
    shown.view.highlight_selection("yellow")
    assert set(shown.marks[-1][2]) == {"q1:6:9:yellow", "s0:2:7:pink"}


def test_without_a_selection_nothing_is_marked(tokens: Tokens) -> None:
    shown = marked_item(tokens)
    assert not shown.view.highlight_selection("yellow")
    assert not shown.view.clear_highlight()
    assert shown.marks == []


def test_selecting_elsewhere_ends_the_selection_before(tokens: Tokens) -> None:
    shown = marked_item(tokens)
    select_word(text(shown, "Calls"))
    select_word(text(shown, "A memo"))
    assert text(shown, "Calls").selector.range() is None


def test_the_highlight_at_the_cursor_is_taken_away(tokens: Tokens) -> None:
    shown = marked_item(tokens, marks={(Tool.HIGHLIGHTER, WHOLE): ("q0:0:5:yellow", "q0:9:15:pink")})
    prose = text(shown, "Calls")
    prose.setFocus()
    QTest.keyClick(prose, Qt.Key.Key_Home)
    QTest.keyClick(prose, Qt.Key.Key_Right)
    assert shown.view.clear_highlight()
    assert shown.marks == [("highlighter", "", ("q0:9:15:pink",))]


def test_highlights_of_the_session_are_shown_and_rubbish_is_passed_over(tokens: Tokens) -> None:
    shown = marked_item(tokens, marks={(Tool.HIGHLIGHTER, WHOLE): ("q0:0:5:yellow", "x", "q9:1:2:pink", "q0:5:5:blue")})
    assert [(each.start, each.end) for each in text(shown, "Calls").selector.highlights] == [(0, 5)]
    shown.view.show_marks({})
    assert text(shown, "Calls").selector.highlights == []
    assert shown.marks == []


def test_words_of_choices_are_not_selectable_and_still_pick(tokens: Tokens) -> None:
    shown = marked_item(tokens)
    assert not text(shown, "one").selector.active
    click(shown.view.findChildren(QRadioButton)[-1])
    assert shown.last() == ("B",)


def test_nothing_is_selectable_without_the_tool_or_when_locked(tokens: Tokens) -> None:
    assert not any(each.selector.active for each in marked_item(tokens, frozenset()).view.findChildren(ProseView))
    shown = marked_item(tokens)
    shown.view.set_locked(True)
    assert not any(each.selector.active for each in shown.view.findChildren(ProseView))
    shown.view.set_locked(False)
    assert text(shown, "Calls").selector.active


def explained(tokens: Tokens, tools: frozenset[Tool], support: str = "glossary-on-screen") -> Shown:
    row = tag("span", "Plan for ", tag("span", "shrinkage", data_catalog_idref="c1"))
    pick = ChoiceInteraction(response=RESPONSE, choices=choices("Hire", row))
    catalog = Catalog(identifier="c1", cards=(CatalogCard(support=support, content=(Text("Paid time away."),)),))
    body = paragraph("The ", tag("span", "shrinkage", data_catalog_idref="c1"), " and ",
                     tag("span", "other", data_catalog_idref="none"), " words.")  # fmt: skip
    shown = Shown(item(body, pick, catalogs=(catalog,)), tokens, tools=tools)
    shown.wanted = []  # type: ignore[attr-defined]  # what was asked for
    shown.view.catalog_wanted.connect(shown.wanted.append)  # type: ignore[attr-defined]  # as above
    return shown


def terms(shown: Shown) -> list[TermButton]:
    return shown.view.findChildren(TermButton)


def test_explained_words_are_stops_for_keys_and_clicks(tokens: Tokens) -> None:
    shown = explained(tokens, frozenset({Tool.GLOSSARY}))
    assert [each.accessibleName() for each in terms(shown)] == ["shrinkage, explained"] * 2
    terms(shown)[0].setFocus()
    shown.press(Qt.Key.Key_Space)
    line = terms(shown)[0].face.own_lines()[0]
    QTest.mouseClick(terms(shown)[0], Qt.MouseButton.LeftButton, pos=line.center().toPoint())
    assert shown.wanted == ["c1", "c1"]  # type: ignore[attr-defined]  # set by explained
    assert nameless_controls(shown.view) == []


def test_an_explained_word_in_a_choice_is_asked_about_and_the_rest_of_the_row_picks(tokens: Tokens) -> None:
    shown = explained(tokens, frozenset({Tool.GLOSSARY}))
    row = shown.view.findChildren(QRadioButton)[1]
    at = terms(shown)[1].mapTo(row, terms(shown)[1].rect().center())
    inner = row.childAt(at)
    assert isinstance(inner, TermButton)
    click(inner)
    assert shown.wanted == ["c1"]  # type: ignore[attr-defined]  # set by explained
    assert shown.answers == []
    words = text(shown, "Plan for")
    QTest.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.rect().topLeft() + terms(shown)[1].rect().topLeft())
    assert shown.last() == ("B",)


def test_words_are_explained_only_by_tools_that_are_on_and_cards_that_are_there(tokens: Tokens) -> None:
    assert terms(explained(tokens, frozenset())) == []
    assert terms(explained(tokens, frozenset({Tool.KEYWORD_TRANSLATION}))) == []
    assert len(terms(explained(tokens, frozenset({Tool.KEYWORD_TRANSLATION}), "keyword-translation"))) == 2


def test_blanks_in_tables_and_lists_take_answers(tokens: Tokens) -> None:
    sample = samples()["table"]
    shown = Shown(sample.item, tokens, size=(1024, 900))
    parts = shown.view.findChildren(TextEntryPart)
    assert [each.findChildren(QLineEdit)[0].accessibleName() for each in parts] == [
        f"Blank {place} of 8" for place in (1, 3, 5, 7)
    ]
    QTest.keyClicks(parts[1].findChildren(QLineEdit)[0], "12")
    shown.view.flush()
    assert shown.answers == [("N1", ("12",))]
    lists = shown.view.findChildren(InlineChoicePart)
    click(lists[0].findChildren(QPushButton)[0])
    click([each for each in shown.view.findChildren(QRadioButton) if each.isVisible()][2])
    assert shown.answers[-1] == ("P0", ("C",))


def test_controls_in_a_table_lie_in_their_cells_at_any_size(tokens: Tokens) -> None:
    shown = Shown(samples()["table"].item, tokens, size=(1024, 900))
    rects = [
        each.geometry()
        for each in [*shown.view.findChildren(TextEntryPart), *shown.view.findChildren(InlineChoicePart)]
    ]
    prose = {each.parentWidget() for each in shown.view.findChildren(TextEntryPart)}
    assert len(prose) == 2
    assert not any(one.intersects(other) for one in rects[:3] for other in rects[4:7])


def test_instructions_for_the_candidate_stand_above_and_others_nowhere(tokens: Tokens) -> None:
    rubrics = tuple(
        RubricBlock(views=frozenset({view}), use="instructions", content=(paragraph(f"For the {view.value}."),))
        for view in (View.CANDIDATE, View.SCORER)
    )
    shown = Shown(item(paragraph("Body."), rubrics=rubrics), tokens)
    words = [each.name for each in found(shown.view, QAccessible.Role.StaticText)]
    assert words.index("For the candidate.") < words.index("Body.")
    assert "For the scorer." not in words


def test_the_width_of_a_blank_follows_the_style(tokens: Tokens) -> None:
    def width(**more: object) -> int:
        blank = TextEntryInteraction(response=RESPONSE, **more)  # type: ignore[arg-type]  # as given
        kinds = {"RESPONSE": (Cardinality.SINGLE, BaseType.STRING)}
        shown = Shown(item(paragraph("x ", blank), responses=kinds), tokens)
        return shown.view.findChildren(TextEntryPart)[0].width()

    assert width(style=Style(input_width=3)) < width(expected_length=10) < width(style=Style(input_width=40))
    assert width(style=Style(input_width=72)) <= 1024


def test_a_form_that_does_not_fit_is_said_in_the_authors_words(tokens: Tokens) -> None:
    blank = TextEntryInteraction(
        response=RESPONSE, pattern_mask="[0-9]{4}", style=Style(pattern_message="Four digits, please.")
    )
    kinds = {"RESPONSE": (Cardinality.SINGLE, BaseType.STRING)}
    shown = Shown(item(paragraph("Code: ", blank), paragraph("end"), responses=kinds), tokens)
    QTest.keyClicks(focused(), "12")
    shown.view.findChildren(QLineEdit)[0].clearFocus()
    shown.settle()
    assert shown.hint() == "Four digits, please."


def test_a_list_follows_its_blank(tokens: Tokens) -> None:
    pick = InlineChoiceInteraction(response=RESPONSE, choices=choices("a", "b"))
    shown = Shown(item(paragraph("Some words that make a line, and ", pick, " behind them.")), tokens)
    shown.press(Qt.Key.Key_Return)
    row = shown.view.findChildren(QRadioButton)[0]
    before = row.mapTo(shown.view, row.rect().topLeft())
    shown.view.resize(260, 700)
    shown.settle()
    after = row.mapTo(shown.view, row.rect().topLeft())
    assert after != before
    assert after.y() > before.y()


def test_words_of_the_author_stand_where_nothing_is_picked(tokens: Tokens) -> None:
    pick = InlineChoiceInteraction(response=RESPONSE, choices=choices("a"), style=Style(empty_choice="your step"))
    shown = Shown(item(paragraph("Now ", pick, ".")), tokens)
    click(shown.view.findChildren(InlineChoicePart)[0].findChildren(QPushButton)[0])
    assert [each.accessibleName() for each in shown.view.findChildren(QRadioButton)] == ["a"]
    assert shown.view.findChildren(PickList)[0].words() == "your step"


def test_characters_are_counted_up_or_down(tokens: Tokens) -> None:
    def counted(counter: str, typed: str) -> str:
        essay = ExtendedTextInteraction(response=RESPONSE, expected_length=10, style=Style(counter=counter))
        kinds = {"RESPONSE": (Cardinality.SINGLE, BaseType.STRING)}
        shown = Shown(item(essay, responses=kinds), tokens)
        QTest.keyClicks(focused(), typed)
        return shown.hint().strip()

    assert counted("down", "four") == "Characters left: 6."
    assert counted("up", "four") == "Characters: 4 of 10."
    assert counted("down", "more than ten") == "Characters: 13 of 10."
    assert counted("", "two words") == "Words: 2."


def test_lines_and_letters_of_an_essay_follow_format_and_style(tokens: Tokens) -> None:
    def editor(**more: object) -> QPlainTextEdit:
        essay = ExtendedTextInteraction(response=RESPONSE, **more)  # type: ignore[arg-type]  # as given
        kinds = {"RESPONSE": (Cardinality.SINGLE, BaseType.STRING)}
        return Shown(item(essay, responses=kinds), tokens).view.findChildren(QPlainTextEdit)[0]

    low, high = editor(style=Style(height_lines=3)), editor(style=Style(height_lines=10))
    assert low.height() < high.height()
    assert editor(expected_length=140).minimumHeight() < editor(expected_length=600).minimumHeight()
    assert "Mono" in editor(format=TextFormat.PREFORMATTED).font().families()[0]
