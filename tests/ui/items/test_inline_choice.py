from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton

from exam_packages.ids import ResponseId
from exam_packages.qti.model import InlineChoiceInteraction
from tests.ui.accessibility import found, nameless_controls
from tests.ui.items.making import Shown, choices, click, focused, item, paragraph
from ui.window.items.inline_choice import InlineChoicePart
from ui.window.theme import Tokens

FIRST, SECOND = ResponseId("R1"), ResponseId("R2")


def letter(tokens: Tokens, size: tuple[int, int] = (1024, 700)) -> Shown:
    first = InlineChoiceInteraction(response=FIRST, choices=choices("1.0 percent", "3.0 percent", "4.0 percent"))
    second = InlineChoiceInteraction(
        response=SECOND, choices=choices("use the fastest pace", "keep the pace", "slow the pace")
    )
    body = paragraph("We dropped ", first, " of live answers. From Monday we will ", second, ", and coach.")
    return Shown(item(body, responses=("R1", "R2")), tokens, size=size)


def parts(shown: Shown) -> list[InlineChoicePart]:
    return shown.view.findChildren(InlineChoicePart)


def test_the_list_opens_in_the_page_and_is_no_window(tokens: Tokens) -> None:
    shown = letter(tokens)
    windows = len(QApplication.topLevelWidgets())
    shown.press(Qt.Key.Key_Return)
    assert parts(shown)[0].is_open()
    assert len(QApplication.topLevelWidgets()) == windows
    assert QApplication.activePopupWidget() is None
    assert focused().window() is shown.view


def test_arrows_move_enter_picks_and_the_focus_comes_back(tokens: Tokens) -> None:
    shown = letter(tokens)
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert shown.answers == []
    shown.press(Qt.Key.Key_Return)
    assert shown.answers == [("R1", ("C",))]
    assert not parts(shown)[0].is_open()
    assert focused().accessibleName() == "Blank 1 of 2: 4.0 percent"


def test_escape_shuts_the_list_and_keeps_the_answer(tokens: Tokens) -> None:
    shown = letter(tokens)
    shown.view.show_answers({FIRST: ("B",)})
    shown.press(Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Escape)
    assert shown.answers == []
    assert focused().accessibleName() == "Blank 1 of 2: 3.0 percent"


def test_typing_seeks(tokens: Tokens) -> None:
    shown = letter(tokens)
    shown.press(Qt.Key.Key_Tab, Qt.Key.Key_Return)
    QTest.keyClicks(focused(), "s")
    assert focused().accessibleName() == "slow the pace"
    QTest.keyClicks(focused(), "k")
    shown.press(Qt.Key.Key_Space)
    assert shown.answers == [("R2", ("B",))]


def test_leaving_the_list_shuts_it(tokens: Tokens) -> None:
    shown = letter(tokens)
    shown.press(Qt.Key.Key_Return)
    click(parts(shown)[1].findChildren(QPushButton)[0])
    assert not parts(shown)[0].is_open()
    assert parts(shown)[1].is_open()


def test_a_click_picks(tokens: Tokens) -> None:
    shown = letter(tokens)
    click(parts(shown)[0].findChildren(QPushButton)[0])
    click(shown.view.findChildren(QRadioButton)[1])
    assert shown.last() == ("B",)


def test_a_picked_answer_can_be_taken_back(tokens: Tokens) -> None:
    shown = letter(tokens)
    shown.view.show_answers({FIRST: ("B",)})
    shown.press(Qt.Key.Key_Return)
    click(next(each for each in shown.view.findChildren(QPushButton) if each.text() == "Clear answer"))
    assert shown.last() == ()
    assert focused().accessibleName() == "Blank 1 of 2: not answered"


def test_the_open_list_fits_the_page(tokens: Tokens) -> None:
    shown = letter(tokens, size=(420, 180))
    shown.press(Qt.Key.Key_Return)
    rows = shown.view.findChildren(QRadioButton)
    panel = rows[0].parentWidget()
    assert panel is not None
    page = panel.parentWidget()
    assert page is not None
    assert page.rect().contains(panel.geometry())
    assert all(row.height() >= 44 for row in rows)
    height = page.height()
    shown.press(Qt.Key.Key_Escape)
    shown.settle()
    assert page.height() <= height


def test_names(tokens: Tokens) -> None:
    shown = letter(tokens)
    buttons = found(shown.view, QAccessible.Role.Button) + found(shown.view, QAccessible.Role.CheckBox)
    names = [each.name for each in buttons]
    assert "Blank 1 of 2: not answered" in names
    assert nameless_controls(shown.view) == []
    shown.press(Qt.Key.Key_Return)
    assert nameless_controls(shown.view) == []
    assert [each.name for each in found(shown.view, QAccessible.Role.RadioButton)] == [
        "1.0 percent",
        "3.0 percent",
        "4.0 percent",
    ]


def test_locking_shuts_the_list(tokens: Tokens) -> None:
    shown = letter(tokens)
    shown.press(Qt.Key.Key_Return)
    shown.view.set_locked(True)
    assert not parts(shown)[0].is_open()
