"""The only module that asks what time it is.

Owns the three answers the rest is given as parameters: what the wall clock says (evidence, never a lock), a monotonic count
(time left), and which start of the machine this is (whether a session may resume by itself).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final, Protocol

from exam_packages.ids import UtcMs

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
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
    """

    def utc_ms(self) -> UtcMs:
        """Return what the wall clock says."""
        return UtcMs(time.time_ns() // 1_000_000)

    def monotonic_ms(self) -> int:
        """Return milliseconds since the machine started, time asleep not counted."""
        return time.monotonic_ns() // 1_000_000

    def since_boot_ms(self) -> int:
        """Return milliseconds since the machine started, time asleep counted; as ``monotonic_ms`` where no clock counts it."""
        clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        return self.monotonic_ms() if clock is None else time.clock_gettime_ns(clock) // 1_000_000

    def boot_id(self) -> str:
        """Return the kernel's boot id, or the minute in which the machine started."""
        try:
            return _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            return f"started-{round((time.time() - time.monotonic()) / _BOOT_GRAIN_S)}"
