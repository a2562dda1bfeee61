"""`kiosk seat readiness`: a seat tries itself, says what it found, and signs it.

Owns arguments, the table and where the certificate goes. What is tried is ``kiosk.readiness`` and ``ui.readiness``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from exam_packages.readiness_certificates import CheckOutcome, ReadinessCertificate
from kiosk.clock import SystemClock
from kiosk.handover.stick import Stick, put
from kiosk.lockdown.facts import Preset
from kiosk.readiness.certifying import certificate, own_digest
from kiosk.readiness.checks import Checked
from kiosk.seat.seat import Seat
from kiosk.seat.statements import keep_readiness
from signing.canonical import JsonValue
from ui.command_line.console import escape, out, print_json, progress

if TYPE_CHECKING:
    from exam_packages.as_found import GivenBack
    from kiosk.lockdown.engine import RestoreReport
    from ui.lockdown.options import SessionOptions
    from ui.readiness.ports import Place

NOT_READY: Final = 4
SUFFIX: Final = ".readiness"
INSIDE: Final = "readiness-window"
"""The command that is the self-test's window; nobody types it."""
_WORDS: Final = {
    CheckOutcome.OK: "[green]ok[/green]",
    CheckOutcome.FAILED: "[red]failed[/red]",
    CheckOutcome.NOT_POSSIBLE: "[yellow]not possible here[/yellow]",
}


def readiness(
    folder: Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)],
    stick: Annotated[Path | None, typer.Option("--stick", help="Bring the certificate to this stick, too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of a table.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Only what needs no window and takes no time.")] = False,
    state: Annotated[
        Path | None, typer.Option("--state", help="The supervisor's folder; beside the seat's unless said otherwise.")
    ] = None,
    user: Annotated[str, typer.Option("--user", help="The user that the window runs as; only root can choose.")] = "",
) -> None:
    """Try this seat: disk, clock, exams, fonts, sound, and every way out of the exam, as a candidate might.

    Locks the machine down for that, shows a window for less than a minute, presses keys by itself, and gives everything back.
    The seat signs what was found; the certificate goes with its next result. Exit code 0 when nothing failed, otherwise 4.
    """
    refuse_elsewhere(sys.platform)
    from ui.lockdown.options import SessionOptions, default_state  # noqa: PLC0415 - other commands need none of it
    from ui.lockdown.stating import state_as_found  # noqa: PLC0415
    from ui.readiness.conductor import SelfTest  # noqa: PLC0415
    from ui.readiness.seat import seat_tried  # noqa: PLC0415

    seat_folder, clock = folder.resolve(), SystemClock()
    options = SessionOptions(
        seat=seat_folder,
        state=(state or default_state(seat_folder)).resolve(),
        preset=Preset.STANDARD,
        words=["seat", INSIDE],
        user=user,
    )
    place = place_here(options)
    if stick is not None:
        Stick(stick).refuse_absent()
    with Seat.open(seat_folder, clock=clock) as seat, progress("Trying this seat") as bar:

        def sign(report: RestoreReport, because: GivenBack) -> None:
            state_as_found(seat_folder, report, because.value, clock)

        test = SelfTest(seat_tried(seat.parts, sign), options, place, clock=clock, progress=bar)
        result = test.quick() if quick else test.whole()
        identity = seat.parts.identity
        found = certificate(
            result.checked,
            result.table,
            seat=identity.name,
            key=identity.signing_key.public_key.keyid,
            made=clock.utc_ms(),
            platform=result.platform,
            version=_version(),
            program=own_digest(),
            is_whole=not quick,
        )
        data = keep_readiness(seat.parts.folder, identity, found)
    if stick is not None:
        path = Stick(stick).seats / f"{found.seat}{SUFFIX}"
        put(path, data)
    if as_json:
        print_json(_json(found, result.checked))
    else:
        _print(found, result.checked)
    if any(each.finding.outcome is CheckOutcome.FAILED for each in result.checked):
        raise typer.Exit(NOT_READY)


def refuse_elsewhere(platform: str) -> None:
    """Refuse where a seat cannot try itself.

    Args:
        platform: as ``sys.platform``.

    Raises:
        SupervisorFault: this is neither Linux nor Windows.
    """
    if platform in {"linux", "win32"}:
        return
    from ui.lockdown.errors import SupervisorFault  # noqa: PLC0415

    raise SupervisorFault("a seat tries itself on Linux and on Windows only")


def place_here(options: SessionOptions) -> Place:
    """Return this machine.

    Raises:
        SupervisorFault: it is not one that a seat can try itself on.
    """
    if sys.platform == "win32":
        from ui.readiness.on_windows import on_this_windows  # noqa: PLC0415 - each system loads its own

        return on_this_windows(options)
    from ui.readiness.on_linux import on_this_linux  # noqa: PLC0415

    return on_this_linux(options)


def window() -> int:
    """Be the self-test's window, behind the walls."""
    from ui.readiness.inside import run_inside  # noqa: PLC0415 - Qt is loaded only where a window is wanted

    return run_inside(os.environ)


def _print(found: ReadinessCertificate, checked: tuple[Checked, ...]) -> None:
    table = Table("What was tried", "Result", "What was seen")
    for each in checked:
        remedy = f"\n[bold]{escape(each.finding.remedy)}[/bold]" if each.finding.remedy else ""
        table.add_row(escape(each.tries), _WORDS[each.finding.outcome], escape(each.finding.evidence) + remedy)
    out.print(table)
    counts = {outcome: sum(each.finding.outcome is outcome for each in checked) for outcome in CheckOutcome}
    out.print(
        f"{counts[CheckOutcome.OK]} in order, {counts[CheckOutcome.FAILED]} failed, "
        f"{counts[CheckOutcome.NOT_POSSIBLE]} not possible here. The program is {found.program[:16]}…"
    )
    if counts[CheckOutcome.FAILED]:
        out.print("[red]This seat is not ready.[/red]")


def _json(found: ReadinessCertificate, checked: tuple[Checked, ...]) -> JsonValue:
    return {
        "capabilities": {concern: capability.value for concern, capability in found.capabilities},
        "checks": [
            {
                "check": each.name,
                "evidence": each.finding.evidence,
                "outcome": each.finding.outcome.value,
                "remedy": each.finding.remedy,
                "tries": each.tries,
            }
            for each in checked
        ],
        "made": found.made,
        "platform": found.platform,
        "program": found.program,
        "seat": found.seat,
        "version": found.version,
        "whole": found.is_whole,
    }


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow to load, and wanted once

    return version("testing-center-kiosk")
