"""Each monitor of an X server is there for something: with it left out, nobody tells of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

import pytest

from exam_packages.ids import UtcMs
from kiosk.lockdown.incidents import IncidentKind
from kiosk.lockdown.input_policy import InputPolicy
from kiosk.lockdown.readings import Monitor, Reading
from kiosk.lockdown.x11 import devices
from kiosk.lockdown.x11.backend import x11_monitors
from kiosk.lockdown.x11.connection import XServer
from kiosk.lockdown.x11.outputs import enrol_display
from tests.kiosk.lockdown.x11.displays_for_tests import foreign, x_server

pytestmark = pytest.mark.x11
LOOK_MS = 500
PATIENCE_S = 20.0
LATER_LOOKS = 4


@dataclass
class Watching:
    """The monitors of one connection, all or all but one, and what they have told."""

    server: XServer
    monitors: list[Monitor]
    at_ms: int = 0
    told: set[IncidentKind] = field(default_factory=set)

    def look(self) -> None:
        self.at_ms += LOOK_MS
        now = Reading(wall=UtcMs(self.at_ms), awake_ms=self.at_ms, since_boot_ms=self.at_ms)
        for monitor in self.monitors:
            self.told |= {seen.kind for seen in monitor.poll(now)}


def watching(display: str, without: str = "") -> Watching:
    server = XServer(display)
    monitors = x11_monitors(server, lambda _: False, policy=InputPolicy(), enrolled=enrol_display(server))
    kept = [monitor for monitor in monitors if monitor.name != without]
    assert len(kept) == len(monitors) - bool(without)
    return Watching(server, kept)


Happening = Callable[[str, pytest.MonkeyPatch], AbstractContextManager[object]]


def does(*what: str) -> Happening:
    """Another program does something, and stays."""
    return lambda display, _: foreign(display, *what)


def a_keyboard(display: str, patch: pytest.MonkeyPatch) -> AbstractContextManager[object]:
    """Xvfb has no way to plug one in: what the server says is replaced."""
    del display
    there, second = devices.devices_of, devices.Device(number=90, name="Second", kind="keyboard", is_tests=False)
    patch.setattr(devices, "devices_of", lambda server: (*there(server), second))
    return ExitStack()


HAPPENINGS: dict[str, tuple[Happening, IncidentKind]] = {
    "x11/foreign-windows": (does("window"), IncidentKind.FOREIGN_WINDOW),
    "x11/focus": (does("focus"), IncidentKind.FOCUS_LOST),
    "x11/injected-input": (does("press"), IncidentKind.INPUT_INJECTED),
    "x11/input-devices": (a_keyboard, IncidentKind.INPUT_DEVICE_ADDED),
    "x11/layout": (does("layout", "evdev|pc105|gr|||"), IncidentKind.LAYOUT_CHANGED),
    "x11/selections": (does("own", "CLIPBOARD"), IncidentKind.CLIPBOARD_WRITTEN),
    "x11/displays": (does("monitor"), IncidentKind.DISPLAY_ADDED),
}
"""Monitor → what happens, and what it is to tell."""


@pytest.fixture
def screen() -> Iterator[str]:
    with x_server() as display:
        yield display


@pytest.mark.parametrize("name", HAPPENINGS)
def test_a_happening_is_told_and_without_its_monitor_is_not(
    screen: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    happening, kind = HAPPENINGS[name]
    whole, without = watching(screen), watching(screen, name)
    try:
        for each in (whole, without):
            each.look()
        with happening(screen, monkeypatch):
            until = time.monotonic() + PATIENCE_S
            while kind not in whole.told:
                assert time.monotonic() < until, whole.told
                whole.look()
                without.look()
                time.sleep(0.05)
            for _ in range(LATER_LOOKS):
                without.look()
        assert kind not in without.told
    finally:
        whole.server.close()
        without.server.close()


def test_a_server_that_breaks_is_told_and_without_its_watch_is_not() -> None:
    with x_server() as display:
        whole, without = watching(display), watching(display, "x11/server")
        for each in (whole, without):
            each.look()
            assert each.told == set()
    for each in (whole, without):
        each.look()
        each.server.close()
    assert whole.told == {IncidentKind.HOOK_LOST}
    assert without.told == set()


def test_every_monitor_has_its_happening(screen: str) -> None:
    whole = watching(screen)
    names = {monitor.name for monitor in whole.monitors}
    whole.server.close()
    assert names == HAPPENINGS.keys() | {"x11/server"}
