"""`kiosk seat prepare`: makes a machine a seat, shows what that means, and takes it back.

Owns arguments. What is said and done stands in ``seat_preparing`` and ``seat_prepare_windows``, each loaded on its system only.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

import typer

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.preparing.wishes import Session, Storage, Wishes
from ui.command_line.seat_self import this_program

_SYSTEM: Final = Path("/")
_SEAT: Final = "/var/lib/exam-seat"


def prepare(
    seat: Annotated[
        str | None,
        typer.Option(
            "--seat",
            help="The seat's folder, as the seat sees it; /var/lib/exam-seat or C:\\ProgramData\\exam-seat otherwise.",
        ),
    ] = None,
    preset: Annotated[Preset, typer.Option(help="How strict this seat is.")] = Preset.STANDARD,
    user: Annotated[str, typer.Option(help="The user of the exam; on Linux made where there is none.")] = "exam",
    session: Annotated[Session, typer.Option(help="What shows the window (Linux).")] = Session.XORG,
    storage: Annotated[Storage, typer.Option(help="What keeps storage devices out (Linux).")] = Storage.MODULES,
    stick: Annotated[Path | None, typer.Option("--stick", help="Where the seat's stick is mounted.")] = None,
    program: Annotated[
        Path | None, typer.Option("--program", help="The file kiosk on the seat; this one otherwise.")
    ] = None,
    root: Annotated[Path, typer.Option("--root", help="The root of another system, for images (Linux).")] = _SYSTEM,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every change, and change nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back everything that was prepared.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Prepare this machine so that it is a seat from its next start on. Needs root, or an administrator.

    What was there before is kept, and --undo puts it back. Safe to repeat. An exam begins with the machine's next start; on
    Linux, started with `kiosk.maintenance` on the kernel's command line, it is an ordinary machine.
    """
    if os.name == "nt":
        from ui.command_line import seat_prepare_windows as windows  # noqa: PLC0415 - Windows only

        machine = windows.here()
        if undo:
            windows.undo(machine, dry_run=dry_run, yes=yes)
            return
        asked = windows.Asked(
            program=str(this_program() if program is None else program),
            seat=seat,
            user=user,
            preset=preset,
            stick=None if stick is None else str(stick),
        )
        windows.prepare(machine, windows.wishes_of(asked), dry_run=dry_run, yes=yes)
        return

    from ui.command_line import seat_preparing  # noqa: PLC0415 - Linux only

    if undo:
        seat_preparing.undo(root, dry_run=dry_run, yes=yes)
        return
    wishes = Wishes(
        program=PurePosixPath(this_program() if program is None else program),
        seat=PurePosixPath(seat or _SEAT),
        preset=preset,
        user=user,
        session=session,
        storage=storage,
        stick=None if stick is None else PurePosixPath(stick),
        usb_policy=seat_preparing.usb_policy() if root == _SYSTEM else "",
    )
    seat_preparing.prepare(root, wishes, dry_run=dry_run, yes=yes)
