"""Whatever ends the program at whatever step: the machine is given back, and the whole of it is stated and signed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.as_found import AsFound, GivenBack, build_as_found, open_as_found
from exam_packages.ids import SeatId, UtcMs
from kiosk.errors import StorageFault, StorageFaultKind
from kiosk.lockdown.as_found import as_found
from kiosk.lockdown.engine import Lockdown, LockdownFailed, RestoreReport, restore_left
from kiosk.lockdown.facts import Concern
from kiosk.lockdown.giving_back import SettlingStore, stated
from kiosk.lockdown.operations import Operation, OperationFailed
from signing.keys import generate_signing_key
from tests.kiosk.lockdown.machine import LOCKED, Machine, PowerCutError, SettingOperation
from tests.simulators.clock import FakeClock

BEFORE = {"a": "1", "b": "2", "c": "3"}
KEY = generate_signing_key()


class FileOperation(SettingOperation):
    """The same on a real file: what is cut off here is what a kill cuts off."""

    folder: Path

    def snapshot(self) -> bytes:
        self.machine.step()
        return self._path.read_bytes() if self._path.exists() else b""

    def apply(self) -> None:
        self.machine.step()
        self._path.write_text(LOCKED)
        self.machine.step()
        if "half" in self.fails:
            raise OperationFailed(self.name, "half")

    def verify(self) -> str:
        return "" if self._path.exists() and self._path.read_text() == LOCKED else "not locked"

    def revert(self, snapshot: bytes) -> None:
        self.machine.step()
        if "revert" in self.fails:
            raise OperationFailed(self.name, "it is stuck")
        self._path.write_bytes(snapshot)
        self.machine.step()

    @property
    def _path(self) -> Path:
        return self.folder / self.setting


class Desk:
    """A machine of files, its snapshots, and what was stated and signed about it."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine()
        self.folder = folder
        (folder / "settings").mkdir()
        for name, value in BEFORE.items():
            (folder / "settings" / name).write_text(value)
        self.operations: Sequence[FileOperation] = [FileOperation(self.machine, name) for name in BEFORE]
        for operation in self.operations:
            operation.folder = folder / "settings"
        self.statement: AsFound | None = None
        self.is_full = False

    @property
    def store(self) -> SettlingStore:
        """A new one each time: another process has nothing but the files."""
        return SettlingStore(self.folder / "snapshots")

    @property
    def settings(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted((self.folder / "settings").iterdir())}

    @property
    def by_name(self) -> dict[str, Operation]:
        return {operation.name: operation for operation in self.operations}

    def state_it(self, because: GivenBack, report: RestoreReport) -> None:
        self.machine.step()
        if self.is_full:
            raise StorageFault(StorageFaultKind.FULL, self.folder, "no room")
        value = as_found(report, seat=SeatId("seat-01"), key=KEY.public_key.keyid, made=UtcMs(1), because=because)
        path = self.folder / "as-found.json"
        path.write_bytes(build_as_found(value, KEY))
        self.statement = open_as_found(path.read_bytes(), key=KEY.public_key)
        self.machine.step()

    def sit(self) -> None:
        store = self.store
        lockdown = Lockdown(
            self.operations, store, required=frozenset({Concern.NETWORK}), report=lambda _: None, clock=FakeClock()
        )
        try:
            lockdown.start()
        except LockdownFailed as failed:
            stated(store, failed.restored, partial(self.state_it, GivenBack.START_FAILED))
            raise
        self.machine.step()
        stated(store, lockdown.stop(), partial(self.state_it, GivenBack.SESSION_ENDED))

    def start_again(self) -> RestoreReport | None:
        """What the supervisor does first, and ``kiosk seat restore``."""
        store = self.store
        if not store.left() and not store.unstated():
            return None
        return stated(store, restore_left(store, self.by_name), partial(self.state_it, GivenBack.AFTER_CRASH))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def named(statement: AsFound | None) -> set[str]:
    assert statement is not None
    return {each.operation for each in statement.operations}


def test_an_ordinary_end_is_stated(desk: Desk) -> None:
    desk.sit()
    assert desk.settings == BEFORE
    assert desk.statement is not None
    assert desk.statement.because is GivenBack.SESSION_ENDED
    assert desk.statement.is_as_found
    assert [each.operation for each in desk.statement.operations] == ["test/c", "test/b", "test/a"]
    assert desk.start_again() is None, "nothing is stated twice"


def test_a_start_that_failed_is_stated_with_what_failed(desk: Desk) -> None:
    desk.operations[1].fails = frozenset({"half"})
    with pytest.raises(LockdownFailed):
        desk.sit()
    assert desk.settings == BEFORE
    assert named(desk.statement) == {"test/a", "test/b"}
    assert desk.statement is not None
    assert desk.statement.because is GivenBack.START_FAILED


def test_what_could_not_be_put_back_is_named_and_tried_again(desk: Desk) -> None:
    desk.operations[1].fails = frozenset({"revert"})
    desk.sit()
    assert desk.statement is not None
    assert not desk.statement.is_as_found
    assert [each.failure for each in desk.statement.operations if each.operation == "test/b"] == ["it is stuck"]
    desk.operations[1].fails = frozenset()
    desk.start_again()
    assert desk.settings == BEFORE
    assert desk.statement.is_as_found


def test_what_could_not_be_stated_is_stated_the_next_time(desk: Desk) -> None:
    desk.is_full = True
    with pytest.raises(StorageFault):
        desk.sit()
    assert desk.settings == BEFORE
    assert desk.statement is None
    desk.is_full = False
    desk.start_again()
    assert named(desk.statement) == {"test/a", "test/b", "test/c"}


def test_what_is_found_otherwise_afterwards_is_said(desk: Desk) -> None:
    def keeps_nothing(snapshot: bytes) -> None:
        del snapshot
        (desk.folder / "settings" / "c").write_text("something else")

    desk.operations[2].revert = keeps_nothing  # type: ignore[method-assign]  # an operation with a mistake
    desk.sit()
    assert desk.statement is not None
    assert [each.operation for each in desk.statement.operations if not each.is_as_found] == ["test/c"]


def test_notes_that_were_changed_are_damage(desk: Desk) -> None:
    desk.is_full = True
    with pytest.raises(StorageFault):
        desk.sit()
    note = next((desk.folder / "snapshots" / "settled").iterdir())
    note.write_bytes(note.read_bytes().replace(b"format", b"formed"))
    with pytest.raises(StorageFault) as found:
        desk.start_again()
    assert found.value.kind is StorageFaultKind.NOT_OURS or found.value.kind.is_damage


def steps_of_a_sitting(folder: Path) -> int:
    desk = Desk(folder)
    desk.sit()
    return desk.machine.steps


@pytest.mark.parametrize("fails", ["", "half"])
def test_killed_at_every_single_step_all_is_back_and_stated(tmp_path: Path, fails: str) -> None:
    (tmp_path / "whole").mkdir()
    for cut in range(1, steps_of_a_sitting(tmp_path / "whole") + 1):
        folder = tmp_path / str(cut)
        folder.mkdir()
        desk = Desk(folder)
        desk.operations[2].fails = frozenset({fails} - {""})
        desk.machine.cut_at = cut
        touched = False
        try:
            desk.sit()
        except PowerCutError:
            touched = bool(desk.store.left() or desk.store.unstated())
        except LockdownFailed:
            pass
        desk.machine.cut_at = None
        report = desk.start_again()
        assert desk.settings == BEFORE, f"cut at {cut}"
        assert desk.store.left() == () == desk.store.unstated()
        assert (report is not None) == touched
        if touched:
            assert desk.statement is not None
            assert desk.statement.is_as_found


@settings(max_examples=25)  # each writes some fifty files to the medium
@given(cuts=st.lists(st.integers(1, 25), max_size=5))
def test_however_often_the_power_fails_every_change_is_in_the_last_statement(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("cut"))
    acts = iter(cuts)
    desk.machine.cut_at = next(acts, None)
    changed: set[str] = set()
    was_cut = False
    try:
        desk.sit()
    except PowerCutError:
        was_cut = True
    changed = {snapshot.operation for snapshot in desk.store.left()}
    changed |= {restored.operation for restored in desk.store.unstated()}
    for cut in acts:
        desk.machine.steps, desk.machine.cut_at = 0, cut
        try:
            desk.start_again()
        except PowerCutError:
            continue
    desk.machine.cut_at = None
    desk.start_again()
    assert desk.settings == BEFORE
    assert desk.store.left() == () == desk.store.unstated()
    if was_cut and changed:
        assert named(desk.statement) >= changed
        assert desk.statement is not None
        assert desk.statement.is_as_found
