"""The time left, in figures that do not dance; can be hidden, and says so in words when it is short."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.icons import Icon, IconMark

LOW_MS: Final = 5 * 60 * 1000
"""From here on the clock stands out."""


def clock_words(remaining_ms: int) -> str:
    """Hours, minutes and seconds; a second that has begun counts, so 0:00 means that time is up."""
    seconds = max(0, -(-remaining_ms // 1000))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Clock(QWidget):
    """Icon, time left and a button that hides the figures."""

    hidden_changed = Signal(bool)

    def __init__(self, *, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._remaining_ms: int | None = None
        self._about = ""
        self._is_up = False
        self._is_hidden = False
        self._mark = IconMark(Icon.CLOCK, tokens.text, tokens.px(20), parent=self)
        self._figures = QLabel(self)
        self._figures.setAccessibleDescription(self.tr("Time left"))
        self._toggle = Button(self.tr("Hide"), tokens=tokens, kind=ButtonKind.QUIET, parent=self)
        self._toggle.clicked.connect(lambda: self.set_hidden(not self._is_hidden))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.px(GRID_PX))
        for each in (self._mark, self._figures, self._toggle):
            row.addWidget(each)
        self._show()

    def set_remaining(self, remaining_ms: int | None, *, about: str = "", is_up: bool = False) -> None:
        """Show the time left in milliseconds; None where no time is set.

        Args:
            remaining_ms: what is left.
            about: what the time is for; empty where there is only one thing that it can be for.
            is_up: the time is over, and work goes on all the same.
        """
        self._remaining_ms, self._about, self._is_up = remaining_ms, about, is_up
        self._show()

    def set_hidden(self, hidden: bool) -> None:  # noqa: FBT001  # a setter, as Qt's are
        """Hide or show the figures."""
        if hidden != self._is_hidden:
            self._is_hidden = hidden
            self._show()
            self.hidden_changed.emit(hidden)

    def figures_hidden(self) -> bool:
        """Whether the candidate has hidden the figures."""
        return self._is_hidden

    def words(self) -> str:
        """What is shown."""
        return self._figures.text()

    def _show(self) -> None:
        self.setVisible(self._remaining_ms is not None)
        remaining = self._remaining_ms or 0
        low = remaining <= LOW_MS
        figures = clock_words(remaining)
        if self._is_hidden:
            words = self.tr("Less than 5 minutes") if low else self.tr("Time hidden")
        else:
            words = self.tr("{time} left").format(time=figures) if low and not self._about else figures
            if self._is_up:
                words = self.tr("time is up")
            if self._about:
                words = self.tr("{what}: {time}").format(what=self._about, time=words)
            elif self._is_up:
                words = self.tr("Time is up")
        colour = self._tokens.warn if low else self._tokens.text
        self._mark.set_icon(Icon.WARNING if low else Icon.CLOCK, colour)
        self._figures.setFont(self._tokens.font(TextSize.CLOCK, bold=low))
        style = f"color: {colour}"
        if style != self._figures.styleSheet():  # it is read anew each time, and this is every second
            self._figures.setStyleSheet(style)
        self._figures.setText(words)
        self._toggle.setText(self.tr("Show") if self._is_hidden else self.tr("Hide"))
        self._toggle.setAccessibleName(self.tr("Show the time") if self._is_hidden else self.tr("Hide the time"))
