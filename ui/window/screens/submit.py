"""All scored sections are over: hand in. There is nothing left to change, so nothing is asked."""

from __future__ import annotations

from exam_packages.session_events import Submitted
from ui.window import words
from ui.window.screens.session_page import SessionPage, facts_card
from ui.window.theme import Tokens
from ui.window.view_state import SubmitView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate


class SubmitPage(SessionPage):
    """One button."""

    def __init__(self, view: SubmitView, *, tokens: Tokens) -> None:
        title = translate("Submit", "Submit exam")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        up = translate("Submit", "The time is up. All your answers are saved.")
        over = translate("Submit", "All sections are over. All your answers are saved.")
        self.body.addWidget(Words(up if view.time_is_up else over, tokens=tokens))
        answered = translate("Submit", "{answered} of {questions}").format(
            answered=words.number(view.answered), questions=words.number(view.questions)
        )
        self.body.addWidget(facts_card([(translate("Submit", "Questions answered"), answered)], tokens=tokens))
        self.body.addWidget(Words(translate("Submit", "Submit your exam to hand it in."), tokens=tokens))
        self.body.addStretch(1)
        self.add_main(translate("Submit", "Submit exam"), lambda: self.want(Submitted()))
