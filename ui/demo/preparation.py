"""Everything before the candidate comes: keys, registration, certificate, proctors, the exam, its roster, its release.

Each errand is a command that somebody would type at their own desk; what passes between desks lies on the stick, or in a file
that would be sent. Owns the order of the errands and the names of the imaginary people.
"""

from __future__ import annotations

import csv
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Final

from exam_packages.office.building import CLONES_NAME
from exam_packages.qti import preparing
from exam_packages.qti.model import Exam
from exam_packages.qti.package import read_package
from kiosk.handover.stick import Stick
from ui.command_line.console import PASSPHRASE_VARIABLE
from ui.demo.answer_sheet import FILE_NAME, AnswerSheet, read_answer_sheet
from ui.demo.errors import DemoFault
from ui.demo.folders import DayFolder
from ui.demo.narrator import Narrator
from ui.demo.programs import Desk

SAMPLE: Final = "contact-center-form-a"
SITE_ID: Final = "site-riverside"
SEAT_NAME: Final = "seat-01"
PIN_DIGITS: Final = 6
PASSPHRASE_BYTES: Final = 15
OFFICERS: Final = ("1", "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may unlock the seat."""

    identifier: str
    name: str
    pin: str
    is_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A day that is ready to begin.

    Attributes:
        office, site, seat: the desks, with the secrets that each of them has.
        proctor, admin: who may unlock the seat, with PINs.
        candidate: whose name is on the roster.
        exam: what is on the screens, once the exam is built.
    """

    folder: DayFolder
    exam: Exam
    sheet: AnswerSheet
    office: Desk
    site: Desk
    seat: Desk
    proctor: Person
    admin: Person
    candidate: str


CANDIDATES: Final = ("Robin Example", "Ana Sample", "Kofi Specimen", "Mei Muster")
"""Imaginary people; the first one sits the exam."""

RandomBelow = Callable[[int], int]


def sample_folder() -> Path:
    """Return the sample exam's content folder."""
    return Path(str(resources.files("exam_packages"))) / "samples" / SAMPLE


def exam_as_built(clones: Path) -> Exam:
    """Return the sample exam as the office has built it: what its templates left open is decided by the build's seed.

    Args:
        clones: the office's record of how it made items of templates.

    Raises:
        DemoFault: that is no such record.
    """
    try:
        seed = str(json.loads(clones.read_bytes())["seed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DemoFault(f"{clones} does not say how items were made of templates: {error!r}.") from None
    return read_package(preparing.prepared(sample_folder(), seed=seed))


def prepare(folder: DayFolder, narrator: Narrator, *, random_below: RandomBelow = secrets.randbelow) -> Prepared:
    """Run every errand until the seat is ready and its exam released.

    Raises:
        CommandFailedError: one of them was refused.
        SourceRefused: the sample is not an exam.
    """
    prepared = _people_and_desks(folder, random_below)
    with narrator.step("Office", "makes the keys of every role"):
        prepared.office.run("office", "init", folder.office, "--name", "Example Certification")
    root = folder.office / "root.json"
    with narrator.step("Site", "makes its keys and asks to be registered"):
        prepared.site.run("site", "init", folder.site, "--name", "Testing centre Riverside", "--root", root)
    with narrator.step("Office", "registers the testing centre"):
        request = folder.only(folder.site, "*.site-request")
        prepared.office.run("office", "register-site", folder.office, request, "--site", SITE_ID)
    with narrator.step("Office", "builds, encrypts and signs the sample exam"):
        prepared.office.run("office", "build", folder.office, sample_folder())
    prepared = replace(prepared, exam=exam_as_built(folder.only(folder.office, CLONES_NAME)))
    with narrator.step("Office", "writes the roster and publishes the drop, which goes onto the stick"):
        _publish(prepared)
    with narrator.step("Seat", "makes its keys and asks for a certificate"):
        prepared.seat.run("seat", "init", folder.seat, "--name", SEAT_NAME, "--root", root)
        prepared.seat.run("seat", "request", folder.seat, "--stick", folder.stick)
    with narrator.step("Site", "sets the PINs and certifies the seat"):
        for person in (prepared.proctor, prepared.admin):
            _add_proctor(prepared, person)
        prepared.site.run("site", "certify", folder.site, folder.stick)
    with narrator.step("Seat", "takes in what is on the stick"):
        prepared.seat.run("seat", "import", folder.seat, folder.stick)
    with narrator.step("Office", "releases the exam: two officers"):
        officers = [word for number in OFFICERS for word in ("--officer", number)]
        releases = Stick(folder.stick).releases
        form = prepared.exam.test.identifier
        prepared.office.run("office", "release", folder.office, form, *officers, "--out", releases)
    with narrator.step("Seat", "takes in the release"):
        prepared.seat.run("seat", "release", folder.seat, folder.only(releases, "*.release"))
    return prepared


def _people_and_desks(folder: DayFolder, random_below: RandomBelow) -> Prepared:
    def pin() -> str:
        return "".join(str(random_below(10)) for _ in range(PIN_DIGITS))

    def desk(*, has_keys: bool) -> Desk:
        # Somebody who wants to look around afterwards brings a passphrase; else nobody will ever know it.
        passphrase = os.environ.get(PASSPHRASE_VARIABLE) or secrets.token_urlsafe(PASSPHRASE_BYTES)
        return Desk(folder=folder.root, secrets={PASSPHRASE_VARIABLE: passphrase} if has_keys else {})

    return Prepared(
        folder=folder,
        exam=read_package(preparing.prepared(sample_folder())),
        sheet=read_answer_sheet(sample_folder() / FILE_NAME),
        office=desk(has_keys=True),
        site=desk(has_keys=True),
        seat=desk(has_keys=False),
        proctor=Person(identifier="paula", name="Paula Proctor", pin=pin()),
        admin=Person(identifier="sam", name="Sam Siteadmin", pin=pin(), is_admin=True),
        candidate=CANDIDATES[0],
    )


def _publish(prepared: Prepared) -> None:
    folder, office = prepared.folder, prepared.office
    with tempfile.TemporaryDirectory(prefix="kiosk-roster-") as place:
        roster = Path(place) / "appointments.csv"
        write_appointments(roster, CANDIDATES, exam=prepared.exam, now=datetime.now().astimezone())
        office.run("office", "roster", folder.office, SITE_ID, roster)
    office.run("office", "publish", folder.office, "--out", folder.drop)
    shutil.copytree(folder.drop, Stick(folder.stick).drop)


def write_appointments(path: Path, candidates: Sequence[str], *, exam: Exam, now: datetime) -> None:
    """Write a list of appointments as a spreadsheet would, one every quarter of an hour from the last full hour on."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("appointment", "candidate", "name", "exam", "start", "extra_time_percent"))
        for number, name in enumerate(candidates):
            start = (hour + timedelta(minutes=15 * number)).isoformat()
            extra = 25 if number == len(candidates) - 1 else 0
            rows.writerow((f"ap-{1001 + number}", f"C-{2041 + number}", name, exam.exam_id, start, extra))


def _add_proctor(prepared: Prepared, person: Person) -> None:
    """Add somebody with a PIN that stands on no command line and stays in no folder of the day."""
    folder = prepared.folder
    with tempfile.TemporaryDirectory(prefix="kiosk-pin-") as place:  # mode 0700
        file = Path(place) / "pin"
        file.write_text(f"{person.pin}\n", encoding="ascii")
        words = ("site", "proctor", "add", folder.site, person.identifier, "--name", person.name, "--pin-file", file)
        prepared.site.run(*words, *(("--admin",) if person.is_admin else ()), "--stick", folder.stick)
