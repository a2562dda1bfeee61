"""Virtual machines, updates, the disk, and what the window was started with."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.backend import SeatFacts, linux_backend
from kiosk.lockdown.linux.environment_watch import EnvironmentMonitor
from kiosk.lockdown.linux.updates import LOW_MEBIBYTES, RISEN_MEBIBYTES, DiskMonitor, UpdateMonitor
from kiosk.lockdown.linux.virtual_machine import VirtualMachineMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import SEAT_FOLDER, USER, WINDOW, MadeUpLook, MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import seen

VIRTUAL, UPDATE = IncidentKind.VIRTUAL_MACHINE, IncidentKind.UPDATE_PENDING


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sys_vendor", "QEMU"),
        ("sys_vendor", "innotek GmbH"),
        ("product_name", "Virtual Machine"),
        ("product_name", "VMware7,1"),
        ("product_name", "KVM"),
        ("bios_vendor", "Parallels International GmbH."),
    ],
)
def test_a_virtual_machine_that_says_so_is_told_once(machine: MadeUpMachine, field: str, value: str) -> None:
    machine.look.put(f"sys/class/dmi/id/{field}", f"{value}\n")
    monitor = VirtualMachineMonitor(machine.look)
    assert seen(monitor, machine) == [(VIRTUAL, f"{field}: {value}")]
    assert seen(monitor, machine) == []


@pytest.mark.parametrize(
    ("vendor", "product"),
    [("Microsoft Corporation", "Surface Laptop"), ("Northwind Computers", "Desk 400"), ("LENOVO", "20XW")],
)
def test_a_real_machine_is_not_suspected(machine: MadeUpMachine, vendor: str, product: str) -> None:
    machine.look.put("sys/class/dmi/id/sys_vendor", vendor)
    machine.look.put("sys/class/dmi/id/product_name", product)
    assert seen(VirtualMachineMonitor(machine.look), machine) == []


@pytest.mark.parametrize("is_watched", [True, False])
def test_without_its_monitor_a_virtual_machine_is_told_by_nobody(machine: MadeUpMachine, is_watched: bool) -> None:  # noqa: FBT001
    machine.look.put("sys/class/dmi/id/sys_vendor", "QEMU\n")
    facts = SeatFacts(
        uid=USER,
        folder=Path("/", SEAT_FOLDER),
        window=lambda: machine.window,
        known_programs=(),
        environment=frozenset(),
        program_files={},
    )
    monitors = linux_backend(facts, look=machine.look, power_keys=machine.power_key).monitors
    kept = [each for each in monitors if is_watched or not isinstance(each, VirtualMachineMonitor)]
    told = {kind for each in kept for kind, _ in seen(each, machine)}
    assert (VIRTUAL in told) is is_watched


def test_processor_and_kernel_tell_too(machine: MadeUpMachine) -> None:
    machine.look.put("proc/cpuinfo", "flags\t\t: fpu hypervisor\n")
    assert seen(VirtualMachineMonitor(machine.look), machine) == [(VIRTUAL, "processor: hypervisor")]
    machine.look.put("sys/hypervisor/type", "xen\n")
    assert seen(VirtualMachineMonitor(machine.look), machine) == [(VIRTUAL, "hypervisor: xen")]


def test_updates_and_restarts_are_told_once_a_sitting(machine: MadeUpMachine) -> None:
    monitor = UpdateMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.run(600, "unattended-upgr", "/usr/bin/python3", uid=0)
    machine.run(601, "packagekitd", "/usr/libexec/packagekitd", uid=0)
    assert seen(monitor, machine) == [(UPDATE, "unattended-upgr is running")]
    machine.end(600)
    machine.look.put("run/reboot-required", "")
    machine.look.put("run/systemd/shutdown/scheduled", "USEC=1790000000000000\nMODE=reboot\n")
    assert seen(monitor, machine) == [
        (UPDATE, "an update waits for a restart"),
        (UPDATE, "the system is going to shut down"),
    ]
    assert seen(monitor, machine) == []


def test_a_disk_that_gets_full_is_told_until_there_is_room_again(machine: MadeUpMachine) -> None:
    monitor = DiskMonitor(machine.look, folder=SEAT_FOLDER)
    told = []
    for free in (LOW_MEBIBYTES, LOW_MEBIBYTES - 1, 10, LOW_MEBIBYTES + RISEN_MEBIBYTES - 1, 499, 601, 499):
        machine.look.free = free
        told.append([evidence for _, evidence in seen(monitor, machine)])
    assert told == [[], ["499"], [], [], [], [], ["499"]]
    machine.look.free = None
    assert seen(monitor, machine) == []
    assert monitor.probe().capability is Capability.UNAVAILABLE


def test_variables_that_nobody_gave_are_told_by_name_only(machine: MadeUpMachine) -> None:
    given = frozenset({"LANG", "DISPLAY"})
    monitor = EnvironmentMonitor(machine.look, window=lambda: machine.window, given=given)
    assert seen(monitor, machine) == []
    machine.look.put(f"proc/{WINDOW}/environ", b"LANG=C\0LD_PRELOAD=/home/exam/secret.so\0")
    assert seen(monitor, machine) == [(IncidentKind.ENVIRONMENT_CHANGED, "LD_PRELOAD")]
    assert seen(monitor, machine) == []
    machine.look.put("etc/ld.so.preload", "/home/exam/secret.so\n")
    assert seen(monitor, machine) == [(IncidentKind.ENVIRONMENT_CHANGED, "/etc/ld.so.preload")]


def test_a_window_that_hides_its_variables_says_nothing(machine: MadeUpMachine) -> None:
    machine.look.remove(f"proc/{WINDOW}/environ")
    monitor = EnvironmentMonitor(machine.look, window=lambda: machine.window, given=frozenset())
    assert seen(monitor, machine) == []
    machine.window = None
    assert seen(monitor, machine) == []


def test_the_probes_say_what_they_cannot_see(machine: MadeUpMachine) -> None:
    nothing = MadeUpLook()
    able, unable = Capability.DETECT_ONLY, Capability.UNAVAILABLE
    assert VirtualMachineMonitor(machine.look).probe().capability is able
    assert VirtualMachineMonitor(nothing).probe().capability is unable
    assert UpdateMonitor(machine.look).probe().capability is able
    assert UpdateMonitor(nothing).probe().capability is unable
    assert DiskMonitor(machine.look, folder="").probe().capability is able
    assert EnvironmentMonitor(machine.look, window=lambda: None, given=frozenset()).probe().capability is able
    assert EnvironmentMonitor(nothing, window=lambda: None, given=frozenset()).probe().capability is unable
