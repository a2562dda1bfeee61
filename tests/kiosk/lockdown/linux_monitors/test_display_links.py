from __future__ import annotations

from kiosk.lockdown.displays import fingerprint_of_edid
from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.display_links import DisplayLinkMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpLook, MadeUpMachine, edid_of
from tests.kiosk.lockdown.linux_monitors.noticing import kinds, seen

ADDED, UNKNOWN = IncidentKind.DISPLAY_ADDED, IncidentKind.DISPLAY_UNKNOWN
OWN = edid_of("LGD", 0x0521)
BEAMER = edid_of("EPS", 0x1234)


def test_a_display_beside_the_own_one_is_told_when_it_is_lit(machine: MadeUpMachine) -> None:
    monitor = DisplayLinkMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.set_socket("card0-HDMI-A-1", BEAMER, lit=False)
    assert ADDED not in kinds(monitor, machine)
    machine.set_socket("card0-HDMI-A-1", BEAMER)
    assert (ADDED, "HDMI-A-1") in seen(monitor, machine)
    assert seen(monitor, machine) == []


def test_what_was_there_before_a_session_is_told_again_when_it_begins(machine: MadeUpMachine) -> None:
    monitor = DisplayLinkMonitor(machine.look, enrolled=[fingerprint_of_edid(OWN)])
    monitor.look_anew()
    machine.set_socket("card0-HDMI-A-1", BEAMER)
    assert seen(monitor, machine) == [(ADDED, "HDMI-A-1")]
    monitor.look_anew()
    assert seen(monitor, machine) == [(ADDED, "HDMI-A-1")]
    assert seen(monitor, machine) == []
    machine.empty_socket("card0-HDMI-A-1")
    machine.empty_socket("card0-eDP-1")
    assert set(kinds(monitor, machine)) == {IncidentKind.DISPLAY_REMOVED}
    monitor.look_anew()
    assert kinds(monitor, machine) == [IncidentKind.DISPLAY_REMOVED]


def test_a_display_that_goes_dark_and_comes_back_is_the_same(machine: MadeUpMachine) -> None:
    monitor = DisplayLinkMonitor(machine.look, enrolled=[fingerprint_of_edid(OWN)])
    seen(monitor, machine)
    machine.empty_socket("card0-eDP-1")
    assert kinds(monitor, machine) == [IncidentKind.DISPLAY_REMOVED]
    machine.set_socket("card0-eDP-1", None)
    assert not {ADDED, UNKNOWN} & set(kinds(monitor, machine))
    machine.set_socket("card0-eDP-1", OWN)
    assert not {ADDED, UNKNOWN} & set(kinds(monitor, machine))


def test_another_display_in_the_place_of_the_enrolled_one_is_told(machine: MadeUpMachine) -> None:
    monitor = DisplayLinkMonitor(machine.look, enrolled=[fingerprint_of_edid(OWN)])
    seen(monitor, machine)
    machine.empty_socket("card0-eDP-1")
    machine.set_socket("card0-HDMI-A-1", BEAMER)
    assert (UNKNOWN, "HDMI-A-1") in seen(monitor, machine)


def test_of_several_enrolled_displays_the_one_that_is_there_counts(machine: MadeUpMachine) -> None:
    enrolled = [fingerprint_of_edid(BEAMER), fingerprint_of_edid(OWN)]
    assert seen(DisplayLinkMonitor(machine.look, enrolled=enrolled), machine) == []
    strangers = DisplayLinkMonitor(machine.look, enrolled=enrolled[:1])
    assert UNKNOWN in kinds(strangers, machine)


def test_the_probe_says_what_it_cannot_see(machine: MadeUpMachine) -> None:
    assert DisplayLinkMonitor(machine.look).probe().capability is Capability.DETECT_ONLY
    writeback = MadeUpLook()
    writeback.put("sys/class/drm/card0-Writeback-1/status", "unknown\n")
    assert DisplayLinkMonitor(writeback).probe().capability is Capability.UNAVAILABLE
