from __future__ import annotations

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.input_devices import InputDeviceMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import (
    MadeUpLook,
    MadeUpMachine,
    audio_socket,
    button,
    keyboard,
    mouse,
)
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen

ADDED, REMOVED = IncidentKind.INPUT_DEVICE_ADDED, IncidentKind.INPUT_DEVICE_REMOVED
MADE = "/devices/virtual/input/input30"


def test_a_second_keyboard_of_the_same_make_is_one_more(machine: MadeUpMachine) -> None:
    monitor = InputDeviceMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.list_inputs(*machine.inputs, keyboard("USB Keyboard"))
    assert seen(monitor, machine) == [(ADDED, "USB Keyboard")]
    machine.list_inputs(*machine.inputs[:-1])
    assert kinds(monitor, machine) == [REMOVED]


def test_pointers_are_told_and_sockets_and_buttons_are_not(machine: MadeUpMachine) -> None:
    monitor = InputDeviceMonitor(machine.look)
    seen(monitor, machine)
    machine.list_inputs(*machine.inputs, audio_socket("HDA HDMI"), button("Video Bus", "event12"))
    assert seen(monitor, machine) == []
    machine.list_inputs(*machine.inputs, mouse("Presenter"))
    found = monitor.poll(machine.now)
    assert [(each.kind, each.evidence["kind"]) for each in found] == [(ADDED, "pointer 046d:c31c")]


def test_a_keyboard_made_by_a_program_is_told_at_the_first_look(machine: MadeUpMachine) -> None:
    machine.list_inputs(
        keyboard("ydotoold virtual device", path=MADE),
        keyboard("Bluetooth Keyboard", path="/devices/virtual/misc/uhid/0005:046D:B35B.0003/input/input20"),
        keyboard("Xen Virtual Keyboard", path=MADE),
    )
    found = InputDeviceMonitor(machine.look).poll(machine.now)
    assert [each.evidence["kind"] for each in found] == ["keyboard made by a program 046d:c31c"]


def test_a_list_that_cannot_be_read_once_takes_nothing_away(machine: MadeUpMachine) -> None:
    monitor = InputDeviceMonitor(machine.look)
    seen(monitor, machine)
    machine.look.remove("proc/bus/input/devices")
    assert seen(monitor, machine) == []
    machine.list_inputs(*machine.inputs)
    assert seen(monitor, machine) == []


def test_the_probe_says_what_it_cannot_see(machine: MadeUpMachine) -> None:
    assert InputDeviceMonitor(machine.look).probe().capability is Capability.DETECT_ONLY
    assert InputDeviceMonitor(MadeUpLook()).probe().capability is Capability.UNAVAILABLE
