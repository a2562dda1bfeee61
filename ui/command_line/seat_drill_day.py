"""The day that a drill plays: an office, a site, a stick and a certified seat in a folder, and the office's receipts.

Owns the imaginary people. The errands are those of `kiosk office` and `kiosk site`; keys cost little to unlock,
because nobody guards them longer than the drill takes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from exam_packages.accommodations import Accommodations
from exam_packages.drop_paths import RECEIPT_SUFFIX, RELEASE_SUFFIX, SEAT_REQUEST_SUFFIX
from exam_packages.ids import AppointmentId, CandidateId, ProctorId, SeatId, SiteId, UtcMs
from exam_packages.office.accepting import BundleOutcome, accept_results
from exam_packages.office.building import build_exam
from exam_packages.office.granting import import_seat_list, register_site
from exam_packages.office.publishing import publish, write_roster
from exam_packages.office.releasing import OfficerUnlock, release_package
from exam_packages.office.state import Office
from exam_packages.proctors import ProctorRole
from exam_packages.rosters import Appointment
from exam_packages.session_events import Record
from kiosk.clock import Clock
from kiosk.drill.acts import PIECES, Cast
from kiosk.drill.errors import DrillError
from kiosk.handover.stick import Stick
from kiosk.seat.seat import Seat
from kiosk.session import EventNotAllowed, replay
from kiosk.site.proctor_desk import add_proctor, bring_to
from kiosk.site.seats import certify
from kiosk.site.site import Site
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused

_SAMPLE: Final = "recertification-essay"
_SITE: Final = SiteId("site-drill")
_SEAT: Final = SeatId("seat-drill")
_APPOINTMENT: Final = AppointmentId("appointment-drill")
_PROCTOR: Final = ProctorId("proctor-drill")
_DAY_MS: Final = 86_400_000
_OFFICERS: Final = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillDay:
    """A prepared day.

    Attributes:
        world: the folder that is recorded: the seat and the stick.
    """

    office: Office
    world: Path
    cast: Cast
    clock: Clock

    def accept(self) -> None:
        """Have the office accept what is on the stick, and put its receipts there.

        Raises:
            DrillError: it did not accept everything.
        """
        stick = Stick(self.cast.stick)
        now = self.clock.utc_ms()
        (seats,) = stick.seat_list_files()
        import_seat_list(self.office, seats.read_bytes(), site=_SITE, now=now)
        bundles = [(path.name, path) for path in stick.result_files()]
        report = accept_results(self.office, bundles, judge=_judge, now=now)
        stick.receipts.mkdir(exist_ok=True)
        for refusal in report.unread:
            raise DrillError(f"the office could not read the drill's result: {refusal}")
        for bundle in report.bundles:
            if bundle.outcome is not BundleOutcome.ACCEPTED or bundle.receipt is None:
                raise DrillError(f"the office did not accept the drill's result: {', '.join(bundle.reasons)}")
            (stick.receipts / f"{bundle.bundle}{RECEIPT_SUFFIX}").write_bytes(bundle.receipt)


def prepare(folder: Path, clock: Clock, *, pieces: int = PIECES) -> DrillDay:
    """Make a day in an empty folder: the seat is certified, everything that it takes in lies on the stick.

    Args:
        folder: where; absolute and without symbolic links.
        clock: what time it is.
        pieces: how much the candidate types between two rests.

    Raises:
        Refused: the sample is not an exam.
    """
    now = clock.utc_ms()
    passphrase = secrets.token_urlsafe(16)
    office = Office.create(
        folder / "office", name="Example Certification", passphrase=passphrase, now=now, cost=MINIMUM_COST
    )
    site = Site.create(
        folder / "site", name="Example Centre", root=office.root, passphrase=passphrase, clock=clock, cost=MINIMUM_COST
    )
    register_site(office, site.request(), site=_SITE, now=now)
    world = folder / "world"
    stick = Stick(world / "stick")
    stick.folder.mkdir(parents=True)
    _bring_exam(office, stick, passphrase, now)
    pin = f"{secrets.randbelow(10**6):06}"
    site.learn(stick)
    add_proctor(site, proctor=_PROCTOR, name="Maria Example", role=ProctorRole.PROCTOR, pin=pin)
    bring_to(site, stick)
    with Seat.create(world / "seat", name=_SEAT, root=office.root, clock=clock) as seat:
        stick.requests.mkdir()
        (stick.requests / f"{_SEAT}{SEAT_REQUEST_SUFFIX}").write_bytes(seat.request())
    certify(site, stick)
    cast = Cast(
        seat=world / "seat",
        stick=stick.folder,
        marks=folder / "marks",
        appointment=_APPOINTMENT,
        proctor=_PROCTOR,
        pin=pin,
        pieces=pieces,
    )
    return DrillDay(office=office, world=world, cast=cast, clock=clock)


def _bring_exam(office: Office, stick: Stick, passphrase: str, now: UtcMs) -> None:
    """Build, book and release the exam, and put the drop and the release onto the stick."""
    sample = Path(str(resources.files("exam_packages"))) / "samples" / _SAMPLE
    built = build_exam(
        office,
        sample,
        not_before=UtcMs(now - _DAY_MS),
        not_after=UtcMs(now + _DAY_MS),
        now=now,
        release_cost=MINIMUM_COST,
    ).record
    appointment = Appointment(
        appointment=_APPOINTMENT,
        candidate=CandidateId("candidate-drill"),
        name="Robin Example",
        exam=built.exam,
        form=built.form,
        day="2000-01-01",
        start=now,
        accommodations=Accommodations(),
    )
    write_roster(office, _SITE, [appointment], now=now)
    publish(office, stick.drop, now=now)
    officers = [OfficerUnlock(officer=officer, passphrase=passphrase) for officer in _OFFICERS]
    release = release_package(office, built.digest, officers, now=now, release_cost=MINIMUM_COST)
    stick.releases.mkdir()
    (stick.releases / f"{built.digest}{RELEASE_SUFFIX}").write_bytes(release)


def _judge(records: tuple[Record, ...]) -> None:
    try:
        replay(records)
    except EventNotAllowed as error:
        raise ContentRefused(str(error), place="journal") from error
