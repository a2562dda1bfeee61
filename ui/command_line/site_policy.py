"""`kiosk site policy`: how strict this site is with its seats. Owns arguments and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from exam_packages.lockdown_log import Followed
from exam_packages.site_policies import LockdownPreset, SitePolicy
from kiosk.clock import SystemClock
from kiosk.handover.stick import Stick
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.incidents import IncidentKind
from kiosk.site.policy_desk import bring_policy_to, policy, set_policy
from kiosk.site.site import Site
from signing.canonical import JsonValue
from signing.errors import FormRefused
from ui.command_line.console import PASSPHRASE_FILE_HELP, ask_passphrase, escape, out, print_json


def set_or_show(
    folder: Annotated[Path, typer.Argument(metavar="SITE", help="The site's folder.", show_default=False)],
    preset: Annotated[
        LockdownPreset | None, typer.Option(help="How strict seats are at least. Without it the policy is shown.")
    ] = None,
    wish: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND=WHAT", help="What follows from a kind of incident: note, warn, pause or lock."),
    ] = None,
    require: Annotated[
        list[Concern] | None, typer.Option(help="Also has to be enforced; see docs/incidents.md.")
    ] = None,
    display: Annotated[
        list[str] | None, typer.Option(metavar="FINGERPRINT", help="A display that belongs to a seat.")
    ] = None,
    input_method: Annotated[
        str,
        typer.Option("--input-method", metavar="ibus:ENGINE", help="What other scripts are typed with on its seats."),
    ] = "",
    stick: Annotated[Path | None, typer.Option("--stick", help="Bring the policy to this stick.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs; only shows.")] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)
    ] = None,
) -> None:
    """Set how strict this site is with its seats, or show it. Setting replaces the whole policy."""
    if preset is None and (wish or require or display or input_method):
        raise typer.BadParameter("name the preset, too: setting replaces the whole policy", param_hint="--preset")
    site = Site(folder, clock=SystemClock())
    if preset is not None:
        wishes = dict(map(_wish, wish or ()))
        site = Site(folder, clock=SystemClock(), passphrase=ask_passphrase(passphrase_file, whose="the site's keys"))
        new = set_policy(
            site,
            preset=preset,
            wishes=wishes,
            required=require or (),
            displays=display or (),
            input_method=input_method,
        )
        out.print(f"The policy has number {new.number}. Seats know once they have imported it.")
    found = policy(site)
    if as_json:
        print_json(None if found is None else _as_json(found))
    else:
        _say(found)
    if stick is not None:
        file = bring_policy_to(site, Stick(stick))
        out.print(f"It is on the stick as site/{escape(file.name)}.")


def _wish(text: str) -> tuple[IncidentKind, Followed]:
    kind, _, what = text.partition("=")
    try:
        return IncidentKind(kind), Followed(what)
    except ValueError:
        kinds = f"a kind of docs/incidents.md, '=' and one of {_listed([each.value for each in Followed])}"
        raise FormRefused(f"is not {kinds}", place=f"--wish {text}") from None


def _say(found: SitePolicy | None) -> None:
    if found is None:
        out.print("No policy has been set. Seats do what the exams demand.")
        return
    out.print(f"Policy {found.number}: seats are at least [bold]{found.preset.value}[/bold].")
    if found.required:
        out.print(f"Also has to be enforced: {escape(_listed(found.required))}.")
    for kind, followed in found.wishes.items():
        out.print(f"After {escape(kind)} follows: {followed.value}.")
    if found.displays:
        out.print(f"Displays that belong here: {escape(_listed(found.displays))}.")
    if found.input_method:
        out.print(f"Other scripts are typed with {escape(found.input_method)}.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _as_json(found: SitePolicy) -> JsonValue:
    return {
        "number": found.number,
        "preset": found.preset.value,
        "required": list(found.required),
        "wishes": {kind: followed.value for kind, followed in found.wishes.items()},
        "displays": list(found.displays),
        "inputMethod": found.input_method,
    }
