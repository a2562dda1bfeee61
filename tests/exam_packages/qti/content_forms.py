"""Content in a form in which the lay-out of its document does not show: what is compared before and after delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from exam_packages.qti.model import AssessmentItem, Element, Text


def settled(value: Any) -> Any:
    """A value of the model as nested tuples: neighbouring texts joined, white space collapsed, attributes sorted."""
    if isinstance(value, Element):
        return ("Element", value.name, tuple(sorted(value.attributes)), settled(value.children))
    if isinstance(value, tuple):
        return tuple(_joined(value))
    if isinstance(value, frozenset):
        return tuple(sorted(map(str, value)))
    if isinstance(value, Enum) or not is_dataclass(value):
        return value
    return (type(value).__name__, *((each.name, settled(getattr(value, each.name))) for each in fields(value)))


def _joined(values: Iterable[Any]) -> Iterator[Any]:
    words: list[str] = []
    for value in values:
        if isinstance(value, Text):
            words.append(value.text)
            continue
        yield from _said(words)
        words = []
        yield settled(value)
    yield from _said(words)


def _said(words: list[str]) -> Iterator[Any]:
    said = " ".join("".join(words).split())
    if said:
        yield ("Text", said)


def without_answers(item: AssessmentItem) -> AssessmentItem:
    """What of an item may be at a testing centre, but for the rubric blocks."""
    declared = tuple(
        replace(each, correct=None, mapping=None, area_mapping=None) for each in item.response_declarations
    )
    return replace(item, response_declarations=declared, outcome_declarations=(), response_processing=None, rubrics=())
