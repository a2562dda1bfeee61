"""A whole day's world in folders: a real office, a real site, a stick, a seat that is ready to be unlocked.

Everything is made once in a process and copied for each test, because making it takes seconds and using it milliseconds.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from exam_packages.accommodations import Accommodations
from exam_packages.drop_paths import RELEASE_SUFFIX
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, FormId, ProctorId, SeatId, SiteId, UtcMs
from exam_packages.office.accepting import AcceptReport, accept_results
from exam_packages.office.building import build_exam
from exam_packages.office.granting import import_seat_list, register_site
from exam_packages.office.publishing import publish, write_roster
from exam_packages.office.releasing import OfficerUnlock, release_package
from exam_packages.office.state import Office
from exam_packages.proctors import ProctorRole
from exam_packages.rosters import Appointment
from exam_packages.session_events import Record
from kiosk.clock import Clock
from kiosk.handover.stick import Stick
from kiosk.seat.layout import SeatFolder
from kiosk.seat.seat import Seat
from kiosk.session import EventNotAllowed, replay
from kiosk.site.proctor_desk import add_proctor, bring_to
from kiosk.site.seats import certify
from kiosk.site.site import Site
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused
from tests.simulators.clock import FakeClock

PASSPHRASE: Final = "correct horse battery staple"
SITE: Final = SiteId("site-berlin")
SEAT: Final = SeatId("seat-01")
PROCTOR: Final = ProctorId("maria")
PROCTOR_PIN: Final = "246813"
ADMIN: Final = ProctorId("jonas")
ADMIN_PIN: Final = "975310"
SAMPLES: Final = Path(__file__).parents[2] / "exam_packages" / "samples"
CHOICE_EXAM: Final = "contact-center-form-a"
ESSAY_EXAM: Final = "recertification-essay"
ANA: Final = AppointmentId("appointment-ana")
BORIS: Final = AppointmentId("appointment-boris")
CHIDI: Final = AppointmentId("appointment-chidi")
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Exams:
    """The digests of the two packages."""

    choice: Digest
    essay: Digest


class World:
    """Folders of one test: ``office``, ``site``, ``stick``, ``seat``."""

    def __init__(self, folder: Path, exams: Exams) -> None:
        self.folder = folder
        self.exams = exams
        self.clock = FakeClock()
        self.stick = folder / "stick"
        self.seat_folder = folder / "seat"

    @property
    def office(self) -> Office:
        """The office, unlocked."""
        return Office(self.folder / "office", PASSPHRASE)

    @property
    def site(self) -> Site:
        """The site, unlocked."""
        return Site(self.folder / "site", clock=self.clock, passphrase=PASSPHRASE)

    def seat(self, clock: Clock | None = None) -> Seat:
        """Open the seat."""
        return Seat.open(self.seat_folder, clock=clock or self.clock)

    def publish(self) -> None:
        """Put a new drop on the stick in place of the one there."""
        shutil.rmtree(self.stick / "drop", ignore_errors=True)
        publish(self.office, self.stick / "drop", now=self.clock.utc_ms())

    def release(self, package: Digest) -> Path:
        """Have two officers release a package, and put the release on the stick."""
        officers = [OfficerUnlock(officer=1, passphrase=PASSPHRASE), OfficerUnlock(officer=3, passphrase=PASSPHRASE)]
        data = release_package(self.office, package, officers, now=self.clock.utc_ms(), release_cost=MINIMUM_COST)
        path = self.stick / "releases" / f"{package}{RELEASE_SUFFIX}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def accept(self, *, confirm_seats: bool = True) -> AcceptReport:
        """Have the office accept what is on the stick, and put its receipts there."""
        office = self.office
        if confirm_seats:
            (seats,) = Stick(self.stick).seat_list_files()
            import_seat_list(office, seats.read_bytes(), site=SITE, now=self.clock.utc_ms())
        bundles = [(path.name, path) for path in Stick(self.stick).result_files()]
        report = accept_results(office, bundles, judge=judge, now=self.clock.utc_ms())
        folder = self.stick / "receipts"
        folder.mkdir(exist_ok=True)
        for bundle in report.bundles:
            if bundle.receipt is not None:
                (folder / f"{bundle.bundle}.receipt").write_bytes(bundle.receipt)
        return report


def unbind(seat: Path) -> None:
    """Let a seat's folder be copied: it is bound to wherever it is opened next."""
    SeatFolder(seat).place.unlink()


def judge(records: Sequence[Record]) -> None:
    """Replay a session for the office."""
    try:
        replay(records)
    except EventNotAllowed as error:
        raise ContentRefused(str(error), place="journal") from error


def make_world(folder: Path) -> World:
    """Copy the world for one test: exams imported and released, roster and proctors in place."""
    template, exams = _template()
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return World(folder, exams)


def appointment(
    name: AppointmentId, candidate: str, person: str, exam: str, form: str, now: int, *, extra_percent: int = 0
) -> Appointment:
    """One booked sitting."""
    return Appointment(
        appointment=name,
        candidate=CandidateId(candidate),
        name=person,
        exam=ExamId(exam),
        form=FormId(form),
        day="2026-09-21",
        start=UtcMs(now),
        accommodations=Accommodations(extra_time_percent=extra_percent),
    )


@cache
def _template() -> tuple[Path, Exams]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    clock = FakeClock()
    office = Office.create(
        folder / "office", name="Board", passphrase=PASSPHRASE, now=clock.utc_ms(), cost=MINIMUM_COST
    )
    site = Site.create(
        folder / "site",
        name="Testing centre Berlin",
        root=office.root,
        passphrase=PASSPHRASE,
        clock=clock,
        cost=MINIMUM_COST,
    )
    register_site(office, site.request(), site=SITE, now=clock.utc_ms())
    built = [
        build_exam(
            office,
            SAMPLES / name,
            not_before=UtcMs(clock.utc_ms() - _DAY_MS),
            not_after=UtcMs(clock.utc_ms() + 7 * _DAY_MS),
            now=clock.utc_ms(),
            release_cost=MINIMUM_COST,
        ).record
        for name in (CHOICE_EXAM, ESSAY_EXAM)
    ]
    choice, essay = built
    start = clock.utc_ms()
    write_roster(
        office,
        SITE,
        [
            appointment(ANA, "candidate-1", "Ana Ruiz", choice.exam, choice.form, start, extra_percent=25),
            appointment(BORIS, "candidate-2", "Борис Петров", choice.exam, choice.form, start),
            appointment(CHIDI, "candidate-3", "Chidi Okafor", essay.exam, essay.form, start),
        ],
        now=clock.utc_ms(),
    )
    world = World(folder, Exams(choice=choice.digest, essay=essay.digest))
    world.stick.mkdir()
    world.publish()
    site.learn(Stick(world.stick))
    add_proctor(site, proctor=PROCTOR, name="Maria Keller", role=ProctorRole.PROCTOR, pin=PROCTOR_PIN)
    add_proctor(site, proctor=ADMIN, name="Jonas Berg", role=ProctorRole.ADMIN, pin=ADMIN_PIN)
    bring_to(site, Stick(world.stick))
    with Seat.create(world.seat_folder, name=SEAT, root=office.root, clock=clock) as seat:
        requests = world.stick / "requests"
        requests.mkdir()
        (requests / f"{SEAT}.seat-request").write_bytes(seat.request())
        certify(site, Stick(world.stick))
        world.release(choice.digest)
        world.release(essay.digest)
        report = seat.import_from(world.stick)
        assert not report.refused, [str(file.refused) for file in report.refused]
    unbind(world.seat_folder)
    return folder, world.exams
