"""The review grid: every question of the section as a numbered tile, and the end of the section, asked once."""

from __future__ import annotations

from exam_packages.session_events import ItemPresented, SectionEnded, SectionKind
from ui.window import rule_words, words
from ui.window.page import Question
from ui.window.screens.breaks import break_question
from ui.window.screens.session_page import SessionPage
from ui.window.theme import Tokens
from ui.window.view_state import ReviewView, TileState, TileView
from ui.window.widgets.button import Button
from ui.window.widgets.icons import Icon
from ui.window.widgets.labels import Heading, Words
from ui.window.widgets.sentence import Sentence, Tone
from ui.window.widgets.tile_grid import ReviewGrid, Tile
from ui.window.words import translate


class ReviewPage(SessionPage):
    """Summary, filter, grid, legend."""

    def __init__(self, view: ReviewView, *, tokens: Tokens) -> None:
        title = translate("Review", "Review")
        super().__init__(tokens=tokens, name=title, wide=True)
        self._view = view
        self.body.addWidget(Heading(f"{title} · {words.section_name(view.section)}", tokens=tokens))
        self.body.addWidget(Words(summary(view), tokens=tokens))
        self._hindered = Sentence("", tokens=tokens)
        self._hindered.hide()
        self.body.addWidget(self._hindered)
        self._grid = ReviewGrid([_tile(tile) for tile in view.tiles], tokens=tokens, name=title)
        self._grid.setEnabled(view.can_jump)
        self._grid.chosen.connect(lambda place: self.want(ItemPresented(item=view.tiles[place].item)))
        self.body.addWidget(self._grid)
        self.body.addStretch(1)
        if view.breaks_left:
            self._add_break()
        back = self.add_action(translate("Review", "Back to the question"), self._go_back, escapes=True)
        self._main_act = self.add_main(_end_words(view), self._end)
        self.show_time(0)
        if not view.can_jump:
            self.set_first(back)

    @property
    def hands_in(self) -> bool:
        """Whether ending this section hands the exam in."""
        return self._view.hands_in

    def show_time(self, wait_ms: int) -> None:
        """Say what keeps the section from being ended, and for how long; Submit and End wait with it."""
        view = self._view
        if view.waits_for is not None and wait_ms > 0:
            words_, tone = rule_words.question_waits(view.waits_for, wait_ms), Tone.BUSY
        elif wait_ms > 0:
            words_, tone = rule_words.wait_to_end(wait_ms), Tone.BUSY
        elif view.owed is not None:
            words_, tone = rule_words.question_owed(view.owed), Tone.WARN
        else:
            words_, tone = "", Tone.PLAIN
        if words_ != self._hindered.words():
            self._hindered.say(words_, tone)
            self._hindered.setVisible(bool(words_))
        can_end = view.owed is None and wait_ms == 0
        if self._main_act.isEnabled() != can_end:
            self._main_act.setEnabled(can_end)

    def _add_break(self) -> None:
        pause = Button(translate("Review", "Break"), tokens=self.bar.tokens, icon=Icon.PAUSE)
        pause.setAccessibleName(translate("Review", "Take a break"))
        pause.clicked.connect(lambda _checked: self.ask(*break_question(self._view.breaks_left, self.want)))
        self.bar.add_left(pause)

    def enter(self) -> None:
        """Begin at the question the candidate came from."""
        super().enter()
        if not self._view.can_jump:
            return
        places = [place for place, tile in enumerate(self._view.tiles) if tile.current and tile.can_show]
        places += [place for place, tile in enumerate(self._view.tiles) if tile.can_show]
        if places:
            self._grid.grid.focus_tile(places[0])

    def _go_back(self) -> None:
        item = self._view.current or self._view.tiles[0].item
        self.want(ItemPresented(item=item))

    def _end(self) -> None:
        view = self._view
        final = translate("Review", "After this your answers are final.")
        closed = translate("Review", "You cannot come back to this section.")
        question = Question(
            lines=(open_questions(view), final if view.hands_in else closed),
            yes=translate("Review", "Submit now") if view.hands_in else translate("Review", "End section now"),
            no=translate("Review", "Keep working"),
        )
        self.ask(question, lambda: self.want(SectionEnded()))


def _tile(view: TileView) -> Tile:
    return Tile(
        number=view.number,
        answered=view.state is TileState.ANSWERED,
        flagged=view.flagged,
        current=view.current,
        closed=view.closed,
        commented=view.commented,
        can_show=view.can_show,
    )


def _end_words(view: ReviewView) -> str:
    if view.section.kind is SectionKind.TUTORIAL:
        return translate("Review", "Finish tutorial")
    return translate("Review", "Submit exam") if view.hands_in else translate("Review", "End section")


def summary(view: ReviewView) -> str:
    """How many questions are answered and flagged."""
    answered = words.answered_of(len(view.tiles) - len(view.unanswered), len(view.tiles))
    return translate("Review", "{answered}, {flagged} flagged.").format(
        answered=answered, flagged=words.number(len(view.flagged))
    )


def open_questions(view: ReviewView) -> str:
    """What is not answered and what is flagged, by number."""
    parts = []
    if view.unanswered:
        numbers = words.question_list(view.unanswered)
        parts.append(translate("Review", "Not answered: {numbers}.").format(numbers=numbers))
    if view.flagged:
        parts.append(translate("Review", "Flagged: {numbers}.").format(numbers=words.question_list(view.flagged)))
    return " ".join(parts) or translate("Review", "Every question is answered and none is flagged.")
