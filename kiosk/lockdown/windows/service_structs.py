"""Structures and numbers of services, sessions and tokens, as they lie in memory on 64-bit Windows. See ``structs``.

Owns layout. Source: winsvc.h, winnt.h, winuser.h of the Windows SDK; checked against mingw-w64's headers.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import ClassVar, Final

SC_MANAGER_CONNECT: Final = 0x0001
SC_MANAGER_CREATE_SERVICE: Final = 0x0002
SERVICE_ALL_ACCESS: Final = 0x000F_01FF
SERVICE_QUERY_CONFIG: Final = 0x0001
SERVICE_QUERY_STATUS: Final = 0x0004
SERVICE_WIN32_OWN_PROCESS: Final = 0x0010
SERVICE_AUTO_START: Final = 2
SERVICE_ERROR_NORMAL: Final = 1

SERVICE_CONTROL_STOP: Final = 0x01
SERVICE_CONTROL_INTERROGATE: Final = 0x04
SERVICE_CONTROL_SHUTDOWN: Final = 0x05
SERVICE_CONTROL_SESSIONCHANGE: Final = 0x0E
SERVICE_CONTROL_PRESHUTDOWN: Final = 0x0F
SERVICE_ACCEPT_STOP: Final = 0x0001
SERVICE_ACCEPT_SESSIONCHANGE: Final = 0x0080
SERVICE_ACCEPT_PRESHUTDOWN: Final = 0x0100

SERVICE_STOPPED: Final = 1
SERVICE_START_PENDING: Final = 2
SERVICE_STOP_PENDING: Final = 3
SERVICE_RUNNING: Final = 4

SERVICE_CONFIG_DESCRIPTION: Final = 1
SERVICE_CONFIG_FAILURE_ACTIONS: Final = 2
SERVICE_CONFIG_FAILURE_ACTIONS_FLAG: Final = 4
SERVICE_CONFIG_PRESHUTDOWN_INFO: Final = 7
SC_ACTION_RESTART: Final = 1
SC_STATUS_PROCESS_INFO: Final = 0

NO_ERROR: Final = 0
ERROR_CALL_NOT_IMPLEMENTED: Final = 120
ERROR_INVALID_LEVEL: Final = 124
ERROR_SERVICE_DOES_NOT_EXIST: Final = 1060
ERROR_SERVICE_NOT_ACTIVE: Final = 1062
ERROR_SERVICE_SPECIFIC_ERROR: Final = 1066
ERROR_SERVICE_MARKED_FOR_DELETE: Final = 1072

TOKEN_USER: Final = 1
WAIT_OBJECT_0: Final = 0
NO_SESSION: Final = 0xFFFF_FFFF

ServiceMain = ctypes.CFUNCTYPE(None, c_uint32, c_void_p)
"""LPSERVICE_MAIN_FUNCTIONW"""
ControlHandler = ctypes.CFUNCTYPE(c_uint32, c_uint32, c_uint32, c_void_p, c_void_p)
"""LPHANDLER_FUNCTION_EX"""


class ServiceTableEntry(ctypes.Structure):
    """SERVICE_TABLE_ENTRYW, winsvc.h."""

    _fields_: ClassVar = [("name", c_size_t), ("main", ServiceMain)]


class ServiceStatus(ctypes.Structure):
    """SERVICE_STATUS, winsvc.h."""

    _fields_: ClassVar = [
        ("type", c_uint32),
        ("state", c_uint32),
        ("accepts", c_uint32),
        ("exit_code", c_uint32),
        ("own_exit_code", c_uint32),
        ("checkpoint", c_uint32),
        ("wait_ms", c_uint32),
    ]


class ServiceStatusProcess(ctypes.Structure):
    """SERVICE_STATUS_PROCESS, winsvc.h."""

    _fields_: ClassVar = [*ServiceStatus._fields_, ("pid", c_uint32), ("flags", c_uint32)]


class ServiceConfiguration(ctypes.Structure):
    """QUERY_SERVICE_CONFIGW, winsvc.h."""

    _fields_: ClassVar = [
        ("type", c_uint32),
        ("start", c_uint32),
        ("error_control", c_uint32),
        ("command", c_size_t),
        ("load_group", c_size_t),
        ("tag", c_uint32),
        ("dependencies", c_size_t),
        ("account", c_size_t),
        ("display_name", c_size_t),
    ]


class ServiceDescription(ctypes.Structure):
    """SERVICE_DESCRIPTIONW, winsvc.h."""

    _fields_: ClassVar = [("text", c_size_t)]


class ServiceAction(ctypes.Structure):
    """SC_ACTION, winsvc.h."""

    _fields_: ClassVar = [("type", c_int32), ("delay_ms", c_uint32)]


class ServiceFailureActions(ctypes.Structure):
    """SERVICE_FAILURE_ACTIONSW, winsvc.h."""

    _fields_: ClassVar = [
        ("reset_s", c_uint32),
        ("message", c_size_t),
        ("command", c_size_t),
        ("count", c_uint32),
        ("actions", c_size_t),
    ]


class ServiceFailureActionsFlag(ctypes.Structure):
    """SERVICE_FAILURE_ACTIONS_FLAG, winsvc.h."""

    _fields_: ClassVar = [("also_when_stopped_with_error", c_int32)]


class ServicePreshutdown(ctypes.Structure):
    """SERVICE_PRESHUTDOWN_INFO, winsvc.h."""

    _fields_: ClassVar = [("timeout_ms", c_uint32)]


class SessionNotification(ctypes.Structure):
    """WTSSESSION_NOTIFICATION, winuser.h."""

    _fields_: ClassVar = [("size", c_uint32), ("session", c_uint32)]


class SidAndAttributes(ctypes.Structure):
    """SID_AND_ATTRIBUTES and, of the same layout, TOKEN_USER, winnt.h."""

    _fields_: ClassVar = [("sid", c_uint64), ("attributes", c_uint32)]
