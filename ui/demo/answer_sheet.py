"""The hand-written answer sheet beside a sample exam: what one candidate answers, and what it is worth.

The points in it were counted by people from the keys. That is why the demo may compare our scorer with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.model import Responses
from ui.demo.errors import DemoFault

FILE_NAME: Final = "answer-sheet.json"
"""In the folder of the content package, but no part of the exam."""
MAX_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetAnswer:
    """What the candidate does with one question."""

    item: ItemId
    responses: Responses
    """The answer that is handed in; the empty tuple is none."""
    first: Responses | None = None
    """What was answered at first and changed later; None where nothing was changed."""
    flag: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSheet:
    """One sitting, with the score that belongs to it. Scores are in points; None where people have to score."""

    answers: tuple[SheetAnswer, ...]
    """In form order."""
    score: float | None
    domain_scores: Mapping[str, float]
    passed: bool | None

    def of(self, item: ItemId) -> SheetAnswer:
        """The line about one item.

        Raises:
            DemoFault: the sheet says nothing about it.
        """
        for answer in self.answers:
            if answer.item == item:
                return answer
        raise DemoFault(f"{FILE_NAME} says nothing about the item {item}.")


def read_answer_sheet(path: Path) -> AnswerSheet:
    """Read an answer sheet.

    Raises:
        DemoFault: it is not there, or not in the form of an answer sheet.
    """
    try:
        untrusted = path.read_bytes()
        if len(untrusted) > MAX_BYTES:
            raise DemoFault(f"{path} is too long for an answer sheet.")
        return _sheet(json.loads(untrusted))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DemoFault(f"{path} is not an answer sheet: {error!r}.") from None


def _sheet(value: dict[str, Any]) -> AnswerSheet:
    expected = value["expected"]
    return AnswerSheet(
        answers=tuple(_answer(each) for each in value["answers"]),
        score=None if expected["score"] is None else float(expected["score"]),
        domain_scores={str(domain): float(points) for domain, points in expected["domain_scores"].items()},
        passed=expected["passed"],
    )


def _answer(value: dict[str, Any]) -> SheetAnswer:
    return SheetAnswer(
        item=ItemId(str(value["item"])),
        responses=_responses(value["responses"]),
        first=_responses(value["first_responses"]) if "first_responses" in value else None,
        flag=bool(value.get("flag", False)),
    )


def _responses(value: dict[str, list[str]]) -> Responses:
    return {ResponseId(str(name)): tuple(str(each) for each in values) for name, values in value.items()}
