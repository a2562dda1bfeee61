from __future__ import annotations

import os
import struct
from pathlib import Path

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.power import DevicePowerKeys, LidMonitor, PowerKeyMonitor, PowerMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpLook, MadeUpMachine, PressedPowerKey
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen

LOST, LOW = IncidentKind.POWER_LOST, IncidentKind.BATTERY_LOW


def test_a_plug_that_is_pulled_and_a_battery_that_ends(machine: MadeUpMachine) -> None:
    monitor = PowerMonitor(machine.look)
    assert seen(monitor, machine) == []
    told = {}
    for percent in (96, 60, 21, 20, 21, 19, 11, 10, 9, 3):
        machine.set_power(mains=False, percent=percent)
        told[percent] = kinds(monitor, machine)
    assert told == {96: [LOST], 60: [], 21: [], 20: [LOW], 19: [], 11: [], 10: [LOW], 9: [], 3: []}
    machine.set_power(mains=True, percent=4)
    assert seen(monitor, machine) == []
    machine.set_power(mains=False, percent=9)
    assert seen(monitor, machine) == [(LOST, "9"), (LOW, "9")]


def test_batteries_of_mice_and_machines_without_one_say_nothing(machine: MadeUpMachine) -> None:
    folder = "sys/class/power_supply"
    machine.look.put(f"{folder}/mouse/type", "Battery\n")
    machine.look.put(f"{folder}/mouse/scope", "Device\n")
    machine.look.put(f"{folder}/mouse/capacity", "2\n")
    monitor = PowerMonitor(machine.look)
    machine.set_power(mains=False, percent=90)
    assert seen(monitor, machine) == [(LOST, "90")]
    machine.look.remove(f"{folder}/BAT0")
    assert seen(monitor, machine) == []


def test_a_machine_charged_by_another_plug_is_not_on_battery(machine: MadeUpMachine) -> None:
    machine.set_power(mains=False, percent=50)
    machine.look.put("sys/class/power_supply/ucsi/type", "USB\n")
    machine.look.put("sys/class/power_supply/ucsi/online", "1\n")
    assert seen(PowerMonitor(machine.look), machine) == []


def test_a_lid_that_closes_is_told(machine: MadeUpMachine) -> None:
    monitor = LidMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.set_lid("closed")
    assert kinds(monitor, machine) == [IncidentKind.LID_CLOSED]
    assert seen(monitor, machine) == []
    machine.set_lid("open")
    assert seen(monitor, machine) == []


def test_a_lid_that_is_closed_from_the_start_is_that_of_a_docked_machine(machine: MadeUpMachine) -> None:
    machine.set_lid("closed")
    assert seen(LidMonitor(machine.look), machine) == []


def test_the_power_key_is_told(machine: MadeUpMachine) -> None:
    keys = PressedPowerKey()
    monitor = PowerKeyMonitor(machine.look, keys)
    assert seen(monitor, machine) == []
    keys.presses = 2
    assert kinds(monitor, machine) == [IncidentKind.POWER_KEY_PRESSED]
    assert seen(monitor, machine) == []


def test_the_real_key_is_heard_by_its_events(tmp_path: Path) -> None:
    event = struct.Struct("@llHHi")
    os.mkfifo(tmp_path / "event1")
    keys = DevicePowerKeys(tmp_path)
    assert keys.pressed("event1") == 0
    with (tmp_path / "event1").open("wb", buffering=0) as device:
        assert keys.pressed("event1") == 0
        down, up, other = event.pack(1, 0, 1, 116, 1), event.pack(1, 0, 1, 116, 0), event.pack(1, 0, 1, 30, 1)
        device.write(down + up + other + down)
        assert keys.pressed("event1") == 2
        assert keys.pressed("event1") == 0
    assert keys.pressed("event7") is None
    keys.close()


def test_the_probes_say_what_they_cannot_see(machine: MadeUpMachine) -> None:
    nothing = MadeUpLook()
    assert PowerMonitor(machine.look).probe().capability is Capability.DETECT_ONLY
    assert PowerMonitor(nothing).probe().capability is Capability.UNAVAILABLE
    assert LidMonitor(machine.look).probe().capability is Capability.DETECT_ONLY
    assert LidMonitor(nothing).probe().capability is Capability.UNAVAILABLE
    assert PowerKeyMonitor(machine.look, PressedPowerKey()).probe().capability is Capability.DETECT_ONLY
    assert PowerKeyMonitor(machine.look, PressedPowerKey(is_silent=True)).probe().remedy
    assert PowerKeyMonitor(nothing, PressedPowerKey()).probe().capability is Capability.UNAVAILABLE
