"""What one open seat consists of: made once, handed to whoever needs some of it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.seat.guarding import LockdownPort, NoLockdown, SessionLogs
from kiosk.seat.holdings import Holdings
from kiosk.seat.identity import SeatIdentity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.marks import SeatMarks
from kiosk.seat.pin_gate import PinGate
from kiosk.seat.place import Place
from kiosk.seat.rollback_watch import RollbackWatch
from kiosk.seat.sealing import Sealer
from kiosk.seat.session_files import SessionFiles
from kiosk.seat.state import SeatState
from kiosk.seat.time_floor import TimeFloor


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatParts:
    """The parts of one open seat."""

    folder: SeatFolder
    identity: SeatIdentity
    state: SeatState
    clock: Clock
    floor: TimeFloor
    holdings: Holdings
    gate: PinGate
    files: SessionFiles
    sealer: Sealer
    place: Place
    marks: SeatMarks
    watch: RollbackWatch
    logs: SessionLogs
    lockdown: LockdownPort


def assemble(
    folder: SeatFolder,
    identity: SeatIdentity,
    state: SeatState,
    clock: Clock,
    machine: str,
    lockdown: LockdownPort | None = None,
) -> SeatParts:
    """Put a seat together. ``machine`` is where it is opened, see ``Place``; without ``lockdown`` nobody locks it down."""
    lockdown = NoLockdown() if lockdown is None else lockdown
    logs = SessionLogs(folder=folder, state=state, lockdown=lockdown)
    floor = TimeFloor(state, clock)
    holdings = Holdings(folder, state, identity, floor)
    files = SessionFiles(folder=folder, identity=identity)
    place = Place(folder=folder, machine=machine)
    marks = SeatMarks(
        folder=folder, identity=identity, state=state, clock=clock, holdings=holdings, files=files, place=place
    )
    return SeatParts(
        folder=folder,
        identity=identity,
        state=state,
        clock=clock,
        floor=floor,
        holdings=holdings,
        gate=PinGate(state, clock),
        files=files,
        sealer=Sealer(folder=folder, state=state, identity=identity, logs=logs),
        place=place,
        marks=marks,
        watch=RollbackWatch(marks=marks),
        logs=logs,
        lockdown=lockdown,
    )
