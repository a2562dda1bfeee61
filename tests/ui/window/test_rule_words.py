"""What rules and needs are called: every reason has words, and every need a line."""

import pytest

from exam_packages.accommodations import Accommodations, Scheme
from exam_packages.ids import ChoiceId, ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    AssociateInteraction,
    BlockInteraction,
    Choice,
    ChoiceInteraction,
    ExtendedTextInteraction,
    Gap,
    GapMatchInteraction,
    InlineChoiceInteraction,
    MatchInteraction,
    OrderInteraction,
    Text,
    TextEntryInteraction,
    Tool,
)
from exam_packages.qti.validity import Fault, Shortfall, faults
from kiosk.session.limits import Scope
from kiosk.session.refusals import Why
from ui.window import needs_words, rule_words
from ui.window.item_state import Attempts, Standing
from ui.window.look import Look
from ui.window.session_look import look_of, spacing_of
from ui.window.theme import Theme

RESPONSE = ResponseId("RESPONSE")
pytestmark = pytest.mark.usefixtures("qapp")


def choices(*words: str, **fields: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(identifier=ChoiceId(f"C{n}"), content=(Text(each),), **fields)  # type: ignore[arg-type]
        for n, each in enumerate(words, 1)
    )


def said(asked: BlockInteraction | TextEntryInteraction | InlineChoiceInteraction, *value: str) -> str:
    item = AssessmentItem(identifier="i", title="", language="en", body=(asked,))
    return rule_words.faults(item, faults(item, {RESPONSE: value}))


@pytest.mark.parametrize(
    ("asked", "value", "words"),
    [
        (
            ChoiceInteraction(response=RESPONSE, choices=choices("a", "b"), min_choices=2),
            ("C1",),
            "Pick at least 2 choices.",
        ),
        (ChoiceInteraction(response=RESPONSE, choices=choices("a", "b"), min_choices=1), (), "Pick at least 1 choice."),
        (
            ChoiceInteraction(response=RESPONSE, choices=choices("a", "b"), max_choices=1),
            ("C1", "C2"),
            "Pick at most 1 choice.",
        ),
        (OrderInteraction(response=RESPONSE, choices=choices("a", "b")), ("C1",), "Put at least 2 choices in order."),
        (
            MatchInteraction(
                response=RESPONSE, rows=choices("North"), columns=choices("South", match_min=1), min_associations=2
            ),
            ("C1 C2",),
            "Make at least 2 pairs.",
        ),
        (
            AssociateInteraction(response=RESPONSE, choices=choices("North", match_min=1), min_associations=1),
            (),
            "Make at least 1 pair. Use “North” at least once.",
        ),
        (
            GapMatchInteraction(
                response=RESPONSE,
                choices=choices("a"),
                content=(Gap(identifier=ChoiceId("G1")), Gap(identifier=ChoiceId("G2"), required=True)),
            ),
            ("C1 G1",),
            "Fill gap 2.",
        ),
        (
            ExtendedTextInteraction(response=RESPONSE, min_strings=2),
            ("one",),
            "Write at least 2 answers.",
        ),
        (
            TextEntryInteraction(response=RESPONSE, pattern_mask="[0-9]+"),
            ("abc",),
            "What you typed does not have the form that is asked for.",
        ),
        (
            InlineChoiceInteraction(response=RESPONSE, choices=choices("a"), required=True),
            (),
            "Fill every blank that must be filled.",
        ),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, (str, tuple)) else "",
)
def test_what_an_answer_lacks(asked: BlockInteraction, value: tuple[str, ...], words: str) -> None:
    assert said(asked, *value).startswith(words)


@pytest.mark.parametrize("shortfall", Shortfall)
def test_every_shortfall_has_words(shortfall: Shortfall) -> None:
    asked = ChoiceInteraction(response=RESPONSE, choices=choices("a"))
    item = AssessmentItem(identifier="i", title="", language="en", body=(asked,))
    fault = Fault(response=RESPONSE, shortfall=shortfall, needed=3, found=1, choice=ChoiceId("C1"))
    words = rule_words.faults(item, (fault, fault))
    assert words.endswith(".")
    assert "%n" not in words
    assert rule_words.faults(item, (Fault(response=ResponseId("OTHER"), shortfall=shortfall),)) == ""


def test_every_reason_that_a_candidate_can_meet_has_words() -> None:
    assert [why for why in Why if not rule_words.refused(why)] == [Why.NOT_NOW]
    assert [how for how in Standing if not rule_words.standing(how)] == [Standing.OPEN]
    assert len({rule_words.late(scope) for scope in Scope}) == len(Scope)


def test_attempts_are_told_in_words() -> None:
    told = [
        rule_words.attempts_left(Attempts(made=made, left=left))
        for made, left in ((0, 1), (0, 3), (0, None), (2, None))
    ]
    assert told[:2] == ["1 attempt left", "3 attempts left"]
    assert told[2].startswith("Submit your answer when you are done.")
    assert told[3].startswith("Submitted 2 times.")
    assert rule_words.submitted(Attempts(made=1, left=1)) == "Your answer is submitted. 1 attempt left."
    assert rule_words.submitted(Attempts(made=2, left=0)) == "Your answer is submitted."


EVERYTHING = Accommodations(
    fixed_minutes=30,
    text_size_percent=150,
    codes=("separate-room",),
    break_minutes=10,
    breaks=1,
    scheme=Scheme.HIGH_CONTRAST,
    line_spacing_percent=150,
    letter_spacing_percent=12,
    single_column=True,
    tools=(Tool.LINE_READER, Tool.NOTES),
    translation_language="es",
    linguistic_guidance=True,
    prohibited=("spell-checker-on-screen",),
)


def test_every_need_has_a_line() -> None:
    assert needs_words.lines(EVERYTHING) == (
        "30 minutes more time in all",
        "1 break that stops the clock",
        "Breaks between sections are 10 minutes longer",
        "Text at 150 %",
        "High contrast",
        "Wider spacing of text",
        "One column",
        "Tools: Line reader, Notes",
        "Words translated to: español de España",
        "Help with difficult words",
        "Not allowed: spell checker on screen",
        "Arranged by people: separate-room",
    )
    assert needs_words.text(Accommodations()) == "None"


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        (Accommodations(), ""),
        (Accommodations(extra_time_percent=25), "+25 % time"),
        (Accommodations(fixed_minutes=30), "+30 min"),
        (Accommodations(unlimited_time=True), "no time limit"),
        (Accommodations(single_column=True), "accommodations"),
    ],
)
def test_a_row_of_the_roster_says_it_short(needs: Accommodations, words: str) -> None:
    assert needs_words.short(needs) == words


@pytest.mark.parametrize(
    ("line", "letter", "spacing"),
    [(100, 0, 100), (100, 12, 150), (100, 6, 125), (150, 0, 175), (300, 0, 200), (100, 50, 200)],
)
def test_spacing_gives_at_least_what_is_needed(line: int, letter: int, spacing: int) -> None:
    assert spacing_of(Accommodations(line_spacing_percent=line, letter_spacing_percent=letter)) == spacing


def test_what_the_seat_shows_stays_where_nobody_needs_anything_else() -> None:
    before = Look(theme=Theme.DARK, text_percent=125, spacing=150)
    assert look_of(before, Accommodations(), {}) == before
    assert look_of(before, EVERYTHING, {"layout": "side-by-side"}) == Look(
        theme=Theme.HIGH_CONTRAST, text_percent=150, spacing=175, single_column=False
    )
