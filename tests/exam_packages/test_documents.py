"""Small signed documents: whatever a value says comes back, in one encoding only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages import drop_paths
from exam_packages.grants import Grant, build_grant
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, FormId, ProctorId, SeatId, SiteId, UtcMs
from exam_packages.opening import open_grant, open_proctors, open_receipt, open_registration, open_release, open_roster
from exam_packages.proctors import (
    Proctor,
    ProctorFile,
    ProctorRole,
    build_proctor_file,
    check_pin,
    make_proctor,
)
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.registrations import SiteRegistration, build_registration
from exam_packages.releases import Release, build_release
from exam_packages.rosters import Appointment, Roster, build_roster
from exam_packages.signed_documents import checked_day, checked_name
from signing.errors import FormRefused, OlderRefused, Refused, ThresholdRefused
from signing.pin import PinVerifier, PinWrong
from signing.trust.target_path import refuse_bad_path
from tests.exam_packages import world
from tests.exam_packages.needs import NEEDS

TRUST = world.trust()
NAMES = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9_-])?", fullmatch=True)
TITLES = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60)
TIMES = st.integers(0, 2**52).map(UtcMs)
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))
DAYS = st.dates().map(lambda day: day.isoformat())
CODES = st.lists(st.from_regex(r"[a-z-]{1,20}", fullmatch=True), max_size=4, unique=True).map(sorted).map(tuple)

GRANTS = st.builds(
    Grant,
    site=NAMES.map(SiteId),
    package=DIGESTS,
    package_id=st.binary(min_size=16, max_size=16),
    sealed_site_secret=st.binary(max_size=1500),
    wrapped_content_key=st.binary(min_size=40, max_size=40),
    issued=TIMES,
)
RELEASES = st.builds(
    Release,
    package=DIGESTS,
    exam=NAMES.map(ExamId),
    form=NAMES.map(FormId),
    secret=st.binary(min_size=32, max_size=32),
    issued=TIMES,
)
APPOINTMENTS = st.builds(
    Appointment,
    appointment=NAMES.map(AppointmentId),
    candidate=NAMES.map(CandidateId),
    name=TITLES,
    exam=NAMES.map(ExamId),
    day=DAYS,
    start=TIMES,
    date_of_birth=st.none() | DAYS,
    form=st.none() | NAMES.map(FormId),
    accommodations=NEEDS,
)


@given(grant=GRANTS)
@settings(max_examples=40, deadline=None)
def test_grants(grant: Grant) -> None:
    assert open_grant(build_grant(grant, world.signers("publisher")), trust=TRUST, site=None) == grant


@given(release=RELEASES)
@settings(max_examples=40, deadline=None)
def test_releases(release: Release) -> None:
    data = build_release(release, world.signers("officer-1", "officer-2"))
    assert open_release(data, trust=TRUST, package=None) == release


@given(
    appointments=st.lists(APPOINTMENTS, max_size=4, unique_by=lambda entry: entry.appointment),
    number=st.integers(1, 10**6),
)
@settings(max_examples=40, deadline=None)
def test_rosters(appointments: list[Appointment], number: int) -> None:
    ordered = tuple(sorted(appointments, key=lambda entry: entry.appointment))
    roster = Roster(site=world.SITE, number=number, issued=world.NOW, appointments=ordered)
    data = build_roster(roster, content_key=world.content_key(world.SITE).public, signers=world.signers("rosters"))
    assert open_roster(data, trust=TRUST, site=world.SITE, site_key=world.content_key(world.SITE)) == roster


@given(name=TITLES, number=st.integers(1, 10**6), site=NAMES.map(SiteId), issued=TIMES)
@settings(max_examples=40, deadline=None)
def test_registrations(name: str, number: int, site: SiteId, issued: UtcMs) -> None:
    registration = SiteRegistration(
        site=site,
        name=name,
        number=number,
        signing_key=world.signing_key("x").public_key,
        content_key=world.content_key("x").public,
        issued=issued,
    )
    assert open_registration(build_registration(registration, world.signers("registrar")), trust=TRUST) == registration


@given(number=st.integers(1, 10**9), bundle=DIGESTS, seat=NAMES.map(SeatId), reason=TITLES, accepted=TIMES)
@settings(max_examples=40, deadline=None)
def test_receipts(number: int, bundle: Digest, seat: SeatId, reason: str, accepted: UtcMs) -> None:
    held = Receipt(
        number=number,
        bundle=bundle,
        session=world.SESSION,
        site=world.SITE,
        seat=seat,
        status=ReceiptStatus.QUARANTINED,
        reason=reason,
        accepted=accepted,
        erase_after=None,
    )
    for receipt in (held, replace(held, status=ReceiptStatus.ACCEPTED, reason="", erase_after=accepted)):
        data = build_receipt(receipt, world.signers("scoring", "records"))
        assert open_receipt(data, trust=TRUST, bundle=bundle) == receipt


def proctor(name: str, role: ProctorRole = ProctorRole.PROCTOR) -> Proctor:
    verifier = PinVerifier(salt=bytes(16), hash=bytes(32), memory_kib=128 * 1024, iterations=2, lanes=1)
    return Proctor(proctor=ProctorId(name), name=name.title(), role=role, verifier=verifier)


@given(names=st.lists(NAMES, max_size=5, unique=True), number=st.integers(1, 1000))
@settings(max_examples=40, deadline=None)
def test_proctor_files(names: list[str], number: int) -> None:
    file = ProctorFile(
        site=world.SITE, number=number, issued=world.NOW, proctors=tuple(proctor(name) for name in sorted(names))
    )
    data = build_proctor_file(file, world.signing_key(world.SITE))
    assert open_proctors(data, registration=world.registration()) == file
    with pytest.raises(OlderRefused):
        open_proctors(data, registration=world.registration(), newest_number=number + 1)
    with pytest.raises(ThresholdRefused):
        open_proctors(data, registration=world.registration(world.OTHER_SITE))


def test_a_pin_belongs_to_one_proctor_at_one_site() -> None:
    entry = make_proctor(
        proctor=ProctorId("ana"), name="Ana", role=ProctorRole.ADMIN, pin="273911", site=world.SITE, pepper=world.PEPPER
    )
    check_pin(entry, "273911", site=world.SITE, pepper=world.PEPPER)
    wrong = [
        (entry, "273912", world.SITE, world.PEPPER),
        (entry, "273911", world.OTHER_SITE, world.PEPPER),
        (entry, "273911", world.SITE, bytes(32)),
        (replace(entry, proctor=ProctorId("bo")), "273911", world.SITE, world.PEPPER),
    ]
    for who, pin, site, pepper in wrong:
        with pytest.raises(PinWrong):
            check_pin(who, pin, site=site, pepper=pepper)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "-a", ".a", "a.", "ä", "a\n", "x" * 129])
def test_names_that_are_no_file_names_are_refused(name: str) -> None:
    with pytest.raises(FormRefused):
        checked_name(name, place="site")


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "20260101", "2026-1-1", "", "2026-01-01T00:00"])
def test_days_that_no_calendar_has_are_refused(day: str) -> None:
    with pytest.raises(FormRefused):
        checked_day(day, place="day")


@given(site=NAMES.map(SiteId), digest=DIGESTS)
def test_every_path_may_stand_in_a_drop(site: SiteId, digest: Digest) -> None:
    paths = (
        drop_paths.exam_path(digest),
        drop_paths.grant_path(site, digest),
        drop_paths.registration_path(site),
        drop_paths.roster_path(site),
    )
    reserved = {"con", "prn", "aux", "nul"}
    if site.partition(".")[0].lower() in reserved or site[:3].lower() in {"com", "lpt"}:
        return  # Windows' device names; the office refuses them when it publishes
    for path in paths:
        refuse_bad_path(path, place="drop")
    assert {drop_paths.result_name(digest)[:64], drop_paths.receipt_name(digest)[:64]} == {digest}


@given(data=st.binary(max_size=120))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_document_or_a_refusal(data: bytes) -> None:
    with pytest.raises(Refused):
        open_grant(data, trust=TRUST, site=None)
    with pytest.raises(Refused):
        open_receipt(b'{"payload":"' + data + b'"}', trust=TRUST, bundle=None)
