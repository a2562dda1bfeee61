"""What a seat tells about itself, in words: the status sentence first, then exams, roster, sessions, stick, clock."""

from __future__ import annotations

from typing import assert_never

from exam_packages.ids import UtcMs
from kiosk.seat.facts import (
    AppointmentEntry,
    AppointmentState,
    ClockState,
    EraseReport,
    ExamState,
    ExportReport,
    ImportOutcome,
    ImportReport,
    ReceiptReport,
    SealedBundle,
    SeatStatus,
    SessionState,
)
from ui.window import needs_words, words
from ui.window.words import translate

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def age(ms: int) -> str:
    """How long ago something was."""
    if ms < HOUR_MS:
        return translate("Status", "less than an hour ago")
    if ms < 2 * DAY_MS:
        hours = ms // HOUR_MS
        return translate("Status", "1 hour ago") if hours == 1 else translate("Status", "%n hours ago", None, hours)
    return translate("Status", "%n days ago", None, ms // DAY_MS)


def exams(count: int) -> str:
    """A number of exams."""
    return translate("Status", "1 exam") if count == 1 else translate("Status", "%n exams", None, count)


def candidates(count: int) -> str:
    """A number of candidates."""
    return translate("Status", "1 candidate") if count == 1 else translate("Status", "%n candidates", None, count)


def results(count: int) -> str:
    """A number of results."""
    return translate("Status", "1 result") if count == 1 else translate("Status", "%n results", None, count)


def sentence(status: SeatStatus) -> str:
    """The one sentence a proctor wants to know."""
    if status.missing:
        return f"{translate('Status', 'Not ready.')} {words.missing(status.missing[0])}"
    ready = [exam for exam in status.exams if exam.state is ExamState.READY]
    drop = translate("Status", "no drop yet")
    if status.drop_time is not None:
        since = age(max(0, status.clock.now - status.drop_time))
        drop = translate("Status", "last drop {age}").format(age=since)
    return translate("Status", "Ready: {exams}, {candidates} today, {drop}.").format(
        exams=exams(len(ready)), candidates=candidates(status.appointments_today), drop=drop
    )


def outbox(status: SeatStatus) -> str:
    """What waits to leave the seat."""
    if not status.sessions:
        return translate("Status", "No session has been sat on this seat yet.")
    kept = [
        entry for entry in status.sessions if entry.state is SessionState.DAMAGED and entry.journal_exported is None
    ]
    if kept:
        return translate("Status", "A damaged journal is on no stick yet: export it.")
    if not status.outbox_waiting:
        return translate("Status", "Every result has a receipt.")
    return translate("Status", "{results} without a receipt.").format(results=results(status.outbox_waiting))


def clock(status: SeatStatus) -> str:
    """What the seat thinks of the clock."""
    now = words.day_and_time(status.clock.now)
    match status.clock.state:
        case ClockState.GOOD:
            return translate("Status", "{now}, plausible").format(now=now)
        case ClockState.BEHIND:
            return translate("Status", "{now}: wrong, this time is proven to be over. Set the clock.").format(now=now)
        case ClockState.FAR_AHEAD:
            return translate("Status", "{now}: far ahead of the last proven time. Check the clock.").format(now=now)
        case _:
            assert_never(status.clock.state)


def exam_state(state: ExamState) -> str:
    """Whether an exam can be given."""
    match state:
        case ExamState.READY:
            return translate("Status", "Ready")
        case ExamState.GRANT_MISSING:
            return translate("Status", "Grant missing")
        case ExamState.NOT_RELEASED:
            return translate("Status", "Not released")
        case _:
            assert_never(state)


def appointment_state(state: AppointmentState) -> str:
    """Whether an appointment can be started."""
    match state:
        case AppointmentState.READY:
            return translate("Status", "Ready")
        case AppointmentState.PACKAGE_MISSING:
            return translate("Status", "Exam not imported")
        case AppointmentState.GRANT_MISSING:
            return translate("Status", "Exam not granted to this site")
        case AppointmentState.NOT_RELEASED:
            return translate("Status", "Exam not released yet")
        case AppointmentState.WINDOW_NOT_OPEN:
            return translate("Status", "Too early")
        case AppointmentState.WINDOW_CLOSED:
            return translate("Status", "Too late")
        case AppointmentState.UNFINISHED:
            return translate("Status", "Cut off, to be continued")
        case AppointmentState.DONE:
            return translate("Status", "Has sat the exam")
        case _:
            assert_never(state)


def appointment_line(entry: AppointmentEntry) -> str:
    """What a roster row says below the name."""
    parts = [words.time_of_day(entry.start_utc_ms), entry.exam_title]
    if needs_words.short(entry.accommodations):
        parts.append(needs_words.short(entry.accommodations))
    parts.append(appointment_state(entry.state))
    return " · ".join(parts)


def session_state(state: SessionState, *, journal_exported: bool = False) -> str:
    """What became of a session."""
    match state:
        case SessionState.RUNNING:
            return translate("Status", "Running or cut off")
        case SessionState.DAMAGED if journal_exported:
            return translate("Status", "Journal damaged, on a stick")
        case SessionState.DAMAGED:
            return translate("Status", "Journal damaged, kept")
        case SessionState.SEALED:
            return translate("Status", "Sealed, not on a stick yet")
        case SessionState.EXPORTED:
            return translate("Status", "On the stick")
        case SessionState.RECEIVED:
            return translate("Status", "Receipt is here")
        case SessionState.ERASED:
            return translate("Status", "Erased")
        case _:
            assert_never(state)


def receipt(status: str) -> str:
    """What a receipt says."""
    known = {
        "accepted": translate("Status", "Accepted"),
        "quarantined": translate("Status", "In quarantine"),
        "": translate("Status", "None"),
    }
    return known.get(status, status)


def optional_day(at: UtcMs | None) -> str:
    """A date, or a dash."""
    return words.day(at) if at is not None else "–"


def imported(report: ImportReport) -> list[str]:
    """What an import did: a sentence, then a line for every file that was new or refused."""
    new, refused = report.new, report.refused
    known = sum(file.outcome in (ImportOutcome.KNOWN, ImportOutcome.NOT_OURS) for file in report.files)
    first = translate("Status", "Imported: {new} new, {refused} refused, {known} already here or not for this seat.")
    lines = [first.format(new=len(new), refused=len(refused), known=known)]
    lines += [translate("Status", "New: {name}").format(name=file.name) for file in new]
    waiting = [file.name for file in report.files if file.outcome is ImportOutcome.WAITING]
    lines += [translate("Status", "Waiting for the office's first drop: {name}").format(name=name) for name in waiting]
    for file in refused:
        why = words.explain(file.refused).what if file.refused is not None else ""
        lines.append(translate("Status", "Refused: {name}. {why}").format(name=file.name, why=why))
    return lines


def exported(report: ExportReport) -> list[str]:
    """What is on the stick now."""
    first = translate("Status", "On the stick and read back: {results}. You can take the stick out.")
    lines = [first.format(results=results(len(report.bundles)))]
    if report.journals:
        lines.append(translate("Status", "Damaged journals are in its folder “journals”, for the office."))
    return lines


def received(reports: tuple[ReceiptReport, ...]) -> list[str]:
    """Which receipts came."""
    new = sum(report.outcome is ImportOutcome.NEW for report in reports)
    refused = [report for report in reports if report.outcome is ImportOutcome.REFUSED]
    lines = [translate("Status", "Receipts: {new} new of {all} looked at.").format(new=new, all=len(reports))]
    lines += [words.explain(report.refused).text() for report in refused if report.refused is not None]
    return lines


def sealed(bundle: SealedBundle) -> list[str]:
    """What was sealed."""
    text = translate("Status", "Sealed as unfinished: session {session}, {answers} questions answered.")
    return [text.format(session=bundle.session, answers=words.number(bundle.answer_count))]


def set_aside() -> str:
    """A damaged session does not keep the seat any more."""
    return translate("Status", "The session is set aside; its journal is kept. Export brings it to the stick.")


def adopted() -> str:
    """A copy is the seat to go on with."""
    return translate("Status", "The seat goes on here.")


def erased(reports: tuple[EraseReport, ...]) -> list[str]:
    """What was erased, and why the rest was not."""
    gone = sum(report.erased for report in reports)
    lines = [translate("Status", "Erased: {gone} of {all}.").format(gone=gone, all=len(reports))]
    for report in reports:
        if report.blocked_by is not None:
            text = translate("Status", "Session {session} was kept: {why}")
            lines.append(text.format(session=report.session, why=words.missing(report.blocked_by)))
        elif report.copy_left:
            text = translate("Status", "Session {session}: its second copy is left. Put its stick in and erase again.")
            lines.append(text.format(session=report.session))
    return lines
