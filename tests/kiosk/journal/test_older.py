"""A session that an older version of the program began goes on after an update."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from exam_packages.ids import ItemId, ResponseId
from exam_packages.session_events import Answered, ItemPresented
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.rows import read_rows
from kiosk.journal.store import DATABASE_NAME, JournalStore
from tests.kiosk.journal.journals import KEY, SESSION, Desk, as_first_version, check, fingerprints, tamper
from tests.kiosk.session.plans import TO_SECTION

ITEM, RESPONSE = ItemId("one-1"), ResponseId("RESPONSE")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal of the first version, in which one answer stands."""
    with Desk(tmp_path / "session") as desk:
        desk.all((*TO_SECTION, ItemPresented(item=ITEM), answered("before")), each_ms=1_000)
    as_first_version(tmp_path / "session")
    return tmp_path / "session"


def answered(value: str) -> Answered:
    return Answered(item=ITEM, response=RESPONSE, value=(value,))


def test_it_is_read_and_left_as_it_is(folder: Path) -> None:
    before = fingerprints(folder)
    journal = check(folder)
    assert journal.session.answer(ITEM, RESPONSE) == ("before",)
    assert journal.boot == "boot-1"
    assert fingerprints(folder) == before


def test_it_goes_on_and_nothing_of_it_changes(folder: Path) -> None:
    before = check(folder)
    with Desk(folder, going_on=before) as desk:
        desk.writer.apply(answered("after"))
    journal = check(folder)
    assert journal.lines[: len(before.lines)] == before.lines
    assert journal.session.answer(ITEM, RESPONSE) == ("after",)


def test_it_is_brought_up_to_date_once_and_its_events_stay_guarded(folder: Path) -> None:
    for _ in range(2):
        JournalStore(folder, KEY).close()
        assert check(folder).session.answer(ITEM, RESPONSE) == ("before",)
    connection = database.connect(folder / DATABASE_NAME, KEY)
    with pytest.raises(dbapi2.Error, match="events are not changed"):
        connection.execute("UPDATE event SET phase = ''")
    assert not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'audit'").fetchone()[0]
    connection.close()


def test_a_copy_of_it_goes_on_from_where_it_was(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    for path in folder.iterdir():
        (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
    with Desk(folder, going_on=check(folder)) as desk:
        desk.writer.apply(answered("after"))
    copy = JournalStore(tmp_path / "copy", KEY)
    count, head = copy.checked_end(SESSION)
    rows = read_rows(folder / DATABASE_NAME, KEY, start=count)
    assert rows.before == head
    copy.add_rows(rows)
    copy.close()
    assert check(tmp_path / "copy").lines == check(folder).lines


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET n = 3", "UPDATE audit SET phase = 'finished'", "UPDATE audit SET wall = 1", "DELETE FROM audit"],
)
def test_what_was_tampered_with_is_still_found(folder: Path, statement: str) -> None:
    tamper(folder, statement)
    assert fault_of(folder) is StorageFaultKind.CHAIN_BROKEN


def test_one_of_a_version_to_come_is_not_read(folder: Path) -> None:
    tamper(folder, "UPDATE about SET format = 'testing-center-kiosk/journal/v3'")
    assert fault_of(folder) is StorageFaultKind.NOT_OURS


def fault_of(folder: Path) -> StorageFaultKind:
    with pytest.raises(StorageFault) as fault:
        check(folder)
    return fault.value.kind
