"""A program that Windows runs as a service: connecting to the service manager, saying what it does, hearing what it is to do.

Owns the calls and the two threads that Windows uses; what it is told comes out of one queue. Refuses to know what the service
is for.

Source: learn.microsoft.com, StartServiceCtrlDispatcherW, RegisterServiceCtrlHandlerExW, SetServiceStatus, HandlerEx.
"""

from __future__ import annotations

import ctypes
import queue
from collections.abc import Callable
from ctypes import c_uint32
from enum import Enum
from typing import Final

from kiosk.lockdown.windows import service_structs
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.calls import Library
from kiosk.lockdown.windows.service_calls import SERVICES
from kiosk.lockdown.windows.service_structs import ControlHandler, ServiceMain, ServiceStatus, ServiceTableEntry

STOPPING_MS: Final = 30_000
STARTING_MS: Final = 30_000
FAILED: Final = 1
_ACCEPTS: Final = (
    service_structs.SERVICE_ACCEPT_STOP
    | service_structs.SERVICE_ACCEPT_SESSIONCHANGE
    | service_structs.SERVICE_ACCEPT_PRESHUTDOWN
)


class Told(Enum):
    """What a service is told."""

    STOP = "stop"
    """By an administrator, or because the machine goes down."""
    SESSION = "session"
    """Somebody signed in or out, locked or switched."""


_TOLD: Final = {
    service_structs.SERVICE_CONTROL_STOP: Told.STOP,
    service_structs.SERVICE_CONTROL_SHUTDOWN: Told.STOP,
    service_structs.SERVICE_CONTROL_PRESHUTDOWN: Told.STOP,
    service_structs.SERVICE_CONTROL_SESSIONCHANGE: Told.SESSION,
}

Inbox = queue.Queue[Told]
Work = Callable[[Callable[[], None], Inbox], None]
"""Is given what to call once the service is ready, and what it is told; returns after it was told to stop."""


def answer_to(control: int, inbox: Inbox) -> int:
    """Return what HandlerEx returns, after having passed on what was told."""
    told = _TOLD.get(control)
    if told is not None:
        inbox.put(told)
    is_known = told is not None or control == service_structs.SERVICE_CONTROL_INTERROGATE
    return service_structs.NO_ERROR if is_known else service_structs.ERROR_CALL_NOT_IMPLEMENTED


class ServiceProgram:
    """This process as a service.

    Args:
        name: of the service.
        work: what it does.
    """

    def __init__(self, name: str, work: Work) -> None:
        self._advapi32 = Library("advapi32", SERVICES)
        self._name = name
        self._work = work
        self._inbox: Inbox = queue.Queue()
        self._status = 0
        # Windows calls these from its own threads as long as the process lives: nothing may collect them.
        self._main = ServiceMain(self._run)
        self._handler = ControlHandler(lambda control, *_: self._hear(int(control)))
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Connect to the service manager and work until it says stop.

        Raises:
            Win32Failed: this process was not started by the service manager.
            BaseException: what the work raised; the manager has been told that it failed, and starts it again.
        """
        name = ctypes.create_unicode_buffer(self._name)
        entries = (ServiceTableEntry * 2)(ServiceTableEntry(name=ctypes.addressof(name), main=self._main))
        self._advapi32.do("StartServiceCtrlDispatcherW", entries)
        if self._failure is not None:
            raise self._failure

    def _run(self, _count: int, _words: int | None) -> None:
        try:
            self._status = self._advapi32.do("RegisterServiceCtrlHandlerExW", self._name, self._handler, None)
            self._say(service_structs.SERVICE_START_PENDING, wait_ms=STARTING_MS)
            self._work(lambda: self._say(service_structs.SERVICE_RUNNING, accepts=_ACCEPTS), self._inbox)
        except BaseException as failure:  # noqa: BLE001 - on a thread of Windows: it is raised where the program waits
            self._failure = failure
        if self._status:
            self._say(service_structs.SERVICE_STOPPED, failed=self._failure is not None)

    def _hear(self, control: int) -> int:
        if _TOLD.get(control) is Told.STOP:
            self._say(service_structs.SERVICE_STOP_PENDING, wait_ms=STOPPING_MS)
        return answer_to(control, self._inbox)

    def _say(self, state: int, *, accepts: int = 0, wait_ms: int = 0, failed: bool = False) -> None:
        status = ServiceStatus(
            type=service_structs.SERVICE_WIN32_OWN_PROCESS,
            state=state,
            accepts=accepts,
            exit_code=service_structs.ERROR_SERVICE_SPECIFIC_ERROR if failed else service_structs.NO_ERROR,
            own_exit_code=FAILED if failed else 0,
            checkpoint=c_uint32(1 if wait_ms else 0).value,
            wait_ms=wait_ms,
        )
        try:
            self._advapi32.do("SetServiceStatus", self._status, ctypes.byref(status))
        except Win32Failed as failed_call:
            if self._failure is None:
                self._failure = failed_call
