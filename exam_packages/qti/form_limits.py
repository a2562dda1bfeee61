"""What time limits and session control of a form must say: limits that can be kept, control that means something.

Owns the checks on ``qti-time-limits`` and ``qti-item-session-control`` at all levels, after reading.
"""

from __future__ import annotations

from collections.abc import Iterator

from exam_packages.errors import LintFinding
from exam_packages.qti.model import AssessmentTest, ItemRef, Section, SessionControl, TestPart, TimeLimits
from exam_packages.qti.reports import Reporter, note


def check_limits(test: AssessmentTest, report: Reporter) -> Iterator[LintFinding]:
    """Everything wrong with the time limits and the session control of a test."""
    yield from _check_own(test.time_limits, None, report)
    for part in test.parts:
        here = report.at("identifier", part.identifier)
        yield from _check_own(part.time_limits, test.time_limits, here)
        yield from _check_control(part.control, part, here)
        for section in part.sections:
            yield from _check_inside(section, part, _tightest(part.time_limits, test.time_limits), report)


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
    if control.max_attempts is not None and control.max_attempts != 1 and not part.individual:
        yield note(
            here("control-ignored", "allows several attempts where all is submitted together", "Remove max-attempts")
        )
    if control.show_feedback or control.show_solution:
        yield note(here("control-ignored", "asks for feedback, which is not shown in an exam", "Nothing, if you like"))
