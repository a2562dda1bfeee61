"""Two places to write: notes for oneself, and a comment on the question for whoever reads the results."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.labels import Words
from ui.window.widgets.private_clipboard import PrivateClipboard
from ui.window.widgets.private_text import PrivateText
from ui.window.widgets.sentence import Sentence, Tone

NOTES_MAX: Final = 4_000
"""Characters: two pages. A session keeps the whole text with every change, so it has to stay short."""
COMMENT_MAX: Final = 4_000
_LINES: Final = 7


class WritingPad(QWidget):
    """What it is for, a field, and how much room is left."""

    told = Signal(str)
    """The whole text, at most a second after it changed."""

    def __init__(
        self,
        *,
        name: str,
        purpose: str,
        characters_max: int,
        tokens: Tokens,
        clipboard: PrivateClipboard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._characters_max = characters_max
        self.field = PrivateText(
            tokens=tokens, name=name, characters_max=characters_max, clipboard=clipboard, parent=self
        )
        self.field.setMinimumHeight(round(_LINES * tokens.font().pixelSize() * tokens.line_height))
        self._count = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(GRID_PX))
        column.addWidget(Words(purpose, tokens=tokens, size=TextSize.SMALL, muted=True, parent=self))
        column.addWidget(self.field, 1)
        column.addWidget(self._count)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.field.told.connect(self.told)
        self.field.counted.connect(self._say_count)
        self.field.full.connect(self._say_full)
        self._say_count(0)

    def show_text(self, text: str) -> None:
        """Show what the session holds."""
        self.field.show_text(text)

    def flush(self) -> None:
        """Tell what is typed and not yet told, now."""
        self.field.flush()

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input."""
        if locked:
            self.flush()
        self.field.setReadOnly(locked)

    def _say_count(self, count: int) -> None:
        shown = self.locale().toString
        self._count.say(
            self.tr("{count} of {most} characters").format(count=shown(count), most=shown(self._characters_max))
        )
        self.field.setAccessibleDescription(self._count.words())

    def _say_full(self) -> None:
        most = self.locale().toString(self._characters_max)
        self._count.say(self.tr("There is no more room: {most} characters at most.").format(most=most), Tone.WARN)


def notes_pad(*, tokens: Tokens, clipboard: PrivateClipboard, parent: QWidget | None = None) -> WritingPad:
    """Make the place for notes."""
    translate = QCoreApplication.translate
    return WritingPad(
        name=translate("Writing", "Notes on this question"),
        purpose=translate("Writing", "For yourself. Notes are kept with your exam and are not scored."),
        characters_max=NOTES_MAX,
        tokens=tokens,
        clipboard=clipboard,
        parent=parent,
    )


def comment_pad(*, tokens: Tokens, clipboard: PrivateClipboard, parent: QWidget | None = None) -> WritingPad:
    """Make the place for a comment."""
    translate = QCoreApplication.translate
    return WritingPad(
        name=translate("Writing", "Comment on this question"),
        purpose=translate("Writing", "For the certification body. A comment does not change your score."),
        characters_max=COMMENT_MAX,
        tokens=tokens,
        clipboard=clipboard,
        parent=parent,
    )
