"""`kiosk office revoke`: packages, sites, seats and keys that are no longer believed.

Owns arguments, looking up what is meant, and sentences. What happens is ``exam_packages.office.publishing.revoke``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from exam_packages.ids import Digest, SiteId
from exam_packages.office.publishing import revoke
from exam_packages.office.releasing import replaced_by
from exam_packages.office.state import Office, PackageRecord
from kiosk.clock import SystemClock
from signing.errors import ContentRefused, FormRefused
from ui.command_line.console import PASSPHRASE_FILE_HELP, ask_passphrase, escape, out

_BEGINNING_MIN: Final = (
    8  # characters: an empty one in a script would mean any package, and nothing is taken off the list
)

OfficeFolder = Annotated[Path, typer.Argument(metavar="OFFICE", help="The office's folder.", show_default=False)]
PassphraseFile = Annotated[Path | None, typer.Option("--passphrase-file", metavar="FILE", help=PASSPHRASE_FILE_HELP)]


def revoking(
    folder: OfficeFolder,
    packages: Annotated[
        list[str] | None, typer.Option("--package", metavar="DIGEST", help="A package; the beginning is enough.")
    ] = None,
    sites: Annotated[list[str] | None, typer.Option("--site", metavar="SITE", help="A testing centre.")] = None,
    certificates: Annotated[
        list[str] | None,
        typer.Option("--seat-certificate", metavar="DIGEST", help="A seat's certificate, by its whole digest."),
    ] = None,
    keys: Annotated[list[str] | None, typer.Option("--key", metavar="ID", help="A key, by its whole id.")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Say that a package, a site, a seat or a key is no longer believed. Nothing is ever taken off this list.

    It holds wherever the next drop is taken in (`kiosk office publish`). A revoked package can be neither released nor begun;
    this is also how an issue that was released already is stopped after a newer one has replaced it.
    """
    office = Office(folder, ask_passphrase(passphrase_file, whose="the office's keys"))
    meant = [_package(office, name) for name in packages or []]
    for site in sites or []:
        if site not in office.sites():
            raise ContentRefused(f"there is no site {site} in this office", place="--site")
    if not (meant or sites or certificates or keys):
        raise FormRefused("name what is to be revoked: --package, --site, --seat-certificate or --key", place="revoke")
    revoke(
        office,
        now=SystemClock().utc_ms(),
        packages=[record.digest for record in meant],
        sites=[SiteId(site) for site in sites or []],
        certificates=[Digest(digest) for digest in certificates or []],
        key_ids=keys or [],
    )
    for record in meant:
        out.print(f"Revoked [bold]{escape(record.title)}[/bold], form {record.form}, issue {record.issue}.")
    for name in (*(sites or []), *(certificates or []), *(keys or [])):
        out.print(f"Revoked [bold]{escape(name)}[/bold].")
    out.print("Publish a drop now, and have every seat import it: until then they go on as before.")


def say_what_it_replaces(office: Office, record: PackageRecord) -> None:
    """Tell people, of a package just built, that issues before it can still be begun where they were released."""
    for before in replaced_by(office, record, now=SystemClock().utc_ms()):
        out.print(
            f"It replaces issue {before.issue}, which gets no release any more. Where it was released before, it can still "
            f"be begun; to stop that: kiosk office revoke {escape(str(office.folder))} --package {before.digest[:16]}"
        )


def _package(office: Office, beginning: str) -> PackageRecord:
    if len(beginning) < _BEGINNING_MIN:
        raise FormRefused(f"name at least the first {_BEGINNING_MIN} characters of its digest", place="--package")
    found = [record for record in office.packages() if record.digest.startswith(beginning.lower())]
    if len(found) != 1:
        raise ContentRefused(f"{'no' if not found else 'more than one'} package begins so", place=beginning)
    return found[0]
