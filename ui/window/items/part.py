"""What every interaction on the screen has in common: it shows an answer it is given, and tells a new one.

Owns the question which of the two counts when they cross: what a person has just done, or what the session says.
"""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGroupBox, QLabel, QWidget

from exam_packages.ids import ResponseId
from exam_packages.qti.model import Lexical, Tool
from ui.window.theme import Tokens


class Part(QGroupBox):
    """One interaction: a group for assistive technology, nothing to see by itself.

    An answer goes to the journal and comes back as part of the session; by then the person may be further. So news that
    repeat what is known, or that a newer answer of this person will overtake, change nothing on the screen.
    """

    answered = Signal(tuple)
    """Lexical"""
    text_edited = Signal(int, int, str)
    """at, deleted, inserted; code points"""
    marked = Signal(str, tuple)
    """tool, Lexical: what is marked with the tool in this interaction now, whole"""

    def __init__(self, response: ResponseId, *, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.response = response
        self._tokens = tokens
        self._on_the_way: deque[Lexical] = deque()
        self._news: Lexical | None = None

    def tell(self, value: Lexical) -> None:
        """A person gave an answer."""
        self._on_the_way.append(value)
        self.answered.emit(value)

    def show_answer(self, value: Lexical) -> None:
        """The session says what the answer is."""
        if value == self._news:
            return
        self._news = value
        if value in self._on_the_way:
            while self._on_the_way.popleft() != value:
                pass
        if not self._on_the_way and not self.has_pending() and value != self.current():
            self.display(value)

    def current(self) -> Lexical:
        """The answer on the screen; each kind of part says it."""
        raise TypeError(f"{type(self).__name__} has no answer")

    def display(self, value: Lexical) -> None:
        """Put an answer on the screen; each kind of part does it."""
        raise TypeError(f"{type(self).__name__} shows no answer {value}")

    def has_pending(self) -> bool:
        """Whether something is typed and not yet told."""
        return False

    def flush(self) -> None:
        """Tell what is typed and not yet told, now."""

    def show_marks(self, _tool: Tool, _value: Lexical) -> None:
        """The session says what is marked with a tool; parts that know no marks pass it over."""

    def focus_first(self) -> bool:
        """Put the focus on the first control that Tab would stop at; tells whether there is one."""
        for widget in (self.focusProxy(), *self.findChildren(QWidget)):
            # Words that can be marked are stops, too; the answer is given elsewhere.
            stops = widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            is_control = not isinstance(widget, QLabel)
            if widget is not None and stops and is_control and widget.isEnabled() and not widget.isHidden():
                # Not as Tab does: that would select what is typed, and the next key would replace all of it.
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The group draws no frame."""

    def set_locked(self, *, locked: bool) -> None:
        """Show, but take no input."""
        self.setEnabled(not locked)
