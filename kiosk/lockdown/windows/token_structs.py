"""Structures and numbers of tokens, which say what a process may do, as they lie in memory on 64-bit Windows. See ``structs``.

Owns layout, and reading and writing what has a length of its own: SIDs and lists of access. Source: winnt.h of the Windows SDK,
checked against mingw-w64's headers; [MS-DTYP] 2.4.2 (SID), 2.4.4.2 (ACCESS_ALLOWED_ACE), 2.4.5 (ACL).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from ctypes import c_int32, c_size_t, c_uint8, c_uint16, c_uint32
from typing import ClassVar, Final

from kiosk.lockdown.windows.service_structs import SidAndAttributes

TOKEN_ASSIGN_PRIMARY: Final = 0x0001
TOKEN_DUPLICATE: Final = 0x0002
TOKEN_ADJUST_DEFAULT: Final = 0x0080
TOKEN_GROUPS: Final = 2
TOKEN_PRIVILEGES: Final = 3
TOKEN_OWNER: Final = 4
TOKEN_DEFAULT_DACL: Final = 6
TOKEN_INTEGRITY: Final = 25
SE_CHANGE_NOTIFY_PRIVILEGE: Final = 23
"""Walking through folders whose contents one may not list: without it hardly any program finds its own files."""
SE_GROUP_USE_FOR_DENY_ONLY: Final = 0x10
SE_GROUP_INTEGRITY: Final = 0x20
MEDIUM_INTEGRITY: Final = 0x2000
"""SECURITY_MANDATORY_MEDIUM_RID: of programs that a user starts."""
GENERIC_ALL: Final = 0x1000_0000

_REVISION: Final = 1
_NT: Final = 5
_LABELS: Final = 16
_BUILTIN: Final = 32
_SYSTEM: Final = 18
_ACL_REVISION: Final = 2
_SID_HEAD: Final = 8
_SID_MAX_NUMBERS: Final = 15


class PrivilegeAndAttributes(ctypes.Structure):
    """LUID_AND_ATTRIBUTES, winnt.h."""

    _fields_: ClassVar = [("low", c_uint32), ("high", c_int32), ("attributes", c_uint32)]


class TokenPrivileges(ctypes.Structure):
    """TOKEN_PRIVILEGES, winnt.h: ``count`` of them, from the first one on."""

    _fields_: ClassVar = [("count", c_uint32), ("first", PrivilegeAndAttributes)]


class TokenGroups(ctypes.Structure):
    """TOKEN_GROUPS, winnt.h: ``count`` of them, from the first one on."""

    _fields_: ClassVar = [("count", c_uint32), ("first", SidAndAttributes)]


class TokenDefaultDacl(ctypes.Structure):
    """TOKEN_DEFAULT_DACL and, of the same layout, TOKEN_OWNER, winnt.h."""

    _fields_: ClassVar = [("place", c_size_t)]


class AclHead(ctypes.Structure):
    """ACL, winnt.h: what stands before its entries."""

    _fields_: ClassVar = [
        ("revision", c_uint8),
        ("nothing", c_uint8),
        ("size", c_uint16),
        ("count", c_uint16),
        ("nothing_either", c_uint16),
    ]


class AllowedAce(ctypes.Structure):
    """ACCESS_ALLOWED_ACE, winnt.h: ``sid`` is where the SID begins."""

    _fields_: ClassVar = [
        ("type", c_uint8),
        ("flags", c_uint8),
        ("size", c_uint16),
        ("mask", c_uint32),
        ("sid", c_uint32),
    ]


def sid_of(authority: int, *numbers: int) -> bytes:
    """Return a SID as it lies in memory."""
    return struct.pack(f"<BB6s{len(numbers)}I", _REVISION, len(numbers), authority.to_bytes(6, "big"), *numbers)


LOCAL_SYSTEM: Final = sid_of(_NT, _SYSTEM)


def label_of(integrity: int) -> bytes:
    """Return the SID of a level of integrity."""
    return sid_of(_LABELS, integrity)


def sid_at(address: int) -> bytes:
    """Return the SID that lies at an address of this process, as Windows has written it there."""
    numbers = ctypes.string_at(address, _SID_HEAD)[1]
    return ctypes.string_at(address, _SID_HEAD + 4 * min(numbers, _SID_MAX_NUMBERS))


def last_number(sid: bytes) -> int:
    """Return the last number of a SID: of a level of integrity, how high it is."""
    return int(struct.unpack("<I", sid[-4:])[0]) if len(sid) > _SID_HEAD else 0


def built_in_group(sid: bytes) -> int | None:
    """Return which of the groups that every Windows has a SID is (S-1-5-32-…); None for any other."""
    number = last_number(sid)
    return number if sid == sid_of(_NT, _BUILTIN, number) else None


def access_list(sids: Sequence[bytes]) -> bytes:
    """Return a list of access by which these may do everything, and nobody else anything."""
    head, entry = ctypes.sizeof(AclHead), AllowedAce.sid.offset
    entries = [bytes(AllowedAce(size=entry + len(sid), mask=GENERIC_ALL))[:entry] + sid for sid in sids]
    size = head + sum(map(len, entries))
    return bytes(AclHead(revision=_ACL_REVISION, size=size, count=len(entries))) + b"".join(entries)
