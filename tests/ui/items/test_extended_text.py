from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from exam_packages.qti.model import ExtendedTextInteraction, Text
from tests.ui.accessibility import nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, item
from ui.window.items.code_points import Edit
from ui.window.items.extended_text import CHARACTERS_MAX, TELL_AFTER_MS, count_words
from ui.window.theme import Tokens


def essay(tokens: Tokens, *, least: int | None = None, most: int | None = None) -> Shown:
    interaction = ExtendedTextInteraction(
        response=RESPONSE, prompt=(Text("What did you change?"),), min_words=least, max_words=most
    )
    return Shown(item(interaction), tokens)


def editor(shown: Shown) -> QPlainTextEdit:
    return shown.view.findChildren(QPlainTextEdit)[0]


def applied(shown: Shown, start: str = "") -> str:
    text = start
    for _response, at, deleted, inserted in shown.edits:
        text = Edit(at=at, deleted=deleted, inserted=inserted).applied_to(text)
    return text


def words_on_screen(shown: Shown) -> str:
    names = [each.name for each in tree(shown.view) if each.role == QAccessible.Role.StaticText]
    return next(each for each in names if each.startswith("Words:"))


def test_typing_is_told_within_a_second_although_nobody_pauses(tokens: Tokens) -> None:
    shown = essay(tokens)
    for letter in "attrition fell":
        QTest.keyClicks(editor(shown), letter)
        QTest.qWait(70)
    assert shown.edits
    assert len(applied(shown)) >= len("attrition fell") * 0.4
    assert TELL_AFTER_MS < 1000
    shown.view.flush()
    assert applied(shown) == "attrition fell"


def test_edits_count_code_points_and_not_utf_16_units(tokens: Tokens) -> None:
    shown = essay(tokens)
    editor(shown).insertPlainText("\U0001f600\U0001f4deab")
    shown.view.flush()
    cursor = editor(shown).textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Left)
    editor(shown).setTextCursor(cursor)
    QTest.keyClick(editor(shown), Qt.Key.Key_Backspace)
    QTest.keyClicks(editor(shown), "X")
    shown.view.flush()
    assert shown.edits[-1] == ("RESPONSE", 2, 1, "X")
    assert applied(shown) == "\U0001f600\U0001f4deXb" == editor(shown).toPlainText()


def test_a_new_line_is_one_line_feed(tokens: Tokens) -> None:
    shown = essay(tokens)
    QTest.keyClicks(editor(shown), "a")
    shown.press(Qt.Key.Key_Return)
    QTest.keyClicks(editor(shown), "b")
    shown.view.flush()
    assert applied(shown) == "a\nb"


def test_changes_far_apart_are_edits_of_their_own(tokens: Tokens) -> None:
    shown = essay(tokens)
    shown.view.show_answers({RESPONSE: ("x" * 5000,)})
    editor(shown).moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor(shown), "end")
    editor(shown).moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(editor(shown), "start")
    shown.view.flush()
    assert sum(len(inserted) + deleted for _r, _at, deleted, inserted in shown.edits) == len("endstart")
    assert applied(shown, "x" * 5000) == "start" + "x" * 5000 + "end"


def test_undo_and_redo_are_told_as_edits(tokens: Tokens) -> None:
    shown = essay(tokens)
    QTest.keyClicks(editor(shown), "one")
    shown.view.flush()
    editor(shown).undo()
    shown.view.flush()
    assert applied(shown) == editor(shown).toPlainText() == ""
    editor(shown).redo()
    shown.view.flush()
    assert applied(shown) == "one"


def test_the_session_is_shown_once_and_never_disturbs_who_types(tokens: Tokens) -> None:
    shown = essay(tokens)
    shown.view.show_answers({RESPONSE: ("Resumed text",)})
    assert editor(shown).toPlainText() == "Resumed text"
    assert shown.edits == []
    editor(shown).moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor(shown), " and more")
    shown.view.show_answers({RESPONSE: ("Resumed text and",)})
    assert editor(shown).toPlainText() == "Resumed text and more"
    assert editor(shown).textCursor().atEnd()
    shown.view.flush()
    assert applied(shown, "Resumed text") == "Resumed text and more"


def test_leaving_the_editor_tells_what_is_left(tokens: Tokens) -> None:
    shown = essay(tokens)
    QTest.keyClicks(editor(shown), "last words")
    editor(shown).clearFocus()
    assert applied(shown) == "last words"


def test_tab_leaves_and_is_not_typed(tokens: Tokens) -> None:
    shown = essay(tokens)
    QTest.keyClicks(editor(shown), "a")
    shown.press(Qt.Key.Key_Tab)
    assert editor(shown).toPlainText() == "a"


def test_words_are_counted_and_limits_told_in_words(tokens: Tokens) -> None:
    shown = essay(tokens, least=2, most=4)
    assert words_on_screen(shown) == "Words: 0. Write 2 to 4 words."
    QTest.keyClicks(editor(shown), "one two")
    assert words_on_screen(shown) == "Words: 2. Write 2 to 4 words."
    QTest.keyClicks(editor(shown), " three four five")
    assert words_on_screen(shown) == "Words: 5. 1 more than the limit of 4."
    assert editor(shown).toPlainText() == "one two three four five"
    assert nameless_controls(shown.view) == []


def test_words_as_people_count_them() -> None:
    assert count_words("") == 0
    assert count_words("First-contact resolution rose from 71.5 to 80 %, didn't it?") == 9
    assert count_words("Ένα δύο τρία") == 3


def test_clipboards_get_nothing_and_the_item_keeps_its_own(tokens: Tokens) -> None:
    shown = essay(tokens)
    QApplication.clipboard().setText("from outside")
    QTest.keyClicks(editor(shown), "inside")
    editor(shown).selectAll()
    QTest.keyClick(editor(shown), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "from outside"
    editor(shown).moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(editor(shown), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor(shown).toPlainText() == "insideinside"
    editor(shown).paste()
    editor(shown).copy()
    assert editor(shown).toPlainText() == "insideinside"
    assert "inside" not in QApplication.clipboard().text().removeprefix("from outside")


def test_a_text_stays_within_what_a_session_takes(tokens: Tokens) -> None:
    shown = essay(tokens)
    shown.view.show_answers({RESPONSE: ("\U0001f600" + "x" * (CHARACTERS_MAX - 2),)})
    editor(shown).moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor(shown), "ab")
    shown.settle()
    shown.view.flush()
    assert editor(shown).toPlainText().endswith("xa")
    assert shown.edits == [("RESPONSE", CHARACTERS_MAX - 1, 0, "a")]


def test_locked_text_can_be_read_and_not_changed(tokens: Tokens) -> None:
    shown = essay(tokens)
    QTest.keyClicks(editor(shown), "before")
    shown.view.set_locked(True)
    assert applied(shown) == "before"
    QTest.keyClicks(editor(shown), "after")
    QTest.keyClick(editor(shown), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor(shown).toPlainText() == "before"


_CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 6),
        st.text(
            st.characters(codec="utf-8", exclude_characters="\x00\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufdd0\ufdd1"),
            max_size=8,
        ),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES)
def test_the_edits_told_make_the_final_text(tokens: Tokens, changes: list[tuple[float, int, str, bool]]) -> None:
    shown = essay(tokens)
    for where, deleted, inserted, flush in changes:
        cursor = editor(shown).textCursor()
        cursor.setPosition(round(where * (editor(shown).document().characterCount() - 1)))
        for _step in range(deleted):
            cursor.deletePreviousChar()
        cursor.insertText(inserted)
        if flush:
            shown.view.flush()
    shown.view.flush()
    assert applied(shown) == editor(shown).toPlainText()
    shown.view.close()
    shown.view.deleteLater()


def test_an_essay_is_gone_on_with_where_it_ends(tokens: Tokens) -> None:
    shown = essay(tokens)
    shown.view.show_answers({RESPONSE: ("We hired",)})
    QTest.keyClicks(editor(shown), " two.")
    assert editor(shown).toPlainText() == "We hired two."
