"""An input method beside the window: what it is called, what it is started with, and which files exist for it.

Owns the one framework that Qt's own plug-in speaks (ibus), its environment and its settings. Refuses to start anything. It runs
behind walls of its own, like the window's, but for one thing: it may start programs of the system, because it is made of several.
Its home is in memory and goes with it: what it has learned from one candidate is gone before the next.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from kiosk.lockdown.input_methods import InputMethod
from kiosk.lockdown.linux.environment import AUTHORITY, HOME, RUNTIME, Screen
from kiosk.lockdown.linux.namespaces import Access, Given, Place, Tree, outermost
from kiosk.lockdown.linux.window_tree import cookies, system_files

DAEMON: Final = "/usr/bin/ibus-daemon"
COMMAND: Final = "/usr/bin/ibus"
_PARTS: Final = (("/usr/libexec", "ibus-*"), ("/usr/lib/ibus", "*"))
NEEDED: Final = (DAEMON, COMMAND, "/usr/libexec/ibus-memconf")
SOCKET: Final = "ibus"
ADDRESS: Final = "address"
"""The file that Qt's plug-in reads, and watches: written again, it connects again."""
SOCKET_MAX: Final = 100  # unix(7): sun_path holds 108 bytes
SETTINGS: Final = ".config/glib-2.0/settings/keyfile"
"""Below the home: where GLib's backend of that name reads (GKeyfileSettingsBackend)."""
_USERS: Final = "/etc/passwd"
_KEYFILE: Final = """\
[desktop/ibus/general]
use-system-keyboard-layout=true
preload-engines=['{engine}']
use-global-engine=true

[desktop/ibus/general/hotkey]
triggers=@as []

[desktop/ibus/panel]
show=0
show-icon-on-systray=false

[desktop/ibus/panel/emoji]
hotkey=@as []
unicode-hotkey=@as []

[com/github/libpinyin/ibus-libpinyin/libpinyin]
emoji-candidate=false
enable-cloud-input=false
english-candidate=false
lua-extension=false
"""
"""It leaves the keyboard's layout alone, switches to no other engine by a key, and shows its candidates and nothing else. An
engine that also counts, or knows English words, does not: that helps some candidates and not others."""


def settings_of(method: InputMethod) -> str:
    """Return what stands in ``SETTINGS``."""
    return _KEYFILE.format(engine=method.engine)


def lacking(*, exists: Callable[[str], bool] = os.path.exists) -> tuple[str, ...]:
    """Return the programs that are needed and not installed."""
    return tuple(path for path in NEEDED if not exists(path))


def programs() -> tuple[str, ...]:
    """Return what it is made of, as it is seen among the machine's programs: the daemon, its panel, and engines."""
    parts = (str(path) for folder, names in _PARTS for path in sorted(Path(folder).glob(names)))
    return (DAEMON, COMMAND, *parts)


def bus(folder: Path) -> str:
    """Return the address of its bus, which lies in a folder that it shares with the window."""
    return f"unix:path={folder / SOCKET}"


def address_file(folder: Path) -> str:
    """Return what stands in ``ADDRESS`` once it is there.

    The plug-in believes an address only while the process beside it lives: number one does, in every namespace.
    """
    return f"IBUS_ADDRESS={bus(folder)}\nIBUS_DAEMON_PID=1\n"


def input_method_environment(untrusted: Mapping[str, str], screen: Screen) -> dict[str, str]:
    """Return the whole environment that it gets: no bus of a session, no assistive bus, settings from its own file."""
    return {
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "DISPLAY": screen.name,
        "GIO_USE_VFS": "local",
        "GSETTINGS_BACKEND": "keyfile",
        "HOME": HOME,
        "LANG": _language(untrusted),
        "NO_AT_BRIDGE": "1",
        "PATH": "/usr/bin:/bin",
        "XAUTHORITY": AUTHORITY,
        "XDG_RUNTIME_DIR": RUNTIME,
    }


def input_method_tree(folder: Path, screen: Screen, authority: Path | None, *, owner: tuple[int, int]) -> Tree:
    """Return all that exists for it: the system, the screen, and the folder with its socket; no seat and no program of ours.

    Args:
        folder: shared with the window.
        screen: where candidates are shown.
        authority: the X server's cookies.
        owner: user and group that it runs as. It wants to know that user's name, and learns of no other.

    Raises:
        OSError: the X server's cookies cannot be read.
    """
    read, links = system_files()
    return Tree(
        places=(
            *(Place(path=path) for path in outermost(read)),
            Place(path=str(folder), access=Access.WRITE),
            Place(path=screen.socket),
        ),
        links=links,
        given=(
            Given(path=AUTHORITY, data=cookies(authority)),
            Given(path=_USERS, data=f"exam:x:{owner[0]}:{owner[1]}::{HOME}:/bin/false\n".encode()),
        ),
        homes=(HOME, RUNTIME),
    )


def _language(untrusted: Mapping[str, str]) -> str:
    language = untrusted.get("LANG", "")
    return language if re.fullmatch(r"[A-Za-z0-9_.@-]{1,64}", language) else "C.UTF-8"
