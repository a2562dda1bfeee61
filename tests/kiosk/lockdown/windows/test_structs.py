"""The layout of every structure, on every system: once against numbers, once against the headers of mingw-w64."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.windows import service_structs, structs, token_structs
from kiosk.lockdown.windows.calls import Library
from kiosk.lockdown.windows.structs import text_of, units_of

LAYOUT: tuple[tuple[str, type[ctypes.Structure], int, tuple[tuple[str, str, int], ...]], ...] = (
    ("KBDLLHOOKSTRUCT", structs.KeyboardStroke, 24, (("flags", "flags", 8), ("dwExtraInfo", "extra", 16))),
    ("MSLLHOOKSTRUCT", structs.MouseStroke, 32, (("mouseData", "data", 8), ("flags", "flags", 12), ("dwExtraInfo", "extra", 24))),
    ("KEYBDINPUT", structs.KeyboardInput, 24, (("dwFlags", "flags", 4), ("dwExtraInfo", "extra", 16))),
    ("INPUT", structs.Input, 40, (("ki", "of", 8),)),
    ("MSG", structs.Message, 48, (("message", "message", 8), ("lParam", "lparam", 24), ("pt", "x", 36))),
    ("RECT", structs.Rect, 16, (("right", "right", 8),)),
    ("MONITORINFOEXW", structs.MonitorInfo, 104, (("rcMonitor", "monitor", 4), ("szDevice", "device", 40))),
    ("DISPLAY_DEVICEW", structs.DisplayDevice, 840, (("StateFlags", "state", 324), ("DeviceID", "id", 328))),
    ("STICKYKEYS", structs.StickyKeys, 8, (("dwFlags", "flags", 4),)),
    ("TOGGLEKEYS", structs.StickyKeys, 8, (("dwFlags", "flags", 4),)),
    ("FILTERKEYS", structs.FilterKeys, 24, (("dwFlags", "flags", 4), ("iBounceMSec", "bounce_ms", 20))),
    ("JOBOBJECT_BASIC_LIMIT_INFORMATION", structs.JobBasicLimit, 64, (("ActiveProcessLimit", "active_process_limit", 40),)),
    ("JOBOBJECT_EXTENDED_LIMIT_INFORMATION", structs.JobExtendedLimit, 144, (("ProcessMemoryLimit", "process_memory", 112),)),
    ("JOBOBJECT_BASIC_ACCOUNTING_INFORMATION", structs.JobAccounting, 48, (("ActiveProcesses", "active_processes", 40),)),
    ("STARTUPINFOW", structs.StartupInfo, 104, (("lpDesktop", "desktop", 16), ("hStdError", "stderr", 96))),
    ("STARTUPINFOEXW", structs.StartupInfoEx, 112, (("lpAttributeList", "attributes", 104),)),
    ("PROCESS_INFORMATION", structs.ProcessInformation, 24, (("dwProcessId", "pid", 16),)),
    ("PROCESSENTRY32W", structs.ProcessEntry, 568, (("th32ProcessID", "pid", 8), ("szExeFile", "program", 44))),
    ("SERVICE_STATUS", service_structs.ServiceStatus, 28, (("dwControlsAccepted", "accepts", 8), ("dwWaitHint", "wait_ms", 24))),
    ("SERVICE_STATUS_PROCESS", service_structs.ServiceStatusProcess, 36, (("dwProcessId", "pid", 28),)),
    ("SERVICE_TABLE_ENTRYW", service_structs.ServiceTableEntry, 16, (("lpServiceProc", "main", 8),)),
    ("QUERY_SERVICE_CONFIGW", service_structs.ServiceConfiguration, 64, (
        ("dwStartType", "start", 4), ("lpBinaryPathName", "command", 16),
        ("lpServiceStartName", "account", 48), ("lpDisplayName", "display_name", 56),
    )),
    ("SERVICE_DESCRIPTIONW", service_structs.ServiceDescription, 8, (("lpDescription", "text", 0),)),
    ("SC_ACTION", service_structs.ServiceAction, 8, (("Delay", "delay_ms", 4),)),
    ("SERVICE_FAILURE_ACTIONSW", service_structs.ServiceFailureActions, 40, (
        ("cActions", "count", 24), ("lpsaActions", "actions", 32),
    )),
    ("SERVICE_FAILURE_ACTIONS_FLAG", service_structs.ServiceFailureActionsFlag, 4, ()),
    ("SERVICE_PRESHUTDOWN_INFO", service_structs.ServicePreshutdown, 4, ()),
    ("WTSSESSION_NOTIFICATION", service_structs.SessionNotification, 8, (("dwSessionId", "session", 4),)),
    ("TOKEN_USER", service_structs.SidAndAttributes, 16, (("User", "sid", 0),)),
    ("TOKEN_MANDATORY_LABEL", service_structs.SidAndAttributes, 16, (("Label", "sid", 0),)),
    ("SID_AND_ATTRIBUTES", service_structs.SidAndAttributes, 16, (("Sid", "sid", 0), ("Attributes", "attributes", 8))),
    ("LUID_AND_ATTRIBUTES", token_structs.PrivilegeAndAttributes, 12, (("Luid", "low", 0), ("Attributes", "attributes", 8))),
    ("TOKEN_PRIVILEGES", token_structs.TokenPrivileges, 16, (("PrivilegeCount", "count", 0), ("Privileges", "first", 4))),
    ("TOKEN_GROUPS", token_structs.TokenGroups, 24, (("GroupCount", "count", 0), ("Groups", "first", 8))),
    ("TOKEN_DEFAULT_DACL", token_structs.TokenDefaultDacl, 8, (("DefaultDacl", "place", 0),)),
    ("TOKEN_OWNER", token_structs.TokenDefaultDacl, 8, (("Owner", "place", 0),)),
    ("ACL", token_structs.AclHead, 8, (("AclSize", "size", 2), ("AceCount", "count", 4))),
    ("ACCESS_ALLOWED_ACE", token_structs.AllowedAce, 12, (("Mask", "mask", 4), ("SidStart", "sid", 8))),
    ("SYSTEM_POWER_STATUS", structs.PowerStatus, 12, (("BatteryLifePercent", "percent", 2),)),
)  # fmt: skip
NUMBERS = {
    "WH_KEYBOARD_LL": structs.WH_KEYBOARD_LL,
    "WH_MOUSE_LL": structs.WH_MOUSE_LL,
    "LLKHF_INJECTED": structs.LLKHF_INJECTED,
    "LLMHF_INJECTED": structs.LLMHF_INJECTED,
    "KEYEVENTF_KEYUP": structs.KEYEVENTF_KEYUP,
    "VK_F24": structs.VK_F24,
    "SM_REMOTESESSION": structs.SM_REMOTESESSION,
    "WDA_MONITOR": structs.WDA_MONITOR,
    "UOI_NAME": structs.UOI_NAME,
    "SPI_GETSTICKYKEYS": structs.SPI_GETSTICKYKEYS,
    "SPI_SETFILTERKEYS": structs.SPI_SETFILTERKEYS,
    "SPI_SETTOGGLEKEYS": structs.SPI_SETTOGGLEKEYS,
    "SKF_HOTKEYACTIVE": structs.HOTKEY_ACTIVE,
    "FKF_HOTKEYACTIVE": structs.HOTKEY_ACTIVE,
    "TKF_HOTKEYACTIVE": structs.HOTKEY_ACTIVE,
    "JOB_OBJECT_LIMIT_ACTIVE_PROCESS": structs.JOB_OBJECT_LIMIT_ACTIVE_PROCESS,
    "JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE": structs.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    "JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION": structs.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION,
    "JobObjectExtendedLimitInformation": structs.JOB_EXTENDED_LIMIT,
    "JobObjectBasicAccountingInformation": structs.JOB_BASIC_ACCOUNTING,
    "CREATE_SUSPENDED": structs.CREATE_SUSPENDED,
    "CREATE_NO_WINDOW": structs.CREATE_NO_WINDOW,
    "CREATE_UNICODE_ENVIRONMENT": structs.CREATE_UNICODE_ENVIRONMENT,
    "EXTENDED_STARTUPINFO_PRESENT": structs.EXTENDED_STARTUPINFO_PRESENT,
    "PROC_THREAD_ATTRIBUTE_HANDLE_LIST": structs.ATTRIBUTE_HANDLE_LIST,
    "WAIT_TIMEOUT": structs.WAIT_TIMEOUT,
    "ES_CONTINUOUS": structs.ES_CONTINUOUS,
    "ES_DISPLAY_REQUIRED": structs.ES_DISPLAY_REQUIRED,
    "TokenElevation": structs.TOKEN_ELEVATION,
    "KEY_READ": structs.KEY_READ,
    "KEY_WRITE": structs.KEY_WRITE,
    "KEY_WOW64_64KEY": structs.KEY_WOW64_64KEY,
    "REG_DWORD": structs.REG_DWORD,
    "ERROR_MORE_DATA": structs.ERROR_MORE_DATA,
    "EDD_GET_DEVICE_INTERFACE_NAME": structs.EDD_GET_DEVICE_INTERFACE_NAME,
    "DISPLAY_DEVICE_MIRRORING_DRIVER": structs.DISPLAY_DEVICE_MIRRORING_DRIVER,
    "SC_MANAGER_CONNECT": service_structs.SC_MANAGER_CONNECT,
    "SC_MANAGER_CREATE_SERVICE": service_structs.SC_MANAGER_CREATE_SERVICE,
    "SERVICE_ALL_ACCESS": service_structs.SERVICE_ALL_ACCESS,
    "SERVICE_QUERY_CONFIG": service_structs.SERVICE_QUERY_CONFIG,
    "SERVICE_QUERY_STATUS": service_structs.SERVICE_QUERY_STATUS,
    "SERVICE_WIN32_OWN_PROCESS": service_structs.SERVICE_WIN32_OWN_PROCESS,
    "SERVICE_AUTO_START": service_structs.SERVICE_AUTO_START,
    "SERVICE_ERROR_NORMAL": service_structs.SERVICE_ERROR_NORMAL,
    "SERVICE_CONTROL_STOP": service_structs.SERVICE_CONTROL_STOP,
    "SERVICE_CONTROL_INTERROGATE": service_structs.SERVICE_CONTROL_INTERROGATE,
    "SERVICE_CONTROL_SHUTDOWN": service_structs.SERVICE_CONTROL_SHUTDOWN,
    "SERVICE_CONTROL_SESSIONCHANGE": service_structs.SERVICE_CONTROL_SESSIONCHANGE,
    "SERVICE_CONTROL_PRESHUTDOWN": service_structs.SERVICE_CONTROL_PRESHUTDOWN,
    "SERVICE_ACCEPT_STOP": service_structs.SERVICE_ACCEPT_STOP,
    "SERVICE_ACCEPT_SESSIONCHANGE": service_structs.SERVICE_ACCEPT_SESSIONCHANGE,
    "SERVICE_ACCEPT_PRESHUTDOWN": service_structs.SERVICE_ACCEPT_PRESHUTDOWN,
    "SERVICE_STOPPED": service_structs.SERVICE_STOPPED,
    "SERVICE_START_PENDING": service_structs.SERVICE_START_PENDING,
    "SERVICE_STOP_PENDING": service_structs.SERVICE_STOP_PENDING,
    "SERVICE_RUNNING": service_structs.SERVICE_RUNNING,
    "SERVICE_CONFIG_DESCRIPTION": service_structs.SERVICE_CONFIG_DESCRIPTION,
    "SERVICE_CONFIG_FAILURE_ACTIONS": service_structs.SERVICE_CONFIG_FAILURE_ACTIONS,
    "SERVICE_CONFIG_FAILURE_ACTIONS_FLAG": service_structs.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG,
    "SERVICE_CONFIG_PRESHUTDOWN_INFO": service_structs.SERVICE_CONFIG_PRESHUTDOWN_INFO,
    "SC_ACTION_RESTART": service_structs.SC_ACTION_RESTART,
    "ERROR_CALL_NOT_IMPLEMENTED": service_structs.ERROR_CALL_NOT_IMPLEMENTED,
    "ERROR_INVALID_LEVEL": service_structs.ERROR_INVALID_LEVEL,
    "ERROR_SERVICE_DOES_NOT_EXIST": service_structs.ERROR_SERVICE_DOES_NOT_EXIST,
    "ERROR_SERVICE_NOT_ACTIVE": service_structs.ERROR_SERVICE_NOT_ACTIVE,
    "ERROR_SERVICE_SPECIFIC_ERROR": service_structs.ERROR_SERVICE_SPECIFIC_ERROR,
    "ERROR_SERVICE_MARKED_FOR_DELETE": service_structs.ERROR_SERVICE_MARKED_FOR_DELETE,
    "WAIT_OBJECT_0": service_structs.WAIT_OBJECT_0,
    "SC_STATUS_PROCESS_INFO": service_structs.SC_STATUS_PROCESS_INFO,
    "TokenUser": service_structs.TOKEN_USER,
    "TOKEN_ASSIGN_PRIMARY": token_structs.TOKEN_ASSIGN_PRIMARY,
    "TOKEN_DUPLICATE": token_structs.TOKEN_DUPLICATE,
    "TOKEN_ADJUST_DEFAULT": token_structs.TOKEN_ADJUST_DEFAULT,
    "TokenGroups": token_structs.TOKEN_GROUPS,
    "TokenPrivileges": token_structs.TOKEN_PRIVILEGES,
    "TokenOwner": token_structs.TOKEN_OWNER,
    "TokenDefaultDacl": token_structs.TOKEN_DEFAULT_DACL,
    "TokenIntegrityLevel": token_structs.TOKEN_INTEGRITY,
    "SE_GROUP_USE_FOR_DENY_ONLY": token_structs.SE_GROUP_USE_FOR_DENY_ONLY,
    "SE_GROUP_INTEGRITY": token_structs.SE_GROUP_INTEGRITY,
    "SECURITY_MANDATORY_MEDIUM_RID": token_structs.MEDIUM_INTEGRITY,
    "GENERIC_ALL": token_structs.GENERIC_ALL,
    "ACL_REVISION": token_structs.access_list([])[0],
    "SECURITY_LOCAL_SYSTEM_RID": token_structs.last_number(token_structs.LOCAL_SYSTEM),
}
COMPILER = "x86_64-w64-mingw32-gcc"


@pytest.mark.parametrize("layout", LAYOUT, ids=lambda layout: str(layout[0]))
def test_a_structure_lies_as_on_windows(
    layout: tuple[str, type[ctypes.Structure], int, tuple[tuple[str, str, int], ...]],
) -> None:
    _, structure, size, fields = layout
    assert ctypes.sizeof(structure) == size
    assert {ours: getattr(structure, ours).offset for _, ours, _ in fields} == {ours: at for _, ours, at in fields}


def test_the_headers_say_the_same(tmp_path: Path) -> None:
    if shutil.which(COMPILER) is None:
        pytest.skip(f"not installed: {COMPILER}")
    checks = [f'_Static_assert(sizeof({name}) == {size}, "{name}");' for name, _, size, _ in LAYOUT]
    checks += [
        f'_Static_assert(offsetof({name}, {theirs}) == {at}, "{name}.{theirs}");'
        for name, _, _, fields in LAYOUT
        for theirs, _, at in fields
    ]
    checks += [f'_Static_assert((unsigned)({name}) == {number}u, "{name}");' for name, number in NUMBERS.items()]
    source = tmp_path / "layout.c"
    head = "#define _WIN32_WINNT 0x0A00\n#include <stddef.h>\n#include <windows.h>\n#include <tlhelp32.h>\n"
    source.write_text(head + "\n".join(checks) + "\n", encoding="ascii")
    done = subprocess.run([COMPILER, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    source.write_text(head + '_Static_assert(sizeof(MSG) == 47, "wrong");\n', encoding="ascii")
    wrong = subprocess.run([COMPILER, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False)
    assert wrong.returncode != 0


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50))
def test_texts_go_there_and_back(text: str) -> None:
    assert text_of(units_of(text)) == text


@given(st.binary(min_size=20, max_size=20))
def test_what_is_no_text_is_shown_all_the_same(data: bytes) -> None:
    assert "\0" not in text_of((ctypes.c_uint16 * 10).from_buffer_copy(data))


def test_elsewhere_there_are_no_libraries() -> None:
    with pytest.raises(OSError, match="64-bit Windows"):
        Library("user32", {})
