"""Why a supervisor does not start."""

from __future__ import annotations

from typing import ClassVar, Final

from kiosk.errors import MachineFault

NOT_PUT_BACK: Final = "something that an earlier run changed could not be put back; see `kiosk seat restore`"


class SupervisorFault(MachineFault):
    """The supervisor cannot do its work here."""

    code: ClassVar[str] = "supervisor-fault"
