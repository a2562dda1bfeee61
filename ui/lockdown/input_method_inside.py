"""The input method's first process behind its walls: starts the daemon, has it use the site's engine, and says that it is there.

Everything it needs is loaded before the walls are closed: there is no program of ours inside. Ends when the daemon does.
"""

from __future__ import annotations

import os
import select
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.lockdown.input_methods import InputMethod
from kiosk.lockdown.linux.input_method import (
    ADDRESS,
    COMMAND,
    DAEMON,
    SETTINGS,
    SOCKET,
    address_file,
    bus,
    settings_of,
)
from ui.lockdown.relay import Relay

INPUT_METHOD: Final = "--input-method"
"""Instead of a window's command line: run this engine of the system's input method, and share this folder with the window."""
TRIES: Final = 300
ENGINE_TRIES: Final = 20
PAUSE_S: Final = 0.1
"""Between two tries to reach the daemon, because a seat may be busy when it starts; and, once it is there, to have the engine."""
NO_ENGINE: Final = 71
ENDED: Final = 72
"""What it ends with: the engine never came, or the daemon has ended; it always should run."""
_CONFIGURATION: Final = "/usr/libexec/ibus-memconf"
"""Keeps an engine's settings in memory; the other one, dconf, needs a session's bus."""


def run_input_method(words: Sequence[str]) -> int:
    """Run it until it ends.

    Args:
        words: the engine, and the folder that the window sees, too.
    """
    method, folder = InputMethod(engine=words[0]), Path(words[1])
    environment = dict(os.environ)
    settings = Path(environment["HOME"]) / SETTINGS
    settings.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.write_text(settings_of(method), encoding="utf-8")
    private = Path(environment["XDG_RUNTIME_DIR"])
    daemon = os.posix_spawn(DAEMON, _daemon(private), environment)
    if not _uses(method, environment, private / SOCKET):
        return NO_ENGINE  # the first process of the namespace ends with this one, and all others with it
    relay = Relay(folder / SOCKET, private / SOCKET)
    # In place: the window watches this file, and connects when it is written.
    (folder / ADDRESS).write_text(address_file(folder), encoding="utf-8")
    relay.run(lambda: os.waitpid(daemon, os.WNOHANG)[0] == 0)
    return ENDED


def _daemon(folder: Path) -> list[str]:
    options = {"address": bus(folder), "config": _CONFIGURATION, "emoji-extension": "disable", "cache": "none"}
    return [DAEMON, *(f"--{name}={value}" for name, value in options.items()), "--restart"]


def _uses(method: InputMethod, environment: dict[str, str], socket: Path) -> bool:
    """Have it use the engine; it is not there at once, and an engine that is not installed it never has."""
    left = ENGINE_TRIES
    for _ in range(TRIES):
        if not left:
            return False
        if not socket.exists():
            select.select([], [], [], PAUSE_S)
            continue
        left -= 1
        asking = os.posix_spawn(COMMAND, [COMMAND, "engine", method.engine], environment)
        if os.waitstatus_to_exitcode(os.waitpid(asking, 0)[1]) == 0:
            return True
        select.select([], [], [], PAUSE_S)
    return False
