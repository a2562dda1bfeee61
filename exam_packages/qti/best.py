"""The best response to an item, and what an author left unsaid about its points: the maximum, and who gives them.

Owns the derivation of ``normal-maximum`` and of being scored by a person. Whether key and maximum agree is ``checks``'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from exam_packages.errors import ScoringRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.areas import centre
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    BaseType,
    Cardinality,
    Lexical,
    OutcomeDeclaration,
    Processing,
    ResponseDeclaration,
)
from exam_packages.qti.processing import process_item
from exam_packages.qti.running import walk
from exam_packages.qti.values import NotAValueError, Operand, parse_float

SCORE: Final = OutcomeId("SCORE")
"""The outcome of an item that the form adds up (OutcomeDeclarationDType: "should use the outcome name 'SCORE'")."""


def score_declaration(item: AssessmentItem) -> OutcomeDeclaration | None:
    """The declaration of an item's SCORE."""
    return next((each for each in item.outcome_declarations if each.identifier == SCORE), None)


def score_of_test(test: AssessmentTest) -> OutcomeDeclaration | None:
    """The declaration of a test's SCORE; None where no outcome processing sets it: then a form is worth what its items are."""
    if test.outcome_processing is None or not _sets_score(test.outcome_processing):
        return None
    return next((each for each in test.outcome_declarations if each.identifier == SCORE), None)


def best_responses(item: AssessmentItem) -> dict[ResponseId, Lexical]:
    """What a candidate who knows everything answers: each correct response, else what its mapping gives points for."""
    found = {each.identifier: _best(each) for each in item.response_declarations}
    return {name: response for name, response in found.items() if response}


def _best(declaration: ResponseDeclaration) -> Lexical:
    if declaration.correct:
        return declaration.correct
    worth: list[tuple[float, str]] = []
    if declaration.mapping is not None:
        worth = [(each.value, each.key) for each in declaration.mapping.entries if each.value > 0]
    elif declaration.area_mapping is not None:
        entries = [each for each in declaration.area_mapping.entries if each.value > 0]
        worth = [(each.value, _point(centre(each.area))) for each in entries]
    if declaration.cardinality is Cardinality.SINGLE:
        return tuple(key for _, key in sorted(worth, key=lambda each: -each[0])[:1])
    return tuple(key for _, key in worth)


def _point(place: tuple[float, float]) -> str:
    return f"{round(place[0])} {round(place[1])}"


def points(item: AssessmentItem, responses: dict[ResponseId, Lexical]) -> float | None:
    """The SCORE that some responses earn; None where it is NULL or no number.

    Raises:
        ScoringRefused: the item cannot be scored.
    """
    return _number(process_item(item, responses).outcomes.get(SCORE))


def _number(value: Operand) -> float | None:
    item = None if value is None or not value.items else value.items[0]
    return float(item) if isinstance(item, (int, float)) and not isinstance(item, bool) else None


def as_scored(item: AssessmentItem) -> AssessmentItem:
    """The item with what its author left unsaid about its points."""
    return _with_maximum(_with_person(item))


# -- who gives the points ---------------------------------------------------------------------------------------------


def _with_person(item: AssessmentItem) -> AssessmentItem:
    """The item; where only a person can give its points, with a SCORE that says so (``external-scored``).

    That is where candidates write freely, no response has a key, and no rule sets SCORE.
    """
    score = score_declaration(item)
    if score is None or score.external_scored or not item.response_declarations or sets_points(item):
        return item
    if not all(map(_is_free_text, item.response_declarations)):
        return item
    return _with_score(item, replace(score, external_scored=True))


def _is_free_text(declaration: ResponseDeclaration) -> bool:
    keys = (declaration.correct, declaration.mapping, declaration.area_mapping)
    return declaration.base_type is BaseType.STRING and not any(keys)


def sets_points(item: AssessmentItem) -> bool:
    """Whether any rule of the item's processing gives SCORE a value."""
    return item.response_processing is not None and _sets_score(item.response_processing)


def _sets_score(processing: Processing) -> bool:
    return any(each.identifier == SCORE for rule in processing.rules for each in (rule, *walk(rule)))


# -- how many there are -----------------------------------------------------------------------------------------------


def _with_maximum(item: AssessmentItem) -> AssessmentItem:
    """The item; where its SCORE says no ``normal-maximum``, with MAXSCORE, or else with what the best response earns.

    Left as it is where there is neither: a person scores it, there is no processing, or the best response earns nothing.
    """
    score = score_declaration(item)
    if score is None or score.normal_maximum is not None:
        return item
    most = _declared_maximum(item) if score.external_scored else _earned_maximum(item)
    if most is None or most <= (score.normal_minimum or 0.0):
        return item
    return _with_score(item, replace(score, normal_maximum=most))


def _declared_maximum(item: AssessmentItem) -> float | None:
    """The default of an outcome MAXSCORE, by which name many items say their maximum (template CC2_match_basic does)."""
    for each in item.outcome_declarations:
        if each.identifier == "MAXSCORE" and len(each.default) == 1:
            try:
                return parse_float(each.default[0])
            except NotAValueError:
                return None
    return None


def _earned_maximum(item: AssessmentItem) -> float | None:
    if item.response_processing is None:
        return None
    try:
        return points(item, best_responses(item))
    except ScoringRefused:
        return None


def _with_score(item: AssessmentItem, score: OutcomeDeclaration) -> AssessmentItem:
    declared = tuple(score if each.identifier == SCORE else each for each in item.outcome_declarations)
    return replace(item, outcome_declarations=declared)
