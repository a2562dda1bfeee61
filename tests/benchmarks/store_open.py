"""How long it takes to open a session's store, beside a plain SQLite database with the same rows and settings.

The same acts on both, in turn, in shuffled order: make the connection, set and read back every setting, read the first record.
The store's database is opened by the product's own `database.connect`, encrypted; the peer's by the standard library's sqlite3.
What a session needs besides — bringing the log in, giving it its size beforehand, the second connection that guards it — is
paid once when a candidate sits down; the whole of it is told apart in the note. Goal: at most 1.2 times the plain one.

    python -m tests.benchmarks.store_open [--rounds 500] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from kiosk.journal import database
from kiosk.journal.store import DATABASE_NAME, JournalStore
from tests.benchmarks.journal_commit import JournalCommits
from tests.benchmarks.measuring import percentile
from tests.benchmarks.table import Row, against, said

RECORDS: Final = 600
"""A session of average length."""
ROUNDS: Final = 500
QUICK_ROUNDS: Final = 100
WARM_UP_ROUNDS: Final = 10
WHOLE_ROUNDS: Final = 20
GOAL: Final = 1.2
TABLES: Final = ("about", "event", "answer")
FIRST_READ: Final = "SELECT record, head FROM event ORDER BY n LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Milliseconds of each round."""

    store: list[float]
    plain: list[float]
    whole: list[float]
    """The product's store with everything it does when it is opened."""


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="store-open-") as folder:
        taken = measure(Path(folder), QUICK_ROUNDS if quick else ROUNDS, random.Random(1))
    median = percentile(taken.store, 50)
    note = (
        f"p99 {said(percentile(taken.store, 99), 'ms')} beside {said(percentile(taken.plain, 99), 'ms')}; the whole store, "
        f"with its log brought in and given its size: p50 {said(percentile(taken.whole, 50), 'ms')}"
    )
    peer = percentile(taken.plain, 50)
    return [against("store open p50", median, "ms", limit="plain sqlite3", limit_value=peer, goal=GOAL, note=note)]


def measure(folder: Path, rounds: int, chance: random.Random) -> Taken:
    """Return what each took, in turn."""
    key = os.urandom(database.KEY_BYTES)
    store, plain = folder / DATABASE_NAME, folder / "plain.db"
    _fill(folder, store, plain, key)
    methods: dict[str, Callable[[], Any]] = {
        "store": lambda: database.connect(store, key),
        "plain": lambda: _connect_plain(plain),
    }
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for number in range(rounds + WARM_UP_ROUNDS):
        for name in chance.sample(list(methods), len(methods)):
            took = _opened(methods[name])
            if number >= WARM_UP_ROUNDS:
                taken[name].append(took * 1e3)
    whole = [_whole(folder, key) * 1e3 for _ in range(WHOLE_ROUNDS)]
    return Taken(store=taken["store"], plain=taken["plain"], whole=whole)


def _opened(connect: Callable[[], Any]) -> float:
    """How long it is until the first record was read; closing is not counted."""
    began = time.perf_counter()
    connection = connect()
    assert connection.execute(FIRST_READ).fetchone() is not None
    took = time.perf_counter() - began
    connection.close()
    return took


def _whole(folder: Path, key: bytes) -> float:
    began = time.perf_counter()
    store = JournalStore(folder, key)
    took = time.perf_counter() - began
    store.close()
    return took


def _connect_plain(path: Path) -> sqlite3.Connection:
    """The peer: the same settings, set and read back, without a cipher."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    for name, value, expected in database._SETTINGS:
        connection.execute(f"PRAGMA {name}={value}").fetchall()
        assert connection.execute(f"PRAGMA {name}").fetchone() == (expected,)
    return connection


def _fill(folder: Path, store: Path, plain: Path, key: bytes) -> None:
    """A session through the product's own store, and the very same tables and rows without a cipher."""
    commits = JournalCommits(folder, key)
    for _ in range(RECORDS):
        commits.commit()
    commits.store.close()
    kept = database.connect(store, key)
    peer = _connect_plain(plain)
    peer.executescript(files("kiosk.journal").joinpath("schema.sql").read_text(encoding="utf-8"))
    for table in TABLES:
        found = kept.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a name of this module
        if found:
            peer.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found)  # noqa: S608
    kept.close()
    peer.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a folder on the disk of interest")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        taken = measure(Path(folder), chosen.rounds, random.Random(1))
    for name, values in (("store", taken.store), ("plain", taken.plain), ("whole store", taken.whole)):
        line = "   ".join(f"p{percent} {percentile(values, percent):7.3f} ms" for percent in (50, 99))
        print(f"{name:12} {line}")  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
