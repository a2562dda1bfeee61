"""What the parts of one item must say about each other: declarations, interactions, supports, keys and processing.

Owns the checks on items and stimuli after reading. Documents' form is ``linting``'s, one interaction is
``interaction_checks``', the form as a whole ``form_checks``'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.errors import LintFinding, ScoringRefused, Severity
from exam_packages.ids import ResponseId
from exam_packages.qti.area_checks import NaturalSize
from exam_packages.qti.best import SCORE, best_responses, points, score_declaration, sets_points
from exam_packages.qti.interaction_checks import check_interaction, check_media, unique
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    Cardinality,
    Element,
    Lexical,
    Media,
    MediaInteraction,
    Node,
    OutcomeDeclaration,
    Stimulus,
)
from exam_packages.qti.processing import process_item
from exam_packages.qti.reports import Reporter, note
from exam_packages.qti.walking import catalog_contents, every_node, inner_content, interactions

__all__ = [
    "POINTS_TOLERANCE",
    "SCORE",
    "check_item",
    "check_scored_item",
    "check_stimulus",
    "is_external",
    "score_declaration",
]

POINTS_TOLERANCE: Final = 1e-9  # points such as 0.1 have no exact binary form


def _unknown(_path: str) -> None:
    """The size of a picture whose file nobody reads."""


def check_item(
    item: AssessmentItem, report: Reporter, *, delivered: bool = False, natural: NaturalSize = _unknown
) -> Iterator[LintFinding]:
    """Everything wrong inside an item that holds whether it is scored or not.

    Args:
        item: as read.
        report: about its document.
        delivered: whether the document is one that was made for a testing centre: supports may have been left out of it.
        natural: how large a picture is by itself.
    """
    found = list(interactions(item.body))
    declared = {each.identifier: each for each in item.response_declarations}
    yield from unique(report, "response", [each.identifier for each in item.response_declarations])
    yield from unique(report, "outcome", [each.identifier for each in item.outcome_declarations])
    yield from unique(report, "interaction", [each.response for each in found])
    for name in sorted(declared.keys() - {each.response for each in found}):
        unused = report.at("identifier", name)
        yield note(
            unused("response-unused", f"declares {name} without an interaction", "Nothing, if that is all right")
        )
    for interaction in found:
        yield from check_interaction(report, interaction, declared.get(interaction.response), natural)
    yield from _check_content(report, [item.body, *(each.content for each in item.rubrics)])
    yield from _check_content(report, list(catalog_contents(item.catalogs)))
    if not delivered:
        yield from _check_supports(report)


def check_stimulus(stimulus: Stimulus, report: Reporter, *, delivered: bool = False) -> Iterator[LintFinding]:
    """Everything wrong inside a stimulus; arguments as for ``check_item``."""
    yield from _check_content(report, [stimulus.body, *catalog_contents(stimulus.catalogs)])
    if not delivered:
        yield from _check_supports(report)


# -- content ----------------------------------------------------------------------------------------------------------


def _check_content(report: Reporter, contents: Sequence[tuple[Node, ...]]) -> Iterator[LintFinding]:
    for content in contents:
        for node in _outside_media_interactions(content):
            if isinstance(node, Media):
                yield from check_media(report.at("src", node.path), node)
            elif isinstance(node, Element) and node.name == "img" and not node.attribute("alt").strip():
                message = "has an empty alternative text: it is passed over where only words serve"
                yield note(report("picture-decorative", message, "Nothing, if it only decorates"))


def _outside_media_interactions(content: Sequence[Node]) -> Iterator[Node]:
    for node in content:
        yield node
        if isinstance(node, MediaInteraction):
            yield from every_node(node.prompt)
        else:
            for inner in inner_content(node):
                yield from _outside_media_interactions(inner)


def _check_supports(report: Reporter) -> Iterator[LintFinding]:
    """Whether what elements say about a catalog leads to one; looked up in the document, for some are not delivered."""
    known = [str(node.get("id") or "") for node in report.place.node.iter("{*}qti-catalog")]
    yield from unique(report, "catalog", known)
    for node in report.place.node.iter("{*}*"):
        named = str(node.get("data-catalog-idref") or "").strip()
        if named and named not in known:
            message = f"refers to the catalog {named[:60]}, which is not there"
            yield report.at("data-catalog-idref", named)("catalog-missing", message, "Correct data-catalog-idref")


# -- scoring ----------------------------------------------------------------------------------------------------------


def is_external(item: AssessmentItem) -> bool:
    """Whether a person gives the item its SCORE."""
    score = score_declaration(item)
    return score is not None and score.external_scored


def check_scored_item(item: AssessmentItem, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with the scoring of an item: its best answer must earn all points and no answer the fewest.

    The item's maximum, and that a person scores it, may be what ``best.as_scored`` gave it.
    """
    score = score_declaration(item)
    if score is None and not _asked(item):
        message = "shows something and asks nothing: it earns no points"
        yield note(report("item-informational", message, "Nothing, if that is all right"))
        yield from _check_runs(report, item)
        return
    if score is None or score.cardinality is not Cardinality.SINGLE or score.base_type not in _POINTS:
        yield report(
            "score-missing",
            "declares no outcome SCORE that is a single float or integer, so it can earn no points",
            "Declare SCORE and set it in qti-response-processing, or move the item to a part that is not scored",
        )
        return
    unscored = list(_check_processing(report, item, score))
    yield from unscored
    if any(each.severity is Severity.ERROR for each in unscored):
        return
    declared = report.at("identifier", SCORE)
    if score.normal_maximum is None or score.normal_maximum <= (score.normal_minimum or 0):
        if not score.external_scored:
            yield from _missing_keys(report, item)
        yield declared("score-maximum", *_NO_MAXIMUM)
        return
    if declared.place.optional("normal-maximum") is None:
        message = f"says no normal-maximum and is taken to be worth {score.normal_maximum:g}"
        yield note(declared("score-maximum-derived", message, "Add normal-maximum, if that is not right"))
    if score.external_scored:
        yield from _check_runs(report, item)
    else:
        yield from _check_extremes(report, item, score)


_NO_MAXIMUM: Final = (
    "has no normal-maximum above its minimum, and the best response earns nothing from which it could be told",
    "Write into normal-maximum how many points the item is worth",
)


def _check_processing(report: Reporter, item: AssessmentItem, score: OutcomeDeclaration) -> Iterator[LintFinding]:
    """Whether there is something to answer, and somebody or something that gives points for it."""
    if not _asked(item):
        yield report(
            "interaction-missing",
            "is scored and has no interaction in which a candidate could answer",
            "Add the interaction, or move the item to a part that is not scored",
        )
    elif score.external_scored:
        if report.at("identifier", SCORE).place.optional("external-scored") is None:
            message = "has no key and no rule that sets SCORE, and is taken to be scored by a person"
            yield note(report("scored-by-person", message, "Say external-scored=human in the declaration of SCORE"))
    elif item.response_processing is None:
        yield report(
            "processing-missing",
            "is scored and has no qti-response-processing",
            "Name a template such as match_correct, write rules, or say external-scored=human in SCORE",
        )
    elif not sets_points(item):
        yield report.below("qti-response-processing")(
            "processing-missing",
            "sets no SCORE, so that every response earns the same",
            "Name a template such as match_correct, write rules, or say external-scored=human in SCORE",
        )


_POINTS: Final = (BaseType.FLOAT, BaseType.INTEGER)


def _missing_keys(report: Reporter, item: AssessmentItem) -> Iterator[LintFinding]:
    best = best_responses(item)
    for each in item.response_declarations:
        if each.identifier not in best and each.identifier in _asked(item):
            name = each.identifier
            message = f"has no correct response for {name}, and no mapping that gives points"
            yield report.at("identifier", name)("correct-response", message, "Add qti-correct-response")


def _check_extremes(report: Reporter, item: AssessmentItem, score: OutcomeDeclaration) -> Iterator[LintFinding]:
    best = {name: response for name, response in best_responses(item).items() if name in _asked(item)}
    short = list(_check_points(report, item, best, _Bound("normal-maximum", score.normal_maximum or 0.0)))
    if short:
        yield from _missing_keys(report, item)
    yield from short
    yield from _check_points(report, item, {}, _Bound("normal-minimum", score.normal_minimum or 0.0))


def _asked(item: AssessmentItem) -> frozenset[ResponseId]:
    """The responses that a candidate can give."""
    return frozenset(each.response for each in interactions(item.body))


def _check_runs(report: Reporter, item: AssessmentItem) -> Iterator[LintFinding]:
    """Whether the processing of an item that earns no points by itself can be run all the same: the test's runs it."""
    if item.response_processing is None:
        return
    try:
        process_item(item, {})
    except ScoringRefused as error:
        yield _not_scored(report, error)


def _not_scored(report: Reporter, error: ScoringRefused) -> LintFinding:
    return report("processing", f"cannot be scored: {error.place} {error.message}", "Correct the processing")


@dataclass(frozen=True, slots=True)
class _Bound:
    """What an item must earn for its best response, or for none: an attribute of SCORE with its value."""

    name: str
    points: float


def _check_points(
    report: Reporter, item: AssessmentItem, responses: dict[ResponseId, Lexical], bound: _Bound
) -> Iterator[LintFinding]:
    try:
        earned = points(item, responses)
    except ScoringRefused as error:
        yield _not_scored(report, error)
        return
    if earned is None or abs(earned - bound.points) > POINTS_TOLERANCE:
        got = "no points" if earned is None else f"{earned:g} points"
        what = "the correct response" if bound.name == "normal-maximum" else "no response"
        yield report(
            "score-extreme",
            f"gives {got} for {what} where {bound.points:g} belong ({bound.name} of SCORE)",
            f"Correct the key, the processing, or {bound.name}",
        )
