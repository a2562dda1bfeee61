from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exam_packages.certificates import certificate_digest
from exam_packages.ids import ProctorId, SeatId, SiteId
from exam_packages.office.granting import register_site
from exam_packages.office.publishing import revoke
from exam_packages.opening import open_seat_list, open_site_request
from exam_packages.proctors import ProctorRole
from kiosk.errors import Missing, NotReady, StorageFault, StorageFaultKind
from kiosk.handover.stick import Stick
from kiosk.seat.facts import ExportOutcome
from kiosk.seat.seat import Seat
from kiosk.site.overview import bring_receipts, overview
from kiosk.site.proctor_desk import add_proctor, bring_to, proctors, remove_proctor
from kiosk.site.seats import certificates, certify, newest_of_each
from kiosk.site.site import Site
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused, FormRefused, Layer, OlderRefused, Refused, RevokedRefused, SignatureRefused
from signing.key_file import PassphraseWrong
from tests.kiosk.journal.journals import fingerprints
from tests.kiosk.seat.sittings import sit
from tests.simulators.clock import FakeClock
from tests.simulators.day import ADMIN, BORIS, PASSPHRASE, PROCTOR, SEAT, SITE, World

DAY_MS = 86_400_000


def new_site(world: World, folder: str = "site-2") -> Site:
    return Site.create(
        world.folder / folder,
        name="Another centre",
        root=world.office.root,
        passphrase=PASSPHRASE,
        clock=world.clock,
        cost=MINIMUM_COST,
    )


def request_of(world: World, name: str) -> Path:
    """A new seat that asks for a certificate."""
    with Seat.create(world.folder / name, name=SeatId(name), root=world.office.root, clock=world.clock) as seat:
        path = world.stick / "requests" / f"{name}.seat-request"
        path.write_bytes(seat.request())
    return path


class TestFolder:
    def test_a_site_asks_with_the_key_it_names(self, world: World) -> None:
        site = new_site(world)
        request = open_site_request(site.request())
        assert request.name == "Another centre"
        assert request.signing_key == site.public_signing_key()
        assert request.content_key == site.content_key().public

    def test_nothing_is_in_clear(self, world: World) -> None:
        site = new_site(world)
        secret, pepper = site.content_key().to_bytes(), site.pepper()
        for path in site.folder.rglob("*"):
            if path.is_file():
                assert secret[:32] not in path.read_bytes()
                assert pepper not in path.read_bytes()
        assert (site.folder / "keys" / "signing.key").stat().st_mode & 0o077 == 0

    def test_the_wrong_passphrase_opens_no_key(self, world: World) -> None:
        for passphrase in (None, "wrong"):
            site = Site(world.folder / "site", clock=world.clock, passphrase=passphrase)
            with pytest.raises(PassphraseWrong):
                site.signing_key()
            assert site.site == SITE

    def test_a_folder_with_something_in_it_is_left_alone(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "diary").write_text("mine")
        with pytest.raises(FileExistsError, match="not empty"):
            Site.create(tmp_path / "full", name="x", root=world.office.root, passphrase="x", clock=world.clock)
        assert [path.name for path in (tmp_path / "full").iterdir()] == ["diary"]

    def test_where_there_is_no_site(self, tmp_path: Path) -> None:
        with pytest.raises(StorageFault) as fault:
            Site(tmp_path, clock=FakeClock())
        assert fault.value.kind is StorageFaultKind.MISSING

    @pytest.mark.parametrize("name", ["", "x" * 300])
    def test_a_name_has_a_length(self, world: World, name: str) -> None:
        with pytest.raises(FormRefused):
            Site.create(world.folder / "x", name=name, root=world.office.root, passphrase="x", clock=world.clock)

    def test_rubbish_is_no_root(self, world: World) -> None:
        with pytest.raises(Refused):
            Site.create(world.folder / "x", name="x", root=b"{}", passphrase="x", clock=world.clock)


class TestTrust:
    def test_before_the_office_has_answered_nothing_can_be_signed(self, world: World) -> None:
        site = new_site(world)
        with pytest.raises(NotReady) as refused:
            site.trust()
        assert refused.value.missing is Missing.TRUST
        site.learn(Stick(world.stick))
        with pytest.raises(NotReady) as refused:
            certify(site, Stick(world.stick))
        assert refused.value.missing is Missing.REGISTRATION
        with pytest.raises(NotReady):
            add_proctor(site, proctor="x", name="x", role=ProctorRole.PROCTOR, pin="111222")

    def test_an_older_drop_is_refused(self, world: World) -> None:
        shutil.copytree(world.stick / "drop", world.folder / "old")
        world.publish()
        site = world.site
        site.learn(Stick(world.stick))
        shutil.rmtree(world.stick / "drop")
        shutil.copytree(world.folder / "old", world.stick / "drop")
        with pytest.raises(OlderRefused):
            site.learn(Stick(world.stick))

    def test_an_older_registration_in_a_newer_drop_does_not_come_back(self, world: World) -> None:
        path, site = world.office.registration_file(SITE), world.site
        older = path.read_bytes()
        register_site(world.office, site.request(), site=SITE, now=world.clock.utc_ms())
        newer = path.read_bytes()
        for data in (newer, older):
            path.write_bytes(data)
            world.publish()
            site.learn(Stick(world.stick))
            assert site.registration_file() == newer

    def test_a_site_whose_name_was_revoked_is_registered_under_another(self, world: World) -> None:
        """Somebody mistyped it, and took it back. Each name counts from 1."""
        now, site = world.clock.utc_ms(), world.site
        revoke(world.office, now=now, sites=[SITE])
        register_site(world.office, site.request(), site="site-lima", now=now)
        world.publish()
        site.learn(Stick(world.stick))
        assert (site.site, site.registration().number) == ("site-lima", 1)

    def test_a_registration_under_another_sites_name_is_refused(self, world: World) -> None:
        office, site = world.office, world.site
        register_site(office, site.request(), site="site-lima", now=world.clock.utc_ms())
        office.registration_file(SiteId("site-lima")).write_bytes(office.registration_file(SITE).read_bytes())
        world.publish()
        before = site.registration_file()
        with pytest.raises(ContentRefused, match="another site's name"):
            site.learn(Stick(world.stick))
        assert site.registration_file() == before

    def test_a_stick_without_a_drop_teaches_nothing(self, world: World, tmp_path: Path) -> None:
        assert world.site.learn(Stick(tmp_path)) is None


class TestCertifying:
    def test_a_spare_seat_is_ready_in_a_minute(self, world: World) -> None:
        request_of(world, "spare")
        done = certify(world.site, Stick(world.stick), only=SeatId("spare"))
        assert [(seat.seat, seat.serial, seat.is_new) for seat in done] == [("spare", 2, True)]
        with Seat.open(world.folder / "spare", clock=world.clock) as seat:
            seat.import_from(world.stick)
            assert seat.status().missing == ()

    def test_asking_again_changes_nothing(self, world: World) -> None:
        before = fingerprints(world.stick), fingerprints(world.folder / "site")
        (done,) = certify(world.site, Stick(world.stick))
        assert not done.is_new
        assert (fingerprints(world.stick), fingerprints(world.folder / "site")) == before

    def test_a_certificate_that_runs_out_is_renewed(self, world: World) -> None:
        world.clock.advance(340 * DAY_MS)
        (done,) = certify(world.site, Stick(world.stick))
        assert (done.is_new, done.serial) == (True, 2)
        assert newest_of_each(world.site)[SEAT].serial == 2
        # Both stay on the list: results sealed under the first are still on their way.
        seats = open_seat_list(world.site.read("seats"), registration=world.site.registration())
        assert len(seats.certificates) == 2

    def test_a_seat_made_anew_gets_a_new_certificate(self, world: World) -> None:
        shutil.rmtree(world.seat_folder)
        with Seat.create(world.seat_folder, name=SEAT, root=world.office.root, clock=world.clock) as seat:
            (world.stick / "requests" / f"{SEAT}.seat-request").write_bytes(seat.request())
        (done,) = certify(world.site, Stick(world.stick))
        assert (done.is_new, done.serial) == (True, 2)

    def test_a_request_somebody_changed_is_refused(self, world: World) -> None:
        path = request_of(world, "spare")
        data = path.read_bytes()
        index = data.index(b'"sig":"') + 12
        path.write_bytes(data[:index] + (b"A" if data[index : index + 1] != b"A" else b"B") + data[index + 1 :])
        with pytest.raises((SignatureRefused, FormRefused)):
            certify(world.site, Stick(world.stick))

    def test_rubbish_beside_it_keeps_no_named_seat_from_being_certified(self, world: World) -> None:
        request_of(world, "spare")
        (world.stick / "requests" / "other.seat-request").write_bytes(b"rubbish")
        (done,) = certify(world.site, Stick(world.stick), only=SeatId("spare"))
        assert done.is_new
        with pytest.raises(FormRefused):
            certify(world.site, Stick(world.stick))

    def test_a_revoked_certificate_is_no_longer_stood_by(self, world: World) -> None:
        site = world.site
        ((path, _),) = certificates(site)
        digest = certificate_digest(path.read_bytes())
        revoke(world.office, now=world.clock.utc_ms(), certificates=[digest])
        world.publish()
        (done,) = certify(site, Stick(world.stick))
        assert done.is_new
        seats = open_seat_list(site.read("seats"), registration=site.registration())
        assert digest not in seats.certificates

    def test_a_number_is_never_given_twice(self, world: World) -> None:
        site = world.site
        ((path, _),) = certificates(site)
        before = path.read_bytes()
        revoke(world.office, now=world.clock.utc_ms(), certificates=[certificate_digest(before)])
        world.publish()
        (done,) = certify(site, Stick(world.stick))
        assert (done.is_new, done.serial) == (True, 2)
        assert path.read_bytes() == before

    def test_a_revoked_key_keeps_no_other_seat_from_being_certified(self, world: World) -> None:
        site = world.site
        ((_, first),) = certificates(site)
        request_of(world, "spare")
        revoke(world.office, now=world.clock.utc_ms(), key_ids=[first.signing_key.keyid])
        world.publish()
        (done,) = certify(site, Stick(world.stick), only=SeatId("spare"))
        assert (done.is_new, done.serial) == (True, 2)
        assert [certificate.seat for _, certificate in certificates(site)] == ["spare"]
        assert [line.seat for line in overview(site, Stick(world.stick)).seats] == ["spare"]

    def test_a_revoked_key_gets_no_certificate(self, world: World) -> None:
        site = world.site
        ((_, first),) = certificates(site)
        revoke(world.office, now=world.clock.utc_ms(), key_ids=[first.signing_key.keyid])
        world.publish()
        before = fingerprints(site.folder / "certificates")
        with pytest.raises(RevokedRefused):
            certify(site, Stick(world.stick))
        request_of(world, "spare")
        (done,) = certify(site, Stick(world.stick))  # its request is still on the stick
        assert (done.seat, done.serial) == ("spare", 2)
        with pytest.raises(RevokedRefused):
            certify(site, Stick(world.stick), only=SEAT)
        assert {name for name in fingerprints(site.folder / "certificates") if name not in before} == {
            "000002-spare.certificate"
        }


class TestProctors:
    def test_numbers_rise_and_names_are_in_order(self, world: World) -> None:
        site = world.site
        file = add_proctor(site, proctor="aaron", name="Aaron", role=ProctorRole.PROCTOR, pin="123456")
        assert file.number == 3
        assert [entry.proctor for entry in proctors(site)] == ["aaron", ADMIN, PROCTOR]
        assert remove_proctor(site, ProctorId("aaron")).number == 4
        with pytest.raises(NotReady):
            remove_proctor(site, ProctorId("aaron"))

    @pytest.mark.parametrize(
        ("proctor", "name", "pin"),
        [("../x", "X", "123456"), ("", "X", "123456"), ("x", "", "123456"), ("x", "X", "12345"), ("x", "X", "abcdef")],
    )
    def test_what_is_refused(self, world: World, proctor: str, name: str, pin: str) -> None:
        before = fingerprints(world.folder / "site")
        with pytest.raises(FormRefused):
            add_proctor(world.site, proctor=proctor, name=name, role=ProctorRole.PROCTOR, pin=pin)
        assert fingerprints(world.folder / "site") == before

    def test_a_pin_is_never_kept(self, world: World) -> None:
        add_proctor(world.site, proctor="x", name="X", role=ProctorRole.PROCTOR, pin="908172")
        bring_to(world.site, Stick(world.stick))
        for folder in (world.folder / "site", world.stick):
            assert all(b"908172" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())

    def test_a_new_site_has_none_to_bring(self, world: World) -> None:
        site = world.site
        (site.folder / "proctors").unlink()
        assert proctors(site) == ()
        with pytest.raises(NotReady):
            bring_to(site, Stick(world.stick))


class TestOverview:
    def test_a_seat_that_has_everything(self, world: World) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
            seat.export(world.stick)
        found = overview(world.site, Stick(world.stick))
        (line,) = found.seats
        assert (line.reported, line.missing, line.exams_missing, line.results_not_here) == (True, (), (), 0)
        assert [(result.bundle, result.receipt) for result in found.results] == [(bundle.digest, "")]
        assert all(exam.released for exam in found.exams)
        world.accept()
        assert overview(world.site, Stick(world.stick)).results[0].receipt == "accepted"

    def test_rubbish_among_the_reports_is_named_and_the_rest_counts(self, world: World) -> None:
        with world.seat() as seat:
            seat.export(world.stick)
        (world.stick / "seats" / "holiday.json").write_bytes(b"{}")
        found = overview(world.site, Stick(world.stick))
        assert [line.reported for line in found.seats] == [True]
        assert "holiday.json" in found.unreadable[0]

    def test_what_a_seat_lacks(self, world: World) -> None:
        request_of(world, "spare")
        certify(world.site, Stick(world.stick))
        shutil.rmtree(world.stick / "releases")
        with Seat.open(world.folder / "spare", clock=world.clock) as seat:
            seat.export(world.stick)
        by_name = {line.seat: line for line in overview(world.site, Stick(world.stick)).seats}
        assert not by_name[SEAT].reported
        spare = by_name[SeatId("spare")]
        assert Missing.CERTIFICATE in spare.missing
        assert len(spare.exams_missing) == 2
        with Seat.open(world.folder / "spare", clock=world.clock) as seat:
            seat.import_from(world.stick)
            seat.export(world.stick)
        by_name = {line.seat: line for line in overview(world.site, Stick(world.stick)).seats}
        assert by_name[SeatId("spare")].missing == (Missing.RELEASE,)
        assert len(by_name[SeatId("spare")].exams_unreleased) == 2
        assert not any(exam.released for exam in overview(world.site, Stick(world.stick)).exams)

    def test_results_that_are_still_on_a_seat(self, world: World) -> None:
        with world.seat() as seat:
            sit(seat.day())
            second = sit(seat.day(), BORIS)
            seat.export(world.stick)
        (world.stick / "results" / second.path.name).unlink()
        (line,) = overview(world.site, Stick(world.stick)).seats
        assert line.results_not_here == 1

    def test_a_result_that_is_not_genuine_says_so(self, world: World) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
            seat.export(world.stick)
        path = world.stick / "results" / bundle.path.name
        data = bytearray(path.read_bytes())
        data[-10] ^= 1
        path.write_bytes(data)
        (line,) = overview(world.site, Stick(world.stick)).results
        assert line.refused is not None

    def test_a_drop_that_has_expired_keeps_nobody_from_working(self, world: World) -> None:
        with world.seat() as seat:
            sit(seat.day())
            seat.export(world.stick)
        world.clock.advance(60 * DAY_MS)
        found = overview(world.site, Stick(world.stick))
        assert found.drop_refused is not None
        assert found.drop_refused.layer is Layer.EXPIRED
        assert len(found.results) == 1
        assert certify(world.site, Stick(world.stick))
        site = new_site(world)
        with pytest.raises(Refused):
            overview(site, Stick(world.stick))


class TestReceipts:
    def test_good_ones_go_to_the_stick_and_others_are_refused(self, world: World) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
            seat.export(world.stick)
        world.accept()
        source = world.folder / "from-office"
        shutil.move(world.stick / "receipts", source)
        (source / "rubbish.receipt").write_bytes(b"{}")
        done = dict(bring_receipts(world.site, source, Stick(world.stick)))
        good, bad = done[f"{bundle.digest}.receipt"], done["rubbish.receipt"]
        assert not isinstance(good, Refused)
        assert good.outcome is ExportOutcome.WRITTEN
        assert isinstance(bad, Refused)
        assert bad.layer is Layer.FORM
        assert [path.name for path in Stick(world.stick).receipt_files()] == [f"{bundle.digest}.receipt"]
