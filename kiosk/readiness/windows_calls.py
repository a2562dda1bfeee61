"""The calls of Windows that a stranger makes, and the window about itself: declarations, as in ``kiosk.lockdown.windows.calls``.

Owns their types and numbers. A stranger has a table of his own, also of what is declared there for others.

Source: winuser.h, wingdi.h, winbase.h, winnt.h, debugapi.h.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from ctypes import c_int32, c_int64, c_size_t, c_uint16, c_uint32, c_void_p, c_wchar_p
from typing import Any, ClassVar, Final, TypeAlias

from kiosk.lockdown.windows.structs import Handle

_B, _D, _I, _P, _T = c_int32, c_uint32, c_int32, c_void_p, c_wchar_p
"""BOOL, DWORD, int, a pointer, a text."""
Declarations: TypeAlias = Mapping[str, tuple[Any, Sequence[Any]]]
"""By name: what a function returns, and what it takes."""

USER32: Final[Declarations] = {
    "CloseClipboard": (_B, ()),
    "CreateWindowExW": (Handle, (_D, _T, _T, _D, _I, _I, _I, _I, Handle, Handle, Handle, _P)),
    "DestroyWindow": (_B, (Handle,)),
    "DispatchMessageW": (c_int64, (_P,)),
    "EmptyClipboard": (_B, ()),
    "GetClipboardData": (Handle, (_D,)),
    "GetDC": (Handle, (Handle,)),
    "GetKeyboardLayoutNameW": (_B, (_P,)),
    "GetSystemMetrics": (_I, (_I,)),
    "MapVirtualKeyW": (_D, (_D, _D)),
    "OpenClipboard": (_B, (Handle,)),
    "PeekMessageW": (_B, (_P, Handle, _D, _D, _D)),
    "ReleaseDC": (_I, (Handle, Handle)),
    "SendInput": (_D, (_D, _P, _I)),
    "SetClipboardData": (Handle, (_D, Handle)),
    "SetForegroundWindow": (_B, (Handle,)),
    "SetProcessDpiAwarenessContext": (_B, (c_int64,)),
    "TranslateMessage": (_B, (_P,)),
}
GDI32: Final[Declarations] = {
    "BitBlt": (_B, (Handle, _I, _I, _I, _I, Handle, _I, _I, _D)),
    "CreateCompatibleBitmap": (Handle, (Handle, _I, _I)),
    "CreateCompatibleDC": (Handle, (Handle,)),
    "DeleteDC": (_B, (Handle,)),
    "DeleteObject": (_B, (Handle,)),
    "GetPixel": (_D, (Handle, _I, _I)),
    "SelectObject": (Handle, (Handle, Handle)),
}
KERNEL32: Final[Declarations] = {
    "CloseHandle": (_B, (Handle,)),
    "DebugActiveProcess": (_B, (_D,)),
    "DebugActiveProcessStop": (_B, (_D,)),
    "DebugSetProcessKillOnExit": (_B, (_B,)),
    "GetModuleHandleW": (Handle, (_T,)),
    "GlobalAlloc": (Handle, (_D, c_size_t)),
    "GlobalFree": (Handle, (Handle,)),
    "GlobalLock": (Handle, (Handle,)),
    "GlobalSize": (c_size_t, (Handle,)),
    "GlobalUnlock": (_B, (Handle,)),
    "IsDebuggerPresent": (_B, ()),
    "OpenProcess": (Handle, (_D, _B, _D)),
    "ReadProcessMemory": (_B, (Handle, Handle, _P, c_size_t, _P)),
}
NTDLL: Final[Declarations] = {
    "RtlGetVersion": (_I, (_P,)),
    "wine_get_version": (Handle, ()),
}

PROCESS_VM_READ: Final = 0x0010
KEYEVENTF_EXTENDEDKEY: Final = 0x0001
INPUT_MOUSE: Final = 0
MOUSEEVENTF_MOVE: Final = 0x0001
MOUSEEVENTF_MIDDLEDOWN: Final = 0x0020
MOUSEEVENTF_MIDDLEUP: Final = 0x0040
MOUSEEVENTF_ABSOLUTE: Final = 0x8000
MOUSE_MIDDLE: Final = 0x8000
"""Half of the 65536 that a screen is wide, and high, to absolute moves of the mouse."""
MAPVK_VK_TO_CHAR: Final = 2
WS_CAPTION: Final = 0x00C0_0000
WS_VISIBLE: Final = 0x1000_0000
WS_EX_TOPMOST: Final = 0x0008
PM_REMOVE: Final = 1
SM_CXSCREEN: Final = 0
SM_CYSCREEN: Final = 1
CF_UNICODETEXT: Final = 13
GMEM_MOVEABLE: Final = 0x0002
SRCCOPY: Final = 0x00CC_0020
CAPTUREBLT: Final = 0x4000_0000
CLR_INVALID: Final = 0xFFFF_FFFF
DPI_PER_MONITOR_V2: Final = -4
KL_NAMELENGTH: Final = 9


class OsVersion(ctypes.Structure):
    """OSVERSIONINFOW, winnt.h."""

    _fields_: ClassVar = [
        ("size", c_uint32),
        ("major", c_uint32),
        ("minor", c_uint32),
        ("build", c_uint32),
        ("platform", c_uint32),
        ("service_pack", c_uint16 * 128),
    ]
