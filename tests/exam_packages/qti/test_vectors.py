"""Cases of other teams and engines, on items that nobody here wrote."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from exam_packages.errors import SourceRefused
from exam_packages.ids import OutcomeId
from exam_packages.qti.forms import read_test
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import read_manifest
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import parse
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.values import Operand, format_value
from signing.errors import Refused
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, Case, cases, document, documents, renamed

UNCOMPARED = {"duration", "numAttempts", "completionStatus"}


def agrees(got: Operand, expected: Any) -> bool:
    wanted = expected if isinstance(expected, list) else [] if expected in (None, "") else [expected]
    given, needed = [_comparable(each) for each in format_value(got)], [_comparable(each) for each in wanted]
    return given == needed or sorted(given, key=str) == sorted(needed, key=str)


def _comparable(value: Any) -> float | str:
    try:
        return round(float(str(value)), 9) if not isinstance(value, bool) else str(value).lower()
    except ValueError:
        return str(value)


def outcome_of(case: Case) -> str:
    """``passed``, or the reason of the refusal; a disagreement fails at once."""
    try:
        item = read_item_for_scoring(parse(renamed(document(case.item)), case.item))
        outcomes = process_item(item, case.lexical()).outcomes
    except Refused as refusal:
        return refusal.message
    for name, expected in case.expected.items():
        if name not in UNCOMPARED:
            assert agrees(outcomes.get(OutcomeId(name)), expected), f"{case.name}: {name} in {case.item}"
    return "passed"


@NEEDS_CORPUS
@pytest.mark.parametrize(("name", "least"), [("authored", 244), ("two_engine", 1824)])
def test_what_is_computed_is_right(name: str, least: int) -> None:
    counted = Counter(outcome_of(case) for case in cases(name))
    assert counted["passed"] >= least, counted


@NEEDS_CORPUS
@pytest.mark.parametrize("read", [read_item, read_item_for_scoring, read_test, read_stimulus, read_manifest])
def test_every_document_is_read_or_refused(read: Any) -> None:
    counted: Counter[str] = Counter()
    for path, untrusted in documents():
        try:
            read(parse(untrusted, path))
        except SourceRefused as refusal:
            counted[refusal.findings[0].rule] += 1
        else:
            counted["read"] += 1
    assert counted.total() > 800  # none raised anything else
    assert len(counted) > 1


@NEEDS_CORPUS
def test_every_item_is_linted() -> None:
    accepted = 0
    for path, untrusted in documents():
        try:
            findings = list(lint(parse(untrusted, path), "qti-assessment-item"))
        except SourceRefused:
            continue
        assert all(each.file == path and each.message and each.remedy for each in findings)
        accepted += not findings
    assert accepted > 0
