from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.engine import Lockdown, LockdownFailed, restore_left
from kiosk.lockdown.facts import Capability, Concern
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.snapshots import SnapshotStore
from tests.kiosk.lockdown.machine import LOCKED, Machine, PowerCutError, SettingOperation
from tests.simulators.clock import FakeClock

BEFORE = {"a": "1", "b": "2", "c": "3"}
REQUIRED = frozenset({Concern.NETWORK})


class Rig:
    """A machine with operations on all of its settings, and what was reported."""

    def __init__(self, folder: Path, *, required: frozenset[Concern] = REQUIRED) -> None:
        self.machine = Machine(dict(BEFORE))
        self.operations = [SettingOperation(self.machine, name) for name in BEFORE]
        self.snapshots = SnapshotStore(folder / "snapshots")
        self.reported: list[Observation] = []
        self.required = required

    def lockdown(self) -> Lockdown:
        return Lockdown(
            self.operations, self.snapshots, required=self.required, report=self.reported.append, clock=FakeClock()
        )

    @property
    def kinds(self) -> list[IncidentKind]:
        return [observation.kind for observation in self.reported]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_everything_is_locked_and_given_back(rig: Rig) -> None:
    lockdown = rig.lockdown()
    lockdown.start()
    assert set(rig.machine.settings.values()) == {LOCKED}
    assert len(rig.snapshots.left()) == len(BEFORE)

    report = lockdown.stop()

    assert rig.machine.settings == BEFORE
    assert report.as_found
    assert [each.operation for each in report.operations] == ["test/c", "test/b", "test/a"]
    assert rig.snapshots.left() == ()
    assert rig.reported == []


@pytest.mark.parametrize("step", ["snapshot", "apply", "half", "verify"])
def test_a_start_that_fails_unwinds(rig: Rig, step: str) -> None:
    rig.operations[1].fails = frozenset({step})
    with pytest.raises(LockdownFailed) as failed:
        rig.lockdown().start()
    assert failed.value.operation == "test/b"
    assert failed.value.restored.as_found
    assert rig.machine.settings == BEFORE
    assert rig.snapshots.left() == ()
    assert rig.kinds == [IncidentKind.OPERATION_FAILED]


def test_what_is_not_required_may_fail(rig: Rig) -> None:
    rig.operations[1].fails = frozenset({"apply"})
    rig.operations[1].concern = Concern.UPDATES
    lockdown = rig.lockdown()
    lockdown.start()
    assert rig.machine.settings == {"a": LOCKED, "b": "2", "c": LOCKED}
    assert rig.kinds == [IncidentKind.OPERATION_FAILED]
    assert dict(lockdown.not_made) == {"test/b": "apply failed"}
    lockdown.stop()
    assert rig.machine.settings == BEFORE


def test_what_could_not_be_unwound_is_in_the_report(rig: Rig) -> None:
    rig.operations[1].fails = frozenset({"half", "revert"})
    rig.operations[1].concern = Concern.UPDATES
    lockdown = rig.lockdown()
    lockdown.start()
    report = lockdown.stop()
    assert not report.as_found
    assert [(each.operation, each.failure) for each in report.operations if not each.as_found] == [
        ("test/b", "revert failed")
    ]
    assert [snapshot.operation for snapshot in rig.snapshots.left()] == ["test/b"]


def test_what_could_not_be_unwound_is_in_the_report_of_a_start_that_failed(rig: Rig) -> None:
    rig.operations[1].fails = frozenset({"half", "revert"})
    with pytest.raises(LockdownFailed) as failed:
        rig.lockdown().start()
    assert not failed.value.restored.as_found
    assert [each.operation for each in failed.value.restored.operations] == ["test/b", "test/a"]


def test_what_is_unavailable_is_left_alone(rig: Rig) -> None:
    rig.operations[0].capability = Capability.UNAVAILABLE
    rig.lockdown().start()
    assert rig.machine.settings["a"] == "1"


def test_drift_is_mended_and_reported_each_time(rig: Rig) -> None:
    lockdown = rig.lockdown()
    lockdown.start()
    lockdown.verify()
    assert rig.reported == []
    for _ in range(2):
        rig.machine.settings["b"] = "open"
        lockdown.verify()
        assert rig.machine.settings["b"] == LOCKED
    assert rig.kinds == [IncidentKind.OPERATION_DRIFTED] * 2


def test_what_cannot_be_mended_is_reported_once_until_it_is_well_again(rig: Rig) -> None:
    lockdown = rig.lockdown()
    lockdown.start()
    rig.operations[2].fails = frozenset({"apply"})
    rig.machine.settings["c"] = "open"
    for _ in range(3):
        lockdown.verify()
    assert rig.kinds == [IncidentKind.OPERATION_LOST]
    rig.operations[2].fails = frozenset()
    lockdown.verify()
    rig.operations[2].fails = frozenset({"apply"})
    rig.machine.settings["c"] = "open"
    lockdown.verify()
    assert rig.kinds == [
        IncidentKind.OPERATION_LOST,
        IncidentKind.OPERATION_DRIFTED,
        IncidentKind.OPERATION_LOST,
    ]


def test_one_that_cannot_be_taken_back_keeps_its_snapshot_and_stops_no_other(rig: Rig) -> None:
    lockdown = rig.lockdown()
    lockdown.start()
    rig.operations[1].fails = frozenset({"revert"})
    report = lockdown.stop()
    assert not report.as_found
    assert rig.machine.settings == {"a": "1", "b": LOCKED, "c": "3"}
    assert [snapshot.operation for snapshot in rig.snapshots.left()] == ["test/b"]
    assert rig.kinds == [IncidentKind.RESTORE_FAILED]

    rig.operations[1].fails = frozenset()
    again = restore_left(rig.snapshots, {each.name: each for each in rig.operations})
    assert again.as_found
    assert rig.machine.settings == BEFORE


@pytest.mark.parametrize("fault", [RuntimeError("a mistake"), KeyError("x"), OSError(5, "no")])
def test_a_mistake_in_one_operation_keeps_no_other_from_being_taken_back(rig: Rig, fault: Exception) -> None:
    lockdown = rig.lockdown()
    lockdown.start()
    rig.operations[1].fault = fault
    report = lockdown.stop()
    assert [each.operation for each in report.operations if each.failure] == ["test/b"]
    assert rig.machine.settings == {"a": "1", "b": LOCKED, "c": "3"}
    assert [snapshot.operation for snapshot in rig.snapshots.left()] == ["test/b"]


def test_a_damaged_snapshot_keeps_no_other_from_being_put_back(rig: Rig, tmp_path: Path) -> None:
    rig.lockdown().start()
    (damaged,) = (tmp_path / "snapshots").glob("*test.b.snapshot")
    damaged.write_bytes(b"\0" * 100)
    report = restore_left(rig.snapshots, {each.name: each for each in rig.operations})
    assert rig.machine.settings == {"a": "1", "b": LOCKED, "c": "3"}
    assert not report.as_found
    assert [each.operation for each in report.operations if each.failure] == ["0002-test.b"]
    assert rig.snapshots.has_left()
    assert damaged.exists()


def test_one_that_cannot_be_looked_at_has_drifted_and_is_made_again(rig: Rig) -> None:
    lockdown = rig.lockdown()
    lockdown.start()
    rig.operations[1].fails = frozenset({"look"})
    lockdown.verify()
    assert rig.kinds == [IncidentKind.OPERATION_LOST]


def test_nothing_starts_while_something_is_still_to_be_put_back(rig: Rig) -> None:
    rig.lockdown().start()
    with pytest.raises(ValueError, match="still to be put back"):
        rig.lockdown().start()


def test_an_operation_of_another_version_is_named_and_kept(rig: Rig) -> None:
    rig.lockdown().start()
    report = restore_left(rig.snapshots, {"test/a": rig.operations[0]})
    assert [bool(each.failure) for each in report.operations] == [True, True, False]
    assert len(rig.snapshots.left()) == 2


@given(cuts=st.lists(st.integers(1, 14), max_size=4), failing=st.sampled_from(["", "apply", "half", "verify"]))
def test_whenever_the_power_fails_and_however_often_the_machine_is_given_back(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], failing: str
) -> None:
    rig = Rig(tmp_path_factory.mktemp("cut"))
    rig.operations[2].fails = frozenset({failing} - {""})
    acts = iter(cuts)
    rig.machine.cut_at = next(acts, None)
    try:
        lockdown = rig.lockdown()
        lockdown.start()
        lockdown.stop()
    except (PowerCutError, LockdownFailed):
        pass
    by_name = {each.name: each for each in rig.operations}
    for cut in acts:
        rig.machine.steps, rig.machine.cut_at = 0, cut
        try:
            restore_left(rig.snapshots, by_name)
        except PowerCutError:
            continue
    rig.machine.cut_at = None
    assert restore_left(rig.snapshots, by_name).as_found
    assert rig.machine.settings == BEFORE
    assert rig.snapshots.left() == ()
