"""The only module that asks what time it is.

Owns the three answers the rest is given as parameters: what the wall clock says (evidence, never a lock), a monotonic count
(time left), and which start of the machine this is (whether a session may resume by itself).
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from exam_packages.ids import UtcMs

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TICKS_A_MS: Final = 10_000  # Windows counts in 100 ns
_BOOT_GRAIN_S: Final = 60  # where the system gives no id, boot times this close are one start of the machine


class Clock(Protocol):
    """What time it is. Tests bring their own."""

    def utc_ms(self) -> UtcMs:
        """Return what the wall clock says."""
        ...

    def monotonic_ms(self) -> int:
        """Return milliseconds that never run backwards while the machine is on; meaningless after ``boot_id`` changes."""
        ...

    def boot_id(self) -> str:
        """Return a text that differs for every start of the machine."""
        ...


class SystemClock:
    """The machine's clocks.

    Where the system gives no boot id, one is made from wall and monotonic time. Setting the wall clock then looks like a
    restart of the machine, which errs on the safe side: a proctor is asked.

    Args:
        awake_ms: another count than the system's own, that stands still while the machine sleeps; for tests.
    """

    def __init__(self, awake_ms: Callable[[], int] | None = None) -> None:
        self._awake_ms = _AWAKE_MS if awake_ms is None else awake_ms

    def utc_ms(self) -> UtcMs:
        """Return what the wall clock says."""
        return UtcMs(time.time_ns() // 1_000_000)

    def monotonic_ms(self) -> int:
        """Return milliseconds since the machine started, time asleep not counted."""
        return self._awake_ms()

    def since_boot_ms(self) -> int:
        """Return milliseconds since the machine started, time asleep counted; as ``monotonic_ms`` where no clock counts it."""
        return _since_boot_ms()

    def boot_id(self) -> str:
        """Return the kernel's boot id, or the minute in which the machine started."""
        try:
            return _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            return f"started-{round((time.time() - self.since_boot_ms() / 1_000) / _BOOT_GRAIN_S)}"


def _monotonic_ms() -> int:
    """Python's own count: on Linux it stands still while the machine sleeps, on Windows it goes on (GetTickCount64)."""
    return time.monotonic_ns() // 1_000_000


def awake_count(query: Callable[[object], int]) -> Callable[[], int]:
    """Return a count of milliseconds that stands still while Windows sleeps.

    Args:
        query: QueryUnbiasedInterruptTime (realtimeapiset.h): takes the place of a ULONGLONG, returns a BOOL.
    """

    def awake_ms() -> int:
        ticks = ctypes.c_uint64()
        if not query(ctypes.byref(ticks)):
            raise OSError("Windows does not say how long it has been awake")
        return ticks.value // _TICKS_A_MS

    return awake_ms


if sys.platform == "win32":
    _QUERY: Final = ctypes.WinDLL("kernel32").QueryUnbiasedInterruptTime
    _QUERY.restype, _QUERY.argtypes = ctypes.c_int32, [ctypes.c_void_p]
    _AWAKE_MS: Final = awake_count(_QUERY)

    def _since_boot_ms() -> int:
        return _monotonic_ms()

else:
    _AWAKE_MS: Final = _monotonic_ms

    def _since_boot_ms() -> int:
        clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        return _monotonic_ms() if clock is None else time.clock_gettime_ns(clock) // 1_000_000
