"""`kiosk seat mirror`: on which medium a seat keeps second copies of its sessions.

Owns arguments and sentences. What happens is ``kiosk.seat``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exam_packages.ids import SessionId
from kiosk.clock import SystemClock
from kiosk.seat.facts import SeatStatus
from kiosk.seat.seat import Seat
from ui.command_line.console import err, escape, out


def mirror(
    folder: Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)],
    medium: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Where the stick or second disk is mounted.", show_default=False),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Keep no second copies any more.")] = False,
) -> None:
    """Keep a second copy of every session on a stick or a second disk, or say where they are kept.

    If this computer dies, another seat of the site goes on with the exam from the copy. It counts from the next session on.
    """
    if medium is not None and off:
        raise typer.BadParameter("give either a folder or --off")
    if medium is None and not off:
        _say(Seat.look(folder, clock=SystemClock()))
        return
    if medium is not None and medium.exists() and not medium.is_dir():
        raise typer.BadParameter("is a file, not a folder", param_hint="DIR")
    with Seat.open(folder, clock=SystemClock()) as seat:
        seat.set_mirror(medium)
        _say(seat.status())
    if medium is not None:
        _say_absent(folder, medium)


def _say_absent(folder: Path, medium: Path) -> None:
    """Say so where nothing could be written now: it may come later, and it may be a slip."""
    if not medium.is_dir():
        err.print("There is no such folder now. Put the medium in before the first session.")
    elif medium.stat().st_dev == folder.stat().st_dev:
        err.print("This folder is on the seat's own disk, where no copy is kept: no medium is mounted there now.")


def _say(status: SeatStatus) -> None:
    if status.mirror is None:
        out.print("No second copies are kept.")
    else:
        out.print(f"Second copies are kept in {escape(str(status.mirror))}.")
    if status.mirror_note:
        out.print(f"Of the session that is open: {escape(status.mirror_note)}.")
    if status.copies_left:
        out.print(f"{left_words(status.copies_left)} Put the stick in and run `kiosk seat erase --all` again.")


def left_words(sessions: tuple[SessionId, ...]) -> str:
    """Say how many second copies of erased sessions still lie on some medium."""
    if len(sessions) == 1:
        return "1 second copy of an erased session is still on its medium."
    return f"{len(sessions)} second copies of erased sessions are still on their media."
