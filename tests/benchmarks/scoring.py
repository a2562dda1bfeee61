"""How many items are scored in a second, beside the least any program could do with them: parsing their XML.

Every case of the corpus's vectors is scored from an item that has been read; the peer parses the same item's bytes with lxml once
for each case. Rounds of both take turns in shuffled order, so that they meet the same weather; the median round counts. Reading
items is timed apart. Goal: scoring takes at most three times as long as parsing, which is C.

    python -m tests.benchmarks.scoring [--rounds 9]
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from exam_packages.office.vectors import Case, responses_of
from exam_packages.qti.model import AssessmentItem, Responses
from exam_packages.qti.processing import process_item
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_any_item
from signing.errors import Refused
from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import Row, against, not_measured
from tests.exam_packages.qti.corpus import SHARED, cases, document

NAME: Final = "scoring a response"
PEER: Final = "parsing the item with lxml"
GOAL: Final = 3.0
ROUNDS: Final = 9
QUICK_ROUNDS: Final = 3
NO_CORPUS: Final = "the corpus is not beside the project (../shared/qti)"
FILES: Final = ("authored", "two_engine")


def all_cases() -> list[Case]:
    """The cases whose outcomes are known and do not depend on chance."""
    return [case for name in FILES for case in cases(name).cases if case.seed is None]


def score(work: list[tuple[AssessmentItem, Responses]]) -> None:
    """Score every case."""
    for item, responses in work:
        process_item(item, responses, faults=Faults.FORGIVEN)


def parse(documents: list[bytes]) -> None:
    """Parse the item of every case."""
    for untrusted in documents:
        etree.fromstring(untrusted)


def read(documents: dict[str, bytes]) -> dict[str, AssessmentItem]:
    """Read every item once, of any version."""
    return {path: read_any_item(untrusted, path.rpartition("!")[2]) for path, untrusted in documents.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Seconds of the median round."""

    cases: int
    items: int
    scoring: float
    parsing: float
    reading: float


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    if not SHARED.is_dir():
        return [not_measured(NAME, NO_CORPUS, limit=PEER, goal=GOAL)]
    taken = measure(QUICK_ROUNDS if quick else ROUNDS, random.Random(1))
    each_us = 1e6 / taken.cases
    note = f"{taken.cases} cases on {taken.items} items"
    value, limit = taken.scoring * each_us, taken.parsing * each_us
    return [against(NAME, value, "us", limit=PEER, limit_value=limit, goal=GOAL, note=note)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    if not SHARED.is_dir():
        raise SystemExit(NO_CORPUS)
    taken = measure(rounds, random.Random(1))
    lines = (
        f"{taken.cases} cases on {taken.items} items, median of {rounds} rounds",
        _line("scored", taken.cases, taken.scoring, "responses to outcomes"),
        _line("parsed", taken.cases, taken.parsing, "lxml alone"),
        _line("read", taken.items, taken.reading, "an item of any version to the model"),
        f"scoring takes {taken.scoring / taken.parsing:.2f} times as long as parsing",
    )
    print("\n".join(lines))  # noqa: T201 - it is what the program is for


def measure(rounds: int, chance: random.Random) -> Taken:
    """Run the rounds, one of each method in shuffled order.

    Raises:
        SystemExit: an item cannot be read, so that nothing was measured.
    """
    found = all_cases()
    documents = {case.item: document(case.item) for case in found}
    try:
        items = read(documents)
    except Refused as refusal:
        raise SystemExit(f"an item of a case cannot be read: {refusal}") from None
    work = [(items[case.item], responses_of(case)) for case in found]
    texts = [documents[case.item] for case in found]
    methods: dict[str, Callable[[], object]] = {
        "scoring": lambda: score(work),
        "parsing": lambda: parse(texts),
        "reading": lambda: read(documents),
    }
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for number in range(1 + rounds):
        for name in chance.sample(list(methods), len(methods)):
            took = seconds(methods[name])
            if number:  # the first of each warms up
                taken[name].append(took)
    middle = {name: statistics.median(each) for name, each in taken.items()}
    return Taken(
        cases=len(found),
        items=len(documents),
        scoring=middle["scoring"],
        parsing=middle["parsing"],
        reading=middle["reading"],
    )


def _line(what: str, count: int, took: float, meaning: str) -> str:
    return f"{what:8} {count / took:10,.0f} a second {took / count * 1e6:7.0f} us each   ({meaning})"


if __name__ == "__main__":
    main()
