"""The registry, by calls of advapi32. See ``api.Registry``."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from ctypes import c_uint32
from typing import Final

from kiosk.lockdown.windows import structs
from kiosk.lockdown.windows.api import Hive, Value, Win32Failed
from kiosk.lockdown.windows.calls import ADVAPI32, Library
from kiosk.lockdown.windows.structs import Handle

VALUE_MAX_BYTES: Final = 16 * 1024
"""Policies are a few bytes, an EDID at most some hundred."""
_POLICIES: Final = "Software\\Policies"
_GONE: Final = frozenset({structs.ERROR_SUCCESS, structs.ERROR_FILE_NOT_FOUND})


class RealRegistry:
    """The registry of this machine.

    Args:
        user_sid: of the seat's user, as a service needs it; empty: the user as whom this program runs.
    """

    def __init__(self, *, user_sid: str = "") -> None:
        self._advapi32 = Library("advapi32", ADVAPI32)
        self._user_sid = user_sid

    def read(self, hive: Hive, key: str, name: str) -> Value | None:
        """Return a value, or None."""
        try:
            return self.find(hive, key, name)
        except Win32Failed:
            return None

    def find(self, hive: Hive, key: str, name: str) -> Value | None:
        """Return a value, or None where there is none."""
        kind, length = c_uint32(), c_uint32(VALUE_MAX_BYTES)
        data = ctypes.create_string_buffer(VALUE_MAX_BYTES)
        try:
            with self._open(hive, key, structs.KEY_READ) as handle:
                place = (handle, name, None, ctypes.byref(kind), data, ctypes.byref(length))
                self._advapi32.do_by_number("RegQueryValueExW", *place)
        except Win32Failed as failed:
            if failed.number == structs.ERROR_FILE_NOT_FOUND:
                return None
            raise
        return Value(type=kind.value, data=data.raw[: length.value])

    def has_key(self, hive: Hive, key: str) -> bool:
        """Try to open it."""
        try:
            with self._open(hive, key, structs.KEY_READ):
                return True
        except Win32Failed:
            return False

    def may_write(self, hive: Hive) -> bool:
        """Try to open the key of policies for writing, and write nothing."""
        try:
            with self._open(hive, _POLICIES, structs.KEY_WRITE):
                return True
        except Win32Failed as failed:
            return failed.number == structs.ERROR_FILE_NOT_FOUND

    def write(self, hive: Hive, key: str, name: str, value: Value) -> None:
        """Set a value."""
        root, path = self._place(hive, key)
        handle = Handle()
        access = structs.KEY_WRITE | structs.KEY_WOW64_64KEY
        made = (root, path, 0, None, 0, access, None, ctypes.byref(handle), None)
        self._advapi32.do_by_number("RegCreateKeyExW", *made)
        try:
            data = ctypes.create_string_buffer(value.data, len(value.data))
            self._advapi32.do_by_number("RegSetValueExW", handle, name, 0, value.type, data, len(value.data))
        finally:
            self._advapi32.ask("RegCloseKey", handle)

    def remove(self, hive: Hive, key: str, name: str) -> None:
        """Remove a value."""
        try:
            with self._open(hive, key, structs.KEY_WRITE) as handle:
                self._advapi32.do_by_number("RegDeleteValueW", handle, name, fine=_GONE)
        except Win32Failed as failed:
            if failed.number != structs.ERROR_FILE_NOT_FOUND:
                raise

    def remove_key(self, hive: Hive, key: str) -> None:
        """Remove a key that is empty."""
        keys, values = c_uint32(), c_uint32()
        try:
            with self._open(hive, key, structs.KEY_READ) as handle:
                asked = (ctypes.byref(keys), None, None, ctypes.byref(values), None, None, None, None)
                self._advapi32.do_by_number("RegQueryInfoKeyW", handle, None, None, None, *asked)
        except Win32Failed as failed:
            if failed.number == structs.ERROR_FILE_NOT_FOUND:
                return
            raise
        if not keys.value and not values.value:
            root, path = self._place(hive, key)
            self._advapi32.do_by_number("RegDeleteKeyExW", root, path, structs.KEY_WOW64_64KEY, 0, fine=_GONE)

    @contextlib.contextmanager
    def _open(self, hive: Hive, key: str, access: int) -> Iterator[Handle]:
        root, path = self._place(hive, key)
        handle = Handle()
        place = (root, path, 0, access | structs.KEY_WOW64_64KEY, ctypes.byref(handle))
        self._advapi32.do_by_number("RegOpenKeyExW", *place)
        try:
            yield handle
        finally:
            self._advapi32.ask("RegCloseKey", handle)

    def _place(self, hive: Hive, key: str) -> tuple[int, str]:
        if hive is Hive.MACHINE:
            return structs.HKEY_LOCAL_MACHINE, key
        if self._user_sid:
            return structs.HKEY_USERS, f"{self._user_sid}\\{key}"
        return structs.HKEY_CURRENT_USER, key
