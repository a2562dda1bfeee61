"""Who is at the other end of a Wayland socket, and who else may talk to it.

Owns asking the kernel. Refuses to speak Wayland, and to believe what a program says of itself: the compositor is whoever listens
on the socket (SO_PEERCRED, unix(7)), and its name and options are those that it was started with.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CREDENTIALS: Final = struct.Struct("iII")  # struct ucred: process, user, group
_OTHERS: Final = 0o077
_ANSWER_WITHIN_S: Final = 1.0
_WORDS_MAX_BYTES: Final = 16_384
_BACKENDS: Final = "WLR_BACKENDS"
_OWN_BACKENDS: Final = frozenset({"drm", "libinput"})
_PARENTS: Final = ("WAYLAND_DISPLAY", "_WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY")
"""Where one of them is set, wlroots opens a window there instead of taking the display (backend/backend.c, autocreate)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compositor:
    """What is known of a compositor.

    Attributes:
        process: its process id.
        program: name of its program, at most 15 characters, as the kernel has it.
        words: what it was started with, the program first; none where that cannot be read.
        is_private: nobody but its own user and root gets to its socket.
        shown_by: what it was told to show itself on instead of the machine's own displays: a variable and its value. Empty
            where it has the displays; None where that cannot be read.
    """

    process: int
    program: str
    words: tuple[str, ...]
    is_private: bool
    shown_by: str | None


def compositor_at(path: Path, *, processes: Path = Path("/proc")) -> Compositor | None:
    """Return who listens on a socket; None where nobody does.

    Args:
        path: of the socket.
        processes: where the kernel tells about processes.
    """
    try:
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as line:
            line.settimeout(_ANSWER_WITHIN_S)
            line.connect(str(path))
            packed = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        process, user, _ = _CREDENTIALS.unpack(packed)
        folder = path.parent.stat()
    except OSError:
        return None
    private = folder.st_uid in {user, 0} and not stat.S_IMODE(folder.st_mode) & _OTHERS
    about = processes / str(process)
    return Compositor(
        process=process,
        program=_read(about / "comm").decode("utf-8", "replace").strip(),
        words=tuple(os.fsdecode(word) for word in _read(about / "cmdline").split(b"\0")[:-1]),
        is_private=private,
        shown_by=_shown_by(_read(about / "environ")),
    )


def _shown_by(environ: bytes) -> str | None:
    """Asked of what it was started with: later changes are its own, and are not looked at by wlroots either."""
    if not environ:
        return None
    pairs = (os.fsdecode(each).partition("=") for each in environ.split(b"\0"))
    variables = {name: value for name, _, value in pairs}
    backends = variables.get(_BACKENDS, "")
    if backends:
        return "" if set(backends.split(",")) <= _OWN_BACKENDS else f"{_BACKENDS}={backends}"
    return next((f"{name}={variables[name]}" for name in _PARENTS if variables.get(name)), "")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_WORDS_MAX_BYTES)
    except OSError:
        return b""
