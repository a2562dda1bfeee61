from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import Hottext, HottextInteraction, Style, Text
from tests.ui.accessibility import found, nameless_controls
from tests.ui.items.making import RESPONSE, Shown, click, focused, item, paragraph
from ui.window.content.prose import ProseView
from ui.window.theme import Tokens
from ui.window.widgets.button import Button

LONG = (
    "a clause that goes on for so long that it cannot stand on one line of the page but needs two or even three lines"
)


def hot(letter: str, words: str) -> Hottext:
    return Hottext(identifier=ChoiceId(letter), content=(Text(words),))


def note(tokens: Tokens, most: int, *, style: Style | None = None, least: int = 0) -> Shown:
    content = (
        paragraph("On Monday ", hot("A", "calls rose"), " and there was ", hot("B", LONG), "."),
        paragraph("Later ", hot("C", "two agents left"), "."),
    )
    interaction = HottextInteraction(
        response=RESPONSE,
        prompt=(Text("Which facts?"),),
        content=content,
        max_choices=most,
        min_choices=least,
        style=style or Style(),
    )
    return Shown(item(interaction), tokens)


def run(shown: Shown, start: str) -> QAbstractButton:
    runs = [*shown.view.findChildren(QRadioButton), *shown.view.findChildren(QCheckBox)]
    return next(each for each in runs if each.accessibleName().startswith(start))


def press_text(button: QAbstractButton) -> None:
    """Click the first line of a run, where its text is."""
    line = button.face.own_lines()[0]  # type: ignore[attr-defined]  # both kinds have one
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=line.center().toPoint())


def test_one_of_several(tokens: Tokens) -> None:
    shown = note(tokens, 1)
    press_text(run(shown, "calls"))
    press_text(run(shown, "two"))
    assert [value for _response, value in shown.answers] == [("A",), ("C",)]
    assert [each.checked for each in found(shown.view, QAccessible.Role.RadioButton)] == [False, False, True]


def test_picking_the_picked_place_again_tells_nothing_new(tokens: Tokens) -> None:
    shown = note(tokens, 1)
    press_text(run(shown, "calls"))
    press_text(run(shown, "calls"))
    assert shown.answers == [("RESPONSE", ("A",))]


def test_several_and_too_many_are_kept_and_said(tokens: Tokens) -> None:
    shown = note(tokens, 2)
    for start in ("two", "calls", "a clause"):
        press_text(run(shown, start))
    assert shown.last() == ("A", "B", "C")
    assert shown.hint() == "You have picked 3. Pick no more than 2: take 1 back."
    press_text(run(shown, "two"))
    assert shown.last() == ("A", "B")


def test_the_author_may_say_it_in_other_words(tokens: Tokens) -> None:
    shown = note(tokens, 2, least=1, style=Style(max_message="Two, please.", min_message="At least one."))
    assert shown.hint() == "Pick 1 to 2. You have picked 0.", "nobody is told off before having begun"
    shown.view.show_answers({RESPONSE: ("A", "B", "C")})
    assert shown.hint() == "Two, please."


def test_a_run_over_several_lines_takes_clicks_on_its_text_only(tokens: Tokens) -> None:
    shown = note(tokens, 2)
    button = run(shown, "a clause")
    lines = button.face.own_lines()  # type: ignore[attr-defined]  # both kinds have one
    assert len(lines) >= 2
    beside = QPoint(1, int(lines[0].center().y()))
    assert not any(line.contains(beside.toPointF()) for line in lines)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=beside)
    assert shown.answers == []
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=lines[-1].center().toPoint())
    assert shown.last() == ("B",)


def test_runs_lie_where_their_words_are(tokens: Tokens) -> None:
    shown = note(tokens, 2)
    prose = next(each for each in shown.view.findChildren(ProseView) if each.text().startswith("On Monday"))
    first = run(shown, "calls").geometry()
    width = tokens.font()
    assert first.height() >= 24
    assert first.left() > 0
    assert prose.rect().contains(first)
    assert width.pixelSize() * 4 < first.width() < width.pixelSize() * 10


def test_tab_and_arrows_go_through_the_runs_and_keys_pick(tokens: Tokens) -> None:
    shown = note(tokens, 2)
    assert focused() is run(shown, "calls")
    shown.press(Qt.Key.Key_Tab)
    assert focused() is run(shown, "a clause")
    shown.press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Right)
    assert shown.last() == ("B", "C")
    assert focused() is run(shown, "calls")


def test_the_answer_can_be_taken_back(tokens: Tokens) -> None:
    shown = note(tokens, 1)
    shown.view.show_answers({RESPONSE: ("B",)})
    clear = next(each for each in shown.view.findChildren(Button) if each.text() == "Clear answer")
    click(clear)
    assert shown.last() == ()


def test_names_places_and_the_whole_text(tokens: Tokens) -> None:
    shown = note(tokens, 1)
    assert nameless_controls(shown.view) == []
    radios = found(shown.view, QAccessible.Role.RadioButton)
    assert [each.description for each in radios] == [f"Choice {n} of 3 in the text" for n in (1, 2, 3)]
    assert any(
        "On Monday calls rose and there was" in each.name for each in found(shown.view, QAccessible.Role.StaticText)
    )


def test_a_run_is_seen_as_such_and_a_picked_one_differs_in_shape(tokens: Tokens) -> None:
    shown, plain = note(tokens, 1), note(tokens, 1, style=Style(unselected_hidden=True))

    def ink(which: Shown) -> int:
        """How many pixels around the first run are not those of paper and letters alone."""
        run(which, "calls").clearFocus()
        prose = next(each for each in which.view.findChildren(ProseView) if each.text().startswith("On Monday"))
        image, box = prose.grab().toImage(), run(which, "calls").geometry()
        row = box.bottom() - 1
        return len({image.pixelColor(x, row).name() for x in range(box.left() + 4, box.right() - 4)})

    assert ink(shown) > 1
    assert ink(plain) == 1
    plain.view.show_answers({RESPONSE: ("A",)})
    assert run(plain, "calls").isChecked()


def test_locked(tokens: Tokens) -> None:
    shown = note(tokens, 1)
    shown.view.set_locked(True)
    press_text(run(shown, "calls"))
    assert shown.answers == []


def test_words_in_the_other_direction_are_picked_where_they_stand(tokens: Tokens) -> None:
    content = (paragraph("The ", hot("A", "cat"), " ", hot("B", "sat"), " on the ", hot("C", "mat"), "."),)
    interaction = HottextInteraction(response=RESPONSE, content=content, max_choices=0)
    shown = Shown(item(interaction, language="he"), tokens)
    places = [run(shown, words).face.lines for words in ("cat", "sat", "mat")]  # type: ignore[attr-defined]
    assert [len(lines) for lines in places] == [1, 1, 1]
    (cat,), (sat,), (mat,) = places
    assert cat.right() < sat.left()
    assert sat.right() < mat.left()
    prose = run(shown, "cat").parentWidget()
    assert prose is not None
    assert mat.right() == prose.width() - 1, "the words stand at the right, the full stop at their left"
