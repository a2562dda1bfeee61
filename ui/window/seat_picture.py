"""Everything the desk shows of a seat, looked at in one go in the background: the interface thread reads no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exam_packages.site_policies import LockdownPreset
from kiosk.errors import NotReady
from kiosk.lockdown.policy import StartVerdict
from kiosk.seat.facts import AppointmentEntry, ProctorEntry, SeatStatus, UnfinishedSession
from signing.errors import Refused
from ui.window.ports import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPicture:
    """A seat at one moment."""

    status: SeatStatus
    unfinished: UnfinishedSession | None
    proctors: tuple[ProctorEntry, ...]
    appointments: tuple[AppointmentEntry, ...]
    verdicts: Mapping[LockdownPreset, StartVerdict] = field(default_factory=dict)
    """Whether exams may start here, by what they demand of lockdown."""
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
        appointments=(appointments := _appointments(day)),
        verdicts=_verdicts(day, appointments),
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


def _verdicts(day: Day, appointments: tuple[AppointmentEntry, ...]) -> dict[LockdownPreset, StartVerdict]:
    demands = {entry.lockdown for entry in appointments}
    try:
        return {preset: day.start_verdict(preset) for preset in LockdownPreset if preset in demands}
    except (NotReady, Refused):  # a policy that is not good any more: opening a session says so
        return {}
