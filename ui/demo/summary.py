"""What a day came to: the figures, whether they are as they must be, a table for people and JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from exam_packages.ids import ItemId
from exam_packages.qti.model import Cardinality, Exam, Responses
from ui.demo.latency import Latency

FILE_NAME: Final = "summary.json"
SCORE_TOLERANCE: Final = 1e-6
"""Points are sums of thirds and quarters: equal up to what binary fractions lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFiles:
    """Every file and folder of the day, relative to the day's folder."""

    office: Path
    site: Path
    seat: Path
    stick: Path
    exam: Path
    grant: Path
    scoring: Path
    release: Path
    roster: Path
    drop: Path
    result: Path
    receipt: Path
    report: Path

    def to_json(self) -> dict[str, str]:
        """Return the paths as the summary writes them."""
        return {name: getattr(self, name).as_posix() for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """One exam day. Latencies are microseconds, scores are points."""

    items: int
    """Scored questions of the form."""
    answers_acknowledged: int
    """Questions whose answer was on the screen together with "Saved"."""
    answers_lost: int
    """How many of those the office did not find in the bundle as they were acknowledged."""
    score: float | None
    score_expected: float | None
    domain_scores: Mapping[str, float]
    domain_scores_expected: Mapping[str, float]
    save_latency: Latency
    fsync_latency: Latency
    resume_seconds: float
    """From starting the killed program again until the question was back on the screen."""
    receipt_verified: bool
    erased: bool
    files: DayFiles

    @property
    def failures(self) -> tuple[str, ...]:
        """Why the day is not as it must be; empty when it is."""
        checks = (
            (self.answers_acknowledged > 0, "no answer was acknowledged"),
            (self.answers_lost == 0, f"{self.answers_lost} acknowledged answers were lost"),
            (self.receipt_verified, "the receipt was not verified"),
            (self.erased, "the seat did not erase its copy"),
            (_close(self.score, self.score_expected), f"the score is {self.score} and not {self.score_expected}"),
            (self._domains_are_right(), "the domain scores are not those of the answer sheet"),
        )
        return tuple(words for good, words in checks if not good)

    def _domains_are_right(self) -> bool:
        expected = self.domain_scores_expected
        return self.domain_scores.keys() == expected.keys() and all(
            _close(points, expected[domain]) for domain, points in self.domain_scores.items()
        )

    def to_json(self) -> dict[str, Any]:
        """Return the form of ``summary.json``."""
        return {
            "items": self.items,
            "answers_acknowledged": self.answers_acknowledged,
            "answers_lost": self.answers_lost,
            "score": self.score,
            "score_expected": self.score_expected,
            "domain_scores": dict(self.domain_scores),
            "save_latency_us": self.save_latency.to_json(),
            "fsync_latency_us": self.fsync_latency.to_json(),
            "resume_seconds": self.resume_seconds,
            "receipt_verified": self.receipt_verified,
            "erased": self.erased,
            **self.files.to_json(),
        }

    def write(self, folder: Path) -> Path:
        """Write ``summary.json`` into a folder and return its path."""
        path = folder / FILE_NAME
        path.write_text(json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    def table(self) -> Table:
        """Return what people want to know of the day."""
        table = Table(title="The exam day", show_header=False)
        table.add_column(style="bold")
        table.add_column()
        domains = ", ".join(f"{domain} {points:g}" for domain, points in self.domain_scores.items())
        rows = {
            "Questions": f"{self.items}, {self.answers_acknowledged} answers seen as saved",
            "Lost": f"{self.answers_lost}",
            "Score": f"{_points(self.score)} (counted by hand: {_points(self.score_expected)})",
            "Domains": domains or "–",
            "Saving": _latency_words(self.save_latency),
            "Bare fsync": _latency_words(self.fsync_latency),
            "Back after kill -9": f"{self.resume_seconds:.1f} s",
            "Receipt": "verified" if self.receipt_verified else "NOT verified",
            "Seat's copy": "erased" if self.erased else "NOT erased",
            "Score report": self.files.report.as_posix(),
        }
        for name, value in rows.items():
            table.add_row(name, value)
        return table


def comparable(exam: Exam, answers: Mapping[ItemId, Responses]) -> dict[ItemId, Responses]:
    """Return answers in a form in which equal ones are equal: where order means nothing, it is taken away."""
    sets = {
        (ref.identifier, declaration.identifier)
        for ref in exam.test.item_refs()
        for declaration in exam.item(ref).response_declarations
        if declaration.cardinality is Cardinality.MULTIPLE
    }
    return {
        item: {name: tuple(sorted(value)) if (item, name) in sets else value for name, value in responses.items()}
        for item, responses in answers.items()
    }


def lost_answers(acknowledged: Mapping[ItemId, Responses], received: Mapping[ItemId, Responses]) -> tuple[ItemId, ...]:
    """Return the items whose acknowledged answer is not what the office has.

    An answer that was taken back and no answer at all are the same.
    """
    return tuple(
        item
        for item, responses in acknowledged.items()
        if any(received.get(item, {}).get(name, ()) != value for name, value in responses.items())
    )


def _close(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) <= SCORE_TOLERANCE


def _points(score: float | None) -> str:
    return "–" if score is None else f"{score:g}"


def _latency_words(latency: Latency) -> str:
    return f"half within {latency.p50 / 1000:.1f} ms, 99 % within {latency.p99 / 1000:.1f} ms"
