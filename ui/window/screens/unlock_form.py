"""Who are you, and your PIN: by mouse on the pad or by keyboard. Digits are masked; tries left are told after a failure only.

Knows nobody's PIN and checks nothing: it asks for a check and is told what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from exam_packages.ids import ProctorId
from kiosk.errors import PinRefused
from kiosk.seat.facts import ProctorEntry
from ui.window import words
from ui.window.theme import GRID_PX, Tokens
from ui.window.widgets.labels import Words
from ui.window.widgets.pin_pad import PinPad
from ui.window.widgets.search_list import Row, SearchList
from ui.window.widgets.sentence import Banner, Tone
from ui.window.words import translate

CheckPin = Callable[[ProctorId, str, Callable[[ProctorEntry], None], Callable[[Exception], None]], None]
"""Checks a PIN off the interface thread, then calls one of the two on it."""

LIST_PX: Final = 200
SIDE_BY_SIDE_TO: Final = 125  # percent of text size up to which two columns fit side by side


class UnlockForm(QWidget):
    """Names in place, a pad, and what came of the last try."""

    touched = Signal()
    """Somebody is at work here."""

    def __init__(
        self,
        proctors: tuple[ProctorEntry, ...],
        check: CheckPin,
        *,
        unlocked: Callable[[ProctorEntry], None],
        tokens: Tokens,
    ) -> None:
        super().__init__()
        self._check, self._unlocked = check, unlocked
        self._wait_s = 0
        self._waits_for: ProctorId | None = None
        self._second = QTimer(self, interval=1_000)
        self._second.timeout.connect(self._count_down)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.px(2 * GRID_PX))
        self._said = Banner(tokens=tokens)
        column.addWidget(self._said)
        side_by_side = tokens.scale <= SIDE_BY_SIDE_TO and not tokens.single_column
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight if side_by_side else QBoxLayout.Direction.TopToBottom)
        row.setSpacing(tokens.px(4 * GRID_PX))
        column.addLayout(row)
        row.addLayout(self._names(proctors, tokens), 1)
        row.addLayout(self._pin(tokens))
        self._allow()

    def first_field(self) -> QWidget:
        """Where the focus belongs."""
        return self._list.field

    def _names(self, proctors: tuple[ProctorEntry, ...], tokens: Tokens) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(tokens.px(GRID_PX))
        column.addWidget(Words(translate("Unlock", "1. Choose your name"), tokens=tokens, bold=True))
        admin = translate("Unlock", "Site admin")
        rows = [Row(key=entry.id, title=entry.name, detail=admin if entry.is_admin else "") for entry in proctors]
        self._list = SearchList(
            rows,
            tokens=tokens,
            name=translate("Unlock", "Proctors"),
            search_name=translate("Unlock", "Search for a name"),
        )
        self._list.setMinimumHeight(tokens.px(LIST_PX))
        self._list.chosen.connect(self._to_pin)
        self._list.current_changed.connect(self._allow)
        self._list.field.textChanged.connect(self.touched)
        column.addWidget(self._list, 1)
        return column

    def _pin(self, tokens: Tokens) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(tokens.px(GRID_PX))
        column.addWidget(Words(translate("Unlock", "2. Enter your PIN"), tokens=tokens, bold=True))
        self._pad = PinPad(tokens=tokens, submit_words=translate("Unlock", "Enter PIN"))
        self._pad.submitted.connect(self._submit)
        for dots in self._pad.findChildren(QLineEdit):
            dots.textChanged.connect(self.touched)
        column.addWidget(self._pad)
        column.addStretch(1)
        return column

    def _to_pin(self) -> None:
        self.touched.emit()
        self._pad.setFocus()

    def _submit(self, pin: str) -> None:
        who = ProctorId(self._list.current())
        self.touched.emit()
        self._set_busy(busy=True)
        self._said.say(translate("Unlock", "Checking…"), Tone.BUSY)
        self._check(who, pin, self._right, self._wrong)

    def _right(self, entry: ProctorEntry) -> None:
        self._set_busy(busy=False)
        self._said.clear()
        self._unlocked(entry)

    def _wrong(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self._said.say(words.explain(error).text(), Tone.BAD)
        self.touched.emit()
        if isinstance(error, PinRefused) and error.wait_s > 0:
            self._wait_s, self._waits_for = error.wait_s, ProctorId(self._list.current())
            self._second.start()
        self._allow()
        self._focus()

    def _focus(self) -> None:
        """To the digits; to the names while this proctor waits, so that another one can go on."""
        (self._pad if self._pad.isEnabled() else self._list).setFocus()

    def _count_down(self) -> None:
        self._wait_s -= 1
        self.touched.emit()
        if self._wait_s > 0:
            self._said.say(words.pin_wait(self._wait_s), Tone.WARN)
            return
        self._second.stop()
        self._said.say(translate("Unlock", "You can try again now."), Tone.PLAIN)
        self._allow()
        if self._list.current() == self._waits_for:  # else somebody else is at work
            self._focus()

    def _allow(self) -> None:
        waits = self._wait_s > 0 and self._list.current() == self._waits_for
        self._pad.setEnabled(bool(self._list.current()) and not waits)

    def _set_busy(self, *, busy: bool) -> None:
        self._list.setEnabled(not busy)
        self._pad.setEnabled(not busy)
