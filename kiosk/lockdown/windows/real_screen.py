"""Windows, desktops and displays, by calls of user32 and dwmapi. See ``api.Screen``."""

from __future__ import annotations

import ctypes
from ctypes import c_uint16, c_uint32
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import MonitorSeen, WindowHandle, WindowSeen
from kiosk.lockdown.windows.calls import DWMAPI, KERNEL32, USER32, Library, MonitorVisitor, WindowVisitor
from kiosk.lockdown.windows.structs import text_of

TITLE_MAX: Final = 200
WINDOWS_MAX: Final = 2_000
OUTPUTS_MAX: Final = 32
_DESKTOP_RIGHTS: Final = structs.DESKTOP_READOBJECTS | structs.DESKTOP_SWITCHDESKTOP


class RealScreen:
    """The screen of this session, seen by one thread without windows. Desktops that are made are held until they are closed."""

    def __init__(self) -> None:
        self._user32 = Library("user32", USER32)
        self._dwmapi = Library("dwmapi", DWMAPI)
        self._kernel32 = Library("kernel32", KERNEL32)
        self._desktops: dict[str, int] = {}
        self._first = 0

    def windows(self) -> list[WindowSeen]:
        """Return the windows that show something."""
        handles: list[int] = []

        def visit(handle: int, _: int) -> int:
            handles.append(handle)
            return int(len(handles) < WINDOWS_MAX)

        self._user32.ask("EnumWindows", WindowVisitor(visit), 0)
        seen = (self._window(handle) for handle in handles if self._is_shown(handle))
        return [window for window in seen if window is not None]

    def foreground(self) -> WindowSeen | None:
        """Return the window that gets the keys."""
        handle = self._user32.ask("GetForegroundWindow")
        return self._window(handle, also_without_area=True) if handle else None

    def monitors(self) -> list[MonitorSeen]:
        """Return what is plugged in."""
        geometries = self._geometries()
        found: list[MonitorSeen] = []
        for adapter in self._devices(None, 0):
            if adapter.state & structs.DISPLAY_DEVICE_MIRRORING_DRIVER:
                continue
            output = text_of(adapter.name)
            geometry = geometries.get(output, "")
            plugged = self._devices(output, structs.EDD_GET_DEVICE_INTERFACE_NAME)
            for monitor in plugged:
                shows = bool(monitor.state & structs.DISPLAY_DEVICE_ACTIVE)
                found.append(MonitorSeen(output=output, device=text_of(monitor.id), geometry=geometry if shows else ""))
            if not plugged and geometry:
                found.append(MonitorSeen(output=output, device="", geometry=geometry))
        return found

    def is_remote(self) -> bool:
        """Ask SM_REMOTESESSION."""
        return bool(self._user32.ask("GetSystemMetrics", structs.SM_REMOTESESSION))

    def input_desktop(self) -> str | None:
        """Return the name of the desktop that gets the input."""
        handle = self._user32.ask("OpenInputDesktop", 0, 0, structs.DESKTOP_READOBJECTS)
        if not handle:
            return None
        name, needed = (c_uint16 * 128)(), c_uint32()
        size = ctypes.sizeof(name)
        told = self._user32.ask("GetUserObjectInformationW", handle, structs.UOI_NAME, name, size, ctypes.byref(needed))
        self._user32.ask("CloseDesktop", handle)
        return text_of(name) if told else None

    def make_desktop(self, name: str) -> None:
        """Make a desktop."""
        if name not in self._desktops:
            made = (name, None, None, 0, structs.GENERIC_ALL, None)
            self._desktops[name] = self._user32.do("CreateDesktopW", *made)

    def stand_on(self, name: str) -> None:
        """Have this thread stand on a desktop that was made."""
        if not self._first:  # a handle that is nobody's to close
            self._first = self._user32.do("GetThreadDesktop", self._kernel32.ask("GetCurrentThreadId"))
        self._user32.do("SetThreadDesktop", self._desktops[name])

    def stand_back(self) -> None:
        """Have this thread stand where it stood at first."""
        if self._first:
            self._user32.do("SetThreadDesktop", self._first)

    def switch_desktop(self, name: str) -> None:
        """Show a desktop."""
        held = self._desktops.get(name)
        if held is not None:
            self._user32.do("SwitchDesktop", held)
            return
        handle = self._user32.do("OpenDesktopW", name, 0, 0, _DESKTOP_RIGHTS)
        try:
            self._user32.do("SwitchDesktop", handle)
        finally:
            self._user32.ask("CloseDesktop", handle)

    def close_desktop(self, name: str) -> None:
        """Let go of a desktop."""
        handle = self._desktops.pop(name, None)
        if handle is not None:
            self._user32.do("CloseDesktop", handle)

    def affinity(self, window: WindowHandle) -> int | None:
        """Read back who may capture a window."""
        affinity = c_uint32()
        told = self._user32.ask("GetWindowDisplayAffinity", window, ctypes.byref(affinity))
        return affinity.value if told else None

    def set_affinity(self, window: WindowHandle, affinity: int) -> None:
        """Say who may capture a window."""
        self._user32.do("SetWindowDisplayAffinity", window, affinity)

    def _is_shown(self, handle: int) -> bool:
        if not self._user32.ask("IsWindowVisible", handle) or self._user32.ask("IsIconic", handle):
            return False
        cloaked = (
            c_uint32()
        )  # windows of other virtual desktops and of sleeping store programs are there, and invisible
        refused = self._dwmapi.ask("DwmGetWindowAttribute", handle, structs.DWMWA_CLOAKED, ctypes.byref(cloaked), 4)
        return bool(refused) or not cloaked.value

    def _window(self, handle: int, *, also_without_area: bool = False) -> WindowSeen | None:
        rect, pid = structs.Rect(), c_uint32()
        if not self._user32.ask("GetWindowRect", handle, ctypes.byref(rect)):
            return None
        if not also_without_area and (rect.right <= rect.left or rect.bottom <= rect.top):
            return None
        self._user32.ask("GetWindowThreadProcessId", handle, ctypes.byref(pid))
        title = (c_uint16 * TITLE_MAX)()
        self._user32.ask("GetWindowTextW", handle, title, TITLE_MAX)
        return WindowSeen(handle=WindowHandle(handle), pid=pid.value, title=text_of(title), geometry=geometry_of(rect))

    def _devices(self, of: str | None, flags: int) -> list[structs.DisplayDevice]:
        found: list[structs.DisplayDevice] = []
        for number in range(OUTPUTS_MAX):
            device = structs.DisplayDevice(size=ctypes.sizeof(structs.DisplayDevice))
            if not self._user32.ask("EnumDisplayDevicesW", of, number, ctypes.byref(device), flags):
                break
            found.append(device)
        return found

    def _geometries(self) -> dict[str, str]:
        found: dict[str, str] = {}

        def visit(handle: int, _context: int, _rect: int | None, _: int) -> int:
            info = structs.MonitorInfo(size=ctypes.sizeof(structs.MonitorInfo))
            if self._user32.ask("GetMonitorInfoW", handle, ctypes.byref(info)):
                found[text_of(info.device)] = geometry_of(info.monitor)
            return 1

        self._user32.ask("EnumDisplayMonitors", 0, None, MonitorVisitor(visit), 0)
        return found


def geometry_of(rect: structs.Rect) -> str:
    """Return a rectangle as people write it: ``WIDTHxHEIGHT+X+Y``."""
    return f"{rect.right - rect.left}x{rect.bottom - rect.top}{rect.left:+}{rect.top:+}"
