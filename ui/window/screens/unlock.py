"""A proctor, or the site's admin, proves to be one."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.seat.facts import ProctorEntry
from ui.window.page import Page
from ui.window.screens.unlock_form import CheckPin, UnlockForm
from ui.window.theme import Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate


class UnlockPage(Page):
    """Why the PIN is wanted, and the form."""

    def __init__(
        self,
        purpose: str,
        proctors: tuple[ProctorEntry, ...],
        check: CheckPin,
        *,
        unlocked: Callable[[ProctorEntry], None],
        back: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("Unlock", "Proctor PIN")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        self.body.addWidget(Words(purpose, tokens=tokens))
        form = UnlockForm(proctors, check, unlocked=unlocked, tokens=tokens)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.add_action(translate("Unlock", "Back"), back, escapes=True)
        self.set_first(form.first_field())
