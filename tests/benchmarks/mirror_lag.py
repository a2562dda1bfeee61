"""What a second copy costs a saved answer, and how far behind it is.

Answers are committed in turn, in shuffled order, to two journals on the same disk: one alone, one with a second copy on another
medium. Timed are the commit with the handing over, and how long after it the answer is on the other medium too.

    python -m tests.benchmarks.mirror_lag --medium DIR [--folder DIR] [--rounds 1000] [--pause-ms 20]
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from exam_packages.ids import ItemId, ResponseId, SessionId, UtcMs
from exam_packages.records import CHAIN_START, encode_record, link
from exam_packages.session_events import Answered, Record
from kiosk.clock import SystemClock
from kiosk.journal.database import KEY_BYTES
from kiosk.journal.store import Entry, JournalStore
from kiosk.mirror.copy import MirrorCopy, MirrorFiles, MirrorPlan
from kiosk.mirror.state import MirrorPhase
from kiosk.mirror.writing import MirrorWriter
from tests.benchmarks.measuring import percentile

ROUNDS: Final = 1_000
WARM_UP_ROUNDS: Final = 50
SESSION: Final = SessionId("01M3250V007ZB7EDAGX9CD8NQZ")
WALL: Final = UtcMs(1_790_000_000_000)


class Journal:
    """A journal that answers are committed to, alone or with a second copy."""

    def __init__(self, folder: Path, medium: Path | None) -> None:
        folder.mkdir()
        key = os.urandom(KEY_BYTES)
        self.store = JournalStore(folder, key)
        self.store.begin(SESSION)
        self.taken_us: list[int] = []
        self.handed_ns: dict[int, int] = {}
        self.there_ns: dict[int, int] = {}
        self._head, self._n = CHAIN_START, 0
        self.mirror = None if medium is None else self._mirrored(folder, medium, key)

    def _mirrored(self, folder: Path, medium: Path, key: bytes) -> MirrorWriter:
        files = MirrorFiles(key=b"k", about=b"a", session_key=b"s")
        plan = MirrorPlan(
            session=SESSION,
            medium=medium,
            journal=folder,
            key=key,
            files=files,
            device_of=lambda path: int(path.is_relative_to(medium)),
        )
        mirror = MirrorWriter(
            plan, records=0, clock=SystemClock(), told=lambda _state: None, open_copy=self._open_and_note
        )
        mirror.start()
        return mirror

    def _open_and_note(self, plan: MirrorPlan, spoiled: frozenset[Path]) -> MirrorCopy:
        copy = MirrorCopy.open(plan, spoiled)
        append = copy.append

        def noting(entries: Sequence[Entry]) -> None:
            append(entries)
            now = time.perf_counter_ns()
            for entry in entries:
                self.there_ns[entry.n] = now

        copy.append = noting  # type: ignore[method-assign] # the one moment that is measured
        return copy

    def commit(self) -> None:
        """Commit one answer, and hand it over as the writer does."""
        item, response, value = ItemId(f"item-{self._n % 32}"), ResponseId("RESPONSE"), (f"choice-{self._n}",)
        event = Answered(item=item, response=response, value=value)
        record = encode_record(Record(n=self._n, tick_ms=4_000, wall=WALL, event=event))
        head = link(self._n, self._head, record)
        entry = Entry(
            n=self._n,
            record=record,
            head=head,
            wall=WALL,
            boot="boot",
            phase="section",
            answer=(item, response, value),
        )
        began = time.perf_counter_ns()
        self.store.append(entry)
        if self.mirror is not None:
            self.mirror.put(entry)
        ended = time.perf_counter_ns()
        self.taken_us.append((ended - began) // 1_000)
        self.handed_ns[self._n] = ended
        self._head, self._n = head, self._n + 1

    def lags_us(self) -> list[int]:
        """How long after the commit each answer was on the other medium."""
        return [
            max(0, self.there_ns[n] - handed) // 1_000 for n, handed in self.handed_ns.items() if n in self.there_ns
        ]


def measure(folder: Path, medium: Path, rounds: int, pause_s: float, chance: random.Random) -> tuple[Journal, Journal]:
    """Return the journal without and the one with a second copy, in step at the end."""
    alone, copied = Journal(folder / "alone", None), Journal(folder / "copied", medium)
    both = [alone, copied]
    for number in range(rounds + WARM_UP_ROUNDS):
        if number == WARM_UP_ROUNDS:
            for journal in both:
                journal.taken_us.clear()
                journal.handed_ns.clear()
        for journal in chance.sample(both, 2):
            journal.commit()
            time.sleep(pause_s)
        if number % 100 == 0:
            for journal in both:
                journal.store.rest()
    if copied.mirror is None or copied.mirror.finish(60_000).phase is not MirrorPhase.IN_STEP:
        raise RuntimeError("the second copy did not get there")
    for journal in both:
        journal.store.close()
    return alone, copied


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--pause-ms", type=float, default=20, help="between two answers; 0 is as fast as the disk goes")
    parser.add_argument("--folder", type=Path, default=None, help="where the seat writes")
    parser.add_argument("--medium", type=Path, required=True, help="where the second copy goes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder, tempfile.TemporaryDirectory(dir=chosen.medium) as to:
        alone, copied = measure(Path(folder), Path(to), chosen.rounds, chosen.pause_ms / 1e3, random.Random(1))
    for percent in (50, 99):
        without, with_copy = percentile(alone.taken_us, percent), percentile(copied.taken_us, percent)
        lag = percentile(copied.lags_us(), percent)
        print(  # noqa: T201 - it is what the program is for
            f"p{percent}   commit alone {without:6} us   with a second copy {with_copy:6} us ({with_copy / without:.2f}x)"
            f"   behind {lag / 1e3:7.2f} ms"
        )


if __name__ == "__main__":
    main()
