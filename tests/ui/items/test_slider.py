from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from exam_packages.qti.model import Orientation, SliderInteraction
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE
from tests.ui.items.parts import ShownPart, resource, words
from ui.window.items.slider import SliderPart, Track
from ui.window.theme import Theme, Tokens, apply

MINUTES = SliderInteraction(response=RESPONSE, prompt=words("How many minutes?"), lower_bound=0, upper_bound=10)


def slider(tokens: Tokens, **changes: object) -> ShownPart:
    made = replace(MINUTES, **changes)  # type: ignore[arg-type]  # fields by name
    return ShownPart(lambda parent: SliderPart(made, resource, tokens=tokens, parent=parent))


def says(shown: ShownPart) -> str:
    return next(each.name for each in tree(shown.window) if each.name.startswith(("No answer", "Your answer")))


def track(shown: ShownPart) -> Track:
    widget = shown.window.findChild(Track)
    assert isinstance(widget, Track)
    return widget


def spoken(shown: ShownPart) -> QAccessibleInterface:
    interface = QAccessible.queryAccessibleInterface(track(shown))
    assert interface is not None
    return interface


def test_untouched_there_is_no_answer(tokens: Tokens) -> None:
    shown = slider(tokens)
    assert shown.part.current() == ()
    assert says(shown) == "No answer yet. Click the scale, or use the buttons."
    assert spoken(shown).text(QAccessible.Text.Name) == "How many minutes?: from 0 to 10"


def test_the_first_step_takes_what_the_handle_shows(tokens: Tokens) -> None:
    shown = slider(tokens)
    shown.press(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert shown.told == [("0",), ("1",), ("2",), ("1",)]
    assert says(shown) == "Your answer: 1"


def test_keys_go_to_the_ends_and_far(tokens: Tokens) -> None:
    shown = slider(tokens, upper_bound=100)
    shown.press(Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_PageUp, Qt.Key.Key_Down)
    assert [each[0] for each in shown.told] == ["100", "90", "0", "10", "9"]


def test_buttons_are_enough(tokens: Tokens) -> None:
    shown = slider(tokens, upper_bound=1, step=0.1)
    for _step in range(4):
        shown.click("Increase")
    shown.click("Decrease")
    assert [each[0] for each in shown.told] == ["0", "0.1", "0.2", "0.3", "0.2"]


def test_a_button_that_can_do_no_more_gives_the_focus_back(tokens: Tokens) -> None:
    shown = slider(tokens, upper_bound=1)
    shown.button("Increase").setFocus()
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert shown.told == [("0",), ("1",)]
    assert not shown.button("Increase").isEnabled()
    assert shown.focus_name() == "How many minutes?: from 0 to 1"


@pytest.mark.parametrize(
    ("reverse", "mirrored", "expected"), [(False, False, "10"), (True, False, "0"), (False, True, "0")]
)
def test_a_click_goes_where_it_is(
    tokens: Tokens, qapp: QApplication, expected: str, *, reverse: bool, mirrored: bool
) -> None:
    if mirrored:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown = slider(tokens, reverse=reverse)
    widget = track(shown)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(widget.width() - 12, 20))
    assert shown.told == [(expected,)]
    shown.press(Qt.Key.Key_Right)
    assert len(shown.told) == 1, "the handle is at the right end already"
    shown.press(Qt.Key.Key_Left)
    assert shown.told[-1] == ("9" if expected == "10" else "1",)


def test_upright_the_lower_bound_is_below(tokens: Tokens) -> None:
    shown = slider(tokens, orientation=Orientation.VERTICAL, step_label=True)
    widget = track(shown)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(20, widget.height() - 10))
    shown.press(Qt.Key.Key_Up)
    assert shown.told == [("0",), ("1",)]
    assert shown.button("Increase").y() < widget.y() < shown.button("Decrease").y()
    shown.window.grab()


def test_only_where_the_handle_is_let_go_counts(tokens: Tokens) -> None:
    shown = slider(tokens)
    widget = track(shown)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=QPoint(12, 20))
    assert shown.part.has_pending()
    QTest.mouseMove(widget, QPoint(widget.width() // 2, 20))
    assert shown.told == []
    shown.part.flush()
    assert len(shown.told) == 1
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=QPoint(12, 20))
    assert len(shown.told) == 1


def test_the_wheel_changes_nothing(tokens: Tokens) -> None:
    shown = slider(tokens)
    shown.part.show_answer(("5",))
    middle = QPointF(track(shown).rect().center())
    event = QWheelEvent(
        middle,
        middle,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(track(shown), event)
    assert shown.told == []
    assert shown.part.current() == ("5",)


@pytest.mark.parametrize("stored", [("7",), ("7.0",), ("6.6",)])
def test_a_stored_answer_is_shown_exactly(tokens: Tokens, stored: tuple[str, ...]) -> None:
    shown = slider(tokens)
    shown.part.show_answer(stored)
    assert shown.part.current() == stored
    assert says(shown) == f"Your answer: {stored[0]}"
    assert shown.told == []


def test_what_is_no_number_is_no_answer(tokens: Tokens) -> None:
    shown = slider(tokens)
    shown.part.show_answer(("seven",))
    assert says(shown).startswith("No answer yet")


def test_clear_answer(tokens: Tokens) -> None:
    shown = slider(tokens)
    shown.part.show_answer(("5",))
    shown.click("Clear answer")
    assert shown.told == [()]
    assert says(shown).startswith("No answer yet")


def test_readers_hear_the_number_and_may_set_it(tokens: Tokens) -> None:
    shown = slider(tokens, lower_bound=10, upper_bound=50, step=5)
    shown.part.show_answer(("20",))
    (one,) = found(shown.window, QAccessible.Role.Slider)
    assert one.description == "Your answer: 20"
    value = spoken(shown).valueInterface()
    assert value.currentValue() == 20
    value.setCurrentValue(35)
    assert shown.told == [("35",)]


def test_locked(tokens: Tokens) -> None:
    shown = slider(tokens)
    shown.part.set_locked(locked=True)
    QTest.mouseClick(track(shown), Qt.MouseButton.LeftButton, pos=QPoint(200, 20))
    assert shown.told == []


@pytest.mark.parametrize("scale", [100, 400])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("orientation", Orientation)
def test_names_and_width(
    tokens: Tokens, qapp: QApplication, scale: int, orientation: Orientation, *, mirrored: bool
) -> None:
    if mirrored:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown = slider(apply(qapp, Theme.DARK, scale), orientation=orientation, step_label=True, upper_bound=1000, step=2.5)
    shown.window.grab()
    assert shown.window.width() == 1000
    assert nameless_controls(shown.window) == []
