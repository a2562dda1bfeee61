from __future__ import annotations

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.linux.network import NetworkMonitor
from tests.kiosk.lockdown.linux_monitors.made_up import MadeUpLook, MadeUpMachine
from tests.kiosk.lockdown.linux_monitors.noticing import seen

UP, DOWN, RADIO = IncidentKind.NETWORK_UP, IncidentKind.NETWORK_DOWN, IncidentKind.WIRELESS_FOUND
ROUTE = "Iface\tDestination\tGateway\tFlags\nenp3s0\t00000000\t010200C0\t0003\n"


def test_a_cable_is_told_when_it_comes_and_goes(machine: MadeUpMachine) -> None:
    monitor = NetworkMonitor(machine.look)
    assert seen(monitor, machine) == []
    machine.set_interface("enp3s0")
    assert seen(monitor, machine) == [(UP, "enp3s0 (cable)")]
    assert seen(monitor, machine) == []
    machine.look.put("proc/net/route", ROUTE)
    assert seen(monitor, machine) == [(UP, "enp3s0 (cable, with a route)")]
    machine.look.put("proc/net/route", "Iface\n")
    assert seen(monitor, machine) == []
    machine.set_interface("enp3s0", operstate="down", carrier=False)
    assert seen(monitor, machine) == [(DOWN, "enp3s0")]


def test_what_is_up_at_the_first_look_is_told(machine: MadeUpMachine) -> None:
    machine.set_interface("wlan0")
    machine.look.put("sys/class/net/wlan0/uevent", "DEVTYPE=wlan\n")
    assert seen(NetworkMonitor(machine.look), machine) == [(UP, "wlan0 (wlan)")]


def test_a_tunnel_has_no_state_of_its_own(machine: MadeUpMachine) -> None:
    monitor = NetworkMonitor(machine.look)
    seen(monitor, machine)
    machine.set_interface("tun0", kind=65534, operstate="unknown")
    assert seen(monitor, machine) == [(UP, "tun0 (cable)")]
    machine.look.remove("sys/class/net/tun0")
    assert seen(monitor, machine) == [(DOWN, "tun0")]


def test_a_bridge_that_nothing_hangs_on_is_no_network(machine: MadeUpMachine) -> None:
    monitor = NetworkMonitor(machine.look)
    machine.set_interface("br0", operstate="down", carrier=False)
    machine.set_interface("dormant0", operstate="dormant")
    assert seen(monitor, machine) == []


def test_a_radio_that_is_switched_on_is_told_once(machine: MadeUpMachine) -> None:
    monitor = NetworkMonitor(machine.look)
    machine.look.put("sys/class/rfkill/rfkill0/type", "bluetooth\n")
    machine.look.put("sys/class/rfkill/rfkill0/name", "hci0\n")
    machine.look.put("sys/class/rfkill/rfkill0/state", "0\n")
    assert seen(monitor, machine) == []
    machine.look.put("sys/class/rfkill/rfkill0/state", "1\n")
    assert seen(monitor, machine) == [(RADIO, "hci0 (bluetooth, switched on)")]
    assert seen(monitor, machine) == []


def test_the_probe_says_what_it_cannot_see(machine: MadeUpMachine) -> None:
    assert NetworkMonitor(machine.look).probe().capability is Capability.DETECT_ONLY
    assert NetworkMonitor(MadeUpLook()).probe().capability is Capability.UNAVAILABLE
