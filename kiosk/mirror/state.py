"""How a session's second copy is doing: values to show, nothing that does anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.errors import StorageFaultKind


class MirrorPhase(Enum):
    """How the second copy is doing."""

    OFF = "off"
    """This seat keeps none."""
    BEHIND = "behind"
    """It is being written."""
    IN_STEP = "in-step"
    """It holds every record that the seat holds."""
    FAULT = "fault"
    """It is not being written. The seat tries again by itself, but for ``MirrorFault.TAKEN``."""


class MirrorFault(Enum):
    """Why a second copy is not being written."""

    GONE = "gone"
    """The medium was pulled out, or is not put in yet."""
    FULL = "full"
    READ_ONLY = "read-only"
    IO = "io"
    SLOW = "slow"
    """It has not answered for a while."""
    SAME_DISK = "same-disk"
    """It would lie on the seat's own disk: a folder in whose place no medium is mounted."""
    CROWDED = "crowded"
    """Every name for the copy is taken by something else."""
    TAKEN = "taken"
    """Another seat has gone on with the session from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """How a session's second copy is doing.

    Attributes:
        behind: how many records the seat has that the copy has not.
        fault: why it is not being written; None in every phase but ``FAULT``.
    """

    phase: MirrorPhase
    behind: int = 0
    fault: MirrorFault | None = None


OFF: Final = MirrorState(phase=MirrorPhase.OFF)

FAULTS: Final = {
    StorageFaultKind.FULL: MirrorFault.FULL,
    StorageFaultKind.READ_ONLY: MirrorFault.READ_ONLY,
    StorageFaultKind.MISSING: MirrorFault.GONE,
}
"""What a fault of the medium's store means here; whatever is not named is ``IO``."""
