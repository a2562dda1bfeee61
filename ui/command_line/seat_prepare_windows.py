"""What `kiosk seat prepare` says, shows and asks on Windows.

Owns sentences. What is changed, and how it is taken back, is ``kiosk.lockdown.windows.preparing_plan``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Final

import typer

from kiosk.clock import Clock, SystemClock
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.operations import Operation
from kiosk.lockdown.preparing.preparation import Preparation
from kiosk.lockdown.preparing.wishes import CannotPrepare
from kiosk.lockdown.windows.api import Hive, Win32Failed
from kiosk.lockdown.windows.policies import RegistryNumbers
from kiosk.lockdown.windows.prepared import edition_of
from kiosk.lockdown.windows.preparing_changes import FileWritten, ServiceInstalled
from kiosk.lockdown.windows.preparing_plan import PreparedMachine, gaps, plan, preparation_of
from kiosk.lockdown.windows.preparing_powershell import run_powershell
from kiosk.lockdown.windows.preparing_shell import Scripted, facts_of
from kiosk.lockdown.windows.preparing_wishes import WindowsFacts, WindowsWishes
from kiosk.lockdown.windows.real_machine import RealMachine
from kiosk.lockdown.windows.real_registry import RealRegistry
from kiosk.lockdown.windows.service import NAME
from kiosk.lockdown.windows.service_manager import RealServices
from kiosk.lockdown.windows.service_record import FOLDER
from kiosk.lockdown.windows.service_sessions import sid_of_account
from ui.command_line.console import err, escape, out
from ui.command_line.taking_back import say_taken_back, taken_back

SEAT: Final = "C:\\ProgramData\\exam-seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was given on the command line; what was not is None.

    Attributes:
        program: the file ``kiosk.exe``.
        seat: the seat's folder.
        user: the seat's user.
        preset: how strict.
        stick: where the seat's stick is.
    """

    program: str
    seat: str | None
    user: str
    preset: Preset
    stick: str | None


def here() -> PreparedMachine:
    """Return this machine.

    Raises:
        OSError: this is not 64-bit Windows.
        CannotPrepare: whoever asks is no administrator.
    """
    if not RealMachine().is_elevated():
        raise CannotPrepare("a machine is prepared by an administrator: open the terminal with “Run as administrator”")
    nothing = threading.Event()
    return PreparedMachine(
        folder=own_folder(), registry=RealRegistry(), services=RealServices(nothing.wait), powershell=run_powershell
    )


def own_folder() -> Path:
    """Return the folder of snapshots and of the service: below Program Files, where only administrators write."""
    return Path(os.environ.get("PROGRAMW6432", "C:\\Program Files")) / FOLDER


def wishes_of(asked: Asked) -> WindowsWishes:
    """Return what was asked for.

    Raises:
        CannotPrepare: there is no such user, or it cannot be written down.
    """
    try:
        sid = sid_of_account(asked.user)
    except Win32Failed as failed:
        raise CannotPrepare(
            f"there is no user {asked.user}: make one without any rights first, see `net user`"
        ) from failed
    return WindowsWishes(
        program=PureWindowsPath(asked.program),
        seat=PureWindowsPath(asked.seat or SEAT),
        user=asked.user,
        user_sid=sid,
        preset=asked.preset,
        stick=None if asked.stick is None else PureWindowsPath(asked.stick),
    )


def prepare(machine: PreparedMachine, wishes: WindowsWishes, *, dry_run: bool, yes: bool) -> None:
    """Prepare a machine, or show what that would be; say what will not be prevented all the same."""
    clock: Clock = SystemClock()
    facts = facts_of(edition_of(machine.registry), machine.powershell)
    preparation = preparation_of(machine, clock)
    operations = plan(machine, facts, wishes)
    to_do = [operation for operation in operations if operation.verify()]
    obsolete = [snapshot.operation for snapshot in preparation.obsolete(operations)]
    if dry_run:
        _show(machine, to_do, obsolete)
    elif to_do or obsolete:
        _do(preparation, operations, len(to_do) + len(obsolete), yes=yes)
        if not machine.services.recovers(NAME):
            err.print("Windows does not say that it starts the service again when it dies.", highlight=False)
    else:
        out.print("Everything is as wished; nothing was changed.")
    _say_gaps(facts)


def undo(machine: PreparedMachine, *, dry_run: bool, yes: bool) -> None:
    """Take back everything that was prepared on a machine, or show what would be."""
    report = taken_back(preparation_of(machine, SystemClock()), where="", name_of=str, dry_run=dry_run, yes=yes)
    if report is not None:
        say_taken_back(report, name_of=str)


def _do(preparation: Preparation, operations: Sequence[Operation], count: int, *, yes: bool) -> None:
    if not yes:
        typer.confirm(f"Change {count} things on this machine? --dry-run shows them", abort=True)
    for name in preparation.prepare(operations):
        out.print(escape(name), highlight=False)
    out.print("Prepared. Start the machine anew; `kiosk seat prepare --undo` takes everything back.")


def _say_gaps(facts: WindowsFacts) -> None:
    for concern, sentence in gaps(facts):
        err.print(f"[yellow]{concern.value}[/yellow]: {escape(sentence)}", highlight=False)


def _show(machine: PreparedMachine, to_do: Sequence[Operation], obsolete: Sequence[str]) -> None:
    for name in obsolete:
        out.print(f"takes back {escape(name)}", highlight=False)
    for operation in to_do:
        out.print(f"\n[bold]{escape(operation.name)}[/bold] ({operation.concern.value})", highlight=False)
        for line in _lines_of(machine, operation):
            out.print(escape(line), highlight=False, soft_wrap=True)
    if not to_do and not obsolete:
        out.print("Everything is as wished; nothing would be changed.")


def _lines_of(machine: PreparedMachine, operation: Operation) -> list[str]:
    match operation:
        case RegistryNumbers():
            return [
                f"+HKLM\\{policy} = {policy.number}"
                for policy in operation.policies
                if machine.registry.read(Hive.MACHINE, policy.key, policy.name) != policy.value
            ]
        case FileWritten():
            return [f"{operation.path}: {operation.why}", *(f"+{line}" for line in operation.text.splitlines())]
        case ServiceInstalled():
            wanted = operation.wanted
            return [] if wanted is None else [f"+{wanted.command}", "starts with the machine, as the system; restarts"]
        case Scripted():
            return [f"+{line}" for line in operation.script.splitlines()]
        case _:
            return [operation.verify()]
