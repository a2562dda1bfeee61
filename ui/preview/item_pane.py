"""One item of a preview: the delivery renderer, working, or what keeps the item from being delivered.

Owns what stands for a session here: answers are kept as they come, marks too, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.errors import Severity
from exam_packages.ids import ResponseId
from exam_packages.qti.model import Lexical, Tool
from ui.preview.content import PreviewedItem
from ui.window.items.item_view import ItemView
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.labels import Heading
from ui.window.widgets.sentence import Sentence, Tone


class ItemPane(QWidget):
    """Shows an item and tells what is answered in it."""

    changed = Signal(dict)
    """Responses by response id, all of them"""

    def __init__(
        self,
        item: PreviewedItem,
        resource: Callable[[str], bytes],
        *,
        number: int,
        tools: frozenset[Tool] = frozenset(),
        answers: Mapping[ResponseId, Lexical] | None = None,
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._answers: dict[ResponseId, Lexical] = dict(answers or {})
        self._marks: dict[tuple[Tool, ResponseId], Lexical] = {}
        self._view: ItemView | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if item.delivered is None:
            self._say_why_not(column, item, tokens)
            return
        view = ItemView(
            item.delivered, item.stimulus, resource, number=number, tokens=tokens, tools=item.tools | tools, parent=self
        )
        view.show_answers(self._answers)
        view.answered.connect(self._answer)
        view.text_edited.connect(self._edit)
        view.marked.connect(self._mark)
        column.addWidget(view)
        self._view = view

    @property
    def answers(self) -> Mapping[ResponseId, Lexical]:
        """What is answered."""
        return dict(self._answers)

    def flush(self) -> None:
        """Take in what is typed and not yet told."""
        if self._view is not None:
            self._view.flush()

    def show_answers(self, answers: Mapping[ResponseId, Lexical]) -> None:
        """Put answers in, the correct ones for instance."""
        self._answers = dict(answers)
        self._tell()

    def _say_why_not(self, column: QVBoxLayout, item: PreviewedItem, tokens: Tokens) -> None:
        margin = tokens.px(3 * GRID_PX)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(Heading(self.tr("This item is not delivered"), tokens=tokens))
        for found in item.findings:
            if found.severity is Severity.ERROR:
                column.addWidget(Sentence(str(found), tokens=tokens, tone=Tone.BAD, parent=self))
        column.addStretch(1)

    def _answer(self, response: str, value: tuple[str, ...]) -> None:
        self._answers[ResponseId(response)] = tuple(value)
        self._tell()

    def _edit(self, response: str, at: int, deleted: int, inserted: str) -> None:
        before = self._answers.get(ResponseId(response), ())
        text = before[0] if before else ""
        text = text[:at] + inserted + text[at + deleted :]
        self._answers[ResponseId(response)] = (text,) if text else ()
        self._tell()

    def _mark(self, tool: str, response: str, value: tuple[str, ...]) -> None:
        self._marks[Tool(tool), ResponseId(response)] = tuple(value)
        if self._view is not None:
            self._view.show_marks(self._marks)

    def _tell(self) -> None:
        if self._view is not None:
            self._view.show_answers(self._answers)
        self.changed.emit(self.answers)
