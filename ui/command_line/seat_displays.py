"""`kiosk seat displays`: which displays are plugged in here, and what a site's policy has to call them.

Owns whom to ask on this machine, arguments and sentences. What a fingerprint is made of is ``kiosk.lockdown.displays``. Nothing
is changed: who enrols a display is the site, with its key.
"""

from __future__ import annotations

import os
import shlex
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Column, Table

from exam_packages.site_policies import LockdownPreset, SitePolicy
from kiosk.lockdown.displays import Display, ListedDisplay, listed, the_one_lit
from signing.canonical import JsonValue
from ui.command_line.console import err, escape, out, print_json

if TYPE_CHECKING:
    from kiosk.lockdown.linux.look import Look

NOTHING_FOUND: Final = 4
NUMBERS_S: Final = 5.0
"""So long the numbers stay: enough to look at each display of a desk."""
FINGERPRINT_WIDTH: Final = 32  # characters: one that is cut cannot be copied
_SITE: Final = "SITE"
_NO: Final = "–"


class Asked(Enum):
    """Who says which displays there are."""

    X11 = "x11"
    KERNEL = "kernel"
    WINDOWS = "windows"


_ASKED_WORDS: Final[Mapping[Asked, str]] = {
    Asked.X11: "The X server says:",
    Asked.KERNEL: "The kernel says what is plugged into the display sockets (no X server was asked):",
    Asked.WINDOWS: "Windows says (not verified on Windows):",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found.

    Attributes:
        asked: by whom.
        server: the X server's display; empty where none was asked.
    """

    asked: Asked
    displays: tuple[Display, ...]
    server: str = ""


def displays(
    seat: Annotated[
        Path | None,
        typer.Argument(metavar="SEAT", help="The seat's folder: what its site has enrolled.", show_default=False),
    ] = None,
    own: Annotated[
        int | None,
        typer.Option("--own", metavar="NUMBER", min=1, help="Which one is the seat's, where several are lit."),
    ] = None,
    identify: Annotated[
        bool, typer.Option("--identify", help="Show each display its number, for five seconds (under an X server).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of a table.")] = False,
) -> None:
    """List the displays of this machine, with the fingerprint by which a site enrols them, and the command for that.

    Run it where the exam window will be shown, and not while an exam runs. Exit code 4 where no display can be seen.
    """
    seen = seen_here(os.environ)
    policy = None if seat is None else _policy_of(seat)
    rows = listed(seen.displays, None if policy is None else policy.displays)
    chosen = _chosen(rows, own)
    if as_json:
        print_json(_json(seen, rows, chosen, policy))
    else:
        _say(seen, rows)
        _say_command(rows, chosen, policy)
    if identify:
        _identify(seen, rows)
    if not rows:
        raise typer.Exit(NOTHING_FOUND)


def seen_here(untrusted: Mapping[str, str], *, look: Look | None = None, platform: str = sys.platform) -> Seen:
    """Ask whoever knows the displays of this machine, as the supervisor would in an exam.

    Args:
        untrusted: the environment, which names the X server.
        look: at another machine than this one.
        platform: as ``sys.platform``.
    """
    if platform == "win32":
        return _seen_by_windows()
    from kiosk.lockdown.linux.environment import ScreenSystem, screen_of  # noqa: PLC0415 - Linux only
    from kiosk.lockdown.linux.look import FileLook  # noqa: PLC0415
    from kiosk.lockdown.x11.connection import NoXServerError  # noqa: PLC0415

    screen = screen_of(untrusted)
    # Beside a Wayland compositor an X server only passes on what the compositor tells it, without saying who a display is.
    if screen is not None and screen.system is ScreenSystem.X11 and not untrusted.get("WAYLAND_DISPLAY"):
        try:
            return _seen_by_x(screen.name)
        except NoXServerError as error:
            err.print(escape(str(error)))
    from kiosk.lockdown.linux.display_links import plugged_displays  # noqa: PLC0415

    return Seen(asked=Asked.KERNEL, displays=plugged_displays(FileLook(Path("/")) if look is None else look))


def _seen_by_x(name: str) -> Seen:
    from kiosk.lockdown.x11.connection import XServer  # noqa: PLC0415
    from kiosk.lockdown.x11.outputs import displays_of  # noqa: PLC0415

    server = XServer(name)
    try:
        nothing: tuple[Display, ...] = ()
        found = server.look(lambda: displays_of(server), nothing) if server.has("RANDR") else nothing
    finally:
        server.close()
    return Seen(asked=Asked.X11, displays=found, server=name)


def _seen_by_windows() -> Seen:
    from kiosk.lockdown.windows.real_registry import RealRegistry  # noqa: PLC0415 - Windows only
    from kiosk.lockdown.windows.real_screen import RealScreen  # noqa: PLC0415
    from kiosk.lockdown.windows.screen_monitors import display_of  # noqa: PLC0415

    registry = RealRegistry()
    return Seen(asked=Asked.WINDOWS, displays=tuple(display_of(each, registry) for each in RealScreen().monitors()))


def _policy_of(seat: Path) -> SitePolicy | None:
    from ui.lockdown.site import site_policy_by, site_policy_of  # noqa: PLC0415 - read in a process of its own

    if hasattr(os, "fork"):
        found = site_policy_of(seat.resolve(), None)
    else:
        from ui.lockdown.windows_parts import Part, command_of  # noqa: PLC0415 - Windows only

        found = site_policy_by(command_of(Part.SITE), seat.resolve())
    if found is None:
        err.print(f"{escape(str(seat))} holds no policy of its site, or is no seat that can be read.")
    return found


def _chosen(rows: Sequence[ListedDisplay], own: int | None) -> Display | None:
    if own is not None:
        if own > len(rows):
            raise typer.BadParameter(f"there are {len(rows)} displays", param_hint="--own")
        return rows[own - 1].display
    try:
        return the_one_lit([row.display for row in rows])
    except ValueError:
        return None


def command_for(display: Display, policy: SitePolicy | None) -> str:
    """Return the command by which a site enrols a display beside those that it has. It sets the whole policy.

    Args:
        display: the one to be enrolled.
        policy: what the seat knows of its site's; None where it knows none.
    """
    preset = LockdownPreset.STANDARD if policy is None else policy.preset
    words = ["kiosk", "site", "policy", _SITE, "--preset", preset.value]
    before: tuple[str, ...] = ()
    if policy is not None:
        before = policy.displays
        words += [part for name, follows in policy.wishes.items() for part in ("--wish", f"{name}={follows.value}")]
        words += [part for name in policy.required for part in ("--require", name)]
        words += ["--input-method", policy.input_method] if policy.input_method else []
    words += [part for name in (*before, display.fingerprint) for part in ("--display", name)]
    return shlex.join(words)


def _say(seen: Seen, rows: Sequence[ListedDisplay]) -> None:
    if not rows:
        out.print("No display can be seen from here. Run this where the exam window will be shown.")
        return
    out.print(_ASKED_WORDS[seen.asked])
    table = Table("", "Display", "Lit", "Resolution", Column("Fingerprint", min_width=FINGERPRINT_WIDTH), "Enrolled")
    enrolled = {None: _NO, True: "[green]yes[/green]", False: "[red]no[/red]"}
    for row in rows:
        display = row.display
        table.add_row(
            str(row.number),
            escape(display.name),
            "yes" if display.is_active else "no",
            escape(display.resolution or _NO),
            display.fingerprint,
            enrolled[row.is_enrolled],
        )
    out.print(table)
    silent = [str(row.number) for row in rows if not row.display.says_who]
    if silent:
        out.print(
            f"No word about itself (no EDID) from display {', '.join(silent)}. It is known by its socket only: whatever is "
            "plugged in there is taken for it, and the fingerprint holds only where the same is asked in the exam."
        )


def _say_command(rows: Sequence[ListedDisplay], chosen: Display | None, policy: SitePolicy | None) -> None:
    if not rows:
        return
    if chosen is None:
        lit = sum(row.display.is_active for row in rows)
        what = "No display shows something." if not lit else f"{lit} displays show something."
        out.print(f"{what} Name the seat's own with --own NUMBER; --identify shows the numbers.")
        return
    if policy is not None and chosen.fingerprint in policy.displays:
        out.print(f"{escape(chosen.name)} is enrolled. There is nothing to do.")
        return
    out.print(f"To enrol {escape(chosen.name)}, at the site's computer ({_SITE} is the site's folder):")
    # Never broken into lines and never styled: it is there to be copied.
    out.print(command_for(chosen, policy), markup=False, highlight=False, soft_wrap=True)
    if policy is None:
        out.print("This sets the whole policy: repeat what yours says already (`kiosk site policy SITE` shows it).")
    else:
        out.print(f"This sets the whole policy anew, as number {policy.number} said it, and with this display.")


def _identify(seen: Seen, rows: Sequence[ListedDisplay]) -> None:
    if seen.asked is not Asked.X11:
        err.print("Numbers can be shown under an X server only.")
        return
    from kiosk.lockdown.x11.numbers import place_of, shown_numbers  # noqa: PLC0415 - X servers only

    places = {row.number: place for row in rows if (place := place_of(row.display.geometry)) is not None}
    if places:
        with shown_numbers(seen.server, places):
            threading.Event().wait(NUMBERS_S)  # nobody sets it


def _json(seen: Seen, rows: Sequence[ListedDisplay], chosen: Display | None, policy: SitePolicy | None) -> JsonValue:
    return {
        "asked": seen.asked.value,
        "command": None if chosen is None else command_for(chosen, policy),
        "displays": [
            {
                "active": row.display.is_active,
                "enrolled": row.is_enrolled,
                "fingerprint": row.display.fingerprint,
                "geometry": row.display.geometry,
                "name": row.display.name,
                "number": row.number,
                "resolution": row.display.resolution,
                "says_who": row.display.says_who,
            }
            for row in rows
        ],
        "policy": None if policy is None else policy.number,
    }
