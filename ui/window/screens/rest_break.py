"""A break: how long it still lasts, what comes after it, and the way back before that."""

from __future__ import annotations

from PySide6.QtCore import Qt

from exam_packages.session_events import BreakEnded
from ui.window import words
from ui.window.page import Question
from ui.window.screens.session_page import SessionPage
from ui.window.theme import TextSize, Tokens
from ui.window.view_state import BreakView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate


class BreakPage(SessionPage):
    """A large countdown."""

    def __init__(self, view: BreakView, *, tokens: Tokens) -> None:
        title = translate("Break", "Break")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        self._left = Words("", tokens=tokens, size=TextSize.TITLE, bold=True)
        self.body.addWidget(self._left)
        self.body.addWidget(
            Words(
                translate("Break", "Your answers are saved. The section you finished is closed."),
                tokens=tokens,
            )
        )
        if view.following is not None:
            following = translate("Break", "Next: {section}. Its clock starts when you start it.")
            self.body.addWidget(Words(following.format(section=words.section_name(view.following)), tokens=tokens))
        self.body.addWidget(
            Words(
                translate(
                    "Break", "If you leave the room, follow the rules of this testing centre. Be back before the end."
                ),
                tokens=tokens,
                muted=True,
            )
        )
        self.body.addStretch(1)
        self.add_main(translate("Break", "End the break"), self._end)

    def show_time(self, ms: int) -> None:
        """Show how long the break still lasts."""
        self._left.setText(translate("Break", "{time} left").format(time=words.clock(ms)))
        self._left.setAlignment(Qt.AlignmentFlag.AlignLeading)

    def _end(self) -> None:
        question = Question(
            lines=(
                translate("Break", "End the break now?"),
                translate("Break", "The rest of it is not kept for later."),
            ),
            yes=translate("Break", "End the break now"),
            no=translate("Break", "Rest on"),
        )
        self.ask(question, lambda: self.want(BreakEnded()))
