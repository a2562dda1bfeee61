"""Who sits at the screen, and starting a program in that session as that user, as only a service may.

Owns the calls. Refuses to know which program that is. A token of a user never leaves this module.

Source: learn.microsoft.com, WTSGetActiveConsoleSessionId, WTSQueryUserToken, CreateProcessAsUserW, CreateEnvironmentBlock.
"""

from __future__ import annotations

import contextlib
import ctypes
import subprocess
from collections.abc import Iterator, Sequence
from ctypes import c_int32, c_size_t, c_uint32, c_void_p
from typing import Final, Protocol

from kiosk.lockdown.windows import service_structs, structs
from kiosk.lockdown.windows.api import Win32Failed
from kiosk.lockdown.windows.calls import Library
from kiosk.lockdown.windows.service_calls import PROCESSES, PROFILES, SESSIONS, TOKENS
from kiosk.lockdown.windows.structs import Handle, units_of

DESKTOP: Final = "winsta0\\default"
_TOKEN_MAX_BYTES: Final = 1_024
_SID_MAX_BYTES: Final = 68  # SECURITY_MAX_SID_SIZE
_DOMAIN_MAX: Final = 256


class Started(Protocol):
    """A program that was started."""

    @property
    def pid(self) -> int:
        """Its process."""
        ...

    def exit_code(self) -> int | None:
        """Return with what it ended; None while it runs."""
        ...

    def let_go(self) -> None:
        """Forget it; it goes on."""
        ...


class Sessions(Protocol):
    """Sessions of a machine."""

    def user_at_the_screen(self) -> str:
        """Return the SID of who is signed in at the screen; empty where nobody is, or it cannot be told."""
        ...

    def start(self, command: Sequence[str]) -> Started:
        """Start a program in the session at the screen, as its user.

        Raises:
            Win32Failed: it could not be started.
        """
        ...


class RealSessions:
    """Sessions of this machine. WTSQueryUserToken answers LocalSystem only."""

    def __init__(self) -> None:
        self._kernel32 = Library("kernel32", PROCESSES)
        self._advapi32 = Library("advapi32", TOKENS)
        self._wtsapi32 = Library("wtsapi32", SESSIONS)
        self._userenv = Library("userenv", PROFILES)

    def user_at_the_screen(self) -> str:
        """Ask the token of the session at the screen."""
        try:
            with self._token() as token:
                return self._user_of(token)
        except Win32Failed:
            return ""

    def start(self, command: Sequence[str]) -> Started:
        """Start it with the user's own environment, in the background until it shows something."""
        line, desktop = units_of(subprocess.list2cmdline(command)), units_of(DESKTOP)
        startup = structs.StartupInfo(size=ctypes.sizeof(structs.StartupInfo))
        startup.desktop = ctypes.addressof(desktop)
        made = structs.ProcessInformation()
        flags = structs.CREATE_UNICODE_ENVIRONMENT | structs.CREATE_NO_WINDOW
        with self._token() as token, self._environment(token) as environment:
            places = (environment, None, ctypes.byref(startup), ctypes.byref(made))
            self._advapi32.do("CreateProcessAsUserW", token, None, line, None, None, 0, flags, *places)
        self._kernel32.ask("CloseHandle", made.thread)
        return _RealStarted(self._kernel32, made.process, int(made.pid))

    @contextlib.contextmanager
    def _token(self) -> Iterator[Handle]:
        session = self._kernel32.ask("WTSGetActiveConsoleSessionId")
        if session == service_structs.NO_SESSION:
            raise Win32Failed("WTSGetActiveConsoleSessionId", 0)
        token = Handle()
        self._wtsapi32.do("WTSQueryUserToken", session, ctypes.byref(token))
        try:
            yield token
        finally:
            self._kernel32.ask("CloseHandle", token)

    @contextlib.contextmanager
    def _environment(self, token: Handle) -> Iterator[c_void_p]:
        block = c_void_p()
        self._userenv.do("CreateEnvironmentBlock", ctypes.byref(block), token, 0)
        try:
            yield block
        finally:
            self._userenv.ask("DestroyEnvironmentBlock", block)

    def _user_of(self, token: Handle) -> str:
        buffer, length = ctypes.create_string_buffer(_TOKEN_MAX_BYTES), c_uint32()
        asked = (service_structs.TOKEN_USER, buffer, _TOKEN_MAX_BYTES, ctypes.byref(length))
        self._advapi32.do("GetTokenInformation", token, *asked)
        return text_of_sid(self._advapi32, int(service_structs.SidAndAttributes.from_buffer(buffer).sid))


class _RealStarted:
    """A process by its handle: its number may be given to another when it is gone, the handle is not."""

    def __init__(self, kernel32: Library, process: int, pid: int) -> None:
        self._kernel32 = kernel32
        self._process = process
        self._pid = pid

    @property
    def pid(self) -> int:
        """Its process."""
        return self._pid

    def exit_code(self) -> int | None:
        """Look whether it has ended, then with what."""
        if self._kernel32.ask("WaitForSingleObject", self._process, 0) != service_structs.WAIT_OBJECT_0:
            return None
        code = c_uint32()
        self._kernel32.ask("GetExitCodeProcess", self._process, ctypes.byref(code))
        return code.value

    def let_go(self) -> None:
        """Close the handle."""
        self._kernel32.ask("CloseHandle", self._process)


def sid_of_account(name: str) -> str:
    """Return the SID of an account of this machine.

    Raises:
        Win32Failed: there is no such account.
    """
    advapi32 = Library("advapi32", TOKENS)
    sid, sid_length = ctypes.create_string_buffer(_SID_MAX_BYTES), c_uint32(_SID_MAX_BYTES)
    domain, domain_length, use = ctypes.create_unicode_buffer(_DOMAIN_MAX), c_uint32(_DOMAIN_MAX), c_int32()
    places = (sid, ctypes.byref(sid_length), domain, ctypes.byref(domain_length), ctypes.byref(use))
    advapi32.do("LookupAccountNameW", None, name, *places)
    return text_of_sid(advapi32, ctypes.addressof(sid))


def text_of_sid(advapi32: Library, address: int) -> str:
    """Return a SID as text, for example ``S-1-5-21-…-1001``.

    Raises:
        Win32Failed: there is no SID at that address.
    """
    text = c_size_t()
    advapi32.do("ConvertSidToStringSidW", address, ctypes.byref(text))
    try:
        return ctypes.wstring_at(text.value)
    finally:
        Library("kernel32", PROCESSES).ask("LocalFree", text.value)
