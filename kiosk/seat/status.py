"""What a seat says about itself, gathered. Reads, changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from exam_packages.ids import AppointmentId, SiteId, UtcMs
from exam_packages.opening import open_receipt
from exam_packages.receipts import Receipt
from exam_packages.rosters import Appointment
from kiosk.errors import Missing, NotReady, StorageFaultKind
from kiosk.mirror.moved import moved_to
from kiosk.seat import reserve
from kiosk.seat.facts import (
    AppointmentState,
    ClockState,
    ExamEntry,
    ExamState,
    SeatStatus,
    SessionEntry,
    SessionState,
)
from kiosk.seat.holdings import Holdings, exam_for, window_fault
from kiosk.seat.importing import DROP_TAKEN_FACT, SITE_FACT
from kiosk.seat.mirroring import copies_left, last_note, medium_of
from kiosk.seat.parts import SeatParts
from kiosk.seat.state import BundleRow, SeatState, SessionRow
from kiosk.session import ResultState
from signing.errors import Refused

_HALF_DAY_MS: Final = 12 * 3_600_000
_Value = TypeVar("_Value")


def status_of(parts: SeatParts, *, fault: StorageFaultKind | None = None) -> SeatStatus:
    """Return everything that is to be said about a seat. ``fault`` is why it is only read, if it is."""
    holdings, state = parts.holdings, parts.state
    site = state.facts.get(SITE_FACT)
    taken = state.facts.get(DROP_TAKEN_FACT)
    appointments = _appointments(holdings)
    now = parts.floor.now()
    certificate = _or_none(holdings.certificate)
    trust = _or_none(holdings.trust)
    registration = _or_none(holdings.registration)
    proctors = _or_none(holdings.proctors)
    return SeatStatus(
        seat=parts.identity.name,
        site=None if site is None else SiteId(site),
        site_name=registration.name if registration else "",
        certificate_until=certificate.not_after if certificate else None,
        missing=missing_of(parts),
        proctors=len(proctors.proctors) if proctors else 0,
        exams=_exams(holdings),
        appointments=len(appointments),
        appointments_today=sum(is_today(entry, now) for entry in appointments),
        sessions=tuple(_session(row, state, holdings) for row in state.sessions.all()),
        outbox_waiting=sum(row.receipt is None and row.erased is None for row in state.outbox.all()),
        disk_free_bytes=shutil.disk_usage(parts.folder.folder).free,
        clock=parts.floor.judged(),
        drop_time=None if taken is None else UtcMs(int(taken)),
        trust_expires=UtcMs(trust.expires_utc_ms) if trust else None,
        mirror=medium_of(state),
        mirror_note=last_note(state),
        copies_left=copies_left(state),
        code=parts.marks.code(),
        code_made=parts.marks.made(),
        rollback=parts.watch.found(),
        fault=fault,
    )


def missing_of(parts: SeatParts) -> tuple[Missing, ...]:
    """Return what has to be there before an exam can be given, most basic first."""
    holdings = parts.holdings
    found: list[Missing] = [] if parts.place.is_here else [Missing.ADOPTION]
    if parts.watch.found() is not None:
        found.append(Missing.ROLLED_BACK)
    for missing, held in (
        (Missing.TRUST, holdings.trust),
        (Missing.REGISTRATION, holdings.registration),
        (Missing.CERTIFICATE, holdings.certificate),
        (Missing.PROCTORS, holdings.proctors),
        (Missing.ROSTER, holdings.roster),
    ):
        if _or_none(held) is None:
            found.append(missing)
    exams = _exams(holdings)
    if not exams:
        found.append(Missing.PACKAGE)
    elif all(entry.state is ExamState.GRANT_MISSING for entry in exams):
        found.append(Missing.GRANT)
    elif not any(entry.state is ExamState.READY for entry in exams):
        found.append(Missing.RELEASE)
    if parts.floor.judged().state is not ClockState.GOOD:
        found.append(Missing.CLOCK)
    if not reserve.is_kept(parts.folder):
        found.append(Missing.ROOM)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentUse:
    """Which appointments have been used: looked up once for a whole roster."""

    unfinished: frozenset[AppointmentId]
    sat: frozenset[AppointmentId]


def appointment_use(state: SeatState) -> AppointmentUse:
    """Return which appointments have been used."""
    rows = state.sessions.all()
    bundles = {bundle.session: bundle for bundle in state.outbox.all()}
    return AppointmentUse(
        unfinished=frozenset(row.appointment for row in rows if row.state in ("opening", "open")),
        sat=frozenset(row.appointment for row in rows if _was_sat(bundles.get(row.session))),
    )


def appointment_state(
    appointment: Appointment, exams: tuple[ExamEntry, ...], use: AppointmentUse, now: UtcMs
) -> AppointmentState:
    """Return whether an appointment can be started, or what became of it."""
    if appointment.appointment in use.unfinished:
        return AppointmentState.UNFINISHED
    if appointment.appointment in use.sat:
        return AppointmentState.DONE
    entry = exam_for(appointment, exams)
    if entry is None:
        return AppointmentState.PACKAGE_MISSING
    match entry.state:
        case ExamState.GRANT_MISSING:
            return AppointmentState.GRANT_MISSING
        case ExamState.NOT_RELEASED:
            return AppointmentState.NOT_RELEASED
        case ExamState.READY:
            return _WINDOW_STATES[window_fault(entry, now)]


_WINDOW_STATES: Final = {
    None: AppointmentState.READY,
    Missing.WINDOW_NOT_OPEN: AppointmentState.WINDOW_NOT_OPEN,
    Missing.WINDOW_CLOSED: AppointmentState.WINDOW_CLOSED,
}


def is_today(appointment: Appointment, now: UtcMs) -> bool:
    """Tell whether an appointment is due: booked for this calendar day (UTC) or within twelve hours."""
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now)).date().isoformat()
    return appointment.day == day or abs(appointment.start - now) <= _HALF_DAY_MS


def receipt_of(row: BundleRow, holdings: Holdings) -> Receipt | None:
    """Return a bundle's receipt, verified for exactly this bundle; None where there is none that is good."""
    body = row.receipt
    if body is None:
        return None
    return _or_none(lambda: open_receipt(body, trust=holdings.trust(), bundle=row.digest))


def _was_sat(bundle: BundleRow | None) -> bool:
    """A session whose candidate never began leaves the appointment open: the wrong name, or a no to the agreement."""
    if bundle is None:
        return False
    return bundle.result_state is not ResultState.DECLINED and not (
        bundle.result_state is ResultState.CLOSED and bundle.answer_count == 0
    )


def _session(row: SessionRow, state: SeatState, holdings: Holdings) -> SessionEntry:
    bundle = state.outbox.of_session(row.session)
    receipt = receipt_of(bundle, holdings) if bundle else None
    return SessionEntry(
        session=row.session,
        appointment=row.appointment,
        candidate=row.candidate,
        candidate_name=row.candidate_name,
        exam_title=row.exam_title,
        opened=row.opened,
        state=_session_state(row, bundle, receipt),
        result_state=bundle.result_state if bundle else None,
        bundle=bundle.digest if bundle else None,
        size_bytes=bundle.size if bundle else 0,
        continues=row.continues,
        receipt=receipt.status.value if receipt else "",
        erase_after=receipt.erase_after if receipt else None,
        journal_exported=state.sessions.exported(row.session),
        moved_to=moved_to(state, row.session),
    )


def _session_state(row: SessionRow, bundle: BundleRow | None, receipt: Receipt | None) -> SessionState:
    if row.state == "erased":
        return SessionState.ERASED
    if bundle is None:
        return SessionState.DAMAGED if row.state == "damaged" else SessionState.RUNNING
    if receipt is not None:
        return SessionState.RECEIVED
    return SessionState.EXPORTED if bundle.exported is not None else SessionState.SEALED


def _exams(holdings: Holdings) -> tuple[ExamEntry, ...]:
    return _or_none(holdings.exams) or ()


def _appointments(holdings: Holdings) -> tuple[Appointment, ...]:
    roster = _or_none(holdings.roster)
    return roster.appointments if roster else ()


def _or_none(held: Callable[[], _Value]) -> _Value | None:
    try:
        return held()
    except (NotReady, Refused):
        return None
