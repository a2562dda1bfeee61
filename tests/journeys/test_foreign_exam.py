"""An exam that somebody else wrote goes all the way: from the zip file of another system to a score and its report."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from exam_packages.errors import Severity
from exam_packages.ids import ChoiceId, ItemId, OutcomeId
from exam_packages.office import BuiltExam
from exam_packages.qti.model import Node
from exam_packages.qti.selecting import select_form
from exam_packages.qti.shuffling import shuffled
from exam_packages.qti.source_linting import lint_source
from exam_packages.qti.walking import choices, interactions
from kiosk.seat.seat import Seat
from tests.exam_packages.qti import corpus
from tests.journeys import foreign_exam
from tests.journeys.foreign_day import begin, build, deliver, hand_in, scored, sit, zipped
from tests.journeys.foreign_exam import EARNED, POOL, TOTAL, answer, points
from tests.simulators.day import World, make_world

SCHEMA = corpus.SHARED / "schemas" / "qti30" / "qtiv3p0" / "imsqti_resultv3p0_v1p0.xsd"
RESULT = "{http://www.imsglobal.org/xsd/imsqti_result_v3p0}"


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Seat, BuiltExam]]:
    folder = tmp_path_factory.mktemp("foreign")
    world = make_world(folder / "world")
    built = build(world, zipped(foreign_exam.files(), folder / "desk.zip"))
    with world.seat() as seat:
        deliver(world, seat, built)
        yield world, seat, built


def test_the_office_is_told_what_of_it_is_left_out(tmp_path: Path) -> None:
    report = lint_source(zipped(foreign_exam.files(), tmp_path / "desk.zip"))
    assert report.errors == 0
    assert {each.severity for each in report.findings} == {Severity.NOTE}
    told = {(each.file, each.element, each.rule) for each in report.findings}
    assert ("items/term.xml", "mapping", "mapping-case") in told
    assert ("items/pool-1.xml", "feedbackInline", "dropped") in told
    assert {file for file, element, _ in told if element == "stylesheet"} == {
        f"items/{name}.xml" for name in (*foreign_exam.ANSWERS, "calls")
    }


def test_a_day_with_it(delivered: tuple[World, Seat, BuiltExam]) -> None:
    world, seat, built = delivered
    day = seat.day()
    running = begin(day)
    declared = [each for item in running.exam.items.values() for each in item.response_declarations]
    assert not any(each.correct or each.mapping or each.area_mapping for each in declared)
    first = sit(running, answer, until=7)
    before = [(item, running.item(item)) for section in running.plan.sections for item in section.items]
    running.close()

    unfinished = day.unfinished()
    assert unfinished is not None
    running = day.resume(unfinished.session, None)
    after = [(item, running.item(item)) for section in running.plan.sections for item in section.items]
    assert after == before  # the same items in the same order, and every choice where it was
    rest = sit(running, answer)
    taken = [*first.items, *rest.items]
    _check_way(taken)
    result = scored(world, seat, hand_in(running))

    assert result.report.total == EARNED
    assert result.report.max_total == TOTAL
    assert {each.item: each.score for each in result.report.items} == {item: points(item) for item in taken}
    said = {name: value for name, (value,) in result.report.outcomes.items()}
    assert float(said[OutcomeId("PLANNING")]) == points("occupancy")
    assert said[OutcomeId("CORRECT")] == str(foreign_exam.CORRECT)
    assert said[OutcomeId("SEEN")] == str(len(taken)) == "18"

    plan = result.result.plan
    form = select_form(built.exam.test, plan.seed)
    assert [item.ref.identifier for part in form.parts for item in part.items] == taken
    for arranged in (item for part in form.parts for item in part.items):
        shown = {**first.screens, **rest.screens}[arranged.ref.identifier]
        again = shuffled(built.exam.item(arranged.ref), plan.seed, arranged.ref.identifier)
        assert _orders(again.body) == _orders(shown.body)
    _check_report(result.xml_path.read_bytes())


def _check_way(taken: list[ItemId]) -> None:
    """Everything once; two of the pool with the one that must be; fixed ones in their places; what is not shuffled in order."""
    assert len(set(taken)) == len(taken) == 18
    drawn = [item for item in taken if item in POOL]
    assert len(drawn) == 2
    assert "pool-3" in drawn
    assert taken[-7:] == ["case-1", "case-2", "gaps", "words", "floor", "spot", "agents"]
    texts = ["term", "measure", "sentence", "formula", "calls"]
    start = taken.index(ItemId("term"))
    assert taken[start : start + 5] == texts  # a visible section stays together


def _orders(body: tuple[Node, ...]) -> list[tuple[ChoiceId, ...]]:
    """How the choices of every interaction stand."""
    return [tuple(choice.identifier for choice in choices(each)) for each in interactions(body)]


def _check_report(document: bytes) -> None:
    root = etree.fromstring(document)
    if SCHEMA.is_file():
        schema().assertValid(root)
    items = {each.get("identifier"): each for each in root.iterfind(f"{RESULT}itemResult")}
    assert len(items) == 18
    (given,) = items["steps"].iterfind(f"{RESULT}responseVariable[@identifier='RESPONSE']/{RESULT}candidateResponse")
    assert [each.text for each in given] == ["hear", "check", "solve", "note"]
    (score,) = root.iterfind(f"{RESULT}testResult/{RESULT}outcomeVariable[@identifier='SCORE']/{RESULT}value")
    assert float(score.text or "") == EARNED


@functools.cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))
