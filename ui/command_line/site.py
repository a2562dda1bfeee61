"""`kiosk site`: the commands of a testing centre's own machine.

Owns arguments and sentences. What happens is ``kiosk.site``. Whatever signs needs the passphrase of the site's keys; looking does
not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from exam_packages.drop_paths import SITE_REQUEST_SUFFIX
from exam_packages.ids import ProctorId, SeatId
from exam_packages.proctors import ProctorRole
from kiosk.clock import SystemClock
from kiosk.durable_file import write_durably
from kiosk.errors import Missing, NotReady
from kiosk.handover.stick import Stick
from kiosk.seat.facts import ExportOutcome
from kiosk.site.marks import bring_marks
from kiosk.site.overview import RECEIPT_REFUSED, ResultLine, SeatLine, bring_receipts, overview
from kiosk.site.proctor_desk import add_proctor, bring_to, proctors, remove_proctor
from kiosk.site.seats import certify
from kiosk.site.site import Site
from signing.errors import Refused
from signing.keys import fingerprint
from signing.trust.folder import read_bounded
from ui.command_line import site_policy, site_upload
from ui.command_line.console import (
    PASSPHRASE_FILE_HELP,
    ask_passphrase,
    ask_secret,
    counted,
    err,
    escape,
    listing,
    out,
    print_json,
    progress,
)
from ui.command_line.facts_json import to_json
from ui.command_line.seat import MISSING_WORDS, ROOT_MAX_BYTES
from ui.command_line.times import day_and_time

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
proctor_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(proctor_app, name="proctor", help="Who may unlock this site's seats.")
app.command("upload")(site_upload.upload)
app.command("policy")(site_policy.set_or_show)

PIN_FILE_MAX_BYTES: Final = 256

SiteFolder = Annotated[Path, typer.Argument(metavar="SITE", help="The site's folder.", show_default=False)]
StickFolder = Annotated[Path, typer.Argument(metavar="STICK", help="The stick's folder.", show_default=False)]
StickOption = Annotated[
    Path | None, typer.Option("--stick", help="Look at the drop on this stick, and bring the new proctor file to it.")
]
PassphraseFile = Annotated[Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)]


@app.command("init")
def init(
    folder: SiteFolder,
    name: Annotated[str, typer.Option(help="The testing centre's name, for people.")],
    root: Annotated[Path, typer.Option(help="The office's root.json, brought by a way you trust.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a site: its keys, and the request that the office registers it by."""
    anchor = read_bounded(root, max_bytes=ROOT_MAX_BYTES, place=root.name)
    passphrase = ask_passphrase(passphrase_file, whose="the site's keys", confirm=True)
    with progress("Making the site's keys"):
        site = Site.create(folder, name=name, root=anchor, passphrase=passphrase, clock=SystemClock())
        path = folder / f"site{SITE_REQUEST_SUFFIX}"
        write_durably(path, site.request())
    out.print(f"The site “{escape(name)}” is ready in {escape(str(folder))}.")
    out.print(f"Send [bold]{escape(str(path))}[/bold] to the office, and compare this fingerprint by telephone:")
    out.print(f"[bold]{fingerprint(site.public_signing_key())}[/bold]")


@app.command("certify")
def certify_seats(
    folder: SiteFolder,
    stick: StickFolder,
    seat: Annotated[str | None, typer.Option("--seat", help="Only this seat; otherwise every one that asks.")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Certify the seats whose requests are on the stick. Compare each fingerprint with the one its screen shows."""
    site = _site(folder, passphrase_file)
    with progress("Certifying seats"):
        done = certify(site, Stick(stick), only=None if seat is None else SeatId(seat))
        bring_marks(site, Stick(stick))
    if not done:
        whose = "any seat" if seat is None else f"the seat {seat}"
        raise NotReady(Missing.REQUEST, f"there is no request of {whose} on the stick: run `kiosk seat request` first")
    for entry in done:
        word = "certified" if entry.is_new else "has its certificate already"
        out.print(
            f"[bold]{escape(entry.seat)}[/bold] {word}, number {entry.serial}, until {day_and_time(entry.not_after)}, "
            f"fingerprint [bold]{entry.fingerprint}[/bold]"
        )


@proctor_app.command("add")
def proctor_add(
    folder: SiteFolder,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Letters, digits, '_', '.' and '-'.")],
    name: Annotated[str, typer.Option(help="The person's name, as seats show it.")],
    admin: Annotated[bool, typer.Option("--admin", help="May also open the admin's page of a seat.")] = False,
    pin_file: Annotated[
        Path | None, typer.Option("--pin-file", help="File whose first line is the PIN; otherwise you are asked.")
    ] = None,
    stick: StickOption = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Add a proctor, or give one a new name or PIN. The PIN has 6 to 12 digits and is not kept."""
    site = _site(folder, passphrase_file)
    _learn(site, stick)
    pin = _ask_pin(pin_file)
    role = ProctorRole.ADMIN if admin else ProctorRole.PROCTOR
    with progress("Setting the PIN"):
        file = add_proctor(site, proctor=identifier, name=name, role=role, pin=pin)
    out.print(f"{escape(name)} may unlock this site's seats. The proctor file has number {file.number}.")
    _bring(site, stick)


@proctor_app.command("remove")
def proctor_remove(
    folder: SiteFolder,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As it was added.")],
    stick: StickOption = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Remove a proctor. Seats know once they have imported the new file."""
    site = _site(folder, passphrase_file)
    _learn(site, stick)
    file = remove_proctor(site, ProctorId(identifier))
    out.print(f"{escape(identifier)} is removed. The proctor file has number {file.number}.")
    _bring(site, stick)


@proctor_app.command("list")
def proctor_list(
    folder: SiteFolder,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
) -> None:
    """List the proctors."""
    entries = proctors(Site(folder, clock=SystemClock()))
    if as_json:
        print_json([{"id": entry.proctor, "name": entry.name, "role": entry.role.value} for entry in entries])
        return
    table = listing("Proctor", "Name", "May")
    for entry in entries:
        may = "unlock, admin's page" if entry.role is ProctorRole.ADMIN else "unlock"
        table.add_row(entry.proctor, escape(entry.name), may)
    out.print(table)


@app.command("status")
def status(
    folder: SiteFolder,
    stick: StickFolder,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs instead of sentences.")] = False,
) -> None:
    """Say which seat lacks what, by the seats' reports on the stick, and which results are on their way."""
    with progress("Looking at the stick"):
        found = overview(Site(folder, clock=SystemClock()), Stick(stick))
    if as_json:
        print_json(to_json(found))
        return
    if found.drop_refused is not None:
        refused = found.drop_refused
        err.print(escape(f"The drop on the stick is refused ({refused.layer.value}): {refused}"), highlight=False)
    for unreadable in found.unreadable:
        err.print(escape(f"Left out, it is no seat report: {unreadable}"), highlight=False)
    waiting = sum(line.receipt in ("", RECEIPT_REFUSED) and line.refused is None for line in found.results)
    out.print(
        f"{escape(found.name)}: {counted(len(found.seats), 'seat')}, {counted(len(found.exams), 'exam')} in the drop, "
        f"{counted(len(found.results), 'result')} on the stick, {waiting} of them without a receipt."
    )
    seats = listing("Seat", "Certificate", "Lacks", "Not here", title="Seats")
    for seat in found.seats:
        until = "none" if seat.certificate_until is None else day_and_time(seat.certificate_until)
        seats.add_row(escape(seat.seat), until, escape(_lacks(seat)), _not_here(seat))
    out.print(seats)
    if found.results:
        results = listing("Result", "Seat", "Session", "Ended", "Receipt", title="Results")
        for line in found.results:
            results.add_row(*_result_row(line))
        out.print(results)


@app.command("receipts")
def receipts(
    folder: SiteFolder,
    source: Annotated[Path, typer.Argument(metavar="FROM", help="Folder with the office's receipts.")],
    stick: StickFolder,
) -> None:
    """Verify the office's receipts and bring them to the stick, for the seats."""
    done = bring_receipts(Site(folder, clock=SystemClock()), source, Stick(stick))
    good = [entry for _, entry in done if not isinstance(entry, Refused)]
    new = sum(entry.outcome is ExportOutcome.WRITTEN for entry in good)
    out.print(f"{len(good)} receipts are on the stick, {new} of them new.")
    refused = [entry for _, entry in done if isinstance(entry, Refused)]
    for entry in refused[1:]:
        err.print(escape(f"Refused ({entry.layer.value}): {entry}"), highlight=False)
    if refused:
        raise refused[0]


def _site(folder: Path, passphrase_file: Path | None) -> Site:
    Site(folder, clock=SystemClock())  # a wrong folder is said before anybody types a passphrase
    passphrase = ask_passphrase(passphrase_file, whose="the site's keys")
    return Site(folder, clock=SystemClock(), passphrase=passphrase)


def _learn(site: Site, stick: Path | None) -> None:
    if stick is not None:
        place = Stick(stick)
        place.refuse_absent()
        site.take_notice(place)


def _bring(site: Site, stick: Path | None) -> None:
    if stick is None:
        out.print("Bring it to a stick with --stick; seats know once they have imported it.")
        return
    file = bring_to(site, Stick(stick))
    bring_marks(site, Stick(stick))
    out.print(f"It is on the stick as site/{escape(file.name)}.")


def _ask_pin(file: Path | None) -> str:
    if file is not None:
        text = read_bounded(file, max_bytes=PIN_FILE_MAX_BYTES, place=file.name)
        return text.decode("utf-8", "replace").split("\n", 1)[0].strip()
    while True:
        pin = ask_secret("PIN (6 to 12 digits): ")
        if pin == ask_secret("Once more: "):
            return pin
        err.print("The two were different. Please try again.")


def _lacks(seat: SeatLine) -> str:
    if not seat.reported:
        return "no report on this stick: export from the seat"
    lacking = [MISSING_WORDS[missing] for missing in seat.missing]
    lacking += [f"“{title}”" for title in seat.exams_missing]
    lacking += [f"the release of “{title}”" for title in seat.exams_unreleased]
    return ", ".join(lacking) or "nothing"


def _not_here(seat: SeatLine) -> str:
    parts = [
        f"{number} {what}"
        for number, what in (
            (seat.results_not_here, "result" if seat.results_not_here == 1 else "results"),
            (seat.unfinished, "unfinished"),
            (seat.damaged, "damaged"),
        )
        if number
    ]
    return ", ".join(parts) or "–"


def _result_row(line: ResultLine) -> tuple[str, ...]:
    if line.refused is not None or line.state is None:
        return f"{escape(line.bundle[:16])}…", "", "", f"[red]refused: {escape(str(line.refused))}[/red]", ""
    return f"{line.bundle[:16]}…", escape(line.seat), line.session, line.state.value, line.receipt or "none yet"
