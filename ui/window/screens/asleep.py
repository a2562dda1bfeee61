"""The computer was asleep: for how long, that it cost nothing, and one way on. Nobody has to be called."""

from __future__ import annotations

from collections.abc import Callable

from ui.window import incident_words, pause_words
from ui.window.screens.session_page import SessionPage
from ui.window.theme import Tokens
from ui.window.view_state import AsleepView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate


class AsleepPage(SessionPage):
    """One sentence, one button."""

    def __init__(self, view: AsleepView, *, go_on: Callable[[], None], tokens: Tokens) -> None:
        usual = pause_words.pause(view.reason)
        what = incident_words.told(view.incidents[0]) if view.incidents else usual.what
        super().__init__(tokens=tokens, name=what)
        self.body.addWidget(Heading(what, tokens=tokens))
        self.body.addWidget(Words(usual.meaning, tokens=tokens))
        self.body.addWidget(Words(translate("Asleep", "Choose Go on when you are ready."), tokens=tokens))
        self.body.addStretch(1)
        self.add_main(translate("Asleep", "Go on"), go_on)
