"""A Linux system that is prepared: where what was there before is kept, and the two kinds of change by their names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.clock import Clock
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.preparing import account, place
from kiosk.lockdown.preparing.preparation import Preparation
from kiosk.lockdown.snapshots import Snapshot

SNAPSHOTS: Final = "var/lib/kiosk-seat-prepared"


def preparation_of(root: Path, clock: Clock) -> Preparation:
    """Return what is prepared on a system.

    Args:
        root: ``/``, or the root of another system.
        clock: for the snapshots.
    """

    def known(snapshot: Snapshot) -> Operation | None:
        name = snapshot.operation
        if name.startswith(account.PREFIX):
            return account.AccountOperation(root, name.removeprefix(account.PREFIX))
        if name.startswith(place.PREFIX):
            return place.PlaceOperation(root, name.removeprefix(place.PREFIX), None)
        return None

    return Preparation(root / SNAPSHOTS, clock, known)
