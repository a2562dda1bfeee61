"""The exam is covered: why, what it means, and how it goes on. A proctor's PIN uncovers it.

Where the candidate covered it, the candidate may uncover it too: after a break at any time; after calling the proctor also by
leaving it alone for a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer

from kiosk.seat.facts import ProctorEntry
from ui.window import pause_words
from ui.window.screens.breaks import breaks_left_words
from ui.window.screens.session_page import SessionPage
from ui.window.screens.unlock_form import CheckPin, UnlockForm
from ui.window.theme import Tokens
from ui.window.view_state import PauseView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate

RETURN_AFTER_MS: Final = 60_000


class PausePage(SessionPage):
    """Reason and form."""

    def __init__(
        self,
        view: PauseView,
        proctors: tuple[ProctorEntry, ...],
        check: CheckPin,
        *,
        unlocked: Callable[[ProctorEntry], None],
        back: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        reason = pause_words.pause(view.reason)
        super().__init__(tokens=tokens, name=reason.what)
        self.body.addWidget(Heading(reason.what, tokens=tokens))
        self.body.addWidget(Words(f"{reason.meaning} {reason.remedy}", tokens=tokens))
        form = UnlockForm(proctors, check, unlocked=unlocked, tokens=tokens)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.set_first(form.first_field())
        if view.comes_back:
            self._come_back_by_itself(form, back)
        elif view.may_return:
            self._say_breaks(view)
        if view.may_return:
            returns = self.add_action(translate("Pause", "Back to the exam"), back, escapes=view.comes_back)
            if not view.comes_back:
                self.set_first(returns)

    def _say_breaks(self, view: PauseView) -> None:
        none = translate("Pause", "This is your last break.")
        left = breaks_left_words(view.breaks_left) if view.breaks_left else none
        self.body.insertWidget(2, Words(left, tokens=self.tokens, muted=True))

    def _come_back_by_itself(self, form: UnlockForm, back: Callable[[], None]) -> None:
        timer = QTimer(self, singleShot=True, interval=RETURN_AFTER_MS)
        timer.timeout.connect(back)
        timer.start()
        form.touched.connect(timer.start)
        self.body.insertWidget(
            2,
            Words(
                translate("Pause", "If nobody enters a PIN, the exam comes back after a minute."),
                tokens=self.tokens,
                muted=True,
            ),
        )
