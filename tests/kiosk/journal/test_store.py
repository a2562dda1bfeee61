from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from exam_packages.ids import ItemId, ResponseId
from exam_packages.session_events import Answered, IncidentNoted, ItemPresented
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.checking import check_journal
from kiosk.journal.store import DATABASE_NAME, MARK_NAME, PRIMED_BYTES, JournalStore, read_mark
from tests.kiosk.journal.journals import KEY, OTHER_KEY, SEAT_KEY, SESSION, Desk, check, fingerprints, sign, tamper
from tests.kiosk.session.plans import PROCTOR, TO_SECTION

ANSWER = Answered(item=ItemId("one-1"), response=ResponseId("RESPONSE"), value=("MARKER-ANSWER",))
SHOWN = ItemPresented(item=ItemId("one-1"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal with a few records, closed well."""
    with Desk(tmp_path / "session") as desk:
        desk.all((*TO_SECTION, SHOWN, ANSWER), each_ms=1_000)
    return tmp_path / "session"


@pytest.fixture
def cut_off(tmp_path: Path, folder: Path) -> Path:
    """The same, as a killed program leaves it: database, log and mark as they were at the last commit."""
    target = tmp_path / "cut-off"
    target.mkdir()
    journal = check(folder)
    with Desk(folder, going_on=journal) as desk:
        desk.all((IncidentNoted(proctor=PROCTOR, note="fire drill"), ANSWER), each_ms=1_000)
        for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", MARK_NAME):
            shutil.copyfile(folder / name, target / name)
    return target


class TestWriting:
    def test_the_settings_are_what_they_should_be(self, tmp_path: Path) -> None:
        connection = database.connect(tmp_path / "any.db", KEY)
        for pragma, expected in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("wal_autocheckpoint", 0),
            ("trusted_schema", 0),
            ("secure_delete", 1),
            ("cipher_memory_security", "0"),
        ):
            assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == expected
        connection.close()

    def test_the_log_has_its_size_before_the_first_answer(self, tmp_path: Path) -> None:
        store = JournalStore(tmp_path, KEY)
        log = tmp_path / f"{DATABASE_NAME}-wal"
        before = log.stat().st_size
        assert before >= PRIMED_BYTES
        store.begin(SESSION)
        assert log.stat().st_size == before
        assert (tmp_path / DATABASE_NAME).stat().st_size < 1_000_000
        store.close()

    def test_what_is_written_comes_back(self, folder: Path) -> None:
        journal = check(folder)
        assert journal.session.answer(ItemId("one-1"), ResponseId("RESPONSE")) == ("MARKER-ANSWER",)
        assert len(journal.records) == 1 + len(TO_SECTION) + 2
        assert read_mark(folder) == len(journal.records)

    def test_a_killed_program_leaves_everything_acknowledged(self, cut_off: Path) -> None:
        assert check(cut_off).session.next_n == read_mark(cut_off)

    def test_nothing_of_it_is_in_clear(self, folder: Path, cut_off: Path) -> None:
        for path in (*folder.iterdir(), *cut_off.iterdir()):
            data = path.read_bytes()
            assert b"MARKER" not in data
            assert b"SQLite format" not in data
            assert b"Ana Ruiz" not in data

    def test_events_are_neither_changed_nor_deleted(self, folder: Path) -> None:
        connection = database.connect(folder / DATABASE_NAME, KEY)
        for statement in ("UPDATE event SET record = x'00'", "DELETE FROM event", "DELETE FROM checkpoint"):
            with pytest.raises(dbapi2.Error, match="not"):
                connection.execute(statement)
        connection.close()

    def test_the_log_is_emptied_before_it_grows(self, tmp_path: Path) -> None:
        with Desk(tmp_path / "session") as desk:
            desk.all((*TO_SECTION, SHOWN))
            size = (tmp_path / "session" / f"{DATABASE_NAME}-wal").stat().st_size
            for number in range(700):
                desk.writer.apply(
                    Answered(item=ItemId("one-1"), response=ResponseId("RESPONSE"), value=(f"{number}" * 50,))
                )
            assert (tmp_path / "session" / f"{DATABASE_NAME}-wal").stat().st_size == size
        assert check(tmp_path / "session").session.next_n == 700 + len(TO_SECTION) + 2

    def test_a_key_has_its_length(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            database.connect(tmp_path / "any.db", b"short")

    def test_a_folder_that_is_not_there_is_a_fault(self, tmp_path: Path) -> None:
        with pytest.raises(StorageFault):
            JournalStore(tmp_path / "nowhere", KEY)


class TestDamage:
    """Every damage has a name, and the files stay as they are."""

    def fault_of(self, folder: Path, key: bytes = KEY) -> StorageFaultKind:
        before = fingerprints(folder)
        with pytest.raises(StorageFault) as fault:
            check(folder, key)
        assert fingerprints(folder) == before
        assert fault.value.path == folder / DATABASE_NAME
        return fault.value.kind

    def test_the_wrong_key(self, folder: Path, cut_off: Path) -> None:
        assert self.fault_of(folder, OTHER_KEY) is StorageFaultKind.WRONG_KEY
        assert self.fault_of(cut_off, OTHER_KEY) is StorageFaultKind.WRONG_KEY

    def test_no_file(self, folder: Path) -> None:
        (folder / DATABASE_NAME).unlink()
        assert self.fault_of(folder) is StorageFaultKind.MISSING

    def test_an_unencrypted_database(self, folder: Path) -> None:
        (folder / DATABASE_NAME).unlink()
        plain = sqlite3.connect(folder / DATABASE_NAME)
        plain.execute("CREATE TABLE event(n)")
        plain.close()
        assert self.fault_of(folder) is StorageFaultKind.NOT_OURS

    def test_a_database_of_something_else(self, tmp_path: Path) -> None:
        connection = database.connect(tmp_path / DATABASE_NAME, KEY)
        connection.execute("CREATE TABLE something(x)")
        connection.close()
        assert self.fault_of(tmp_path) is StorageFaultKind.NOT_OURS

    def test_the_journal_of_another_session(self, folder: Path) -> None:
        with pytest.raises(StorageFault) as fault:
            check_journal(folder, session=SESSION[:-1] + "0", key=KEY, verify_key=SEAT_KEY.public_key)  # type: ignore[arg-type]
        assert fault.value.kind is StorageFaultKind.NOT_OURS

    @pytest.mark.parametrize("keep", [0, 100, 4_000])
    def test_a_file_cut_inside_a_page(self, folder: Path, keep: int) -> None:
        os.truncate(folder / DATABASE_NAME, keep)
        assert self.fault_of(folder) is StorageFaultKind.TRUNCATED

    @pytest.mark.parametrize("torn", [512, 1_536, 3_584])
    def test_a_file_that_ends_inside_a_page_while_its_log_is_brought_in(self, cut_off: Path, torn: int) -> None:
        before = check(cut_off).lines
        with (cut_off / DATABASE_NAME).open("ab") as file:
            file.write(os.urandom(torn))  # the last page of a database that grows, as far as the power lasted
        assert check(cut_off).lines == before
        JournalStore(cut_off, KEY).close()
        assert check(cut_off).lines == before
        assert (cut_off / DATABASE_NAME).stat().st_size % 4096 == 0

    def test_a_file_that_ends_inside_a_page_that_its_log_does_not_have(self, cut_off: Path) -> None:
        JournalStore(cut_off, KEY).close()
        os.truncate(cut_off / DATABASE_NAME, (cut_off / DATABASE_NAME).stat().st_size - 512)
        (cut_off / f"{DATABASE_NAME}-wal").write_bytes(os.urandom(8_240))
        assert self.fault_of(cut_off) in (StorageFaultKind.DAMAGED, StorageFaultKind.WRONG_KEY)

    def test_a_file_cut_between_pages(self, folder: Path) -> None:
        os.truncate(folder / DATABASE_NAME, 3 * 4096)
        assert self.fault_of(folder) in (StorageFaultKind.DAMAGED, StorageFaultKind.TRUNCATED)

    @pytest.mark.parametrize("keep", [0, 32, 5_000])
    def test_a_log_cut_short_misses_acknowledged_records(self, cut_off: Path, keep: int) -> None:
        os.truncate(cut_off / f"{DATABASE_NAME}-wal", keep)
        assert self.fault_of(cut_off) is StorageFaultKind.TRUNCATED

    def test_a_log_that_is_gone_misses_acknowledged_records(self, cut_off: Path) -> None:
        (cut_off / f"{DATABASE_NAME}-wal").unlink()
        assert self.fault_of(cut_off) is StorageFaultKind.TRUNCATED

    def test_one_flipped_bit_at_the_end_of_the_log_misses_acknowledged_records(self, cut_off: Path) -> None:
        log = cut_off / f"{DATABASE_NAME}-wal"
        data = bytearray(log.read_bytes())
        data[40] ^= 1  # in the first frame: SQLite silently takes the log to end there
        log.write_bytes(data)
        assert self.fault_of(cut_off) is StorageFaultKind.TRUNCATED

    def test_a_flipped_byte_in_any_page(self, folder: Path) -> None:
        path = folder / DATABASE_NAME
        whole = path.read_bytes()
        for page in range(len(whole) // 4096):
            data = bytearray(whole)
            data[page * 4096 + 2_000] ^= 0x40
            path.write_bytes(data)
            assert self.fault_of(folder) in (StorageFaultKind.DAMAGED, StorageFaultKind.WRONG_KEY)
        path.write_bytes(whole)
        check(folder)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE event SET record = CAST(replace(CAST(record AS TEXT), 'MARKER', 'FORGED') AS BLOB) WHERE n = 7",
            "UPDATE event SET head = zeroblob(32) WHERE n = 3",
            "DELETE FROM event WHERE n = 2",
            "UPDATE event SET n = 99 WHERE n = 7",
            "UPDATE answer SET answer = '[\"FORGED\"]'",
            "DELETE FROM answer",
            "UPDATE event SET wall = wall + 1 WHERE n = 7",
            "UPDATE event SET phase = 'finished' WHERE n = 7",
            "DELETE FROM event",
        ],
    )
    def test_a_chain_that_was_tampered_with(self, folder: Path, statement: str) -> None:
        tamper(folder, statement)
        assert self.fault_of(folder) is StorageFaultKind.CHAIN_BROKEN

    def test_a_forged_checkpoint(self, folder: Path) -> None:
        tamper(folder, "INSERT INTO checkpoint VALUES (2, ?)", values=(b"{}",))
        assert self.fault_of(folder) is StorageFaultKind.CHAIN_BROKEN

    def test_a_checkpoint_of_another_story(self, folder: Path) -> None:
        tamper(folder, "INSERT INTO checkpoint VALUES (2, ?)", values=(sign(2, bytes(32), check(folder).wall),))
        assert self.fault_of(folder) is StorageFaultKind.CHAIN_BROKEN

    def test_the_last_records_taken_away_with_everything_that_names_them(self, folder: Path) -> None:
        tamper(folder, "DELETE FROM event WHERE n = 7", "DELETE FROM answer")
        assert self.fault_of(folder) is StorageFaultKind.TRUNCATED

    def test_a_torn_mark_is_no_reason_to_distrust_a_journal(self, folder: Path) -> None:
        for data in (b"", b"\xff" * 16, (10**9).to_bytes(8, "big") + bytes(8)):
            (folder / MARK_NAME).write_bytes(data)
            check(folder)

    def test_leftovers_of_an_interrupted_check_are_removed(self, folder: Path) -> None:
        (folder / ".checking-old").mkdir()
        (folder / ".checking-old" / DATABASE_NAME).write_bytes(b"x")
        check(folder)
        assert not (folder / ".checking-old").exists()


def test_after_a_fault_closing_does_not_touch_the_log(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "session")
    desk.all((*TO_SECTION, SHOWN))
    log = tmp_path / "session" / f"{DATABASE_NAME}-wal"
    before = log.read_bytes()
    desk.store.break_off()
    desk.writer.close()
    assert log.read_bytes() == before
    assert check(tmp_path / "session").session.next_n == len(TO_SECTION) + 2
