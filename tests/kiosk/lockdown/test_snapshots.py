from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import UtcMs
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.lockdown.snapshots import SNAPSHOT_MAX_BYTES, Snapshot, SnapshotStore


def snapshot(number: int = 1, *, operation: str = "x11/displays", data: bytes = b"before") -> Snapshot:
    return Snapshot(number=number, operation=operation, data=data, wall=UtcMs(5))


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


@given(data=st.binary(max_size=2_000), operation=st.from_regex(r"[a-z0-9]{1,20}/[a-z-]{1,20}", fullmatch=True))
def test_what_is_kept_is_there_for_another_program(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, operation: str
) -> None:
    folder = tmp_path_factory.mktemp("s")
    SnapshotStore(folder).keep(snapshot(3, operation=operation, data=data))
    assert SnapshotStore(folder).left() == (snapshot(3, operation=operation, data=data),)


def test_the_newest_comes_first_and_what_is_forgotten_is_gone(store: SnapshotStore) -> None:
    for number in (1, 2, 12):
        store.keep(snapshot(number, operation=f"test/{number}"))
    assert [each.number for each in store.left()] == [12, 2, 1]
    store.forget(snapshot(12, operation="test/12"))
    assert [each.number for each in store.left()] == [2, 1]


def test_the_longest_snapshot_can_be_kept_and_a_longer_one_not(store: SnapshotStore) -> None:
    store.keep(snapshot(data=b"x" * SNAPSHOT_MAX_BYTES))
    assert len(store.left()[0].data) == SNAPSHOT_MAX_BYTES
    with pytest.raises(ValueError, match="at most"):
        store.keep(snapshot(data=b"x" * (SNAPSHOT_MAX_BYTES + 1)))


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b'{"format":"other"}'])
def test_a_damaged_snapshot_is_named_and_kept(store: SnapshotStore, tmp_path: Path, damage: bytes) -> None:
    store.keep(snapshot())
    (path,) = (tmp_path / "snapshots").iterdir()
    path.write_bytes(damage)
    with pytest.raises(StorageFault) as fault:
        store.left()
    assert fault.value.kind is StorageFaultKind.DAMAGED
    assert path.read_bytes() == damage


def test_half_a_snapshot_was_never_one(store: SnapshotStore, tmp_path: Path) -> None:
    store.keep(snapshot())
    (path,) = (tmp_path / "snapshots").iterdir()
    path.rename(path.with_name(f".{path.name}.0badc0de.part"))
    assert store.left() == ()
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFault):
        SnapshotStore(tmp_path / "file" / "snapshots").keep(snapshot())


def test_nobody_else_can_read_them(store: SnapshotStore, tmp_path: Path) -> None:
    store.keep(snapshot())
    (path,) = (tmp_path / "snapshots").iterdir()
    assert path.stat().st_mode & 0o077 == 0
