"""``qti-extended-text-interaction`` of several strings: one field a value."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exam_packages.qti.model import ExtendedTextInteraction, Lexical
from ui.window.content.content_view import Resource
from ui.window.items.asking import AskingPart
from ui.window.items.code_points import whole_characters
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.private_clipboard import PrivateClipboard
from ui.window.widgets.private_line import PrivateLine

TELL_AFTER_MS: Final = 250
"""By age: from the first change that was not told, however fast somebody types."""
FIELDS_MAX: Final = 40
"""More answers than any question asks for."""
_FIELDS_DEFAULT: Final = 3
TYPED_MAX: Final = 1_000
"""Characters a field; what is typed is one response value."""


class StringsPart(AskingPart):
    """As many lines as there may be strings; where there is no limit, one more can always be had.

    A line that is empty is no value. The others are told in the order of the lines.
    """

    def __init__(
        self,
        interaction: ExtendedTextInteraction,
        resource: Resource,
        *,
        clipboard: PrivateClipboard,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(
            interaction.response,
            interaction.prompt,
            resource,
            name=self.tr("Your answers"),
            tokens=tokens,
            parent=parent,
        )
        self._interaction, self._clipboard = interaction, clipboard
        self._most = min(interaction.max_strings or FIELDS_MAX, FIELDS_MAX)
        self._locked = False
        self._lines: list[PrivateLine] = []
        self._fields = QVBoxLayout()
        self._fields.setSpacing(tokens.px(GRID_PX))
        self._column.addLayout(self._fields)
        self._more = Button(self.tr("One more line"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._more.clicked.connect(self._on_more)
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TELL_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self._grow_to(self._first_count())
        self._refresh()

    def _first_count(self) -> int:
        if self._interaction.max_strings > 0:
            return self._most
        return min(max(self._interaction.min_strings, _FIELDS_DEFAULT), self._most)

    def _grow_to(self, count: int) -> None:
        while len(self._lines) < count:
            line = PrivateLine(tokens=self._tokens, name="", clipboard=self._clipboard, parent=self)
            line.setMaxLength(TYPED_MAX)
            line.setPlaceholderText(self._interaction.placeholder)
            line.setReadOnly(self._locked)
            line.textEdited.connect(self._on_edited)
            line.editingFinished.connect(self.flush)
            QWidget.setTabOrder(self._lines[-1] if self._lines else self, line)
            self._fields.addWidget(line)
            self._lines.append(line)
        QWidget.setTabOrder(self._lines[-1], self._more)
        for place, line in enumerate(self._lines):
            line.setAccessibleName(self.tr("Answer {place} of {count}").format(place=place + 1, count=len(self._lines)))
            line.setAccessibleDescription(self.accessibleName())

    def current(self) -> Lexical:
        """What stands in the lines, without the empty ones."""
        typed = (whole_characters(line.text()).strip() for line in self._lines)
        return tuple(each for each in typed if each)

    def display(self, value: Lexical) -> None:
        """Show an answer; a line each, more of them than were asked for if need be."""
        self._grow_to(len(value))
        for place, line in enumerate(self._lines):
            line.setText(value[place] if place < len(value) else "")
        self._refresh()

    def has_pending(self) -> bool:
        """Whether something is typed and not yet told."""
        return self._timer.isActive()

    def flush(self) -> None:
        """Tell what is typed."""
        self._timer.stop()
        if self.current() != self.last_known():
            self.tell(self.current())

    def _on_edited(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
        self._refresh()

    def _on_more(self) -> None:
        self._grow_to(min(len(self._lines) + 1, self._most))
        self._lines[-1].setFocus(Qt.FocusReason.TabFocusReason)
        self._refresh()

    def _refresh(self) -> None:
        count, least = len(self.current()), self._interaction.min_strings
        most = self._interaction.max_strings
        self._more.setVisible(len(self._lines) < self._most and not self._locked)
        if most and count > most:
            words = self.tr("You have written {count}. Write no more than {most}.")
            self.say(self._interaction.style.max_message or words.format(count=count, most=most), warn=True)
        elif least > count:
            custom = self._interaction.style.min_message if count else ""
            words = self.tr("Write at least {least}. You have written {count}.")
            self.say(custom or words.format(least=least, count=count))
        else:
            self.say("")

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input."""
        if locked:
            self.flush()
        self._locked = locked
        for line in self._lines:
            line.setReadOnly(locked)
        self._refresh()
