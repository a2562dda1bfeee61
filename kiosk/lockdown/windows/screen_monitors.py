"""What is on the screen that is not the exam's: windows, the foreground, desktops, sessions, displays, the clipboard.

Owns comparing a look with the one before. Refuses to close or to move anything: the clipboard alone is emptied, because what
another program puts there could be pasted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kiosk.lockdown.displays import Display, DisplayWatch, EnrolledDisplay, fingerprint_of_edid, fingerprint_of_socket
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.readings import Reading
from kiosk.lockdown.windows.api import Clipboard, Hive, Machine, MonitorSeen, Registry, Screen, Win32Failed
from kiosk.lockdown.windows.verification import as_verified

IsOurs = Callable[[int], bool]
"""Whether a process is the exam's."""
ProgramOf = Callable[[int], str]
"""File name of a process's program; empty where it is not known."""

SECURE_DESKTOP: Final = "Winlogon"
"""What the desktop is called that no program may open: Ctrl+Alt+Delete, and questions for an administrator."""
_SHELL: Final = frozenset({"explorer.exe", "dwm.exe", "sihost.exe", "csrss.exe", "winlogon.exe"})
"""They have windows that cover nothing: the desk itself, the taskbar. In the foreground they are told all the same."""
_TITLE_MAX: Final = 200


def _noticed(reason: str) -> Probe:
    return as_verified(Probe(capability=Capability.DETECT_ONLY, reason=reason))


class ForeignWindows:
    """Notices windows of other programs, once each."""

    name = "windows/windows"
    concern = Concern.APP_SWITCHING

    def __init__(self, screen: Screen, is_ours: IsOurs, program_of: ProgramOf) -> None:
        self._screen = screen
        self._is_ours = is_ours
        self._program_of = program_of
        self._told: set[int] = set()

    def probe(self) -> Probe:
        """It works on every desktop."""
        return _noticed("Windows of other programs are noticed within a second.")

    def look_anew(self) -> None:
        """What is there is told again."""
        self._told = set()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        foreign = {
            window.handle: window
            for window in self._screen.windows()
            if not self._is_ours(window.pid) and self._program_of(window.pid).lower() not in _SHELL
        }
        new = [window for handle, window in foreign.items() if handle not in self._told]
        self._told = set(foreign)
        return [
            Observation(
                kind=IncidentKind.FOREIGN_WINDOW,
                evidence={
                    "title": window.title[:_TITLE_MAX],
                    "program": self._program_of(window.pid),
                    "geometry": window.geometry,
                },
            )
            for window in new
        ]


class ForegroundMonitor:
    """Notices another program that gets the keys, when it has them again or at the second look."""

    name = "windows/foreground"
    concern = Concern.APP_SWITCHING

    def __init__(self, screen: Screen, is_ours: IsOurs, program_of: ProgramOf) -> None:
        self._screen = screen
        self._is_ours = is_ours
        self._program_of = program_of
        self._lost_ms: int | None = None
        self._told = False

    def probe(self) -> Probe:
        """It works on every desktop."""
        return _noticed("Another program in front is noticed within a second.")

    def look_anew(self) -> None:
        """One that is still in front is told again, with how long it has been there."""
        self._told = False

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once. No window in front is what there is while one goes and another comes."""
        window = self._screen.foreground()
        if window is None or self._is_ours(window.pid):
            self._lost_ms, self._told = None, False
            return ()
        if self._lost_ms is None:
            self._lost_ms = now.awake_ms
            return ()
        if self._told:
            return ()
        self._told = True
        evidence = {"milliseconds": str(now.awake_ms - self._lost_ms), "program": self._program_of(window.pid)}
        return (Observation(kind=IncidentKind.FOCUS_LOST, evidence=evidence),)


class DesktopMonitor:
    """Notices another desktop than the exam's, the secure one too."""

    name = "windows/input-desktop"
    concern = Concern.CONSOLE_SWITCHING

    def __init__(self, screen: Screen, desktop: Callable[[], str]) -> None:
        self._screen = screen
        self._desktop = desktop
        self._before = ""

    def probe(self) -> Probe:
        """It works in every session."""
        return _noticed("Another desktop, that of Ctrl+Alt+Delete too, is noticed.")

    def look_anew(self) -> None:
        """Another one that is shown is told again."""
        self._before = ""

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Ask once which desktop gets the input; which one is the exam's may change only before the window comes."""
        del now
        expected = self._desktop()
        shown = self._screen.input_desktop()
        desktop = SECURE_DESKTOP if shown is None else shown
        before, self._before = self._before, desktop
        if desktop in {expected, before}:
            return ()
        return (Observation(kind=IncidentKind.DESKTOP_SWITCHED, evidence={"desktop": desktop}),)


class SessionMonitor:
    """Notices another user's session at the screen, and a screen that is somewhere else."""

    name = "windows/session"
    concern = Concern.REMOTE_SESSION

    def __init__(self, machine: Machine, screen: Screen) -> None:
        self._machine = machine
        self._screen = screen
        self._before: int | None = machine.own_session()
        self._was_remote = False

    def probe(self) -> Probe:
        """It works in every session."""
        return _noticed("A session that is shown elsewhere by the system itself, and another user's, are noticed.")

    def look_anew(self) -> None:
        """A screen that is somewhere else, and another user at the one that is here, are told again."""
        self._was_remote, self._before = False, self._machine.own_session()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Ask once. A remote session is not the one at the screen: that is then said as what it is."""
        del now
        is_remote, was_remote = self._screen.is_remote(), self._was_remote
        session, before = self._machine.console_session(), self._before
        self._was_remote, self._before = is_remote, session
        found: list[Observation] = []
        if is_remote and not was_remote:
            found.append(Observation(kind=IncidentKind.REMOTE_SESSION, evidence={"what": "Remote Desktop"}))
        is_other = session is not None and session not in {self._machine.own_session(), before}
        if is_other and not is_remote:
            found.append(Observation(kind=IncidentKind.USER_SWITCHED, evidence={"session": str(session)}))
        return found


class DisplayMonitor:
    """Notices displays, by what they say of themselves."""

    name = "windows/displays"
    concern = Concern.DISPLAYS

    def __init__(self, screen: Screen, registry: Registry, enrolled: EnrolledDisplay | None) -> None:
        self._screen = screen
        self._registry = registry
        self._watch = DisplayWatch(enrolled)

    def probe(self) -> Probe:
        """Tell whether any is seen."""
        if not self._screen.monitors():
            reason = "Windows shows no display."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return _noticed("A display that is plugged in is noticed, and not kept dark.")

    def look_anew(self) -> None:
        """Those that are not the seat's, and that the seat's own is missing, are told again."""
        self._watch.look_anew()

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once."""
        del now
        return self._watch.look([display_of(each, self._registry) for each in self._screen.monitors()])


def display_of(seen: MonitorSeen, registry: Registry) -> Display:
    """Return which display a monitor is."""
    name = seen.output.removeprefix("\\\\.\\")
    key = edid_key(seen.device)
    value = registry.read(Hive.MACHINE, key, "EDID") if key else None
    try:
        fingerprint = fingerprint_of_edid(b"" if value is None else value.data)
    except ValueError:
        silent = fingerprint_of_socket(name, width_mm=0, height_mm=0)
        return Display(name=name, fingerprint=silent, geometry=seen.geometry, says_who=False)
    return Display(name=name, fingerprint=fingerprint, geometry=seen.geometry)


def edid_key(device: str) -> str:
    """Return the key under which Windows keeps a monitor's EDID, by its device interface; empty where it is none.

    Args:
        device: for example ``\\\\?\\DISPLAY#DEL4098#4&2f&0&UID1#{e6f07b5f-…}``.
    """
    parts = device.removeprefix("\\\\?\\").split("#")
    if len(parts) < 3 or parts[0] != "DISPLAY":
        return ""
    return f"SYSTEM\\CurrentControlSet\\Enum\\DISPLAY\\{parts[1]}\\{parts[2]}\\Device Parameters"


class ClipboardMonitor:
    """Notices what other programs put into the clipboard, and empties it."""

    name = "windows/clipboard"
    concern = Concern.CLIPBOARD

    def __init__(self, clipboard: Clipboard, is_ours: IsOurs, program_of: ProgramOf) -> None:
        self._clipboard = clipboard
        self._is_ours = is_ours
        self._program_of = program_of
        self._sequence: int | None = None

    def probe(self) -> Probe:
        """Tell whether its number can be seen."""
        if not self._clipboard.sequence():
            reason = "The clipboard cannot be seen from here."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return _noticed("What another program puts into the clipboard is noticed and taken out within a second.")

    def poll(self, now: Reading) -> Sequence[Observation]:
        """Look once. What is there at the first look is taken out, and nobody's doing."""
        del now
        sequence, before = self._clipboard.sequence(), self._sequence
        if sequence == before:
            return ()
        self._sequence = sequence
        owner = self._clipboard.owner()
        if self._clipboard.is_empty() or (owner and self._is_ours(owner)):
            return ()
        evidence = {"selection": "clipboard", "program": self._program_of(owner)}
        written = [] if before is None else [Observation(kind=IncidentKind.CLIPBOARD_WRITTEN, evidence=evidence)]
        try:
            self._clipboard.empty()
        except Win32Failed:
            self._sequence = before  # somebody holds it open: at the next look again
            return ()
        self._sequence = self._clipboard.sequence()
        emptied: Mapping[str, str] = {"selection": "clipboard"}
        return [*written, Observation(kind=IncidentKind.CLIPBOARD_EMPTIED, evidence=emptied)]
