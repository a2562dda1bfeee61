from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.ui.accessibility import nameless_controls
from tests.ui.waiting import let_pass
from ui.window.look import SPACINGS, TEXT_PERCENTS, Look, LookSetting
from ui.window.look_panel import LookPanel
from ui.window.theme import SCALE_MAX, Theme, Tokens

LOOKS = st.builds(
    Look,
    theme=st.sampled_from(Theme),
    text_percent=st.integers(100, 400),
    spacing=st.integers(100, 200),
    single_column=st.booleans(),
)


@given(LOOKS, LOOKS)
def test_what_a_journal_says_of_a_change_makes_the_other_look(one: Look, other: Look) -> None:
    made = one
    for setting, value in one.changes_to(other):
        made = made.adjusted(setting, value)
    assert made == other
    assert one.changes_to(one) == ()


@given(LOOKS)
def test_a_look_is_known_again_from_its_tokens(look: Look) -> None:
    assert Look.of(look.tokens()) == look


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("theme", "pink"),
        ("text-size", "90"),
        ("text-size", "401"),
        ("text-size", "²"),
        ("spacing", "99"),
        ("spacing", ""),
        ("layout", "two"),
        ("font", "serif"),
    ],
)
def test_no_other_setting_and_no_other_value(setting: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Look().adjusted(setting, value)


def test_the_largest_text_is_on_offer() -> None:
    assert max(TEXT_PERCENTS) == SCALE_MAX
    assert min(SPACINGS) == 100


def _panel(look: Look, app: QApplication) -> tuple[LookPanel, list[Look]]:
    panel = LookPanel(look, tokens=look.apply(app))
    chosen: list[Look] = []
    panel.chosen.connect(chosen.append)
    panel.resize(1024, panel.heightForWidth(1024))
    panel.show()
    panel.activateWindow()
    let_pass(20)
    return panel, chosen


def _press(panel: LookPanel, name: str) -> None:
    found = {each.accessibleName() or each.text(): each for each in panel.findChildren(QAbstractButton)}
    QTest.mouseClick(found[name], Qt.MouseButton.LeftButton)


def test_every_setting_is_chosen_by_one_click(qapp: QApplication, tokens: Tokens) -> None:
    panel, chosen = _panel(Look(), qapp)
    for name in ("High contrast", "400 %", "Wide", "One column"):
        _press(panel, name)
    assert chosen[-1] == Look(theme=Theme.HIGH_CONTRAST, text_percent=400, spacing=150, single_column=True)
    assert nameless_controls(panel) == []


def test_large_text_is_stepped_through_in_little_room(qapp: QApplication, tokens: Tokens) -> None:
    panel, chosen = _panel(Look(text_percent=300), qapp)
    _press(panel, "Larger text")
    _press(panel, "Smaller text")
    assert [each.text_percent for each in chosen] == [400, 300]
    assert panel.height() <= 768 // 4
    right = max(each.mapTo(panel, each.rect().bottomRight()).x() for each in panel.findChildren(QAbstractButton))
    assert right < 1024


def test_a_size_between_the_steps_is_a_step_of_its_own(qapp: QApplication, tokens: Tokens) -> None:
    panel, chosen = _panel(Look(text_percent=220), qapp)
    _press(panel, "Smaller text")
    assert chosen[-1].text_percent == 200
    panel.focus_chosen(LookSetting.TEXT_SIZE, step=-1)
    focused = qapp.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Smaller text"
