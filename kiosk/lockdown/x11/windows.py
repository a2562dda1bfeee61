"""Windows of other programs, and who has the input focus.

Owns what counts as foreign: a window that can be seen, of a process that is not the exam's. Refuses to know which processes are
the exam's: whoever started them says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import xcffib.xproto

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.x11.connection import Rectangle, XServer, program_of

IsOurs: TypeAlias = Callable[[int], bool]
"""Whether a process belongs to the exam, by its id as the machine (not a sandbox) counts."""

DEPTH_MAX: Final = 3  # a window manager puts a window into a frame, some into two
SMALL_PX: Final = 4  # helper windows of this many pixels show nothing
AWAY_MS: Final = 400  # a focus that comes back by itself within this is no event
WINDOWS_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWindow:
    """A window that can be seen.

    Attributes:
        pid: the process that made it; 0 where the server cannot tell.
    """

    window: int
    pid: int
    title: str
    place: Rectangle


def manager_of(server: XServer) -> int:
    """Return the process of the window manager; 0 where there is none."""
    named = server.property_words(server.root, "_NET_SUPPORTING_WM_CHECK")
    return server.pid_of(named[0]) if named else 0


def visible_windows(server: XServer, *, manager: int = 0) -> Iterator[SeenWindow]:
    """Yield the windows of programs that can be seen, without the frames that a window manager puts around them."""
    screen = server.core.GetGeometry(server.root).reply()
    bounds = Rectangle(x=0, y=0, width=screen.width, height=screen.height)
    for window in _children(server, server.root):
        nothing: list[SeenWindow] = []  # it may go while it is looked at
        yield from server.look(partial(_found_in, server, window, bounds, manager), nothing)


def _found_in(server: XServer, window: int, bounds: Rectangle, manager: int) -> list[SeenWindow]:
    return list(_in_it(server, window, bounds, manager, DEPTH_MAX))


def _in_it(server: XServer, window: int, bounds: Rectangle, manager: int, depth: int) -> Iterator[SeenWindow]:
    if server.core.GetWindowAttributes(window).reply().map_state != xcffib.xproto.MapState.Viewable:
        return
    pid = server.pid_of(window)
    if manager and pid == manager:
        if depth:
            for child in _children(server, window):
                yield from _in_it(server, child, bounds, manager, depth - 1)
        return
    found = server.core.GetGeometry(window).reply()
    origin = server.core.TranslateCoordinates(window, server.root, 0, 0).reply()
    place = Rectangle(x=origin.dst_x, y=origin.dst_y, width=found.width, height=found.height)
    if _shows_something(place, bounds):
        title = server.property_text(window, "_NET_WM_NAME") or server.property_text(window, "WM_NAME")
        yield SeenWindow(window=window, pid=pid, title=title, place=place)


def _children(server: XServer, window: int) -> list[int]:
    """Of too many, those on top: the server names them from the bottom."""
    return [int(child) for child in server.core.QueryTree(window).reply().children][-WINDOWS_MAX:]


def _shows_something(place: Rectangle, bounds: Rectangle) -> bool:
    width = min(place.x + place.width, bounds.width) - max(place.x, 0)
    height = min(place.y + place.height, bounds.height) - max(place.y, 0)
    return width > 0 and height > 0 and width * height > SMALL_PX


class ForeignWindows:
    """Notices windows that are not the exam's, also those that were there before it looked first.

    The window manager is whoever it was when this was made: one that comes later is a foreign program.
    """

    name = "x11/foreign-windows"
    concern = Concern.APP_SWITCHING

    def __init__(self, server: XServer, is_ours: IsOurs) -> None:
        self._server = server
        self._is_ours = is_ours
        self._manager = server.look(lambda: manager_of(server), 0)
        self._known: frozenset[int] = frozenset()

    def probe(self) -> Probe:
        """Tell whether windows can be told apart."""
        if not self._server.has("X-Resource"):
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="This X server does not say which program a window belongs to.",
                remedy="Use an X server with the X-Resource extension.",
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="X lets every program that reaches the server show a window."
            + (" A window manager runs here." if self._manager else ""),
            remedy="Start nothing else in the exam's session." + (" Use no window manager." if self._manager else ""),
        )

    def look_anew(self) -> None:
        """What is there is told again; the window manager stays who it was."""
        self._known = frozenset()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return the foreign windows that were not there before."""
        del now
        nothing: list[SeenWindow] = []
        seen = self._server.look(lambda: list(visible_windows(self._server, manager=self._manager)), nothing)
        foreign = [window for window in seen if not self._is_ours(window.pid)]
        new = [window for window in foreign if window.window not in self._known]
        self._known = frozenset(window.window for window in foreign)
        return [_foreign(window) for window in new]


def _foreign(window: SeenWindow) -> Observation:
    evidence = {"title": window.title, "program": program_of(window.pid), "geometry": str(window.place)}
    return Observation(kind=IncidentKind.FOREIGN_WINDOW, evidence=evidence)


class ForeignFocus:
    """Notices that another program has had the input focus for a while: once for each time."""

    name = "x11/focus"
    concern = Concern.APP_SWITCHING

    def __init__(self, server: XServer, is_ours: IsOurs) -> None:
        self._server = server
        self._is_ours = is_ours
        self._manager = server.look(lambda: manager_of(server), 0)
        self._away_since: int | None = None
        self._is_told = False

    def probe(self) -> Probe:
        """Tell whether the focus can be followed."""
        if not self._server.has("X-Resource"):
            return Probe(
                capability=Capability.UNAVAILABLE,
                reason="This X server does not say which program has the input focus.",
                remedy="Use an X server with the X-Resource extension.",
            )
        return Probe(
            capability=Capability.DETECT_ONLY,
            reason="X lets every program take the input focus; keys reach the exam all the same while it grabs them.",
        )

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Return that the focus is away, when it has been for long enough."""
        pid = self._server.look(self._owner, 0)
        if pid in {0, self._manager} or self._is_ours(pid):
            self._away_since, self._is_told = None, False
            return ()
        if self._away_since is None:
            self._away_since = now.awake_ms
        away_ms = now.awake_ms - self._away_since
        if self._is_told or away_ms < AWAY_MS:
            return ()
        self._is_told = True
        evidence = {"milliseconds": str(away_ms), "program": program_of(pid)}
        return (Observation(kind=IncidentKind.FOCUS_LOST, evidence=evidence),)

    def _owner(self) -> int:
        """The process that has the focus; 0 for nobody and for the screen itself."""
        focus = int(self._server.core.GetInputFocus().reply().focus)
        nobody = {xcffib.xproto.InputFocus._None, xcffib.xproto.InputFocus.PointerRoot, self._server.root}  # noqa: SLF001 - the protocol's own name
        return 0 if focus in nobody else self._server.pid_of(focus)
