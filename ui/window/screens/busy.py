"""Something runs that nobody can hurry: says what, and that it goes on by itself."""

from __future__ import annotations

from ui.window.page import Page
from ui.window.theme import Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate


class BusyPage(Page):
    """One sentence."""

    def __init__(self, what: str, *, tokens: Tokens) -> None:
        super().__init__(tokens=tokens, name=translate("Busy", "One moment"))
        self.body.addStretch(1)
        self.body.addWidget(Heading(translate("Busy", "One moment"), tokens=tokens))
        self.body.addWidget(Words(what, tokens=tokens))
        self.body.addStretch(2)
