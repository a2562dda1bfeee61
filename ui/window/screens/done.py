"""The end: how it ended, when the result comes, and a receipt to take along."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from PySide6.QtWidgets import QBoxLayout

from kiosk.session import ResultState
from ui.window import words
from ui.window.page import Page
from ui.window.screens.session_page import facts_card
from ui.window.theme import GRID_PX, Tokens
from ui.window.view_state import DoneView
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.qr import QrView
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

SIDE_BY_SIDE_TO = 125  # percent of text size up to which two columns fit side by side


class DonePage(Page):
    """Thanks, receipt, and the way out of the room."""

    def __init__(self, view: DoneView, *, free: Callable[[], None], tokens: Tokens) -> None:
        super().__init__(tokens=tokens, name=translate("Done", "The exam is over"))
        self.body.addWidget(Heading(_title(view.state), tokens=tokens))
        if not view.sealed:
            sealing = translate("Done", "Your answers are being sealed. This takes a moment.")
            self.body.addWidget(Sentence(sealing, tokens=tokens, tone=Tone.BUSY))
            self.body.addStretch(1)
            return
        self.body.addWidget(Sentence(_what_happened(view.state), tokens=tokens, tone=Tone.GOOD))
        self.body.addWidget(Words(_what_comes(view.state), tokens=tokens))
        if view.state is not ResultState.DECLINED:
            self._add_receipt(view)
        self.body.addWidget(Words(translate("Done", "Please leave the seat and see the proctor."), tokens=tokens))
        self.body.addStretch(1)
        self.add_main(translate("Done", "Free this seat"), free)

    def _add_receipt(self, view: DoneView) -> None:
        self.body.addWidget(Heading(translate("Done", "Your receipt"), tokens=self.tokens, level=2))
        facts = [
            (translate("Done", "Session"), view.session),
            (translate("Done", "Questions answered"), words.answered_of(view.answered, view.questions)),
            (translate("Done", "Receipt code"), view.head_code),
        ]
        card = facts_card(facts, tokens=self.tokens)
        large = self.tokens.scale > SIDE_BY_SIDE_TO or self.tokens.single_column
        row = QBoxLayout(QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight)
        row.setSpacing(self.tokens.px(2 * GRID_PX))
        row.addWidget(card, 1)
        row.addWidget(QrView(receipt_text(view), tokens=self.tokens, side_px=160))
        self.body.addLayout(row)
        advice = translate(
            "Done",
            "With this code you can prove later what you answered. The testing centre can give it to you on paper.",
        )
        self.body.addWidget(Words(advice, tokens=self.tokens, muted=True))


def receipt_text(view: DoneView) -> str:
    """What the QR code of a candidate's receipt says."""
    return f"session {view.session}\nanswered {view.answered}/{view.questions}\ncode {view.head_code}"


def _title(state: ResultState) -> str:
    match state:
        case ResultState.FINISHED:
            return translate("Done", "You have finished the exam")
        case ResultState.DECLINED:
            return translate("Done", "The exam was not sat")
        case ResultState.CLOSED:
            return translate("Done", "A proctor has ended the exam")
        case ResultState.UNFINISHED:
            return translate("Done", "One moment")
        case _:
            assert_never(state)


def _what_happened(state: ResultState) -> str:
    if state is ResultState.DECLINED:
        return translate("Done", "No answers were recorded.")
    if state is ResultState.CLOSED:
        return translate("Done", "Your answers so far are sealed. Nobody here can read or change them.")
    return translate("Done", "Your answers are complete and sealed. Nobody here can read or change them.")


def _what_comes(state: ResultState) -> str:
    match state:
        case ResultState.FINISHED | ResultState.CLOSED | ResultState.UNFINISHED:
            return translate(
                "Done", "The certification body scores them and sends you the result. It is not shown at this seat."
            )
        case ResultState.DECLINED:
            return translate("Done", "The proctor will help you from here.")
        case _:
            assert_never(state)
