"""How long saving takes, beside how long the disk takes: latencies as the window noted them, and a bare probe.

The probe appends 4 KiB and calls fsync, on the same disk and in the same minutes as the sitting, so that both figures have
met the same weather. All latencies are microseconds.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROBE_BYTES: Final = 4096
PROBE_COUNT: Final = 500
STATS_KEY: Final = "saved_us"
"""As ``ui.window.statistics`` writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Two percentiles in whole microseconds, by nearest rank."""

    p50: int
    p99: int

    def to_json(self) -> dict[str, int]:
        """Return the form of the summary."""
        return {"p50": self.p50, "p99": self.p99}


def latency_of(samples_us: Sequence[int]) -> Latency:
    """Return the percentiles of some samples; at least one is needed."""
    ordered = sorted(samples_us)
    return Latency(p50=_nearest_rank(ordered, 50), p99=_nearest_rank(ordered, 99))


def _nearest_rank(ordered: Sequence[int], percent: int) -> int:
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


class FsyncProbe:
    """A file on the disk of interest, appended to in small portions whenever there is a moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.samples_us: list[int] = []

    @property
    def left(self) -> int:
        """How many appends are still to be made."""
        return PROBE_COUNT - len(self.samples_us)

    def run(self, appends: int) -> None:
        """Append and fsync so many times, but never more than are left."""
        block = b"\x5a" * PROBE_BYTES
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            for _ in range(min(appends, self.left)):
                start = time.perf_counter_ns()
                os.write(descriptor, block)
                os.fsync(descriptor)
                self.samples_us.append((time.perf_counter_ns() - start) // 1000)
        finally:
            os.close(descriptor)

    def finish(self) -> Latency:
        """Make the appends that are left, remove the file and return the percentiles."""
        self.run(self.left)
        self._path.unlink()
        return latency_of(self.samples_us)


def read_stats(path: Path) -> tuple[int, ...]:
    """Return the commit latencies that the window wrote to its ``--stats`` file.

    The last line may be cut short: the window may have been killed while it wrote it.
    """
    if not path.exists():
        return ()
    samples = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get(STATS_KEY), int):
            samples.append(value[STATS_KEY])
    return tuple(samples)
