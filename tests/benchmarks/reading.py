"""How long an office waits for a package of a thousand items: linted whole, and read for a build, beside a bare parse.

The package is generated from the samples' items and one small item for every kind of interaction. The peer parses the same
documents with lxml and does nothing else. Rounds of all take turns in shuffled order, so that they meet the same weather; the
median counts.
Goal: linting takes less than 5 s.

    python -m tests.benchmarks.reading [--items 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lxml import etree

from exam_packages.qti.package import read_package
from exam_packages.qti.preparing import prepared
from exam_packages.qti.source_linting import lint_source
from tests.benchmarks.measuring import seconds
from tests.benchmarks.table import Row, at_most, said
from tests.benchmarks.thousand import write_thousand, zipped

LIMIT_S: Final = 5.0
ITEMS: Final = 1_000
ROUNDS: Final = 3
QUICK_ITEMS: Final = 200
PARSING: Final = "parse (lxml alone)"
LINTING: Final = ("lint, folder", "lint, zip")


def rows(*, quick: bool) -> list[Row]:
    """Measure. A quick run has fewer items, and its limit is as much smaller."""
    items = QUICK_ITEMS if quick else ITEMS
    with tempfile.TemporaryDirectory(prefix="thousand-") as folder:
        taken, size_bytes = measure(Path(folder), items, 1 if quick else ROUNDS, random.Random(1))
    goal_s = LIMIT_S * items / ITEMS
    note = f"{size_bytes / 1e6:.1f} MB of documents; parsing them alone takes {said(taken[PARSING], 's')}"
    return [at_most(f"{name}, {items} items", taken[name], "s", goal=goal_s, note=note) for name in LINTING]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="thousand-") as folder:
        taken, size_bytes = measure(Path(folder), chosen.items, chosen.rounds, random.Random(1))
    print(_table(chosen.items, size_bytes, taken))  # noqa: T201 - it is what the program is for


def measure(folder: Path, items: int, rounds: int, chance: random.Random) -> tuple[dict[str, float], int]:
    """Measure all, in turn: seconds of the median round, and how many bytes the documents have.

    Raises:
        SystemExit: the generated package is refused, so that nothing was measured.
    """
    content = folder / "content"
    documents = write_thousand(content, items=items)
    archive = zipped(content, folder / "content.zip")
    report = lint_source(content)
    if report.errors:
        raise SystemExit("\n".join(str(each) for each in report.findings[: report.errors]))
    texts = [(content / path).read_bytes() for path in documents]
    methods: dict[str, Callable[[], object]] = {
        PARSING: lambda: [etree.fromstring(text) for text in texts],
        "lint, folder": lambda: lint_source(content),
        "lint, zip": lambda: lint_source(archive),
        "read for a build": lambda: read_package(prepared(content)),
    }
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds):
        for name in chance.sample(list(methods), len(methods)):
            taken[name].append(seconds(methods[name]))
    return {name: statistics.median(each) for name, each in taken.items()}, sum(map(len, texts))


def _table(items: int, size_bytes: int, taken: dict[str, float]) -> str:
    parsing = taken[PARSING]
    lines = [f"{items} items, {size_bytes / 1e6:.1f} MB of documents"]
    lines += [
        f"{name:20} {took:8.3f} s {items / took:10,.0f} items/s {took / parsing:8.1f}x parsing {took / LIMIT_S:7.1%} of the limit"
        for name, took in taken.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
