"""Exams of other seats are on the stick: what each copy holds and what it cannot hold, before a PIN is asked for.

Names nobody: the seat is free, and anybody may stand before it.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.mirror.taking import MirroredSession
from ui.window import move_words
from ui.window.page import Page
from ui.window.screens.session_page import facts_card
from ui.window.theme import Tokens
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


class SecondCopiesPage(Page):
    """What will be missing, from what the copies say of themselves; then the way to the PIN."""

    def __init__(
        self,
        entries: tuple[MirroredSession, ...],
        *,
        go_on: Callable[[], None],
        back: Callable[[], None],
        tokens: Tokens,
    ) -> None:
        title = translate("Copies", "Exams of other seats")
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        states = move_words.states(entries)
        self.body.addWidget(Words(_opening(entries, can_go_on=bool(states)), tokens=tokens))
        if states:
            self.body.addWidget(Sentence(move_words.what_is_missing(), tokens=tokens, tone=Tone.WARN))
            self.body.addWidget(facts_card(states, tokens=tokens))
        reasons = move_words.reasons(entries)
        if states and reasons:
            self.body.addWidget(Words(translate("Copies", "Other copies cannot go on here:"), tokens=tokens))
        for reason in reasons:
            self.body.addWidget(Sentence(reason, tokens=tokens, tone=Tone.PLAIN))
        self.body.addStretch(1)
        leave = self.add_action(translate("Copies", "Back"), back, escapes=True)
        self.set_first(self.add_main(translate("Copies", "Continue with a PIN"), go_on) if states else leave)


def _opening(entries: tuple[MirroredSession, ...], *, can_go_on: bool) -> str:
    if can_go_on:
        return translate("Copies", "A second copy holds an exam as it was last saved. A proctor can continue it here.")
    if entries:
        return translate("Copies", "None of the second copies here can go on at this seat.")
    return translate("Copies", "There is no second copy of another seat's exam here. Put in the other stick.")
