from __future__ import annotations

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.usb import UsbMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpLook, MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen

STORAGE, ADDED = IncidentKind.USB_STORAGE_ADDED, IncidentKind.USB_DEVICE_ADDED
REMOVED = IncidentKind.USB_DEVICE_REMOVED
SITE_STICK = "Site Stick 0951:1666, serial 60A44C"


def test_storage_that_is_plugged_in_is_told(machine: MadeUpMachine) -> None:
    monitor = UsbMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.plug("2-1", "0781", "5581", "Pocket Disk", "08", serial="4C53")
    assert seen(monitor, machine) == [(STORAGE, "Pocket Disk 0781:5581, serial 4C53")]
    assert seen(monitor, machine) == []
    machine.unplug("2-1")
    assert seen(monitor, machine) == [(REMOVED, "Pocket Disk 0781:5581, serial 4C53")]
    machine.plug("2-1", "0781", "5581", "Pocket Disk", "08", serial="4C53")
    assert kinds(monitor, machine) == [STORAGE]


def test_the_stick_that_was_in_it_may_come_back(machine: MadeUpMachine) -> None:
    monitor = UsbMonitor(machine.look)
    seen(monitor, machine)
    machine.unplug("1-2")
    assert seen(monitor, machine) == [(REMOVED, SITE_STICK)]
    machine.plug("2-4", "0951", "1666", "Site Stick", "08", serial="60A44C")
    assert seen(monitor, machine) == [(ADDED, SITE_STICK)]


def test_an_enrolled_stick_may_come(machine: MadeUpMachine) -> None:
    machine.unplug("1-2")
    monitor = UsbMonitor(machine.look, enrolled=frozenset({SITE_STICK}))
    seen(monitor, machine)
    machine.plug("1-2", "0951", "1666", "Site Stick", "08", serial="60A44C")
    assert kinds(monitor, machine) == [ADDED]


def test_a_telephone_holds_files_whatever_class_it_says(machine: MadeUpMachine) -> None:
    monitor = UsbMonitor(machine.look)
    seen(monitor, machine)
    machine.plug("2-1", "18d1", "4ee1", "Telephone", "ff")
    machine.look.put("sys/bus/usb/devices/2-1:1.0/interface", "MTP\n")
    machine.plug("2-2", "04a9", "32b4", "Camera", "06")
    assert kinds(monitor, machine) == [STORAGE, STORAGE]


def test_a_keyboard_that_turns_into_storage_is_storage_and_was_never_away(machine: MadeUpMachine) -> None:
    monitor = UsbMonitor(machine.look)
    seen(monitor, machine)
    machine.plug("2-1", "1234", "0001", "Gadget", "03")
    assert kinds(monitor, machine) == [ADDED]
    machine.plug("2-1", "1234", "0001", "Gadget", "03", "08")
    assert kinds(monitor, machine) == [STORAGE]


def test_a_device_is_told_when_all_of_it_is_there(machine: MadeUpMachine) -> None:
    monitor = UsbMonitor(machine.look)
    seen(monitor, machine)
    machine.plug("2-1", "0781", "5581", "Pocket Disk")
    assert seen(monitor, machine) == []
    machine.plug("2-1", "0781", "5581", "Pocket Disk", "08")
    assert kinds(monitor, machine) == [STORAGE]


def test_a_hub_is_only_the_way_to_something(machine: MadeUpMachine) -> None:
    monitor = UsbMonitor(machine.look)
    seen(monitor, machine)
    machine.plug("2-1", "05e3", "0608", "Hub", "09")
    assert seen(monitor, machine) == []
    machine.plug("2-1.1", "0d8c", "0014", "Headset", "01", "03")
    found = monitor.poll(machine.now)
    assert [(each.kind, each.evidence["class"]) for each in found] == [(ADDED, "audio, input")]


def test_the_probe_says_what_it_cannot_see(machine: MadeUpMachine) -> None:
    assert UsbMonitor(machine.look).probe().capability is Capability.DETECT_ONLY
    assert UsbMonitor(MadeUpLook()).probe().capability is Capability.UNAVAILABLE
