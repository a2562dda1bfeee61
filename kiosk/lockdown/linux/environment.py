"""The window's environment, made anew: what stands here is all there is.

Owns the allow-list and what each screen system needs. Refuses to know where the values come from: a mapping goes in, a mapping
comes out. Qt opens a port, loads a plug-in or another platform when a variable says so, and the C library, Python and the font
library have such variables, too: what nobody lists does not arrive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

HOME: Final = "/run/exam/home"
RUNTIME: Final = "/run/exam/run"
AUTHORITY: Final = "/run/exam/authority"
X_SOCKETS: Final = "/tmp/.X11-unix"  # noqa: S108 - where every X server has them
SUPERVISOR_VARIABLE: Final = "KIOSK_SUPERVISOR_FD"
"""Tells the window the number of the descriptor on which its supervisor listens."""

_INPUT_METHOD: Final = ("IBUS_ADDRESS_FILE", "QT_IM_MODULE")
"""Where ibus says that it listens, and that Qt shall use it and no other."""

_KEPT: Final[Mapping[str, re.Pattern[str]]] = {
    "LANG": re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
    "LANGUAGE": re.compile(r"[A-Za-z0-9_.@:-]{1,128}"),
    "LC_ALL": re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
    "LC_CTYPE": re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
    "TZ": re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}"),
}
"""What is taken over, and its form: a language and a time zone, never a path."""
_DISPLAY: Final = re.compile(r":([0-9]{1,5})(?:\.[0-9]{1,3})?")
_SOCKET_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class ScreenSystem(Enum):
    """Who shows the window; the value is Qt's name of its platform."""

    X11 = "xcb"
    WAYLAND = "wayland"
    NONE = "offscreen"
    """A screen that nobody sees, for tests of the sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where the window is shown.

    Attributes:
        system: who shows it.
        name: ``:0`` under X11; the socket's name under Wayland.
        socket: path of the socket on the machine; empty where there is none.
    """

    system: ScreenSystem
    name: str = ""
    socket: str = ""


def screen_of(untrusted: Mapping[str, str]) -> Screen | None:
    """Tell from an environment where a window would be shown: on a display of this machine, or nowhere."""
    runtime, wayland = untrusted.get("XDG_RUNTIME_DIR", ""), untrusted.get("WAYLAND_DISPLAY", "")
    display = _DISPLAY.fullmatch(untrusted.get("DISPLAY", ""))
    if display is not None:
        number = display[1]
        return Screen(system=ScreenSystem.X11, name=f":{number}", socket=f"{X_SOCKETS}/X{number}")
    if runtime.startswith("/") and _SOCKET_NAME.fullmatch(wayland):
        return Screen(system=ScreenSystem.WAYLAND, name=wayland, socket=f"{runtime}/{wayland}")
    if untrusted.get("QT_QPA_PLATFORM") == ScreenSystem.NONE.value:
        return Screen(system=ScreenSystem.NONE)
    return None


def window_environment(
    untrusted: Mapping[str, str],
    screen: Screen,
    *,
    supervisor: int | None,
    accessibility: str = "",
    sound: str = "",
    input_method: str = "",
) -> dict[str, str]:
    """Return the whole environment of a window.

    Args:
        untrusted: the environment there is.
        screen: where the window is shown.
        supervisor: the descriptor on which the supervisor listens; None without one.
        accessibility: address of the accessibility bus; empty where nobody needs it.
        sound: socket of the sound server; empty where there is none.
        input_method: the file that says where ibus listens; empty where there is none.
    """
    kept = {name: untrusted[name] for name, form in _KEPT.items() if form.fullmatch(untrusted.get(name, ""))}
    made = {
        "HOME": HOME,
        "LANG": kept.pop("LANG", "C.UTF-8"),
        "PATH": "/usr/bin:/bin",
        "QT_QPA_PLATFORM": screen.system.value,
        "XDG_RUNTIME_DIR": RUNTIME,
        "XDG_SESSION_TYPE": {ScreenSystem.X11: "x11", ScreenSystem.WAYLAND: "wayland"}.get(screen.system, "tty"),
    }
    if screen.system is ScreenSystem.X11:
        made |= {"DISPLAY": screen.name, "XAUTHORITY": AUTHORITY}
    if screen.system is ScreenSystem.WAYLAND:
        made["WAYLAND_DISPLAY"] = screen.socket  # an absolute path is taken as it is (wl_display_connect)
    if accessibility:
        made |= {"AT_SPI_BUS_ADDRESS": accessibility, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    if sound:
        made["PULSE_SERVER"] = f"unix:{sound}"
    if input_method:
        made |= dict(zip(_INPUT_METHOD, (input_method, "ibus"), strict=True))
    if supervisor is not None:
        made[SUPERVISOR_VARIABLE] = str(supervisor)
    return kept | made


def without_input_method(environment: MutableMapping[str, str]) -> None:
    """Take out what a window was told of its input method; to be called before Qt looks."""
    for name in _INPUT_METHOD:
        environment.pop(name, None)
