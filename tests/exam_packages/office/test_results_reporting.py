"""QTI Results Reporting 3.0: every sort of bundle gives a report that is valid against the schema and says what was scored."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml.etree import _Element

from exam_packages.office.results_reporting import NAMESPACE, ncname
from tests.exam_packages.office import offices
from tests.exam_packages.office.test_scoring_results import ANSWERS, SHEET, scored
from tests.exam_packages.qti import corpus

SCHEMA = corpus.SHARED / "schemas" / "qti30" / "qtiv3p0" / "imsqti_resultv3p0_v1p0.xsd"


@functools.cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def report_of(tmp_path: Path, answers: dict[str, dict[str, list[str]]], **more: object) -> _Element:
    office = offices.fresh(tmp_path)
    return etree.fromstring(scored(office, offices.bundle(office, answers, **more)).xml_path.read_bytes())  # type: ignore[arg-type]  # the helper's own options


def named(parent: _Element, kind: str, identifier: str) -> _Element:
    (found,) = (each for each in parent.iterfind(f"{{{NAMESPACE}}}{kind}") if each.get("identifier") == identifier)
    return found


def scored_line() -> Any:
    """A line of the answer sheet about an item that is scored and answered."""
    return next(each for each in SHEET["answers"] if each["responses"] and each["item"].startswith("ccm-"))


def values(variable: _Element) -> list[str]:
    return [str(each.text or "") for each in variable.iter(f"{{{NAMESPACE}}}value")]


@corpus.NEEDS_CORPUS
@pytest.mark.parametrize("answers", [ANSWERS, {}, dict(list(ANSWERS.items())[:3])], ids=["all", "none", "three"])
def test_it_is_valid_against_the_schema(tmp_path: Path, answers: dict[str, dict[str, list[str]]]) -> None:
    schema().assertValid(report_of(tmp_path, answers))


def test_it_says_what_was_answered_and_earned(tmp_path: Path) -> None:
    root = report_of(tmp_path, ANSWERS)
    (test,) = root.iterfind(f"{{{NAMESPACE}}}testResult")
    score = named(test, "outcomeVariable", "SCORE")
    assert float(values(score)[0]) == SHEET["expected"]["score"]
    assert score.get("normalMaximum") is not None
    line = scored_line()
    name, given = next(iter(line["responses"].items()))
    item = named(root, "itemResult", line["item"])
    assert item.get("sessionStatus") == "final"
    assert values(named(item, "responseVariable", name)) == list(given)
    assert values(named(item, "outcomeVariable", "completionStatus")) == ["completed"]
    assert not list(root.iter(f"{{{NAMESPACE}}}correctResponse"))


def test_what_nobody_answered_has_no_value(tmp_path: Path) -> None:
    root = report_of(tmp_path, {})
    item = named(root, "itemResult", scored_line()["item"])
    assert values(named(item, "responseVariable", "numAttempts")) == ["0"]
    (response, *_more) = (each for each in item if each.get("identifier", "").startswith("RESPONSE"))
    assert values(response) == []


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("item-1.b_c", "item-1.b_c"), ("01K3", "_01K3"), ("a b/c", "a-b-c"), ("-x", "_-x"), ("é", "_-"), ("_x", "_x")],
)
def test_names_that_xml_allows(identifier: str, name: str) -> None:
    assert ncname(identifier) == name
    etree.fromstring(f"<{ncname(identifier)}/>")
