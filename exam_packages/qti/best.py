"""The best response to an item, and the points it earns where the author does not say what the maximum is.

Owns the derivation of ``normal-maximum``. Whether key and maximum agree is ``checks``'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from exam_packages.errors import ScoringRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.areas import centre
from exam_packages.qti.model import AssessmentItem, Cardinality, Lexical, OutcomeDeclaration, ResponseDeclaration
from exam_packages.qti.processing import process_item
from exam_packages.qti.values import Operand

SCORE: Final = OutcomeId("SCORE")
"""The outcome of an item that the form adds up (OutcomeDeclarationDType: "should use the outcome name 'SCORE'")."""


def score_declaration(item: AssessmentItem) -> OutcomeDeclaration | None:
    """The declaration of an item's SCORE."""
    return next((each for each in item.outcome_declarations if each.identifier == SCORE), None)


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


def with_maximum(item: AssessmentItem) -> AssessmentItem:
    """The item; where its SCORE says no ``normal-maximum``, with what the best response earns.

    Left as it is where a person scores it, where there is no processing, or where the best response earns nothing.
    """
    score = score_declaration(item)
    if score is None or score.normal_maximum is not None or score.external_scored or item.response_processing is None:
        return item
    try:
        most = points(item, best_responses(item))
    except ScoringRefused:
        return item
    if most is None or most <= (score.normal_minimum or 0.0):
        return item
    declared = tuple(
        replace(each, normal_maximum=most) if each is score else each for each in item.outcome_declarations
    )
    return replace(item, outcome_declarations=declared)
