"""A scored bundle → QTI Results Reporting 3.0: ``assessmentResult``, valid against its schema.

Owns what of a sitting the standard's report says and how. Refuses to know where reports are kept. Correct responses are
left out: a report travels further than a scoring package does.

Identifiers are ``NCName`` there and not always here: one that starts with a digit gets a leading ``_``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

from lxml import etree
from lxml.etree import _Element

from exam_packages.ids import ItemId, OutcomeId, UtcMs
from exam_packages.inspection.times import LAST_MS
from exam_packages.qti.model import (
    AssessmentItem,
    Cardinality,
    Exam,
    ItemRef,
    Lexical,
    OutcomeDeclaration,
    ResponseDeclaration,
    Responses,
)
from exam_packages.qti.scope import COMPLETION_STATUS
from exam_packages.qti.values import format_float
from exam_packages.qti.writing import new_root
from exam_packages.records import answers_of
from exam_packages.result_opening import OpenedResult
from exam_packages.results import ResultState
from exam_packages.scoring import ItemScore, ScoreReport
from exam_packages.session_events import (
    AttemptSubmitted,
    Commented,
    ItemPresented,
    Paused,
    Record,
    Resumed,
    SectionEnded,
    SectionEntered,
    TimeExpired,
)

NAMESPACE: Final = "http://www.imsglobal.org/xsd/imsqti_result_v3p0"
SESSION_SOURCE: Final = "urn:testing-center-kiosk:session"
BUNDLE_SOURCE: Final = "urn:testing-center-kiosk:result-bundle"
APPOINTMENT_SOURCE: Final = "urn:testing-center-kiosk:appointment"
EXAM_SOURCE: Final = "urn:testing-center-kiosk:exam"

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_.-]", re.ASCII)
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class _Timing:
    """What a journal says about one item, or one section: time on the screen, the last moment, submissions."""

    spent_ms: int = 0
    last: UtcMs | None = None
    submitted: int = 0
    comment: str = ""


@dataclass(slots=True)
class _Journal:
    """A journal read for times: by item and by section."""

    items: dict[ItemId, _Timing] = field(default_factory=dict)
    sections: dict[str, _Timing] = field(default_factory=dict)


class _Listed(NamedTuple):
    """One item of the plan, in its place."""

    place: int
    ref: ItemRef
    score: ItemScore | None


def assessment_result(result: OpenedResult, exam: Exam, report: ScoreReport) -> bytes:
    """Return the report as XML, UTF-8.

    Args:
        result: the opened bundle.
        exam: read from the scoring package.
        report: the scores of that bundle with that exam.
    """
    journal = _read_journal(result.records)
    root = new_root(f"{{{NAMESPACE}}}assessmentResult", NAMESPACE)
    _add_context(root, result)
    _add_test_result(root, result, exam, report, journal)
    answers = answers_of(result.records)
    for listed in _listed(result, exam, report):
        item_answers = answers.get(listed.ref.identifier, {})
        _add_item_result(root, result, exam.item(listed.ref), listed, item_answers, journal)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def ncname(identifier: str) -> str:
    """Return an identifier as an XML name: other characters become ``-``, a leading digit or sign gets ``_`` before it."""
    name = _NOT_IN_NAMES.sub("-", identifier)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"


# -- the journal ------------------------------------------------------------------------------------------------------


def _read_journal(records: tuple[Record, ...]) -> _Journal:
    """Add up the time each item was on the screen and each section ran; a pause counts for neither."""
    journal = _Journal()
    item: ItemId | None = None
    section = ""
    paused = False
    for record in records:
        event = record.event
        if not paused:
            _spend(journal, item, section, record)
        match event:
            case SectionEntered():
                item, section = None, event.section
            case ItemPresented():
                item = event.item
                journal.items.setdefault(item, _Timing(last=record.wall))
            case SectionEnded() | TimeExpired():
                item, section = None, ""
            case Paused():
                paused = True
            case Resumed():
                paused = False
            case AttemptSubmitted():
                journal.items.setdefault(event.item, _Timing()).submitted += 1
            case Commented():
                journal.items.setdefault(event.item, _Timing()).comment = event.text
            case _:
                pass
    return journal


def _spend(journal: _Journal, item: ItemId | None, section: str, record: Record) -> None:
    if section:
        _tick(journal.sections.setdefault(section, _Timing()), record)
    if item is not None:
        _tick(journal.items.setdefault(item, _Timing()), record)


def _tick(timing: _Timing, record: Record) -> None:
    timing.spent_ms += record.tick_ms
    timing.last = record.wall


# -- parts of the report ----------------------------------------------------------------------------------------------


def _add_context(root: _Element, result: OpenedResult) -> None:
    header = result.checked.header
    context = _add(root, "context", sourcedId=ncname(header.candidate))
    for source, identifier in (
        (SESSION_SOURCE, header.session),
        (APPOINTMENT_SOURCE, header.appointment),
        (BUNDLE_SOURCE, result.checked.digest),
        (EXAM_SOURCE, result.plan.exam),
    ):
        _add(context, "sessionIdentifier", sourceID=source, identifier=ncname(identifier))


def _add_test_result(root: _Element, result: OpenedResult, exam: Exam, report: ScoreReport, journal: _Journal) -> None:
    test = _add(root, "testResult", identifier=ncname(report.form), datestamp=_moment(result.records[-1].wall))
    total = sum(timing.spent_ms for timing in journal.sections.values())
    _add_response(test, "duration", "single", "duration", (_seconds(total),))
    for section, timing in journal.sections.items():
        _add_response(test, f"{section}.duration", "single", "duration", (_seconds(timing.spent_ms),))
    declared = {each.identifier: each for each in exam.test.outcome_declarations}
    for name, value in report.outcomes.items():
        _add_outcome(test, name, value, declared.get(name))


def _listed(result: OpenedResult, exam: Exam, report: ScoreReport) -> Iterator[_Listed]:
    refs = {ref.identifier: ref for ref in exam.test.item_refs()}
    scores = {score.item: score for score in report.items}
    planned = [item for section in result.plan.sections for item in section.items]
    for place, item in enumerate(planned, 1):
        if item in refs:
            yield _Listed(place=place, ref=refs[item], score=scores.get(item))


def _add_item_result(
    root: _Element,
    result: OpenedResult,
    item: AssessmentItem,
    listed: _Listed,
    answers: Responses,
    journal: _Journal,
) -> None:
    timing = journal.items.get(listed.ref.identifier)
    element = _add(
        root,
        "itemResult",
        identifier=ncname(listed.ref.identifier),
        sequenceIndex=str(listed.place),
        datestamp=_moment((timing and timing.last) or result.records[0].wall),
        sessionStatus=_status(result, listed.score, presented=timing is not None),
    )
    spent = timing.spent_ms if timing else 0
    _add_response(element, "duration", "single", "duration", (_seconds(spent),))
    _add_response(element, "numAttempts", "single", "integer", (str(_attempts(timing, answers)),))
    for declaration in item.response_declarations:
        _add_declared_response(element, declaration, answers.get(declaration.identifier, ()))
    if listed.score is not None:
        _add_outcomes(element, item, listed.score)
    if timing is not None and timing.comment:
        _add(element, "candidateComment").text = _legible(timing.comment)


def _attempts(timing: _Timing | None, answers: Responses) -> int:
    """Submissions where items are submitted one by one; else the one attempt that began when the item was presented.

    numAttempts "increases by 1 at the start of each attempt", whether or not something was answered then (built-in variables).
    """
    if timing is not None and timing.submitted:
        return timing.submitted
    return 1 if timing is not None or any(answers.values()) else 0


def _status(result: OpenedResult, score: ItemScore | None, *, presented: bool) -> str:
    if not presented:
        return "initial"
    if result.checked.header.state is ResultState.UNFINISHED:
        return "pendingSubmission"
    return "pendingExternalScoring" if score is not None and score.score is None else "final"


def _add_outcomes(element: _Element, item: AssessmentItem, score: ItemScore) -> None:
    declared = {each.identifier: each for each in item.outcome_declarations}
    for name, value in score.outcomes.items():
        if name in declared:
            _add_outcome(element, name, value, declared[name])
    if COMPLETION_STATUS.identifier in declared:
        return
    status = "completed" if score.responded else "unknown" if score.presented else "not_attempted"
    _add_variable(element, "outcomeVariable", "completionStatus", "single", "identifier", (status,))


def _add_declared_response(parent: _Element, declaration: ResponseDeclaration, value: Lexical) -> None:
    base_type = declaration.base_type.value if declaration.base_type else None
    _add_response(parent, declaration.identifier, declaration.cardinality.value, base_type, value)


def _add_response(parent: _Element, name: str, cardinality: str, base_type: str | None, value: Lexical) -> None:
    variable = _variable(parent, "responseVariable", name, cardinality, base_type)
    _add_values(_add(variable, "candidateResponse"), value, cardinality)


def _add_outcome(parent: _Element, name: OutcomeId, value: Lexical, declared: OutcomeDeclaration | None) -> None:
    if declared is None:
        return
    base_type = declared.base_type.value if declared.base_type else None
    variable = _variable(parent, "outcomeVariable", name, declared.cardinality.value, base_type)
    for attribute, number in (
        ("normalMaximum", declared.normal_maximum),
        ("normalMinimum", declared.normal_minimum),
        ("masteryValue", declared.mastery_value),
    ):
        if number is not None:
            variable.set(attribute, format_float(number))
    if declared.external_scored:
        variable.set("external-scored", "human")
        return  # its value is still to come
    _add_values(variable, value, declared.cardinality.value)


def _add_variable(
    parent: _Element, kind: str, name: str, cardinality: str, base_type: str | None, value: Lexical
) -> None:
    _add_values(_variable(parent, kind, name, cardinality, base_type), value)


def _variable(parent: _Element, kind: str, name: str, cardinality: str, base_type: str | None) -> _Element:
    element = _add(parent, kind, identifier=ncname(name), cardinality=cardinality)
    if base_type is not None:
        element.set("baseType", base_type)
    return element


def _add_values(parent: _Element, value: Lexical, cardinality: str = "") -> None:
    for each in value:
        attributes: dict[str, str] = {}
        text = each
        if cardinality == Cardinality.RECORD.value:
            name, base_type, text = each.split(" ", 2)
            attributes = {"fieldIdentifier": ncname(name), "baseType": base_type}
        _add(parent, "value", **attributes).text = _legible(text)


def _add(parent: _Element, name: str, **attributes: str) -> _Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _legible(text: str) -> str:
    """What XML cannot hold (typed control characters) becomes the replacement character."""
    return _NOT_IN_XML.sub("\ufffd", text)


def _moment(wall: UtcMs) -> str:
    # A seat's clock may have said anything; the calendar ends with the year 9999.
    return (
        datetime.fromtimestamp(min(wall, LAST_MS) / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"
