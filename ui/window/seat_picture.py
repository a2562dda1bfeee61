"""Everything the desk shows of a seat, looked at in one go in the background: the interface thread reads no disk."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import NotReady
from kiosk.seat.facts import AppointmentEntry, ProctorEntry, SeatStatus, UnfinishedSession
from ui.window.ports import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPicture:
    """A seat at one moment."""

    status: SeatStatus
    unfinished: UnfinishedSession | None
    proctors: tuple[ProctorEntry, ...]
    appointments: tuple[AppointmentEntry, ...]


def look_at(day: Day) -> SeatPicture:
    """Look at a seat (bg). What is not there yet is empty; ``status.missing`` says so."""
    return SeatPicture(
        status=day.status(),
        unfinished=day.unfinished(),
        proctors=_proctors(day),
        appointments=_appointments(day),
    )


def _proctors(day: Day) -> tuple[ProctorEntry, ...]:
    try:
        return day.proctors()
    except NotReady:
        return ()


def _appointments(day: Day) -> tuple[AppointmentEntry, ...]:
    try:
        return day.appointments()
    except NotReady:
        return ()
