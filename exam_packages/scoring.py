"""Responses and an exam with its answers → scores. Pure.

Owns what a score report says and the conventions it follows: an item's points are its outcome SCORE, a form's are the test's,
the cut score is the ``mastery-value`` of that declaration, an item belongs to the domain and the competencies that its
categories name in the framework. Refuses to know candidates, bundles and paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from exam_packages.errors import ResponseRefused
from exam_packages.ids import ExamId, FormId, ItemId, OutcomeId, ResponseId
from exam_packages.qti.best import score_of_test
from exam_packages.qti.checks import POINTS_TOLERANCE, SCORE, is_external, score_declaration
from exam_packages.qti.model import AssessmentItem, BaseType, Exam, Lexical, PartRole, Responses
from exam_packages.qti.processing import process_item, process_test
from exam_packages.qti.scope import ItemSession
from exam_packages.qti.sessions import open_sessions
from exam_packages.qti.values import Operand, Value, format_float, format_value
from signing.canonical import JsonValue

PASS: Final = OutcomeId("PASS")
"""A test's own verdict, where it computes one; it must agree with the cut score."""

WEIGHT: Final = "WEIGHT"
"""The weight by which an item's points count in sub-scores, where the form gives it one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """What one scored item earned."""

    item: ItemId
    title: str
    categories: tuple[str, ...]
    presented: bool
    responded: bool
    outcomes: Mapping[OutcomeId, Lexical]
    """Every outcome variable, as QTI writes values; NULL is the empty tuple."""
    score: float | None
    """Points; None while a person still has to give them."""
    max_score: float
    unreadable: tuple[ResponseId, ...] = ()
    """Typed responses that are no number and counted as no response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubScore:
    """Points in one domain or one competency."""

    identifier: str
    title: str
    score: float
    """Points earned so far: items a person still has to score count 0."""
    max_score: float
    """Points of all items of it, those that a person still has to score included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """The scores of one session."""

    exam: ExamId
    form: FormId
    title: str
    framework: str
    """Identifier and version of the framework, parted by a space; empty where there is none."""
    items: tuple[ItemScore, ...]
    outcomes: Mapping[OutcomeId, Lexical]
    """The test's outcome variables."""
    total: float
    """Points so far."""
    max_total: float | None
    """None where the test computes its points and does not say out of how many."""
    cut_score: float | None
    passed: bool | None
    """None where there is no cut score, or while something is unscored."""
    domains: tuple[SubScore, ...]
    competencies: tuple[SubScore, ...]
    categories: tuple[SubScore, ...]
    """Every category of the items that the framework does not name, by its name; its title is the name."""
    unscored: tuple[ItemId, ...]
    """Items that a person has to score (``external-scored``)."""

    @property
    def domain_scores(self) -> Mapping[str, float]:
        """Points by domain id."""
        return {domain.identifier: domain.score for domain in self.domains}


def score_item(item: AssessmentItem, responses: Responses) -> Mapping[OutcomeId, Operand]:
    """The outcome variables of one item session, built-in ones included; None is NULL.

    Args:
        item: with declarations and response processing.
        responses: by response variable; absent or empty is no response.

    Raises:
        ScoringRefused: the responses were not given to this item, or its processing is wrong.
    """
    return process_item(item, responses).outcomes


def score_form(
    exam: Exam,
    responses: Mapping[ItemId, Responses],
    presented: Collection[ItemId] | None = None,
    selected: Collection[ItemId] | None = None,
) -> ScoreReport:
    """Score one session.

    Args:
        exam: read from the scoring package.
        responses: by item reference of the form; tutorial and poll may be among them and are not scored.
        presented: the items the candidate saw; None means all.
        selected: the items that were drawn for this candidate; None means all.

    Raises:
        ScoringRefused: a response was given to another package or to an item that was not selected, or processing is wrong.
    """
    _refuse_foreign(exam, (*responses, *(presented or ())), selected)
    sessions = open_sessions(exam, responses, presented, selected)
    outcomes = process_test(exam.test, sessions).outcomes
    items = tuple(_item_score(session) for session in sessions)
    unscored = tuple(item.item for item in items if item.score is None)
    total, max_total = _total(exam, outcomes, sessions)
    cut = _cut_score(exam)
    return ScoreReport(
        exam=exam.exam_id,
        form=exam.test.identifier,
        title=exam.title,
        framework=f"{exam.framework.identifier} {exam.framework.version}" if exam.framework else "",
        items=items,
        outcomes=_written(outcomes),
        total=total,
        max_total=max_total,
        cut_score=cut,
        passed=None if unscored else _passed(outcomes, total, cut),
        domains=_domains(exam, sessions),
        competencies=_competencies(exam, sessions),
        categories=_categories(exam, sessions),
        unscored=unscored,
    )


def _refuse_foreign(exam: Exam, given: Iterable[ItemId], selected: Collection[ItemId] | None) -> None:
    """Refuse answers and screens that this form, or the candidate's part of it, does not have: nothing is left out silently."""
    form = exam.test.identifier
    known = {ref.identifier for ref in exam.test.item_refs()}
    scored = {ref.identifier for ref in exam.test.item_refs(PartRole.SCORED)}
    for item in (*given, *(selected or ())):
        if item not in known:
            raise ResponseRefused("is not an item of this form", place=f"{form}: {item}")
        if selected is not None and item in scored and item not in selected:
            raise ResponseRefused("was not selected for this candidate", place=f"{form}: {item}")


# -- items ------------------------------------------------------------------------------------------------------------


def _item_score(session: ItemSession) -> ItemScore:
    return ItemScore(
        item=session.ref.identifier,
        title=session.item.title,
        categories=session.ref.categories,
        presented=session.presented,
        responded=session.scope.responded,
        outcomes=_written(session.scope.outcomes),
        score=_points(session),
        max_score=_max_points(session),
        unreadable=tuple(session.scope.unreadable),
    )


def _written(outcomes: Mapping[OutcomeId, Operand]) -> Mapping[OutcomeId, Lexical]:
    return {name: format_value(value) for name, value in outcomes.items()}


def _points(session: ItemSession) -> float | None:
    if is_external(session.item):
        return None
    return _number(session.scope.outcomes.get(SCORE)) or 0.0


def _max_points(session: ItemSession) -> float:
    declaration = score_declaration(session.item)
    return 0.0 if declaration is None or declaration.normal_maximum is None else declaration.normal_maximum


def _number(value: Operand) -> float | None:
    item = None if value is None else value.items[0]
    return float(item) if isinstance(item, (int, float)) and not isinstance(item, bool) else None


# -- the form ---------------------------------------------------------------------------------------------------------


def _total(
    exam: Exam, outcomes: Mapping[OutcomeId, Operand], sessions: Iterable[ItemSession]
) -> tuple[float, float | None]:
    declared = score_of_test(exam.test)
    if declared is not None:
        return _number(outcomes.get(SCORE)) or 0.0, declared.normal_maximum
    whole = _sub_score("", "", sessions)
    return whole.score, whole.max_score


def _cut_score(exam: Exam) -> float | None:
    return next((each.mastery_value for each in exam.test.outcome_declarations if each.identifier == SCORE), None)


def _passed(outcomes: Mapping[OutcomeId, Operand], total: float, cut: float | None) -> bool | None:
    verdict = outcomes.get(PASS)
    if isinstance(verdict, Value) and verdict.base_type is BaseType.BOOLEAN:
        return verdict.items[0] is True
    return None if cut is None else total >= cut - POINTS_TOLERANCE


def _domains(exam: Exam, sessions: tuple[ItemSession, ...]) -> tuple[SubScore, ...]:
    listed = exam.framework.domains if exam.framework else ()
    return tuple(_sub_score(identifier, title, _of(sessions, identifier)) for identifier, title in listed)


def _competencies(exam: Exam, sessions: tuple[ItemSession, ...]) -> tuple[SubScore, ...]:
    listed = exam.framework.competencies if exam.framework else ()
    tagged = {category for session in sessions for category in session.ref.categories}
    return tuple(_sub_score(each.code, each.title, _of(sessions, each.code)) for each in listed if each.code in tagged)


def _categories(exam: Exam, sessions: tuple[ItemSession, ...]) -> tuple[SubScore, ...]:
    framework = exam.framework
    named = {identifier for identifier, _ in framework.domains} if framework else set()
    named |= {each.code for each in framework.competencies} if framework else set()
    others = sorted({category for session in sessions for category in session.ref.categories} - named)
    return tuple(_sub_score(category, category, _of(sessions, category)) for category in others)


def _of(sessions: Iterable[ItemSession], category: str) -> list[ItemSession]:
    return [session for session in sessions if category in session.ref.categories]


def _sub_score(identifier: str, title: str, sessions: Iterable[ItemSession]) -> SubScore:
    chosen = list(sessions)
    return SubScore(
        identifier=identifier,
        title=title,
        score=sum((_points(each) or 0.0) * each.weight(WEIGHT) for each in chosen),
        max_score=sum(_max_points(each) * each.weight(WEIGHT) for each in chosen),
    )


# -- JSON -------------------------------------------------------------------------------------------------------------


def to_json(report: ScoreReport) -> dict[str, JsonValue]:
    """A report as JSON. Points are texts in shortest decimal form: the one form of JSON here has no fractions."""
    return {
        "exam": report.exam,
        "form": report.form,
        "title": report.title,
        "framework": report.framework,
        "total": format_float(report.total),
        "max_total": None if report.max_total is None else format_float(report.max_total),
        "cut_score": None if report.cut_score is None else format_float(report.cut_score),
        "passed": report.passed,
        "outcomes": _outcomes_json(report.outcomes),
        "domains": [_sub_score_json(each) for each in report.domains],
        "competencies": [_sub_score_json(each) for each in report.competencies],
        "categories": [_sub_score_json(each) for each in report.categories],
        "items": [_item_json(each) for each in report.items],
        "unscored": list(report.unscored),
    }


def _outcomes_json(outcomes: Mapping[OutcomeId, Lexical]) -> dict[str, JsonValue]:
    return {str(name): list(value) for name, value in outcomes.items()}


def _sub_score_json(sub_score: SubScore) -> dict[str, JsonValue]:
    return {
        "id": sub_score.identifier,
        "title": sub_score.title,
        "score": format_float(sub_score.score),
        "max_score": format_float(sub_score.max_score),
    }


def _item_json(score: ItemScore) -> dict[str, JsonValue]:
    return {
        "item": score.item,
        "title": score.title,
        "categories": list(score.categories),
        "presented": score.presented,
        "responded": score.responded,
        "score": None if score.score is None else format_float(score.score),
        "max_score": format_float(score.max_score),
        "outcomes": _outcomes_json(score.outcomes),
        "unreadable": list(score.unreadable),
    }
