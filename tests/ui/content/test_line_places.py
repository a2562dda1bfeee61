"""What stands in a line: on the line of the letters, wholly inside of its own line, whatever stands beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import Element, Hottext, Node, Text, TextEntryInteraction
from tests.ui.content.test_plain import element
from ui.window.content.content_view import ContentView
from ui.window.content.figure import FormulaView
from ui.window.content.prose import ProseView
from ui.window.content.runs import RunFace
from ui.window.theme import Theme, Tokens, tokens_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="16"><rect width="20" height="16"/></svg>'
BLANK = TextEntryInteraction(response=ResponseId("R"))


def formula(baseline: str = "0.2", height: str = "13") -> Element:
    sizes = (("width", "20"), ("height", height), ("data-baseline", baseline))
    return Element(name="img", attributes=(("src", "f"), ("alt", "x"), ("class", "kiosk-math"), *sizes))


class Control(QPushButton):
    def sizeHint(self) -> QSize:
        return QSize(80, 44)


class Drawn(QLabel):
    def sizeHint(self) -> QSize:
        return QSize(20, 30)


def control(node: object, parent: QWidget) -> QWidget:
    return Drawn(parent) if isinstance(node, Element) else Control(parent)


def prose_of(tokens: Tokens, *nodes: Node) -> ProseView:
    prose = ProseView(nodes, tokens=tokens, make_widget=control)
    prose.resize(500, prose.heightForWidth(500))
    prose.show()
    QApplication.processEvents()
    return prose


def line_of(view: ContentView) -> float:
    """Where the line of the first paragraph's letters lies."""
    block = view.findChildren(ProseView)[0]._doc.begin()
    line = block.layout().lineAt(0)
    top: float = view.findChildren(ProseView)[0]._doc.documentLayout().blockBoundingRect(block).top()
    return top + float(line.y()) + float(line.ascent())


@pytest.mark.parametrize("scale", [100, 200, 400])
@pytest.mark.parametrize("baseline", ["0", "0.2", "6", "20"])
def test_a_formula_alone_stands_where_a_word_alone_would(qapp: QApplication, scale: int, baseline: str) -> None:
    tokens = tokens_of(Theme.LIGHT, scale)
    views = [
        ContentView((element("p", *nodes),), lambda _path: SVG, tokens=tokens)
        for nodes in (
            ("word",),
            (formula(baseline, str(13 + float(baseline))),),
            ("word ", formula(baseline, str(13 + float(baseline)))),
        )
    ]
    for view in views:
        view.resize(600, 400)
        view.show()
    qapp.processEvents()
    lines = [line_of(view) for view in views]
    if float(baseline) < 4:  # what reaches lower than letters makes its line higher
        assert lines == pytest.approx([lines[0]] * 3, abs=1.6)
    for view in views[1:]:
        place = view.findChildren(FormulaView)[0].geometry()
        depth = max(0.0, float(baseline)) * scale / 100
        assert place.bottom() + 1 - line_of(view) == pytest.approx(depth, abs=1.6)


@pytest.mark.parametrize(
    "nodes",
    [(BLANK,), ("word ", BLANK), (BLANK, " word"), (BLANK, formula()), (BLANK, BLANK), (formula("9", "30"), BLANK)],
)
def test_a_control_stands_inside_of_its_line_with_or_without_letters(
    tokens: Tokens, nodes: tuple[Node | str, ...]
) -> None:
    prose = prose_of(tokens, element("p", "Before."), element("p", *nodes), element("p", "After."))
    above, below = (prose._doc.begin(), prose._doc.lastBlock())
    layout = prose._doc.documentLayout()
    room = layout.blockBoundingRect(above).bottom() - 0.6, layout.blockBoundingRect(below).top() + 0.6
    placed = [each.geometry() for each in prose.findChildren(Control)]
    assert placed
    for place in [*placed, *(each.geometry() for each in prose.findChildren(Drawn))]:
        assert room[0] <= place.top() < place.bottom() + 1 <= room[1]
    assert len({place.center().y() for place in placed}) == 1


def test_a_control_stands_in_the_middle_of_its_cell(tokens: Tokens) -> None:
    row = element("tr", element("th", "Calls an hour"), element("td", BLANK))
    table = ProseView((element("table", row),), tokens=tokens, make_widget=control, limit_width=False)
    table.resize(500, table.heightForWidth(500))
    table.show()
    QApplication.processEvents()
    place = table.findChildren(QPushButton)[0].geometry()
    words = table._doc.documentLayout().blockBoundingRect(table._doc.find("Calls an hour").block())
    assert place.center().y() == pytest.approx(words.center().y(), abs=3)


def test_a_line_does_not_begin_with_the_space_after_a_break(tokens: Tokens) -> None:
    prose = prose_of(tokens, element("p", "one", element("br"), Text("\n  two "), element("br"), BLANK, " three"))
    assert prose._doc.toPlainText() == "one\ntwo\n\ufffc three"


def test_a_tall_formula_does_not_touch_what_stands_in_the_line_below(tokens: Tokens) -> None:
    prose = prose_of(tokens, element("p", formula("16", "40"), element("br"), BLANK))
    upper, lower = prose.findChildren(Drawn)[0].geometry(), prose.findChildren(Control)[0].geometry()
    assert lower.top() - (upper.bottom() + 1) >= 1


def test_a_run_covers_the_formula_in_it(tokens: Tokens) -> None:
    run = Hottext(identifier=ChoiceId("H"), content=(Text("the "), formula()))
    buttons: list[QPushButton] = []

    def face(_node: object, parent: QWidget) -> RunFace:
        buttons.append(QPushButton("x", parent))
        return RunFace(buttons[0], tokens=tokens)

    prose = ProseView((element("p", "Pick ", run, " here."),), tokens=tokens, make_widget=control, make_run=face)
    prose.resize(500, prose.heightForWidth(500))
    prose.show()
    QApplication.processEvents()
    place = prose.findChildren(Drawn)[0].geometry()
    assert buttons[0].geometry().left() < place.left()
    assert buttons[0].geometry().right() >= place.right()
