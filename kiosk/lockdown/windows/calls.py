"""Calling Windows: which functions, with which types, and what a failure becomes.

Owns the declarations of every function that is called. A function that is called without its types takes and returns 32 bits,
and a handle is cut in half: so nothing is called that is not declared here. 64-bit Windows has one calling convention, and the
plain loader is the right one; 32-bit Windows is refused.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping, Sequence
from ctypes import c_int16, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, c_wchar_p
from typing import Any, Final, TypeAlias

from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.structs import Handle

WindowVisitor = ctypes.CFUNCTYPE(c_int32, Handle, c_int64)
"""WNDENUMPROC"""
MonitorVisitor = ctypes.CFUNCTYPE(c_int32, Handle, Handle, c_void_p, c_int64)
"""MONITORENUMPROC"""
HookProcedure = ctypes.CFUNCTYPE(c_int64, c_int32, c_uint64, c_int64)
"""HOOKPROC"""

_Types: TypeAlias = Sequence[Any]
_Declarations: TypeAlias = Mapping[str, tuple[Any, _Types]]

_B, _D, _P, _T = c_int32, c_uint32, c_void_p, c_wchar_p
"""BOOL, DWORD, a pointer, a text."""

USER32: Final[_Declarations] = {
    "CallNextHookEx": (c_int64, (Handle, c_int32, c_uint64, c_int64)),
    "CloseClipboard": (_B, ()),
    "CloseDesktop": (_B, (Handle,)),
    "CountClipboardFormats": (c_int32, ()),
    "CreateDesktopW": (Handle, (_T, _P, _P, _D, _D, _P)),
    "EmptyClipboard": (_B, ()),
    "EnumDisplayDevicesW": (_B, (_T, _D, _P, _D)),
    "EnumDisplayMonitors": (_B, (Handle, _P, MonitorVisitor, c_int64)),
    "EnumWindows": (_B, (WindowVisitor, c_int64)),
    "GetAsyncKeyState": (c_int16, (c_int32,)),
    "GetClipboardOwner": (Handle, ()),
    "GetClipboardSequenceNumber": (_D, ()),
    "GetForegroundWindow": (Handle, ()),
    "GetMessageW": (c_int32, (_P, Handle, _D, _D)),
    "GetMonitorInfoW": (_B, (Handle, _P)),
    "GetSystemMetrics": (c_int32, (c_int32,)),
    "GetThreadDesktop": (Handle, (_D,)),
    "GetUserObjectInformationW": (_B, (Handle, c_int32, _P, _D, _P)),
    "GetWindowDisplayAffinity": (_B, (Handle, _P)),
    "GetWindowRect": (_B, (Handle, _P)),
    "GetWindowTextW": (c_int32, (Handle, _P, c_int32)),
    "GetWindowThreadProcessId": (_D, (Handle, _P)),
    "IsIconic": (_B, (Handle,)),
    "IsWindowVisible": (_B, (Handle,)),
    "OpenClipboard": (_B, (Handle,)),
    "OpenDesktopW": (Handle, (_T, _D, _B, _D)),
    "OpenInputDesktop": (Handle, (_D, _B, _D)),
    "PostThreadMessageW": (_B, (_D, _D, c_uint64, c_int64)),
    "SendInput": (_D, (_D, _P, c_int32)),
    "SetThreadDesktop": (_B, (Handle,)),
    "SetWindowDisplayAffinity": (_B, (Handle, _D)),
    "SetWindowsHookExW": (Handle, (c_int32, HookProcedure, Handle, _D)),
    "SwitchDesktop": (_B, (Handle,)),
    "SystemParametersInfoW": (_B, (_D, _D, _P, _D)),
    "UnhookWindowsHookEx": (_B, (Handle,)),
}
KERNEL32: Final[_Declarations] = {
    "AssignProcessToJobObject": (_B, (Handle, Handle)),
    "CheckRemoteDebuggerPresent": (_B, (Handle, _P)),
    "CloseHandle": (_B, (Handle,)),
    "CreateJobObjectW": (Handle, (_P, _T)),
    "CreateProcessW": (_B, (_T, _P, _P, _P, _B, _D, _P, _T, _P, _P)),
    "CreateToolhelp32Snapshot": (Handle, (_D, _D)),
    "DeleteProcThreadAttributeList": (_D, (_P,)),
    "GetCurrentProcess": (Handle, ()),
    "GetCurrentThreadId": (_D, ()),
    "GetExitCodeProcess": (_B, (Handle, _P)),
    "GetModuleHandleW": (Handle, (_T,)),
    "GetSystemPowerStatus": (_B, (_P,)),
    "GetSystemWindowsDirectoryW": (_D, (_P, _D)),
    "GetTickCount64": (c_uint64, ()),
    "InitializeProcThreadAttributeList": (_B, (_P, _D, _D, _P)),
    "OpenProcess": (Handle, (_D, _B, _D)),
    "Process32FirstW": (_B, (Handle, _P)),
    "Process32NextW": (_B, (Handle, _P)),
    "ProcessIdToSessionId": (_B, (_D, _P)),
    "QueryInformationJobObject": (_B, (Handle, c_int32, _P, _D, _P)),
    "QueryUnbiasedInterruptTime": (_B, (_P,)),
    "ResumeThread": (_D, (Handle,)),
    "SetInformationJobObject": (_B, (Handle, c_int32, _P, _D)),
    "SetThreadExecutionState": (_D, (_D,)),
    "TerminateJobObject": (_B, (Handle, _D)),
    "TerminateProcess": (_B, (Handle, _D)),
    "UpdateProcThreadAttribute": (_B, (_P, _D, c_size_t, _P, c_size_t, _P, _P)),
    "WTSGetActiveConsoleSessionId": (_D, ()),
    "WaitForSingleObject": (_D, (Handle, _D)),
}
ADVAPI32: Final[_Declarations] = {
    "GetTokenInformation": (_B, (Handle, c_int32, _P, _D, _P)),
    "OpenProcessToken": (_B, (Handle, _D, _P)),
    "RegCloseKey": (c_int32, (Handle,)),
    "RegCreateKeyExW": (c_int32, (Handle, _T, _D, _P, _D, _D, _P, _P, _P)),
    "RegDeleteKeyExW": (c_int32, (Handle, _T, _D, _D)),
    "RegDeleteValueW": (c_int32, (Handle, _T)),
    "RegOpenKeyExW": (c_int32, (Handle, _T, _D, _D, _P)),
    "RegQueryInfoKeyW": (c_int32, (Handle, _P, _P, _P, _P, _P, _P, _P, _P, _P, _P, _P)),
    "RegQueryValueExW": (c_int32, (Handle, _T, _P, _P, _P, _P)),
    "RegSetValueExW": (c_int32, (Handle, _T, _D, _D, _P, _D)),
}
DWMAPI: Final[_Declarations] = {"DwmGetWindowAttribute": (c_int32, (Handle, _D, _P, _D))}


class Library:
    """A library of Windows with the functions that are declared for it.

    Raises:
        OSError: this is not 64-bit Windows, or it has no such library.
    """

    def __init__(self, name: str, declarations: _Declarations) -> None:
        _refuse_elsewhere(name)
        library = ctypes.CDLL(name, use_last_error=True)
        self._functions = {function: _declared(library, function, *types) for function, types in declarations.items()}

    def ask(self, function: str, *arguments: object) -> int:
        """Call a function and return what it returned; 0 where Windows has no such function."""
        call = self._functions[function]
        return 0 if call is None else int(call(*arguments) or 0)

    def do(self, function: str, *arguments: object) -> int:
        """Call a function that returns 0 when it fails.

        Raises:
            Win32Failed: it failed.
        """
        _forget_last_error()
        returned = self.ask(function, *arguments)
        if not returned:
            raise Win32Failed(function, _last_error())
        return returned

    def do_by_number(self, function: str, *arguments: object, fine: frozenset[int] = frozenset({0})) -> int:
        """Call a function that returns its error.

        Raises:
            Win32Failed: it is none of those that are fine.
        """
        returned = self.ask(function, *arguments)
        if returned not in fine:
            raise Win32Failed(function, returned)
        return returned


def _declared(library: ctypes.CDLL, name: str, result: Any, arguments: _Types) -> Callable[..., Any] | None:  # noqa: ANN401 - a type of ctypes
    try:
        function = getattr(library, name)
    except AttributeError:
        return None
    function.restype = result
    function.argtypes = list(arguments)
    return function  # type: ignore[no-any-return]  # ctypes has no type for a function of a library


def _refuse_elsewhere(name: str) -> None:
    if sys.platform != "win32" or ctypes.sizeof(c_size_t) != ctypes.sizeof(c_uint64):
        raise OSError(f"{name} is a library of 64-bit Windows")


def _forget_last_error() -> None:
    if sys.platform == "win32":
        ctypes.set_last_error(0)


def _last_error() -> int:
    if sys.platform == "win32":
        return ctypes.get_last_error()
    return 0
