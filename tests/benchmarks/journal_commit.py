"""How long one saved answer takes, beside the least any program could take: a bare 4 KiB append and fsync on the same disk.

Both are done in turn, in shuffled order, so that they meet the same weather. Goal: p50 at most 1.25 times and p99 at most 1.5
times the bare append.

    python -m tests.benchmarks.journal_commit [--rounds 2000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from exam_packages.ids import ItemId, ResponseId, SessionId, UtcMs
from exam_packages.records import CHAIN_START, encode_record, link
from exam_packages.session_events import Answered, Record
from kiosk.journal.database import KEY_BYTES
from kiosk.journal.store import Entry, JournalStore
from tests.benchmarks.measuring import percentile
from tests.benchmarks.table import Row, against

BLOCK_BYTES: Final = 4096
ROUNDS: Final = 2_000
QUICK_ROUNDS: Final = 400
WARM_UP_ROUNDS: Final = 50
REST_EVERY_ROUNDS: Final = 100
BARE: Final = "bare append + fsync"
COMMIT: Final = "journal commit"
GOALS: Final = {50: 1.25, 99: 1.5}
"""Percentile, and how many times the bare append's it may be."""


class JournalCommits:
    """Answers committed to a journal, one at a time."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.store = JournalStore(folder, key)
        self.store.begin(SessionId("01M3250V007ZB7EDAGX9CD8NQZ"))
        self._head = CHAIN_START
        self._n = 0

    def commit(self) -> None:
        """Commit one answer, as the writer does."""
        item, response, value = ItemId(f"item-{self._n % 32}"), ResponseId("RESPONSE"), (f"choice-{self._n}",)
        event = Answered(item=item, response=response, value=value)
        record = encode_record(Record(n=self._n, tick_ms=4_000, wall=UtcMs(1_790_000_000_000), event=event))
        self._head = link(self._n, self._head, record)
        self.store.append(
            Entry(
                n=self._n,
                record=record,
                head=self._head,
                wall=UtcMs(1_790_000_000_000),
                boot="boot",
                phase="section",
                answer=(item, response, value),
            )
        )
        self._n += 1


def measure(folder: Path, rounds: int, chance: random.Random) -> dict[str, list[int]]:
    """Return microseconds of each, in turn."""
    commits = JournalCommits(folder, os.urandom(KEY_BYTES))
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    block = os.urandom(BLOCK_BYTES)

    def bare() -> None:
        os.write(descriptor, block)
        os.fsync(descriptor)

    methods: dict[str, Callable[[], None]] = {BARE: bare, COMMIT: commits.commit}
    taken: dict[str, list[int]] = {name: [] for name in methods}
    for number in range(rounds + WARM_UP_ROUNDS):
        for name in chance.sample(list(methods), len(methods)):
            started = time.perf_counter_ns()
            methods[name]()
            if number >= WARM_UP_ROUNDS:
                taken[name].append((time.perf_counter_ns() - started) // 1_000)
        if number % REST_EVERY_ROUNDS == 0:
            commits.store.rest()
    os.close(descriptor)
    commits.store.close()
    return taken


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="journal-commit-") as folder:
        taken = measure(Path(folder), QUICK_ROUNDS if quick else ROUNDS, random.Random(1))
    commit, bare = taken[COMMIT], taken[BARE]
    return [
        against(
            f"journal commit p{percent}",
            percentile(commit, percent) / 1e3,
            "ms",
            limit="4 KiB append + fsync",
            limit_value=percentile(bare, percent) / 1e3,
            goal=goal,
            note=f"{len(commit)} of each, in turn" if percent == 50 else "",
        )
        for percent, goal in GOALS.items()
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a folder on the disk of interest")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        taken = measure(Path(folder), chosen.rounds, random.Random(1))
    bare = taken[BARE]
    for name, values in taken.items():
        line = f"{name:22}"
        for percent in (50, 99):
            ratio = percentile(values, percent) / percentile(bare, percent)
            line += f"   p{percent} {percentile(values, percent):6} us ({ratio:.2f}x)"
        print(line)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
