"""The site's proctors: who may unlock a seat, set at the site desk.

Owns the proctor file and its number. A PIN is never kept, only its verifier. Refuses to know how often a PIN may be tried.
"""

from __future__ import annotations

from typing import Final

from exam_packages.drop_paths import PROCTORS_SUFFIX
from exam_packages.ids import ProctorId
from exam_packages.opening import open_proctors
from exam_packages.proctors import Proctor, ProctorFile, ProctorRole, build_proctor_file, make_proctor
from exam_packages.signed_documents import checked_name
from kiosk.errors import Missing, NotReady
from kiosk.handover.stick import Stick, put
from kiosk.seat.facts import ExportedFile
from kiosk.site.site import Site, checked_title

_FILE: Final = "proctors"


def proctors(site: Site) -> tuple[Proctor, ...]:
    """Return the proctors, by identifier."""
    return _file(site).proctors


def add_proctor(site: Site, *, proctor: str, name: str, role: ProctorRole, pin: str) -> ProctorFile:
    """Add a proctor, or give one a new name, role and PIN. Slow on purpose (Argon2id).

    Raises:
        FormRefused: the identifier or the PIN has other characters, or the name is empty or too long.
        NotReady: the site is not registered yet: PINs are bound to the site's identifier.
        PassphraseWrong: the site's keys stay locked.
    """
    identifier = ProctorId(checked_name(proctor, place="proctor"))
    title = checked_title(name, place="proctor's name")
    added = make_proctor(proctor=identifier, name=title, role=role, pin=pin, site=site.site, pepper=site.pepper())
    others = [entry for entry in proctors(site) if entry.proctor != identifier]
    return _write(site, [*others, added])


def remove_proctor(site: Site, proctor: ProctorId) -> ProctorFile:
    """Remove a proctor. Seats know once they have imported the new file.

    Raises:
        NotReady: there is none of that identifier.
    """
    before = proctors(site)
    after = [entry for entry in before if entry.proctor != proctor]
    if len(after) == len(before):
        raise NotReady(Missing.PROCTORS, f"there is no proctor {proctor}")
    return _write(site, after)


def bring_to(site: Site, stick: Stick) -> ExportedFile:
    """Bring the proctor file to a stick.

    Raises:
        NotReady: there is none yet.
    """
    stick.refuse_absent()
    if not (site.folder / _FILE).is_file():
        raise NotReady(Missing.PROCTORS, "no proctor has been added yet")
    return put(stick.site / f"{site.site}{PROCTORS_SUFFIX}", site.read(_FILE))


def _file(site: Site) -> ProctorFile:
    registration = site.registration()
    if not (site.folder / _FILE).is_file():
        return ProctorFile(site=registration.site, number=0, issued=site.clock.utc_ms(), proctors=())
    return open_proctors(site.read(_FILE), registration=registration)


def _write(site: Site, entries: list[Proctor]) -> ProctorFile:
    file = ProctorFile(
        site=site.site,
        number=_file(site).number + 1,
        issued=site.clock.utc_ms(),
        proctors=tuple(sorted(entries, key=lambda entry: entry.proctor)),
    )
    site.write(_FILE, build_proctor_file(file, site.signing_key()))
    return file
