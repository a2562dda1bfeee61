"""From the end of a session to the erasure of its copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exam_packages.ids import Digest, UtcMs
from exam_packages.office.accepting import BundleOutcome
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.result_opening import check_result, open_result
from exam_packages.results import ResultState
from exam_packages.session_events import Closed, CloseReason
from kiosk.errors import Missing, NotReady, PinRefused, StickFault, StickFaultKind, StorageFault, StorageFaultKind
from kiosk.journal.store import JournalStore
from kiosk.seat.facts import ExportOutcome, SessionState
from kiosk.seat.sealing import Sealer
from kiosk.seat.seat import Seat
from kiosk.seat.state import Outbox
from tests.kiosk.seat.sittings import answer, finish, sit, start, to_first_scored
from tests.simulators.day import ANA, BORIS, CHIDI, PROCTOR, SITE, World

DAY_MS = 86_400_000


def receipt_for(world: World, bundle: Digest, *, erase_after: UtcMs | None = None) -> bytes:
    """A receipt signed by both keys of the office, about anything."""
    seen = Seat.look(world.seat_folder, clock=world.clock)
    receipt = Receipt(
        number=1,
        bundle=bundle,
        session=seen.sessions[0].session,
        site=SITE,
        seat=seen.seat,
        status=ReceiptStatus.ACCEPTED,
        reason="",
        accepted=world.clock.utc_ms(),
        erase_after=erase_after or world.clock.utc_ms(),
    )
    return build_receipt(receipt, [world.office.keys.signing("scoring"), world.office.keys.signing("records")])


def put_receipt(world: World, data: bytes, name: str = "any") -> None:
    folder = world.stick / "receipts"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.receipt").write_bytes(data)


class TestSealing:
    def test_the_office_opens_and_accepts_what_the_seat_sealed(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        seat.export(world.stick)
        report = world.accept()
        assert [entry.outcome for entry in report.bundles] == [BundleOutcome.ACCEPTED]
        assert report.bundles[0].bundle == bundle.digest
        assert report.gaps == ()

    def test_numbers_and_chain_have_no_gap(self, world: World, seat: Seat) -> None:
        day = seat.day()
        bundles = [sit(day, name) for name in (ANA, BORIS, CHIDI)]
        headers = [
            check_result(bundle.path.read_bytes(), trust=world.office.trust(world.clock.utc_ms())).header
            for bundle in bundles
        ]
        assert [header.number for header in headers] == [1, 2, 3]
        assert [header.previous for header in headers] == [None, bundles[0].digest, bundles[1].digest]

    def test_an_answer_is_in_the_bundle_and_only_the_office_reads_it(self, world: World, seat: Seat) -> None:
        running = start(seat.day())
        items = to_first_scored(running)
        answer(running, items[0], "ChoiceB")
        bundle = finish(running)
        data = bundle.path.read_bytes()
        assert b"ChoiceB" not in data
        office = world.office
        opened = open_result(
            data, trust=office.trust(world.clock.utc_ms()), scoring_key=office.keys.content("scoring-content-1")
        )
        assert any(b"ChoiceB" in line for line in opened.journal)
        assert opened.checked.header.state is ResultState.FINISHED
        assert opened.checkpoints[-1].records == len(opened.journal)

    def test_a_closed_session_is_sealed_and_exported_too(self, world: World, seat: Seat) -> None:
        running = start(seat.day())
        answer(running, to_first_scored(running)[0], "A")
        running.apply(Closed(proctor=PROCTOR, reason=CloseReason.CANDIDATE_ILL, note="went home"))
        bundle = running.bundle()
        assert bundle is not None
        assert (bundle.result_state, bundle.answer_count) == (ResultState.CLOSED, 1)
        running.close()
        assert len(seat.export(world.stick).bundles) == 1
        assert world.accept().bundles[0].outcome is BundleOutcome.ACCEPTED

    def test_wrong_pins_during_a_session_travel_along(self, world: World, seat: Seat) -> None:
        running = start(seat.day())
        with pytest.raises(PinRefused):
            seat.day().check_pin(PROCTOR, "000000")
        bundle = finish(running)
        office = world.office
        opened = open_result(
            bundle.path.read_bytes(),
            trust=office.trust(world.clock.utc_ms()),
            scoring_key=office.keys.content("scoring-content-1"),
        )
        assert [(incident.kind, incident.note) for incident in opened.incidents] == [("pin-wrong", PROCTOR)]


class TestCrashes:
    """A crash at any point of sealing neither loses a result nor doubles one."""

    def crash(self, world: World, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, _fault)
            seat = world.seat()
            running = start(seat.day())
            running.apply(Closed(proctor=PROCTOR, reason=CloseReason.TECHNICAL, note=""))
            with pytest.raises(StorageFault):
                running.bundle()
            assert running.fault is not None
            running.close()
            seat.close()

    def finished_once(self, world: World) -> None:
        with world.seat() as seat:
            (entry,) = seat.status().sessions
            assert entry.state is SessionState.SEALED
            assert [path.stem for path in (world.seat_folder / "outbox").iterdir()] == [entry.bundle]
            header = check_result(
                (world.seat_folder / "outbox" / f"{entry.bundle}.result").read_bytes(),
                trust=world.office.trust(world.clock.utc_ms()),
            ).header
            assert header.number == 1

    def test_before_the_file_is_written(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crash(world, monkeypatch, Sealer, "_header")
        self.finished_once(world)

    def test_between_file_and_row(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crash(world, monkeypatch, Outbox, "add")
        assert len(list((world.seat_folder / "outbox").iterdir())) == 1
        self.finished_once(world)

    def test_the_same_program_seals_it_at_the_next_look(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        with world.seat() as seat:
            with monkeypatch.context() as patch:
                patch.setattr(Outbox, "add", _fault)
                running = start(seat.day())
                running.apply(Closed(proctor=PROCTOR, reason=CloseReason.TECHNICAL, note=""))
                with pytest.raises(StorageFault):
                    running.bundle()
                running.close()
            assert seat.day().unfinished() is None
            assert seat.status().sessions[0].state is SessionState.SEALED

    def test_whoever_waits_for_a_bundle_is_told_of_a_fault(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(JournalStore, "add_checkpoint", _fault)
        with world.seat() as seat:
            running = start(seat.day())
            running.apply(Closed(proctor=PROCTOR, reason=CloseReason.TECHNICAL, note=""))
            with pytest.raises(StorageFault):
                running.bundle()
            running.close()
        self.finished_once(world)

    def test_a_bundle_of_a_session_nobody_knows_stays(self, world: World) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
            seat._parts.state._database.run("DELETE FROM bundle")
            seat._parts.state._database.run("DELETE FROM session")
        world.seat().close()
        assert bundle.path.is_file()

    def test_a_bundle_stays_while_its_journal_cannot_be_sealed_again(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.crash(world, monkeypatch, Outbox, "add")
        (journal,) = (world.seat_folder / "sessions").glob("*/journal.db")
        journal.write_bytes(journal.read_bytes()[:-5_000])
        world.seat().close()
        assert len(list((world.seat_folder / "outbox").iterdir())) == 1

    @pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"")])
    def test_a_seat_without_its_state_is_a_fault_and_keeps_its_results(
        self, world: World, damage: Callable[[Path], object]
    ) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
        damage(world.seat_folder / "state.db")
        for look in (world.seat, lambda: Seat.look(world.seat_folder, clock=world.clock)):
            with pytest.raises(StorageFault) as fault:
                look()
            assert fault.value.kind in (StorageFaultKind.MISSING, StorageFaultKind.TRUNCATED)
        assert bundle.path.is_file()

    def test_half_written_files_are_cleared(self, world: World) -> None:
        (world.seat_folder / "outbox" / f".{'0' * 64}.result.abcd.part").write_bytes(b"half")
        (world.seat_folder / "packages" / ".x.exam.abcd.part").write_bytes(b"half")
        world.seat().close()
        assert not list((world.seat_folder / "outbox").iterdir())
        assert len(list((world.seat_folder / "packages").iterdir())) == 2


class TestErasing:
    def test_only_with_a_receipt(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        (report,) = seat.erase(bundle.digest)
        assert (report.erased, report.blocked_by) == (False, Missing.RECEIPT)
        assert bundle.path.exists()
        with pytest.raises(NotReady):
            seat.erase(Digest("00" * 32))
        assert (world.seat_folder / "sessions" / bundle.session).is_dir()

    def test_with_one_the_key_is_destroyed_and_the_record_stays(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        seat.export(world.stick)
        world.accept()
        (received,) = seat.receipts_from(world.stick)
        assert received.status == "accepted"
        assert seat.status().sessions[0].state is SessionState.RECEIVED
        (report,) = seat.erase()
        assert report.erased
        assert not bundle.path.exists()
        assert not (world.seat_folder / "sessions" / bundle.session).exists()
        (entry,) = seat.status().sessions
        assert (entry.state, entry.bundle) == (SessionState.ERASED, bundle.digest)
        assert seat.erase() == ()
        (again,) = seat.erase(bundle.digest)
        assert again.erased
        assert seat.export(world.stick).bundles == ()

    def test_a_receipt_for_another_bundle_erases_nothing(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        put_receipt(world, receipt_for(world, Digest("ab" * 32)), bundle.digest)
        seat.receipts_from(world.stick)
        (report,) = seat.erase(bundle.digest)
        assert (report.erased, report.blocked_by) == (False, Missing.RECEIPT)

    def test_a_receipt_put_under_another_bundle_erases_nothing(self, world: World, seat: Seat) -> None:
        first, second = sit(seat.day(), ANA), sit(seat.day(), BORIS)
        seat._parts.state.outbox.put_receipt(second.digest, receipt_for(world, first.digest))
        (report,) = seat.erase(second.digest)
        assert (report.erased, report.blocked_by) == (False, Missing.RECEIPT)

    def test_not_before_its_date_and_not_by_a_clock_set_ahead(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        later = UtcMs(world.clock.utc_ms() + 2 * DAY_MS)
        put_receipt(world, receipt_for(world, bundle.digest, erase_after=later))
        seat.receipts_from(world.stick)
        (report,) = seat.erase(bundle.digest)
        assert (report.blocked_by, report.erase_after) == (Missing.ERASURE_DATE, later)
        world.clock.set_wall(world.clock.utc_ms() + 3_000 * DAY_MS)
        assert not seat.erase(bundle.digest)[0].erased
        world.clock.set_wall(later)
        assert seat.erase(bundle.digest)[0].erased

    def test_quarantine_keeps_the_copy_until_acceptance_follows(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        seat.export(world.stick)
        report = world.accept(confirm_seats=False)
        assert report.bundles[0].outcome is BundleOutcome.QUARANTINED
        seat.receipts_from(world.stick)
        assert seat.erase(bundle.digest)[0].blocked_by is Missing.RECEIPT_QUARANTINED
        world.accept()
        seat.receipts_from(world.stick)
        assert seat.erase(bundle.digest)[0].erased

    def test_a_receipt_by_one_key_is_refused(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        data = receipt_for(world, bundle.digest)
        cut = data.replace(data[data.index(b'{"keyid"') : data.index(b'},{"keyid"') + 2], b"")
        put_receipt(world, cut)
        (report,) = seat.receipts_from(world.stick)
        assert report.refused is not None
        assert seat.erase(bundle.digest)[0].blocked_by is Missing.RECEIPT

    def test_an_erasure_that_was_interrupted_is_finished_by_the_next(
        self, world: World, seat: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bundle = sit(seat.day())
        put_receipt(world, receipt_for(world, bundle.digest))
        seat.receipts_from(world.stick)
        with monkeypatch.context() as patch:
            patch.setattr("kiosk.seat.erasing.remove_durably", _os_error)
            with pytest.raises(StorageFault):
                seat.erase(bundle.digest)
        assert not (world.seat_folder / "sessions" / bundle.session).exists()
        assert seat.erase(bundle.digest)[0].erased

    def test_an_erasure_that_a_crash_cut_off_is_finished_when_the_seat_opens(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
            put_receipt(world, receipt_for(world, bundle.digest))
            seat.receipts_from(world.stick)
            with monkeypatch.context() as patch:
                patch.setattr(Outbox, "mark_erased", _fault)
                with pytest.raises(StorageFault):
                    seat.erase(bundle.digest)
        with world.seat() as seat:
            assert seat.status().sessions[0].state is SessionState.ERASED
            assert seat.export(world.stick).bundles == ()

    def test_a_session_whose_key_is_lost_is_not_erased_without_a_receipt(self, world: World) -> None:
        with world.seat() as seat:
            bundle = sit(seat.day())
        (world.seat_folder / "sessions" / bundle.session / "session.key.json").unlink()
        with world.seat() as seat:
            assert seat.status().sessions[0].state is SessionState.SEALED
            assert len(seat.export(world.stick).bundles) == 1


class TestExport:
    def test_a_package_that_is_gone_keeps_no_result_back_and_can_be_imported_again(
        self, world: World, seat: Seat
    ) -> None:
        sit(seat.day())
        packages = world.seat_folder / "packages"
        for path in packages.iterdir():
            path.unlink()
        seat._parts.holdings.forget()
        assert Missing.PACKAGE in seat.status().missing
        assert len(seat.export(world.stick).bundles) == 1
        assert not seat.import_from(world.stick).refused
        assert len(list(packages.iterdir())) == 2
        assert seat.status().missing == ()

    @pytest.mark.parametrize("folder", ["seat", "site"])
    def test_the_folder_of_a_seat_or_site_is_no_stick(self, world: World, seat: Seat, folder: str) -> None:
        with pytest.raises(StickFault) as fault:
            seat.export(world.folder / folder)
        assert fault.value.kind is StickFaultKind.NOT_FOUND

    def test_a_second_export_changes_nothing(self, world: World, seat: Seat) -> None:
        sit(seat.day())
        first = seat.export(world.stick)
        assert {file.outcome for file in (*first.bundles, *first.slips, first.seat_report)} == {ExportOutcome.WRITTEN}
        before = _times(world.stick)
        world.clock.advance(60_000)
        second = seat.export(world.stick)
        assert {file.outcome for file in (*second.bundles, *second.slips, second.seat_report)} == {ExportOutcome.THERE}
        assert _times(world.stick) == before

    def test_a_stick_that_changed_a_byte_gets_it_again(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        seat.export(world.stick)
        path = world.stick / "results" / bundle.path.name
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        assert seat.export(world.stick).bundles[0].outcome is ExportOutcome.WRITTEN
        assert path.read_bytes() == bundle.path.read_bytes()

    def test_a_bundle_the_seat_itself_has_damaged_is_a_fault_of_the_seat(self, world: World, seat: Seat) -> None:
        bundle = sit(seat.day())
        bundle.path.write_bytes(b"x" * bundle.size_bytes)
        with pytest.raises(StorageFault) as fault:
            seat.export(world.stick)
        assert fault.value.kind is StorageFaultKind.DAMAGED
        bundle.path.unlink()
        with pytest.raises(StorageFault) as fault:
            seat.export(world.stick)
        assert fault.value.kind is StorageFaultKind.MISSING
        assert not list((world.stick / "results").glob("*"))


def _times(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _fault(*_: object, **__: object) -> None:
    raise StorageFault(StorageFaultKind.FULL, Path("outbox"))


def _os_error(*_: object) -> None:
    raise OSError(5, "Input/output error")
