"""Processes, sessions, supply, time, clipboard and shortcuts, by calls of kernel32, advapi32 and user32. See ``api``."""

from __future__ import annotations

import ctypes
import os
from ctypes import c_int32, c_uint16, c_uint32, c_uint64
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import Power, ProcessSeen, Shortcut, Win32Failed
from kiosk.lockdown.windows.calls import ADVAPI32, KERNEL32, USER32, Library
from kiosk.lockdown.windows.structs import Handle, text_of

_UNKNOWN: Final = 0xFF  # SYSTEM_POWER_STATUS: of the supply and of the percentage alike
_NO_BATTERY: Final = 0x80
_NO_SESSION: Final = 0xFFFF_FFFF
_PATH_MAX: Final = 260
_TICKS_A_MS: Final = 10_000  # QueryUnbiasedInterruptTime counts in 100 ns
_AWAKE: Final = structs.ES_SYSTEM_REQUIRED | structs.ES_DISPLAY_REQUIRED


class RealMachine:
    """This machine."""

    def __init__(self) -> None:
        self._kernel32 = Library("kernel32", KERNEL32)
        self._advapi32 = Library("advapi32", ADVAPI32)

    def processes(self) -> list[ProcessSeen]:
        """Return every process, by a snapshot of tlhelp32."""
        snapshot = self._kernel32.ask("CreateToolhelp32Snapshot", structs.TH32CS_SNAPPROCESS, 0)
        if snapshot in {0, structs.INVALID_HANDLE}:
            return []
        entry = structs.ProcessEntry(size=ctypes.sizeof(structs.ProcessEntry))
        found: list[ProcessSeen] = []
        more = self._kernel32.ask("Process32FirstW", snapshot, ctypes.byref(entry))
        while more:
            found.append(ProcessSeen(pid=entry.pid, parent=entry.parent, program=text_of(entry.program)))
            more = self._kernel32.ask("Process32NextW", snapshot, ctypes.byref(entry))
        self._kernel32.ask("CloseHandle", snapshot)
        return found

    def is_debugged(self, pid: int) -> bool:
        """Ask for a debugger of another process."""
        handle = self._kernel32.ask("OpenProcess", structs.PROCESS_QUERY_INFORMATION, 0, pid)
        if not handle:
            return False
        present = c_int32()
        told = self._kernel32.ask("CheckRemoteDebuggerPresent", handle, ctypes.byref(present))
        self._kernel32.ask("CloseHandle", handle)
        return bool(told and present.value)

    def power(self) -> Power | None:
        """Return how the machine is supplied."""
        status = structs.PowerStatus()
        if not self._kernel32.ask("GetSystemPowerStatus", ctypes.byref(status)):
            return None
        return power_of(status)

    def since_start_ms(self) -> int:
        """Return GetTickCount64: it goes on while the machine sleeps."""
        return self._kernel32.ask("GetTickCount64")

    def awake_ms(self) -> int:
        """Return the unbiased interrupt time: it stands still while the machine sleeps."""
        ticks = c_uint64()
        self._kernel32.ask("QueryUnbiasedInterruptTime", ctypes.byref(ticks))
        return ticks.value // _TICKS_A_MS

    def own_session(self) -> int:
        """Return the number of this process's session."""
        session = c_uint32()
        self._kernel32.ask("ProcessIdToSessionId", os.getpid(), ctypes.byref(session))
        return session.value

    def console_session(self) -> int | None:
        """Return the number of the session at the screen."""
        session = self._kernel32.ask("WTSGetActiveConsoleSessionId")
        return None if session == _NO_SESSION else session

    def stay_awake(self, *, wanted: bool) -> bool:
        """Say that machine and screen have to stay on, and return whether that was said before."""
        wish = structs.ES_CONTINUOUS | (_AWAKE if wanted else 0)
        before = self._kernel32.do("SetThreadExecutionState", wish)
        return before & _AWAKE == _AWAKE

    def is_elevated(self) -> bool:
        """Ask this process's token."""
        token, elevated, length = Handle(), c_uint32(), c_uint32()
        process = self._kernel32.ask("GetCurrentProcess")
        if not self._advapi32.ask("OpenProcessToken", process, structs.TOKEN_QUERY, ctypes.byref(token)):
            return False
        place = (structs.TOKEN_ELEVATION, ctypes.byref(elevated), ctypes.sizeof(elevated), ctypes.byref(length))
        told = self._advapi32.ask("GetTokenInformation", token, *place)
        self._kernel32.ask("CloseHandle", token)
        return bool(told and elevated.value)

    def system_root(self) -> str:
        """Ask for GetSystemWindowsDirectoryW."""
        place = (c_uint16 * _PATH_MAX)()
        return text_of(place) if self._kernel32.ask("GetSystemWindowsDirectoryW", place, _PATH_MAX) else ""


def power_of(status: structs.PowerStatus) -> Power:
    """Return what a SYSTEM_POWER_STATUS says."""
    on_mains = None if status.on_mains == _UNKNOWN else status.on_mains == 1
    has_battery = status.battery == _UNKNOWN or not status.battery & _NO_BATTERY
    return Power(on_mains=on_mains, percent=status.percent if has_battery and status.percent != _UNKNOWN else None)


class RealClipboard:
    """The clipboard of this session."""

    def __init__(self) -> None:
        self._user32 = Library("user32", USER32)

    def sequence(self) -> int:
        """Return its sequence number."""
        return self._user32.ask("GetClipboardSequenceNumber")

    def owner(self) -> int:
        """Return its owner's process."""
        window = self._user32.ask("GetClipboardOwner")
        pid = c_uint32()
        if window:
            self._user32.ask("GetWindowThreadProcessId", window, ctypes.byref(pid))
        return pid.value

    def is_empty(self) -> bool:
        """Count its formats."""
        return not self._user32.ask("CountClipboardFormats")

    def empty(self) -> None:
        """Empty it."""
        self._user32.do("OpenClipboard", 0)
        try:
            self._user32.do("EmptyClipboard")
        finally:
            self._user32.ask("CloseClipboard")


_GET_AND_SET: Final = {
    Shortcut.STICKY_KEYS: (structs.SPI_GETSTICKYKEYS, structs.SPI_SETSTICKYKEYS),
    Shortcut.FILTER_KEYS: (structs.SPI_GETFILTERKEYS, structs.SPI_SETFILTERKEYS),
    Shortcut.TOGGLE_KEYS: (structs.SPI_GETTOGGLEKEYS, structs.SPI_SETTOGGLEKEYS),
}


class RealShortcuts:
    """The accessibility shortcuts of this session."""

    def __init__(self) -> None:
        self._user32 = Library("user32", USER32)

    def flags(self, shortcut: Shortcut) -> int | None:
        """Return its flags."""
        state = self._state(shortcut)
        return None if state is None else int(state.flags)

    def set_flags(self, shortcut: Shortcut, flags: int) -> None:
        """Set its flags."""
        state = self._state(shortcut)
        if state is None:
            raise Win32Failed("SystemParametersInfoW", 0)
        state.flags = flags
        _, number = _GET_AND_SET[shortcut]
        self._user32.do("SystemParametersInfoW", number, ctypes.sizeof(state), ctypes.byref(state), 0)

    def _state(self, shortcut: Shortcut) -> structs.StickyKeys | structs.FilterKeys | None:
        kind = structs.FilterKeys if shortcut is Shortcut.FILTER_KEYS else structs.StickyKeys
        state = kind(size=ctypes.sizeof(kind))
        number, _ = _GET_AND_SET[shortcut]
        told = self._user32.ask("SystemParametersInfoW", number, ctypes.sizeof(state), ctypes.byref(state), 0)
        return state if told else None
