"""What a stick carries, and what of it a seat takes in."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from exam_packages import grants
from exam_packages.drop_paths import exam_path, grant_path, registration_path, roster_path
from exam_packages.grants import Grant
from exam_packages.ids import Digest, ProctorId, SeatId, SiteId, UtcMs
from exam_packages.office.building import build_exam
from exam_packages.office.granting import register_site, write_grant
from exam_packages.office.publishing import revoke, write_roster
from exam_packages.office.state import DELIVERY_NAME
from exam_packages.opening import open_roster
from exam_packages.proctors import ProctorRole
from exam_packages.signed_documents import file_digest
from kiosk import durable_file
from kiosk.errors import Missing, NotReady, StickFault, StickFaultKind
from kiosk.handover.stick import Stick
from kiosk.seat import importing
from kiosk.seat.facts import AppointmentState, ImportKind, ImportOutcome, ImportReport
from kiosk.seat.seat import Seat
from kiosk.seat.state import Document
from kiosk.site.proctor_desk import add_proctor, bring_to, remove_proctor
from kiosk.site.seats import certify
from signing.argon2 import MINIMUM_COST
from signing.errors import Layer
from signing.hpke import ContentKey
from tests.kiosk.seat.sittings import start
from tests.simulators.day import ANA, CHOICE_EXAM, PROCTOR, PROCTOR_PIN, SAMPLES, SITE, World

DAY_MS = 86_400_000


def outcomes(report: ImportReport, kind: ImportKind) -> list[ImportOutcome]:
    return [file.outcome for file in report.files if file.kind is kind]


def layer_of(report: ImportReport, kind: ImportKind) -> Layer:
    (refused,) = [file.refused for file in report.refused if file.kind is kind]
    assert refused is not None
    return refused.layer


def new_seat(world: World, name: str = "seat-02") -> Seat:
    seat = Seat.create(world.folder / name, name=SeatId(name), root=world.office.root, clock=world.clock)
    requests = world.stick / "requests"
    (requests / f"{name}.seat-request").write_bytes(seat.request())
    return seat


def newer_issue(world: World) -> Digest:
    """Have the office build the choice exam once more; return what it is called by."""
    now = world.clock.utc_ms()
    return build_exam(
        world.office,
        SAMPLES / CHOICE_EXAM,
        not_before=UtcMs(now - DAY_MS),
        not_after=UtcMs(now + DAY_MS),
        now=now,
        release_cost=MINIMUM_COST,
    ).record.digest


def list_only(world: World, files: dict[str, Path]) -> None:
    """Put a drop on the stick that lists these files, and no others."""
    shutil.rmtree(world.stick / "drop")
    office = world.office
    office.repository.publish(files, world.stick / "drop", online=office.keys.online(), now=world.clock.utc_ms())


class TestANewSeat:
    def test_before_a_drop_nothing_can_be_judged(self, world: World) -> None:
        shutil.rmtree(world.stick / "drop")
        with new_seat(world) as seat:
            report = seat.import_from(world.stick)
            assert report.refused == ()
            assert outcomes(report, ImportKind.PROCTORS) == [ImportOutcome.WAITING]
            assert outcomes(report, ImportKind.RELEASE) == [ImportOutcome.WAITING] * 2
            assert seat.status().missing[0] is Missing.TRUST
            with pytest.raises(NotReady):
                seat.day().proctors()

    def test_without_a_certificate_only_trust_comes_in(self, world: World) -> None:
        with new_seat(world) as seat:
            report = seat.import_from(world.stick)
            assert outcomes(report, ImportKind.TRUST) == [ImportOutcome.NEW]
            assert outcomes(report, ImportKind.CERTIFICATE) == [ImportOutcome.NOT_OURS]
            assert outcomes(report, ImportKind.PACKAGE) == []
            assert Missing.CERTIFICATE in seat.status().missing

    def test_with_one_everything_does_and_a_second_time_nothing_does(self, world: World) -> None:
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            report = seat.import_from(world.stick)
            assert report.refused == ()
            assert seat.status().missing == ()
            assert outcomes(report, ImportKind.PACKAGE) == [ImportOutcome.NEW] * 2
            again = seat.import_from(world.stick)
            assert again.new == again.refused == ()

    def test_a_first_import_that_was_cut_short_keeps_no_other_site_away(self, world: World) -> None:
        """The registration was in, the certificate was not, and the seat went to another site."""
        office, now = world.office, world.clock.utc_ms()
        register_site(office, world.site.request(), site="site-lima", now=now)
        body = office.registration_file(SiteId("site-lima")).read_bytes()
        with new_seat(world) as seat:
            left = Document(kind="registration", name="", number=1, digest=file_digest(body), body=body)
            seat._parts.state.documents.put(left, taken=now)
            certify(world.site, Stick(world.stick))
            assert seat.import_from(world.stick).refused == ()
            assert seat.status().missing == ()

    def test_progress_is_told_while_packages_are_copied(self, world: World) -> None:
        told: list[tuple[int, int, str]] = []
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            seat.import_from(world.stick, progress=lambda done, total, what: told.append((done, total, what)))
        assert {what for _, _, what in told} == {f"{digest}.exam" for digest in (world.exams.choice, world.exams.essay)}
        assert all(done <= total for done, total, _ in told)

    def test_the_admins_stick_has_to_be_there(self, seat: Seat, tmp_path: Path) -> None:
        for act in (seat.import_from, seat.receipts_from, seat.export):
            with pytest.raises(StickFault) as fault:
                act(tmp_path / "nowhere")
            assert fault.value.kind is StickFaultKind.NOT_FOUND


class TestDrops:
    def test_a_drop_older_than_the_one_seen_is_refused(self, world: World, seat: Seat) -> None:
        shutil.copytree(world.stick / "drop", world.folder / "old")
        world.publish()
        assert outcomes(seat.import_from(world.stick), ImportKind.TRUST) == [ImportOutcome.NEW]
        shutil.rmtree(world.stick / "drop")
        shutil.copytree(world.folder / "old", world.stick / "drop")
        report = seat.import_from(world.stick)
        assert layer_of(report, ImportKind.TRUST) is Layer.OLDER
        # Nothing of an older drop is looked at, and what was there stays.
        assert outcomes(report, ImportKind.PACKAGE) == []
        assert seat.status().missing == ()

    def test_an_expired_drop_is_refused_and_an_exam_that_is_in_goes_on(self, world: World, seat: Seat) -> None:
        world.publish()
        world.clock.advance(31 * DAY_MS)
        assert layer_of(seat.import_from(world.stick), ImportKind.TRUST) is Layer.EXPIRED
        assert seat.status().trust_expires is not None
        assert seat.day().proctors()

    def test_drops_raise_the_floor_of_time(self, world: World, seat: Seat) -> None:
        world.clock.advance(3 * DAY_MS)
        world.publish()
        seat.import_from(world.stick)
        assert seat.status().clock.floor == world.clock.utc_ms()
        assert seat.status().drop_time == world.clock.utc_ms()

    def test_a_damaged_file_is_refused_wholly_and_the_rest_taken_in(self, world: World) -> None:
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            path = world.stick / "drop" / "targets" / exam_path(world.exams.choice)
            data = bytearray(path.read_bytes())
            data[-5_000] ^= 1
            path.write_bytes(data)
            report = seat.import_from(world.stick)
            assert layer_of(report, ImportKind.PACKAGE) is Layer.CONTENT
            assert outcomes(report, ImportKind.PACKAGE).count(ImportOutcome.NEW) == 1
            held = list((world.folder / "seat-02" / "packages").iterdir())
            assert [file.stem for file in held] == [world.exams.essay]

            (refused,) = (file.refused for file in report.refused)
            assert refused is not None
            assert "entry" in refused.place
            assert "MiB from byte" in refused.message

    def test_a_disk_that_gives_back_something_else_is_found_out(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real_settle = durable_file.settle

        def settle_badly(file: BinaryIO) -> None:
            if os.fstat(file.fileno()).st_size > 20_000:  # a package
                file.seek(-5_000, os.SEEK_END)
                file.write(b"x")
            real_settle(file)

        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            monkeypatch.setattr(durable_file, "settle", settle_badly)
            report = seat.import_from(world.stick)
            refusals = [file.refused for file in report.refused if file.kind is ImportKind.PACKAGE]
            assert [refused.layer for refused in refusals if refused is not None] == [Layer.CONTENT] * 2
            assert list((world.folder / "seat-02" / "packages").iterdir()) == []

    def test_a_file_that_is_not_the_one_the_drop_lists_is_refused(self, world: World) -> None:
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            first = world.stick / "drop" / "targets" / exam_path(world.exams.choice)
            second = world.stick / "drop" / "targets" / exam_path(world.exams.essay)
            first.write_bytes(second.read_bytes())
            report = seat.import_from(world.stick)
            assert ImportKind.PACKAGE in {file.kind for file in report.refused}
            assert len(list((world.folder / "seat-02" / "packages").iterdir())) == 1

    def test_a_missing_file_is_refused(self, world: World) -> None:
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            (world.stick / "drop" / "targets" / exam_path(world.exams.choice)).unlink()
            (world.stick / "drop" / "targets" / roster_path(SITE)).unlink()
            report = seat.import_from(world.stick)
            assert layer_of(report, ImportKind.PACKAGE) is Layer.CONTENT
            assert layer_of(report, ImportKind.ROSTER) is Layer.CONTENT

    def test_a_new_roster_takes_the_place_of_the_old(self, world: World, seat: Seat) -> None:
        path = world.stick / "drop" / "targets" / roster_path(SITE)
        holdings = seat._parts.holdings
        before = open_roster(
            path.read_bytes(), trust=holdings.trust(), site=SITE, site_key=holdings.secrets().site_content_key
        )
        write_roster(world.office, SITE, [before.appointments[1]], now=world.clock.utc_ms())
        world.publish()
        assert outcomes(seat.import_from(world.stick), ImportKind.ROSTER) == [ImportOutcome.NEW]
        assert len(seat.day().appointments()) == 1

    def test_a_package_that_is_revoked_is_not_given(self, world: World, seat: Seat) -> None:
        revoke(world.office, now=world.clock.utc_ms(), packages=[world.exams.choice])
        world.publish()
        seat.import_from(world.stick)
        assert [exam.package for exam in seat.status().exams] == [world.exams.essay]
        states = {entry.appointment: entry.state for entry in seat.day().appointments()}
        assert states[ANA] is AppointmentState.PACKAGE_MISSING

    def test_a_newer_issue_is_used_once_it_is_released(self, world: World, seat: Seat) -> None:
        newer = newer_issue(world)
        world.publish()
        seat.import_from(world.stick)
        running = start(seat.day())
        assert running.plan.package == world.exams.choice
        running.close()
        seat.seal_unfinished(running.plan.session)
        world.release(newer)
        assert outcomes(seat.import_from(world.stick), ImportKind.RELEASE).count(ImportOutcome.NEW) == 1
        running = start(seat.day(), "appointment-boris")
        assert running.plan.package == newer
        running.close()

    def test_a_package_that_is_not_granted_to_the_site_is_left_alone(self, world: World) -> None:
        world.office.grant_file(world.exams.choice, SITE).unlink()
        world.publish()
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            report = seat.import_from(world.stick)
            assert sorted(outcomes(report, ImportKind.PACKAGE), key=str) == [ImportOutcome.NEW, ImportOutcome.NOT_OURS]
            held = list((world.folder / "seat-02" / "packages").iterdir())
            assert [file.stem for file in held] == [world.exams.essay]

    def test_a_package_that_is_gone_from_the_disk_is_taken_in_again(self, world: World, seat: Seat) -> None:
        path = world.seat_folder / "packages" / f"{world.exams.choice}.exam"
        path.unlink()
        report = seat.import_from(world.stick)
        assert sorted(outcomes(report, ImportKind.PACKAGE), key=str) == [ImportOutcome.KNOWN, ImportOutcome.NEW]
        assert path.is_file()

    def test_the_same_package_with_other_signatures_takes_its_own_place(self, world: World, seat: Seat) -> None:
        """It has the issue of what is here, and is it: what signs it differs, and so does the file."""
        documents = seat._parts.state.documents
        row = next(row for row in documents.packages() if row.digest == world.exams.choice)
        documents.put_package(replace(row, file_digest=Digest("00" * 32)), taken=world.clock.utc_ms())
        report = seat.import_from(world.stick)
        assert report.refused == ()
        assert outcomes(report, ImportKind.PACKAGE).count(ImportOutcome.NEW) == 1
        assert row in documents.packages()

    def test_an_older_issue_in_a_newer_drop_is_refused(self, world: World) -> None:
        """Whoever holds the online keys has every package that was ever signed, and its grant."""
        newer_issue(world)
        world.publish()
        older = world.exams.choice
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            assert outcomes(seat.import_from(world.stick), ImportKind.PACKAGE) == [ImportOutcome.NEW] * 2
            office = world.office
            files = {
                exam_path(older): office.package_folder(older) / DELIVERY_NAME,
                grant_path(SITE, older): office.grant_file(older, SITE),
            }
            list_only(world, files)
            report = seat.import_from(world.stick)
            assert layer_of(report, ImportKind.PACKAGE) is Layer.OLDER
            assert not (world.folder / "seat-02" / "packages" / f"{older}.exam").exists()

    def test_a_drop_without_the_own_registration_says_nothing_about_it(self, world: World, seat: Seat) -> None:
        """A drop for some sites only, say. What is here stays, and a seat that has none yet waits for one."""
        before = seat._parts.state.documents.get("registration")
        list_only(world, {roster_path(SITE): world.office.roster_file(SITE)})
        report = seat.import_from(world.stick)
        assert report.refused == ()
        assert outcomes(report, ImportKind.REGISTRATION) == []
        assert outcomes(report, ImportKind.ROSTER) == [ImportOutcome.KNOWN]
        assert seat._parts.state.documents.get("registration") == before
        with new_seat(world) as other:
            certify(world.site, Stick(world.stick))
            report = other.import_from(world.stick)
            assert report.refused == ()
            assert outcomes(report, ImportKind.REGISTRATION) == []
            assert sorted(outcomes(report, ImportKind.CERTIFICATE), key=str) == [
                ImportOutcome.NOT_OURS,
                ImportOutcome.WAITING,
            ]
            assert other.status().missing[0] is Missing.REGISTRATION

    @pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
    def test_of_two_issues_in_one_drop_the_lower_is_looked_at_first(self, names: tuple[str, str], world: World) -> None:
        """Whatever their files are called: taken in after the higher one it would be older than what is here."""
        office, older, newer = world.office, world.exams.choice, newer_issue(world)
        paths = [f"exams/{name}.exam" for name in names]
        files = {registration_path(SITE): office.registration_file(SITE)}
        for path, digest in zip(paths, (older, newer), strict=True):
            files |= {path: office.package_folder(digest) / DELIVERY_NAME}
            files |= {grant_path(SITE, digest): office.grant_file(digest, SITE)}
        list_only(world, files)
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            report = seat.import_from(world.stick)
            assert report.refused == ()
            assert [file.name for file in report.files if file.kind is ImportKind.PACKAGE] == paths
            assert {entry.package for entry in seat.status().exams} == {older, newer}

    def test_a_grant_that_is_here_already_is_not_opened_again(
        self, world: World, seat: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []

        def open_site_secret(grant: Grant, key: ContentKey, *, place: str = "grant") -> bytes:
            opened.append(grant.package)
            return grants.open_site_secret(grant, key, place=place)

        monkeypatch.setattr(importing, "open_site_secret", open_site_secret)
        world.publish()
        assert outcomes(seat.import_from(world.stick), ImportKind.GRANT) == [ImportOutcome.KNOWN] * 2
        assert opened == []
        registration = world.office.registration(SITE, world.office.trust(world.clock.utc_ms()))
        write_grant(
            world.office, world.office.package(world.exams.choice), registration, now=UtcMs(world.clock.utc_ms() + 1)
        )
        world.publish()
        assert sorted(outcomes(seat.import_from(world.stick), ImportKind.GRANT), key=str) == [
            ImportOutcome.KNOWN,
            ImportOutcome.NEW,
        ]
        assert opened == [world.exams.choice] * 2


class TestSiteFiles:
    def test_a_removed_proctor_is_gone_after_import(self, world: World, seat: Seat) -> None:
        remove_proctor(world.site, PROCTOR)
        bring_to(world.site, Stick(world.stick))
        seat.import_from(world.stick)
        assert PROCTOR not in {entry.id for entry in seat.day().proctors()}

    def test_an_older_proctor_file_does_not_bring_one_back(self, world: World, seat: Seat) -> None:
        (path,) = Stick(world.stick).proctor_files()
        old = path.read_bytes()
        remove_proctor(world.site, PROCTOR)
        bring_to(world.site, Stick(world.stick))
        seat.import_from(world.stick)
        path.write_bytes(old)
        assert layer_of(seat.import_from(world.stick), ImportKind.PROCTORS) is Layer.OLDER
        assert PROCTOR not in {entry.id for entry in seat.day().proctors()}

    def test_an_earlier_certificate_that_is_still_on_the_stick_does_not_come_back(
        self, world: World, seat: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kiosk.site.seats.RENEW_DAYS", 100_000)
        (path,) = Stick(world.stick).certificate_files()
        earlier = path.read_bytes()
        certify(world.site, Stick(world.stick))
        assert outcomes(seat.import_from(world.stick), ImportKind.CERTIFICATE) == [ImportOutcome.NEW]
        path.with_name(f"z-{path.name}").write_bytes(earlier)
        assert outcomes(seat.import_from(world.stick), ImportKind.CERTIFICATE) == [ImportOutcome.KNOWN] * 2
        held = seat._parts.state.documents.get("certificate")
        assert held is not None
        assert held.body == path.read_bytes() != earlier

    def test_a_certificate_that_is_over_is_refused(
        self, world: World, seat: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kiosk.site.seats.RENEW_DAYS", 100_000)
        monkeypatch.setattr("kiosk.site.seats.VALID_DAYS", 1)
        certify(world.site, Stick(world.stick))
        world.clock.advance(2 * DAY_MS)
        assert layer_of(seat.import_from(world.stick), ImportKind.CERTIFICATE) is Layer.EXPIRED

    def test_files_of_other_seats_and_sites_are_left_alone(self, world: World, seat: Seat) -> None:
        with new_seat(world):
            certify(world.site, Stick(world.stick))
        report = seat.import_from(world.stick)
        assert sorted(outcomes(report, ImportKind.CERTIFICATE), key=str) == [
            ImportOutcome.KNOWN,
            ImportOutcome.NOT_OURS,
        ]
        assert report.refused == ()

    def test_rubbish_is_refused_not_believed(self, world: World, seat: Seat) -> None:
        (world.stick / "site" / "rubbish.proctors").write_bytes(b"{}")
        (world.stick / "releases" / "rubbish.release").write_bytes(b"\xff" * 100)
        (world.stick / "receipts").mkdir(exist_ok=True)
        (world.stick / "receipts" / "rubbish.receipt").write_bytes(b"[" * 100_000)
        (world.stick / "certificates" / "rubbish.certificate").write_bytes(b"")
        report = seat.import_from(world.stick)
        assert {file.name for file in report.refused} == {"rubbish.proctors", "rubbish.release", "rubbish.receipt"}
        assert all(file.refused is not None and file.refused.layer is Layer.FORM for file in report.refused)

    def test_the_pin_of_a_proctor_who_gets_a_new_one(self, world: World, seat: Seat) -> None:
        add_proctor(world.site, proctor=PROCTOR, name="Maria K.", role=ProctorRole.ADMIN, pin="111222")
        bring_to(world.site, Stick(world.stick))
        seat.import_from(world.stick)
        assert seat.day().check_pin(ProctorId(PROCTOR), "111222", admin=True).name == "Maria K."


class TestReleases:
    def test_without_one_the_exam_stays_shut(self, world: World) -> None:
        shutil.rmtree(world.stick / "releases")
        with new_seat(world) as seat:
            certify(world.site, Stick(world.stick))
            seat.import_from(world.stick)
            assert seat.status().missing == (Missing.RELEASE,)
            with pytest.raises(NotReady) as refused:
                seat.day().open_session(ANA, PROCTOR)
            assert refused.value.missing is Missing.RELEASE
            path = world.release(world.exams.choice)
            assert outcomes(seat.import_release(path), ImportKind.RELEASE) == [ImportOutcome.NEW]
            start(seat.day()).close()

    def test_one_with_another_secret_is_refused(self, world: World, seat: Seat) -> None:
        """Two officers sign a release that does not fit: it is refused, and the good one stays."""
        from exam_packages.releases import build_release  # noqa: PLC0415

        parts = seat._parts
        digest = world.exams.choice
        document = parts.state.documents.get("release", digest)
        assert document is not None
        checked = parts.holdings._checked(parts.state.documents.packages()[0])
        for row in parts.state.documents.packages():
            if row.digest == digest:
                checked = parts.holdings._checked(row)
        release = parts.holdings.release(checked)
        assert release is not None
        keys = world.office.keys
        forged = build_release(
            replace(release, secret=bytes(32)), [keys.signing("officer-1"), keys.signing("officer-2")]
        )
        path = world.folder / "wrong.release"
        path.write_bytes(forged)
        assert layer_of(seat.import_release(path), ImportKind.RELEASE) is Layer.WRONG_RELEASE
        start(seat.day()).close()


def test_pins_still_work_after_every_import(world: World, seat: Seat) -> None:
    world.publish()
    seat.import_from(world.stick)
    assert seat.day().check_pin(PROCTOR, PROCTOR_PIN).id == PROCTOR
