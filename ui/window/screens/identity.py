"""Is this you? The candidate confirms the name the proctor checked in, sees which needs are met, and may try the keyboard.

The exam has just been opened, so this is also where the proctor learns that this workstation cannot play its recordings.
"""

from __future__ import annotations

from exam_packages.session_events import IdentityConfirmed, IdentityRejected
from ui.window import needs_words
from ui.window.page import Question
from ui.window.screens.keyboard_check import KeyboardCheck, Layouts
from ui.window.screens.session_page import SessionPage, facts_card
from ui.window.theme import Tokens
from ui.window.view_state import IdentityView
from ui.window.widgets.button import ButtonKind
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class IdentityPage(SessionPage):
    """Name, number and exam; the keyboard; yes or no."""

    def __init__(self, view: IdentityView, *, layouts: Layouts | None = None, tokens: Tokens) -> None:
        title = translate("Identity", "Is this you?")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        facts = [
            (translate("Identity", "Name"), view.name),
            (translate("Identity", "Candidate number"), view.candidate),
            (translate("Identity", "Exam"), view.exam_title),
        ]
        if needs_words.lines(view.needs):
            facts.append((translate("Identity", "Accommodations"), needs_words.text(view.needs)))
        if view.media_lack:
            self.body.addWidget(Sentence(view.media_lack, tokens=tokens, tone=Tone.WARN))
        self.body.addWidget(facts_card(facts, tokens=tokens))
        self.body.addWidget(
            Words(
                translate("Identity", "If anything here is wrong, choose “No” and the proctor will help you."),
                tokens=tokens,
            )
        )
        self._keyboard = KeyboardCheck(layouts, view.language, tokens=tokens)
        self.body.addWidget(self._keyboard)
        self.body.addStretch(1)
        self.add_action(translate("Identity", "No, this is not me"), self._reject)
        self.add_main(translate("Identity", "Yes, this is me"), self._confirm)

    def _confirm(self) -> None:
        for event in self._keyboard.events():
            self.want(event)
        self.want(IdentityConfirmed())

    def _reject(self) -> None:
        question = Question(
            lines=(
                translate("Identity", "Is this really not you?"),
                translate("Identity", "This session ends and the proctor checks you in again."),
            ),
            yes=translate("Identity", "End this session"),
            no=translate("Identity", "Go back"),
            kind=ButtonKind.DANGER,
        )
        self.ask(question, lambda: self.want(IdentityRejected()))
