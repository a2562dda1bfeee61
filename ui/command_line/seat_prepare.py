"""`kiosk seat prepare`: makes a Linux machine a seat, shows what that means, and takes it back.

Owns arguments. What is said and done stands in ``seat_preparing``, which is loaded on Linux only.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Final

import typer

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.preparing.wishes import Session, Storage, Wishes

_SYSTEM: Final = Path("/")


def prepare(
    seat: Annotated[Path, typer.Option("--seat", help="The seat's folder, as the seat sees it.")] = Path(
        "/var/lib/exam-seat"
    ),
    preset: Annotated[Preset, typer.Option(help="How strict this seat is.")] = Preset.STANDARD,
    user: Annotated[str, typer.Option(help="The user of the exam; made where there is none.")] = "exam",
    session: Annotated[Session, typer.Option(help="What shows the window.")] = Session.XORG,
    storage: Annotated[Storage, typer.Option(help="What keeps storage devices out.")] = Storage.MODULES,
    stick: Annotated[Path | None, typer.Option("--stick", help="Where the seat's stick is mounted.")] = None,
    program: Annotated[
        Path | None, typer.Option("--program", help="The file kiosk on the seat; this one otherwise.")
    ] = None,
    root: Annotated[Path, typer.Option("--root", help="The root of another system, for images.")] = _SYSTEM,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every change, and change nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back everything that was prepared.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Prepare this Linux machine so that it is a seat from its next start on, and nothing else. Needs root.

    What was there before is kept, and --undo puts it back. Safe to repeat. An exam begins with the machine's next start;
    started with `kiosk.maintenance` on the kernel's command line it is an ordinary machine.
    """
    from ui.command_line import seat_preparing  # noqa: PLC0415 - Linux only

    if undo:
        seat_preparing.undo(root, dry_run=dry_run, yes=yes)
        return
    wishes = Wishes(
        program=PurePosixPath(seat_preparing.this_program() if program is None else program),
        seat=PurePosixPath(seat),
        preset=preset,
        user=user,
        session=session,
        storage=storage,
        stick=None if stick is None else PurePosixPath(stick),
        usb_policy=seat_preparing.usb_policy() if root == _SYSTEM else "",
    )
    seat_preparing.prepare(root, wishes, dry_run=dry_run, yes=yes)
