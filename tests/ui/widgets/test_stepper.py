from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.accessibility import nameless_controls
from tests.ui.waiting import let_pass
from ui.window.theme import Theme, Tokens, tokens_of
from ui.window.widgets.labels import WORD_MAX, Words
from ui.window.widgets.stepper import Stepper


def stepper(tokens: Tokens, current: str = "1") -> tuple[Stepper, list[str]]:
    made = Stepper(
        [("1", "one"), ("2", "two"), ("3", "three")],
        tokens=tokens,
        name="Lines",
        less="Fewer lines",
        more="More lines",
        current=current,
    )
    told: list[str] = []
    made.stepped.connect(told.append)
    made.show()
    made.activateWindow()
    let_pass(20)
    return made, told


def buttons(made: Stepper) -> dict[str, QPushButton]:
    return {each.accessibleName(): each for each in made.findChildren(QPushButton)}


def test_it_goes_step_by_step_and_stops_at_the_ends(tokens: Tokens) -> None:
    made, told = stepper(tokens)
    assert not buttons(made)["Fewer lines"].isEnabled()
    for _click in range(4):
        QTest.mouseClick(buttons(made)["More lines"], Qt.MouseButton.LeftButton)
    assert told == ["2", "3"]
    assert not buttons(made)["More lines"].isEnabled()
    assert buttons(made)["Fewer lines"].accessibleDescription() == "Lines: three"
    assert nameless_controls(made) == []


def test_the_focus_is_never_left_on_a_button_that_is_off(tokens: Tokens) -> None:
    made, _told = stepper(tokens, current="2")
    buttons(made)["More lines"].setFocus()
    QTest.keyClick(buttons(made)["More lines"], Qt.Key.Key_Plus)
    assert QApplication.focusWidget() is buttons(made)["Fewer lines"]
    made.focus_step(1)
    assert QApplication.focusWidget() is buttons(made)["Fewer lines"]


def test_only_where_text_is_large_a_long_word_may_be_broken(qapp: QApplication) -> None:
    word = "x" * (2 * WORD_MAX + 1)
    assert Words(word, tokens=tokens_of(Theme.LIGHT, 200)).text() == word
    large = Words(f"{word} and more", tokens=tokens_of(Theme.LIGHT, 400)).text()
    assert large.replace("\u200b", "") == f"{word} and more"
    assert max(len(each) for each in large.replace("\u200b", " ").split()) == WORD_MAX
