"""What keeps a drill from being run or repeated. Faults that a drill finds are no errors but its result."""

from __future__ import annotations

from kiosk.errors import KioskError


class DrillError(KioskError):
    """The drill cannot be run here, or its recording cannot be followed."""

    code = "drill-error"
