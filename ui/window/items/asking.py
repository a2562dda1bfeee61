"""What most interactions have around them: the prompt above, a line that says how many, and a way to take everything back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import Lexical, Node
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.announce import announce
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.sentence import Sentence, Tone


class AskingPart(Part):
    """A column: prompt, hint, what a kind of part adds to it, and "Clear answer"."""

    def __init__(
        self,
        response: ResponseId,
        prompt: tuple[Node, ...],
        resource: Resource,
        *,
        name: str,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        """`name` is what the group is called where there is no prompt."""
        super().__init__(response, tokens=tokens, parent=parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.px(GRID_PX))
        if prompt:
            self._column.addWidget(ContentView(prompt, resource, tokens=tokens, bold=True, parent=self))
        self._hint = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        self._column.addWidget(self._hint)
        self.setAccessibleName(plain_text(prompt) or name)

    def add_clear(self, line: QHBoxLayout | None = None) -> None:
        """Make the button that takes the answer back: in a line of buttons, or at the end of the column."""
        self._clear = Button(self.tr("Clear answer"), tokens=self._tokens, kind=ButtonKind.QUIET, parent=self)
        self._clear.clicked.connect(self._on_clear)
        keep = self._clear.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(keep)
        if line is not None:
            line.addWidget(self._clear)
        else:
            self._column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignLeading)

    def _on_clear(self) -> None:
        self.display(())
        self.focus_first()
        self.tell(())

    def say(self, words: str, *, warn: bool = False) -> None:
        """Show a line about the answer; a warning is spoken too. No words, no line."""
        changed = words != self._hint.words()
        self._hint.setVisible(bool(words))
        self._hint.say(words, Tone.WARN if warn else Tone.PLAIN)
        if warn and changed:
            announce(self, words)

    def last_known(self) -> Lexical:
        """The answer that was told last, or that the session told."""
        return self._on_the_way[-1] if self._on_the_way else (self._news or ())
