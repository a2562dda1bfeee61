"""What comes next: how many questions, how much time, whether a break follows. The clock starts with the section."""

from __future__ import annotations

from typing import assert_never

from exam_packages.session_events import PollSkipped, SectionEntered, SectionKind
from kiosk.session.limits import Scope
from ui.window import words
from ui.window.items.rubric_view import RubricView
from ui.window.screens.session_page import Resource, SessionPage, facts_card
from ui.window.theme import Tokens
from ui.window.view_state import IntroView
from ui.window.widgets.labels import Heading, Words
from ui.window.words import translate


class SectionIntroPage(SessionPage):
    """A section, announced."""

    def __init__(self, view: IntroView, resource: Resource, *, tokens: Tokens) -> None:
        super().__init__(tokens=tokens, name=translate("SectionIntro", "What comes next"))
        self.body.addWidget(Heading(words.section_name(view.section), tokens=tokens))
        self.body.addWidget(Words(_purpose(view), tokens=tokens))
        if view.individual:
            each = translate("SectionIntro", "You submit each question on its own, with “Submit answer”.")
            self.body.addWidget(Words(each, tokens=tokens))
        self.body.addWidget(facts_card(_facts(view), tokens=tokens))
        if view.instructions:
            self.body.addWidget(RubricView(view.instructions, resource, tokens=tokens))
        self.body.addStretch(1)
        if view.section.kind is SectionKind.POLL:
            self.add_action(translate("SectionIntro", "Skip the poll"), lambda: self.want(PollSkipped()))
        self.add_main(_start(view.section.kind), lambda: self.want(SectionEntered(section=view.identifier)))


def _purpose(view: IntroView) -> str:
    match view.section.kind:
        case SectionKind.TUTORIAL:
            return translate(
                "SectionIntro",
                "Try out how answering, flagging and moving around work. Nothing here counts, and no clock runs.",
            )
        case SectionKind.POLL:
            return translate(
                "SectionIntro",
                "Your exam is handed in. Tell us how it was, if you like: it changes nothing about your result.",
            )
        case SectionKind.SCORED if view.linear:
            return translate("SectionIntro", "This section goes forward only: you cannot come back to a question.")
        case SectionKind.SCORED:
            return translate(
                "SectionIntro", "You can go back, change answers and flag questions as long as this section runs."
            )
        case _:
            assert_never(view.section.kind)


def _facts(view: IntroView) -> list[tuple[str, str]]:
    unlimited = translate("SectionIntro", "As long as you need")
    some = translate("SectionIntro", "Depends on your answers")
    facts = [
        (translate("SectionIntro", "Questions"), some if view.questions is None else words.number(view.questions)),
        (translate("SectionIntro", "Time"), unlimited if view.time_ms is None else _time(view, view.time_ms)),
    ]
    if view.section.kind is SectionKind.SCORED:
        until = translate("SectionIntro", "up to {time}").format(time=words.duration(view.break_after_ms))
        none = translate("SectionIntro", "None")
        facts.append((translate("SectionIntro", "Break afterwards"), until if view.break_after_ms else none))
    return facts


def _time(view: IntroView, time_ms: int) -> str:
    time = words.duration(time_ms)
    match view.time_scope:
        case Scope.TEST:
            time = translate("SectionIntro", "{time} left in the exam").format(time=time)
        case Scope.PART:
            time = translate("SectionIntro", "{time} left in this part").format(time=time)
        case Scope.SECTION | Scope.INNER_SECTION | Scope.ITEM:
            pass
        case _:
            assert_never(view.time_scope)
    late = translate("SectionIntro", "{time}; answers after that are marked as late")
    return late.format(time=time) if view.takes_late else time


def _start(kind: SectionKind) -> str:
    match kind:
        case SectionKind.TUTORIAL:
            return translate("SectionIntro", "Start tutorial")
        case SectionKind.SCORED:
            return translate("SectionIntro", "Start section")
        case SectionKind.POLL:
            return translate("SectionIntro", "Start poll")
        case _:
            assert_never(kind)
