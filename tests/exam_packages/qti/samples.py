"""The sample exams, as tests use them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.model import Exam, Lexical
from exam_packages.qti.package import read_package
from exam_packages.qti.preparing import PreparedSource, prepared

SAMPLES = ("contact-center-form-a", "recertification-essay")


def folder(name: str) -> Path:
    return Path(str(files("exam_packages"))) / "samples" / name


def source(name: str) -> PreparedSource:
    """As it would be built: templates cloned, formulas drawn."""
    return prepared(folder(name))


@cache
def exam(name: str) -> Exam:
    return read_package(source(name))


@dataclass(frozen=True)
class AnswerSheet:
    """What one imaginary candidate answered, and the points a person counted for it."""

    answers: dict[ItemId, dict[ResponseId, Lexical]]
    points: dict[ItemId, float]
    expected: dict[str, Any]


def answer_sheet(name: str) -> AnswerSheet:
    sheet = json.loads((folder(name) / "answer-sheet.json").read_text("utf-8"))
    rows = sheet["answers"]
    return AnswerSheet(
        answers={
            ItemId(row["item"]): {ResponseId(each): tuple(value) for each, value in row["responses"].items()}
            for row in rows
        },
        points={ItemId(row["item"]): row["points"] for row in rows if "points" in row},
        expected=sheet.get("expected", {}),
    )
