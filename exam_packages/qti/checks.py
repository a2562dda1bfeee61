"""What the parts of one item must say about each other: declarations, interactions, choices, keys and processing.

Owns the checks on items after reading. Documents' form is ``linting``'s, the form as a whole is ``form_checks``'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from exam_packages.errors import LintFinding, ScoringRefused, Severity
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    Cardinality,
    ChoiceInteraction,
    Element,
    ExtendedTextInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    Node,
    OrderInteraction,
    OutcomeDeclaration,
    ResponseDeclaration,
    Text,
    TextEntryInteraction,
)
from exam_packages.qti.processing import process_item
from exam_packages.qti.reports import Reporter
from exam_packages.qti.values import NotAValueError, Operand, parse_scalar
from exam_packages.qti.walking import choices, interactions

SCORE: Final = OutcomeId("SCORE")
"""The outcome of an item that the form adds up (OutcomeDeclarationDType: "should use the outcome name 'SCORE'")."""

POINTS_TOLERANCE: Final = 1e-9  # points such as 0.1 have no exact binary form
MAX_MASK_CHARACTERS: Final = 200

_TELLING = re.compile(r"correct|right|answer|key|true_|wrong|distractor", re.IGNORECASE)


def check_item(item: AssessmentItem, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong inside an item that holds whether it is scored or not."""
    found = list(interactions(item.body))
    declared = {each.identifier: each for each in item.response_declarations}
    yield from _unique(report, "response", [each.identifier for each in item.response_declarations])
    yield from _unique(report, "outcome", [each.identifier for each in item.outcome_declarations])
    yield from _unique(report, "interaction", [each.response for each in found])
    for name in declared.keys() - {each.response for each in found}:
        unused = report.at("identifier", name)
        yield unused("response-unused", f"declares {name} without an interaction", "Remove it or add the interaction")
    for interaction in found:
        yield from check_interaction(report, interaction, declared.get(interaction.response))


def _unique(report: Reporter, what: str, identifiers: Sequence[str]) -> Iterator[LintFinding]:
    for identifier in {each for each in identifiers if identifiers.count(each) > 1}:
        repeated = report.at("identifier", identifier)
        yield repeated("identifier-repeated", f"uses {identifier} for more than one {what}", "Give each its own")


# -- interactions -----------------------------------------------------------------------------------------------------


def check_interaction(
    report: Reporter, interaction: Interaction, declaration: ResponseDeclaration | None
) -> Iterator[LintFinding]:
    """Everything wrong with one interaction and its declaration, reported at the one or the other."""
    name = interaction.response
    here, there = report.at("response-identifier", name), report.at("identifier", name)
    if declaration is None:
        yield here("response-undeclared", f"is bound to {name}, which is not declared", "Declare it")
        return
    allowed = _bindings(interaction)
    if (declaration.cardinality, declaration.base_type) not in allowed:
        wanted = " or ".join(sorted(f"{cardinality.value} {base_type.value}" for cardinality, base_type in allowed))
        yield there("response-binding", f"gives {name} a type that its interaction cannot have", f"Declare it {wanted}")
        return
    yield from _check_choices(here, interaction)
    yield from _check_limits(here, interaction)
    yield from _check_keys(there, interaction, declaration)
    if isinstance(interaction, TextEntryInteraction):
        yield from _check_mask(here, interaction, declaration)


def _bindings(interaction: Interaction) -> frozenset[tuple[Cardinality, BaseType]]:
    """The declarations an interaction may be bound to (the interactions' DTypes in the ASI binding)."""
    match interaction:
        case ChoiceInteraction():
            several = interaction.max_choices != 1
            pairs = [(Cardinality.MULTIPLE if several else Cardinality.SINGLE, BaseType.IDENTIFIER)]
        case OrderInteraction():
            pairs = [(Cardinality.ORDERED, BaseType.IDENTIFIER)]
        case MatchInteraction():
            pairs = [(Cardinality.MULTIPLE, BaseType.DIRECTED_PAIR)]
            if interaction.max_associations == 1:
                pairs.append((Cardinality.SINGLE, BaseType.DIRECTED_PAIR))
        case InlineChoiceInteraction():
            pairs = [(Cardinality.SINGLE, BaseType.IDENTIFIER)]
        case TextEntryInteraction():
            pairs = [(Cardinality.SINGLE, each) for each in (BaseType.STRING, BaseType.FLOAT, BaseType.INTEGER)]
        case ExtendedTextInteraction():
            pairs = [(Cardinality.SINGLE, BaseType.STRING)]
        case _:
            pairs = []
    return frozenset(pairs)


def _check_choices(report: Reporter, interaction: Interaction) -> Iterator[LintFinding]:
    listed = choices(interaction)
    if isinstance(interaction, (TextEntryInteraction, ExtendedTextInteraction)):
        return
    yield from _unique(report, "choice", [each.identifier for each in listed])
    contents = [_plain(each.content) for each in listed]
    if not isinstance(interaction, MatchInteraction) and len(set(contents)) < len(contents):
        yield report("choice-repeated", "has two choices that read the same", "Change or remove one")
    for choice, content in zip(listed, contents, strict=True):
        if not content:
            yield report.at("identifier", choice.identifier)("choice-empty", "is empty", "Give it a text or picture")
    if len(listed) < 2:
        yield report("choices-missing", "has fewer than two choices", "Add choices")
    for choice in listed:
        if _TELLING.search(choice.identifier):
            named = report.at("identifier", choice.identifier)
            told = named("choice-telling", f"is named {choice.identifier}", "Use a neutral identifier")
            yield replace(told, severity=Severity.NOTE)


def _plain(nodes: Sequence[Node]) -> str:
    """What tells one choice from another: its words, its pictures."""
    parts: list[str] = []
    for node in nodes:
        match node:
            case Text():
                parts.append(node.text)
            case Element():
                parts.append(f"[{node.attribute('src')}]" if node.name == "img" else _plain(node.children))
            case _:
                continue
    return " ".join("".join(parts).split())


def _check_limits(report: Reporter, interaction: Interaction) -> Iterator[LintFinding]:
    match interaction:
        case ChoiceInteraction() | OrderInteraction():
            least, most, there = interaction.min_choices, interaction.max_choices, len(interaction.choices)
        case MatchInteraction():
            least, most = interaction.min_associations, interaction.max_associations
            there = len(interaction.rows) * len(interaction.columns)
        case ExtendedTextInteraction():
            least, most, there = interaction.min_words or 0, interaction.max_words or 0, 2**31
        case _:
            return
    if (most and least > most) or least > there:
        yield report("limits", "asks for more than can be given", "Correct minimum and maximum")


def _check_mask(
    report: Reporter, interaction: TextEntryInteraction, declaration: ResponseDeclaration
) -> Iterator[LintFinding]:
    mask = interaction.pattern_mask
    if mask is None:
        return
    try:
        pattern = re.compile(mask) if len(mask) <= MAX_MASK_CHARACTERS else None
    except (re.error, OverflowError, RecursionError):
        pattern = None
    if pattern is None:
        yield report("pattern-mask", "has a pattern mask that cannot be used", "Correct it")
    elif any(not pattern.fullmatch(each.strip()) for each in declaration.correct or ()):
        yield report("pattern-mask", "has a mask that forbids the correct response", "Correct one of them")


# -- keys -------------------------------------------------------------------------------------------------------------


def _check_keys(report: Reporter, interaction: Interaction, declaration: ResponseDeclaration) -> Iterator[LintFinding]:
    name = declaration.identifier
    correct = declaration.correct or ()
    if declaration.cardinality is Cardinality.SINGLE and len(correct) > 1:
        yield report("correct-response", f"has several correct values and {name} is single", "Keep one, or map them")
    mapped = tuple(each.key for each in declaration.mapping.entries) if declaration.mapping else ()
    for text in (*correct, *mapped):
        yield from _check_key(report, interaction, declaration, text)
    folded = [each.casefold() for each in mapped]
    if len(set(folded)) < len(folded):
        yield report("map-keys", "maps keys that are the same or differ by case only", "Keep one of them")


def _check_key(
    report: Reporter, interaction: Interaction, declaration: ResponseDeclaration, text: str
) -> Iterator[LintFinding]:
    base_type = declaration.base_type
    if base_type is None:
        return
    try:
        scalar = parse_scalar(text, base_type)
    except NotAValueError as error:
        yield report("key-value", f"has a key that {error}", "Correct it")
        return
    if not _reachable(interaction, scalar):
        yield report("key-choice", f"has a key, {text.strip()[:60]}, that no candidate can give", "Correct it")


def _reachable(interaction: Interaction, scalar: object) -> bool:
    match interaction:
        case ChoiceInteraction() | OrderInteraction() | InlineChoiceInteraction():
            return scalar in {str(each.identifier) for each in interaction.choices}
        case MatchInteraction():
            rows = {str(each.identifier) for each in interaction.rows}
            columns = {str(each.identifier) for each in interaction.columns}
            return isinstance(scalar, tuple) and scalar[0] in rows and scalar[1] in columns
        case _:
            return True


# -- scoring ----------------------------------------------------------------------------------------------------------


def score_declaration(item: AssessmentItem) -> OutcomeDeclaration | None:
    """The declaration of an item's SCORE."""
    return next((each for each in item.outcome_declarations if each.identifier == SCORE), None)


def is_external(item: AssessmentItem) -> bool:
    """Whether a person gives the item its SCORE."""
    score = score_declaration(item)
    return score is not None and score.external_scored


def check_scored_item(item: AssessmentItem, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with the scoring of an item: its best answer must earn all points and no answer the fewest."""
    score = score_declaration(item)
    if score is None or score.cardinality is not Cardinality.SINGLE or score.base_type is not BaseType.FLOAT:
        yield report("score-missing", "is scored and declares no single float SCORE", "Declare it")
    elif score.normal_maximum is None or score.normal_maximum <= (score.normal_minimum or 0):
        yield report.at("identifier", SCORE)(
            "score-maximum", "is a SCORE without a normal-maximum above its minimum", "Add it"
        )
    elif not score.external_scored:
        yield from _check_extremes(report, item, score)


def _check_extremes(report: Reporter, item: AssessmentItem, score: OutcomeDeclaration) -> Iterator[LintFinding]:
    if item.response_processing is None:
        yield report("processing-missing", "is scored and has no qti-response-processing", "Add it")
        return
    missing = [each.identifier for each in item.response_declarations if not each.correct]
    for name in missing:
        yield report.at("identifier", name)("correct-response", f"has no correct response for {name}", "Add it")
    if missing:
        return
    best = {each.identifier: each.correct or () for each in item.response_declarations}
    yield from _check_points(report, item, best, score.normal_maximum or 0.0, "the correct response")
    yield from _check_points(report, item, {}, score.normal_minimum or 0.0, "no response")


def _check_points(
    report: Reporter,
    item: AssessmentItem,
    responses: dict[ResponseId, tuple[str, ...]],
    expected: float,
    what: str,
) -> Iterator[LintFinding]:
    try:
        points = _number(process_item(item, responses).outcomes[SCORE])
    except ScoringRefused as error:
        yield report("processing", f"cannot be scored: {error.place} {error.message}", "Correct the processing")
        return
    if points is None or abs(points - expected) > POINTS_TOLERANCE:
        yield report(
            "score-extreme", f"gives {points} points for {what} where {expected:g} belong", "Correct key or processing"
        )


def _number(value: Operand) -> float | None:
    item = None if value is None else value.items[0]
    return float(item) if isinstance(item, (int, float)) else None
