"""The exam is covered: why, what it means, and how it goes on. A proctor's PIN uncovers it.

Where the candidate covered it by calling the proctor, the candidate may uncover it too; so does a minute without a key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer

from kiosk.seat.facts import ProctorEntry
from ui.window import words
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
        reason = words.pause(view.reason)
        super().__init__(tokens=tokens, name=reason.what)
        self.body.addWidget(Heading(reason.what, tokens=tokens))
        self.body.addWidget(Words(f"{reason.meaning} {reason.remedy}", tokens=tokens))
        form = UnlockForm(proctors, check, unlocked=unlocked, tokens=tokens)
        self.body.addWidget(form)
        self.body.addStretch(1)
        if view.may_return:
            self._offer_return(form, back)
        self.set_first(form.first_field())

    def _offer_return(self, form: UnlockForm, back: Callable[[], None]) -> None:
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
        self.add_action(translate("Pause", "Back to the exam"), back, escapes=True)
