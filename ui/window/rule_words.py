"""What an exam's rules ask of a candidate, in words: what an answer lacks, what has to wait, what is late or closed.

One table beside ``words``. Owns no rule: the rules are ``kiosk.session.leaving``'s and ``exam_packages.qti.validity``'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from exam_packages.ids import ChoiceId
from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    GraphicGapMatchInteraction,
    Interaction,
    MatchInteraction,
    MediaInteraction,
    OrderInteraction,
    SelectPointInteraction,
)
from exam_packages.qti.validity import Fault, Shortfall
from exam_packages.qti.walking import areas, choices, every_node, interactions
from kiosk.session.limits import Scope
from kiosk.session.refusals import Why
from ui.window import words
from ui.window.content.plain import plain_text
from ui.window.item_state import Attempts, Standing
from ui.window.words import translate


def attempts_left(attempts: Attempts) -> str:
    """How often a question may still be submitted."""
    if attempts.left is None:
        if not attempts.made:
            return translate("Rules", "Submit your answer when you are done. You can submit it again.")
        one = translate("Rules", "Submitted once. You can change your answer and submit it again.")
        many = translate(
            "Rules", "Submitted %n times. You can change your answer and submit it again.", None, attempts.made
        )
        return one if attempts.made == 1 else many
    if attempts.left == 1:
        return translate("Rules", "1 attempt left")
    return translate("Rules", "%n attempts left", None, attempts.left)


def submitted(attempts: Attempts | None) -> str:
    """What the candidate is told after submitting a question."""
    told = translate("Rules", "Your answer is submitted.")
    return f"{told} {attempts_left(attempts)}." if attempts is not None and attempts.left else told


def standing(how: Standing) -> str:
    """Why a question takes no answer; empty where it does."""
    match how:
        case Standing.OPEN:
            return ""
        case Standing.HANDED_IN:
            return translate("Rules", "You have submitted this question. It takes no more answers.")
        case Standing.TIME_IS_UP:
            return translate("Rules", "The time for this question is up. It takes no more answers.")
        case _:
            assert_never(how)


def owed() -> str:
    """A question that may not be skipped."""
    return translate("Rules", "This question needs an answer before you go on.")


def late(scope: Scope) -> str:
    """The time is up, and answers are taken all the same."""
    match scope:
        case Scope.TEST:
            up = translate("Rules", "The time for the exam is up.")
        case Scope.PART:
            up = translate("Rules", "The time for this part is up.")
        case Scope.SECTION:
            up = translate("Rules", "The time for this section is up.")
        case Scope.INNER_SECTION:
            up = translate("Rules", "The time for this group of questions is up.")
        case Scope.ITEM:
            up = translate("Rules", "The time for this question is up.")
        case _:
            assert_never(scope)
    return up + " " + translate("Rules", "You can go on: answers from now on are marked as late.")


def late_now() -> str:
    """The same at the question, while it lasts."""
    return translate("Rules", "The time is up. What you answer now is marked as late.")


def wait(ms: int) -> str:
    """How long until it can be gone on; empty when it can."""
    return translate("Rules", "You can go on in {time}.").format(time=words.clock(ms)) if ms > 0 else ""


def wait_to_end(ms: int) -> str:
    """How long until a section can be ended; empty when it can."""
    return translate("Rules", "You can end this section in {time}.").format(time=words.clock(ms)) if ms > 0 else ""


def question_waits(number: int, ms: int) -> str:
    """A question whose shortest time is not over, seen from the review."""
    text = translate("Rules", "Question {number} has to stay on the screen for {time} more.")
    return text.format(number=words.number(number), time=words.clock(ms))


def question_owed(number: int) -> str:
    """A question that has to be done before the section can end."""
    text = translate("Rules", "Question {number} needs an answer before this section can end.")
    return text.format(number=words.number(number))


def refused(why: Why) -> str:
    """Why something the candidate wanted cannot be; empty where there is nothing that they could do about it."""
    match why:
        case Why.NOT_NOW:
            return ""
        case Why.TOO_EARLY:
            return translate("Rules", "It is too early to go on.")
        case Why.UNANSWERED:
            return owed()
        case Why.INVALID:
            return translate("Rules", "This answer is not complete yet.")
        case Why.CLOSED:
            return translate("Rules", "This question takes no more answers.")
        case Why.TIME_IS_UP:
            return translate("Rules", "The time is up. What you did after that was not taken.")
        case _:
            assert_never(why)


# -- what an answer lacks ---------------------------------------------------------------------------------------------


def faults(item: AssessmentItem, found: Sequence[Fault]) -> str:
    """What an answer lacks, in the order of the question; at most what a candidate can keep in mind."""
    asked = {each.response: each for each in interactions(item.body)}
    sentences = list(dict.fromkeys(_fault(asked[each.response], each) for each in found if each.response in asked))
    return " ".join(sentences[:SENTENCES_MAX])


SENTENCES_MAX = 3


def _fault(asked: Interaction, fault: Fault) -> str:
    match fault.shortfall:
        case Shortfall.TOO_FEW:
            return _too_few(asked, fault.needed)
        case Shortfall.TOO_MANY:
            return _too_many(asked, fault.needed)
        case Shortfall.NOT_FILLED:
            return _not_filled(asked, fault)
        case Shortfall.USED_TOO_RARELY:
            text = translate("Rules", "Use “{choice}” at least {count}.")
            return text.format(choice=_named(asked, fault.choice), count=_times(fault.needed))
        case Shortfall.USED_TOO_OFTEN:
            text = translate("Rules", "Use “{choice}” at most {count}.")
            return text.format(choice=_named(asked, fault.choice), count=_times(fault.needed))
        case Shortfall.PATTERN:
            return translate("Rules", "What you typed does not have the form that is asked for.")
        case Shortfall.NOT_A_NUMBER:
            return translate("Rules", "Type a number.")
        case _:
            assert_never(fault.shortfall)


def _too_few(asked: Interaction, needed: int) -> str:
    match asked:
        case OrderInteraction():
            return _counted(
                needed,
                translate("Rules", "Put at least 1 choice in order."),
                translate("Rules", "Put at least %n choices in order.", None, needed),
            )
        case MatchInteraction() | AssociateInteraction():
            return _counted(
                needed,
                translate("Rules", "Make at least 1 pair."),
                translate("Rules", "Make at least %n pairs.", None, needed),
            )
        case GapMatchInteraction() | GraphicGapMatchInteraction():
            return _counted(
                needed,
                translate("Rules", "Fill at least 1 gap."),
                translate("Rules", "Fill at least %n gaps.", None, needed),
            )
        case SelectPointInteraction():
            return _counted(
                needed,
                translate("Rules", "Mark at least 1 point."),
                translate("Rules", "Mark at least %n points.", None, needed),
            )
        case ExtendedTextInteraction():
            return _counted(
                needed,
                translate("Rules", "Write at least 1 answer."),
                translate("Rules", "Write at least %n answers.", None, needed),
            )
        case MediaInteraction():
            return _counted(
                needed,
                translate("Rules", "Play the recording at least once."),
                translate("Rules", "Play the recording at least %n times.", None, needed),
            )
        case _:
            return _counted(
                needed,
                translate("Rules", "Pick at least 1 choice."),
                translate("Rules", "Pick at least %n choices.", None, needed),
            )


def _too_many(asked: Interaction, needed: int) -> str:
    match asked:
        case OrderInteraction():
            return _counted(
                needed,
                translate("Rules", "Put at most 1 choice in order."),
                translate("Rules", "Put at most %n choices in order.", None, needed),
            )
        case MatchInteraction() | AssociateInteraction():
            return _counted(
                needed,
                translate("Rules", "Make at most 1 pair."),
                translate("Rules", "Make at most %n pairs.", None, needed),
            )
        case GapMatchInteraction() | GraphicGapMatchInteraction():
            return _counted(
                needed,
                translate("Rules", "Fill at most 1 gap."),
                translate("Rules", "Fill at most %n gaps.", None, needed),
            )
        case SelectPointInteraction():
            return _counted(
                needed,
                translate("Rules", "Mark at most 1 point."),
                translate("Rules", "Mark at most %n points.", None, needed),
            )
        case ExtendedTextInteraction():
            return _counted(
                needed,
                translate("Rules", "Write at most 1 answer."),
                translate("Rules", "Write at most %n answers.", None, needed),
            )
        case _:
            return _counted(
                needed,
                translate("Rules", "Pick at most 1 choice."),
                translate("Rules", "Pick at most %n choices.", None, needed),
            )


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _not_filled(asked: Interaction, fault: Fault) -> str:
    if fault.choice is None:
        return translate("Rules", "Fill every blank that must be filled.")
    gaps = [each.identifier for each in _gaps(asked)]
    if fault.choice not in gaps:
        return translate("Rules", "Fill every gap that must be filled.")
    return translate("Rules", "Fill gap {number}.").format(number=words.number(gaps.index(fault.choice) + 1))


def _gaps(asked: Interaction) -> Iterator[Gap]:
    if isinstance(asked, GapMatchInteraction):
        yield from (node for node in every_node(asked.content) if isinstance(node, Gap))


def _named(asked: Interaction, choice: ChoiceId | None) -> str:
    """What a choice or an area is called on the screen."""
    for each in choices(asked):
        if each.identifier == choice:
            return " ".join(plain_text(each.content).split()) or str(choice)
    places = [each.identifier for each in areas(asked)]
    if choice in places:
        return translate("Rules", "Area {number}").format(number=words.number(places.index(choice) + 1))
    return str(choice)


def _times(count: int) -> str:
    return translate("Rules", "once") if count == 1 else translate("Rules", "%n times", None, count)
