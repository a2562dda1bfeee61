"""A clock that stands still until it is told to go on."""

from __future__ import annotations

from exam_packages.ids import UtcMs


class FakeClock:
    """Fulfils ``kiosk.clock.Clock``. Wall and monotonic time go on together unless one is set."""

    def __init__(self, utc_ms: int = 1_790_000_000_000) -> None:
        self._utc_ms = utc_ms
        self._monotonic_ms = 5_000
        self._boot = 1

    def utc_ms(self) -> UtcMs:
        """What the wall clock says."""
        return UtcMs(self._utc_ms)

    def monotonic_ms(self) -> int:
        """Milliseconds since the machine was started."""
        return self._monotonic_ms

    def boot_id(self) -> str:
        """Which start of the machine this is."""
        return f"boot-{self._boot}"

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self._utc_ms += milliseconds
        self._monotonic_ms += milliseconds

    def set_wall(self, utc_ms: int) -> None:
        """Set the wall clock, as somebody at the machine could."""
        self._utc_ms = utc_ms

    def reboot(self, *, off_ms: int = 60_000) -> None:
        """Restart the machine."""
        self._boot += 1
        self._utc_ms += off_ms
        self._monotonic_ms = 1_000
