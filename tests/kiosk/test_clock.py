from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import clock as clock_module
from kiosk.clock import SystemClock


def test_the_system_clock_goes_forward() -> None:
    clock = SystemClock()
    first = clock.monotonic_ms()
    assert clock.utc_ms() > 1_700_000_000_000
    assert clock.monotonic_ms() >= first
    assert clock.boot_id() == clock.boot_id() != ""


def test_without_an_id_of_the_system_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "_BOOT_ID", Path("/nowhere/boot_id"))
    assert SystemClock().boot_id().startswith("started-")
