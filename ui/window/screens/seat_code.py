"""The part of the administration about the seat's code: the one to note, one to compare, and letting a seat go on that is older
than it once was.

It asks what it was given to ask; it compares nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from kiosk.seat.facts import SeatStatus
from kiosk.seat.rollback import REASON_MAX, Rollback
from ui.window import rollback_words, words
from ui.window.page import Question
from ui.window.theme import TextSize, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.labels import Words
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

CODE_MAX = 60  # characters somebody may type


class SeatCodePart:
    """Fills a column of the page.

    Args:
        status: of the seat.
        check: is given a code that was typed.
        accept: is given the reason, once it was asked.
        ask: asks on the page before something is done.
    """

    def __init__(
        self,
        status: SeatStatus,
        *,
        check: Callable[[str], None],
        accept: Callable[[str], None],
        ask: Callable[[Question, Callable[[], None]], None],
        tokens: Tokens,
    ) -> None:
        self._status, self._check, self._accept, self._ask, self._tokens = status, check, accept, ask, tokens

    def fill(self, column: QVBoxLayout) -> None:
        """Put everything into a column."""
        if self._status.rollback is not None:  # then its own code is nothing to note
            self._add_rollback(column, self._status.rollback)
        else:
            self._add_code(column)
        self._add_check(column)
        column.addStretch(1)

    def _add_code(self, column: QVBoxLayout) -> None:
        if not self._status.code or self._status.code_made is None:
            column.addWidget(Words(translate("SeatCode", "This seat has given no code yet."), tokens=self._tokens))
            return
        column.addWidget(
            Sentence(
                translate("SeatCode", "Code of this seat: {code}").format(code=self._status.code),
                tokens=self._tokens,
                tone=Tone.PLAIN,
                size=TextSize.HEADING,
            )
        )
        text = translate(
            "SeatCode",
            "It stands for everything on this seat as of {when}. Note it in the day book after each export: whoever types it"
            " in later learns whether this seat is older than it was.",
        )
        when = words.day_and_time(self._status.code_made)
        column.addWidget(Words(text.format(when=when), tokens=self._tokens, muted=True))

    def _add_check(self, column: QVBoxLayout) -> None:
        name = translate("SeatCode", "A code that was noted")
        column.addWidget(Words(name, tokens=self._tokens))
        line = PrivateLine(tokens=self._tokens, name=name)
        line.setMaxLength(CODE_MAX)
        column.addWidget(line)
        button = Button(translate("SeatCode", "Compare"), tokens=self._tokens)
        button.setEnabled(False)
        button.clicked.connect(lambda _checked: self._check(line.text()))
        line.textChanged.connect(lambda text: button.setEnabled(bool(text.strip())))
        line.returnPressed.connect(button.click)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_rollback(self, column: QVBoxLayout, rollback: Rollback) -> None:
        column.addWidget(Sentence(rollback_words.missing(rollback), tokens=self._tokens, tone=Tone.BAD))
        column.addWidget(Words(rollback_words.told_by(rollback.source), tokens=self._tokens))
        column.addWidget(Words(rollback_words.remedy(), tokens=self._tokens))
        name = translate("SeatCode", "Why this seat may go on without it; the office reads this")
        column.addWidget(Words(name, tokens=self._tokens))
        line = PrivateLine(tokens=self._tokens, name=name)
        line.setMaxLength(REASON_MAX)
        column.addWidget(line)
        button = Button(translate("SeatCode", "Let the seat go on"), tokens=self._tokens, kind=ButtonKind.DANGER)
        button.setEnabled(False)
        button.clicked.connect(lambda _checked: self._ask_to_accept(line.text()))
        line.textChanged.connect(lambda text: button.setEnabled(bool(text.strip())))
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _ask_to_accept(self, reason: str) -> None:
        question = Question(
            lines=(
                translate("SeatCode", "Let this seat go on without what is missing?"),
                translate(
                    "SeatCode", "It does not come back by this. First import the last stick and the newest drop."
                ),
            ),
            yes=translate("SeatCode", "Let it go on"),
            no=translate("SeatCode", "Leave it closed"),
            kind=ButtonKind.DANGER,
        )
        self._ask(question, lambda: self._accept(reason))
