"""Model values and views for the tests of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    Cardinality,
    Choice,
    Element,
    Lexical,
    Node,
    ResponseDeclaration,
    Stimulus,
    Text,
    Tool,
)
from tests.ui.sample_items import picture
from ui.window.items.item_view import ItemView
from ui.window.theme import Tokens
from ui.window.widgets.sentence import Sentence

RESPONSE = ResponseId("RESPONSE")


def choices(*words: str, match_max: int = 1) -> tuple[Choice, ...]:
    """Choices A, B, C … with these words."""
    return tuple(
        Choice(identifier=ChoiceId(chr(ord("A") + place)), content=(Text(each),), match_max=match_max)
        for place, each in enumerate(words)
    )


def paragraph(*nodes: Node | str) -> Element:
    return Element(name="p", children=tuple(Text(node) if isinstance(node, str) else node for node in nodes))


def item(
    *body: Node,
    base_type: BaseType = BaseType.IDENTIFIER,
    responses: Sequence[str] = ("RESPONSE",),
    language: str = "en",
) -> AssessmentItem:
    declarations = tuple(
        ResponseDeclaration(identifier=ResponseId(each), cardinality=Cardinality.SINGLE, base_type=base_type)
        for each in responses
    )
    return AssessmentItem(
        identifier="item", title="Item", language=language, body=body, response_declarations=declarations
    )


class Shown:
    """An item on the screen, with what it has told."""

    def __init__(
        self,
        what: AssessmentItem,
        tokens: Tokens,
        *,
        stimulus: Stimulus | None = None,
        size: tuple[int, int] = (1024, 700),
        tools: frozenset[Tool] = frozenset(),
        marks: Mapping[tuple[Tool, ResponseId], Lexical] | None = None,
    ) -> None:
        self.view = ItemView(what, stimulus, picture, number=3, tokens=tokens, tools=tools, marks=marks or {})
        self.marks: list[tuple[str, str, tuple[str, ...]]] = []
        self.view.marked.connect(lambda *mark: self.marks.append(mark))
        self.answers: list[tuple[str, tuple[str, ...]]] = []
        self.edits: list[tuple[str, int, int, str]] = []
        self.view.answered.connect(lambda response, value: self.answers.append((response, value)))
        self.view.text_edited.connect(lambda *edit: self.edits.append(edit))
        self.view.resize(*size)
        self.view.show()
        self.view.activateWindow()
        self.settle()
        self.view.show_answers({})
        self.view.focus_first()

    def settle(self) -> None:
        """Let layouts and signals arrive."""
        for _round in range(3):
            QApplication.processEvents()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(focused(), key)
        self.settle()

    def hint(self) -> str:
        """What the interaction says about the answer."""
        return next((each.words() for each in self.view.findChildren(Sentence) if not each.isHidden()), "")

    def last(self) -> tuple[str, ...]:
        return self.answers[-1][1]


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
    QApplication.processEvents()
