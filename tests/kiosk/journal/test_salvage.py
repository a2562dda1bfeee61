"""What can be read of a journal around damage, and that all of the damage is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam_packages.ids import ItemId, ResponseId
from exam_packages.session_events import Answered, ItemPresented
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.journal import database
from kiosk.journal.salvage import Damage, Link, SalvagedJournal, salvage_journal
from kiosk.journal.store import DATABASE_NAME, MARK_NAME
from signing.errors import ContentRefused, FormRefused
from tests.kiosk.journal.journals import KEY, OTHER_KEY, SESSION, Desk, as_first_version, fingerprints, tamper
from tests.kiosk.session.plans import TO_SECTION

ITEM, RESPONSE = ItemId("one-1"), ResponseId("RESPONSE")
ANSWERS = 120
PAGE = database.PAGE_BYTES
ALL = len(TO_SECTION) + 2 + ANSWERS


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of some thirty pages, closed well."""
    folder = tmp_path_factory.mktemp("whole") / "session"
    with Desk(folder) as desk:
        desk.all((*TO_SECTION, ItemPresented(item=ITEM)))
        desk.all(Answered(item=ITEM, response=RESPONSE, value=(f"{number} " * 60,)) for number in range(ANSWERS))
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return copy_of(whole, tmp_path / "session")


def copy_of(whole: Path, target: Path) -> Path:
    target.mkdir(exist_ok=True)
    for path in whole.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def salvage(folder: Path) -> SalvagedJournal:
    before = fingerprints(folder)
    found = salvage_journal(folder, session=SESSION, key=KEY)
    assert fingerprints(folder) == before
    return found


def flip(path: Path, page: int) -> None:
    data = bytearray(path.read_bytes())
    data[page * PAGE + 2_000] ^= 1
    path.write_bytes(data)


def test_of_a_whole_one_everything_and_no_finding(folder: Path) -> None:
    found = salvage(folder)
    assert found.findings == ()
    assert (len(found.records), found.unbroken, found.acknowledged) == (ALL, ALL, ALL)
    assert found.state is not None
    assert found.state.answer(ITEM, RESPONSE) == (f"{ANSWERS - 1} " * 60,)
    assert [(answer.item, answer.n) for answer in found.answers] == [(ITEM, ALL - 1)]
    assert found.checkpoints


def test_one_of_the_first_version_is_read_too(folder: Path) -> None:
    as_first_version(folder)
    found = salvage(folder)
    assert found.findings == ()
    assert found.unbroken == ALL


def test_one_that_was_cut_off_is_read_with_its_log(tmp_path: Path) -> None:
    with Desk(tmp_path / "session") as desk:
        desk.all((*TO_SECTION, ItemPresented(item=ITEM), Answered(item=ITEM, response=RESPONSE, value=("A",))))
        cut = copy_of(tmp_path / "session", tmp_path / "cut")
    found = salvage(cut)
    assert found.findings == ()
    assert found.unbroken == len(TO_SECTION) + 3


def test_every_page_in_turn(folder: Path, whole: Path) -> None:
    """Whatever page is damaged: what is read is true, what is not is named, and most of it is read."""
    path = folder / DATABASE_NAME
    true = [record.line for record in salvage(whole).records]
    behind_damage = 0
    for page in range(1, path.stat().st_size // PAGE):
        path.write_bytes((whole / DATABASE_NAME).read_bytes())
        flip(path, page)
        found = salvage(folder)
        assert all(record.line == true[record.n] for record in found.records)
        lost = set(range(ALL)) - {record.n for record in found.records}
        named = {n for each in found.findings if each.records for n in range(each.records[0], each.records[1] + 1)}
        assert lost == named
        if lost and len(found.records) > found.unbroken:
            behind_damage += 1
            assert any(record.link is Link.UNKNOWN for record in found.records)
            assert found.answers[0].n == ALL - 1, "the answer as it stood last is known although its record may not be"
    assert behind_damage > 10


@given(
    cuts=st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 255)), max_size=12), keep=st.integers(0, 200_000)
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_to_the_bytes(whole: Path, folder: Path, cuts: list[tuple[int, int]], keep: int) -> None:
    """What was written, or the one error of a store: nothing else ever."""
    data = bytearray((whole / DATABASE_NAME).read_bytes())
    for at, value in cuts:
        data[at % len(data)] = value
    (folder / DATABASE_NAME).write_bytes(data[: max(keep, len(data) // 2)])
    try:
        found = salvage(folder)
    except StorageFault:
        return
    true = {record.n: record.line for record in salvage(whole).records}
    assert all(true[record.n] == record.line for record in found.records)
    assert found.findings or len(found.records) == ALL


def test_a_tail_that_is_cut_off_is_missing(folder: Path) -> None:
    os.truncate(folder / DATABASE_NAME, 9 * PAGE)
    found = salvage(folder)
    assert 0 < len(found.records) < ALL
    assert {each.damage for each in found.findings} >= {Damage.RECORDS_UNREADABLE}


@pytest.mark.parametrize(
    ("statement", "damage"),
    [
        ("DELETE FROM event WHERE n = 50", Damage.RECORDS_MISSING),
        ("UPDATE event SET head = zeroblob(32) WHERE n = 50", Damage.CHAIN_BROKEN),
        ("UPDATE event SET record = x'00' WHERE n = 50", Damage.NOT_A_RECORD),
        ("DELETE FROM event WHERE n > 50", Damage.RECORDS_MISSING),
        ("UPDATE about SET session = 'another'", Damage.OTHER_SESSION),
    ],
)
def test_what_was_tampered_with_is_named(folder: Path, statement: str, damage: Damage) -> None:
    tamper(folder, statement)
    found = salvage(folder)
    assert damage in {each.damage for each in found.findings}
    assert found.unbroken == (ALL if damage is Damage.OTHER_SESSION else 51 if "n >" in statement else 50)


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE VIEW event AS WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n, n AS record FROM x",
        "CREATE VIEW more AS SELECT 1",
    ],
)
def test_a_view_in_place_of_a_table_is_not_read(folder: Path, schema: str) -> None:
    tamper(folder, *(["DROP TABLE event"] if "VIEW event" in schema else []), schema)
    with pytest.raises(StorageFault) as fault:
        salvage(folder)
    assert fault.value.kind is StorageFaultKind.NOT_OURS


def test_nothing_can_be_read_without_the_key_the_first_page_or_the_file(folder: Path) -> None:
    with pytest.raises(StorageFault) as fault:
        salvage_journal(folder, session=SESSION, key=OTHER_KEY)
    assert (fault.value.kind, fault.value.path) == (StorageFaultKind.WRONG_KEY, folder / DATABASE_NAME)
    flip(folder / DATABASE_NAME, 0)
    with pytest.raises(StorageFault):
        salvage(folder)
    (folder / DATABASE_NAME).unlink()
    with pytest.raises(StorageFault) as fault:
        salvage(folder)
    assert fault.value.kind is StorageFaultKind.MISSING


def test_files_that_are_none_or_too_long_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / MARK_NAME).unlink()
    (folder / MARK_NAME).mkdir()
    with pytest.raises(ContentRefused):
        salvage(folder)
    (folder / MARK_NAME).rmdir()
    monkeypatch.setattr("kiosk.journal.salvage.FILE_MAX_BYTES", PAGE)
    with pytest.raises(FormRefused, match="too long for a journal"):
        salvage(folder)
