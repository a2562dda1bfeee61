"""Numbers that were given twice, and signers whose word counts no longer.

Two documents with one number, both rightly signed: the one that came first stays, the other is named, and the rest is taken in.
Whatever a signer did who has been replaced since, those who follow are not kept out by it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from exam_packages.drop_paths import exam_path, grant_path, receipt_name
from exam_packages.ids import Digest, SeatId, UtcMs
from exam_packages.office.building import build_exam
from exam_packages.office.granting import register_site
from exam_packages.office.publishing import revoke, write_roster
from exam_packages.office.state import DELIVERY_NAME, Office, PackageRecord
from exam_packages.opening import open_receipt
from exam_packages.proctors import ProctorFile, ProctorRole, build_proctor_file
from exam_packages.receipts import ReceiptStatus, build_receipt
from exam_packages.registrations import SiteRegistration, build_registration
from exam_packages.rosters import Roster, build_roster
from exam_packages.seat_marks import KeptResults, build_kept_results
from exam_packages.signed_documents import read_document
from exam_packages.site_policies import LockdownPreset, SitePolicy, build_site_policy
from kiosk.handover.stick import Stick
from kiosk.seat.facts import ImportedFile, ImportKind, ImportOutcome, ImportReport
from kiosk.seat.seat import Seat
from kiosk.site.proctor_desk import add_proctor, bring_to
from kiosk.site.seats import certify
from kiosk.site.site import Site
from signing.argon2 import MINIMUM_COST
from signing.errors import OlderRefused, RevokedRefused, ThresholdRefused
from signing.keys import KeySet, SigningKey, generate_signing_key
from signing.labels import PayloadType
from signing.trust import Role
from tests.kiosk.seat.sittings import sit
from tests.simulators.day import (
    ANA,
    CHOICE_EXAM,
    PASSPHRASE,
    PROCTOR,
    PROCTOR_PIN,
    SAMPLES,
    SITE,
    World,
    appointment,
    make_world,
)

MINUTE_MS: Final = 60_000
LEAST_NUMBER: Final = 1
MOST_NUMBER: Final = 2**53 - 1


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


def outcomes(report: ImportReport, kind: ImportKind) -> list[ImportOutcome]:
    return [each.outcome for each in report.files if each.kind is kind]


def the_refused(report: ImportReport) -> ImportedFile:
    (refused,) = report.refused
    return refused


def body_of(seat: Seat, kind: str) -> bytes:
    document = seat._parts.state.documents.get(kind)
    assert document is not None
    return document.body


# -- documents, each made by whoever may sign it -----------------------------------------------------------------------


def registration(world: World, number: int, issued: int, signers: list[SigningKey] | None = None) -> bytes:
    office = world.office
    site = world.site
    said = SiteRegistration(
        site=SITE,
        name=site.name,
        number=number,
        signing_key=site.public_signing_key(),
        content_key=site.content_key().public,
        issued=UtcMs(issued),
    )
    return build_registration(said, signers or office.keys.signers_of(Role.REGISTRAR))


def roster(world: World, number: int, issued: int, signers: list[SigningKey] | None = None) -> bytes:
    said = Roster(site=SITE, number=number, issued=UtcMs(issued), appointments=())
    keys = signers or world.office.keys.signers_of(Role.ROSTERS)
    return build_roster(said, content_key=world.site.content_key().public, signers=keys)


def kept_results(world: World, number: int, issued: int, signers: list[SigningKey] | None = None) -> bytes:
    said = KeptResults(site=SITE, number=number, issued=UtcMs(issued), seats=())
    return build_kept_results(said, signers or world.office.keys.signers_of(Role.RECEIPTS))


def proctors(world: World, number: int, issued: int) -> bytes:
    said = ProctorFile(site=SITE, number=number, issued=UtcMs(issued), proctors=())
    return build_proctor_file(said, world.site.signing_key())


def policy(world: World, number: int, issued: int) -> bytes:
    said = SitePolicy(
        site=SITE,
        number=number,
        issued=UtcMs(issued),
        preset=LockdownPreset.STANDARD,
        wishes={},
        displays=(),
        required=(),
    )
    return build_site_policy(said, world.site.signing_key())


def in_drop(path_of: Callable[[Office], Path]) -> Callable[[World, bytes], None]:
    def bring_it(world: World, data: bytes) -> None:
        path_of(world.office).write_bytes(data)
        world.publish()

    return bring_it


def beside_drop(name: str) -> Callable[[World, bytes], None]:
    def bring_it(world: World, data: bytes) -> None:
        (world.stick / "site" / name).write_bytes(data)
        world.publish()

    return bring_it


Made = Callable[[World, int, int], bytes]
Brought = Callable[[World, bytes], None]
BRING_REGISTRATION: Final = in_drop(lambda office: office.registration_file(SITE))
BRING_ROSTER: Final = in_drop(lambda office: office.roster_file(SITE))
BRING_KEPT: Final = in_drop(lambda office: office.kept_results_file(SITE))
NUMBERED: Final = [
    pytest.param(ImportKind.REGISTRATION, registration, BRING_REGISTRATION, id="registration"),
    pytest.param(ImportKind.ROSTER, roster, BRING_ROSTER, id="roster"),
    pytest.param(ImportKind.KEPT_RESULTS, kept_results, BRING_KEPT, id="kept results"),
    pytest.param(ImportKind.PROCTORS, proctors, beside_drop(f"{SITE}.proctors"), id="proctors"),
    pytest.param(ImportKind.POLICY, policy, beside_drop(f"{SITE}.policy"), id="policy"),
]


@pytest.mark.parametrize(("kind", "made", "bring_it"), NUMBERED)
def test_a_second_document_with_one_number_is_refused_and_the_first_stays(
    kind: ImportKind, made: Made, bring_it: Brought, world: World
) -> None:
    now = world.clock.utc_ms()
    first, second = made(world, 7, now), made(world, 7, now + 1)
    with world.seat() as seat:
        bring_it(world, first)
        assert ImportOutcome.NEW in outcomes(seat.import_from(world.stick), kind)
        floor = seat.status().clock.floor
        bring_it(world, second)
        report = seat.import_from(world.stick)
        refused = the_refused(report)
        assert refused.kind is kind
        assert isinstance(refused.refused, OlderRefused)
        assert "has number 7, as has another one that was taken in before" in refused.refused.message
        assert refused.refused.place == refused.name
        assert body_of(seat, kind.value) == first
        assert seat.status().clock.floor == floor, "what is refused proves no time"
        assert outcomes(report, ImportKind.TRUST) == [ImportOutcome.NEW], "the rest is taken in"
        assert outcomes(report, ImportKind.PACKAGE) == [ImportOutcome.KNOWN] * 2
        bring_it(world, first)
        assert seat.import_from(world.stick).refused == ()
        bring_it(world, made(world, 8, now + 1))
        assert outcomes(seat.import_from(world.stick), kind) == [ImportOutcome.NEW]


def test_the_sites_own_machine_keeps_the_first_registration_with_a_number(world: World) -> None:
    now, site = world.clock.utc_ms(), world.site
    first = registration(world, 7, now)
    BRING_REGISTRATION(world, first)
    assert site.take_notice(Stick(world.stick)).refused is None
    before = site.trust().timestamp_version
    BRING_REGISTRATION(world, registration(world, 7, now + 1))
    refused = site.take_notice(Stick(world.stick)).refused
    assert isinstance(refused, OlderRefused)
    assert refused.place == f"registrations/{SITE}.registration"
    assert site.registration_file() == first
    assert site.trust().timestamp_version > before
    BRING_REGISTRATION(world, registration(world, 8, now + 1))
    assert site.take_notice(Stick(world.stick)).refused is None
    assert site.registration().number == 8


# -- signatures that are not the same ones -----------------------------------------------------------------------------


def replace_keys(world: World, role: Role, keys: list[SigningKey]) -> None:
    """The programme authority gives a role other keys; one of them is enough, but for receipts."""
    office = world.office
    threshold = 2 if role is Role.RECEIPTS else 1
    new = KeySet(keys=tuple(key.public_key for key in keys), threshold=threshold)
    office.repository.replace_roles(
        {**office.keys.role_key_sets(), role: new},
        targets=office.keys.offline().targets,
        online=office.keys.online(),
        now=world.clock.utc_ms(),
    )


def test_the_same_document_with_one_more_signature_is_taken(world: World) -> None:
    now, another = world.clock.utc_ms(), generate_signing_key()
    own = world.office.keys.signing("registrar")
    replace_keys(world, Role.REGISTRAR, [own, another])
    site = world.site
    with world.seat() as seat:
        for signers in ([own], [own, another], [another]):
            data = registration(world, 7, now, signers)
            BRING_REGISTRATION(world, data)
            assert outcomes(seat.import_from(world.stick), ImportKind.REGISTRATION) == [ImportOutcome.NEW]
            assert body_of(seat, "registration") == data
            assert site.take_notice(Stick(world.stick)).refused is None
            assert site.registration_file() == data


@pytest.mark.parametrize("number", [LEAST_NUMBER, 7])
def test_a_signer_who_took_the_highest_number_keeps_nobody_out_once_replaced(number: int, world: World) -> None:
    """The thief of the registrar's key signs the last number of all; the new registrar goes on where the old one was."""
    now, site = world.clock.utc_ms(), world.site
    BRING_REGISTRATION(world, registration(world, MOST_NUMBER, now))
    with world.seat() as seat:
        assert outcomes(seat.import_from(world.stick), ImportKind.REGISTRATION) == [ImportOutcome.NEW]
        site.learn(Stick(world.stick))
        BRING_REGISTRATION(world, registration(world, number, now))
        assert isinstance(the_refused(seat.import_from(world.stick)).refused, OlderRefused)
        revoke(world.office, now=now, key_ids=[world.office.keys.signing("registrar").public_key.keyid])
        new = generate_signing_key()
        replace_keys(world, Role.REGISTRAR, [new])
        data = registration(world, number, now, [new])
        BRING_REGISTRATION(world, data)
        report = seat.import_from(world.stick)
        assert report.refused == ()
        assert outcomes(report, ImportKind.REGISTRATION) == [ImportOutcome.NEW]
        assert site.take_notice(Stick(world.stick)).refused is None
        assert site.registration_file() == data


@pytest.mark.parametrize(
    ("role", "made", "bring_it", "kind"),
    [
        pytest.param(Role.ROSTERS, roster, BRING_ROSTER, ImportKind.ROSTER, id="roster"),
        pytest.param(Role.RECEIPTS, kept_results, BRING_KEPT, ImportKind.KEPT_RESULTS, id="kept results"),
    ],
)
def test_those_who_follow_a_replaced_signer_count_anew(
    role: Role, made: Callable[..., bytes], bring_it: Brought, kind: ImportKind, world: World
) -> None:
    now = world.clock.utc_ms()
    first = made(world, MOST_NUMBER, now)
    with world.seat() as seat:
        bring_it(world, first)
        assert ImportOutcome.NEW in outcomes(seat.import_from(world.stick), kind)
        new = [generate_signing_key() for _ in world.office.keys.signers_of(role)]
        replace_keys(world, role, new)
        bring_it(world, made(world, LEAST_NUMBER, now, new))
        assert outcomes(seat.import_from(world.stick), kind) == [ImportOutcome.NEW]
        bring_it(world, first)
        refused = the_refused(seat.import_from(world.stick))
        assert (refused.kind, type(refused.refused)) == (kind, ThresholdRefused), "the old one does not come back"


# -- a site that lost its keys, or its last week -----------------------------------------------------------------------


def made_anew(world: World) -> Site:
    """The admin's machine is lost: the site has new keys, and the office's word that they are its own."""
    shutil.rmtree(world.folder / "site")
    site = Site.create(
        world.folder / "site",
        name="Testing centre Berlin",
        root=world.office.root,
        passphrase=PASSPHRASE,
        clock=world.clock,
        cost=MINIMUM_COST,
    )
    now, record = world.clock.utc_ms(), world.office.package(world.exams.choice)
    register_site(world.office, site.request(), site=SITE, now=now)
    booked = appointment(ANA, "candidate-1", "Ana Ruiz", record.exam, record.form, now)
    write_roster(world.office, SITE, [booked], now=now)
    world.publish()
    site.learn(Stick(world.stick))
    return site


def test_a_site_with_new_keys_counts_anew_and_its_seats_follow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.site.seats.RENEW_DAYS", 100_000)
    certify(world.site, Stick(world.stick))
    with world.seat() as seat:
        assert outcomes(seat.import_from(world.stick), ImportKind.CERTIFICATE) == [ImportOutcome.NEW]
        (former,) = (path.read_bytes() for path in Stick(world.stick).proctor_files())
        site = made_anew(world)
        add_proctor(site, proctor=PROCTOR, name="Maria Keller", role=ProctorRole.PROCTOR, pin=PROCTOR_PIN)
        bring_to(site, Stick(world.stick))
        (line,) = certify(site, Stick(world.stick))
        assert line.serial == 1
        report = seat.import_from(world.stick)
        assert report.refused == ()
        assert seat.status().missing == ()
        assert [each.id for each in seat.day().proctors()] == [PROCTOR]
        sit(seat.day())
        (path,) = Stick(world.stick).proctor_files()
        path.write_bytes(former)
        assert isinstance(the_refused(seat.import_from(world.stick)).refused, ThresholdRefused)


def test_a_seat_that_its_sites_new_keys_have_not_certified_yet_takes_in_the_rest(world: World) -> None:
    with world.seat() as seat:
        bundle = sit(seat.day())
        seat.export(world.stick)
        world.accept()
        made_anew(world)
        report = seat.import_from(world.stick)
        assert {each.kind for each in report.refused} == {ImportKind.CERTIFICATE, ImportKind.PROCTORS}
        assert outcomes(report, ImportKind.RECEIPT) == [ImportOutcome.NEW]
        assert outcomes(report, ImportKind.RELEASE) == [ImportOutcome.KNOWN] * 2
        assert [each.bundle for each in seat.erase(None) if each.erased] == [bundle.digest]


def test_a_seat_whose_certificate_is_revoked_takes_in_the_rest(world: World) -> None:
    with world.seat() as seat:
        body = body_of(seat, "certificate")
        digest = read_document(body, PayloadType.SEAT_CERTIFICATE, place="certificate").digest
        sit(seat.day())
        seat.export(world.stick)
        world.accept()
        revoke(world.office, now=world.clock.utc_ms(), certificates=[digest])
        world.publish()
        report = seat.import_from(world.stick)
        assert [(each.kind, type(each.refused)) for each in report.refused] == [
            (ImportKind.CERTIFICATE, RevokedRefused)
        ], "the one on the stick says so; the one that is here is not named again"
        assert outcomes(report, ImportKind.RECEIPT) == [ImportOutcome.NEW]
        assert outcomes(report, ImportKind.PACKAGE) == []


def test_an_earlier_certificate_does_not_come_back_when_the_later_is_revoked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever had the stick once kept it; the office has revoked what the seat was known by, and may not know of more."""
    monkeypatch.setattr("kiosk.site.seats.RENEW_DAYS", 100_000)
    (path,) = Stick(world.stick).certificate_files()
    earlier = path.read_bytes()
    certify(world.site, Stick(world.stick))
    later = path.read_bytes()
    with world.seat() as seat:
        assert outcomes(seat.import_from(world.stick), ImportKind.CERTIFICATE) == [ImportOutcome.NEW]
        digest = read_document(later, PayloadType.SEAT_CERTIFICATE, place="certificate").digest
        revoke(world.office, now=world.clock.utc_ms(), certificates=[digest])
        world.publish()
        path.write_bytes(earlier)
        report = seat.import_from(world.stick)
        assert outcomes(report, ImportKind.CERTIFICATE) == [ImportOutcome.KNOWN, ImportOutcome.REFUSED]
        assert body_of(seat, "certificate") == later


@pytest.mark.parametrize("names", [("a", "z"), ("z", "a")])
def test_of_two_certificates_with_one_serial_the_later_counts(
    names: tuple[str, str], world: World, tmp_path: Path
) -> None:
    """The site was put back to a backup and certified the seat once more; its list names only the later one."""
    shutil.copytree(world.folder / "site", tmp_path / "backup")
    stick = Stick(world.stick)
    with Seat.create(
        world.folder / "seat-02", name=SeatId("seat-02"), root=world.office.root, clock=world.clock
    ) as seat:
        (world.stick / "requests" / "seat-02.seat-request").write_bytes(seat.request())
        certified = world.stick / "certificates" / "seat-02.certificate"
        certify(world.site, stick)
        earlier = certified.read_bytes()
        shutil.rmtree(world.folder / "site")
        shutil.copytree(tmp_path / "backup", world.folder / "site")
        world.clock.advance(MINUTE_MS)
        (line,) = (each for each in certify(world.site, stick) if each.seat == "seat-02")
        later = certified.read_bytes()
        assert (line.is_new, line.serial) == (True, 2)
        certified.unlink()
        for name, data in zip(names, (earlier, later), strict=True):
            certified.with_name(f"{name}.certificate").write_bytes(data)
        for _ in range(2):
            assert seat.import_from(world.stick).refused == ()
            assert body_of(seat, "certificate") == later


# -- receipts and packages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_receipt_by_keys_that_count_no_longer_keeps_no_other_away(step: int, world: World) -> None:
    now = world.clock.utc_ms()
    with world.seat() as seat:
        bundle = sit(seat.day()).digest
        seat.export(world.stick)
        world.accept(confirm_seats=False)
        path = world.stick / "receipts" / receipt_name(bundle)
        before = open_receipt(path.read_bytes(), trust=world.office.trust(now), bundle=bundle)
        before = replace(before, number=7)
        path.write_bytes(build_receipt(before, world.office.keys.signers_of(Role.RECEIPTS)))
        assert [each.status for each in seat.receipts_from(world.stick)] == ["quarantined"]
        new = [generate_signing_key(), generate_signing_key()]
        replace_keys(world, Role.RECEIPTS, new)
        accepted = replace(before, number=7 + step, status=ReceiptStatus.ACCEPTED, reason="", erase_after=UtcMs(now))
        path.write_bytes(build_receipt(accepted, new))
        world.office.kept_results_file(SITE).unlink()  # by the keys before; the next acceptance writes it anew
        world.publish()
        report = seat.import_from(world.stick)
        assert report.refused == ()
        assert outcomes(report, ImportKind.RECEIPT) == [ImportOutcome.NEW]
        (done,) = seat.erase(None)
        assert done.erased


def next_issue(world: World) -> PackageRecord:
    now = world.clock.utc_ms()
    return build_exam(
        world.office,
        SAMPLES / CHOICE_EXAM,
        not_before=now,
        not_after=UtcMs(now + 86_400_000),
        now=now,
        release_cost=MINIMUM_COST,
    ).record


def test_a_second_package_with_one_issue_is_refused_and_the_first_stays(world: World, tmp_path: Path) -> None:
    """The office was put back to a backup, and built what it calls the second issue once more."""
    office = world.folder / "office"
    shutil.copytree(office, tmp_path / "backup")
    first = next_issue(world)
    world.publish()
    with world.seat() as seat:
        assert outcomes(seat.import_from(world.stick), ImportKind.PACKAGE).count(ImportOutcome.NEW) == 1
        office.rename(tmp_path / "lost")
        shutil.copytree(tmp_path / "backup", office)
        second = next_issue(world)
        assert (second.issue, second.exam, second.form) == (first.issue, first.exam, first.form)
        assert second.digest != first.digest
        listed_by(world, tmp_path / "lost", [second.digest])
        report = seat.import_from(world.stick)
        refused = the_refused(report)
        assert (refused.kind, refused.name) == (ImportKind.PACKAGE, exam_path(second.digest))
        assert isinstance(refused.refused, OlderRefused)
        assert not (world.seat_folder / "packages" / f"{second.digest}.exam").exists()
        assert first.digest in {entry.package for entry in seat.status().exams}
        third = next_issue(world)
        listed_by(world, tmp_path / "lost", [third.digest])
        assert outcomes(seat.import_from(world.stick), ImportKind.PACKAGE) == [ImportOutcome.NEW]


def listed_by(world: World, repository: Path, packages: list[Digest]) -> None:
    """A drop that follows the ones before, with packages and grants of the office as it is now."""
    office, drop = world.office, world.stick / "drop"
    files = {exam_path(digest): office.package_folder(digest) / DELIVERY_NAME for digest in packages}
    files |= {grant_path(SITE, digest): office.grant_file(digest, SITE) for digest in packages}
    shutil.rmtree(drop)
    Office(repository, PASSPHRASE).repository.publish(
        files, drop, online=office.keys.online(), now=world.clock.utc_ms()
    )
