from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.engine import Lockdown, restore_left
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.snapshots import SnapshotStore
from kiosk.lockdown.windows.api import Hive, JobLimits, ProgramStart, Shortcut, Value, Win32Failed, WindowHandle
from kiosk.lockdown.windows.jobs import WindowJob
from kiosk.lockdown.windows.operations import CaptureGuard, OwnDesktop, ShortcutsOff, StayAwake
from kiosk.lockdown.windows.policies import POLICIES, RegistryPolicies
from kiosk.lockdown.windows.prepared import FILTER_SETTINGS, FILTERED, keyboard_filter_commands, prepared_probes
from kiosk.lockdown.windows.structs import HOTKEY_ACTIVE, REG_DWORD, REG_SZ, WDA_EXCLUDEFROMCAPTURE
from kiosk.lockdown.windows.verification import NOT_VERIFIED, VERIFIED, as_verified
from tests.kiosk.lockdown.machine import PowerCutError
from tests.kiosk.lockdown.windows.fake_win32 import FakeJobs, FakeMachine, FakeRegistry, FakeScreen, FakeShortcuts
from tests.simulators.clock import FakeClock

TASK_MANAGER = POLICIES[Concern.SYSTEM_KEYS][0]
OTHER = Value(type=REG_SZ, data=b"o\0")
EXAM = WindowHandle(7)
OTHER_WINDOW = WindowHandle(8)


def text(value: str) -> Value:
    return Value(type=REG_SZ, data=f"{value}\0".encode("utf-16-le"))


def filled() -> FakeRegistry:
    registry = FakeRegistry()
    registry.write(TASK_MANAGER.hive, TASK_MANAGER.key, TASK_MANAGER.name, OTHER)
    registry.write(TASK_MANAGER.hive, TASK_MANAGER.key, "Another", OTHER)
    registry.changes = 0
    return registry


def state(registry: FakeRegistry) -> dict[tuple[Hive, str], dict[str, Value]]:
    """What is there; a key above others is there by itself, as Windows has it."""
    return {place: dict(values) for place, values in registry.keys.items()}


def operations(registry: FakeRegistry) -> list[RegistryPolicies]:
    return [RegistryPolicies(registry, concern) for concern in POLICIES]


def lockdown(every: list[RegistryPolicies], snapshots: SnapshotStore) -> Lockdown:
    def report(observation: Observation) -> None:
        raise AssertionError(observation)

    return Lockdown(every, snapshots, required=frozenset(), report=report, clock=FakeClock())


def start_and_stop(locked: Lockdown) -> None:
    locked.start()
    locked.stop()


def test_policies_go_back_to_the_byte(tmp_path: Path) -> None:
    registry = filled()
    before = state(registry)
    locked = lockdown(operations(registry), SnapshotStore(tmp_path / "snapshots"))
    locked.start()
    for policies in POLICIES.values():
        assert all(registry.read(each.hive, each.key, each.name) == each.value for each in policies)
    assert locked.stop().as_found
    hives: dict[tuple[Hive, str], dict[str, Value]] = {
        place: {} for place in state(registry) if "\\" not in place[1]
    }  # the highest keys are never removed
    assert state(registry) == before | hives


def test_what_is_there_and_cannot_be_read_is_not_changed() -> None:
    """Taken for missing it would be removed at the end."""
    registry = filled()
    registry.unreadable = {"NoClose"}
    keys = RegistryPolicies(registry, Concern.SYSTEM_KEYS)
    with pytest.raises(OperationFailed, match="NoClose is there and cannot be read"):
        keys.snapshot()


@pytest.mark.parametrize("cut_at", range(1, 41, 3))
def test_policies_go_back_after_a_power_cut_at_any_change(tmp_path: Path, cut_at: int) -> None:
    registry = filled()
    before = [each.snapshot() for each in operations(registry)]
    snapshots = SnapshotStore(tmp_path / "snapshots")
    registry.cut_at = cut_at
    locked = lockdown(operations(registry), snapshots)
    with pytest.raises(PowerCutError):
        start_and_stop(locked)
    registry.cut_at = None
    report = restore_left(snapshots, {each.name: each for each in operations(registry)})
    assert report.as_found
    assert [each.snapshot() for each in operations(registry)] == before


def test_what_others_put_into_a_new_key_stays() -> None:
    registry = FakeRegistry()
    operation = RegistryPolicies(registry, Concern.SCREEN_CAPTURE)
    before = operation.snapshot()
    operation.apply()
    policy = POLICIES[Concern.SCREEN_CAPTURE][0]
    registry.write(policy.hive, policy.key, "Somebody's", OTHER)
    operation.revert(before)
    assert registry.read(policy.hive, policy.key, "Somebody's") == OTHER
    assert registry.read(policy.hive, policy.key, policy.name) is None


def test_drift_is_seen_and_denial_said() -> None:
    registry = FakeRegistry()
    operation = RegistryPolicies(registry, Concern.SYSTEM_KEYS)
    operation.apply()
    assert not operation.verify()
    registry.remove(TASK_MANAGER.hive, TASK_MANAGER.key, TASK_MANAGER.name)
    assert "DisableTaskMgr" in operation.verify()
    registry.writable = frozenset({Hive.USER})
    assert operation.probe().capability is Capability.UNAVAILABLE
    with pytest.raises(OperationFailed, match="cannot be set"):
        operation.apply()


@given(st.binary(max_size=200))
def test_a_snapshot_that_is_none_changes_nothing(data: bytes) -> None:
    registry, screen, shortcuts = filled(), FakeScreen(), FakeShortcuts()
    every: list[Operation] = [*operations(registry), OwnDesktop(screen, "exam"), ShortcutsOff(shortcuts)]
    for operation in every:
        if data != b"{}":
            with pytest.raises(OperationFailed):
                operation.revert(data)
    assert registry.changes == 0
    assert shortcuts.all_flags == FakeShortcuts().all_flags


def test_a_snapshot_reaches_no_other_place() -> None:
    registry = FakeRegistry()
    operation = RegistryPolicies(registry, Concern.UPDATES)
    elsewhere = (
        b'{"format":"testing-center-kiosk/windows-policies/v1",'
        b'"missing":[{"hive":"machine","key":"SYSTEM\\\\Select"}],"values":[]}'
    )
    registry.keys[Hive.MACHINE, "SYSTEM\\Select"] = {}
    operation.revert(elsewhere)
    assert (Hive.MACHINE, "SYSTEM\\Select") in registry.keys


def test_the_desktop() -> None:
    screen = FakeScreen()
    operation = OwnDesktop(screen, "exam")
    before = operation.snapshot()
    operation.apply()
    assert (screen.desktop, operation.verify()) == ("exam", "")
    assert screen.stands == "exam", "who asks for windows is told of those there"
    screen.desktop = "Default"
    assert operation.verify()
    screen.desktop = None  # Ctrl+Alt+Delete
    assert not operation.verify()
    operation.revert(before)
    assert screen.input_desktop() == screen.stands == "Default"
    assert screen.desktops == {"Default"}


def test_a_desktop_that_nobody_could_look_at_is_not_shown() -> None:
    screen = FakeScreen(may_stand=False)
    operation = OwnDesktop(screen, "exam")
    before = operation.snapshot()
    with pytest.raises(OperationFailed, match="SetThreadDesktop"):
        operation.apply()
    assert (screen.desktop, operation.there) == ("Default", "")
    operation.revert(before)
    assert screen.desktops == {"Default"}


def test_a_desktop_that_a_crash_has_left_is_none_to_go_back_to() -> None:
    screen = FakeScreen(desktop="exam", desktops={"Default", "exam"})
    operation = OwnDesktop(screen, "exam")
    operation.revert(operation.snapshot())
    assert screen.desktop == "Default"


def test_a_switch_that_does_nothing_is_seen() -> None:
    screen = FakeScreen(switches=False)
    operation = OwnDesktop(screen, "exam")
    operation.apply()
    assert operation.verify() == "The desktop Default is shown."


def test_shortcuts_go_and_features_stay() -> None:
    shortcuts = FakeShortcuts()
    before = dict(shortcuts.all_flags)
    operation = ShortcutsOff(shortcuts)
    snapshot = operation.snapshot()
    assert operation.verify()
    operation.apply()
    assert not operation.verify()
    assert shortcuts.all_flags == {each: flags & ~HOTKEY_ACTIVE for each, flags in before.items()}
    operation.revert(snapshot)
    assert shortcuts.all_flags == before
    del shortcuts.all_flags[Shortcut.TOGGLE_KEYS]
    operation.revert(operation.snapshot())


def test_staying_awake() -> None:
    machine = FakeMachine()
    operation = StayAwake(machine)
    operation.apply()
    assert not operation.verify()
    machine.awake = False
    assert operation.verify()
    operation.revert(operation.snapshot())
    assert not machine.awake


def test_capture_is_believed_when_it_is_read_back() -> None:
    screen = FakeScreen(affinities={EXAM: 0})
    guard = CaptureGuard(screen, lambda: [EXAM])
    assert guard.verify()
    guard.apply()
    assert (screen.affinities[EXAM], guard.verify()) == (0x11, "")
    guard.revert(guard.snapshot())
    assert screen.affinities[EXAM] == 0
    screen.highest_affinity = 1  # before Windows 10 2004
    guard.apply()
    assert (screen.affinities[EXAM], guard.verify()) == (1, "")
    screen.affinities[EXAM], screen.lies = 0, True
    guard.apply()
    assert guard.verify()
    screen.highest_affinity = 0
    with pytest.raises(OperationFailed):
        guard.apply()


def test_a_window_that_cannot_be_kept_out_keeps_none_in() -> None:
    class Stubborn(FakeScreen):
        def set_affinity(self, window: WindowHandle, affinity: int) -> None:
            if window == OTHER_WINDOW:
                raise Win32Failed("SetWindowDisplayAffinity", 8)
            super().set_affinity(window, affinity)

    screen = Stubborn(affinities={EXAM: 0, OTHER_WINDOW: 0})
    with pytest.raises(OperationFailed, match="SetWindowDisplayAffinity"):
        CaptureGuard(screen, lambda: [OTHER_WINDOW, EXAM]).apply()
    assert screen.affinities[EXAM] == WDA_EXCLUDEFROMCAPTURE


def test_the_window_starts_in_its_job_or_not_at_all() -> None:
    jobs = FakeJobs()
    job = WindowJob(jobs)
    assert job.exit_code() is None
    start = ProgramStart(command=("kiosk.exe",), desktop="exam")
    job.start(start)
    assert jobs.started == [(1, start)]
    assert jobs.made[1] == JobLimits(processes_max=1, dies_with_us=True)
    assert job.is_alive()
    with pytest.raises(ValueError, match="one start"):
        job.start(start)
    jobs.codes[1] = 75
    assert job.exit_code() == 75
    job.end()
    assert job.exit_code() is None
    assert not job.is_alive()
    for broken in (FakeJobs(holds=False), FakeJobs(refuses=True)):
        with pytest.raises(OperationFailed):
            WindowJob(broken).start(start)
        assert (broken.started, broken.ended) == ([], [1])


def test_what_a_machine_was_prepared_with() -> None:
    registry = FakeRegistry()
    version = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
    registry.write(Hive.MACHINE, version, "EditionID", text("Professional"))
    assert "This edition" in prepared_probes(registry)["windows/keyboard-filter"][1].remedy
    registry.write(Hive.MACHINE, version, "EditionID", text("IoTEnterprise"))
    registry.write(Hive.MACHINE, f"{version}\\Winlogon", "Shell", text("Explorer.exe"))
    probes = prepared_probes(registry)
    assert {probe.capability for _, probe in probes.values()} == {Capability.UNAVAILABLE}
    assert "Shell Launcher" in probes["windows/shell-launcher"][1].remedy
    service = "SYSTEM\\CurrentControlSet\\Services\\MsKeyboardFilter"
    registry.write(Hive.MACHINE, service, "Start", Value(type=REG_DWORD, data=b"\4\0\0\0"))
    assert "not turned on" in prepared_probes(registry)["windows/keyboard-filter"][1].reason
    registry.write(Hive.MACHINE, service, "Start", Value(type=REG_DWORD, data=b"\2\0\0\0"))
    registry.write(Hive.MACHINE, f"{version}\\Winlogon", "Shell", text("C:\\kiosk\\kiosk.exe"))
    assert {probe.capability for _, probe in prepared_probes(registry).values()} == {Capability.DETECT_ONLY}


def test_what_the_service_has_set_is_in_the_table_of_a_supervisor_without_rights() -> None:
    registry = FakeRegistry()
    every = operations(registry)
    for operation in every:
        operation.apply()
    assert not [
        name for name in prepared_probes(registry) if name.startswith("windows/service-")
    ]  # it sets them itself
    registry.writable = frozenset()
    found = {name: entry for name, entry in prepared_probes(registry).items() if name.startswith("windows/service-")}
    assert {concern for concern, _ in found.values()} == set(POLICIES)
    assert {probe.capability for _, probe in found.values()} == {Capability.DETECT_ONLY}
    registry.keys[TASK_MANAGER.hive, TASK_MANAGER.key].pop(TASK_MANAGER.name)
    assert "windows/service-system-keys" not in prepared_probes(registry)


def test_the_commands_of_keyboard_filter_are_in_the_protocol() -> None:
    document = (Path(__file__).parents[4] / "docs" / "windows-verification.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in document for key in FILTERED)
    assert all(f"`{name}`" in document for name in FILTER_SETTINGS)
    lines = keyboard_filter_commands({"Alt+Tab": False}, {"BreakoutKeyScanCode": "91"})
    assert "Id = 'Alt+Tab'" in lines[0]
    assert lines[0].endswith("@{Enabled = $false}")
    assert "Name = 'BreakoutKeyScanCode'" in lines[1]
    assert lines[1].endswith("@{Value = '91'}")


def test_nothing_is_prevented_that_nobody_has_tried() -> None:
    enforced = Probe(capability=Capability.ENFORCED)
    assert as_verified(enforced, verified=True) is enforced
    unverified = as_verified(enforced, verified=False)
    assert unverified.capability is Capability.DETECT_ONLY
    assert unverified.reason == NOT_VERIFIED
    nothing = Probe(capability=Capability.UNAVAILABLE, reason="It is not there.", remedy="Buy one.")
    assert as_verified(nothing, verified=False) == Probe(
        capability=Capability.UNAVAILABLE, reason=f"{NOT_VERIFIED} It is not there.", remedy="Buy one."
    )
    assert VERIFIED is False
    assert IncidentKind.HOOK_LOST.value == "hook-lost"
