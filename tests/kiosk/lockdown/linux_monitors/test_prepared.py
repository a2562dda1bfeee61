from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.linux.prepared import prepared_probes
from tests.kiosk.lockdown.linux_monitors.made_up import EXAM_PROGRAM, USER, MadeUpMachine, prepare

Change = Callable[[MadeUpMachine], object]
ALL = {"prepared/session", "prepared/consoles", "prepared/storage", "prepared/program"}


def prevented(machine: MadeUpMachine, *, uid: int = USER, files: tuple[str, ...] = (EXAM_PROGRAM[1:],)) -> set[str]:
    found = prepared_probes(machine.look, uid=uid, program_files=files)
    assert all(
        probe.reason and probe.remedy for _, probe in found.values() if probe.capability is not Capability.ENFORCED
    )
    return {name for name, (_, probe) in found.items() if probe.capability is Capability.ENFORCED}


def test_a_prepared_system_prevents_all_of_it(machine: MadeUpMachine) -> None:
    prepare(machine)
    assert prevented(machine) == ALL


def test_a_system_that_is_not_prepared_prevents_none(machine: MadeUpMachine) -> None:
    machine.look.owners["opt/exam"] = (USER, 0o755)
    assert prevented(machine) == set()


MISSING: dict[str, tuple[str, Change]] = {
    "a session by hand": (
        "session",
        lambda m: m.look.put("proc/self/cgroup", "0::/user.slice/user-1001.slice/session-2.scope\n"),
    ),
    "keys that switch": (
        "consoles",
        lambda m: m.look.put("etc/X11/xorg.conf.d/99-admin.conf", 'Option "DontVTSwitch" "off"\n'),
    ),
    "a comment": (
        "consoles",
        lambda m: m.look.put("etc/X11/xorg.conf.d/10-kiosk.conf", '# Option "DontVTSwitch" "true"\n'),
    ),
    "logins": ("consoles", lambda m: m.look.put("etc/systemd/logind.conf.d/99.conf", "NAutoVTs=6\n")),
    "a module that is there already": ("storage", lambda m: m.look.put("sys/module/usb_storage/refcnt", "0\n")),
    "one module of two": (
        "storage",
        lambda m: m.look.put("etc/modprobe.d/kiosk.conf", "install usb-storage /bin/false\n"),
    ),
    "only a blacklist": (
        "storage",
        lambda m: m.look.put("etc/modprobe.d/kiosk.conf", "blacklist usb-storage\nblacklist uas\n"),
    ),
    "a program of the user": ("program", lambda m: m.look.owners.update({EXAM_PROGRAM[1:]: (USER, 0o755)})),
    "a folder for everybody": ("program", lambda m: m.look.owners.update({"opt": (0, 0o777)})),
}


@pytest.mark.parametrize("name", MISSING)
def test_half_of_a_protection_is_none(machine: MadeUpMachine, name: str) -> None:
    prepare(machine)
    what, change = MISSING[name]
    change(machine)
    assert prevented(machine) == ALL - {f"prepared/{what}"}


def test_usbguard_keeps_storage_out_while_it_runs(machine: MadeUpMachine) -> None:
    machine.look.put("etc/usbguard/usbguard-daemon.conf", "ImplicitPolicyTarget=block\n")
    assert "prepared/storage" not in prevented(machine)
    machine.run(300, "usbguard-daemon", "/usr/sbin/usbguard-daemon", uid=0)
    assert "prepared/storage" in prevented(machine)
    machine.look.put("etc/usbguard/usbguard-daemon.conf", "ImplicitPolicyTarget=allow\n")
    assert "prepared/storage" not in prevented(machine)


def test_nothing_is_the_systems_alone_where_the_window_is_root_or_no_file_is_known(machine: MadeUpMachine) -> None:
    prepare(machine)
    assert "prepared/program" not in prevented(machine, uid=0)
    assert "prepared/program" not in prevented(machine, files=())
