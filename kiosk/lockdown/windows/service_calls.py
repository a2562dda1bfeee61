"""Which functions of Windows services, sessions and tokens are called with, and their types. See ``calls``.

Owns the declarations. Nothing is called that is not declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ctypes import c_int32, c_size_t, c_uint32, c_void_p, c_wchar_p
from typing import Any, Final

from kiosk.lockdown.windows.service_structs import ControlHandler
from kiosk.lockdown.windows.structs import Handle

_B, _D, _P, _T = c_int32, c_uint32, c_void_p, c_wchar_p

_Declarations = Mapping[str, tuple[Any, Sequence[Any]]]

SERVICES: Final[_Declarations] = {
    "ChangeServiceConfig2W": (_B, (Handle, _D, _P)),
    "ChangeServiceConfigW": (_B, (Handle, _D, _D, _D, _T, _T, _P, _P, _T, _T, _T)),
    "CloseServiceHandle": (_B, (Handle,)),
    "ControlService": (_B, (Handle, _D, _P)),
    "CreateServiceW": (Handle, (Handle, _T, _T, _D, _D, _D, _D, _T, _T, _P, _P, _T, _T)),
    "DeleteService": (_B, (Handle,)),
    "OpenSCManagerW": (Handle, (_T, _T, _D)),
    "OpenServiceW": (Handle, (Handle, _T, _D)),
    "QueryServiceConfig2W": (_B, (Handle, _D, _P, _D, _P)),
    "QueryServiceConfigW": (_B, (Handle, _P, _D, _P)),
    "QueryServiceStatusEx": (_B, (Handle, c_int32, _P, _D, _P)),
    "RegisterServiceCtrlHandlerExW": (c_size_t, (_T, ControlHandler, _P)),
    "SetServiceStatus": (_B, (Handle, _P)),
    "StartServiceCtrlDispatcherW": (_B, (_P,)),
    "StartServiceW": (_B, (Handle, _D, _P)),
}
"""Of advapi32."""
TOKENS: Final[_Declarations] = {
    "ConvertSidToStringSidW": (_B, (_P, _P)),
    "CreateProcessAsUserW": (_B, (Handle, _T, _P, _P, _P, _B, _D, _P, _T, _P, _P)),
    "CreateRestrictedToken": (_B, (Handle, _D, _D, _P, _D, _P, _D, _P, _P)),
    "GetTokenInformation": (_B, (Handle, c_int32, _P, _D, _P)),
    "LookupAccountNameW": (_B, (_T, _T, _P, _P, _P, _P, _P)),
    "OpenProcessToken": (_B, (Handle, _D, _P)),
    "SetTokenInformation": (_B, (Handle, c_int32, _P, _D)),
}
"""Of advapi32."""
SESSIONS: Final[_Declarations] = {"WTSQueryUserToken": (_B, (_D, _P))}
"""Of wtsapi32."""
PROFILES: Final[_Declarations] = {
    "CreateEnvironmentBlock": (_B, (_P, Handle, _B)),
    "DestroyEnvironmentBlock": (_B, (_P,)),
}
"""Of userenv."""
PROCESSES: Final[_Declarations] = {
    "CloseHandle": (_B, (Handle,)),
    "GetExitCodeProcess": (_B, (Handle, _P)),
    "LocalFree": (_P, (_P,)),
    "WTSGetActiveConsoleSessionId": (_D, ()),
    "WaitForSingleObject": (_D, (Handle, _D)),
}
"""Of kernel32."""
