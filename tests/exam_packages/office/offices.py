"""An office on disk with a site and a seat, as small as it can be and real."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import exam_packages
from exam_packages.accommodations import NO_NEEDS, Accommodations
from exam_packages.certificates import SeatList, build_seat_list, certificate_digest
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ItemId,
    ProctorId,
    ResponseId,
    SeatId,
    SectionId,
    SessionId,
    UtcMs,
)
from exam_packages.office import BuiltExam, Office, OfficerUnlock, build_exam, import_seat_list, register_site
from exam_packages.qti.model import PartRole
from exam_packages.records import encode_record
from exam_packages.registrations import SiteRequest, build_site_request
from exam_packages.results import ResultContent, ResultHeader, build_result, head_of, state_of
from exam_packages.session_events import (
    Answered,
    Event,
    Finished,
    ItemPresented,
    Opened,
    Record,
    SectionKind,
    SectionPlan,
    SessionPlan,
)
from signing.argon2 import MINIMUM_COST
from tests.exam_packages import world

PASSPHRASE = "correct horse battery staple"
SAMPLE = Path(exam_packages.__file__).parent / "samples" / "contact-center-form-a"
OFFICERS = (
    OfficerUnlock(officer=1, passphrase=PASSPHRASE),
    OfficerUnlock(officer=3, passphrase=PASSPHRASE),
)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Built:
    """A finished office to copy from: making one costs more than copying it."""

    folder: Path
    exam: BuiltExam


@cache
def template() -> Built:
    temporary = TemporaryDirectory(prefix="office-")
    atexit.register(temporary.cleanup)
    folder = Path(temporary.name) / "office"
    office = Office.create(folder, name="Certification Board", passphrase=PASSPHRASE, now=world.NOW, cost=MINIMUM_COST)
    register_site(office, site_request(), site=world.SITE, now=world.NOW)
    built = build_exam(
        office,
        SAMPLE,
        not_before=UtcMs(world.NOW - world.DAY_MS),
        not_after=UtcMs(world.NOW + world.DAY_MS),
        now=world.NOW,
        release_cost=MINIMUM_COST,
    )
    return Built(folder=folder, exam=built)


def fresh(folder: Path, passphrase: str | None = PASSPHRASE) -> Office:
    """A copy of the finished office."""
    shutil.copytree(template().folder, folder / "office")
    return Office(folder / "office", passphrase)


def site_request(site: str = world.SITE) -> bytes:
    key = world.signing_key(site)
    request = SiteRequest(
        name=f"Testing centre {site}",
        signing_key=key.public_key,
        content_key=world.content_key(site).public,
        created=world.NOW,
    )
    return build_site_request(request, key)


def confirm_seats(office: Office, *seats: str, number: int = 1) -> None:
    """Give the office the site's list of its seats."""
    digests = tuple(certificate_digest(world.certificate_file(world.SITE, SeatId(seat))) for seat in seats)
    seat_list = SeatList(site=world.SITE, number=number, issued=world.NOW, certificates=digests)
    data = build_seat_list(seat_list, world.signing_key(world.SITE))
    assert import_seat_list(office, data, site=world.SITE, now=world.NOW) == len(seats)


def session_id(number: int) -> SessionId:
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 32)
        digits = ALPHABET[digit] + digits
    return SessionId("01J8ZQ5V7K3M9N2P4R6S" + digits)


def sitting(
    answers: Mapping[str, Mapping[str, Iterable[str]]],
    *,
    session: SessionId,
    seat: str,
    accommodations: Accommodations = NO_NEEDS,
) -> list[Event]:
    exam = template().exam
    refs = exam.exam.test.item_refs(PartRole.SCORED)
    section = SectionPlan(
        identifier=SectionId("everything"),
        kind=SectionKind.SCORED,
        items=tuple(ref.identifier for ref in refs),
        time_limit_ms=None,
    )
    plan = SessionPlan(
        session=session,
        appointment=AppointmentId(f"appointment-{session[-4:]}"),
        exam=exam.record.exam,
        form=exam.record.form,
        package=exam.record.digest,
        candidate=CandidateId(f"candidate-{session[-4:]}"),
        candidate_name="Łucja Ωmega 李",
        seat=SeatId(seat),
        has_agreement=False,
        sections=(section,),
        accommodations=accommodations,
    )
    return [
        Opened(plan=plan, proctor=ProctorId("proctor-1")),
        *(ItemPresented(item=ref.identifier) for ref in refs),
        *(
            Answered(item=ItemId(item), response=ResponseId(response), value=tuple(value))
            for item, responses in answers.items()
            for response, value in responses.items()
        ),
        Finished(),
    ]


def bundle(
    office: Office,
    answers: Mapping[str, Mapping[str, Iterable[str]]] | None = None,
    *,
    number: int = 1,
    previous: Digest | None = None,
    session: SessionId | None = None,
    seat: str = world.SEAT,
    accommodations: Accommodations = NO_NEEDS,
    **changes: object,
) -> bytes:
    """A result bundle as a seat of the site would seal it."""
    happened = sitting(answers or {}, session=session or session_id(number), seat=seat, accommodations=accommodations)
    opened = happened[0]
    assert isinstance(opened, Opened)
    lines = tuple(
        encode_record(Record(n=n, tick_ms=0, wall=world.NOW, event=event)) for n, event in enumerate(happened)
    )
    values: dict[str, object] = {
        "session": opened.plan.session,
        "appointment": opened.plan.appointment,
        "exam": opened.plan.exam,
        "form": opened.plan.form,
        "candidate": opened.plan.candidate,
        "package": opened.plan.package,
        "site": world.SITE,
        "seat": SeatId(seat),
        "certificate": world.certificate_file(world.SITE, SeatId(seat)),
        "registration": office.registration_file(world.SITE).read_bytes(),
        "number": number,
        "previous": previous,
        "state": state_of(happened[-1]),
        "records": len(lines),
        "head": head_of(lines),
        "created": UtcMs(world.NOW + 60_000),
    }
    header = ResultHeader(**(values | changes))  # type: ignore[arg-type]  # a table of the fields
    keys = [office.keys.public_content(name) for name in ("scoring-content-1", "scoring-content-2")]
    return build_result(
        header, ResultContent(journal=lines), scoring_keys=keys, seat_key=world.signing_key(f"{world.SITE}/{seat}")
    )
