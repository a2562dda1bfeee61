"""The candidate agreement: read, accept or decline."""

from __future__ import annotations

from exam_packages.session_events import AgreementAccepted, AgreementDeclined
from ui.window.items.rubric_view import RubricView
from ui.window.page import Question
from ui.window.screens.session_page import Resource, SessionPage
from ui.window.theme import Tokens
from ui.window.view_state import AgreementView
from ui.window.widgets.button import ButtonKind
from ui.window.widgets.labels import Card, Heading
from ui.window.words import translate


class AgreementPage(SessionPage):
    """The text scrolls; both answers stand below it all the time."""

    def __init__(self, view: AgreementView, resource: Resource, *, tokens: Tokens) -> None:
        title = view.title or translate("Agreement", "Candidate agreement")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        card = Card(tokens=tokens)
        card.column.addWidget(RubricView(view.content, resource, tokens=tokens))
        self.body.addWidget(card)
        self.body.addStretch(1)
        self.add_action(translate("Agreement", "I decline"), self._decline)
        self.add_main(translate("Agreement", "I accept"), lambda: self.want(AgreementAccepted()))

    def _decline(self) -> None:
        question = Question(
            lines=(
                translate("Agreement", "Without the agreement the exam cannot be sat."),
                translate("Agreement", "If you decline, this session ends and no answers are recorded."),
            ),
            yes=translate("Agreement", "Decline and end"),
            no=translate("Agreement", "Read again"),
            kind=ButtonKind.DANGER,
        )
        self.ask(question, lambda: self.want(AgreementDeclined()))
