"""The top of the window during a session: exam, person, time; and below it where in the exam this is.

The clock can be hidden; a warning is a line here and an announcement, never a box. Owns no time: it is told.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.window import words
from ui.window.theme import GRID_PX, TextSize, Tokens
from ui.window.view_state import FrameView
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.clock import Clock
from ui.window.widgets.painting import paint_box
from ui.window.widgets.progress import ProgressLine
from ui.window.words import translate

TOP_BAR_PX = 56
PROGRESS_TO = 150  # percent of text size


class ElidedWords(QLabel):
    """One line that is cut with an ellipsis where there is no room; readers get the whole of it."""

    def __init__(self, *, tokens: Tokens, bold: bool = False, muted: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(tokens.font(TextSize.BODY, bold=bold))
        self.setProperty("muted", "true" if muted else "false")
        self._colour = tokens.colour(tokens.text_muted if muted else tokens.text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters, or for all where there are few."""
        hint = super().minimumSizeHint()
        return QSize(min(3 * self.fontMetrics().height(), hint.width()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setPen(self._colour)
        painter.setFont(self.font())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment(), text)
        painter.end()


class Frame(QWidget):
    """Top bar and place line."""

    proctor_called = Signal()

    def __init__(self, *, tokens: Tokens, clock_hidden: bool = False) -> None:
        super().__init__()
        tokens = self._tokens = tokens.for_bars()
        self._clock = Clock(tokens=tokens)
        self._clock.set_hidden(clock_hidden)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        self._place = self._place_line()
        column.addWidget(self._place)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def clock_hidden(self) -> bool:
        """Whether the candidate has hidden the time."""
        return self._clock.figures_hidden()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def show_view(self, view: FrameView) -> None:
        """Show where this is."""
        self._exam.setText(view.exam_title)
        self._person.setText(view.person)
        section = view.section
        self._place.setVisible(section is not None)
        if section is None:
            return
        self._section.setText(" › ".join((words.section_name(section), *view.inner)))
        count = view.questions if view.is_certain else None
        answered = words.answered_of(view.answered, view.questions)
        self._question.setText(words.question_of(view.question, count) if view.question else answered)
        self._progress.set_progress(view.answered, view.questions, answered)

    def show_time(self, ms: int | None, *, about: str = "", is_up: bool = False) -> None:
        """Show the time left, and of what; None where no clock runs."""
        self._clock.set_remaining(ms, about=about, is_up=is_up)
        # At large text the words before the time need the room; a time that is cut off would be worse than no name.
        self._person.setVisible(not about or self._tokens.scale <= PROGRESS_TO)

    def call_is_possible(self, possible: bool) -> None:  # noqa: FBT001 - like Qt's own setters
        """Offer to call the proctor, or not."""
        self._proctor.setVisible(possible)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar with a line below it."""
        painter = QPainter(self)
        paint_box(painter, QRectF(self.rect()), fill=self._tokens.surface_raised, radius=0)
        edge = self._tokens.outline_px
        painter.fillRect(QRectF(0, self.height() - edge, self.width(), edge), self._tokens.colour(self._tokens.line))
        painter.end()

    def _top_bar(self) -> QWidget:
        bar = QWidget()
        bar.setMinimumHeight(TOP_BAR_PX)
        row = QHBoxLayout(bar)
        margin = self._tokens.px(2 * GRID_PX)
        row.setContentsMargins(margin, 0, self._tokens.px(GRID_PX), 0)
        row.setSpacing(self._tokens.px(GRID_PX))
        self._exam = ElidedWords(tokens=self._tokens, bold=True)
        self._person = ElidedWords(tokens=self._tokens, muted=True)
        self._person.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._proctor = Button(translate("Frame", "Proctor"), tokens=self._tokens, kind=ButtonKind.QUIET)
        self._proctor.clicked.connect(self.proctor_called)
        row.addWidget(self._exam)
        row.addStretch(1)
        row.addWidget(self._person)
        row.addWidget(self._clock)
        row.addWidget(self._proctor)
        return bar

    def _place_line(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        margin = self._tokens.px(2 * GRID_PX)
        row.setContentsMargins(margin, 0, margin, self._tokens.px(GRID_PX))
        row.setSpacing(self._tokens.px(2 * GRID_PX))
        self._section = ElidedWords(tokens=self._tokens)
        self._question = ElidedWords(tokens=self._tokens)
        self._question.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._progress = ProgressLine(tokens=self._tokens, name=translate("Frame", "Questions answered"))
        self._progress.setFixedWidth(self._tokens.px(120))
        row.addWidget(self._section)
        row.addStretch(1)
        row.addWidget(self._question)
        row.addWidget(self._progress)
        self._progress.setVisible(self._tokens.scale <= PROGRESS_TO)  # the words beside it say the same
        return line
