from __future__ import annotations

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.consoles import ASLEEP_MS, ConsoleMonitor, RemoteMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpLook, MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen

ACTIVE = "sys/class/tty/tty0/active"
SEAT = "run/systemd/seats/seat0"
CONSOLE, USER = IncidentKind.CONSOLE_SWITCHED, IncidentKind.USER_SWITCHED


def test_another_console_is_told_and_the_way_back_is_not(machine: MadeUpMachine) -> None:
    monitor = ConsoleMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.look.put(ACTIVE, "tty2\n")
    assert seen(monitor, machine) == [(CONSOLE, "tty2")]
    assert seen(monitor, machine) == []
    machine.look.put(ACTIVE, "tty7\n")
    assert seen(monitor, machine) == []
    machine.look.put(ACTIVE, "tty2\n")
    assert seen(monitor, machine) == [(CONSOLE, "tty2")]


def test_the_console_of_sleep_goes_away_by_itself_or_is_told(machine: MadeUpMachine) -> None:
    monitor = ConsoleMonitor(machine.look)
    seen(monitor, machine)
    for _ in range(2):
        machine.look.put(ACTIVE, "tty63\n")
        assert seen(monitor, machine) == []
        machine.look.put(ACTIVE, "tty7\n")
        assert seen(monitor, machine, after_ms=ASLEEP_MS) == []
    machine.look.put(ACTIVE, "tty63\n")
    assert seen(monitor, machine) == []
    assert seen(monitor, machine, after_ms=ASLEEP_MS) == [(CONSOLE, "tty63")]


def test_another_user_on_the_screen_is_told(machine: MadeUpMachine) -> None:
    monitor = ConsoleMonitor(machine.look)
    seen(monitor, machine)
    machine.look.put("run/systemd/sessions/c3", "UID=1002\nUSER=guest\n")
    machine.look.put(SEAT, "IS_SEAT0=1\n")
    assert seen(monitor, machine) == []
    machine.look.put(SEAT, "ACTIVE=c3\n")
    assert seen(monitor, machine) == [(USER, "c3 (guest)")]
    machine.look.put(SEAT, "ACTIVE=2\n")
    assert seen(monitor, machine) == []


def test_who_is_logged_in_from_afar_is_told_also_at_the_first_look(machine: MadeUpMachine) -> None:
    monitor = RemoteMonitor(machine.look)
    machine.look.put("run/systemd/sessions/5", "UID=0\nREMOTE=1\nSERVICE=sshd\nSTATE=active\n")
    machine.look.put("run/systemd/sessions/5.ref", "")
    assert seen(monitor, machine) == [(IncidentKind.REMOTE_SESSION, "sshd by user 0, session 5")]
    assert seen(monitor, machine) == []
    machine.look.put("run/systemd/sessions/5", "UID=0\nREMOTE=1\nSERVICE=sshd\nSTATE=closing\n")
    machine.look.put("run/systemd/sessions/c6", "UID=0\nREMOTE=0\nSERVICE=cron\nSTATE=active\n")
    assert seen(monitor, machine) == []
    machine.look.put("run/systemd/sessions/5", "UID=0\nREMOTE=1\nSERVICE=sshd\nSTATE=active\n")
    assert kinds(monitor, machine) == [IncidentKind.REMOTE_SESSION]


def test_the_probes_say_what_they_cannot_see(machine: MadeUpMachine) -> None:
    for monitor in (ConsoleMonitor, RemoteMonitor):
        assert monitor(machine.look).probe().capability is Capability.DETECT_ONLY
        assert monitor(MadeUpLook()).probe().capability is Capability.UNAVAILABLE
