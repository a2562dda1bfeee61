"""`kiosk seat`: one workstation's commands.

Owns arguments and sentences. What happens is ``kiosk.seat``. While the window runs it holds the seat: ``status`` works all the
same, everything else says so and refuses.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from exam_packages.drop_paths import SEAT_REQUEST_SUFFIX
from exam_packages.ids import Digest, SeatId, SessionId
from kiosk.clock import SystemClock
from kiosk.durable_file import write_durably
from kiosk.errors import Missing, NotReady, StorageFault, StorageFaultKind
from kiosk.handover.stick import Stick, put
from kiosk.journal.store import DATABASE_NAME
from kiosk.lockdown.supervision import RESTART
from kiosk.seat.facts import (
    ClockState,
    EraseReport,
    ExamState,
    ExportOutcome,
    ExportReport,
    ImportedFile,
    ImportOutcome,
    ImportReport,
    SeatStatus,
    SessionEntry,
    SessionState,
)
from kiosk.seat.rescue import RescuedSeat
from kiosk.seat.seat import Seat
from signing.errors import Refused
from signing.keys import fingerprint
from signing.trust.folder import read_bounded
from ui.command_line import (
    seat_displays,
    seat_mirror,
    seat_prepare,
    seat_readiness,
    seat_restore,
    seat_rollback,
    seat_service,
    seat_session,
    seat_take_over,
)
from ui.command_line.console import counted, err, escape, listing, out, print_json, progress
from ui.command_line.facts_json import to_json
from ui.command_line.looks import Look
from ui.command_line.times import day_and_time

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.command("check-code")(seat_rollback.check_code)
app.command("accept-rollback")(seat_rollback.accept_rollback)
app.command("mirror")(seat_mirror.mirror)
app.command("take-over")(seat_take_over.take_over)
app.command("session")(seat_session.session)
app.command("restore")(seat_restore.restore)
app.command("displays")(seat_displays.displays)
app.command("prepare")(seat_prepare.prepare)
app.command("service", hidden=True)(seat_service.service)
app.command("readiness")(seat_readiness.readiness)
app.command(seat_readiness.INSIDE, hidden=True)(seat_readiness.window)

ROOT_MAX_BYTES: Final = 512_000
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS

SeatFolder = Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)]
StickFolder = Annotated[Path, typer.Argument(metavar="STICK", help="The stick's folder.", show_default=False)]
Confirmed = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs instead of sentences.")]


@app.command("init")
def init(
    folder: SeatFolder,
    name: Annotated[str, typer.Option(help="The site's name for this workstation, e.g. seat-01.")],
    root: Annotated[Path, typer.Option(help="The office's root.json, brought by a way you trust.")],
    language: Annotated[str, typer.Option(help="Language the window starts with, as a BCP 47 tag.")] = "en",
) -> None:
    """Make a seat: a folder with fresh keys that trusts the office. It needs a certificate of its site next."""
    anchor = read_bounded(root, max_bytes=ROOT_MAX_BYTES, place=root.name)
    with Seat.create(folder, name=SeatId(name), root=anchor, clock=SystemClock(), language=language) as seat:
        out.print(f"The seat [bold]{escape(seat.name)}[/bold] is ready in {escape(str(folder))}.")
        out.print(f"Its key's fingerprint is [bold]{fingerprint(seat.verify_key)}[/bold].")
        out.print("Next: `kiosk seat request` writes a request to the stick, `kiosk site certify` answers it.")


@app.command("request")
def request(
    folder: SeatFolder,
    stick: Annotated[Path | None, typer.Option("--stick", help="Write it to this stick.")] = None,
    file: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead.")] = None,
) -> None:
    """Write the request for a certificate. Compare the fingerprint when the site certifies the seat."""
    if (stick is None) == (file is None):
        raise typer.BadParameter("give either --stick or --out")
    with Seat.open(folder, clock=SystemClock()) as seat:
        data = seat.request()
        if stick is not None:
            place = Stick(stick)
            place.refuse_absent()
            path = place.requests / f"{seat.name}{SEAT_REQUEST_SUFFIX}"
            put(path, data)
        elif file is not None:
            path = file
            write_durably(path, data)
        out.print(f"The request of [bold]{escape(seat.name)}[/bold] is in {escape(str(path))}.")
        out.print(f"Its key's fingerprint is [bold]{fingerprint(seat.verify_key)}[/bold].")


@app.command("import")
def import_stick(folder: SeatFolder, stick: StickFolder) -> None:
    """Take in what is on the stick and new: drop, certificate, proctors, exams, rosters, releases, receipts.

    Every file is taken in wholly or not at all. Refused files are named with the reason; the rest is taken in all the same.
    """
    with Seat.open(folder, clock=SystemClock()) as seat, progress("Looking at the stick", in_bytes=True) as bar:
        report = seat.import_from(stick, progress=bar)
        found = seat.status()
    _say_import(report)
    if not report.files:
        out.print(f"There is nothing for a seat in {escape(str(stick))}. Is it the right stick?")
    out.print(sentence(found))
    seat_rollback.say_rollback(found)
    _raise_first(report.files)


@app.command("release")
def release(
    folder: SeatFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .release file.", show_default=False)],
) -> None:
    """Take in a release, so that its exam can be opened."""
    with Seat.open(folder, clock=SystemClock()) as seat:
        report = seat.import_release(file)
    _say_import(report)
    _raise_first(report.files)
    for found in report.files:
        if found.outcome is ImportOutcome.NOT_OURS:
            raise NotReady(Missing.PACKAGE, "the exam of this release is not on this seat: import the drop first")
        if found.outcome is ImportOutcome.WAITING:
            raise NotReady(Missing.TRUST, "nothing can be verified before the first drop was imported")


@app.command("run")
def run(
    folder: SeatFolder,
    stick: Annotated[Path | None, typer.Option("--stick", help="The stick's folder, for the admin's page.")] = None,
    theme: Annotated[Look, typer.Option(help="How the window looks.")] = Look.LIGHT,
    text_percent: Annotated[int, typer.Option("--text-size", min=100, max=400, help="Text size in per cent.")] = 100,
    windowed: Annotated[bool, typer.Option("--windowed", help="An ordinary window, for development.")] = False,
    stats: Annotated[Path | None, typer.Option("--stats", help="Append measured times to this file.")] = None,
    mirror: Annotated[
        Path | None, typer.Option("--mirror", help="Keep second copies on this medium, instead of the seat's setting.")
    ] = None,
) -> int:
    """Run the exam window until an admin closes it. A session that was cut off goes on where it was."""
    from ui.window.app import run_window  # noqa: PLC0415 - Qt is loaded only where a window is wanted
    from ui.window.line_ends import is_supervised  # noqa: PLC0415

    supervised = is_supervised(os.environ)  # its line is used up by one window: the supervisor starts the next
    code = RESTART
    while code == RESTART:
        code = run_window(
            folder,
            stick=stick,
            theme=theme.value,
            text_percent=text_percent,
            windowed=windowed,
            stats=stats,
            mirror=mirror,
        )
        if supervised:
            break
    return code


@app.command("status")
def status(folder: SeatFolder, as_json: AsJson = False) -> None:
    """Say what is on the seat and what it lacks. Works while the window runs."""
    found = Seat.look(folder, clock=SystemClock())
    if as_json:
        print_json(to_json(found))
        return
    out.print(sentence(found))
    if found.fault is not None:
        err.print(_FAULT_WORDS[found.fault])
    seat_rollback.say_rollback(found)
    out.print(_table(found))
    if found.mirror_note:
        err.print(escape(f"Second copy: {found.mirror_note}."), highlight=False)
    _print_exams(found)
    _print_sessions(found)


@app.command("export")
def export(
    folder: SeatFolder,
    stick: StickFolder,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="First seal a session that was cut off; it cannot be resumed then.")
    ] = False,
) -> None:
    """Bring results, candidates' slips and the seat's report to the stick; read back and compared. Safe to repeat.

    Damaged journals go with them, as they are. A seat whose disk is full, or cannot be written, is read as it lies: then the
    journals of sessions that could not be sealed go, too.
    """
    try:
        report = _exported(folder, stick, unfinished=unfinished)
    except StorageFault as fault:
        if unfinished or not fault.kind.leaves_reading:
            raise
        report = _rescued(folder, stick, fault.kind)
        err.print(_FAULT_WORDS[fault.kind])
        err.print("The seat could note nothing: once its disk is in order, export again.")
    written = sum(bundle.outcome is ExportOutcome.WRITTEN for bundle in report.bundles)
    if folder.stat().st_dev == stick.stat().st_dev:  # a folder that a stick left behind looks like one
        err.print(escape(f"{stick} is on this computer's own disk: is the stick in? Nothing is in a second place yet."))
    out.print(f"{counted(len(report.bundles), 'result')} on the stick, {written} new. You can pull it out.")
    found = Seat.look(folder, clock=SystemClock())
    seat_rollback.say_rollback(found)
    if found.code and found.rollback is None:
        out.print(f"Note the seat's code in the day book: [bold]{escape(found.code)}[/bold]")
    if report.journals:
        journals = sum(file.name == DATABASE_NAME for file in report.journals)
        out.print(f"{counted(journals, 'journal')} on the stick, in the folder “journals”: the office can open them.")


def _exported(folder: Path, stick: Path, *, unfinished: bool) -> ExportReport:
    with Seat.open(folder, clock=SystemClock()) as seat, progress("Writing to the stick") as bar:
        if unfinished:
            for entry in seat.status().sessions:
                if entry.state is SessionState.RUNNING:
                    seat.seal_unfinished(entry.session)
        return seat.export(stick, progress=bar)


def _rescued(folder: Path, stick: Path, kind: StorageFaultKind) -> ExportReport:
    with RescuedSeat(folder, kind, clock=SystemClock()) as seat, progress("Writing to the stick") as bar:
        return seat.export(stick, progress=bar)


@app.command("set-aside")
def set_aside(
    folder: SeatFolder,
    session: Annotated[str, typer.Argument(metavar="SESSION", help="Its number, as `kiosk seat status` shows it.")],
    yes: Confirmed = False,
) -> None:
    """Give the seat free of a session whose journal is damaged. The journal is kept as it is, and goes to the stick.

    The candidate can begin anew at this seat, in a session that names the damaged one.
    """
    with Seat.open(folder, clock=SystemClock()) as seat:
        known = any(entry.session == session for entry in seat.status().sessions)
        if known and not _confirmed(f"Set the damaged session {session} aside?", yes=yes):  # others are refused below
            return
        seat.set_aside(SessionId(session))
    out.print("The session is set aside, its journal is kept. Next: `kiosk seat export` brings it to the stick.")


@app.command("adopt")
def adopt(folder: SeatFolder, yes: Confirmed = False) -> None:
    """Go on with a seat's folder that was copied or moved to this place. The other one must not be used any more.

    Two that are both used give results with the same numbers, and the office keeps those back.
    """
    with Seat.open(folder, clock=SystemClock()) as seat:
        if not _confirmed(f"Is every other copy of {seat.name} out of use, for good?", yes=yes):
            return
        seat.adopt()
    out.print("The seat goes on here.")


def _confirmed(question: str, *, yes: bool) -> bool:
    """Ask, unless it was said beforehand; where nobody answers, `main` says so, and the exit code tells it from a no."""
    if yes or typer.confirm(question, err=True):
        return True
    out.print("Nothing was changed.")
    return False


@app.command("receipts")
def receipts(folder: SeatFolder, stick: StickFolder) -> None:
    """Take in the office's receipts from the stick."""
    with Seat.open(folder, clock=SystemClock()) as seat:
        reports = seat.receipts_from(stick)
    new = sum(report.outcome is ImportOutcome.NEW for report in reports)
    out.print(f"{counted(new, 'new receipt')} for this seat, {len(reports)} on the stick.")
    for report in reports:
        if report.outcome is ImportOutcome.NEW:
            out.print(f"  {report.bundle[:16]}…  {report.status}")
    for report in reports:
        if report.refused is not None:
            raise report.refused


@app.command("erase")
def erase(
    folder: SeatFolder,
    bundle: Annotated[str | None, typer.Argument(metavar="RESULT", help="Digest of one result.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every result that may be erased.")] = False,
) -> None:
    """Erase results for good: only those whose receipt from the office allows it. The record of them stays."""
    if (bundle is None) != everything:
        raise typer.BadParameter("give either a result's digest or --all")
    with Seat.open(folder, clock=SystemClock()) as seat:
        reports = seat.erase(None if bundle is None else Digest(bundle))
    for report in reports:
        out.print(f"{report.bundle[:16] or report.session}…  {_erased_words(report)}")
    if not reports:
        out.print("There is nothing to erase.")
    for report in reports:
        if bundle is not None and report.blocked_by is not None:
            raise NotReady(report.blocked_by, f"the result {report.bundle[:16]}… was not erased")


# -- words ---------------------------------------------------------------------------------------------------------------

MISSING_WORDS: Final = {
    Missing.TRUST: "a drop of the office",
    Missing.REGISTRATION: "the site's registration",
    Missing.CERTIFICATE: "a certificate of the site",
    Missing.PROCTORS: "the proctor file",
    Missing.ROSTER: "a roster",
    Missing.PACKAGE: "an exam",
    Missing.GRANT: "a grant for the exam",
    Missing.RELEASE: "a release",
    Missing.CLOCK: "a clock that is right",
    Missing.ADOPTION: "an admin's word that this copy of it is the one to go on with (kiosk seat adopt)",
    Missing.ROOM: "room on its disk",
    Missing.ROLLED_BACK: "what it had before: it is older than it once was (kiosk seat status)",
}
_FAULT_WORDS: Final = {
    StorageFaultKind.FULL: (
        "[red]The disk is full.[/red] Nothing can be saved until there is room. What was saved is safe, and"
        " `kiosk seat export` brings it to a stick now."
    ),
    StorageFaultKind.READ_ONLY: (
        "[red]The disk cannot be written to.[/red] Check the folder's rights, restart the computer. What was saved is safe,"
        " and `kiosk seat export` brings it to a stick now."
    ),
    StorageFaultKind.IO: (
        "[red]The disk fails.[/red] Bring the results to a stick now with `kiosk seat export`, and use another seat."
    ),
}
_OUTCOME_WORDS: Final = {
    ImportOutcome.NEW: "[green]new[/green]",
    ImportOutcome.KNOWN: "known",
    ImportOutcome.REFUSED: "[red]refused[/red]",
    ImportOutcome.NOT_OURS: "not for this seat",
    ImportOutcome.WAITING: "waits for what it builds on",
}
_BLOCK_WORDS: Final = {
    Missing.RECEIPT: "kept: no receipt of the office is here",
    Missing.RECEIPT_QUARANTINED: "kept: the office has it in quarantine",
    Missing.ERASURE_DATE: "kept until {date}: the office said so",
    Missing.EXPORT: "kept: its damaged journal is on no stick yet",
}
_CLOCK_WORDS: Final = {
    ClockState.GOOD: "in order",
    ClockState.BEHIND: "[red]wrong: behind a time that is proven to be over[/red]",
    ClockState.FAR_AHEAD: "[red]wrong, it seems: more than a year ahead of the last drop[/red]",
}
_EXAM_WORDS: Final = {
    ExamState.READY: "[green]ready[/green]",
    ExamState.GRANT_MISSING: "no grant for this site",
    ExamState.NOT_RELEASED: "waits for its release",
}


def sentence(status: SeatStatus) -> str:
    """Return what matters about a seat in one sentence."""
    if status.missing:
        return f"Not ready. This seat lacks {', '.join(MISSING_WORDS[missing] for missing in status.missing)}."
    ready = sum(exam.state is ExamState.READY for exam in status.exams)
    return (
        f"Ready: {counted(ready, 'exam')}, {counted(status.appointments_today, 'candidate')} today, "
        f"last drop {_ago(status)}."
    )


def _table(status: SeatStatus) -> Table:
    table = Table.grid(padding=(0, 2))
    until = "none" if status.certificate_until is None else f"until {day_and_time(status.certificate_until)}"
    for label, value in (
        ("Seat", escape(status.seat)),
        ("Site", escape(f"{status.site_name} ({status.site})" if status.site else "not certified yet")),
        ("Certificate", until),
        ("Proctors", str(status.proctors)),
        ("Appointments", f"{status.appointments}, {status.appointments_today} today"),
        ("Results without a receipt", str(status.outbox_waiting)),
        ("Clock", _CLOCK_WORDS[status.clock.state]),
        ("Code", _code(status)),
        ("Free on the disk", f"{status.disk_free_bytes / 1e9:.1f} GB"),
        ("Second copies", _copies(status)),
    ):
        table.add_row(label, value)
    return table


def _copies(status: SeatStatus) -> str:
    said = "none" if status.mirror is None else escape(str(status.mirror))
    return f"{said}, {len(status.copies_left)} still to be removed" if status.copies_left else said


def _code(status: SeatStatus) -> str:
    if not status.code or status.code_made is None:
        return "none yet"
    return f"[bold]{escape(status.code)}[/bold], of {day_and_time(status.code_made)}"


def _print_exams(status: SeatStatus) -> None:
    if not status.exams:
        return
    table = listing("Exam", "Form", "Manifest", "State", title="Exams")
    for exam in status.exams:
        table.add_row(escape(exam.title), exam.form, exam.short_digest, _EXAM_WORDS[exam.state])
    out.print(table)


def _print_sessions(status: SeatStatus) -> None:
    if not status.sessions:
        return
    table = listing("Session", "Candidate", "State", "Ended", "Result", title="Sessions")
    for entry in status.sessions:
        ended = entry.result_state.value if entry.result_state else ""
        result = f"{entry.bundle[:16]}…" if entry.bundle else ""
        table.add_row(entry.session, escape(entry.candidate_name), _state_words(entry), ended, result)
    out.print(table)


def _state_words(entry: SessionEntry) -> str:
    if entry.state is SessionState.DAMAGED:
        where = "kept" if entry.journal_exported is None else "on a stick"
        return f"[red]damaged[/red], journal {where}"
    return str(entry.state.value)


def _say_import(report: ImportReport) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # names say which file it was: all of them
    for file in report.files:
        if file.outcome is not ImportOutcome.NOT_OURS:
            table.add_row(_OUTCOME_WORDS[file.outcome], file.kind.value, escape(file.name))
    out.print(table)
    for file in report.refused[1:]:  # the first is said where every refusal ends the program
        if file.refused is not None:
            err.print(escape(f"Refused ({file.refused.layer.value}): {file.refused}"), highlight=False)


def _raise_first(files: tuple[ImportedFile, ...]) -> None:
    refused: list[Refused] = [file.refused for file in files if file.refused is not None]
    if refused:
        raise refused[0]


def _erased_words(report: EraseReport) -> str:
    if report.blocked_by is None:
        return "erased; its second copy is left: put its stick in and erase again" if report.copy_left else "erased"
    date = day_and_time(report.erase_after) if report.erase_after is not None else ""
    return _BLOCK_WORDS[report.blocked_by].format(date=date)


def _ago(status: SeatStatus) -> str:
    if status.drop_time is None:
        return "never"
    passed = max(0, status.clock.now - status.drop_time)
    if passed < _HOUR_MS:
        return f"{counted(passed // _MINUTE_MS, 'minute')} ago"
    if passed < 2 * _DAY_MS:
        return f"{counted(passed // _HOUR_MS, 'hour')} ago"
    return f"{counted(passed // _DAY_MS, 'day')} ago"
