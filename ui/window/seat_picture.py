"""Everything the desk shows of a seat, looked at in one go in the background: the interface thread reads no disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    copies_on: Path | None = None
    """A medium with second copies of other seats' exams; None where none is here."""


def look_at(day: Day, stick: Path | None = None) -> SeatPicture:
    """Look at a seat (bg). What is not there yet is empty; ``status.missing`` says so.

    Args:
        day: the seat.
        stick: where a stick may be, beside the medium of the seat's own second copies.
    """
    unfinished = day.unfinished()  # first: it may find out that an exam has left this seat
    return SeatPicture(
        status=day.status(),
        unfinished=unfinished,
        proctors=_proctors(day),
        appointments=_appointments(day),
        copies_on=day.copies_on(stick),
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
