"""The table of protections is whole, says what there is, and names tests that exist."""

from __future__ import annotations

import ast
from functools import cache
from unittest import mock

import pytest

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.linux.sandbox import Wall
from tests.kiosk.lockdown.capability_page import COLUMNS
from tests.lockdown_proof.protections import PAGE, ROOT, WALLS, Protection, every_protection, filled


@cache
def _tests(path: str) -> tuple[frozenset[str], str]:
    """The names of a file's tests, and all that stands in it."""
    text = (ROOT / path).read_text(encoding="utf-8")
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return frozenset(function.name for function in functions), text


def why_not_there(place: str) -> str:
    """Why there is no such test; empty where there is."""
    path, _, rest = place.partition("::")
    name, _, case = rest.rstrip("]").partition("[")
    if not (ROOT / path).is_file():
        return f"there is no file {path}"
    names, text = _tests(path)
    if name not in names or not name.startswith("test_"):
        return f"there is no {name} in {path}"
    return "" if f'"{case}"' in text or not case else f"there is no case {case} of {name}"


def _named_by_backends() -> set[str]:
    """Operations, monitors and probes that do something on any of the capability table's machines."""
    with (
        mock.patch("kiosk.lockdown.x11.operations.outputs_of", return_value=()),
        mock.patch("kiosk.lockdown.x11.operations.own_output", return_value=object()),
    ):
        probes = [probe for column in COLUMNS for probe in column.backend().probes().items()]
    return {name for name, (_, probe) in probes if probe.capability is not Capability.UNAVAILABLE}


def test_every_protection_of_the_capability_table_stands_in_it() -> None:
    assert {each.name for each in every_protection() if each.name} == _named_by_backends()


@pytest.mark.parametrize("protection", every_protection(), ids=lambda protection: protection.what)
def test_it_is_shown_and_shown_to_be_needed(protection: Protection) -> None:
    assert protection.shown
    assert protection.without
    assert [why for place in (*protection.shown, *protection.without) if (why := why_not_there(place))] == []


def test_every_wall_is_left_out_somewhere() -> None:
    places = [place for protection in WALLS for place in protection.without]
    cases = {name for place in places for name in place.partition("[")[2].rstrip("]").split(",")}
    assert {wall.value for wall in Wall} <= cases


@pytest.mark.parametrize(
    "place",
    [
        "tests/lockdown_proof/test_nothing.py::test_every_wall_is_left_out_somewhere",
        "tests/lockdown_proof/test_protections.py::test_nothing",
        "tests/lockdown_proof/test_protections.py::why_not_there",
        "tests/lockdown_proof/test_chain.py::test_without_its_wall_it_does[nothing]",
    ],
)
def test_a_test_that_is_not_there_is_found_out(place: str) -> None:
    assert why_not_there(place)


def test_the_page_says_the_same() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "python -m tests.lockdown_proof.protections writes it anew"
