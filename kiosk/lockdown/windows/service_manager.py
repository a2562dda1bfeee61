"""The service manager of Windows: which service is there, putting one there, and taking it away again.

Owns the shape of a service and the calls. Refuses to know what a service does.

Source: learn.microsoft.com, "Service Control Manager": CreateServiceW, ChangeServiceConfig2W, SERVICE_FAILURE_ACTIONSW.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Iterator
from ctypes import c_uint32
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from kiosk.lockdown.windows import service_structs
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.calls import Library
from kiosk.lockdown.windows.service_calls import SERVICES
from kiosk.lockdown.windows.service_structs import ServiceConfiguration, ServiceStatus, ServiceStatusProcess

LOCAL_SYSTEM: Final = "LocalSystem"
RESTART_MS: Final = 1_000
FORGIVEN_AFTER_S: Final = 24 * 3600
PRESHUTDOWN_MS: Final = 30_000
"""How long the machine waits for the service before it goes down: what has to be put back takes far less."""
STOPS_WITHIN_S: Final = 30
GONE_WITHIN_S: Final = 15
_LOOK_S: Final = 0.1
_CONFIGURATION_MAX: Final = 8 * 1024  # QUERY_SERVICE_CONFIGW: 8K bytes at most


class ServiceState(Enum):
    """What a service does."""

    STOPPED = service_structs.SERVICE_STOPPED
    STARTING = service_structs.SERVICE_START_PENDING
    STOPPING = service_structs.SERVICE_STOP_PENDING
    RUNNING = service_structs.SERVICE_RUNNING
    OTHER = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of its own process that starts with the machine and is started again when it dies.

    Attributes:
        name: of its key.
        command: the command line.
        display_name: what the list of services calls it.
        description: in a sentence.
        start: SERVICE_AUTO_START …
        account: as whom it runs.
    """

    name: str
    command: str
    display_name: str
    description: str
    start: int = service_structs.SERVICE_AUTO_START
    account: str = LOCAL_SYSTEM


class Services(Protocol):
    """The services of a machine. A look returns None where there is nothing; a change raises ``Win32Failed``."""

    def find(self, name: str) -> Service | None:
        """Return a service."""
        ...

    def state(self, name: str) -> ServiceState:
        """Return what a service does; stopped where there is none."""
        ...

    def recovers(self, name: str) -> bool:
        """Tell whether a service is started again when it dies, as far as Windows says."""
        ...

    def install(self, service: Service) -> None:
        """Put a service there, or make the one of that name into this."""
        ...

    def start(self, name: str) -> None:
        """Start a service; it is not waited for."""
        ...

    def remove(self, name: str) -> None:
        """Stop a service and take it away, if it is there."""
        ...


class RealServices:
    """The services of this machine.

    Args:
        pause: waits for some seconds.
    """

    def __init__(self, pause: Callable[[float], object]) -> None:
        self._advapi32 = Library("advapi32", SERVICES)
        self._pause = pause

    def find(self, name: str) -> Service | None:
        """Return a service."""
        try:
            with self._open(name, service_structs.SERVICE_QUERY_CONFIG) as service:
                return self._read(name, service)
        except Win32Failed as failed:
            if failed.number == service_structs.ERROR_SERVICE_DOES_NOT_EXIST:
                return None
            raise

    def state(self, name: str) -> ServiceState:
        """Ask the manager."""
        try:
            with self._open(name, service_structs.SERVICE_QUERY_STATUS) as service:
                return self._state(service)
        except Win32Failed:
            return ServiceState.STOPPED

    def recovers(self, name: str) -> bool:
        """Read back what is done when it fails."""
        buffer = ctypes.create_string_buffer(_CONFIGURATION_MAX)
        place = (buffer, _CONFIGURATION_MAX, ctypes.byref(c_uint32()))
        try:
            with self._open(name, service_structs.SERVICE_QUERY_CONFIG) as service:
                number = service_structs.SERVICE_CONFIG_FAILURE_ACTIONS
                self._advapi32.do("QueryServiceConfig2W", service, number, *place)
        except Win32Failed:
            return False
        return does_restart(service_structs.ServiceFailureActions.from_buffer(buffer))

    def install(self, service: Service) -> None:
        """Create it or change it, then say how it is started again."""
        access = service_structs.SERVICE_ALL_ACCESS
        try:
            with self._open(service.name, access) as there:
                own = (service_structs.SERVICE_WIN32_OWN_PROCESS, service.start, service_structs.SERVICE_ERROR_NORMAL)
                texts = (service.command, None, None, None, service.account, None, service.display_name)
                self._advapi32.do("ChangeServiceConfigW", there, *own, *texts)
                self._tell_more(there, service)
        except Win32Failed as failed:
            if failed.number != service_structs.ERROR_SERVICE_DOES_NOT_EXIST:
                raise
            self._create(service)

    def start(self, name: str) -> None:
        """Start it."""
        with self._open(name, service_structs.SERVICE_ALL_ACCESS) as service:
            self._advapi32.do("StartServiceW", service, 0, None)

    def remove(self, name: str) -> None:
        """Stop it, delete it, and wait until it is gone: it stays for as long as somebody else looks at it.

        Raises:
            Win32Failed: it does not stop, or cannot be deleted.
        """
        try:
            with self._open(name, service_structs.SERVICE_ALL_ACCESS) as service:
                self._stop(service)
                self._advapi32.do("DeleteService", service)
        except Win32Failed as failed:
            gone = {service_structs.ERROR_SERVICE_DOES_NOT_EXIST, service_structs.ERROR_SERVICE_MARKED_FOR_DELETE}
            if failed.number not in gone:
                raise
        self._wait(lambda: self.find(name) is None, GONE_WITHIN_S)

    def _stop(self, service: int) -> None:
        status = ServiceStatus()
        try:
            self._advapi32.do("ControlService", service, service_structs.SERVICE_CONTROL_STOP, ctypes.byref(status))
        except Win32Failed as failed:
            if failed.number == service_structs.ERROR_SERVICE_NOT_ACTIVE:
                return
            raise
        if not self._wait(lambda: self._state(service) is ServiceState.STOPPED, STOPS_WITHIN_S):
            raise Win32Failed("ControlService", service_structs.SERVICE_STOP_PENDING)

    def _wait(self, until: Callable[[], bool], seconds: float) -> bool:
        for _ in range(int(seconds / _LOOK_S)):
            if until():
                return True
            self._pause(_LOOK_S)
        return until()

    def _create(self, service: Service) -> None:
        access = service_structs.SC_MANAGER_CONNECT | service_structs.SC_MANAGER_CREATE_SERVICE
        with self._manager(access) as manager:
            own = (service_structs.SERVICE_WIN32_OWN_PROCESS, service.start, service_structs.SERVICE_ERROR_NORMAL)
            names = (service.name, service.display_name, service_structs.SERVICE_ALL_ACCESS)
            as_whom = (None, None, None, service.account, None)
            made = self._advapi32.do("CreateServiceW", manager, *names, *own, service.command, *as_whom)
        try:
            self._tell_more(made, service)
        except Win32Failed:
            self._advapi32.ask("DeleteService", made)
            raise
        finally:
            self._advapi32.ask("CloseServiceHandle", made)

    def _tell_more(self, service: int, wanted: Service) -> None:
        text = ctypes.create_unicode_buffer(wanted.description)
        described = service_structs.ServiceDescription(text=ctypes.addressof(text))
        again = service_structs.ServiceAction(type=service_structs.SC_ACTION_RESTART, delay_ms=RESTART_MS)
        failing = service_structs.ServiceFailureActions(
            reset_s=FORGIVEN_AFTER_S, count=1, actions=ctypes.addressof(again)
        )
        always = service_structs.ServiceFailureActionsFlag(also_when_stopped_with_error=1)
        waits = service_structs.ServicePreshutdown(timeout_ms=PRESHUTDOWN_MS)
        for number, what in (
            (service_structs.SERVICE_CONFIG_DESCRIPTION, described),
            (service_structs.SERVICE_CONFIG_FAILURE_ACTIONS, failing),
            (service_structs.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, always),
            (service_structs.SERVICE_CONFIG_PRESHUTDOWN_INFO, waits),
        ):
            try:
                self._advapi32.do("ChangeServiceConfig2W", service, number, ctypes.byref(what))
            except Win32Failed as failed:
                # What a Windows does not know it is not told; ``recovers`` reads back what became of it.
                if failed.number != service_structs.ERROR_INVALID_LEVEL:
                    raise

    def _read(self, name: str, service: int) -> Service:
        buffer = ctypes.create_string_buffer(_CONFIGURATION_MAX)
        length = c_uint32()
        asked = (service, buffer, _CONFIGURATION_MAX, ctypes.byref(length))
        self._advapi32.do("QueryServiceConfigW", *asked)
        found = ServiceConfiguration.from_buffer(buffer)
        texts = (found.command, found.display_name, found.account)
        command, display_name, account = (_text_at(address) for address in texts)
        return Service(
            name=name,
            command=command,
            display_name=display_name,
            description=self._description(service),
            start=int(found.start),
            account=account,
        )

    def _description(self, service: int) -> str:
        buffer = ctypes.create_string_buffer(_CONFIGURATION_MAX)
        length = c_uint32()
        number = service_structs.SERVICE_CONFIG_DESCRIPTION
        asked = (service, number, buffer, _CONFIGURATION_MAX, ctypes.byref(length))
        self._advapi32.do("QueryServiceConfig2W", *asked)
        return _text_at(service_structs.ServiceDescription.from_buffer(buffer).text)

    def _state(self, service: int) -> ServiceState:
        status = ServiceStatusProcess()
        size = ctypes.sizeof(status)
        place = (ctypes.byref(status), size, ctypes.byref(c_uint32()))
        self._advapi32.do("QueryServiceStatusEx", service, service_structs.SC_STATUS_PROCESS_INFO, *place)
        known = {state.value: state for state in ServiceState}
        return known.get(int(status.state), ServiceState.OTHER)

    @contextlib.contextmanager
    def _manager(self, access: int) -> Iterator[int]:
        manager = self._advapi32.do("OpenSCManagerW", None, None, access)
        try:
            yield manager
        finally:
            self._advapi32.ask("CloseServiceHandle", manager)

    @contextlib.contextmanager
    def _open(self, name: str, access: int) -> Iterator[int]:
        with self._manager(service_structs.SC_MANAGER_CONNECT) as manager:
            service = self._advapi32.do("OpenServiceW", manager, name, access)
            try:
                yield service
            finally:
                self._advapi32.ask("CloseServiceHandle", service)


def does_restart(failing: service_structs.ServiceFailureActions) -> bool:
    """Tell what SERVICE_FAILURE_ACTIONSW says is done first."""
    if not failing.count or not failing.actions:
        return False
    first = service_structs.ServiceAction.from_address(failing.actions)
    return bool(first.type == service_structs.SC_ACTION_RESTART)


def _text_at(address: int) -> str:
    """Return the text at an address that Windows gave; the empty text where it gave none."""
    return ctypes.wstring_at(address) if address else ""
