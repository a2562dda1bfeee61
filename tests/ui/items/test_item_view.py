from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QRadioButton, QScrollArea, QSplitter, QSplitterHandle

from exam_packages.qti.model import ChoiceInteraction, Element, Stimulus, Text
from tests.ui.accessibility import found, nameless_controls, tree
from tests.ui.items.making import RESPONSE, Shown, choices, click, focused, item, paragraph
from ui.window.content.content_view import ContentView
from ui.window.items.divider import Divided
from ui.window.items.item_view import ItemView, ViewPosition
from ui.window.items.rubric_view import RubricView
from ui.window.items.stimulus_view import StimulusView, exhibits_of
from ui.window.theme import Theme, Tokens, apply, tokens_of


def section(heading: str, *words: str) -> Element:
    head = Element(name="h2", children=(Text(heading),))
    return Element(name="section", children=(Text("\n "), head, *(paragraph(each) for each in words)))


LONG = "The center takes two hundred and forty calls in the busiest half hour of the day. " * 30
STIMULUS = Stimulus(
    identifier="s",
    title="Alderway",
    language="en",
    body=(Text("\n"), section("Memo", LONG), section("Table", LONG), section("Chart", "Short.")),
)


def shown_with_stimulus(tokens: Tokens, size: tuple[int, int] = (1024, 600)) -> Shown:
    interaction = ChoiceInteraction(response=RESPONSE, choices=choices("one", "two"))
    return Shown(item(paragraph(LONG), interaction), tokens, stimulus=STIMULUS, size=size)


def test_sections_become_exhibits_named_by_their_heading() -> None:
    assert [name for name, _nodes in exhibits_of(STIMULUS.body)] == ["Memo", "Table", "Chart"]


def test_a_heading_that_names_the_tab_is_not_said_twice() -> None:
    _name, nodes = exhibits_of(STIMULUS.body)[2]
    assert not any(isinstance(node, Element) and node.name == "h2" for node in nodes)


def test_sections_inside_one_wrapper_and_loose_text_before_them() -> None:
    wrapped = (Element(name="div", children=(paragraph("Before."), section("A", "a"), section("B", "b"))),)
    assert [name for name, _nodes in exhibits_of(wrapped)] == ["", "A", "B"]
    assert len(exhibits_of((section("Only", "one"),))) == 1


def test_exhibits_are_tabs_that_arrows_change(tokens: Tokens) -> None:
    shown = shown_with_stimulus(tokens)
    tabs = [each for each in shown.view.findChildren(QRadioButton) if each.text() in {"Memo", "Table", "Chart"}]
    tabs[0].setFocus()
    shown.press(Qt.Key.Key_Right)
    assert shown.view.findChildren(StimulusView)[0].exhibit() == 1
    assert focused().text() == "Table"  # type: ignore[attr-defined]  # a radio button
    shown.press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert shown.view.findChildren(StimulusView)[0].exhibit() == 2


def test_each_exhibit_keeps_its_own_scroll_position(tokens: Tokens) -> None:
    shown = shown_with_stimulus(tokens)
    stimulus = shown.view.findChildren(StimulusView)[0]
    stimulus.restore_scroll((120,))
    stimulus.show_exhibit(1)
    stimulus.show_exhibit(0)
    assert stimulus.scroll_offsets() == (120, 0, 0)


def test_a_position_is_come_back_to(tokens: Tokens) -> None:
    first = shown_with_stimulus(tokens)
    first.view.restore_position(
        ViewPosition(exhibit=1, stimulus_scroll=(30, 90, 0), question_scroll=40, divider_percent=40)
    )
    first.settle()
    kept = first.view.position()
    second = shown_with_stimulus(tokens)
    second.view.restore_position(kept)
    second.settle()
    assert second.view.position() == kept
    assert (kept.exhibit, kept.question_scroll) == (1, 40)
    assert kept.divider_percent is not None
    assert abs(kept.divider_percent - 40) <= 2


def test_the_divider_is_moved_by_arrow_keys(tokens: Tokens) -> None:
    shown = shown_with_stimulus(tokens)
    splitter = shown.view.findChildren(QSplitter)[0]
    handle = next(each for each in splitter.findChildren(QSplitterHandle) if each.isVisible())
    before = splitter.sizes()
    handle.setFocus()
    shown.press(Qt.Key.Key_Right)
    assert splitter.sizes()[0] > before[0]
    shown.press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert splitter.sizes()[0] < before[0]


def test_at_200_percent_one_pane_is_shown_and_nothing_scrolls_sideways(tokens: Tokens) -> None:
    large = tokens_of(Theme.LIGHT, 200)
    shown = shown_with_stimulus(large, size=(1024, 768))
    assert not shown.view.findChildren(StimulusView)[0].isVisible()
    scenario = next(each for each in shown.view.findChildren(QRadioButton) if each.text() == "Scenario")
    click(scenario)
    assert shown.view.findChildren(StimulusView)[0].isVisible()
    for area in shown.view.findChildren(QScrollArea):
        page = area.widget()
        assert page is None or not area.isVisible() or page.width() <= area.viewport().width()
    shown.view.restore_position(ViewPosition())
    assert not shown.view.findChildren(StimulusView)[0].isVisible()


def test_the_question_is_numbered_and_read_in_order(tokens: Tokens) -> None:
    shown = Shown(
        item(
            paragraph("Stem."), ChoiceInteraction(response=RESPONSE, prompt=(Text("Ask?"),), choices=choices("x", "y"))
        ),
        tokens,
    )
    words = [each.name for each in tree(shown.view) if each.role == QAccessible.Role.StaticText]
    assert words[:3] == ["Question 3", "Stem.", "Ask?"]


def test_every_control_has_a_name(tokens: Tokens) -> None:
    assert nameless_controls(shown_with_stimulus(tokens).view) == []


def test_an_arabic_item_runs_from_right_to_left(tokens: Tokens) -> None:
    body = (paragraph("ما مستوى الخدمة؟"), ChoiceInteraction(response=RESPONSE, choices=choices("٧١", "٨٨")))
    shown = Shown(item(*body, language="ar"), tokens)
    row = shown.view.findChildren(QRadioButton)[0]
    assert row.layoutDirection() is Qt.LayoutDirection.RightToLeft
    content = row.findChildren(ContentView)[0]
    assert content.x() + content.width() < row.width() - 40, "mark and letter stand at the right"


def test_a_rubric_is_as_high_as_its_text(tokens: Tokens) -> None:
    rubric = RubricView((paragraph(LONG), paragraph("The end.")), lambda _path: b"", tokens=tokens)
    layout = rubric.layout()
    assert layout is not None
    assert layout.heightForWidth(400) > layout.heightForWidth(800) > 200
    rubric.resize(800, layout.heightForWidth(800))
    rubric.show()
    assert [each.name for each in found(rubric, QAccessible.Role.StaticText)] == [f"{LONG.strip()}\nThe end."]


def test_two_panes_never_make_a_window_grow_that_has_room_for_one(qapp: QApplication) -> None:
    tokens = apply(qapp, Theme.LIGHT, 400)
    body = (section("Resolution by reason and by week", LONG), section("Memo", LONG))
    stimulus = Stimulus(identifier="s", title="Alderway", language="en", body=body)
    view = ItemView(
        item(ChoiceInteraction(response=RESPONSE, choices=choices("one", "two"))),
        stimulus,
        lambda _path: b"",
        number=1,
        tokens=tokens,
    )
    (divided,) = view.findChildren(Divided)
    assert QSplitter.minimumSizeHint(divided).width() > 1024, "both have no room"
    assert view.minimumSizeHint().width() <= 1024
    view.resize(1024, 768)
    view.show()
    for _round in range(3):
        QApplication.processEvents()
    assert view.width() == 1024
