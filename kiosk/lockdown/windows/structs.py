"""Structures of Windows as they lie in memory on a 64-bit machine, and the numbers that go with them.

Owns layout. The types have explicit widths, because those of ``ctypes.wintypes`` are as wide as the system they run on says: so
that the layout is the same, and tested, on every system. Texts are arrays of UTF-16 units for the same reason.

Source: the headers of the Windows SDK named at each structure; sizes and offsets are checked against mingw-w64's headers.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int16, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64
from typing import ClassVar, Final

Handle = c_size_t
"""HANDLE, HWND, HHOOK, HKEY …: as wide as a pointer."""

# hooks and messages, from winuser.h
WH_KEYBOARD_LL: Final = 13
WH_MOUSE_LL: Final = 14
HC_ACTION: Final = 0
WM_QUIT: Final = 0x0012
WM_KEYDOWN: Final = 0x0100
WM_KEYUP: Final = 0x0101
WM_SYSKEYDOWN: Final = 0x0104
WM_SYSKEYUP: Final = 0x0105
WM_MOUSEMOVE: Final = 0x0200
WM_LBUTTONDOWN: Final = 0x0201
WM_LBUTTONUP: Final = 0x0202
WM_RBUTTONDOWN: Final = 0x0204
WM_RBUTTONUP: Final = 0x0205
WM_MBUTTONDOWN: Final = 0x0207
WM_MBUTTONUP: Final = 0x0208
WM_MOUSEWHEEL: Final = 0x020A
WM_XBUTTONDOWN: Final = 0x020B
WM_XBUTTONUP: Final = 0x020C
WM_MOUSEHWHEEL: Final = 0x020E
LLKHF_LOWER_IL_INJECTED: Final = 0x02
LLKHF_INJECTED: Final = 0x10
LLMHF_INJECTED: Final = 0x01
LLMHF_LOWER_IL_INJECTED: Final = 0x02
INPUT_KEYBOARD: Final = 1
KEYEVENTF_KEYUP: Final = 0x0002
VK_F24: Final = 0x87

# the screen, from winuser.h
SM_REMOTESESSION: Final = 0x1000
WDA_NONE: Final = 0x00
WDA_MONITOR: Final = 0x01
WDA_EXCLUDEFROMCAPTURE: Final = 0x11
UOI_NAME: Final = 2
DESKTOP_READOBJECTS: Final = 0x0001
DESKTOP_SWITCHDESKTOP: Final = 0x0100
GENERIC_ALL: Final = 0x1000_0000
EDD_GET_DEVICE_INTERFACE_NAME: Final = 1
DISPLAY_DEVICE_ACTIVE: Final = 1
DISPLAY_DEVICE_MIRRORING_DRIVER: Final = 8
SPI_GETFILTERKEYS: Final = 0x32
SPI_SETFILTERKEYS: Final = 0x33
SPI_GETTOGGLEKEYS: Final = 0x34
SPI_SETTOGGLEKEYS: Final = 0x35
SPI_GETSTICKYKEYS: Final = 0x3A
SPI_SETSTICKYKEYS: Final = 0x3B
HOTKEY_ACTIVE: Final = 0x04
"""SKF_, FKF_ and TKF_HOTKEYACTIVE alike: the feature can be turned on by pressing a key often or long."""
DWMWA_CLOAKED: Final = 14  # dwmapi.h

# processes and jobs, from winnt.h, winbase.h and tlhelp32.h
JOB_OBJECT_LIMIT_ACTIVE_PROCESS: Final = 0x0008
JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION: Final = 0x0400
JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE: Final = 0x2000
JOB_BASIC_ACCOUNTING: Final = 1
JOB_EXTENDED_LIMIT: Final = 9
CREATE_SUSPENDED: Final = 0x0004
CREATE_UNICODE_ENVIRONMENT: Final = 0x0400
CREATE_NO_WINDOW: Final = 0x0800_0000
EXTENDED_STARTUPINFO_PRESENT: Final = 0x0008_0000
ATTRIBUTE_HANDLE_LIST: Final = 0x0002_0002  # PROC_THREAD_ATTRIBUTE_HANDLE_LIST
WAIT_TIMEOUT: Final = 0x0102
PROCESS_TERMINATE: Final = 0x0001
PROCESS_SET_QUOTA: Final = 0x0100
PROCESS_QUERY_INFORMATION: Final = 0x0400
PROCESS_QUERY_LIMITED_INFORMATION: Final = 0x1000
SYNCHRONIZE: Final = 0x0010_0000
TH32CS_SNAPPROCESS: Final = 2
INVALID_HANDLE: Final = (1 << 64) - 1
ES_SYSTEM_REQUIRED: Final = 0x0000_0001
ES_DISPLAY_REQUIRED: Final = 0x0000_0002
ES_CONTINUOUS: Final = 0x8000_0000
TOKEN_QUERY: Final = 0x0008
TOKEN_ELEVATION: Final = 20

# the registry, from winreg.h and winerror.h
HKEY_CURRENT_USER: Final = 0x8000_0001
HKEY_LOCAL_MACHINE: Final = 0x8000_0002
HKEY_USERS: Final = 0x8000_0003
KEY_READ: Final = 0x0002_0019
KEY_WRITE: Final = 0x0002_0006
KEY_WOW64_64KEY: Final = 0x0100
REG_SZ: Final = 1
REG_DWORD: Final = 4
REG_CREATED_NEW_KEY: Final = 1
ERROR_SUCCESS: Final = 0
ERROR_FILE_NOT_FOUND: Final = 2
ERROR_ACCESS_DENIED: Final = 5
ERROR_MORE_DATA: Final = 234


class KeyboardStroke(ctypes.Structure):
    """KBDLLHOOKSTRUCT, winuser.h."""

    _fields_: ClassVar = [
        ("vk", c_uint32),
        ("scan", c_uint32),
        ("flags", c_uint32),
        ("time", c_uint32),
        ("extra", c_uint64),
    ]


class MouseStroke(ctypes.Structure):
    """MSLLHOOKSTRUCT, winuser.h."""

    _fields_: ClassVar = [
        ("x", c_int32),
        ("y", c_int32),
        ("data", c_uint32),
        ("flags", c_uint32),
        ("time", c_uint32),
        ("extra", c_uint64),
    ]


class KeyboardInput(ctypes.Structure):
    """KEYBDINPUT, winuser.h."""

    _fields_: ClassVar = [
        ("vk", c_uint16),
        ("scan", c_uint16),
        ("flags", c_uint32),
        ("time", c_uint32),
        ("extra", c_uint64),
    ]


class MouseInput(ctypes.Structure):
    """MOUSEINPUT, winuser.h."""

    _fields_: ClassVar = [
        ("x", c_int32),
        ("y", c_int32),
        ("data", c_uint32),
        ("flags", c_uint32),
        ("time", c_uint32),
        ("extra", c_uint64),
    ]


class _InputUnion(ctypes.Union):
    _fields_: ClassVar = [("mouse", MouseInput), ("keyboard", KeyboardInput)]


class Input(ctypes.Structure):
    """INPUT, winuser.h."""

    _fields_: ClassVar = [("type", c_uint32), ("of", _InputUnion)]


class Message(ctypes.Structure):
    """MSG, winuser.h."""

    _fields_: ClassVar = [
        ("window", Handle),
        ("message", c_uint32),
        ("wparam", c_uint64),
        ("lparam", c_int64),
        ("time", c_uint32),
        ("x", c_int32),
        ("y", c_int32),
    ]


class Rect(ctypes.Structure):
    """RECT, windef.h."""

    _fields_: ClassVar = [("left", c_int32), ("top", c_int32), ("right", c_int32), ("bottom", c_int32)]


class MonitorInfo(ctypes.Structure):
    """MONITORINFOEXW, winuser.h."""

    _fields_: ClassVar = [
        ("size", c_uint32),
        ("monitor", Rect),
        ("work", Rect),
        ("flags", c_uint32),
        ("device", c_uint16 * 32),
    ]


class DisplayDevice(ctypes.Structure):
    """DISPLAY_DEVICEW, wingdi.h."""

    _fields_: ClassVar = [
        ("size", c_uint32),
        ("name", c_uint16 * 32),
        ("text", c_uint16 * 128),
        ("state", c_uint32),
        ("id", c_uint16 * 128),
        ("key", c_uint16 * 128),
    ]


class StickyKeys(ctypes.Structure):
    """STICKYKEYS and TOGGLEKEYS, winuser.h."""

    _fields_: ClassVar = [("size", c_uint32), ("flags", c_uint32)]


class FilterKeys(ctypes.Structure):
    """FILTERKEYS, winuser.h."""

    _fields_: ClassVar = [
        ("size", c_uint32),
        ("flags", c_uint32),
        ("wait_ms", c_uint32),
        ("delay_ms", c_uint32),
        ("repeat_ms", c_uint32),
        ("bounce_ms", c_uint32),
    ]


class JobBasicLimit(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION, winnt.h."""

    _fields_: ClassVar = [
        ("process_time", c_int64),
        ("job_time", c_int64),
        ("limit_flags", c_uint32),
        ("minimum_working_set", c_size_t),
        ("maximum_working_set", c_size_t),
        ("active_process_limit", c_uint32),
        ("affinity", c_uint64),
        ("priority_class", c_uint32),
        ("scheduling_class", c_uint32),
    ]


class JobExtendedLimit(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, winnt.h."""

    _fields_: ClassVar = [
        ("basic", JobBasicLimit),
        ("io", c_uint64 * 6),
        ("process_memory", c_size_t),
        ("job_memory", c_size_t),
        ("peak_process_memory", c_size_t),
        ("peak_job_memory", c_size_t),
    ]


class JobAccounting(ctypes.Structure):
    """JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, winnt.h."""

    _fields_: ClassVar = [
        ("times", c_int64 * 4),
        ("page_faults", c_uint32),
        ("total_processes", c_uint32),
        ("active_processes", c_uint32),
        ("terminated_processes", c_uint32),
    ]


class StartupInfo(ctypes.Structure):
    """STARTUPINFOW, processthreadsapi.h."""

    _fields_: ClassVar = [
        ("size", c_uint32),
        ("reserved", c_size_t),
        ("desktop", c_size_t),
        ("title", c_size_t),
        ("x", c_uint32),
        ("y", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("width_chars", c_uint32),
        ("height_chars", c_uint32),
        ("fill", c_uint32),
        ("flags", c_uint32),
        ("show", c_uint16),
        ("reserved_bytes", c_uint16),
        ("reserved_data", c_size_t),
        ("stdin", Handle),
        ("stdout", Handle),
        ("stderr", Handle),
    ]


class StartupInfoEx(ctypes.Structure):
    """STARTUPINFOEXW, winbase.h; ``attributes`` is the address of a list (LPPROC_THREAD_ATTRIBUTE_LIST)."""

    _fields_: ClassVar = [("info", StartupInfo), ("attributes", c_size_t)]


class ProcessInformation(ctypes.Structure):
    """PROCESS_INFORMATION, processthreadsapi.h."""

    _fields_: ClassVar = [("process", Handle), ("thread", Handle), ("pid", c_uint32), ("tid", c_uint32)]


class ProcessEntry(ctypes.Structure):
    """PROCESSENTRY32W, tlhelp32.h."""

    _fields_: ClassVar = [
        ("size", c_uint32),
        ("usage", c_uint32),
        ("pid", c_uint32),
        ("heap", c_size_t),
        ("module", c_uint32),
        ("threads", c_uint32),
        ("parent", c_uint32),
        ("priority", c_int32),
        ("flags", c_uint32),
        ("program", c_uint16 * 260),
    ]


class PowerStatus(ctypes.Structure):
    """SYSTEM_POWER_STATUS, winbase.h."""

    _fields_: ClassVar = [
        ("on_mains", c_uint8),
        ("battery", c_uint8),
        ("percent", c_uint8),
        ("saving", c_uint8),
        ("left_s", c_uint32),
        ("whole_s", c_uint32),
    ]


def text_of(units: ctypes.Array[c_uint16]) -> str:
    """Return the text in an array of UTF-16 units, up to the first zero. What is no text is shown as such."""
    return bytes(units).decode("utf-16-le", errors="replace").split("\0", 1)[0]


def units_of(text: str) -> ctypes.Array[c_uint16]:
    """Return a text as UTF-16 units with a zero behind."""
    data = text.encode("utf-16-le") + b"\0\0"
    return (c_uint16 * (len(data) // 2)).from_buffer_copy(data)


def high_word(data: int) -> int:
    """Return the upper half of a DWORD as a signed number (HIWORD, windef.h)."""
    return c_int16(data >> 16 & 0xFFFF).value
