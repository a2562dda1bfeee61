"""What a form must say as a whole: identifiers, roles, selection, blueprint, and points that add up.

Owns the checks on a test with its items, after reading. Time has its own in ``form_limits``, routes theirs in ``form_routes``.
Where a standard exam is silent nothing is refused: what follows from the silence is said in a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from exam_packages.errors import LintFinding, ScoringRefused
from exam_packages.ids import ItemId
from exam_packages.qti.best import SCORE, best_responses, score_declaration, score_of_test
from exam_packages.qti.checks import POINTS_TOLERANCE, is_external
from exam_packages.qti.form_limits import check_limits
from exam_packages.qti.model import AssessmentTest, Exam, Framework, ItemRef, PartRole, Responses, Section
from exam_packages.qti.processing import process_test
from exam_packages.qti.reports import Reporter, note
from exam_packages.qti.routing import has_routes
from exam_packages.qti.selecting import ArrangedForm, select_form, whole_form
from exam_packages.qti.sessions import open_sessions
from exam_packages.qti.values import Scalar, Value


def check_form(exam: Exam, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with a test's structure, whether its answers are there or not."""
    test = exam.test
    sections = [section for part in test.parts for top in part.sections for section in _with_inner(top)]
    identifiers: list[str] = [part.identifier for part in test.parts]
    identifiers += [section.identifier for section in sections]
    identifiers += [ref.identifier for ref in test.item_refs()]
    for identifier, times in sorted(Counter(identifiers).items()):
        if times > 1:
            yield report.at("identifier", identifier)(
                "identifier-repeated", f"uses the identifier {identifier} twice", "Give each its own"
            )
    yield from _check_repeated_items(test, report)
    if not test.item_refs(PartRole.SCORED):
        yield report("form-empty", "has no scored item", "Add items to a part of class kiosk-scored")
    yield from _check_parts(test, report)
    yield from check_limits(test, report)


def _check_repeated_items(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    counted = Counter(ref.path for ref in test.item_refs())
    for ref in test.item_refs():
        if counted.pop(ref.path, 1) > 1:
            message = f"holds the item {ref.path} more than once: a candidate may get it twice"
            yield note(
                report.at("identifier", ref.identifier)("item-repeated", message, "Nothing, if that is all right")
            )


def _with_inner(section: Section) -> Iterator[Section]:
    yield section
    for child in section.children:
        if isinstance(child, Section):
            yield from _with_inner(child)


def _check_parts(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    order = list(PartRole)
    roles = [part.role for part in test.parts]
    if roles != sorted(roles, key=order.index):
        message = "has its parts in another order than the exam day"
        yield report("part-order", message, "Put agreement, tutorial, scored and poll parts into this order")
    for part in test.parts:
        here = report.at("identifier", part.identifier)
        if not part.sections:
            yield here("part-empty", f"has no section in the part {part.identifier}", "Add one, or remove the part")
        if part.role is not PartRole.SCORED and part.time_limits:
            yield here("time", f"limits the time of {part.identifier}, which is not scored", "Remove qti-time-limits")
        for section in part.sections:
            yield from _check_section(section, part.role, report.at("identifier", section.identifier))
            for inner in _with_inner(section):
                yield from _check_any_section(inner, part.role, report.at("identifier", inner.identifier))


def _check_section(section: Section, role: PartRole, report: Reporter) -> Iterator[LintFinding]:
    if role is PartRole.AGREEMENT and (section.items or not section.rubrics):
        message = "has an agreement that is not a rubric block alone"
        yield report("agreement", message, "Put the text into a qti-rubric-block, and no item into the section")
    if role is not PartRole.AGREEMENT and not section.items:
        yield report("section-empty", f"has no item in the section {section.identifier}", "Add items")


def _check_any_section(section: Section, role: PartRole, report: Reporter) -> Iterator[LintFinding]:
    limited = any(isinstance(child, ItemRef) and child.time_limits for child in section.children)
    if role is not PartRole.SCORED and (section.time_limits or section.break_after_s or limited):
        message = f"limits the time of {section.identifier}, which is not scored"
        yield report("time", message, "Remove qti-time-limits and data-break-after")
    if section.selection is None:
        return
    wanted, required = section.selection.select, sum(1 for child in section.children if child.required)
    if not 1 <= wanted <= len(section.children):
        message = f"selects {wanted} of {len(section.children)} in the section {section.identifier}"
        yield report("selection", message, "Select at least one, and no more than there are")
    elif wanted < required:
        # "a selection rule that selects fewer child elements than the number of required elements" (required).
        message = f"selects {wanted} in the section {section.identifier}, where {required} are required"
        yield report("selection", message, "Select more, or require fewer")


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
        if is_external(exam.item(ref)) or score_declaration(exam.item(ref)) is None:
            continue  # an essay may be about whatever competency the candidate chooses; what earns nothing is about none
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
    declared = score_of_test(exam.test)
    process_test(exam.test, open_sessions(exam, {}))  # must be possible for a candidate who answered nothing
    if declared is None:
        message = "does not compute a SCORE: the points of its items are added up"
        yield note(report("score-missing", message, "Declare it and add qti-outcome-processing, if more is wanted"))
        return
    here = report.at("identifier", SCORE)
    reached = {_reached(exam, _form(exam, number)) for number in range(_FORMS_TRIED if _varies(exam) else 1)}
    maximum, cut = declared.normal_maximum, declared.mastery_value
    if maximum is None:
        yield note(
            here("score-maximum", "is a SCORE without a normal-maximum: nobody is told out of how much", "Add it")
        )
    elif not _has_external(exam) and not all(_equals(each, maximum) for each in reached):
        said = " or ".join(sorted(f"{each:g}" if isinstance(each, float) else str(each) for each in reached))
        wrong = report(
            "score-extreme",
            f"gives {said} points for all correct responses where {maximum:g} belong",
            "Correct normal-maximum or qti-outcome-processing",
        )
        # Who gets which items decides what can be reached: then nothing is wrong for certain.
        yield note(wrong) if _varies(exam) else wrong
    if cut is not None and not (declared.normal_minimum or 0) <= cut <= (cut if maximum is None else maximum):
        yield here("cut-score", f"has a mastery-value, {cut:g}, outside the points of SCORE", "Correct mastery-value")


_FORMS_TRIED: Final = 4
"""Of forms that selection makes; enough to see that they are not worth the same."""


def _varies(exam: Exam) -> bool:
    sections = (section for part in exam.test.parts for top in part.sections for section in _with_inner(top))
    return has_routes(whole_form(exam.test)) or any(section.selection for section in sections)


def _form(exam: Exam, number: int) -> ArrangedForm:
    return select_form(exam.test, f"{number:032x}") if _varies(exam) else whole_form(exam.test)


def _reached(exam: Exam, form: ArrangedForm) -> Scalar | None:
    """The points of the form for the best response to every item of it."""
    selected = {item.ref.identifier for item in form.items}
    sessions = open_sessions(exam, _all_correct(exam), selected, selected)
    total = process_test(exam.test, sessions).outcomes[SCORE]
    return total.items[0] if isinstance(total, Value) and total.items else None


def _equals(reached: object, expected: float) -> bool:
    return isinstance(reached, (int, float)) and abs(reached - expected) <= POINTS_TOLERANCE


def _has_external(exam: Exam) -> bool:
    return any(is_external(exam.item(ref)) for ref in exam.test.item_refs(PartRole.SCORED))


def _all_correct(exam: Exam) -> dict[ItemId, Responses]:
    scored = exam.test.item_refs(PartRole.SCORED)
    return {ref.identifier: best_responses(exam.item(ref)) for ref in scored}
