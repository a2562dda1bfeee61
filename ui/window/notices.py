"""The line above the page during a session: what the candidate did not do and should know.

Owns when something is said and when it goes again. Refuses to know pages and to change anything.
"""

from __future__ import annotations

from kiosk.session import Phase, Session
from kiosk.session.limits import Scope
from ui.window import item_state, rule_words, time_state, words
from ui.window.contents import Contents
from ui.window.section_clock import SectionClock
from ui.window.widgets.sentence import Tone
from ui.window.window import ExamWindow


class Notices:
    """Says what happened between two states of a session."""

    def __init__(self, window: ExamWindow, clock: SectionClock, contents: Contents) -> None:
        self._window, self._clock, self._contents = window, clock, contents
        self._is_here = False
        self.expired = Scope.ITEM
        """What the clock said was over, last."""
        clock.warned.connect(lambda warned: window.notice(words.warning(warned), Tone.WARN))
        clock.late.connect(lambda scope: window.notice(rule_words.late(scope), Tone.WARN))

    def tell(self, before: Session, after: Session) -> None:
        """Say what happened; take away what is of no use any more."""
        moved = (before.item, before.in_review, before.pause) != (after.item, after.in_review, after.pause)
        if before.phase is not after.phase or (self._is_here and moved):
            self._window.clear_notice()
            self._is_here = False
        ended = time_state.ended_by_time(before, after)
        if ended is not None:
            self._window.notice(words.time_is_up(ended))
        elif item_state.closed_by_time(before, after):
            self._window.notice(words.time_is_up(self.expired))
        elif before.phase is Phase.BREAK is not after.phase and self._clock.break_was_nearly_over:
            self._window.notice(words.break_is_over())
        self._tell_submitted(before, after)
        given = time_state.time_given(before, after)
        if given > 0:
            self._window.notice(words.time_given(given), Tone.GOOD)

    def say_here(self, text: str, tone: Tone) -> None:
        """Say what matters on this page only."""
        self._is_here = True
        self._window.notice(text, tone)

    def _tell_submitted(self, before: Session, after: Session) -> None:
        item = after.item
        if item is not None and after.attempts.get(item, 0) > before.attempts.get(item, 0):
            view = item_state.item_view(after, self._contents, None)
            self.say_here(rule_words.submitted(view.attempts if view is not None else None), Tone.GOOD)
