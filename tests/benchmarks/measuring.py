"""What measurements have in common: percentiles, and the memory of this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile by nearest rank."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def resident_bytes() -> int:
    """The memory of this process that is in the machine's (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
