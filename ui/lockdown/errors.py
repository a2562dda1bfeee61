"""Why a supervisor does not start."""

from __future__ import annotations

from typing import ClassVar

from kiosk.errors import MachineFault


class SupervisorFault(MachineFault):
    """The supervisor cannot do its work here."""

    code: ClassVar[str] = "supervisor-fault"
