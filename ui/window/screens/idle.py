"""The seat is free: what it is ready for, in a sentence; what was cut off; and two ways on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from kiosk.errors import Missing
from kiosk.seat.facts import ClockState, SeatStatus, UnfinishedSession
from ui.window import move_words, rollback_words, status_words, words
from ui.window.page import Page
from ui.window.screens.protection import missing_lines
from ui.window.screens.session_page import facts_card
from ui.window.theme import TextSize, Tokens
from ui.window.widgets.button import Button, ButtonKind
from ui.window.widgets.labels import Card, Heading, Words
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleActs:
    """What can be begun at a free seat."""

    check_in: Callable[[], None]
    administer: Callable[[], None]
    go_on: Callable[[], None]
    hand_in: Callable[[], None]
    take_over: Callable[[], None]
    protection: Callable[[], None] | None = None
    """None where nobody locks the seat down: there is nothing to say then."""


class IdlePage(Page):
    """Status first, details below."""

    def __init__(
        self,
        status: SeatStatus | None,
        unfinished: UnfinishedSession | None,
        acts: IdleActs,
        *,
        copies_here: bool = False,
        tokens: Tokens,
    ) -> None:
        title = translate("Idle", "This seat is free")
        if status is not None and status.rollback is not None:
            title = translate("Idle", "This seat is closed")
            unfinished = None  # nothing goes on here until an admin has decided
        super().__init__(tokens=tokens, name=title)
        self.body.addWidget(Heading(title, tokens=tokens))
        self._add_status(status)
        if unfinished is not None:
            self.body.addWidget(self._unfinished_card(unfinished, acts))
        elif copies_here:
            self.body.addWidget(self._copies_card(acts.take_over))
        if acts.protection is not None and status is not None:
            self._add_protection(acts.protection)
        self.body.addStretch(1)
        self.add_action(translate("Idle", "Seat administration"), acts.administer)
        main = self.add_main(translate("Idle", "Check in a candidate"), acts.check_in)
        main.setEnabled(status is not None and not status.missing and unfinished is None)
        if unfinished is not None:
            self.set_first(self._continue)
            self._continue.setEnabled(status is None or Missing.ADOPTION not in status.missing)

    def _stuck_card(self, session: UnfinishedSession, hand_in: Callable[[], None]) -> Card:
        """What keeps an exam from going on here, what can be done, and that nothing is lost."""
        card = self._card_of(session)
        said = translate(
            "Idle", "This exam demands more protection than this computer has. It does not go on like this."
        )
        card.column.addWidget(Sentence(said, tokens=self.tokens, tone=Tone.WARN))
        for line in missing_lines(session.missing):
            card.column.addWidget(Words(line, tokens=self.tokens))
        text = translate(
            "Idle",
            "{exam}, last saved {when}. Every saved answer is here. It goes on when this is mended and the program"
            " is started again, or at another seat from its second copy. If neither can be, a proctor hands it in as it is.",
        )
        when = words.day_and_time(session.last_wall)
        card.column.addWidget(Words(text.format(exam=session.exam_title, when=when), tokens=self.tokens))
        self._continue = Button(translate("Idle", "Hand in as it is"), tokens=self.tokens)
        self._continue.clicked.connect(lambda _checked: hand_in())
        card.column.addWidget(self._continue, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _add_status(self, status: SeatStatus | None) -> None:
        if status is None:
            looking = translate("Idle", "Looking at what is here…")
            self.body.addWidget(Sentence(looking, tokens=self.tokens, tone=Tone.BUSY))
            return
        tone = Tone.WARN if status.missing else Tone.GOOD
        said = Sentence(status_words.sentence(status), tokens=self.tokens, tone=tone, size=TextSize.HEADING)
        self.body.addWidget(said)
        if status.missing:
            self.body.addWidget(Words(words.remedy_of(status.missing[0]), tokens=self.tokens))
        if status.rollback is not None:
            self.body.addWidget(Words(rollback_words.missing(status.rollback), tokens=self.tokens))
            self.body.addWidget(Words(rollback_words.remedy(), tokens=self.tokens))
        if status.clock.state is not ClockState.GOOD:
            self.body.addWidget(Sentence(status_words.clock(status), tokens=self.tokens, tone=Tone.WARN))
        for moved in move_words.gone_elsewhere(status):
            self.body.addWidget(Sentence(moved, tokens=self.tokens, tone=Tone.WARN))
        facts = [
            (translate("Idle", "Seat"), status.seat),
            (translate("Idle", "Testing centre"), status.site_name or "–"),
            (translate("Idle", "Exams"), ", ".join(exam.title for exam in status.exams) or "–"),
            (translate("Idle", "Results"), status_words.outbox(status)),
        ]
        self.body.addWidget(facts_card(facts, tokens=self.tokens))

    def _add_protection(self, show: Callable[[], None]) -> None:
        button = Button(translate("Idle", "Protection"), tokens=self.tokens)
        button.clicked.connect(lambda _checked: show())
        self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _copies_card(self, take_over: Callable[[], None]) -> Card:
        card = Card(tokens=self.tokens)
        title = translate("Idle", "Has another computer failed?")
        card.column.addWidget(Heading(title, tokens=self.tokens, level=2))
        text = translate("Idle", "Second copies of exams are on the stick. A proctor can continue one of them here.")
        card.column.addWidget(Words(text, tokens=self.tokens))
        button = Button(translate("Idle", "Continue from another seat"), tokens=self.tokens)
        button.clicked.connect(lambda _checked: take_over())
        card.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _card_of(self, session: UnfinishedSession) -> Card:
        card = Card(tokens=self.tokens)
        title = translate("Idle", "The exam of {name} was cut off").format(name=session.candidate_name)
        card.column.addWidget(Heading(title, tokens=self.tokens, level=2))
        return card

    def _unfinished_card(self, session: UnfinishedSession, acts: IdleActs) -> Card:
        if session.missing and session.fault is None:
            return self._stuck_card(session, acts.hand_in)
        card = self._card_of(session)
        when = words.day_and_time(session.last_wall)
        if session.fault is None:
            text = translate("Idle", "{exam}, last saved {when}. Every saved answer is here. A proctor continues it.")
            label = translate("Idle", "Continue this exam")
        elif not session.fault.kind.is_damage:
            card.column.addWidget(Words(words.explain(session.fault).text(), tokens=self.tokens))
            text = translate("Idle", "{exam}, opened {when}. It goes on when the disk is in order.")
            label = translate("Idle", "Continue this exam")
        else:
            card.column.addWidget(Words(words.explain(session.fault).what, tokens=self.tokens))
            text = translate(
                "Idle", "{exam}, last saved {when}. The journal is kept. The exam goes on in a new session."
            )
            label = translate("Idle", "Continue in a new session")
        card.column.addWidget(Words(text.format(exam=session.exam_title, when=when), tokens=self.tokens))
        self._continue = Button(label, tokens=self.tokens, kind=ButtonKind.PRIMARY)
        self._continue.clicked.connect(lambda _checked: acts.go_on())
        card.column.addWidget(self._continue, 0, Qt.AlignmentFlag.AlignLeft)
        return card
