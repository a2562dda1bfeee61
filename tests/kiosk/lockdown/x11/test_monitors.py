from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from exam_packages.ids import UtcMs
from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.displays import EnrolledDisplay, Fingerprint
from kiosk.lockdown.facts import Capability, Concern, Preset
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.x11.backend import ServerWatch, window_probes, x11_backend, x11_monitors
from kiosk.lockdown.x11.connection import NoXServerError, XServer, program_of
from kiosk.lockdown.x11.devices import InjectedInput, InputDevices, KeyboardLayout
from kiosk.lockdown.x11.outputs import Displays, displays_of, enrol_display, outputs_of
from kiosk.lockdown.x11.selections import ForeignSelections
from kiosk.lockdown.x11.windows import WINDOWS_MAX, ForeignFocus, ForeignWindows, visible_windows
from tests.kiosk.lockdown.x11.displays_for_tests import foreign, once, x_server
from tests.waiting import wait_until

pytestmark = pytest.mark.x11


def reading(at_ms: int = 0) -> Reading:
    return Reading(wall=UtcMs(at_ms), awake_ms=at_ms, since_boot_ms=at_ms)


def nobody(_pid: int) -> bool:
    return False


def everybody(_pid: int) -> bool:
    return True


@pytest.fixture
def server(display: str) -> Iterator[XServer]:
    server = XServer(display)
    yield server
    server.close()


def noticed(monitor: Monitor) -> Mapping[str, str]:
    """Poll as the supervisor does, and return the evidence of the one thing that is noticed."""
    began = time.monotonic()
    found: Sequence[Observation] = ()

    def is_found() -> bool:
        nonlocal found
        found = monitor.poll(reading(round((time.monotonic() - began) * 1_000)))
        return bool(found)

    wait_until(is_found, "it was not noticed")
    assert len(found) == 1
    assert set(found[0].evidence) == set(CATALOGUE[found[0].kind].evidence)
    return {"incident": found[0].kind.value, **found[0].evidence}


def test_a_foreign_window_is_noticed_once_with_its_program(server: XServer, display: str) -> None:
    monitor = ForeignWindows(server, nobody)
    assert not monitor.poll(reading())
    with foreign(display, "window") as process:
        evidence = noticed(monitor)
        assert evidence["incident"] == "foreign-window"
        assert evidence["title"] == "Notes for the exam"
        assert evidence["program"] == program_of(process.pid)
        assert evidence["geometry"] == "300x200+40+50"
        assert not monitor.poll(reading())
        monitor.look_anew()
        assert noticed(monitor)["incident"] == "foreign-window"
        assert [window.pid for window in visible_windows(server)] == [process.pid]
    assert not monitor.poll(reading())


def test_a_foreign_window_does_not_hide_behind_many_that_nobody_sees(server: XServer, display: str) -> None:
    with foreign(display, "crowd", str(WINDOWS_MAX + 10)):
        assert noticed(ForeignWindows(server, nobody))["incident"] == "foreign-window"


def test_the_exams_own_window_is_none_and_without_the_difference_all_are(server: XServer, display: str) -> None:
    with foreign(display, "window") as process:
        assert not ForeignWindows(server, lambda pid: pid == process.pid).poll(reading())
        assert not ForeignWindows(server, everybody).poll(reading()), (
            "a monitor that takes all for its own sees nothing"
        )
        assert ForeignWindows(server, nobody).poll(reading())


def test_a_program_that_says_later_that_it_is_the_window_manager_is_foreign(server: XServer, display: str) -> None:
    monitor = ForeignWindows(server, nobody)
    with foreign(display, "manager"):
        assert noticed(monitor)["incident"] == "foreign-window"


def test_a_focus_that_stays_away_is_noticed_once(server: XServer, display: str) -> None:
    monitor = ForeignFocus(server, nobody)
    with foreign(display, "focus") as process:
        assert not monitor.poll(reading(0)), "it may come back by itself"
        found = monitor.poll(reading(700))
        assert [each.kind for each in found] == [IncidentKind.FOCUS_LOST]
        assert found[0].evidence == {"milliseconds": "700", "program": program_of(process.pid)}
        assert not monitor.poll(reading(5_000))
        assert not ForeignFocus(server, everybody).poll(reading(0))
    assert not monitor.poll(reading(6_000))


def test_a_key_that_a_program_presses_is_noticed(server: XServer, display: str) -> None:
    monitor = InjectedInput(server, InputPolicy())
    server.take_events()
    once(display, "press")
    evidence = noticed(monitor)
    assert evidence["incident"] == "input-injected"
    assert evidence["device"] == "Virtual core XTEST keyboard"
    assert evidence["count"] == "1"


def test_a_rig_lets_it_through_and_says_so(server: XServer, display: str) -> None:
    monitor = InjectedInput(server, InputPolicy.for_rig(Preset.PRACTICE))
    once(display, "press")
    assert not monitor.poll(reading())
    assert monitor.probe().capability is Capability.UNAVAILABLE
    assert InjectedInput(server, InputPolicy()).probe().capability is Capability.DETECT_ONLY


def test_a_server_without_the_test_extension_prevents_it() -> None:
    with x_server("-tst") as display:
        server = XServer(display)
        assert InjectedInput(server, InputPolicy()).probe().capability is Capability.ENFORCED
        server.close()


@pytest.mark.parametrize("selection", ["CLIPBOARD", "PRIMARY", "SECONDARY"])
def test_a_program_that_owns_a_selection_is_noticed(server: XServer, display: str, selection: str) -> None:
    monitor = ForeignSelections(server, nobody)
    assert not monitor.poll(reading())
    with foreign(display, "own", selection) as process:
        evidence = noticed(monitor)
        assert evidence == {
            "incident": "clipboard-written",
            "selection": selection,
            "program": program_of(process.pid),
        }
        assert not monitor.poll(reading())
        assert not ForeignSelections(server, everybody).poll(reading())


def test_a_selection_that_is_owned_for_a_moment_only_is_noticed(server: XServer, display: str) -> None:
    monitor = ForeignSelections(server, nobody)
    once(display, "own", "PRIMARY")
    assert noticed(monitor)["selection"] == "PRIMARY"


def test_another_monitor_is_noticed_and_taken_away_again(server: XServer, display: str) -> None:
    monitor = Displays(server, enrol_display(server))
    assert not monitor.poll(reading())
    once(display, "monitor")
    assert noticed(monitor) == {"incident": "display-added", "display": "PROJECTOR", "geometry": "640x400+640+0"}
    assert not monitor.poll(reading()), "once"
    monitor.look_anew()
    assert noticed(monitor)["incident"] == "display-added", "it is still there when a session begins"
    once(display, "no-monitor")
    assert noticed(monitor) == {"incident": "display-removed", "display": "PROJECTOR"}


def test_a_display_that_nobody_enrolled_is_unknown(server: XServer) -> None:
    other = EnrolledDisplay(fingerprint=Fingerprint("0" * 32), name="HDMI-1")
    kinds = [each.kind for each in Displays(server, other).poll(reading())]
    assert kinds == [IncidentKind.DISPLAY_UNKNOWN, IncidentKind.DISPLAY_REMOVED]
    assert not Displays(server, None).poll(reading()), "on a seat without an enrolled one, the first is taken"


def test_more_than_one_lit_display_cannot_be_enrolled(server: XServer, display: str) -> None:
    assert [each.geometry for each in displays_of(server)] == ["1280x800+0+0"]
    once(display, "monitor")
    try:
        with pytest.raises(ValueError, match="PROJECTOR"):
            enrol_display(server)
    finally:
        once(display, "no-monitor")


def test_another_layout_is_noticed(server: XServer, display: str) -> None:
    monitor = KeyboardLayout(server)
    assert not monitor.poll(reading())
    once(display, "layout", "evdev|pc105|gr|||")
    evidence = noticed(monitor)
    assert evidence["incident"] == "layout-changed"
    assert evidence["to"] == "evdev,pc105,gr"


def test_devices_that_come_and_go_are_noticed(server: XServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Xvfb has no way to plug one in: what the server says is replaced, how it is compared is not."""
    from kiosk.lockdown.x11 import devices  # noqa: PLC0415

    there = devices.devices_of(server)
    assert {device.kind for device in there} == {"keyboard", "pointer"}
    monitor = InputDevices(server)
    assert not monitor.poll(reading())
    second = devices.Device(number=90, name="Second keyboard", kind="keyboard", is_tests=False)
    monkeypatch.setattr(devices, "devices_of", lambda _server: (*there, second))
    evidence = noticed(monitor)
    assert evidence == {"incident": "input-device-added", "device": "Second keyboard", "kind": "keyboard"}
    monkeypatch.setattr(devices, "devices_of", lambda _server: there)
    found = monitor.poll(reading())
    assert [(each.kind, each.evidence) for each in found] == [
        (IncidentKind.INPUT_DEVICE_REMOVED, {"device": "Second keyboard", "kind": "keyboard"})
    ]


def test_a_server_that_goes_away_is_said_once_and_nothing_raises() -> None:
    with x_server() as display:
        server = XServer(display)
        monitors = x11_monitors(server, everybody, policy=InputPolicy(), enrolled=None)
        for monitor in monitors:
            monitor.poll(reading())
    told: list[Observation] = []
    for _ in range(2):
        for monitor in monitors:
            monitor.probe()
            told += monitor.poll(reading())
    assert [(each.kind, each.evidence) for each in told] == [(IncidentKind.HOOK_LOST, {"hook": ServerWatch.name})]
    assert server.is_lost
    server.close()


def test_no_server_is_said_with_an_error_of_our_own() -> None:
    with pytest.raises(NoXServerError):
        XServer(":4711")


def test_names_are_unique_and_a_look_is_quick(display: str) -> None:
    server = XServer(display)
    monitors = x11_monitors(server, lambda pid: pid == os.getpid(), policy=InputPolicy(), enrolled=None)
    assert len({monitor.name for monitor in monitors}) == len(monitors)
    began = time.process_time()
    for _ in range(10):
        for monitor in monitors:
            monitor.poll(reading())
    assert (time.process_time() - began) / 10 < 0.1, "all looks together, a tenth of a second at most"
    server.close()


@pytest.mark.parametrize("by", ["extension", "output"])
def test_on_a_server_of_a_wayland_session_no_key_of_the_system_is_held_back(
    server: XServer, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    has, own = server.has, outputs_of(server)
    if by == "extension":
        monkeypatch.setattr(server, "has", lambda name: name == "XWAYLAND" or has(name))
    else:
        named = tuple(replace(each, display=replace(each.display, name="XWAYLAND0")) for each in own)
        monkeypatch.setattr("kiosk.lockdown.x11.backend.outputs_of", lambda _: named)
    concern, probe = window_probes(server)["window/keyboard-grab"]
    assert concern is Concern.SYSTEM_KEYS
    assert probe.capability is Capability.UNAVAILABLE
    monkeypatch.undo()
    assert window_probes(server)["window/keyboard-grab"][1].capability is Capability.ENFORCED


def test_the_table_says_what_the_window_and_the_server_do_together(display: str) -> None:
    server = XServer(display)
    backend = x11_backend(server, everybody, policy=InputPolicy(), enrolled=None)
    table = {entry.concern: entry.probe.capability for entry in backend.table()}
    for concern in (Concern.SYSTEM_KEYS, Concern.POINTER, Concern.CLIPBOARD, Concern.DISPLAYS):
        assert table[concern] is Capability.ENFORCED
    for concern in (Concern.APP_SWITCHING, Concern.INJECTED_INPUT, Concern.INPUT_DEVICES):
        assert table[concern] is Capability.DETECT_ONLY
    assert table[Concern.NETWORK] is Capability.UNAVAILABLE
    rig = x11_backend(server, everybody, policy=InputPolicy.for_rig(Preset.PRACTICE), enrolled=None)
    assert {entry.concern: entry.probe.capability for entry in rig.table()}[
        Concern.INJECTED_INPUT
    ] is Capability.UNAVAILABLE
    server.close()
