"""`kiosk seat session`: the exam window behind walls, on a machine that is locked down.

Owns arguments and sentences. What happens is ``ui.lockdown``. This process shows nothing: it prepares the machine, keeps the
window running, notes what happens, and gives the machine back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.lockdown.facts import Preset
from ui.command_line.looks import Look


def session(
    folder: Annotated[Path, typer.Argument(metavar="SEAT", help="The seat's folder.", show_default=False)],
    stick: Annotated[Path | None, typer.Option("--stick", help="The stick's folder, for the admin's page.")] = None,
    preset: Annotated[Preset, typer.Option(help="How strict this seat is.")] = Preset.STANDARD,
    state: Annotated[
        Path | None,
        typer.Option("--state", help="The supervisor's own folder; beside the seat's unless said otherwise."),
    ] = None,
    user: Annotated[str, typer.Option("--user", help="The user that the window runs as; only root can choose.")] = "",
    assistive: Annotated[
        bool, typer.Option("--assistive", help="Screen readers may read the window, over the accessibility bus.")
    ] = False,
    theme: Annotated[Look, typer.Option(help="How the window looks.")] = Look.LIGHT,
    text_percent: Annotated[int, typer.Option("--text-size", min=100, max=400, help="Text size in per cent.")] = 100,
    mirror: Annotated[
        Path | None, typer.Option("--mirror", help="Keep second copies on this medium, instead of the seat's setting.")
    ] = None,
) -> int:
    """Lock this machine down and run the exam window until an admin closes it; then give the machine back as it was.

    A window that dies or hangs comes back by itself with the session where it was.
    """
    from ui.lockdown.options import SessionOptions, default_state  # noqa: PLC0415 - other commands need none of it
    from ui.lockdown.program import run_session  # noqa: PLC0415

    seat = folder.resolve()
    words = ["seat", "run", str(seat), "--theme", theme.value, "--text-size", str(text_percent)]
    media = [medium.resolve() for medium in (stick, mirror) if medium is not None]
    if stick is not None:
        words += ["--stick", str(stick.resolve())]
    if mirror is not None:
        words += ["--mirror", str(mirror.resolve())]
    return run_session(
        SessionOptions(
            seat=seat,
            state=(state or default_state(seat)).resolve(),
            preset=preset,
            words=words,
            media=media,
            user=user,
            accessibility=assistive,
        )
    )
