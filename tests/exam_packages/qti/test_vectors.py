"""Cases of other teams and engines, on items that nobody here wrote; and any response to any of these items."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import ScoringRefused, SourceRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.office.vectors import Case, Verdict, agrees, check_vectors, responses_of
from exam_packages.qti.forms import read_test
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import read_manifest
from exam_packages.qti.model import AssessmentItem, BaseType, Cardinality, Lexical
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import parse
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_any_item, read_item_for_scoring
from exam_packages.qti.template_processing import run_template_processing
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, archived, cases, documents, items, rows

pytestmark = NEEDS_CORPUS


@pytest.mark.parametrize(("name", "count"), [("authored", 292), ("two_engine", 1895)])
def test_every_case_passes(name: str, count: int) -> None:
    report = check_vectors(cases(name), items())
    assert report.summary == f"{count} passed, 0 failed, 0 refused"


def _rulings() -> dict[str, str]:
    """Whose values the ruling takes, by class of dispute."""
    return {
        "NULL inside multiple()/ordered()": "qti_sdk",
        "duplicate values in mapResponse/mapResponsePoint": "qti_sdk",
        "interpolationTable direction": "pie_qti",
    }


MEMBER_OF_ONE: frozenset[str] = frozenset(
    {"d3fc4cde-5dc0-451c-b2a5-3df3ba554e3e.xml", "sum_item.xml", "083-Verklanking-Speciale-Tekens.xml"}
)
"""Items of the class about tables in which the engines part before any table: one of them finds no member in a single value. For
two of them their authors assert what a container of one gives."""


@pytest.mark.parametrize(("dispute", "engine"), _rulings().items())
def test_disputed_cases_follow_the_ruling(dispute: str, engine: str) -> None:
    ruled = [row for row in rows("disputed") if row["dispute_class"] == dispute]
    assert len(ruled) > 10
    for row in ruled:
        other = row["item"].rpartition("/")[2] in MEMBER_OF_ONE and row["case"] == "correct"
        expected = {**row["agreed_outcomes"], **row["qti_sdk" if other else engine]}
        outcomes = process_item(items().item(row["item"]), responses_of(_case(row)), faults=Faults.FORGIVEN).outcomes
        for name, value in expected.items():
            assert agrees(outcomes.get(OutcomeId(name)), value), (row["id"], name)


def test_what_disputing_engines_agree_on() -> None:
    report = check_vectors(cases("disputed"), items())
    assert report.count(Verdict.PASSED) == len(report.results) > 100


def _case(row: dict[str, Any]) -> Case:
    return Case(line=1, name=row["id"], item=row["item"], item_sha1=None, responses=row["responses"], expected={})


# -- documents --------------------------------------------------------------------------------------------------------


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


@cache
def scorable() -> tuple[AssessmentItem, ...]:
    """Every item of the corpus that can be read for scoring, those in archives included."""
    found = []
    for path, untrusted in (*documents(), *archived()):
        try:
            found.append(read_any_item(untrusted, path))
        except SourceRefused:
            continue
    return tuple(found)


def test_every_item_scores_or_is_refused() -> None:
    assert len(scorable()) > 850
    scored = sum(_scores(item, {}, Faults.FORGIVEN) is not None for item in scorable())
    assert scored > 0.98 * len(scorable())


def test_every_template_is_decided_or_refused() -> None:
    templates = [item for item in scorable() if item.template_processing is not None]
    assert len(templates) > 40
    decided = 0
    for item in templates:
        try:
            result = run_template_processing(item, "a seed")
        except ScoringRefused:
            continue
        assert result == run_template_processing(item, "a seed")
        assert result.values.keys() == {each.identifier for each in item.template_declarations}
        decided += 1
    assert decided > 30


def _scores(item: AssessmentItem, responses: dict[ResponseId, Lexical], faults: Faults) -> dict[str, Lexical] | None:
    try:
        outcomes = process_item(item, responses, faults=faults).outcomes
    except ScoringRefused:
        return None
    return {str(name): format_value(value) for name, value in outcomes.items()}


_WORDS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "A",
            "B",
            "choice_a",
            "A B",
            "10 20",
            "1 1",
            "true",
            "1",
            "-3.5",
            "1e400",
            "INF",
            "NaN",
            "",
            " ",
            "x integer 1",
        ]
    ),
)


@given(st.data())
def test_any_response_scores_or_is_refused(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(scorable()))
    names = [each.identifier for each in item.response_declarations]
    known = st.sampled_from(names) if names else st.nothing()
    keys = st.one_of(known, st.sampled_from([ResponseId("numAttempts"), ResponseId("nobody")]))
    responses = data.draw(st.dictionaries(keys, st.lists(_WORDS, max_size=4).map(tuple), max_size=4))
    for faults in Faults:
        assert _scores(item, responses, faults) == _scores(item, responses, faults)


@given(st.data())
def test_any_response_of_the_declared_type_scores_or_is_refused(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(scorable()))
    responses = {
        each.identifier: data.draw(_fitting(each.cardinality, each.base_type)) for each in item.response_declarations
    }
    _scores(item, responses, Faults.REFUSED)


def _fitting(cardinality: Cardinality, base_type: BaseType | None) -> st.SearchStrategy[Lexical]:
    number = st.integers(-(2**31), 2**31 - 1).map(str)
    name = st.sampled_from(["A", "B", "C", "choice_1", "G1"])
    one = {
        BaseType.INTEGER: number,
        BaseType.FLOAT: st.floats(allow_nan=False, allow_infinity=False).map(repr),
        BaseType.DURATION: st.floats(0, 1e6).map(repr),
        BaseType.BOOLEAN: st.sampled_from(["true", "false"]),
        BaseType.POINT: st.tuples(number, number).map(" ".join),
        BaseType.PAIR: st.tuples(name, name).map(" ".join),
        BaseType.DIRECTED_PAIR: st.tuples(name, name).map(" ".join),
        BaseType.IDENTIFIER: name,
    }.get(base_type or BaseType.STRING, st.text(max_size=20))
    if cardinality is Cardinality.RECORD:
        return st.just(())
    return st.lists(one, max_size=1 if cardinality is Cardinality.SINGLE else 5).map(tuple)
