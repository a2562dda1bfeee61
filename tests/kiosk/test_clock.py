from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any

import pytest

from kiosk import clock as clock_module
from kiosk.clock import SystemClock, awake_count


def test_the_system_clock_goes_forward() -> None:
    clock = SystemClock()
    first = clock.monotonic_ms()
    assert clock.utc_ms() > 1_700_000_000_000
    assert clock.monotonic_ms() >= first
    assert clock.boot_id() == clock.boot_id() != ""


def test_without_an_id_of_the_system_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "_BOOT_ID", Path("/nowhere/boot_id"))
    assert SystemClock().boot_id().startswith("started-")


class Windows:
    """Counts in 100 ns, and not while it sleeps."""

    ticks = 0
    works = 1

    def query(self, place: Any) -> int:
        ctypes.cast(place, ctypes.POINTER(ctypes.c_uint64)).contents.value = self.ticks
        return self.works


def test_a_machine_that_sleeps_counts_nothing() -> None:
    windows = Windows()
    clock = SystemClock(awake_count(windows.query))
    windows.ticks = 12_345 * 10_000 + 9_999
    assert clock.monotonic_ms() == 12_345
    windows.ticks = 2**63
    assert clock.monotonic_ms() == 2**63 // 10_000, "nothing is cut off at 32 bits"
    assert clock.since_boot_ms() != clock.monotonic_ms(), "the count with sleep is another one"


def test_a_count_that_cannot_be_had_is_none() -> None:
    windows = Windows()
    windows.works = 0
    with pytest.raises(OSError, match="awake"):
        SystemClock(awake_count(windows.query)).monotonic_ms()


def test_a_start_that_is_made_up_does_not_change_while_the_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "_BOOT_ID", Path("/nowhere/boot_id"))
    stopped = SystemClock(lambda: 0)
    assert stopped.boot_id() == SystemClock().boot_id()
    since_boot_s = stopped.since_boot_ms() / 1_000
    assert abs(time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot_s) < 60
