"""`kiosk seat restore`: gives a machine back from the snapshots alone, whatever became of the program that changed it.

Owns arguments and sentences. What is put back, is ``ui.lockdown.known_operations``, or everything of Windows; how it is stated,
``giving_back``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from kiosk.clock import SystemClock
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.lockdown.engine import Restored, RestoreReport, restore_left
from kiosk.lockdown.giving_back import SettlingStore, stated
from kiosk.lockdown.operations import Operation
from kiosk.seat.layout import FolderLock
from ui.command_line.console import err, escape, out

NOT_RESTORED: Final = 4
SNAPSHOTS_OF_SERVICE: Final = "snapshots"


def restore(
    folder: Annotated[
        Path | None, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)
    ] = None,
    snapshots: Annotated[
        Path | None,
        typer.Option(
            "--snapshots", help="The folder with the snapshots, where the seat's folder is not there any more."
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="The supervisor's folder; beside the seat's unless said otherwise.")
    ] = None,
) -> None:
    """Put back what lockdown changed on this machine and a crash has left. Safe to repeat; changes nothing else.

    Needs nothing but the snapshots. With the seat's folder, the seat signs that the machine is as it was found. On Windows,
    with neither, what the seat's service has left; stop the service first.
    Exit code 0 when nothing is left to put back, 4 when something is: it is named, and its snapshot stays.
    """
    from ui.lockdown.options import SNAPSHOTS, default_state  # noqa: PLC0415 - other commands need none of it

    if snapshots is not None:
        _refuse_elsewhere(snapshots, SNAPSHOTS)
    if folder is None and snapshots is None and os.name == "nt":
        snapshots = _of_service()
    if (folder is None) == (snapshots is None):
        raise typer.BadParameter("give either the seat's folder or --snapshots")
    if folder is None:
        report = _put_back_alone(snapshots if snapshots is not None else Path())
    else:
        seat = folder.resolve()
        supervisor = (state or default_state(seat)).resolve()
        if not supervisor.is_dir():
            if not seat.is_dir():  # a name that was mistyped is no machine that is as it was found
                raise typer.BadParameter(f"neither {seat} is a folder nor {supervisor}", param_hint="SEAT")
            out.print("Nothing is left to put back.")
            return
        lock = FolderLock(supervisor)  # a supervisor that runs puts back its own
        try:
            report = _put_back(SettlingStore(supervisor / SNAPSHOTS), seat)
        finally:
            lock.release()
    _say(report)


def _refuse_elsewhere(folder: Path, name: str) -> None:
    """Refuse a folder that cannot be the one with the snapshots: nothing is found there, and all would seem well."""
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="--snapshots")
    if (folder / name).is_dir():
        raise typer.BadParameter(f"the snapshots are in {folder / name}", param_hint="--snapshots")


def _of_service() -> Path:
    from kiosk.lockdown.windows.service_record import SERVICE_FOLDER  # noqa: PLC0415 - Windows only
    from ui.command_line.seat_prepare_windows import own_folder  # noqa: PLC0415

    return own_folder() / SERVICE_FOLDER / SNAPSHOTS_OF_SERVICE


def _put_back_alone(folder: Path) -> RestoreReport:
    from kiosk.lockdown.windows.service_policies import is_kept_by_service, put_back_left  # noqa: PLC0415 - few need it

    if os.name != "nt" or not is_kept_by_service(folder):
        return _put_back(SettlingStore(folder), None)
    from kiosk.lockdown.windows.real_registry import RealRegistry  # noqa: PLC0415 - Windows only

    return put_back_left(folder, lambda sid: RealRegistry(user_sid=sid))


def _known() -> Mapping[str, Operation]:
    if os.name == "nt":
        from kiosk.lockdown.windows.backend import real_win32, windows_operations  # noqa: PLC0415 - Windows only

        return windows_operations(real_win32())
    from ui.lockdown.known_operations import known_operations  # noqa: PLC0415 - Linux only

    return known_operations(os.environ)


def _put_back(store: SettlingStore, seat: Path | None) -> RestoreReport:
    from ui.lockdown.stating import state_as_found  # noqa: PLC0415 - loads keys, not needed without a seat

    if not store.has_left() and not store.unstated():
        return RestoreReport()
    report = restore_left(store, _known())
    if seat is None:
        return report  # what was put back stays noted: the seat states it at its next start
    try:
        return stated(store, report, lambda whole: state_as_found(seat, whole, "by-command", SystemClock()))
    except StorageFault as fault:
        if fault.kind is StorageFaultKind.BUSY:
            raise
        err.print(escape(f"The seat could not sign for it now, and will at its next start: {fault}"), highlight=False)
        return report


def _say(report: RestoreReport) -> None:
    if not report.operations:
        out.print("Nothing is left to put back.")
        return
    table = Table("What", "Result")
    for each in report.operations:
        table.add_row(escape(each.operation), _words(each))
    out.print(table)
    if report.as_found:
        out.print("The machine is as it was found.")
        return
    err.print(
        "[red]Not everything is as it was found.[/red] What could not be put back is kept: mend the reason, and run this again."
    )
    raise typer.Exit(NOT_RESTORED)


def _words(each: Restored) -> str:
    if each.failure:
        return f"[red]{escape(each.failure)}[/red]"
    return "as it was found" if each.as_found else "put back, and something else has changed it since"
