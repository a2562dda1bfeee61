"""What a form must say as a whole: identifiers, roles, blueprint, and points that add up.

Owns the checks on a test with its items, after reading.
"""

from __future__ import annotations

from collections.abc import Iterator

from exam_packages.errors import LintFinding, ScoringRefused
from exam_packages.ids import ItemId
from exam_packages.qti.checks import POINTS_TOLERANCE, SCORE, is_external
from exam_packages.qti.model import AssessmentTest, Exam, Framework, PartRole, Responses, Section
from exam_packages.qti.processing import process_test
from exam_packages.qti.reports import Reporter
from exam_packages.qti.sessions import open_sessions


def check_form(exam: Exam, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with a test's structure, whether its answers are there or not."""
    test = exam.test
    identifiers: list[str] = [part.identifier for part in test.parts]
    identifiers += [section.identifier for part in test.parts for section in part.sections]
    identifiers += [ref.identifier for ref in test.item_refs()]
    for identifier in sorted({each for each in identifiers if identifiers.count(each) > 1}):
        yield report.at("identifier", identifier)(
            "identifier-repeated", f"uses the identifier {identifier} twice", "Give each its own"
        )
    paths = [ref.path for ref in test.item_refs()]
    for path in sorted({each for each in paths if paths.count(each) > 1}):
        again = next(ref for ref in reversed(test.item_refs()) if ref.path == path)
        yield report.at("identifier", again.identifier)("item-repeated", f"holds the item {path} twice", "Remove one")
    if not test.item_refs(PartRole.SCORED):
        yield report("form-empty", "has no scored item", "Add items to a part of class kiosk-scored")
    yield from _check_parts(test, report)


def _check_parts(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    order = list(PartRole)
    roles = [part.role for part in test.parts]
    if roles != sorted(roles, key=order.index):
        message = "has its parts in another order than the exam day"
        yield report("part-order", message, "Put agreement, tutorial, scored and poll parts into this order")
    for part in test.parts:
        if not part.sections:
            message = f"has no section in the part {part.identifier}"
            yield report.at("identifier", part.identifier)("part-empty", message, "Add one, or remove the part")
        for section in part.sections:
            yield from _check_section(section, part.role, report.at("identifier", section.identifier))


def _check_section(section: Section, role: PartRole, report: Reporter) -> Iterator[LintFinding]:
    if role is PartRole.AGREEMENT and (section.items or not section.rubrics):
        message = "has an agreement that is not a rubric block alone"
        yield report("agreement", message, "Put the text into a qti-rubric-block, and no item into the section")
    if role is not PartRole.AGREEMENT and not section.items:
        yield report("section-empty", f"has no item in the section {section.identifier}", "Add items")
    if role is not PartRole.SCORED and (section.time_limits or section.break_after_s):
        message = f"limits the time of {section.identifier}, which is not scored"
        yield report("time", message, "Remove qti-time-limits and data-break-after")


def check_scoring(exam: Exam, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with a test's scoring: the blueprint, and points that do not add up.

    The items must have passed their own checks.
    """
    if exam.framework is not None:
        yield from _check_blueprint(exam, exam.framework, report)
    try:
        yield from _check_total(exam, report)
    except ScoringRefused as error:
        yield report("outcome-processing", f"cannot be scored: {error.place} {error.message}", "Correct it")


def _check_blueprint(exam: Exam, framework: Framework, report: Reporter) -> Iterator[LintFinding]:
    domains = frozenset(identifier for identifier, _ in framework.domains)
    by_code = {competency.code: competency.domain for competency in framework.competencies}
    for ref in exam.test.item_refs(PartRole.SCORED):
        if is_external(exam.item(ref)):
            continue  # an essay may be about whatever competency the candidate chooses
        own = domains & frozenset(ref.categories)
        competencies = [each for each in ref.categories if each in by_code]
        if len(own) != 1 or not competencies or {by_code[each] for each in competencies} != own:
            yield report.at("identifier", ref.identifier)(
                "blueprint",
                f"does not give {ref.identifier} one domain and a competency of that domain",
                "Name both in its category",
            )
    for code in sorted(_looks_like_competency(exam, by_code)):
        yield report("blueprint", f"names the competency {code}, which the framework does not have", "Correct one")


def _looks_like_competency(exam: Exam, by_code: dict[str, str]) -> set[str]:
    named = {category for ref in exam.test.item_refs() for category in ref.categories}
    return {each for each in named if each.startswith("competency-") and each not in by_code}


def _check_total(exam: Exam, report: Reporter) -> Iterator[LintFinding]:
    declared = next((each for each in exam.test.outcome_declarations if each.identifier == SCORE), None)
    if declared is None or exam.test.outcome_processing is None:
        yield report("score-missing", "does not compute a SCORE", "Declare it and add qti-outcome-processing")
        return
    process_test(exam.test, open_sessions(exam, {}))  # must be possible for a candidate who answered nothing
    total = process_test(exam.test, open_sessions(exam, _all_correct(exam))).outcomes[SCORE]
    reached = total.items[0] if total is not None else None
    maximum, cut = declared.normal_maximum, declared.mastery_value
    if maximum is None:
        yield report.at("identifier", SCORE)("score-maximum", "is a SCORE without a normal-maximum", "Add it")
        return
    if not _has_external(exam) and not _equals(reached, maximum):
        message = f"gives {reached} points for all correct responses where {maximum:g} belong"
        yield report("score-extreme", message, "Correct normal-maximum or qti-outcome-processing")
    if cut is not None and not (declared.normal_minimum or 0) <= cut <= maximum:
        yield report.at("identifier", SCORE)(
            "cut-score", "has a mastery-value outside the points of SCORE", "Correct it"
        )


def _equals(reached: object, expected: float) -> bool:
    return isinstance(reached, (int, float)) and abs(reached - expected) <= POINTS_TOLERANCE


def _has_external(exam: Exam) -> bool:
    return any(is_external(exam.item(ref)) for ref in exam.test.item_refs(PartRole.SCORED))


def _all_correct(exam: Exam) -> dict[ItemId, Responses]:
    return {
        ref.identifier: {each.identifier: each.correct or () for each in exam.item(ref).response_declarations}
        for ref in exam.test.item_refs(PartRole.SCORED)
    }
