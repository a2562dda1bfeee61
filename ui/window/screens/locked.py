"""The seat is locked: why, since when, what a proctor should look at, and the way to open it. Says nothing a candidate must fear.

Several incidents are listed on the one page. The candidate is told first, and calmly; the rest is for the proctor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.lockdown.protocol import Raised
from kiosk.seat.facts import ProctorEntry
from ui.window import incident_words, words
from ui.window.screens.session_page import SessionPage, facts_card
from ui.window.theme import GRID_PX, Tokens
from ui.window.unlocking import Unlocker
from ui.window.view_state import LockedView
from ui.window.widgets.labels import Card, Heading, Words, breakable
from ui.window.widgets.private_line import PrivateLine
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.words import translate

SHOWN_MAX: Final = 4
NOTE_MAX: Final = 500


class LockedPage(SessionPage):
    """Reasons, note and form."""

    changed = Signal()
    """``view`` is another one: more was noticed"""

    def __init__(
        self,
        view: LockedView,
        unlocker: Unlocker,
        *,
        unlocked: Callable[[ProctorEntry, str], None],
        tokens: Tokens,
    ) -> None:
        title = translate("Locked", "This seat is locked")
        super().__init__(tokens=tokens, name=title)
        self.view = view
        self.body.addWidget(Heading(title, tokens=tokens))
        self.body.addWidget(Words(_for_candidate(view), tokens=tokens))
        self._reasons = reasons_column(view, tokens)
        self.body.addWidget(self._reasons)
        self.body.addWidget(Heading(translate("Locked", "For the proctor"), tokens=tokens, level=2))
        self.body.addWidget(self._note_card(view))
        form, first = unlocker.form(
            unlocked=lambda proctor: unlocked(proctor, self._note.text().strip()), tokens=tokens
        )
        self.body.addWidget(form)
        self.body.addStretch(1)
        # Where the text is large the form lies further down: the page opens at its beginning, where it says why.
        self.set_first(self.add_main(translate("Locked", "Open with a PIN"), first.setFocus))

    def show_view(self, view: LockedView) -> None:
        """Show what has come to it, at once; what is being typed stays."""
        if view == self.view:
            return
        before, reasons = self._reasons, reasons_column(view, self.tokens)
        self.body.replaceWidget(before, reasons)
        before.hide()
        before.deleteLater()
        # Left to the layout, it would come later, and no reason would be there till then.
        reasons.setVisible(bool(view.incidents))
        self._reasons = reasons
        self.view = view
        self.changed.emit()

    def _note_card(self, view: LockedView) -> Card:
        facts = [(translate("Locked", "Seat"), str(view.seat))]
        if view.candidate:
            facts.append((translate("Locked", "Candidate"), view.candidate))
        card = facts_card(facts, tokens=self.tokens)
        name = translate("Locked", "What you found")
        card.column.addWidget(Words(translate("Locked", "What you found (may stay empty)"), tokens=self.tokens))
        self._note = PrivateLine(tokens=self.tokens, name=name)
        self._note.setMaxLength(NOTE_MAX)
        card.column.addWidget(self._note)
        return card


def _for_candidate(view: LockedView) -> str:
    if not view.candidate:
        return translate("Locked", "A proctor looks at it and opens it with a PIN.")
    wait = translate("Locked", "Please raise your hand and wait. A proctor looks at it and opens it.")
    return f"{wait} {translate('Locked', 'Your time stands still, and your answers are saved.')}"


def reasons_column(view: LockedView, tokens: Tokens, *, most: int = SHOWN_MAX) -> QWidget:
    """Return a card for each of the first ``most`` incidents, and how many more there are; hidden where there is none."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(tokens.px(GRID_PX))
    for raised in view.incidents[:most]:
        column.addWidget(_reason(raised, tokens))
    more = len(view.incidents) - most
    if more > 0:
        text = translate("Locked", "And {number} more, which the record has.").format(number=words.number(more))
        column.addWidget(Words(text, tokens=tokens, muted=True))
    if not view.incidents:
        holder.hide()  # never shown from here: without a parent it would be a window of its own
    return holder


def _reason(raised: Raised, tokens: Tokens) -> Card:
    card = Card(tokens=tokens, padding=2 * GRID_PX)
    card.column.setSpacing(tokens.px(4))
    card.column.addWidget(Sentence(incident_words.told(raised), tokens=tokens, tone=Tone.WARN))
    name = incident_words.about(raised)
    if name:
        card.column.addWidget(Words(breakable(name), tokens=tokens, muted=True))
    card.column.addWidget(Words(incident_words.look_at(raised.kind), tokens=tokens))
    at = translate("Locked", "{time} · incident {number}").format(
        time=words.time_of_day(raised.wall), number=words.number(raised.number)
    )
    card.column.addWidget(Words(at, tokens=tokens, muted=True))
    return card
