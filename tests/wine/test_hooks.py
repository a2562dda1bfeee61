"""Keys that come from the X server's keyboard, through wine, to hooks of Windows and to a page of Windows' own Qt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.windows.hook_lines import Sign
from tests.kiosk.lockdown.x11.displays_for_tests import xdotool
from tests.wine.rig import Running, run

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


@pytest.fixture
def page(display: str) -> Iterator[Running]:
    running = Running(display, "-m", "tests.wine.page")
    try:
        assert " windows 1280x800 " in running.wait_for("shown")
        xdotool(display, ["mousemove", "600", "400", "click", "1"])
        running.wait_for("active")
        yield running
    finally:
        running.end()


def hold(display: str) -> Running:
    hooks = Running(display, "-m", "kiosk.lockdown.windows.hook_process")
    hooks.wait_for(Sign.ALIVE.value)
    return hooks


def test_typing_passes_and_ways_out_do_not(display: str, page: Running) -> None:
    hooks = hold(display)
    try:
        xdotool(display, ["key", "a"])
        page.wait_for("text 'a'")
        for combination in WAYS_OUT:
            xdotool(display, ["key", combination])
        xdotool(display, ["click", "3"])
        xdotool(display, ["key", "b"])
        page.wait_for("text 'ab'")

        assert hooks.close_stdin() == 0
        said = [each for each in hooks.said() if isinstance(each, Observation)]
        keys = {each.evidence["combination"] for each in said if each.kind is IncidentKind.KEYS_BLOCKED}
        assert keys >= set(WAYS_OUT.values())
        assert [each.evidence["button"] for each in said if each.kind is IncidentKind.POINTER_BLOCKED] == ["right"]
        assert not [each for each in said if each.kind is IncidentKind.INPUT_INJECTED]
        assert "asked to close" not in page.lines

        # Without the hooks the same key does what it always does.
        xdotool(display, ["key", "alt+F4"])
        page.wait_for("asked to close")
    finally:
        hooks.end()


def test_what_a_program_types_does_not_arrive(display: str, page: Running) -> None:
    hooks = hold(display)
    try:
        assert run(display, "-m", "tests.wine.inside", "inject").returncode == 0
        hooks.wait_for(IncidentKind.INPUT_INJECTED.value)
        assert not [line for line in page.lines if "z" in line.removeprefix("shown")]
        assert hooks.close_stdin() == 0
    finally:
        hooks.end()
    assert run(display, "-m", "tests.wine.inside", "inject").returncode == 0
    page.wait_for("text 'z'")


def test_what_wine_cannot_hide_is_said(display: str, page: Running) -> None:
    """Wine keeps no window out of pictures: the window that guards itself says so, and stays."""
    page.wait_for("capture-guard-failed: SetWindowDisplayAffinity failed with error 8")
