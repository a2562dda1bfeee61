"""The hand-written answer sheets: every item answered or left out on purpose, and the points rightly counted."""

from __future__ import annotations

from collections import defaultdict
from math import dist
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.exam_packages.samples.folders import (
    DOMAINS,
    ESSAY,
    FOLDERS,
    FORM_A,
    QTI,
    categories,
    choice_texts,
    correct,
    gaps,
    item_of,
    item_refs,
    json_of,
    tolerance,
)

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def answers(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json_of(folder, "answer-sheet.json")["answers"]
    return found


def scored_answers() -> list[dict[str, Any]]:
    scored = {ref.get("identifier") for ref in item_refs(FORM_A, "kiosk-scored")}
    return [a for a in answers(FORM_A) if a["item"] in scored]


@each_folder
def test_a_sheet_has_every_item_in_form_order(folder: Path) -> None:
    assert [a["item"] for a in answers(folder)] == [ref.get("identifier") for ref in item_refs(folder)]


@each_folder
def test_responses_name_declared_variables_and_existing_choices(folder: Path) -> None:
    for answer in answers(folder):
        item = item_of(folder, answer["item"])
        declared = {str(d.get("identifier")): d for d in item.iter(f"{QTI}qti-response-declaration")}
        for responses in (answer["responses"], answer.get("first_responses", answer["responses"])):
            assert set(responses) == set(declared)
            for name, values in responses.items():
                check_values(values, declared[name], item)


def check_values(values: list[str], declaration: etree._Element, item: etree._Element) -> None:
    assert declaration.get("cardinality") != "single" or len(values) <= 1
    for value in values:
        match declaration.get("base-type"):
            case "identifier" | "directedPair" | "pair":
                assert set(value.split()) <= {*choice_texts(item), *gaps(item)}
            case "float" | "integer":
                assert float(value) >= 0
            case "point":
                (picture,) = item.iter(f"{QTI}img")
                x, y = map(int, value.split())
                assert 0 <= x < int(str(picture.get("width")))
                assert 0 <= y < int(str(picture.get("height")))
            case other:
                assert other == "string"


def test_points_add_up_to_what_is_expected() -> None:
    sheet = json_of(FORM_A, "answer-sheet.json")
    by_domain: dict[str, float] = defaultdict(float)
    domain_of = {
        ref.get("identifier"): next((c for c in categories(ref) if c in DOMAINS), "") for ref in item_refs(FORM_A)
    }
    for answer in answers(FORM_A):
        by_domain[domain_of[answer["item"]]] += answer["points"]
    assert by_domain.pop("") == 0
    assert by_domain == sheet["expected"]["domain_scores"]
    assert sum(by_domain.values()) == sheet["expected"]["score"] == 45.5
    assert sheet["expected"]["passed"] is (sheet["expected"]["score"] >= sheet["cut_score"])


@pytest.mark.parametrize("answer", scored_answers(), ids=lambda answer: str(answer["item"]))
def test_points_of_each_answer_follow_from_the_key(answer: dict[str, Any]) -> None:
    item = item_of(FORM_A, answer["item"])
    assert answer["points"] == points(answer["responses"], item)


def points(responses: dict[str, list[str]], item: etree._Element) -> float:
    """Count as a person would with the key beside the sheet; the product's own processing has no part in it."""
    if "RESPONSE" not in responses:
        return sum(0.5 for name, values in responses.items() if tuple(values) == correct(item, name))
    given, key = responses["RESPONSE"], correct(item)
    if not given:
        return 0.0
    unordered = item.find(f"{QTI}qti-response-declaration[@base-type='pair']") is not None
    mapping = {
        plain(str(e.get("map-key")), unordered=unordered): float(str(e.get("mapped-value")))
        for e in item.iter(f"{QTI}qti-map-entry")
    }
    if mapping:
        return sum(mapping.get(plain(value, unordered=unordered), 0.0) for value in set(given))
    area = item.find(f".//{QTI}qti-area-map-entry")
    if area is not None:
        x, y, radius = map(float, str(area.get("coords")).split(","))
        return float(dist(map(float, given[0].split()), (x, y)) <= radius)
    if item.find(f".//{QTI}qti-equal") is not None:
        return float(abs(float(given[0]) - float(key[0])) <= tolerance(str(item.get("identifier"))))
    ordered = item.find(f"{QTI}qti-response-declaration[@cardinality='ordered']") is not None
    return float(tuple(given) == key if ordered else set(given) == set(key))


def plain(value: str, *, unordered: bool) -> str:
    """Write a value so that equal ones are the same text."""
    words = value.lower().split()
    return " ".join(sorted(words) if unordered else words)


def test_the_sitting_has_variety() -> None:
    lost: dict[str, int] = defaultdict(int)
    for answer in scored_answers():
        lost[answer["item"][4]] += answer["points"] < 1
    assert all(lost[first_digit] >= 2 for first_digit in "1234")
    assert any(0 < a["points"] < 1 for a in scored_answers())
    assert sum(a["responses"] == {"RESPONSE": []} for a in scored_answers()) == 2
    assert sum(a.get("flag", False) for a in scored_answers()) == 4
    changed = [a for a in scored_answers() if "first_responses" in a]
    assert len(changed) == 7
    assert all(a["first_responses"] != a["responses"] for a in changed)
    near = next(a for a in scored_answers() if a["item"] == "ccm-201")
    assert near["points"] == 1
    assert near["responses"]["RESPONSE"] != list(correct(item_of(FORM_A, "ccm-201")))


def test_the_essay_is_within_the_limits_and_waits_for_its_raters() -> None:
    (interaction,) = item_of(ESSAY, "essay-1").iter(f"{QTI}qti-extended-text-interaction")
    (essay,) = (a for a in answers(ESSAY) if a["item"] == "essay-1")
    words = len(essay["responses"]["RESPONSE"][0].split())
    assert int(str(interaction.get("data-min-words"))) <= words <= int(str(interaction.get("data-max-words")))
    assert essay["points"] is None
    assert json_of(ESSAY, "answer-sheet.json")["expected"]["score"] is None
