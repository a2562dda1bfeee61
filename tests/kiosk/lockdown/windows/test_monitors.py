from __future__ import annotations

import pytest

from exam_packages.ids import UtcMs
from kiosk.lockdown.displays import EDID_BYTES, EDID_MAGIC, EnrolledDisplay
from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import LooksAnew, Monitor, Reading
from kiosk.lockdown.windows.api import Hive, MonitorSeen, Power, ProcessSeen, Value, WindowHandle, WindowSeen
from kiosk.lockdown.windows.backend import WindowsSeat, desktop_of, real_win32, windows_backend
from kiosk.lockdown.windows.real_machine import power_of
from kiosk.lockdown.windows.screen_monitors import display_of, edid_key
from kiosk.lockdown.windows.structs import REG_SZ, PowerStatus
from kiosk.lockdown.windows.verification import NOT_VERIFIED
from tests.kiosk.lockdown.windows.fake_win32 import THEM, US, FakeWin32
from tests.simulators.clock import FakeClock

OURS = WindowSeen(handle=WindowHandle(1), pid=US, title="Exam", geometry="1280x800+0+0")
THEIRS = WindowSeen(handle=WindowHandle(2), pid=THEM, title="Notes", geometry="300x200+10+10")
NOTEPAD = ProcessSeen(pid=THEM, parent=1, program="notepad.exe")
REAL_DEVICE = "\\\\?\\DISPLAY#DEL4098#4&2f&0&UID1#{e6f07b5f-ee97-4a90-b076-33f57bf4eaa7}"
EDID = EDID_MAGIC + bytes(EDID_BYTES - len(EDID_MAGIC))


class Seat:
    """A made-up machine and one of its monitors, asked every half second."""

    def __init__(self, name: str, *, own_desktop: bool = True, enrolled: EnrolledDisplay | None = None) -> None:
        self.fake = FakeWin32()
        seat = WindowsSeat(
            is_ours=lambda pid: pid == US, window=lambda: US, own_desktop=own_desktop, enrolled=enrolled,
            known_programs=frozenset({"svchost.exe"}),
        )  # fmt: skip
        self.backend = windows_backend(self.fake.win32(), seat, clock=FakeClock())
        self.monitor: Monitor = next(each for each in self.backend.monitors if each.name == f"windows/{name}")
        self.now_ms = 0

    def look(self) -> list[Observation]:
        self.now_ms += 500
        now = Reading(wall=UtcMs(self.now_ms), awake_ms=self.now_ms, since_boot_ms=self.now_ms)
        return list(self.monitor.poll(now))

    def kinds(self) -> list[IncidentKind]:
        return [each.kind for each in self.look()]

    def kinds_anew(self) -> list[IncidentKind]:
        """A session begins."""
        assert isinstance(self.monitor, LooksAnew)
        self.monitor.look_anew()
        return self.kinds()


def test_a_foreign_window_is_told_once() -> None:
    seat = Seat("windows")
    seat.fake.machine.running.append(NOTEPAD)
    seat.fake.screen.seen = [OURS]
    assert seat.look() == []
    seat.fake.screen.seen = [OURS, THEIRS]
    (told,) = seat.look()
    assert told.kind is IncidentKind.FOREIGN_WINDOW
    assert told.evidence == {"title": "Notes", "program": "notepad.exe", "geometry": "300x200+10+10"}
    assert seat.look() == []
    seat.fake.screen.seen = [OURS]
    seat.look()
    seat.fake.screen.seen = [OURS, THEIRS]
    assert seat.kinds() == [IncidentKind.FOREIGN_WINDOW]


def test_the_taskbar_is_no_foreign_window_and_is_in_front_all_the_same() -> None:
    seat = Seat("windows")
    seat.fake.machine.running.append(ProcessSeen(pid=THEM, parent=1, program="Explorer.EXE"))
    seat.fake.screen.seen = [THEIRS]
    assert seat.look() == []
    seat = Seat("foreground")
    seat.fake.screen.front = THEIRS
    assert seat.look() == []
    assert seat.kinds() == [IncidentKind.FOCUS_LOST]
    assert seat.look() == []
    seat.fake.screen.front = None
    assert seat.look() == []


def test_the_desktop_of_ctrl_alt_delete() -> None:
    seat = Seat("input-desktop")
    assert seat.look() == [], "what is shown while no other one could be made"
    next(each for each in seat.backend.operations if each.name == "windows/desktop").apply()
    assert seat.fake.screen.desktop == desktop_of(seat.backend) == "exam"
    assert seat.look() == []
    seat.fake.screen.desktop = None
    (told,) = seat.look()
    assert (told.kind, told.evidence) == (IncidentKind.DESKTOP_SWITCHED, {"desktop": "Winlogon"})
    assert seat.look() == []
    seat.fake.screen.desktop = "exam"
    assert seat.look() == []


def test_sessions() -> None:
    seat = Seat("session")
    assert seat.look() == []
    seat.fake.machine.console = None
    assert seat.look() == []
    seat.fake.machine.console = 2
    (told,) = seat.look()
    assert (told.kind, told.evidence) == (IncidentKind.USER_SWITCHED, {"session": "2"})
    assert seat.look() == []
    seat.fake.screen.remote = True
    assert seat.kinds() == [IncidentKind.REMOTE_SESSION]
    assert seat.look() == []


def test_displays_are_known_by_what_they_say() -> None:
    own = MonitorSeen(output="\\\\.\\DISPLAY1", device=REAL_DEVICE, geometry="1280x800+0+0")
    other = MonitorSeen(output="\\\\.\\DISPLAY2", device="", geometry="800x600+1280+0")
    fake = FakeWin32()
    silent = display_of(own, fake.registry)
    assert not silent.says_who
    fake.registry.write(Hive.MACHINE, edid_key(REAL_DEVICE), "EDID", Value(type=3, data=EDID))
    known = display_of(own, fake.registry)
    assert known.says_who
    assert known.name == "DISPLAY1"

    seat = Seat("displays", enrolled=EnrolledDisplay.of(known))
    seat.fake.registry.write(Hive.MACHINE, edid_key(REAL_DEVICE), "EDID", Value(type=3, data=EDID))
    assert seat.monitor.probe().capability is Capability.UNAVAILABLE
    seat.fake.screen.plugged = [own]
    assert seat.look() == []
    seat.fake.screen.plugged = [own, other]
    assert seat.kinds() == [IncidentKind.DISPLAY_ADDED]


@pytest.mark.parametrize("device", ["", "DISPLAY", "\\\\?\\DISPLAY#X", "\\\\?\\USB#A#B#{c}"])
def test_a_device_that_is_no_display_has_no_key(device: str) -> None:
    assert edid_key(device) == ""


def test_the_clipboard() -> None:
    seat = Seat("clipboard")
    clipboard = seat.fake.clipboard
    clipboard.put(THEM)
    assert seat.kinds() == [IncidentKind.CLIPBOARD_EMPTIED]
    clipboard.put(US)
    assert seat.look() == []
    clipboard.put(THEM)
    clipboard.is_held_open = True
    assert seat.look() == []
    clipboard.is_held_open = False
    assert seat.kinds() == [IncidentKind.CLIPBOARD_WRITTEN, IncidentKind.CLIPBOARD_EMPTIED]
    assert not clipboard.holds
    assert seat.look() == []


def test_processes() -> None:
    seat = Seat("processes")
    seat.fake.machine.running.append(ProcessSeen(pid=3, parent=1, program="TeamViewer.exe"))
    seat.fake.machine.running.append(ProcessSeen(pid=4, parent=1, program="old.exe"))
    (told,) = seat.look()
    assert (told.kind, told.evidence["program"]) == (IncidentKind.PROCESS_FORBIDDEN, "teamviewer.exe")
    assert seat.look() == []
    seat.fake.machine.running += [NOTEPAD, ProcessSeen(pid=6, parent=1, program="svchost.exe")]
    (told,) = seat.look()
    assert (told.kind, told.evidence) == (IncidentKind.PROCESS_UNKNOWN, {"program": "notepad.exe", "count": "1"})


def test_a_debugger_is_told_once() -> None:
    seat = Seat("debugger")
    assert seat.look() == []
    seat.fake.machine.debugged = {US}
    assert seat.kinds() == [IncidentKind.DEBUGGER_FOUND]
    assert seat.look() == []


def test_the_supply() -> None:
    seat = Seat("power")
    assert seat.look() == []
    seat.fake.machine.supply = Power(on_mains=False, percent=50)
    assert seat.kinds() == [IncidentKind.POWER_LOST]
    seat.fake.machine.supply = Power(on_mains=False, percent=19)
    assert seat.kinds() == [IncidentKind.BATTERY_LOW]
    seat.fake.machine.supply = Power(on_mains=False, percent=21)
    assert seat.look() == []
    seat.fake.machine.supply = Power(on_mains=False, percent=20)
    assert seat.look() == []
    seat.fake.machine.supply = Power(on_mains=False, percent=9)
    assert seat.kinds() == [IncidentKind.BATTERY_LOW]
    seat.fake.machine.supply = None
    assert seat.monitor.probe().capability is Capability.UNAVAILABLE
    assert seat.look() == []


@pytest.mark.parametrize(
    ("status", "power"),
    [
        (PowerStatus(on_mains=1, battery=128, percent=255), Power(on_mains=True, percent=None)),
        (PowerStatus(on_mains=0, battery=1, percent=80), Power(on_mains=False, percent=80)),
        (PowerStatus(on_mains=255, battery=255, percent=255), Power(on_mains=None, percent=None)),
    ],
)
def test_what_windows_says_of_the_supply(status: PowerStatus, power: Power) -> None:
    assert power_of(status) == power


def test_sleep_is_the_gap_between_two_clocks() -> None:
    seat = Seat("sleep")
    assert seat.look() == []
    seat.fake.machine.started_ms += 60_000
    seat.fake.machine.was_awake_ms += 59_500
    assert seat.look() == []
    seat.fake.machine.started_ms += 60_000
    (told,) = seat.look()
    assert told.kind is IncidentKind.SUSPENDED
    assert int(told.evidence["milliseconds"]) >= 60_000
    assert seat.look() == []


def test_updates_and_firmware() -> None:
    seat = Seat("updates")
    assert seat.look() == []
    waiting = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired"
    seat.fake.registry.write(Hive.MACHINE, waiting, "x", Value(type=REG_SZ, data=b""))
    assert seat.kinds() == [IncidentKind.UPDATE_PENDING]
    assert seat.look() == []
    for maker, kinds in (("QEMU", [IncidentKind.VIRTUAL_MACHINE]), ("Lenovo", [])):
        seat = Seat("virtual-machine")
        value = Value(type=REG_SZ, data=f"{maker}\0".encode("utf-16-le"))
        seat.fake.registry.write(Hive.MACHINE, "HARDWARE\\DESCRIPTION\\System\\BIOS", "SystemManufacturer", value)
        assert seat.kinds() == kinds
        assert seat.look() == []


def test_windows_are_looked_for_on_the_exam_s_desktop_and_those_left_behind_are_nobody_s_matter() -> None:
    seat = Seat("windows")
    seat.fake.screen.elsewhere = {"Default": [THEIRS], "exam": [OURS]}
    desktop = next(each for each in seat.backend.operations if each.name == "windows/desktop")
    before = desktop.snapshot()
    desktop.apply()
    assert seat.look() == []
    seat.fake.screen.elsewhere["exam"].append(THEIRS)
    assert seat.kinds() == [IncidentKind.FOREIGN_WINDOW]
    desktop.revert(before)
    assert seat.fake.screen.windows() == [THEIRS]


def test_when_a_session_begins_what_was_there_before_is_told_again() -> None:
    seat = Seat("windows")
    seat.fake.screen.seen = [OURS, THEIRS]
    assert seat.kinds() == [IncidentKind.FOREIGN_WINDOW]
    assert seat.kinds_anew() == [IncidentKind.FOREIGN_WINDOW]
    assert seat.look() == []
    seat.fake.screen.seen = [OURS]
    assert seat.kinds_anew() == []

    seat = Seat("foreground")
    seat.fake.screen.front = THEIRS
    assert [*seat.kinds(), *seat.kinds()] == [IncidentKind.FOCUS_LOST]
    assert seat.kinds_anew() == [IncidentKind.FOCUS_LOST]
    assert seat.look() == []
    seat.fake.screen.front = OURS
    assert seat.kinds_anew() == []

    seat = Seat("debugger")
    seat.fake.machine.debugged = {US}
    assert seat.kinds() == seat.kinds_anew() == [IncidentKind.DEBUGGER_FOUND]
    assert seat.look() == []


def test_a_desktop_and_a_session_of_others_are_told_again() -> None:
    seat = Seat("input-desktop")
    next(each for each in seat.backend.operations if each.name == "windows/desktop").apply()
    seat.fake.screen.desktop = None
    assert seat.kinds() == seat.kinds_anew() == [IncidentKind.DESKTOP_SWITCHED]
    assert seat.look() == []
    seat.fake.screen.desktop = "exam"
    assert seat.kinds_anew() == []

    seat = Seat("session")
    seat.fake.machine.console = 2
    assert seat.kinds() == seat.kinds_anew() == [IncidentKind.USER_SWITCHED]
    assert seat.look() == []
    seat.fake.screen.remote = True
    assert seat.kinds() == seat.kinds_anew() == [IncidentKind.REMOTE_SESSION]
    assert seat.look() == []
    seat.fake.screen.remote, seat.fake.machine.console = False, 1
    assert seat.kinds_anew() == []


def test_displays_that_are_not_the_seat_s_are_told_again_and_that_its_own_is_missing() -> None:
    own = MonitorSeen(output="\\\\.\\DISPLAY1", device="", geometry="1280x800+0+0")
    other = MonitorSeen(output="\\\\.\\DISPLAY2", device="", geometry="800x600+1280+0")
    seat = Seat("displays")
    seat.fake.screen.plugged = [own]
    assert seat.look() == []
    assert seat.kinds_anew() == [], "the one that was there first is the seat's own"
    seat.fake.screen.plugged = [own, other]
    assert seat.kinds() == seat.kinds_anew() == [IncidentKind.DISPLAY_ADDED]
    assert seat.look() == []
    seat.fake.screen.plugged = [other]
    assert IncidentKind.DISPLAY_REMOVED in seat.kinds()
    assert seat.look() == []
    assert set(seat.kinds_anew()) == {IncidentKind.DISPLAY_REMOVED, IncidentKind.DISPLAY_UNKNOWN}


def test_programs_that_belong_to_the_machine_are_no_news_in_any_session() -> None:
    seat = Seat("processes")
    running = seat.fake.machine.running
    machine_s_own = ProcessSeen(pid=4, parent=1, program="old.exe")
    running += [ProcessSeen(pid=3, parent=1, program="obs64.exe"), machine_s_own]
    assert seat.kinds() == [IncidentKind.PROCESS_FORBIDDEN]
    running.append(NOTEPAD)
    assert seat.kinds() == [IncidentKind.PROCESS_UNKNOWN]
    assert seat.kinds_anew() == [IncidentKind.PROCESS_FORBIDDEN, IncidentKind.PROCESS_UNKNOWN]
    assert seat.look() == []
    running.remove(NOTEPAD)
    running.remove(machine_s_own)
    assert seat.kinds_anew() == [IncidentKind.PROCESS_FORBIDDEN]
    running.append(machine_s_own)
    (told,) = seat.look()
    assert told.evidence == {"program": "old.exe", "count": "1"}, (
        "another program with the number of one that has ended"
    )


def test_every_row_says_that_nobody_has_tried_it() -> None:
    seat = Seat("sleep")
    table = [entry for entry in seat.backend.table() if entry.by]
    assert len(table) >= 12
    assert all(entry.probe.reason.startswith(NOT_VERIFIED) for entry in table)
    assert Capability.ENFORCED not in {entry.probe.capability for entry in table}
    operations = [each.name for each in seat.backend.operations]
    monitors = [each.name for each in seat.backend.monitors]
    assert set(operations) & set(monitors) == {"windows/input-hooks"}  # which are both
    assert len(operations) + len(monitors) == len({*operations, *monitors}) + 1
    assert not any(each.name == "windows/desktop" for each in Seat("sleep", own_desktop=False).backend.operations)


def test_elsewhere_there_is_no_windows() -> None:
    with pytest.raises(OSError, match="64-bit Windows"):
        real_win32()
