"""How many items are scored in a second, beside the least any program could do with them: parsing their XML.

Every case of the corpus's vectors is scored from an item that has been read; the peer parses the same item's bytes with lxml once
for each case. Rounds of both alternate, so that they meet the same weather; the median round counts. Reading items is timed
apart. Goal: scoring takes at most three times as long as parsing, which is C.

    python -m tests.benchmarks.scoring [--rounds 9]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from lxml import etree

from exam_packages.office.vectors import Case, responses_of
from exam_packages.qti.model import AssessmentItem, Responses
from exam_packages.qti.processing import process_item
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_any_item
from signing.errors import Refused
from tests.exam_packages.qti.corpus import SHARED, cases, document

FILES = ("authored", "two_engine")


def all_cases() -> list[Case]:
    """The cases whose outcomes are known and do not depend on chance."""
    return [case for name in FILES for case in cases(name).cases if case.seed is None]


def seconds(work: Callable[[], None]) -> float:
    """How long a piece of work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


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


def _ignore(_items: dict[str, AssessmentItem]) -> None:
    """What was read is not needed."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    if not SHARED.is_dir():
        raise SystemExit("the corpus is not beside the project (../shared/qti)")
    measure(rounds)


def measure(rounds: int) -> None:
    """Run the rounds and print what they say."""
    found = all_cases()
    documents = {case.item: document(case.item) for case in found}
    try:
        items = read(documents)
    except Refused as refusal:
        raise SystemExit(f"an item of a case cannot be read: {refusal}") from None
    work = [(items[case.item], responses_of(case)) for case in found]
    texts = [documents[case.item] for case in found]
    scoring, parsing, reading = [], [], []
    for _ in range(rounds):
        scoring.append(seconds(lambda: score(work)))
        parsing.append(seconds(lambda: parse(texts)))
        reading.append(seconds(lambda: _ignore(read(documents))))
    scored, parsed, took = (statistics.median(each) for each in (scoring, parsing, reading))
    lines = (
        f"{len(found)} cases on {len(documents)} items, median of {rounds} rounds",
        _line("scored", len(found), scored, "responses to outcomes"),
        _line("parsed", len(found), parsed, "lxml alone"),
        _line("read", len(documents), took, "an item of any version to the model"),
        f"scoring takes {scored / parsed:.2f} times as long as parsing",
    )
    print("\n".join(lines))  # noqa: T201 - it is what the program is for


def _line(what: str, count: int, took: float, meaning: str) -> str:
    return f"{what:8} {count / took:10,.0f} a second {took / count * 1e6:7.0f} us each   ({meaning})"


if __name__ == "__main__":
    main()
