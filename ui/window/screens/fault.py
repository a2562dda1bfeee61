"""Something is wrong with this computer: what happened, what it means, what to do. Takes no answers."""

from __future__ import annotations

from collections.abc import Callable

from ui.window.page import Page
from ui.window.theme import Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import Explanation, translate


class FaultPage(Page):
    """For the candidate: raise your hand. For the proctor: the cause and the remedy."""

    def __init__(
        self,
        explanation: Explanation,
        *,
        in_session: bool,
        leave: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("Fault", "Please call the proctor")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        if in_session:
            stopped = translate("Fault", "The exam has stopped. Raise your hand and wait. Time stands still.")
            self.body.addWidget(Words(stopped, tokens=tokens))
        self.body.addWidget(Sentence(explanation.what, tokens=tokens, tone=Tone.BAD))
        self.body.addWidget(Words(explanation.meaning, tokens=tokens))
        if explanation.remedy:
            self.body.addWidget(Heading(translate("Fault", "For the proctor"), tokens=tokens, level=2))
            self.body.addWidget(Words(explanation.remedy, tokens=tokens))
        self.body.addStretch(1)
        self.add_action(translate("Fault", "Leave this page"), leave)
