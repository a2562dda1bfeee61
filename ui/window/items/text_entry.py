"""``qti-text-entry-interaction``: a word or a number, typed into the running text."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLocale, QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QWidget

from exam_packages.qti.model import BaseType, Lexical, TextEntryInteraction
from exam_packages.qti.validity import has_form
from ui.window.items.code_points import whole_characters
from ui.window.items.numbers import NotANumberError, number_of
from ui.window.items.part import Part
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.painting import RING_ROOM_PX
from ui.window.widgets.private_clipboard import PrivateClipboard
from ui.window.widgets.private_line import PrivateLine

TELL_AFTER_MS: Final = 250
"""By age: from the first change that was not told, however fast somebody types."""
HEIGHT_PX: Final = 38
"""Lower than other controls, since it stands in a line of text (WCAG 2.2, 2.5.5 exempts these)."""
_LENGTH_DEFAULT: Final = 16
_LENGTH_MIN: Final = 4
_LENGTH_WISHED_MIN: Final = 2
_LENGTH_MAX: Final = 72
TYPED_MAX: Final = 1_000
"""Characters; far more than a line shows, far less than a journal record holds."""


class _Line(PrivateLine):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class TextEntryPart(Part):
    """One line. What is no number where one is wanted is kept and told as typed, and said in words."""

    remarked = Signal(str, bool)
    """What there is to say about the text, in words, empty when nothing; and whether it is a complaint."""

    def __init__(
        self,
        interaction: TextEntryInteraction,
        base_type: BaseType | None,
        *,
        name: str,
        context: str,
        language: str,
        clipboard: PrivateClipboard,
        tokens: Tokens,
        parent: QWidget,
    ) -> None:
        super().__init__(interaction.response, tokens=tokens, parent=parent)
        self._interaction, self._base_type, self._context = interaction, base_type, context
        self._decimal_point = QLocale(language or "en").decimalPoint()
        self._line = _Line(tokens=tokens, name=name, clipboard=clipboard, parent=self)
        self._line.setMaxLength(TYPED_MAX)
        self._line.setPlaceholderText(interaction.placeholder)
        self._line.setFixedHeight(tokens.px(HEIGHT_PX))
        self.setFocusProxy(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(RING_ROOM_PX, RING_ROOM_PX, RING_ROOM_PX, RING_ROOM_PX)
        row.addWidget(self._line)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TELL_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self._remark = ("", False)
        self._line.textEdited.connect(self._on_edited)
        self._line.left.connect(self._on_left)
        self._describe()

    def sizeHint(self) -> QSize:
        """As wide as the expected answer."""
        style = self._interaction.style
        length = style.input_width or self._interaction.expected_length or _LENGTH_DEFAULT
        characters = min(max(length, _LENGTH_WISHED_MIN if style.input_width else _LENGTH_MIN), _LENGTH_MAX)
        width = QFontMetricsF(self._tokens.font()).horizontalAdvance("0") * characters
        padding = 2 * (self._tokens.px(2 * GRID_PX) + RING_ROOM_PX)
        return QSize(round(width) + padding, self._line.height() + 2 * RING_ROOM_PX)

    def _is_number(self) -> bool:
        return self._base_type in {BaseType.FLOAT, BaseType.INTEGER}

    def _read(self) -> tuple[Lexical, str]:
        """The answer as it is told, and the complaint about it."""
        typed = whole_characters(self._line.text()).strip()
        if not typed:
            return (), ""
        value, complaint = self._read_number(typed) if self._is_number() else ((typed,), "")
        mask, message = self._interaction.pattern_mask, self._interaction.style.pattern_message
        if mask and (complaint or not has_form(value[0], mask)):
            words = self.tr("“{typed}” does not have the form that is asked for. Check it, please.")
            return value, message or complaint or words.format(typed=typed)
        return value, complaint

    def _read_number(self, typed: str) -> tuple[Lexical, str]:
        whole = self._base_type is BaseType.INTEGER
        try:
            number = number_of(typed, decimal_point=self._decimal_point, whole=whole)
        except NotANumberError:
            if whole:
                words = self.tr("“{typed}” is not a whole number. Write digits only, for example 42.")
            else:
                words = self.tr("“{typed}” is not a number. Write digits only, for example 42 or 3.5.")
            return (typed,), words.format(typed=typed)
        return (number,), ""

    def current(self) -> Lexical:
        """The answer as it would be told now."""
        return self._read()[0]

    def display(self, value: Lexical) -> None:
        """Show an answer."""
        self._line.setText(value[0] if value else "")
        self._look()

    def has_pending(self) -> bool:
        """Whether something is typed and not yet told."""
        return self._timer.isActive()

    def flush(self) -> None:
        """Tell what is typed."""
        self._timer.stop()
        last = self._on_the_way[-1] if self._on_the_way else (self._news or ())
        if self.current() != last:
            self.tell(self.current())

    def _on_edited(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
        if self._remark[0]:
            self._look()

    def _on_left(self) -> None:
        self.flush()
        self._look()

    def _look(self) -> None:
        value, complaint = self._read()
        remark = (complaint, True) if complaint else (self._reading(value), False)
        if remark != self._remark:
            self._remark = remark
            self._describe()
            self.remarked.emit(*remark)

    def _reading(self, value: Lexical) -> str:
        """How a number was understood, where that is not what was typed letter by letter."""
        if not self._is_number() or not value or value[0] == self._line.text().strip():
            return ""
        return self.tr("Read as {number}.").format(number=value[0])

    def _describe(self) -> None:
        wanted = {BaseType.FLOAT: self.tr("A number."), BaseType.INTEGER: self.tr("A whole number.")}
        parts = (self._context, wanted.get(self._base_type) if self._base_type else "", self._remark[0])
        self._line.setAccessibleDescription(" ".join(part for part in parts if part))

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input."""
        self._line.setReadOnly(locked)
        self._line.setEnabled(not locked)
