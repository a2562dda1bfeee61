"""`kiosk inspect`: any file of an exam day, explained, every byte of it checked.

Owns arguments, the gathering of what is at hand, and the table. What a file is and whether it holds is
``exam_packages.inspection``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from exam_packages.container import FileSource
from exam_packages.inspection import ArtefactKind, CheckOutcome, Context, Explanation, inspect
from exam_packages.office.keys import SCORING_KEYS
from exam_packages.office.state import Office
from kiosk.clock import SystemClock
from kiosk.errors import NotReady
from kiosk.seat.inspecting import inspection_context
from kiosk.site.site import Site
from ui.command_line.console import (
    PASSPHRASE_FILE_HELP,
    PASSPHRASE_VARIABLE,
    ask_passphrase,
    escape,
    out,
    print_json,
    progress,
)

REFUSED: Final = 3
_MARKS: Final = {
    CheckOutcome.PASSED: "[green]passed[/green]",
    CheckOutcome.REFUSED: "[red]refused[/red]",
    CheckOutcome.NOT_CHECKED: "[yellow]not checked[/yellow]",
}


def inspect_file(
    file: Annotated[Path, typer.Argument(help="Any file: .exam, .result, .receipt, .release, .grant, a key file, …")],
    office: Annotated[Path | None, typer.Option(metavar="DIR", help="Judge it as this office would.")] = None,
    site: Annotated[Path | None, typer.Option(metavar="DIR", help="Judge it as this site would.")] = None,
    seat: Annotated[Path | None, typer.Option(metavar="DIR", help="Judge it as this seat would.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of a table.")] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)
    ] = None,
) -> None:
    """Explain a file: what it is, who signed it, for whom, whether it verifies. Every byte is read and checked.

    A file inside an office, a site or a seat is judged as they would. Elsewhere, without a folder to judge with, form and
    hashes are checked and what needs trust is named as not checked. With
    an office or a site and its passphrase (file or environment; you are not asked here) sealed content is opened and checked,
    too. Exit code 3 if anything does not verify.
    """
    if sum(folder is not None for folder in (office, site, seat)) > 1:
        raise typer.BadParameter("give one of --office, --site and --seat")
    if office is site is seat is None:
        office, site, seat = _home_of(file)
    context = _context(office, site, seat, passphrase_file)
    with file.open("rb") as opened, progress("Reading", in_bytes=True) as report:
        explanation = inspect(
            FileSource(opened),
            context,
            place=file.name,
            progress=lambda done, total: report(done, total, "Checking every byte"),
        )
    if as_json:
        print_json(explanation.to_json())
    else:
        _show(explanation)
    if explanation.refused is not None:
        raise typer.Exit(REFUSED)


def _context(office: Path | None, site: Path | None, seat: Path | None, passphrase_file: Path | None) -> Context:
    if office is not None:
        return _office_context(office, _passphrase(passphrase_file, "the office's keys"))
    if site is not None:
        return _site_context(site, _passphrase(passphrase_file, "the site's keys"))
    if seat is not None:
        return inspection_context(seat, clock=SystemClock())
    return Context(now=SystemClock().utc_ms())


def _home_of(file: Path) -> tuple[Path | None, Path | None, Path | None]:
    """Return the office, the site or the seat whose folder a file lies in."""
    for folder in file.resolve().parents:
        marks = [(folder / name).is_file() for name in ("office.json", "site.json", "seat.json")]
        if any(marks):
            found = [folder if mark else None for mark in marks]
            return found[0], found[1], found[2]
    return None, None, None


def _passphrase(file: Path | None, whose: str) -> str | None:
    """A passphrase if one is given; looking at a file must not stop to ask for one."""
    if file is None and not os.environ.get(PASSPHRASE_VARIABLE):
        return None
    return ask_passphrase(file, whose=whose)


def _office_context(folder: Path, passphrase: str | None) -> Context:
    office = Office(folder, passphrase)
    now = SystemClock().utc_ms()
    trust = office.trust(now)
    keys = () if passphrase is None else tuple(office.keys.content(name) for name in SCORING_KEYS)
    return Context(
        trust=trust,
        registrations=tuple(office.registration(site, trust) for site in office.sites()),
        content_keys=keys,
        now=now,
    )


def _site_context(folder: Path, passphrase: str | None) -> Context:
    clock = SystemClock()
    site = Site(folder, clock=clock, passphrase=passphrase)
    try:
        trust = site.trust()
    except NotReady:
        return Context(now=clock.utc_ms())
    keys = () if passphrase is None else (site.content_key(),)
    try:
        registration = site.registration()
    except NotReady:
        return Context(trust=trust, content_keys=keys, now=clock.utc_ms())
    return Context(
        trust=trust,
        site=registration.site,
        registrations=(registration,),
        content_keys=keys,
        now=clock.utc_ms(),
    )


def _show(explanation: Explanation) -> None:
    kind = "unknown file" if explanation.kind is ArtefactKind.UNKNOWN else explanation.kind.value.replace("-", " ")
    article = "an" if kind[0] in "aeiou" else "a"
    refused = explanation.refused
    if refused is not None:
        layer = f" ({refused.layer.value})" if refused.layer else ""
        verdict = f"[red]does not verify{layer}[/red]"
    elif any(check.outcome is CheckOutcome.NOT_CHECKED for check in explanation.checks):
        verdict = "[yellow]holds as far as it could be checked here[/yellow]"
    else:
        verdict = "[green]verifies[/green]"
    out.print(
        f"[bold]{escape(explanation.place)}[/bold] is {article} {kind} of {explanation.size:,} bytes; it {verdict}."
    )
    facts = Table(show_header=False, box=None, padding=(0, 2))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")  # a digest that is cut cannot be compared
    facts.add_row("SHA-256", explanation.digest)
    for name, value in explanation.facts:
        facts.add_row(escape(name), escape(value))
    for signer in explanation.signers:
        who = signer.who or "a key that nothing here knows"
        facts.add_row("signed by", escape(f"{who}  {signer.fingerprint or signer.key_id[:16]}"))
    out.print(facts)
    checks = Table("check", "outcome", "detail")
    for check in explanation.checks:
        layer = f"({check.layer.value}) " if check.layer else ""
        checks.add_row(escape(check.name), _MARKS[check.outcome], escape(layer + check.detail))
    out.print(checks)
