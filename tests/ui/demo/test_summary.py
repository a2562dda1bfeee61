import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from exam_packages.ids import ItemId, ResponseId
from exam_packages.qti.model import Responses
from ui.demo.latency import Latency
from ui.demo.summary import DayFiles, DaySummary, lost_answers

PATHS = (
    "office",
    "site",
    "seat",
    "stick",
    "exam",
    "grant",
    "scoring",
    "release",
    "roster",
    "drop",
    "result",
    "receipt",
    "report",
)
GOOD = DaySummary(
    items=60,
    answers_acknowledged=31,
    answers_lost=0,
    score=45.5,
    score_expected=45.5,
    domain_scores={"people": 6.25, "customers": 6.0},
    domain_scores_expected={"customers": 6.0, "people": 6.25},
    save_latency=Latency(p50=900, p99=4000),
    fsync_latency=Latency(p50=700, p99=3000),
    resume_seconds=1.25,
    receipt_verified=True,
    erased=True,
    files=DayFiles(**{name: Path("stick") / name for name in PATHS}),
)


def test_the_file_has_exactly_the_promised_keys(tmp_path: Path) -> None:
    value = json.loads(GOOD.write(tmp_path).read_text(encoding="utf-8"))

    figures = ["items", "answers_acknowledged", "answers_lost", "score", "score_expected", "domain_scores"]
    measured = ["save_latency_us", "fsync_latency_us", "resume_seconds", "receipt_verified", "erased"]
    assert sorted(value) == sorted([*figures, *measured, *PATHS])
    assert value["save_latency_us"] == {"p50": 900, "p99": 4000}
    assert value["result"] == "stick/result"


def test_a_good_day_has_no_failures() -> None:
    assert GOOD.failures == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answers_acknowledged": 0}, "no answer"),
        ({"answers_lost": 2}, "2 acknowledged answers were lost"),
        ({"receipt_verified": False}, "receipt"),
        ({"erased": False}, "erase"),
        ({"score": 45.25}, r"the score is 45.25 and not 45.5"),
        ({"score": None}, "the score is None"),
        ({"domain_scores": {"people": 6.25}}, "domain scores"),
        ({"domain_scores": {"people": 6.25, "customers": 5.0}}, "domain scores"),
    ],
)
def test_each_thing_that_is_not_as_it_must_be_is_said(change: dict[str, object], words: str) -> None:
    failures = replace(GOOD, **change).failures  # type: ignore[arg-type]

    assert len(failures) == 1
    assert words in failures[0]


def test_what_people_score_may_have_no_score() -> None:
    assert replace(GOOD, score=None, score_expected=None).failures == ()


def test_the_table_says_what_matters() -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(replace(GOOD, erased=False).table())
    text = console.export_text()

    for words in (
        "31 answers seen as saved",
        "45.5 (counted by hand: 45.5)",
        "half within 0.9 ms",
        "NOT erased",
        "1.2 s",
    ):
        assert words in text


R = ResponseId("RESPONSE")


@pytest.mark.parametrize(
    ("acknowledged", "received", "lost"),
    [
        ({R: ("A",)}, {R: ("A",)}, False),
        ({R: ("A",)}, {R: ("B",)}, True),
        ({R: ("A",)}, {}, True),
        ({R: ()}, {}, False),
        ({R: ()}, {R: ("A",)}, True),
        ({R: ("A", "B")}, {R: ("B", "A")}, True),
        ({}, {R: ("A",)}, False),
    ],
)
def test_lost_is_what_was_acknowledged_and_is_not_there(
    acknowledged: Responses, received: Responses, *, lost: bool
) -> None:
    item = ItemId("q1")

    assert lost_answers({item: acknowledged}, {item: received}) == ((item,) if lost else ())
    if acknowledged == {R: ("A",)}:
        assert lost_answers({item: acknowledged}, {}) == (item,)
