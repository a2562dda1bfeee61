"""One connection to an X server, for looking: who owns a window, what properties say, what has happened.

Owns errors and raw events: xcffib decodes events of extensions from beyond the buffer it was given, so the few that are needed
are read here, from the 32 bytes that every event has. Refuses to know what anything means.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

import xcffib
import xcffib.randr
import xcffib.res
import xcffib.xfixes
import xcffib.xinput
import xcffib.xproto
from xcffib.ffi import ffi

from kiosk.errors import KioskError

T = TypeVar("T")
XReply: TypeAlias = Any
"""What xcffib makes of the protocol's description, without types: requests, replies and their parts."""

EXTENSIONS: Final = ("DPMS", "RANDR", "X-Resource", "XFIXES", "XInputExtension", "XKEYBOARD", "XTEST", "XWAYLAND")
EVENT_BYTES: Final = 32
EVENTS_MAX: Final = 2_000  # read in one look; a program that floods the server must not hold the looker
PROPERTY_MAX_WORDS: Final = 256
TEXT_MAX: Final = 200  # characters of a title or a name that are kept
GENERIC_EVENT: Final = 35  # X11 protocol, X Generic Event extension
RAW_KEY_PRESS: Final = 13  # XI2 protocol: XI_RawKeyPress
RAW_BUTTON_PRESS: Final = 15
_PID_MASK: Final = 2  # XRes 1.2: LocalClientPIDMask
_UNKNOWN: Final = "unknown"


class NoXServerError(KioskError):
    """There is no X server, or it does not let this program in."""

    code: ClassVar[str] = "no-x-server"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInput:
    """A key or a button that went down somewhere on the server, whoever gets it.

    Attributes:
        device: id of the device it came from, not of the master it goes through.
    """

    device: int
    is_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionTaken:
    """Somebody owns a selection now.

    Attributes:
        selection: its atom.
        owner: window of the owner; 0 where it has none any more.
    """

    selection: int
    owner: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """A place on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}+{self.x}+{self.y}"


class _RawConnection(xcffib.Connection):
    """Hands events over as the bytes that they are."""

    def hoist_event(self, event: XReply) -> bytes:
        """Return an event's first 32 bytes; the event itself is freed by the caller."""
        return bytes(ffi.buffer(event, EVENT_BYTES))


class XServer:
    """A connection. Used by one thread at a time.

    Args:
        display: as in ``DISPLAY``, for example ``:0``; None takes the environment's.

    Raises:
        NoXServerError: nothing answers there.
    """

    def __init__(self, display: str | None = None) -> None:
        try:
            connection: XReply = _RawConnection(display=display)  # type: ignore[no-untyped-call]  # inherited
            self._extensions = {name: connection.core.QueryExtension(len(name), name).reply() for name in EXTENSIONS}
        except xcffib.XcffibException as error:
            raise NoXServerError(f"no X server at {display or 'the default display'}: {error}") from None
        self._connection = connection
        self.core: XReply = connection.core
        self.root: int = connection.setup.roots[0].root
        self._atoms: dict[str, int] = {}
        self._listeners: list[Callable[[RawInput | SelectionTaken], None]] = []
        self._is_lost = False

    @property
    def is_lost(self) -> bool:
        """Whether the connection has broken; it does not come back."""
        return self._is_lost

    def close(self) -> None:
        """Let go of the server."""
        self._is_lost = True
        self._connection.disconnect()

    def look(self, at: Callable[[], T], otherwise: T) -> T:
        """Return what somebody sees; what is gone meanwhile, or a broken connection, gives ``otherwise``."""
        if self._is_lost:
            return otherwise
        try:
            return at()
        except xcffib.ConnectionException:
            self._is_lost = True
            return otherwise
        except xcffib.XcffibException:
            return otherwise

    def has(self, extension: str) -> bool:
        """Return whether the server has one of ``EXTENSIONS``. To use one that it lacks breaks the connection."""
        return bool(self._extensions[extension].present)

    def speak(self, key: XReply) -> XReply:
        """Return the requests of an extension, for example of ``xcffib.randr.key``."""
        return self._connection(key)

    def atom(self, name: str) -> int:
        """Return the number of a name."""
        if name not in self._atoms:
            self._atoms[name] = int(self.core.InternAtom(False, len(name), name).reply().atom)
        return self._atoms[name]

    def name_of(self, atom: int) -> str:
        """Return the name of a number."""
        return text_of(self.core.GetAtomName(atom).reply().name)

    def property_words(self, window: int, name: str) -> tuple[int, ...]:
        """Return a property of 32-bit numbers; empty where the window has none such."""
        reply = self.core.GetProperty(False, window, self.atom(name), 0, 0, PROPERTY_MAX_WORDS).reply()
        return tuple(int(word) for word in reply.value.to_atoms()) if reply.format == 32 else ()

    def property_text(self, window: int, name: str) -> str:
        """Return a property of text; empty where the window has none such."""
        reply = self.core.GetProperty(False, window, self.atom(name), 0, 0, PROPERTY_MAX_WORDS).reply()
        return text_of(reply.value) if reply.format == 8 else ""

    def pid_of(self, resource: int) -> int:
        """Return the process that made a window, as the server knows it from its socket; 0 where it cannot tell.

        What a window says of itself (``_NET_WM_PID``) is never asked: anybody can write that.
        """
        if not resource or not self.has("X-Resource"):
            return 0
        spec = xcffib.res.ClientIdSpec.synthetic(resource, _PID_MASK)
        ids = self.speak(xcffib.res.key).QueryClientIds(1, [spec]).reply().ids
        return next((int(value) for entry in ids for value in entry.value), 0)

    def listen(self, listener: Callable[[RawInput | SelectionTaken], None]) -> None:
        """Have somebody told of what happens, at the next ``take_events``."""
        self._listeners.append(listener)

    def flush(self) -> None:
        """Send what has been asked for."""
        self._connection.flush()

    def take_events(self) -> None:
        """Tell the listeners what has happened since the last time. Never waits."""
        for _ in range(EVENTS_MAX):
            raw = self._connection.poll_for_event()
            if raw is None:
                return
            event = self._decoded(raw)
            if event is not None:
                for listener in self._listeners:
                    listener(event)

    def _decoded(self, raw: bytes) -> RawInput | SelectionTaken | None:
        kind = raw[0] & 0x7F
        if kind == GENERIC_EVENT and self.has("XInputExtension"):
            # XI2 protocol, XI_RawEvent: evtype at 8, sourceid at 20.
            extension, evtype, source = raw[1], *struct.unpack_from("=H10xH", raw, 8)
            if extension == self._extensions["XInputExtension"].major_opcode and evtype in {
                RAW_KEY_PRESS,
                RAW_BUTTON_PRESS,
            }:
                return RawInput(device=source, is_key=evtype == RAW_KEY_PRESS)
        elif self.has("XFIXES") and kind == self._extensions["XFIXES"].first_event:
            # Fixes protocol, SelectionNotify: owner at 8, selection at 12.
            owner, selection = struct.unpack_from("=II", raw, 8)
            return SelectionTaken(selection=selection, owner=owner)
        return None


def text_of(characters: Sequence[bytes | int]) -> str:
    """Return what a client calls something, short and printable whatever it holds; parts are set apart by commas."""
    raw = b"".join(each if isinstance(each, bytes) else bytes([each]) for each in characters)
    text = raw.rstrip(b"\0").replace(b"\0", b",").decode("utf-8", "replace")[:TEXT_MAX]
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def program_of(pid: int, *, proc: Path = Path("/proc")) -> str:
    """Return the name of a process's program, for evidence; it says so where that cannot be found out."""
    try:
        return (proc / str(pid) / "exe").readlink().name[:TEXT_MAX]
    except OSError:
        pass
    try:
        return (proc / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()[:TEXT_MAX] or _UNKNOWN
    except OSError:
        return _UNKNOWN
