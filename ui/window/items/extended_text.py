"""``qti-extended-text-interaction``: an essay, told edit by edit."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QFont, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import ExtendedTextInteraction, Lexical, TextFormat
from ui.window.content.content_view import ContentView, Resource
from ui.window.content.plain import plain_text
from ui.window.items.code_points import edit_between, whole_characters
from ui.window.items.part import Part
from ui.window.theme import MONOSPACE_FAMILIES, TextSize, Tokens
from ui.window.widgets.private_clipboard import PrivateClipboard
from ui.window.widgets.private_editor import PrivateEditor
from ui.window.widgets.sentence import Sentence, Tone

TELL_AFTER_MS: Final = 700
"""By age, not by silence: who types without pausing still has every second on disk. Leaves room for the commit."""
CHARACTERS_MAX: Final = 100_000
"""What a session takes as one text; see `exam_packages.records`."""
_LINES_DEFAULT: Final = 14
_LINES_MIN: Final = 3
_LINES_MAX: Final = 18
"""What an author may ask for; longer texts scroll in the field."""
_CHARACTERS_A_LINE: Final = 70
_NEAR: Final = 80
"""Changes no further apart than this go into one edit."""


_WHOLE: Final = r"[\u3005-\u3007\u3041-\u309f\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Chinese and Japanese characters, which are written without spaces."""
_WORD: Final = re.compile(rf"{_WHOLE}|(?:(?!{_WHOLE})[^\W_])+(?:[-'’.,](?:(?!{_WHOLE})[^\W_])+)*")


def count_words(text: str) -> int:
    """Words as people count them: runs of letters and digits, with hyphens and apostrophes inside.

    Each character of a script without spaces counts for one, as word processors have it.
    """
    return len(_WORD.findall(text))


class _Editor(PrivateEditor):
    def __init__(self, *, clipboard: PrivateClipboard, part: ExtendedTextPart) -> None:
        super().__init__(clipboard=clipboard, parent=part)
        self._part = part
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._part.flush()


class ExtendedTextPart(Part):
    """Prompt, editor and a line that counts words."""

    def __init__(
        self,
        interaction: ExtendedTextInteraction,
        resource: Resource,
        *,
        clipboard: PrivateClipboard,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction = interaction
        self._told = ""
        """The text as the edits told so far make it."""
        self._seen = ""
        """The text after the last change."""
        self._changed_from = 0
        self._changed_to = 0
        self._replacing = False
        self._typed = False
        self._editor = _Editor(clipboard=clipboard, part=self)
        self._editor.setFont(_font(interaction.format, tokens))
        self._editor.setPlaceholderText(interaction.placeholder)
        self._editor.setAccessibleName(plain_text(interaction.prompt) or self.tr("Your answer"))
        lines = interaction.style.height_lines or interaction.expected_lines
        self._editor.setMinimumHeight(self._height(lines))
        if interaction.style.height_lines:
            self._editor.setMaximumHeight(self._height(lines))
        self._editor.document().contentsChange.connect(self._on_change)
        self.setFocusProxy(self._editor)
        self._count = Sentence("", tokens=tokens, size=TextSize.SMALL, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(8))
        if interaction.prompt:
            column.addWidget(ContentView(interaction.prompt, resource, tokens=tokens, bold=True, parent=self))
        column.addWidget(self._editor, 1)
        column.addWidget(self._count)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TELL_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self._say_count()

    def _height(self, lines: int | None) -> int:
        """Of so many lines, as far as they leave something of the question on a screen: large text scrolls sooner."""
        most = max(_LINES_MIN, round(_LINES_MAX * min(1, 150 / self._tokens.scale)))
        wanted = min(max(lines or self._lines_of_length(), _LINES_MIN), most)
        return round(wanted * self._tokens.font().pixelSize() * self._tokens.line_height) + self._tokens.px(24)

    def _lines_of_length(self) -> int:
        """How many lines the expected number of characters takes."""
        length = self._interaction.expected_length
        return min(-(-length // _CHARACTERS_A_LINE), _LINES_DEFAULT) if length else _LINES_DEFAULT

    def current(self) -> Lexical:
        """The text on the screen; no text is NULL."""
        return (self._seen,) if self._seen else ()

    def has_pending(self) -> bool:
        """Whether something is typed and not yet told."""
        return self._seen != self._told

    def display(self, value: Lexical) -> None:
        """Put a text into the editor, as when an item is opened. Undo does not go back behind it."""
        self._replacing = True
        self._editor.setPlainText(value[0] if value else "")
        self._editor.moveCursor(QTextCursor.MoveOperation.End)  # whoever comes back goes on where the text ends
        self._replacing = False
        self._told = self._seen = self._text()
        self._say_count()

    def show_answer(self, value: Lexical) -> None:
        """Text that was typed here is the truth: the session follows it edit by edit and may lag behind.

        Only what the session holds before anything was typed is put into the editor.
        """
        if value == self._news:
            return
        self._news = value
        if not self._typed and value != self.current():
            self.display(value)

    def flush(self) -> None:
        """Tell the edit that was not told yet."""
        self._timer.stop()
        self._tell_until(self._seen)

    def _tell_until(self, text: str) -> None:
        edit = edit_between(self._told, text)
        self._told = text
        if edit is not None:
            self.text_edited.emit(edit.at, edit.deleted, edit.inserted)

    def _text(self) -> str:
        return whole_characters(self._editor.toPlainText())

    def _on_change(self, position: int, removed: int, added: int) -> None:
        if self._replacing:
            return
        text = self._text()
        if text == self._seen:
            return
        if len(text) > CHARACTERS_MAX:
            self._take_back()
            return
        if self.has_pending() and not self._changed_from - _NEAR <= position <= self._changed_to + _NEAR:
            # Far from what is still to be told: one edit over both would carry everything between them.
            self._tell_until(self._seen)
        if not self.has_pending():
            self._changed_from = self._changed_to = position
        self._changed_from = min(self._changed_from, position)
        self._changed_to = max(self._changed_to + added - removed, position + added)
        self._seen, self._typed = text, True
        if not self._timer.isActive():
            self._timer.start()
        self._say_count()

    def _take_back(self) -> None:
        """No room: the text stays as it was before the change. Done when the change is over, since Qt is in the middle of it."""
        QTimer.singleShot(0, self, self._restore_seen)

    def _restore_seen(self) -> None:
        edit = edit_between(self._text(), self._seen)
        if edit is None:
            return
        before = self._text()
        cursor = QTextCursor(self._editor.document())
        start = _utf16_length(before[: edit.at])
        cursor.setPosition(start)
        end = start + _utf16_length(before[edit.at : edit.at + edit.deleted])
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(edit.inserted)
        self._say_count()

    def _say_count(self) -> None:
        words = count_words(self._seen)
        shown = self.locale().toString(words)
        least, most = self._interaction.min_words, self._interaction.max_words
        wish = self._wish(least, most)
        text = self._characters() or self.tr("Words: {count}.").format(count=shown)
        if most and words > most:
            over = self.locale().toString(words - most)
            self._count.say(
                f"{text} " + self.tr("{over} more than the limit of {most}.").format(over=over, most=most), Tone.WARN
            )
        elif least and words >= least:
            self._count.say(f"{text} {wish}", Tone.GOOD)
        else:
            self._count.say(f"{text} {wish}".strip(), Tone.PLAIN)
        self._editor.setAccessibleDescription(self._count.words())

    def _characters(self) -> str:
        """How many characters are written or left, where the author wants them counted; never a limit."""
        most, count, shown = self._interaction.expected_length, len(self._seen), self.locale().toString
        if not most or not self._interaction.style.counter:
            return ""
        if self._interaction.style.counter == "down" and count <= most:
            return self.tr("Characters left: {left}.").format(left=shown(most - count))
        return self.tr("Characters: {count} of {most}.").format(count=shown(count), most=shown(most))

    def _wish(self, least: int | None, most: int | None) -> str:
        shown = self.locale().toString
        if least and most:
            return self.tr("Write {least} to {most} words.").format(least=shown(least), most=shown(most))
        if least:
            return self.tr("Write at least {least} words.").format(least=shown(least))
        if most:
            return self.tr("Write up to {most} words.").format(most=shown(most))
        return ""

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input; the text can still be scrolled and read."""
        if locked:
            self.flush()
        self._editor.setReadOnly(locked)


def _font(format_: TextFormat, tokens: Tokens) -> QFont:
    """The font to write in: letters of one width where white space counts."""
    font = tokens.font()
    if format_ is TextFormat.PREFORMATTED:
        font.setFamilies(list(MONOSPACE_FAMILIES))
    return font


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
