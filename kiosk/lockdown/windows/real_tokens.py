"""What processes may do, and a token with fewer rights than this process has, by calls of advapi32. See ``api.Tokens``.

Source: learn.microsoft.com, CreateRestrictedToken, GetTokenInformation, SetTokenInformation, CreateProcessAsUserW. A restricted
form of the caller's own token needs no privilege to start a program with.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_uint32
from typing import Final

from kiosk.lockdown.windows import service_structs, structs, token_structs
from kiosk.lockdown.windows.api import Rights, Win32Failed
from kiosk.lockdown.windows.calls import KERNEL32, Library
from kiosk.lockdown.windows.rights import KEPT_PRIVILEGES, POWERFUL_GROUPS
from kiosk.lockdown.windows.service_calls import TOKENS
from kiosk.lockdown.windows.service_structs import SidAndAttributes
from kiosk.lockdown.windows.structs import Handle, units_of
from kiosk.lockdown.windows.token_structs import PrivilegeAndAttributes, TokenGroups, TokenPrivileges

_INFORMATION_MAX_BYTES: Final = 64 * 1024
_NEVER_BEGUN: Final = 1
_ENDING_MS: Final = 3_000
"""So long Windows may take to clear away a process that was ended."""
_TO_START_WITH: Final = (
    structs.TOKEN_QUERY
    | token_structs.TOKEN_ASSIGN_PRIMARY
    | token_structs.TOKEN_DUPLICATE
    | token_structs.TOKEN_ADJUST_DEFAULT
)


class RealTokens:
    """Tokens of this machine."""

    def __init__(self) -> None:
        self._kernel32 = Library("kernel32", KERNEL32)
        self._advapi32 = Library("advapi32", TOKENS)

    def own(self) -> Rights | None:
        """Ask for this process."""
        return self.of(os.getpid())

    def of(self, pid: int) -> Rights | None:
        """Ask for a process."""
        process = self._kernel32.ask("OpenProcess", structs.PROCESS_QUERY_LIMITED_INFORMATION, 0, pid)
        if not process:
            return None
        try:
            return self._rights_of(process)
        except Win32Failed:
            return None
        finally:
            self._kernel32.ask("CloseHandle", process)

    def tried(self) -> Rights:
        """Start this program so, before its first instruction, ask what it may do, and end it."""
        line = units_of(f'"{sys.executable}"')
        startup = structs.StartupInfo(size=ctypes.sizeof(structs.StartupInfo))
        made = structs.ProcessInformation()
        flags = structs.CREATE_SUSPENDED | structs.CREATE_NO_WINDOW
        with self.made() as token:
            places = (None, None, ctypes.byref(startup), ctypes.byref(made))
            self._advapi32.do("CreateProcessAsUserW", token, None, line, None, None, 0, flags, *places)
        try:
            return self._rights_of(made.process)
        finally:
            self._kernel32.ask("TerminateProcess", made.process, _NEVER_BEGUN)
            self._kernel32.ask("WaitForSingleObject", made.process, _ENDING_MS)
            self._kernel32.ask("CloseHandle", made.thread)
            self._kernel32.ask("CloseHandle", made.process)

    @contextmanager
    def made(self) -> Iterator[int]:
        """Give a token like this process's with fewer rights, while the block runs.

        Raises:
            Win32Failed: Windows makes none.
        """
        process = self._kernel32.ask("GetCurrentProcess")
        with self._token_of(process, _TO_START_WITH) as own:
            token = self._restricted(own)
            try:
                self._lower(own, token)
                yield token
            finally:
                self._kernel32.ask("CloseHandle", token)

    def _restricted(self, own: int) -> int:
        """No privilege but one, and groups that may change the machine only to be refused something."""
        information = self._ask(own, token_structs.TOKEN_PRIVILEGES)
        privileges = [each for each in privileges_in(information) if each.low not in KEPT_PRIVILEGES]
        groups_information = self._ask(own, token_structs.TOKEN_GROUPS)
        groups = [each for each in groups_in(groups_information) if group_of(each) in POWERFUL_GROUPS]
        without = (PrivilegeAndAttributes * len(privileges))(*privileges)
        denied = (SidAndAttributes * len(groups))(*(SidAndAttributes(sid=each.sid) for each in groups))
        made = Handle()
        lists = (len(groups), denied, len(privileges), without, 0, None)
        self._advapi32.do("CreateRestrictedToken", own, 0, *lists, ctypes.byref(made))
        return int(made.value)

    def _lower(self, own: int, token: int) -> None:
        """As the token of a user's program: who was an administrator leaves nothing behind that belongs to administrators."""
        user_information = self._ask(own, service_structs.TOKEN_USER)
        user = token_structs.sid_at(SidAndAttributes.from_buffer(user_information).sid)
        owner = ctypes.create_string_buffer(user, len(user))
        owned = token_structs.TokenDefaultDacl(place=ctypes.addressof(owner))
        # Where the owner was a group that only refuses now, Windows has made the user the owner itself; wine has no such call.
        asked = (token_structs.TOKEN_OWNER, ctypes.byref(owned), ctypes.sizeof(owned))
        self._advapi32.ask("SetTokenInformation", token, *asked)
        access = token_structs.access_list([user, token_structs.LOCAL_SYSTEM])
        listed = ctypes.create_string_buffer(access, len(access))
        default = token_structs.TokenDefaultDacl(place=ctypes.addressof(listed))
        self._set(token, token_structs.TOKEN_DEFAULT_DACL, default)
        if self._integrity_of(token) > token_structs.MEDIUM_INTEGRITY:
            label = token_structs.label_of(token_structs.MEDIUM_INTEGRITY)
            place = ctypes.create_string_buffer(label, len(label))
            level = SidAndAttributes(sid=ctypes.addressof(place), attributes=token_structs.SE_GROUP_INTEGRITY)
            self._set(token, token_structs.TOKEN_INTEGRITY, level)

    def _rights_of(self, process: int) -> Rights:
        with self._token_of(process, structs.TOKEN_QUERY) as token:
            privileges = self._ask(token, token_structs.TOKEN_PRIVILEGES)
            groups = self._ask(token, token_structs.TOKEN_GROUPS)
            return Rights(
                privileges=frozenset(each.low for each in privileges_in(privileges)),
                groups=frozenset(number for each in groups_in(groups) if (number := group_of(each)) is not None),
                integrity=self._integrity_of(token),
            )

    def _integrity_of(self, token: int) -> int:
        information = self._ask(token, token_structs.TOKEN_INTEGRITY)
        return token_structs.last_number(token_structs.sid_at(SidAndAttributes.from_buffer(information).sid))

    def _ask(self, token: int, number: int) -> ctypes.Array[ctypes.c_char]:
        """Return what Windows says; addresses in it point into it."""
        information, length = ctypes.create_string_buffer(_INFORMATION_MAX_BYTES), c_uint32()
        self._advapi32.do(
            "GetTokenInformation", token, number, information, _INFORMATION_MAX_BYTES, ctypes.byref(length)
        )
        return information

    def _set(self, token: int, number: int, value: ctypes.Structure) -> None:
        self._advapi32.do("SetTokenInformation", token, number, ctypes.byref(value), ctypes.sizeof(value))

    @contextmanager
    def _token_of(self, process: int, access: int) -> Iterator[int]:
        token = Handle()
        self._advapi32.do("OpenProcessToken", process, access, ctypes.byref(token))
        try:
            yield int(token.value)
        finally:
            self._kernel32.ask("CloseHandle", token.value)


def privileges_in(information: ctypes.Array[ctypes.c_char]) -> list[PrivilegeAndAttributes]:
    """Return what stands in a TOKEN_PRIVILEGES."""
    count = TokenPrivileges.from_buffer(information).count
    return list((PrivilegeAndAttributes * count).from_buffer_copy(information, TokenPrivileges.first.offset))


def groups_in(information: ctypes.Array[ctypes.c_char]) -> list[SidAndAttributes]:
    """Return what stands in a TOKEN_GROUPS; the SIDs stay where they are."""
    count = TokenGroups.from_buffer(information).count
    return list((SidAndAttributes * count).from_buffer_copy(information, TokenGroups.first.offset))


def group_of(group: SidAndAttributes) -> int | None:
    """Return which group of every Windows counts for a process; None where it is another one, or counts only to refuse."""
    if group.attributes & token_structs.SE_GROUP_USE_FOR_DENY_ONLY:
        return None
    return token_structs.built_in_group(token_structs.sid_at(group.sid))
