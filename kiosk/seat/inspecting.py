"""What a seat has at hand to judge a file with: for people who want to know, on the machine where the file lies.

Owns gathering. Changes nothing, and works while the window holds the seat.
"""

from __future__ import annotations

from pathlib import Path

from exam_packages.container import FileSource
from exam_packages.inspection import Context
from exam_packages.opening import check_package
from exam_packages.releases import Release
from kiosk.clock import Clock
from kiosk.errors import NotReady, StorageFault, StorageFaultKind
from kiosk.seat.holdings import Holdings
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.parts import assemble
from kiosk.seat.place import this_machine
from kiosk.seat.state import SeatState


def inspection_context(folder: Path, *, clock: Clock) -> Context:
    """Return what a seat knows; what it lacks is missing in the answer, too.

    Raises:
        StorageFault: there is no seat here, or it cannot be read.
    """
    layout = SeatFolder(folder)
    if not layout.about.is_file():
        raise StorageFault(StorageFaultKind.MISSING, folder, "there is no seat here")
    identity = read_identity(layout)
    state = SeatState(layout.state, identity.state_key, only_look=True)
    try:
        return _context(layout, assemble(layout, identity, state, clock, this_machine()).holdings, clock)
    finally:
        state.close()


def _context(layout: SeatFolder, holdings: Holdings, clock: Clock) -> Context:
    now = clock.utc_ms()
    try:
        trust = holdings.trust()
    except NotReady:
        return Context(now=now)
    try:
        registration, secrets = holdings.registration(), holdings.secrets()
    except NotReady:
        return Context(trust=trust, now=now)
    packages = [entry.package for entry in holdings.exams()]
    releases: list[Release] = []
    for package in packages:
        with layout.package(package).open("rb") as file:
            release = holdings.release(check_package(FileSource(file), trust=trust, place=package))
        if release is not None:
            releases.append(release)
    grants = [grant for package in packages if (grant := holdings.grant(package)) is not None]
    return Context(
        trust=trust,
        site=registration.site,
        registrations=(registration,),
        content_keys=(secrets.site_content_key,),
        grants=tuple(grants),
        releases=tuple(releases),
        now=now,
    )
