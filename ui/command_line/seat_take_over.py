"""`kiosk seat take-over`: an exam goes on here from the second copy that another seat of the site has kept.

Owns arguments and sentences. What happens is ``kiosk.seat`` and ``kiosk.mirror``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exam_packages.ids import ProctorId, SessionId
from exam_packages.site_policies import LockdownPreset
from kiosk.clock import SystemClock
from kiosk.errors import Missing, NotReady
from kiosk.mirror.taking import MirroredSession
from kiosk.seat.day import ExamDay
from kiosk.seat.seat import Seat
from signing.trust.folder import read_bounded
from ui.command_line.console import ask, ask_secret, err, escape, listing, out
from ui.command_line.times import day_and_time

_PIN_FILE_MAX_BYTES = 64


def take_over(
    folder: Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)],
    medium: Annotated[
        Path, typer.Option("--mirror", metavar="DIR", help="Where the stick or disk with the second copy is mounted.")
    ],
    session: Annotated[str | None, typer.Option("--session", help="Which session, where there are several.")] = None,
    proctor: Annotated[
        str | None, typer.Option("--proctor", help="Who lets it go on here; else you are asked.")
    ] = None,
    pin_file: Annotated[
        Path | None, typer.Option("--pin-file", metavar="FILE", help="The proctor's PIN; else you are asked.")
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only say which sessions are there.")] = False,
) -> None:
    """Go on with an exam whose computer has died, from its second copy. A proctor's PIN is needed.

    The exam is brought to this seat and waits, paused, until the window runs and a proctor continues it. From then on it is this
    seat's; the old one hands over what it has when it is repaired.
    """
    with Seat.open(folder, clock=SystemClock()) as seat:
        day = seat.day()
        entries = day.sessions_on(medium)
        if only_list:
            _show(entries)
            return
        entry = _chosen(entries, session)
        if entry.refused is not None:
            raise entry.refused
        _say_whose(entry)
        who = _proctor(day, proctor, pin_file)
        # Nobody sits at a command line: the time begins to run when a proctor continues at the window.
        demanded = day.bring(medium, entry.session, who)
    out.print(f"The exam of [bold]{escape(entry.candidate_name)}[/bold] is on this seat now, paused.")
    if demanded is LockdownPreset.PRACTICE:
        out.print("Next: `kiosk seat run`; a proctor continues it there.")
    else:
        out.print(f"It demands the protection “{demanded.value}”, and goes on only where that is prevented.")
        out.print("Next: `kiosk seat session`; a proctor continues it there.")


def _show(entries: tuple[MirroredSession, ...]) -> None:
    if not entries:
        out.print("There is no second copy of another seat's exam here.")
        return
    table = listing("Session", "Candidate", "Exam", "Seat", "Last saved", "Answers", "Can go on here")
    for entry in entries:
        table.add_row(
            entry.session,
            escape(entry.candidate_name),
            escape(entry.exam_title),
            escape(entry.seat or ""),
            "" if entry.last_saved is None else day_and_time(entry.last_saved),
            "" if entry.refused is not None else str(entry.answers),
            "yes" if entry.refused is None else escape(f"no: {entry.refused}"),
        )
    out.print(table)


def _chosen(entries: tuple[MirroredSession, ...], session: str | None) -> MirroredSession:
    if session is not None:
        found = [entry for entry in entries if entry.session == SessionId(session)]
    else:
        found = [entry for entry in entries if entry.refused is None] or list(entries)
    if not found:
        raise NotReady(Missing.SESSION_UNKNOWN, "there is no second copy of such an exam here: look with --list")
    if len(found) > 1:
        raise NotReady(Missing.SESSION_UNKNOWN, "there are several: look with --list and choose one with --session")
    return found[0]


def _say_whose(entry: MirroredSession) -> None:
    when = "" if entry.last_saved is None else day_and_time(entry.last_saved)
    err.print(
        escape(
            f"{entry.candidate_name}, {entry.exam_title}: on {entry.seat}, last saved {when}, {entry.answers} answers."
        )
    )
    err.print(
        escape(
            f"What was answered after that is not in the copy and may still be on {entry.seat}: the office will see both."
            f" {_time_words(entry)}"
        ),
        highlight=False,
    )


def _time_words(entry: MirroredSession) -> str:
    if entry.time_left_ms is None:
        return "No limit ran then."
    minutes, seconds = divmod(entry.time_left_ms // 1_000, 60)
    return f"The clock goes on from what was left then: {minutes}:{seconds:02d}."


def _proctor(day: ExamDay, proctor: str | None, pin_file: Path | None) -> ProctorId:
    who = ProctorId(proctor if proctor is not None else ask("Proctor: "))
    if pin_file is None:
        pin = ask_secret("PIN: ")
    else:
        data = read_bounded(pin_file, max_bytes=_PIN_FILE_MAX_BYTES, place=pin_file.name)
        pin = data.decode("ascii", errors="replace").strip()
    return day.check_pin(who, pin).id
