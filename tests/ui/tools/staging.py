"""A question with its tools on a page, as the item screen shows it; and what it has told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    Catalog,
    CatalogCard,
    ChoiceInteraction,
    Element,
    Lexical,
    Stimulus,
    Text,
    Tool,
)
from tests.ui.items.making import RESPONSE, choices, item, paragraph
from tests.ui.waiting import let_pass
from ui.window.frame import Frame
from ui.window.items.item_view import ItemView
from ui.window.page import Page
from ui.window.theme import Tokens
from ui.window.tools.aids import Aid
from ui.window.tools.desk import WHOLE_ITEM, ToolDesk
from ui.window.view_state import FrameView

EVERY_TOOL = tuple(Tool)


def explained(words: str, idref: str) -> Element:
    return Element(name="span", attributes=(("data-catalog-idref", idref),), children=(Text(words),))


def card(support: str, words: str, language: str = "") -> CatalogCard:
    return CatalogCard(support=support, language=language, content=(paragraph(words),))


CATALOGS = (
    Catalog(
        identifier="occupancy",
        cards=(
            card("glossary-on-screen", "The share of logged-in time in which an agent handles contacts.", "en"),
            card("keyword-translation", "Auslastung", "de"),
            card("keyword-translation", "נצילות", "he"),
        ),
    ),
    Catalog(
        identifier="attrition",
        cards=(card("glossary-on-screen", "People who leave in a year, as a share of the average head count."),),
    ),
)


def question() -> AssessmentItem:
    """A choice with words that a catalog explains."""
    made = item(
        paragraph(
            "The center takes 240 calls in the busiest half hour; each takes six minutes with wrap-up. The target for ",
            explained("occupancy", "occupancy"),
            " is 85 %, and ",
            explained("attrition", "attrition"),
            " has risen for a year.",
        ),
        ChoiceInteraction(
            response=RESPONSE,
            prompt=(Text("What should the manager look at first?"),),
            choices=choices(
                "How many agents are planned for that half hour",
                "Whether the target for the service level is still right",
                "What agents say when they leave",
                "How long callers wait before they hang up",
            ),
        ),
    )
    return replace(made, catalogs=CATALOGS)


def stimulus() -> Stimulus:
    rows = tuple(
        Element(name="tr", children=tuple(Element(name="td", children=(Text(each),)) for each in row))
        for row in (
            ("Half hour", "Calls", "Agents"),
            ("9:00", "180", "52"),
            ("9:30", "240", "52"),
            ("10:00", "210", "55"),
        )
    )
    return Stimulus(
        identifier="s",
        title="Monday",
        language="en",
        body=(paragraph("Monday morning in the support center."), Element(name="table", children=rows)),
    )


class Stage:
    """A window with frame, desk and bottom bar."""

    def __init__(
        self,
        tokens: Tokens,
        *,
        tools: Collection[Tool] = EVERY_TOOL,
        comment: str | None = "",
        marks: dict[tuple[Tool, ResponseId], Lexical] | None = None,
        size: tuple[int, int] = (1024, 768),
        language: str = "",
        with_stimulus: bool = False,
    ) -> None:
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        frame = Frame(tokens=tokens)
        frame.show_view(FrameView(exam_title="Contact Center Management", person="A. Candidate", section=None))
        frame.show_time(2_400_000)
        column.addWidget(frame)
        self.page = Page(tokens=tokens, name="Question", scrolls=False)
        self.page.add_action("Review", lambda: None)
        self.page.add_action("Previous", lambda: None)
        self.advanced = 0
        self.page.add_main("Next", self._advance)
        column.addWidget(self.page, 1)
        self.desk = ToolDesk(tokens=tokens, language=language)
        self.page.body.addWidget(self.desk, 1)
        self.tokens, self.tools, self.comment, self.marks = tokens, tools, comment, marks or {}
        self.item, self.stimulus = question(), stimulus() if with_stimulus else None
        self.told: list[tuple[str, str, tuple[str, ...]]] = []
        self.comments: list[str] = []
        self.desk.marked.connect(lambda tool, response, value: self.told.append((tool, response, value)))
        self.desk.commented.connect(self.comments.append)
        self.desk.remake_wanted.connect(self.show_item)
        self.show_item()
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        self.settle()
        self.page.order()
        self.view.focus_first()

    def show_item(self) -> None:
        self.view = ItemView(
            self.item,
            self.stimulus,
            lambda _path: b"",
            number=14,
            tokens=self.tokens,
            tools=self.desk.view_tools(self.tools),
            marks=self.marks,
        )
        self.view.show_answers({})
        self.desk.set_item(
            self.view,
            self.tools,
            self.marks,
            item=self.item,
            stimulus=self.stimulus,
            resource=lambda _path: b"",
            comment=self.comment,
        )

    def _advance(self) -> None:
        self.advanced += 1

    def settle(self, milliseconds: int = 0) -> None:
        for _round in range(4):
            QApplication.processEvents()
        if milliseconds:
            let_pass(milliseconds)

    def press(self, *keys: Qt.Key | str) -> None:
        """Hit keys where the focus is; a text is typed."""
        for key in keys:
            target = QApplication.focusWidget()
            assert target is not None
            if isinstance(key, str):
                QTest.keyClicks(target, key)
            else:
                QTest.keyClick(target, key)
        self.settle()

    def control(self, number: int) -> None:
        QTest.keyClick(self.window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        self.settle()

    def notes(self) -> list[tuple[str, ...]]:
        return [value for tool, response, value in self.told if (tool, response) == (Tool.NOTES.value, WHOLE_ITEM)]

    def panel(self, aid: Aid) -> QWidget:
        return self.desk._panels[aid]
