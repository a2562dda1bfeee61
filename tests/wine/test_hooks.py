"""Keys that come from the X server's keyboard, through wine, to hooks of Windows and to a page of Windows' own Qt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.windows.hook_lines import Sign
from tests.kiosk.lockdown.x11.displays_for_tests import xdotool
from tests.wine.rig import Running, Windows

pytestmark = [pytest.mark.wine, pytest.mark.timeout(400)]  # the first one builds the rig

WAYS_OUT = {
    "alt+Tab": "Alt+Tab",
    "alt+F4": "Alt+F4",
    "super": "Super",
    "super+d": "Super+d",
    "Print": "Print",
    "ctrl+Escape": "Ctrl+Escape",
    "F1": "F1",
}


@pytest.fixture(scope="module")
def shown(windows: Windows) -> Iterator[Running]:
    running = Running(windows, "-m", "tests.wine.page")
    try:
        assert " windows 1280x800 " in running.wait_for("shown")
        # Wine keeps no window out of pictures: the window that guards itself says so, and stays.
        running.wait_for("capture-guard-failed: SetWindowDisplayAffinity failed with error 8")
        yield running
    finally:
        running.end()


@pytest.fixture
def page(windows: Windows, shown: Running) -> Running:
    """The page, empty, and with the keyboard."""
    shown.forget()
    xdotool(windows.display, ["mousemove", "600", "400", "click", "1"])
    shown.wait_for("active")
    return shown


def hold(windows: Windows) -> Running:
    hooks = Running(windows, "-m", "kiosk.lockdown.windows.hook_process")
    hooks.wait_for(Sign.ALIVE.value)
    return hooks


def inject(windows: Windows) -> None:
    done = windows.run("-m", "tests.wine.inside", "inject")
    assert done.returncode == 0, done.stderr


def test_typing_passes_and_ways_out_do_not(windows: Windows, page: Running) -> None:
    hooks = hold(windows)
    try:
        xdotool(windows.display, ["key", "a"])
        page.wait_for("text 'a'")
        for combination in WAYS_OUT:
            xdotool(windows.display, ["key", combination])
        xdotool(windows.display, ["click", "3"])
        xdotool(windows.display, ["key", "b"])
        page.wait_for("text 'ab'")

        assert hooks.close_stdin() == 0
        said = [each for each in hooks.said() if isinstance(each, Observation)]
        keys = {each.evidence["combination"] for each in said if each.kind is IncidentKind.KEYS_BLOCKED}
        assert keys >= set(WAYS_OUT.values())
        assert [each.evidence["button"] for each in said if each.kind is IncidentKind.POINTER_BLOCKED] == ["right"]
        assert not [each for each in said if each.kind is IncidentKind.INPUT_INJECTED]
        assert "asked to close" not in page.lines

        # Without the hooks the same key does what it always does.
        xdotool(windows.display, ["key", "alt+F4"])
        page.wait_for("asked to close")
    finally:
        hooks.end()


def test_what_a_program_types_does_not_arrive(windows: Windows, page: Running) -> None:
    hooks = hold(windows)
    try:
        inject(windows)
        hooks.wait_for(IncidentKind.INPUT_INJECTED.value)
        xdotool(windows.display, ["key", "a"])
        page.wait_for("text 'a'")  # and no z before it
        assert hooks.close_stdin() == 0
    finally:
        hooks.end()
    inject(windows)
    page.wait_for("text 'az'")
