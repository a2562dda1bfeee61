"""`kiosk demo`: one exam day in a folder, played by a robot or prepared for a person.

Owns arguments, the default folder and the exit code. What happens on the day is ``ui.demo``.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from kiosk.clock import SystemClock
from ui.command_line.console import err, escape, out
from ui.demo.day import person_day, robot_day
from ui.demo.errors import DemoFault
from ui.demo.folders import DayFolder
from ui.demo.narrator import Narrator
from ui.demo.programs import ends_with_its_children

NOT_AS_IT_MUST_BE = 3


def demo(
    robot: Annotated[bool, typer.Option("--robot", help="Let a robot play proctor and candidate.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The day's folder, new or empty; else one among the user's data."),
    ] = None,
    windowed: Annotated[bool, typer.Option("--windowed", help="Open an ordinary window, for a person.")] = False,
) -> None:
    """One exam day from end to end: office, testing centre, stick and one seat in a folder.

    Without options the exam is built and released, the PINs are printed and the exam window opens. With --robot a program
    that sees the window as a screen reader does, and acts by keys and mouse, plays the day on a screen of its own.

    Set KIOSK_PASSPHRASE to know the passphrase of the demo's office and site, and look around in them afterwards.
    """
    if robot and windowed:
        raise typer.BadParameter("a robot needs no window on your desktop", param_hint="--windowed")
    if not robot:
        _require_display()
    root = folder or _default_folder()
    if root.is_dir() and any(root.iterdir()):
        raise typer.BadParameter(f"{root} is not empty; choose a new or an empty folder", param_hint="--out")
    day = DayFolder.create(root)
    narrator = Narrator(err)
    with ends_with_its_children():
        if not robot:
            person_day(day, narrator, windowed=windowed)
            return
        summary = robot_day(day, narrator)
    path = summary.write(day.root)
    out.print(summary.table())
    out.print(f"Everything is in {escape(str(day.root))}; the figures are in {escape(path.name)}.")
    for failure in summary.failures:
        err.print(f"Not as it must be: {escape(failure)}.")
    if summary.failures:
        raise typer.Exit(NOT_AS_IT_MUST_BE)


def _require_display() -> None:
    """Refuse to begin what could not be shown.

    Raises:
        DemoFault: there is neither an X server nor a Wayland compositor.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise DemoFault("There is no display to open the exam window on. Try: kiosk demo --robot --out DIR")


def _default_folder() -> Path:
    name = datetime.fromtimestamp(SystemClock().utc_ms() / 1000, tz=UTC).astimezone().strftime("day-%Y-%m-%d-%H%M%S")
    return platformdirs.user_data_path("testing-center-kiosk") / "demo" / name
