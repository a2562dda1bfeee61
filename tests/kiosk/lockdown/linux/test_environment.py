from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.linux.environment import (
    AUTHORITY,
    HOME,
    RUNTIME,
    SUPERVISOR_VARIABLE,
    Screen,
    ScreenSystem,
    screen_of,
    window_environment,
)
from ui.window.line_ends import DESCRIPTOR

X11 = Screen(system=ScreenSystem.X11, name=":7", socket="/tmp/.X11-unix/X7")
MADE = {
    "AT_SPI_BUS_ADDRESS",
    "DISPLAY",
    "HOME",
    "LANG",
    "PATH",
    "PULSE_SERVER",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON",
    "QT_QPA_PLATFORM",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_TYPE",
    SUPERVISOR_VARIABLE,
}
KEPT = {"LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ"}
DANGEROUS = {
    "QT_QPA_PLATFORM": "vnc:port=5900",
    "QT_PLUGIN_PATH": "/tmp/evil",
    "QT_QPA_GENERIC_PLUGINS": "evdevkeyboard",
    "QT_DEBUG_PLUGINS": "1",
    "QML_IMPORT_TRACE": "1",
    "LD_PRELOAD": "/tmp/evil.so",
    "LD_LIBRARY_PATH": "/tmp",
    "PYTHONPATH": "/tmp",
    "PYTHONSTARTUP": "/tmp/evil.py",
    "FONTCONFIG_FILE": "/tmp/fonts.conf",
    "GCONV_PATH": "/tmp",
    "LOCPATH": "/tmp",
    "HTTP_PROXY": "http://example.org",
    "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/0/bus",
    "KIOSK_TRACE": "/tmp/trace",
    "HOME": "/home/somebody",
    "XDG_RUNTIME_DIR": "/run/user/1000",
    "XAUTHORITY": "/home/somebody/.Xauthority",
}


def test_what_is_dangerous_does_not_arrive() -> None:
    made = window_environment(DANGEROUS | {"LANG": "nb_NO.UTF-8", "TZ": "Europe/Oslo"}, X11, supervisor=5)
    assert made == {
        "DISPLAY": ":7",
        "HOME": HOME,
        "LANG": "nb_NO.UTF-8",
        "PATH": "/usr/bin:/bin",
        "QT_QPA_PLATFORM": "xcb",
        "TZ": "Europe/Oslo",
        "XAUTHORITY": AUTHORITY,
        "XDG_RUNTIME_DIR": RUNTIME,
        "XDG_SESSION_TYPE": "x11",
        SUPERVISOR_VARIABLE: "5",
    }


@given(st.dictionaries(st.sampled_from([*DANGEROUS, *MADE, *KEPT, "ANY"]) | st.text(min_size=1), st.text()))
def test_nothing_but_the_list_arrives_whatever_there_is(untrusted: dict[str, str]) -> None:
    made = window_environment(untrusted, X11, supervisor=None)
    assert made.keys() <= MADE | KEPT
    for name in ("DISPLAY", "HOME", "PATH", "QT_QPA_PLATFORM", "XAUTHORITY", "XDG_RUNTIME_DIR"):
        assert made[name] == window_environment({}, X11, supervisor=None)[name]


@pytest.mark.parametrize("zone", [":/etc/passwd", "/etc/localtime", "../../etc/passwd", "Europe/Oslo/x/y"])
def test_a_time_zone_is_no_path(zone: str) -> None:
    assert "TZ" not in window_environment({"TZ": zone}, X11, supervisor=None)


def test_what_an_assistive_program_and_sound_need_is_given_only_where_they_are() -> None:
    made = window_environment({}, X11, supervisor=None, accessibility="unix:path=/run/bus", sound="/run/pulse")
    assert made["AT_SPI_BUS_ADDRESS"] == "unix:path=/run/bus"
    assert made["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] == "1"
    assert made["PULSE_SERVER"] == "unix:/run/pulse"
    assert not {"AT_SPI_BUS_ADDRESS", "PULSE_SERVER"} & window_environment({}, X11, supervisor=None).keys()


@pytest.mark.parametrize(
    ("untrusted", "screen"),
    [
        ({"DISPLAY": ":7"}, X11),
        ({"DISPLAY": ":7.0", "WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": "/r"}, X11),
        (
            {"WAYLAND_DISPLAY": "wayland-1", "XDG_RUNTIME_DIR": "/run/user/9"},
            Screen(system=ScreenSystem.WAYLAND, name="wayland-1", socket="/run/user/9/wayland-1"),
        ),
        ({"QT_QPA_PLATFORM": "offscreen"}, Screen(system=ScreenSystem.NONE)),
        ({"DISPLAY": "elsewhere.example:0"}, None),
        ({"DISPLAY": "tcp/localhost:0"}, None),
        ({"WAYLAND_DISPLAY": "../x", "XDG_RUNTIME_DIR": "/r"}, None),
        ({"WAYLAND_DISPLAY": "wayland-1"}, None),
        ({"QT_QPA_PLATFORM": "vnc"}, None),
        ({}, None),
    ],
)
def test_a_window_is_shown_on_this_machine_or_nowhere(untrusted: dict[str, str], screen: Screen | None) -> None:
    assert screen_of(untrusted) == screen


def test_wayland_is_given_the_path_of_its_socket() -> None:
    screen = Screen(system=ScreenSystem.WAYLAND, name="w", socket="/run/user/9/w")
    made = window_environment({}, screen, supervisor=None)
    assert made["WAYLAND_DISPLAY"] == "/run/user/9/w"
    assert "DISPLAY" not in made


def test_both_ends_call_the_line_alike() -> None:
    assert SUPERVISOR_VARIABLE == DESCRIPTOR
