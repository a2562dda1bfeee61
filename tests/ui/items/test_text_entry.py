from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from exam_packages.ids import ResponseId
from exam_packages.qti.model import BaseType, Style, TextEntryInteraction
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, focused, item, paragraph
from ui.window.content.prose import ProseView
from ui.window.items.text_entry import TELL_AFTER_MS
from ui.window.theme import Tokens


def entry(tokens: Tokens, *, base_type: BaseType = BaseType.FLOAT, mask: str | None = None) -> Shown:
    interaction = TextEntryInteraction(response=RESPONSE, expected_length=8, pattern_mask=mask)
    body = paragraph("Occupancy is ", interaction, " percent.")
    return Shown(item(body, base_type=base_type), tokens)


def line(shown: Shown) -> QLineEdit:
    return shown.view.findChildren(QLineEdit)[0]


def words_on_screen(shown: Shown) -> list[str]:
    return [each.name for each in tree(shown.view) if each.role == QAccessible.Role.StaticText]


def test_a_number_is_told_as_qti_writes_it_when_the_field_is_left(tokens: Tokens) -> None:
    shown = entry(tokens)
    QTest.keyClicks(line(shown), "30,240.5")
    shown.press(Qt.Key.Key_Tab)
    assert shown.answers == [("RESPONSE", ("30240.5",))]
    assert line(shown).text() == "30,240.5"
    assert "Read as 30240.5." in words_on_screen(shown)


def test_typing_is_told_by_age_although_nobody_pauses(tokens: Tokens) -> None:
    shown = entry(tokens, base_type=BaseType.STRING)
    for letter in "abandonment":
        QTest.keyClicks(line(shown), letter)
        QTest.qWait(60)
    assert len(shown.answers) >= 2
    assert shown.answers[0][1][0] == "abandonment"[: len(shown.answers[0][1][0])]
    assert TELL_AFTER_MS <= 300


def test_flush_tells_at_once_and_only_once(tokens: Tokens) -> None:
    shown = entry(tokens)
    QTest.keyClicks(line(shown), "85")
    shown.view.flush()
    shown.view.flush()
    assert shown.answers == [("RESPONSE", ("85",))]


def test_what_is_no_number_is_kept_told_and_said_in_words(tokens: Tokens) -> None:
    shown = entry(tokens)
    QTest.keyClicks(line(shown), "about 85")
    shown.press(Qt.Key.Key_Tab)
    assert shown.last() == ("about 85",)
    assert line(shown).text() == "about 85"
    assert any(words.startswith("“about 85” is not a number.") for words in words_on_screen(shown))
    assert "is not a number" in line(shown).accessibleDescription()
    line(shown).setFocus()
    line(shown).selectAll()
    QTest.keyClicks(line(shown), "85")
    assert not any("is not a number" in words for words in words_on_screen(shown))


def test_a_text_of_another_form_is_kept_and_said(tokens: Tokens) -> None:
    shown = entry(tokens, base_type=BaseType.STRING, mask="[A-Z]{2}")
    QTest.keyClicks(line(shown), "abc")
    shown.press(Qt.Key.Key_Tab)
    assert shown.last() == ("abc",)
    assert any("does not have the form" in words for words in words_on_screen(shown))


def test_a_number_has_the_form_that_is_asked_for_as_it_is_told(tokens: Tokens) -> None:
    interaction = TextEntryInteraction(
        response=RESPONSE, pattern_mask=r"\d+\.\d", style=Style(pattern_message="One decimal place, please.")
    )
    shown = Shown(item(paragraph("About ", interaction, " percent."), base_type=BaseType.FLOAT, language="de"), tokens)
    for typed, told, said in (
        ("3,5", "3.5", "Read as 3.5."),
        ("3,25", "3.25", "One decimal place, please."),
        ("about 3", "about 3", "One decimal place, please."),
    ):
        line(shown).setFocus()
        line(shown).selectAll()
        QTest.keyClicks(line(shown), typed)
        line(shown).clearFocus()
        assert shown.last() == (told,)
        assert said in words_on_screen(shown)


def test_an_emptied_field_is_null(tokens: Tokens) -> None:
    shown = entry(tokens)
    QTest.keyClicks(line(shown), "8")
    shown.view.flush()
    shown.view.show_answers({RESPONSE: ("8",)})
    QTest.keyClick(line(shown), Qt.Key.Key_Backspace)
    shown.view.flush()
    assert shown.last() == ()


def test_the_session_never_moves_the_cursor_of_who_types(tokens: Tokens) -> None:
    shown = entry(tokens, base_type=BaseType.STRING)
    QTest.keyClicks(line(shown), "service")
    shown.view.flush()
    line(shown).setCursorPosition(3)
    shown.view.show_answers({RESPONSE: ("service",)})
    assert line(shown).cursorPosition() == 3
    QTest.keyClicks(line(shown), "x")
    shown.view.show_answers({RESPONSE: ("service",)})
    assert line(shown).text() == "serxvice"


def test_an_answer_from_the_session_is_shown(tokens: Tokens) -> None:
    shown = entry(tokens)
    shown.view.show_answers({RESPONSE: ("63.33",)})
    assert line(shown).text() == "63.33"
    assert shown.answers == []


def test_halves_of_characters_never_leave(tokens: Tokens) -> None:
    shown = entry(tokens, base_type=BaseType.STRING)
    QTest.keyClicks(line(shown), "a")
    line(shown).insert("\U0001f600")
    line(shown).textEdited.emit(line(shown).text())
    shown.view.flush()
    assert shown.last() == ("a\U0001f600",)
    shown.last()[0].encode()


def test_blanks_are_numbered_and_carry_their_sentence(tokens: Tokens) -> None:
    first, second = (TextEntryInteraction(response=ResponseId(each)) for each in ("R1", "R2"))
    body = (paragraph("Shrinkage is ", first, " percent."), paragraph("Occupancy is ", second, " percent."))
    shown = Shown(item(*body, base_type=BaseType.FLOAT, responses=("R1", "R2")), tokens)
    fields = found(shown.view, QAccessible.Role.EditableText)
    assert [each.name for each in fields] == ["Blank 1 of 2", "Blank 2 of 2"]
    assert fields[1].description == "Occupancy is (blank 2) percent. A number."
    assert "Shrinkage is (blank 1) percent.\nOccupancy is (blank 2) percent." in words_on_screen(shown)
    assert nameless_controls(shown.view) == []
    assert focused().accessibleName() == "Blank 1 of 2"
    shown.press(Qt.Key.Key_Tab)
    assert focused().accessibleName() == "Blank 2 of 2"


def test_the_field_stands_in_its_line(tokens: Tokens) -> None:
    shown = entry(tokens)
    field, prose = line(shown), shown.view.findChildren(ProseView)[0]

    def place() -> QRect:
        return QRect(field.mapTo(prose, QPoint(0, 0)), field.size())

    before = place()
    assert before.x() > 60
    assert prose.rect().contains(before)
    shown.view.resize(150, 500)
    shown.settle()
    assert place().x() < before.x()
    assert prose.rect().contains(place())


def test_cut_and_paste_stay_in_the_item(tokens: Tokens) -> None:
    shown = entry(tokens, base_type=BaseType.STRING)
    QTest.keyClicks(line(shown), "secret")
    line(shown).selectAll()
    QTest.keyClick(line(shown), Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    assert line(shown).text() == ""
    QTest.keyClick(line(shown), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line(shown), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert line(shown).text() == "secretsecret"


def test_coming_back_to_an_answer_selects_nothing(tokens: Tokens) -> None:
    shown = entry(tokens)
    shown.view.show_answers({RESPONSE: ("85",)})
    shown.view.setFocus()
    shown.view.focus_first()
    assert line(shown).hasFocus()
    assert not line(shown).hasSelectedText()
    QTest.keyClicks(line(shown), ".5")
    assert line(shown).text() == "85.5"
