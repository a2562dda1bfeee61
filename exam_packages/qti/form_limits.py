"""What time limits and session control of a form must say: limits that can be kept, control that means something.

Owns the checks on ``qti-time-limits`` and ``qti-item-session-control`` at all levels, after reading, and that the plan of a
session can hold the form: what one seat writes into a journal, every reader must take.
"""

from __future__ import annotations

from collections.abc import Iterator

from exam_packages.errors import LintFinding
from exam_packages.qti.model import AssessmentTest, ItemRef, Section, SessionControl, TestPart, TimeLimits
from exam_packages.qti.reports import Reporter, note
from exam_packages.session_plans import ATTEMPTS_MAX, DEPTH_MAX, ITEMS_MAX, LIMITS_MAX


def check_limits(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with the time limits and the session control of a test, and with its size."""
    yield from _check_size(test, report)
    yield from _check_own(test.time_limits, None, report)
    for part in test.parts:
        here = report.at("identifier", part.identifier)
        yield from _check_own(part.time_limits, test.time_limits, here)
        yield from _check_control(part.control, part, here)
        for section in part.sections:
            yield from _check_inside(section, part, _tightest(part.time_limits, test.time_limits), report)


def _check_size(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    tops = [section for part in test.parts for section in part.sections]
    items = sum(map(_most_items, tops))
    if items > ITEMS_MAX:
        message = f"gives a candidate up to {items} items, where a session holds {ITEMS_MAX}"
        yield report("form-size", message, "Select fewer, or make several exams")
    outer = [test.time_limits, *(part.time_limits for part in test.parts)]
    limits = sum(1 for each in outer if each) + sum(map(_inner_limits, tops))
    if limits > LIMITS_MAX:
        message = f"has {limits} time limits over parts and inner sections, where a session holds {LIMITS_MAX}"
        yield report("form-size", message, "Limit the time of fewer")
    for top in tops:
        if _depth(top) > DEPTH_MAX + 1:
            here = report.at("identifier", top.identifier)
            yield here("form-size", f"nests sections deeper than {DEPTH_MAX} below it", "Nest less")


def _most_items(child: Section | ItemRef) -> int:
    """The most items of it that one candidate can get."""
    if isinstance(child, ItemRef):
        return 1
    required = [_most_items(each) for each in child.children if each.required]
    others = sorted((_most_items(each) for each in child.children if not each.required), reverse=True)
    if child.selection is None:
        return sum(required) + sum(others)
    return sum(required) + sum(others[: max(0, child.selection.select - len(required))])


def _inner_limits(section: Section) -> int:
    inner = [child for child in section.children if isinstance(child, Section)]
    return sum(1 for each in inner if each.time_limits) + sum(map(_inner_limits, inner))


def _depth(section: Section) -> int:
    return 1 + max((_depth(child) for child in section.children if isinstance(child, Section)), default=0)


def _check_inside(
    child: Section | ItemRef, part: TestPart, outer: TimeLimits | None, report: Reporter
) -> Iterator[LintFinding]:
    here = report.at("identifier", child.identifier)
    yield from _check_own(child.time_limits, outer, here)
    yield from _check_control(child.control, part, here)
    if child.time_limits is not None and child.time_limits.min_s and not part.linear:
        # "Minimum times are applicable to qti-assessment-sections and qti-assessment-items only when linear navigation
        # mode is in effect" (TimeLimitsDType).
        yield note(
            here(
                "time-ignored", "has a min-time in a nonlinear part, where it does not count", "Remove it, if you like"
            )
        )
    if isinstance(child, Section):
        for inner in child.children:
            yield from _check_inside(inner, part, _tightest(child.time_limits, outer), report)


def _tightest(inner: TimeLimits | None, outer: TimeLimits | None) -> TimeLimits | None:
    """Which of two limits a candidate meets first."""
    if inner is None or inner.max_s is None:
        return outer
    return outer if outer is not None and outer.max_s is not None and outer.max_s < inner.max_s else inner


def _check_own(limits: TimeLimits | None, outer: TimeLimits | None, here: Reporter) -> Iterator[LintFinding]:
    if limits is None:
        return
    if limits.max_s is not None and limits.min_s > limits.max_s:
        yield here("time", "has a min-time above its max-time", "Correct one of them")
    most = outer.max_s if outer is not None else None
    if most is None:
        return
    if limits.min_s > most:
        yield here("time", "has a min-time above the time of what it stands in", "Correct one of them")
    if limits.max_s is not None and limits.max_s > most:
        yield note(here("time-outer", "has more time than what it stands in", "Nothing, if that is all right"))


def _check_control(control: SessionControl, part: TestPart, here: Reporter) -> Iterator[LintFinding]:
    if (control.max_attempts or 0) > ATTEMPTS_MAX:
        message = f"allows more than {ATTEMPTS_MAX} attempts"
        yield here("attempts", message, "Write 0 for attempts without limit, or fewer")
    if control.max_attempts is not None and control.max_attempts != 1 and not part.individual:
        yield note(
            here("control-ignored", "allows several attempts where all is submitted together", "Remove max-attempts")
        )
    if control.show_feedback or control.show_solution:
        yield note(here("control-ignored", "asks for feedback, which is not shown in an exam", "Nothing, if you like"))
