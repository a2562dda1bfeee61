"""Sticks that somebody had in hand: what lies on them may be no file, too much, false, or another thing a moment later.

Whatever it is, the seat says what, keeps what it had, and takes in the rest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from exam_packages.drop_paths import RELEASE_SUFFIX, exam_path, grant_path, receipt_name, registration_path, roster_path
from exam_packages.ids import Digest, ItemId, SeatId, SiteId, UtcMs
from exam_packages.office.accepting import BundleOutcome
from exam_packages.office.building import build_exam
from exam_packages.office.delivered import delivered_exam
from exam_packages.office.granting import register_site, write_grant
from exam_packages.office.keys import SCORING_KEYS
from exam_packages.office.publishing import revoke, write_roster
from exam_packages.office.state import PackageRecord
from exam_packages.opening import open_receipt
from exam_packages.proctors import ProctorRole
from exam_packages.receipts import build_receipt
from exam_packages.result_opening import open_result
from exam_packages.seat_marks import KeptResults, build_kept_results
from exam_packages.session_events import SessionPlan
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES
from exam_packages.site_policies import LockdownPreset
from kiosk import durable_file
from kiosk.errors import StickFault
from kiosk.handover import stick as stick_module
from kiosk.handover.stick import Stick
from kiosk.seat import importing
from kiosk.seat.facts import ExamState, ImportKind, ImportOutcome, SessionState
from kiosk.seat.holdings import exam_for
from kiosk.seat.plan_check import check_plan
from kiosk.seat.seat import Seat
from kiosk.site.overview import RECEIPT_REFUSED, overview
from kiosk.site.policy_desk import bring_policy_to, set_policy
from kiosk.site.proctor_desk import add_proctor, bring_to
from kiosk.site.seats import certify
from kiosk.site.site import Site
from kiosk.upload.receiving import bring
from signing.argon2 import MINIMUM_COST
from signing.errors import (
    ContentRefused,
    FormRefused,
    Layer,
    NotForThisSiteRefused,
    OlderRefused,
    RevokedRefused,
    ThresholdRefused,
)
from signing.hpke import ContentKey
from signing.trust import Role
from tests.exam_packages.hostile import forge
from tests.exam_packages.hostile.test_documents import receipt
from tests.kiosk.seat.sittings import sit
from tests.simulators.day import ANA, CHOICE_EXAM, PASSPHRASE, SAMPLES, SEAT, SITE, World, appointment, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "world")


@pytest.fixture
def new_seat(world: World) -> Iterator[Seat]:
    """A certified seat that has taken in nothing yet."""
    with Seat.create(
        world.folder / "seat-02", name=SeatId("seat-02"), root=world.office.root, clock=world.clock
    ) as seat:
        (world.stick / "requests" / "seat-02.seat-request").write_bytes(seat.request())
        certify(world.site, Stick(world.stick))
        yield seat


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file and what is in it, but the state's own log of acts."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("state.db", "lock"))
    }


def target(world: World, package: Digest) -> Path:
    return world.stick / "drop" / "targets" / exam_path(package)


# -- documents in a drop by whoever holds the keys that list files -------------------------------------------------------


def signed_anew(world: World, kind: ImportKind) -> Path:
    """Have the office sign a document of the site with the next number; return where the office keeps it."""
    office, now = world.office, world.clock.utc_ms()
    if kind is ImportKind.REGISTRATION:
        register_site(office, world.site.request(), site=SITE, now=now)
        return office.registration_file(SITE)
    if kind is ImportKind.ROSTER:
        write_roster(office, SITE, [], now=now)
        return office.roster_file(SITE)
    path = office.kept_results_file(SITE)
    number = 1 + sum(1 for _ in path.parent.glob("numbered-*"))
    (path.parent / f"numbered-{number}").touch()
    kept = KeptResults(site=SITE, number=number, issued=now, seats=())
    path.write_bytes(build_kept_results(kept, office.keys.signers_of(Role.RECEIPTS)))
    return path


@pytest.mark.parametrize("kind", [ImportKind.REGISTRATION, ImportKind.ROSTER, ImportKind.KEPT_RESULTS])
def test_an_older_document_in_a_newer_drop_is_refused(kind: ImportKind, world: World) -> None:
    """Everything that was ever signed rightly is at hand for whoever has the keys that list files, and only those."""
    path = signed_anew(world, kind)
    older = path.read_bytes()
    signed_anew(world, kind)
    with world.seat() as seat:
        world.publish()
        assert ImportOutcome.NEW in [each.outcome for each in seat.import_from(world.stick).files if each.kind is kind]
        path.write_bytes(older)
        world.publish()
        (refused,) = seat.import_from(world.stick).refused
        assert refused.kind is kind
        assert isinstance(refused.refused, OlderRefused)


def test_another_sites_registration_under_this_sites_name_is_refused(world: World) -> None:
    registration = signed_anew(world, ImportKind.REGISTRATION)
    register_site(world.office, world.site.request(), site="site-lima", now=world.clock.utc_ms())
    other = world.office.registration_file(SiteId("site-lima"))
    registration.write_bytes(other.read_bytes())
    world.publish()
    with world.seat() as seat:
        (refused,) = (each for each in seat.import_from(world.stick).refused if each.kind is ImportKind.REGISTRATION)
        assert isinstance(refused.refused, NotForThisSiteRefused)


def listing_also(world: World, path: str, source: Path) -> Path:
    """A drop that lists one more file, by whoever holds the keys that list files; return where it lies."""
    office, drop, now = world.office, world.stick / "drop", world.clock.utc_ms()
    held = world.folder / "held"
    shutil.copytree(drop / "targets", held, dirs_exist_ok=True)
    files = {str(each.relative_to(held)): each for each in held.rglob("*") if each.is_file()}
    shutil.rmtree(drop)
    office.repository.publish({**files, path: source}, drop, online=office.keys.online(), now=now)
    return drop / "targets" / path


@pytest.mark.parametrize("path_of", [roster_path, registration_path])
def test_a_document_longer_than_any_is_refused_and_nothing_of_it_read(
    path_of: Callable[[SiteId], str], world: World, tmp_path: Path
) -> None:
    path = path_of(SITE)
    (tmp_path / "long").write_bytes(b" " * (DOCUMENT_MAX_BYTES + 1))
    listing_also(world, path, tmp_path / "long").unlink()  # whoever reads it would say that it is missing
    with world.seat() as seat:
        (refused,) = seat.import_from(world.stick).refused
        assert isinstance(refused.refused, FormRefused)
        assert (refused.refused.place, refused.refused.message) == (path, f"is longer than {DOCUMENT_MAX_BYTES} bytes")
    if path_of is registration_path:
        with pytest.raises(FormRefused, match=f"longer than {DOCUMENT_MAX_BYTES} bytes"):
            world.site.learn(Stick(world.stick))


def test_what_is_for_other_sites_is_left_alone(world: World, tmp_path: Path, new_seat: Seat) -> None:
    """Sites share a stick: another one's grants, proctors and policy are none of this seat's business, good or not."""
    other = site_of(world, tmp_path)
    register_site(world.office, other.request(), site="site-lima", now=world.clock.utc_ms())
    world.publish()
    other.learn(Stick(world.stick))
    add_proctor(other, proctor="lucia", name="Lucia Rojas", role=ProctorRole.PROCTOR, pin="135791")
    set_policy(other, preset=LockdownPreset.STANDARD, wishes={}, required=(), displays=())
    for bring_it in (bring_to, bring_policy_to):
        bring_it(other, Stick(world.stick))
    lima = [each for each in (world.stick / "drop" / "targets" / "grants" / "site-lima").iterdir() if each.is_file()]
    assert len(lima) == 2
    lima[0].write_bytes(b"damaged")
    report = new_seat.import_from(world.stick)
    assert report.refused == ()
    assert [(each.kind, each.outcome) for each in report.files if "lima" in each.name] == [
        (ImportKind.PROCTORS, ImportOutcome.NOT_OURS),
        (ImportKind.POLICY, ImportOutcome.NOT_OURS),
    ]
    assert new_seat.status().missing == ()


def test_a_grant_that_opens_is_not_given_up_for_one_that_does_not(world: World) -> None:
    """A grant for keys that the site had once is rightly signed, and good for nothing."""
    office, now = world.office, world.clock.utc_ms()
    registration = office.registration(SITE, office.trust(now))
    once = replace(registration, content_key=ContentKey.generate().public)
    write_grant(office, office.package(world.exams.choice), once, now=now)
    world.publish()
    with world.seat() as seat:
        (refused,) = seat.import_from(world.stick).refused
        assert (refused.kind, refused.name) == (ImportKind.GRANT, grant_path(SITE, world.exams.choice))
        assert isinstance(refused.refused, ContentRefused)
        sit(seat.day())


def test_another_sites_key_that_was_revoked_keeps_no_site_from_learning(world: World, tmp_path: Path) -> None:
    """The drop carries that site's registration as long as nobody has registered it anew."""
    now, other = world.clock.utc_ms(), site_of(world, tmp_path)
    register_site(world.office, other.request(), site="a-site", now=now)  # looked at before the own one
    register_site(world.office, world.site.request(), site=SITE, now=now)
    newer = world.office.registration_file(SITE).read_bytes()
    revoke(world.office, now=now, key_ids=[other.public_signing_key().keyid])
    world.publish()
    assert world.site.take_notice(Stick(world.stick)).refused is None
    assert world.site.registration_file() == newer
    with pytest.raises(RevokedRefused):
        other.learn(Stick(world.stick))


def site_of(world: World, folder: Path) -> Site:
    """A second testing centre, not registered yet."""
    return Site.create(
        folder / "lima",
        name="Testing centre Lima",
        root=world.office.root,
        passphrase=PASSPHRASE,
        clock=world.clock,
        cost=MINIMUM_COST,
    )


@pytest.mark.parametrize("name", ["a", "z"])
def test_a_certificate_that_only_says_that_it_is_this_seats_brings_no_site_with_it(
    name: str, world: World, new_seat: Seat, tmp_path: Path
) -> None:
    """Anybody who had the stick knows the seat's key; the site that he names is a good one, and has a higher number."""
    other = site_of(world, tmp_path)
    for _ in range(2):
        register_site(world.office, other.request(), site="site-lima", now=world.clock.utc_ms())
    world.publish()
    right = next(each for each in Stick(world.stick).certificate_files() if "seat-02" in each.name)
    false = forge.saying(right.read_bytes(), ("some", "body"), site="site-lima")
    right.with_name(f"{name}.certificate").write_bytes(false)
    good = right.read_bytes()
    right.unlink()
    (refused,) = new_seat.import_from(world.stick).refused
    assert refused.name == f"{name}.certificate"
    assert isinstance(refused.refused, ThresholdRefused)
    right.write_bytes(good)
    (refused,) = new_seat.import_from(world.stick).refused
    assert refused.name == f"{name}.certificate"
    assert new_seat.status().missing == ()


# -- files that are no files -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Special:
    """Something that is no ordinary file, in the place of one."""

    name: str
    make: Callable[[Path], object]


SPECIALS: Final = [
    Special(name="a pipe", make=os.mkfifo),
    Special(name="a folder", make=Path.mkdir),
    Special(name="a link to an endless device", make=lambda path: path.symlink_to("/dev/zero")),
    Special(name="a link to itself", make=lambda path: path.symlink_to(path.name)),
    Special(name="a link to nowhere", make=lambda path: path.symlink_to("nowhere")),
]


@pytest.mark.parametrize("special", [SPECIALS[0], SPECIALS[1], SPECIALS[3]], ids=lambda each: each.name)
def test_a_package_in_the_drop_is_no_file(special: Special, world: World, new_seat: Seat) -> None:
    path = target(world, world.exams.choice)
    path.unlink()
    special.make(path)
    report = new_seat.import_from(world.stick)
    (refused,) = report.refused
    assert (refused.kind, refused.name) == (ImportKind.PACKAGE, exam_path(world.exams.choice))
    assert refused.refused is not None
    assert (refused.refused.layer, refused.refused.place) == (Layer.CONTENT, exam_path(world.exams.choice))
    assert [each.stem for each in (world.folder / "seat-02" / "packages").iterdir()] == [world.exams.essay]


def test_files_of_the_stick_that_are_no_files_are_passed_over(world: World, new_seat: Seat) -> None:
    folders = {
        "releases": ".release",
        "receipts": ".receipt",
        "site": ".proctors",
        "certificates": ".certificate",
        "requests": ".seat-request",
        "seats": ".json",
        "results": ".result",
    }
    for folder, suffix in folders.items():
        (world.stick / folder).mkdir(exist_ok=True)
        for number, special in enumerate(SPECIALS):
            special.make(world.stick / folder / f"{number}{suffix}")
    assert new_seat.import_from(world.stick).refused == ()
    certify(world.site, Stick(world.stick))
    assert overview(world.site, Stick(world.stick)).results == ()


def test_a_release_given_by_hand_is_no_file(world: World, tmp_path: Path) -> None:
    with world.seat() as seat:
        for special in (SPECIALS[0], SPECIALS[2]):
            path = tmp_path / f"{special.name}.release"
            special.make(path)
            (refused,) = seat.import_release(path).refused
            assert refused.refused is not None
            assert (refused.refused.layer, refused.refused.place) == (Layer.CONTENT, path.name)


def test_a_folder_of_the_stick_that_leads_elsewhere_gets_nothing(world: World, tmp_path: Path) -> None:
    """Results that were written somewhere else would be reported as being on the stick."""
    (tmp_path / "elsewhere").mkdir()
    with world.seat() as seat:
        sit(seat.day())
        (world.stick / "results").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(StickFault) as fault:
            seat.export(world.stick)
        assert fault.value.path == world.stick / "results"
        assert [entry.state for entry in seat.status().sessions] == [SessionState.SEALED]
    assert list((tmp_path / "elsewhere").iterdir()) == []


# -- too much ----------------------------------------------------------------------------------------------------------


def test_a_hundred_thousand_releases_are_refused_and_the_rest_is_taken_in(
    world: World, new_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listing them is what counts; a smaller limit stands for the hundred thousand, which take a disk longer than a test."""
    monkeypatch.setattr(stick_module, "FILES_MAX", 50)
    for number in range(60):
        (world.stick / "releases" / f"{number:03}{RELEASE_SUFFIX}").touch()
    report = new_seat.import_from(world.stick)
    (refused,) = report.refused
    assert (refused.kind, refused.name) == (ImportKind.RELEASE, "releases")
    assert refused.refused is not None
    assert refused.refused.layer is Layer.FORM
    assert "more than 50 files .release" in refused.refused.message
    taken = [file.kind for file in report.files if file.outcome is ImportOutcome.NEW]
    assert taken.count(ImportKind.PACKAGE) == 2


def test_files_of_other_kinds_do_not_count(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick_module, "FILES_MAX", 5)
    for number in range(60):
        (world.stick / "releases" / f"{number:03}.mp3").touch()
    assert len(Stick(world.stick).release_files()) == 2


def test_a_result_without_end_is_read_to_its_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a terabyte that takes no room (sparse), as the site looks at its stick."""
    monkeypatch.setattr("exam_packages.results.BUNDLE_MAX_BYTES", 1 << 20)
    monkeypatch.setattr("kiosk.site.overview.BUNDLE_MAX_BYTES", 1 << 20)
    (world.stick / "results").mkdir(exist_ok=True)
    path = world.stick / "results" / f"{'ab' * 32}.result"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    (line,) = overview(world.site, Stick(world.stick)).results
    assert isinstance(line.refused, FormRefused)
    assert (line.refused.place, line.refused.message) == (path.name, "is too long for a result bundle")


# -- another file a moment later ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [("a package without end", "signed for"), ("a pipe", "signed for")],
)
def test_a_package_exchanged_after_it_was_verified_is_not_taken_in(
    name: str, words: str, world: World, new_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = target(world, world.exams.choice), target(world, world.exams.essay)
    copy = durable_file.copy_durably

    def exchange_and_copy(source: Path, *arguments: object, **named: object) -> None:
        if source == path:
            path.unlink()
            if name == "a pipe":
                os.mkfifo(path)
            else:
                shutil.copyfile(other, path)
            if name == "a package without end":
                with path.open("r+b") as file:
                    file.truncate(1 << 40)
        copy(source, *arguments, **named)  # type: ignore[arg-type]  # whatever it is called with

    monkeypatch.setattr(importing, "copy_durably", exchange_and_copy)
    report = new_seat.import_from(world.stick)
    (refused,) = report.refused
    assert refused.name == exam_path(world.exams.choice)
    assert isinstance(refused.refused, ContentRefused)
    assert words in refused.refused.message
    assert [each.name for each in (world.folder / "seat-02" / "packages").iterdir()] == [f"{world.exams.essay}.exam"]


def test_a_package_that_grows_while_it_is_copied_does_not_fill_the_disk(
    world: World, new_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, chunks = target(world, world.exams.choice), durable_file.chunks_of
    more: list[bytes] = []

    def growing(source: Path) -> Iterator[bytes]:
        yield from chunks(source)
        while source == path and len(more) < 100:  # where nobody stops it, the test does
            more.append(bytes(durable_file.CHUNK_BYTES))
            yield more[-1]

    monkeypatch.setattr(durable_file, "chunks_of", growing)
    (refused,) = new_seat.import_from(world.stick).refused
    assert refused.name == exam_path(world.exams.choice)
    assert isinstance(refused.refused, ContentRefused)
    assert len(more) == 1
    assert [each.name for each in (world.folder / "seat-02" / "packages").iterdir()] == [f"{world.exams.essay}.exam"]


def test_a_package_shown_under_anothers_name_and_exchanged_back_is_not_taken_for_it(
    world: World, new_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was verified was the other package; what is copied is what the drop lists. Both are the office's."""
    path, other = target(world, world.exams.choice), target(world, world.exams.essay)
    listed = path.read_bytes()
    path.write_bytes(other.read_bytes())
    copy = durable_file.copy_durably

    def put_back_and_copy(source: Path, *arguments: object, **named: object) -> None:
        if source == path:
            path.write_bytes(listed)
        copy(source, *arguments, **named)  # type: ignore[arg-type]  # whatever it is called with

    monkeypatch.setattr(importing, "copy_durably", put_back_and_copy)
    report = new_seat.import_from(world.stick)
    (refused,) = report.refused
    assert isinstance(refused.refused, ContentRefused)
    assert refused.refused.message == "was exchanged while it was taken in"
    for held in (world.folder / "seat-02" / "packages").iterdir():
        assert held.stem == world.exams.essay
        assert held.read_bytes() == other.read_bytes()


# -- receipts ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sat(world: World) -> Digest:
    """A result on the seat and on the stick."""
    with world.seat() as seat:
        bundle = sit(seat.day())
        seat.export(world.stick)
        (world.stick / "receipts").mkdir()
        return bundle.digest


def test_an_accepted_receipt_is_not_replaced_by_an_older_one(world: World, sat: Digest) -> None:
    world.accept(confirm_seats=False)
    older = (world.stick / "receipts" / receipt_name(sat)).read_bytes()
    with world.seat() as seat:
        assert [each.status for each in seat.receipts_from(world.stick)] == ["quarantined"]
        world.accept()
        assert [each.status for each in seat.receipts_from(world.stick)] == ["accepted"]
        (world.stick / "receipts" / receipt_name(sat)).write_bytes(older)
        assert [each.outcome for each in seat.receipts_from(world.stick)] == [ImportOutcome.KNOWN]
        (done,) = seat.erase(None)
        assert done.erased


def test_a_second_receipt_with_the_number_of_the_first_changes_nothing(world: World, sat: Digest) -> None:
    """An office counts them; where two have one number, one of them was not counted."""
    world.accept(confirm_seats=False)
    path = world.stick / "receipts" / receipt_name(sat)
    office = world.office
    first = open_receipt(path.read_bytes(), trust=office.trust(world.clock.utc_ms()), bundle=sat)
    with world.seat() as seat:
        assert [each.status for each in seat.receipts_from(world.stick)] == ["quarantined"]
        second = replace(first, accepted=UtcMs(first.accepted + 1))
        path.write_bytes(build_receipt(second, office.keys.signers_of(Role.RECEIPTS)))
        assert [each.outcome for each in seat.receipts_from(world.stick)] == [ImportOutcome.KNOWN]


def test_a_receipt_of_another_office_erases_nothing(world: World, sat: Digest) -> None:
    """Rightly made for this very bundle, by people who are not this office."""
    data = forge.saying(receipt(bundle=sat), ("their scoring", "their records"))
    (world.stick / "receipts" / receipt_name(sat)).write_bytes(data)
    with world.seat() as seat:
        before = tree(world.seat_folder)
        (report,) = seat.receipts_from(world.stick)
        assert isinstance(report.refused, ThresholdRefused)
        assert report.refused.place == f"{receipt_name(sat)}.signatures[0]"
        (done,) = seat.erase(None)
        assert not done.erased
        assert tree(world.seat_folder) == before
    (line,) = overview(world.site, Stick(world.stick)).results
    assert (line.refused, line.receipt) == (None, RECEIPT_REFUSED)  # the result is as good as it was


def test_a_false_receipt_from_the_server_keeps_no_good_one_away(world: World, sat: Digest) -> None:
    """It calls itself the last of all; the office's own comes later with a small number."""
    false = forge.saying(receipt(bundle=sat), ("some", "body"), number=forge.MOST)
    bring(false, sat, Stick(world.stick))
    world.accept()
    good = (world.stick / "receipts" / receipt_name(sat)).read_bytes()
    (world.stick / "receipts" / receipt_name(sat)).write_bytes(false)
    bring(good, sat, Stick(world.stick))
    with world.seat() as seat:
        outcomes = {each.outcome for each in seat.receipts_from(world.stick)}
        assert outcomes == {ImportOutcome.REFUSED, ImportOutcome.NEW}
        (done,) = seat.erase(None)
        assert done.erased


def test_a_receipt_of_an_earlier_sitting_does_not_erase_the_next_one(world: World, sat: Digest) -> None:
    world.accept()
    old = (world.stick / "receipts" / receipt_name(sat)).read_bytes()
    with world.seat() as seat:
        later = sit(seat.day(), "appointment-boris")
        (world.stick / "receipts" / receipt_name(later.digest)).write_bytes(old)
        seat.receipts_from(world.stick)
        done = {each.bundle: each.erased for each in seat.erase(None)}
        assert done == {sat: True, later.digest: False}


# -- releases, revocations, seats --------------------------------------------------------------------------------------


def test_a_release_of_a_revoked_package_is_refused(world: World) -> None:
    revoke(world.office, now=world.clock.utc_ms(), packages=(world.exams.choice,))
    world.publish()
    with world.seat() as seat:
        report = seat.import_from(world.stick)
        refused = {file.name: file.refused for file in report.refused}
        name = f"{world.exams.choice}{RELEASE_SUFFIX}"
        assert isinstance(refused[name], RevokedRefused)
        assert name.removesuffix(RELEASE_SUFFIX) in str(refused[name])


def test_a_release_made_before_a_newer_issue_came_holds_until_the_package_is_revoked(
    world: World, new_seat: Seat
) -> None:
    """Freshness is the office's: it releases no issue that has been replaced. What it has released goes on to work (0128)."""
    older = world.office.package(world.exams.choice)
    booked = appointment(ANA, "candidate-1", "Ana Ruiz", older.exam, older.form, world.clock.utc_ms())
    assert new_seat.import_from(world.stick).refused == ()
    newer = rebuilt(world)
    assert (newer.exam, newer.form, newer.issue) == (older.exam, older.form, 2)

    def given() -> Digest | None:
        found = exam_for(booked, new_seat.status().exams)
        return found.package if found is not None and found.state is ExamState.READY else None

    assert new_seat.import_from(world.stick).refused == ()
    assert given() == older.digest, "an exam day goes on with what two officers have released"
    world.release(newer.digest)
    assert new_seat.import_from(world.stick).refused == ()
    assert given() == newer.digest, "the newest issue comes first as soon as it is released"
    revoke(world.office, now=world.clock.utc_ms(), packages=(older.digest,))
    world.publish()
    refused = {file.name: file.refused for file in new_seat.import_from(world.stick).refused}
    assert isinstance(refused[f"{older.digest}{RELEASE_SUFFIX}"], RevokedRefused)
    assert given() == newer.digest
    assert older.digest not in {entry.package for entry in new_seat.status().exams}


def test_a_newer_issue_that_is_not_released_gives_way_to_nothing_once_the_older_is_revoked(
    world: World, new_seat: Seat
) -> None:
    older = world.office.package(world.exams.choice)
    booked = appointment(ANA, "candidate-1", "Ana Ruiz", older.exam, older.form, world.clock.utc_ms())
    assert new_seat.import_from(world.stick).refused == ()
    newer = rebuilt(world)
    revoke(world.office, now=world.clock.utc_ms(), packages=(older.digest,))
    world.publish()
    new_seat.import_from(world.stick)
    found = exam_for(booked, new_seat.status().exams)
    assert found is not None
    assert (found.package, found.state) == (newer.digest, ExamState.NOT_RELEASED)


def test_a_result_without_end_keeps_no_other_from_being_accepted(world: World) -> None:
    """The office reads bundles one after another, and leaves out what it cannot read."""
    with world.seat() as seat:
        sit(seat.day())
        seat.export(world.stick)
    with (world.stick / "results" / f"{'00' * 32}.result").open("wb") as file:
        file.truncate(1 << 40)
    report = world.accept()
    assert [(each.layer, each.place) for each in report.unread] == [(Layer.FORM, f"{'00' * 32}.result")]
    assert [bundle.outcome for bundle in report.bundles] == [BundleOutcome.ACCEPTED]


def rebuilt(world: World) -> PackageRecord:
    """The next issue of the choice exam, in the drop on the stick."""
    now = world.clock.utc_ms()
    window_end = UtcMs(now + 86_400_000)
    built = build_exam(
        world.office,
        SAMPLES / CHOICE_EXAM,
        not_before=now,
        not_after=window_end,
        now=now,
        release_cost=MINIMUM_COST,
    )
    world.publish()
    return built.record


def test_a_seat_request_under_another_seats_name_gets_a_certificate_of_its_own(world: World, tmp_path: Path) -> None:
    """The admin sees another fingerprint. The true seat does not take the new certificate for its own."""
    with Seat.create(tmp_path / "false", name=SEAT, root=world.office.root, clock=world.clock) as false:
        (world.stick / "requests" / f"{SEAT}.seat-request").write_bytes(false.request())
        (line,) = certify(world.site, Stick(world.stick))
        assert line.is_new
    with world.seat() as seat:
        report = seat.import_from(world.stick)
        outcomes = [file.outcome for file in report.files if file.kind is ImportKind.CERTIFICATE]
        assert outcomes == [ImportOutcome.NOT_OURS]
        assert seat.status().missing == ()


# -- plans of a seat that lies -----------------------------------------------------------------------------------------


def more_time(plan: SessionPlan) -> SessionPlan:
    longer = tuple(replace(each, time_limit_ms=each.time_limit_ms and each.time_limit_ms * 4) for each in plan.sections)
    return replace(plan, sections=longer)


def fewer_items(plan: SessionPlan) -> SessionPlan:
    shorter = tuple(replace(each, items=each.items[:1], item_plans=()) for each in plan.sections)
    return replace(plan, sections=shorter)


def other_items(plan: SessionPlan) -> SessionPlan:
    first, *rest = plan.sections
    return replace(plan, sections=(replace(first, items=(ItemId("mine"),), item_plans=()), *rest))


def another_seed(plan: SessionPlan) -> SessionPlan:
    return replace(plan, seed="0" * 32, sections=plan.sections[::-1])


def no_seed_and_fewer_items(plan: SessionPlan) -> SessionPlan:
    return replace(fewer_items(plan), seed="")


def another_form(plan: SessionPlan) -> SessionPlan:
    return replace(plan, form="form-b")  # type: ignore[arg-type]  # a name


def test_a_plan_that_the_exam_does_not_give_is_found(world: World, sat: Digest) -> None:
    office = world.office
    data = (world.stick / "results" / f"{sat}.result").read_bytes()
    trust = office.trust(world.clock.utc_ms())
    plan = open_result(data, trust=trust, scoring_key=office.keys.content(SCORING_KEYS[0]), place="a.result").plan
    exam = delivered_exam(office, plan.package, now=world.clock.utc_ms())
    assert exam is not None
    check_plan(exam, plan)
    for change in (more_time, fewer_items, other_items, another_seed, no_seed_and_fewer_items, another_form):
        with pytest.raises(ContentRefused, match="its plan") as caught:
            check_plan(exam, change(plan))
        assert caught.value.place.startswith("journal, record 0"), change.__name__
