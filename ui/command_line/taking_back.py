"""What `kiosk seat prepare --undo` asks and says, on every system.

Owns sentences. How what was prepared is taken back is ``kiosk.lockdown.preparing.preparation``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import typer
from rich.table import Table

from kiosk.lockdown.engine import RestoreReport
from kiosk.lockdown.preparing.preparation import Preparation
from ui.command_line.console import err, escape, out

NOT_UNDONE: Final = 4


def taken_back(
    preparation: Preparation, *, where: str, name_of: Callable[[str], str], dry_run: bool, yes: bool
) -> RestoreReport | None:
    """Ask, and take back everything that was prepared; None where nothing was, or it was only shown.

    Args:
        preparation: of this machine.
        where: said behind how many changes; empty for this machine.
        name_of: how an operation is called, by its name.
        dry_run: only show it.
        yes: do not ask.
    """
    left = [snapshot.operation for snapshot in preparation.obsolete(())]
    if not left:
        preparation.undo()  # also what a power cut left before anything was changed
        out.print("Nothing is prepared here.")
        return None
    if dry_run:
        for name in left:
            out.print(f"takes back {escape(name_of(name))}", highlight=False)
        return None
    if not yes:
        typer.confirm(f"Take back {len(left)} changes{where}?", abort=True)
    return preparation.undo()


def say_taken_back(report: RestoreReport, *, name_of: Callable[[str], str]) -> None:
    """Say what became of it; end with another code where something is not as it was.

    Raises:
        typer.Exit: something is not.
    """
    failed = [each for each in report.operations if not each.as_found]
    if not failed:
        out.print(f"{len(report.operations)} changes were taken back. Start the machine anew.")
        return
    table = Table("What", "Why it is not as it was")
    for each in failed:
        table.add_row(escape(name_of(each.operation)), escape(each.failure or "something else changes it"))
    err.print(table)
    raise typer.Exit(NOT_UNDONE)
