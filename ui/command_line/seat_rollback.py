"""`kiosk seat check-code` and `kiosk seat accept-rollback`: a seat that is older than it once was.

Owns arguments and sentences. What happens is ``kiosk.seat.rollback_watch``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from exam_packages.ids import UtcMs
from kiosk.clock import SystemClock
from kiosk.errors import Missing, NotReady
from kiosk.seat.facts import SeatStatus
from kiosk.seat.rollback import REASON_MAX, Rollback, RollbackSource
from kiosk.seat.rollback_watch import CodeVerdict
from kiosk.seat.seat import Seat
from ui.command_line.console import err, escape, out

SeatFolder = Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)]

_VERDICTS: Final = {
    CodeVerdict.SAME: "[green]The seat is exactly as it was when it gave this code.[/green]",
    CodeVerdict.NEWER: "[green]The seat knows this code and has gone on since.[/green]",
    CodeVerdict.SETTLED: (
        "The code is of a state that is gone; an admin has accepted that. The seat is as new as it has been since."
    ),
    CodeVerdict.NOT_OURS: (
        "This seat never gave this code. Look at the numbers in front once more, and whether it is the right seat."
    ),
    CodeVerdict.ROLLED_BACK: "[red]This seat gave the code and does not know it any more: it is older than it once was.[/red]",
}
_SOURCES: Final = {
    RollbackSource.STICK: "a mark of this seat on a stick",
    RollbackSource.OFFICE: "the office's list of the results it has",
    RollbackSource.CODE: "a code of this seat that somebody had noted",
    RollbackSource.JOURNAL: "the seat's own notes about the session",
}
REMEDY: Final = (
    "Do not use this seat. Results that were exported before are on the stick and at the office. Continue at another seat, and"
    " find out who put the folder back. What is still here can be exported. `kiosk seat accept-rollback` lets it work again."
)


def check_code(
    folder: SeatFolder,
    code: Annotated[str, typer.Argument(metavar="CODE", help="As it was noted, e.g. 41-17-7F3K9-Q2MAB-4X.")],
) -> None:
    """Compare the seat with a code of it that somebody noted: is it as it was then, has it gone on, or is it older?"""
    with Seat.open(folder, clock=SystemClock()) as seat:
        verdict = seat.check_code(code)
        found = seat.status()
    out.print(_VERDICTS[verdict])
    say_rollback(found)
    if verdict is CodeVerdict.ROLLED_BACK:
        raise NotReady(Missing.ROLLED_BACK, "the seat is older than the code")
    if verdict is CodeVerdict.NOT_OURS:
        raise NotReady(Missing.NO_ROLLBACK, "the code is not one of this seat")


def accept_rollback(
    folder: SeatFolder,
    reason: Annotated[
        str,
        typer.Option(help=f"Why it may go on, up to {REASON_MAX} characters. The office reads it with every result."),
    ],
    by: Annotated[str, typer.Option(help="Who decides it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let a seat work again that is older than it once was. What is missing does not come back by this.

    First put in the stick that was used last and import the newest drop: then numbers go on after the last result that is known,
    and the office sees one unbroken line with this decision in it.
    """
    with Seat.open(folder, clock=SystemClock()) as seat:
        say_rollback(seat.status())
        question = f"Let {seat.name} work again without what is missing?"
        if seat.status().rollback is not None and not yes and not typer.confirm(question, err=True):
            out.print("Nothing was changed.")
            return
        seat.accept_rollback(reason, who=by)
        found = seat.status()
    if Missing.ADOPTION in found.missing:
        out.print("What is missing is accepted. The folder was copied or moved here: `kiosk seat adopt` lets it work.")
        return
    out.print("The seat works again. Export to the stick now, so that the new state is known outside, too.")
    out.print(f"Its code is [bold]{escape(found.code)}[/bold].")


def say_rollback(status: SeatStatus) -> None:
    """Print what is missing and what to do, where something is."""
    if status.rollback is not None:
        err.print(f"[red]{escape(missing_sentence(status.rollback))}[/red]", highlight=False)
        err.print(f"Told by {_SOURCES[status.rollback.source]}.", highlight=False)
        err.print(escape(REMEDY), highlight=False)


def missing_sentence(rollback: Rollback) -> str:
    """Return what a seat had and has not, in one sentence."""
    parts = []
    if rollback.results:
        parts.append(_counted(rollback.results, "result"))
    for entry in rollback.sessions:
        if entry.answers:
            parts.append(f"{_counted(entry.answers, 'answer')} of session {entry.session}")
        elif entry.records:
            parts.append(f"{_counted(entry.records, 'record')} of session {entry.session}")
        else:
            parts.append(f"the way that session {entry.session} had gone")
    what = " and ".join(parts) or "something"
    when = f" on {_moment(rollback.made)}" if rollback.made is not None else ""
    verb = "is" if len(parts) <= 1 and what.startswith(("1 ", "the ", "something")) else "are"
    return f"This seat is older than it once was: {what} that it had{when} {verb} not here."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _moment(wall: UtcMs) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
