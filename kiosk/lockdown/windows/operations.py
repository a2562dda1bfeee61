"""What is changed on Windows beside policies: the desktop that is shown, shortcuts of the system, sleep, who may capture.

Owns one operation each. Refuses to know when they are made. The snapshot of what ends with the process is a constant: nothing
of it is left when the process is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows.api import Machine, Screen, Shortcut, Shortcuts, Win32Failed, WindowHandle
from kiosk.lockdown.windows.structs import HOTKEY_ACTIVE, WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR, WDA_NONE
from kiosk.lockdown.windows.verification import as_verified
from signing.canonical import decode, encode
from signing.errors import Refused
from signing.fields import Fields

ENDS_WITH_US: Final = b"ends with the process"
USERS_DESKTOP: Final = "Default"
_SNAPSHOT_MAX: Final = 1_024


class OwnDesktop:
    """Shows a desktop where nothing is but what the supervisor starts there, and has the supervisor look there.

    Args:
        screen: of the session.
        desktop: its name. Not a secret: who may open it decides the desktop's own protection.
    """

    name = "windows/desktop"
    concern = Concern.APP_SWITCHING

    def __init__(self, screen: Screen, desktop: str) -> None:
        self._screen = screen
        self._desktop = desktop
        self._is_made = False

    @property
    def there(self) -> str:
        """Where programs of the exam are started: this desktop while it is made, otherwise where this process is; empty."""
        return self._desktop if self._is_made else ""

    def probe(self) -> Probe:
        """Tell whether this process is on a desktop that gets input."""
        if self._screen.input_desktop() is None:
            reason = "This program is not in the session at the screen."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return as_verified(Probe(capability=Capability.ENFORCED))

    def snapshot(self) -> bytes:
        """Return the name of the desktop that is shown; one of ours that a crash has left is none to go back to."""
        shown = self._screen.input_desktop()
        if shown is None:
            raise OperationFailed(self.name, "Windows does not say which desktop is shown.")
        return encode({"desktop": USERS_DESKTOP if shown == self._desktop else shown})

    def apply(self) -> None:
        """Make the desktop, look there from now on, and show it. To be called by the thread that asks the monitors."""
        self._do(lambda: self._screen.make_desktop(self._desktop))
        self._do(lambda: self._screen.stand_on(self._desktop))
        self._do(lambda: self._screen.switch_desktop(self._desktop))
        self._is_made = True

    def verify(self) -> str:
        """Ask which desktop is shown. While the secure one is (Ctrl+Alt+Delete), that is for the monitor to tell."""
        shown = self._screen.input_desktop()
        return "" if shown in {None, self._desktop} else f"The desktop {shown} is shown."

    def revert(self, snapshot: bytes) -> None:
        """Show what was shown before, and let go of ours."""
        self._is_made = False
        try:
            fields = Fields(decode(snapshot, place=self.name, max_bytes=_SNAPSHOT_MAX), self.name)
            before = fields.text("desktop")
        except Refused as refused:
            raise OperationFailed(self.name, f"The snapshot cannot be read: {refused}") from refused
        if self._screen.input_desktop() != before:
            self._do(lambda: self._screen.switch_desktop(before))
        self._do(self._screen.stand_back)
        self._do(lambda: self._screen.close_desktop(self._desktop))

    def _do(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed


class ShortcutsOff:
    """Takes the shortcuts of sticky, filter and toggle keys away; who has them turned on keeps them."""

    name = "windows/accessibility-shortcuts"
    concern = Concern.SYSTEM_KEYS

    def __init__(self, shortcuts: Shortcuts) -> None:
        self._shortcuts = shortcuts

    def probe(self) -> Probe:
        """Tell whether they are there."""
        if all(self._shortcuts.flags(each) is None for each in Shortcut):
            reason = "Windows does not say how its accessibility shortcuts are."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        reason = "Shift pressed five times opens nothing; other keys of the system are not its matter."
        return as_verified(Probe(capability=Capability.DETECT_ONLY, reason=reason))

    def snapshot(self) -> bytes:
        """Return the flags of each."""
        found = {each.value: self._shortcuts.flags(each) for each in Shortcut}
        return encode({name: flags for name, flags in found.items() if flags is not None})

    def apply(self) -> None:
        """Clear the one flag of each."""
        for each in Shortcut:
            flags = self._shortcuts.flags(each)
            if flags is not None and flags & HOTKEY_ACTIVE:
                self._set(each, flags & ~HOTKEY_ACTIVE)

    def verify(self) -> str:
        """Read the flags back."""
        on = [each.value for each in Shortcut if (self._shortcuts.flags(each) or 0) & HOTKEY_ACTIVE]
        return f"The shortcut of {on[0]} is on." if on else ""

    def revert(self, snapshot: bytes) -> None:
        """Put the flags back."""
        try:
            fields = Fields(decode(snapshot, place=self.name, max_bytes=_SNAPSHOT_MAX), self.name)
            before = {each: fields.integer(each.value) for each in Shortcut if fields.has(each.value)}
        except Refused as refused:
            raise OperationFailed(self.name, f"The snapshot cannot be read: {refused}") from refused
        for each, flags in before.items():
            if self._shortcuts.flags(each) != flags:
                self._set(each, flags)

    def _set(self, shortcut: Shortcut, flags: int) -> None:
        try:
            self._shortcuts.set_flags(shortcut, flags)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed


class StayAwake:
    """Keeps machine and screen on, for as long as this thread lives. Lid and power key are the system's all the same."""

    name = "windows/stay-awake"
    concern = Concern.SUSPEND

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def probe(self) -> Probe:
        """It works everywhere."""
        reason = (
            "The machine does not fall asleep by itself; lid and power key still put it to sleep, which is noticed."
        )
        return as_verified(Probe(capability=Capability.DETECT_ONLY, reason=reason))

    def snapshot(self) -> bytes:
        """Nothing is left of it."""
        return ENDS_WITH_US

    def apply(self) -> None:
        """Say it."""
        self._say(wanted=True)

    def verify(self) -> str:
        """Say it again, which tells what was said before."""
        try:
            return "" if self._machine.stay_awake(wanted=True) else "The machine was allowed to fall asleep."
        except Win32Failed as failed:
            return str(failed)

    def revert(self, snapshot: bytes) -> None:
        """Take it back."""
        del snapshot
        self._say(wanted=False)

    def _say(self, *, wanted: bool) -> None:
        try:
            self._machine.stay_awake(wanted=wanted)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed


CAPTURE_PROBE: Final = as_verified(
    Probe(
        capability=Capability.DETECT_ONLY,
        reason="Programs get a picture without the exam; cameras and capture cards do not ask.",
    )
)
"""What the window does for itself; that it fails is an incident."""


class CaptureGuard:
    """Keeps windows out of pictures of the screen. Only the process whose windows they are may do so: this is the window's.

    Args:
        screen: of the session.
        windows: those to keep out, asked at every look.
    """

    name = "windows/capture-guard"
    concern = Concern.SCREEN_CAPTURE

    def __init__(self, screen: Screen, windows: Callable[[], Sequence[WindowHandle]]) -> None:
        self._screen = screen
        self._windows = windows

    def probe(self) -> Probe:
        """Tell whether windows can be asked who may capture them."""
        if any(self._screen.affinity(window) is None for window in self._windows()):
            reason = "Windows does not say who may capture a window."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        return CAPTURE_PROBE

    def snapshot(self) -> bytes:
        """Nothing is left of it."""
        return ENDS_WITH_US

    def apply(self) -> None:
        """Keep the windows out; where Windows is too old for that, they are black in pictures.

        Raises:
            OperationFailed: for one of them; the others are kept out.
        """
        failures: list[OperationFailed] = []
        for window in self._windows():
            if self._screen.affinity(window) in {WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR}:
                continue
            try:
                self._keep_out(window)
            except OperationFailed as failed:
                failures.append(failed)
        if failures:
            raise failures[0]

    def verify(self) -> str:
        """Read back what was set: that a call succeeded says little."""
        kept_out = {WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR}
        seen = [window for window in self._windows() if self._screen.affinity(window) not in kept_out]
        return "A window of the exam can be captured." if seen else ""

    def revert(self, snapshot: bytes) -> None:
        """Let the windows be captured."""
        del snapshot
        for window in self._windows():
            if self._screen.affinity(window) not in {WDA_NONE, None}:
                self._set(window, WDA_NONE)

    def _keep_out(self, window: WindowHandle) -> None:
        try:
            self._screen.set_affinity(window, WDA_EXCLUDEFROMCAPTURE)
        except Win32Failed:
            self._set(window, WDA_MONITOR)

    def _set(self, window: WindowHandle, affinity: int) -> None:
        try:
            self._screen.set_affinity(window, affinity)
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed
