"""The few calls of the kernel that Python 3.11 has no function for.

Owns their C types and numbers; every one raises ``OSError`` where the kernel refuses. Refuses to know what they are good for.
Numbers and structures are those of the kernel's own headers (linux/prctl.h, linux/sched.h, linux/mount.h, linux/capability.h).
"""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Mapping
from enum import IntFlag
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_SECCOMP: Final = 22
PR_CAPBSET_DROP: Final = 24
PR_SET_NO_NEW_PRIVS: Final = 38
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4
SECCOMP_MODE_FILTER: Final = 2

MCL_CURRENT: Final = 1
MCL_FUTURE: Final = 2
MCL_ONFAULT: Final = 4

MNT_DETACH: Final = 2
MOUNT_ATTR_RDONLY: Final = 0x1
MOUNT_ATTR_NOSUID: Final = 0x2
MOUNT_ATTR_NODEV: Final = 0x4
MOUNT_ATTR_NOEXEC: Final = 0x8
_AT_FDCWD: Final = -100
_AT_RECURSIVE: Final = 0x8000
_MOUNT_SETATTR: Final = 442  # the same on every architecture, as all since 5.0
_PIVOT_ROOT: Final[Mapping[str, int]] = {"x86_64": 155, "aarch64": 41}
_CAPABILITY_VERSION_3: Final = 0x20080522


class Clone(IntFlag):
    """Kinds of namespaces."""

    MOUNT = 0x00020000
    CGROUP = 0x02000000
    UTS = 0x04000000
    IPC = 0x08000000
    USER = 0x10000000
    PID = 0x20000000
    NETWORK = 0x40000000
    TIME = 0x00000080


class Mount(IntFlag):
    """Flags of mount(2)."""

    RDONLY = 0x1
    NOSUID = 0x2
    NODEV = 0x4
    NOEXEC = 0x8
    REMOUNT = 0x20
    BIND = 0x1000
    RECURSIVE = 0x4000
    SLAVE = 0x80000


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


class FilterInstruction(ctypes.Structure):
    """``struct sock_filter`` of linux/filter.h."""

    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class FilterProgram(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(FilterInstruction)))


def _c() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: int | ctypes.Structure) -> int:
    """Call prctl(2)."""
    words = [
        ctypes.byref(each) if isinstance(each, ctypes.Structure) else ctypes.c_ulong(each)
        for each in (*arguments, *[0] * (4 - len(arguments)))
    ]
    return _checked(_c().prctl(ctypes.c_int(option), *words), f"prctl {option}")


def unshare(kinds: Clone) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _checked(_c().unshare(ctypes.c_int(kinds)), "unshare")


def mount(source: str, target: str, *, flags: Mount, kind: str = "", data: str = "") -> None:
    """Call mount(2)."""
    result = _c().mount(
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    _checked(result, f"mount on {target}")


def set_mount_attributes(target: str, attributes: int) -> None:
    """Add attributes to a mount and everything below it. Nothing is taken from it: a mount that was locked stays so."""
    wanted = _MountAttributes(attr_set=attributes)
    result = _c().syscall(
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        os.fsencode(target),
        ctypes.c_uint(_AT_RECURSIVE),
        ctypes.byref(wanted),
        ctypes.c_size_t(ctypes.sizeof(wanted)),
    )
    _checked(result, f"mount_setattr on {target}")


def pivot_root(new_root: str) -> None:
    """Make a mount the root, and forget the one there was."""
    os.chdir(new_root)
    _checked(_c().syscall(ctypes.c_long(_PIVOT_ROOT[platform.machine()]), b".", b"."), "pivot_root")
    # Both roots are mounted on "." now, the old one on top (pivot_root(2), NOTES).
    _checked(_c().umount2(b".", ctypes.c_int(MNT_DETACH)), "umount2")
    os.chdir("/")


def empty_bounding_set() -> None:
    """Let no program that this process starts ever get a capability. Needs CAP_SETPCAP."""
    for capability in range(_last_capability() + 1):
        prctl(PR_CAPBSET_DROP, capability)


def drop_capabilities() -> None:
    """Give up every capability of this process."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = _CapabilityHeader(version=_CAPABILITY_VERSION_3, pid=0)
    nothing = (_CapabilityData * 2)()
    _checked(_c().capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")


def lock_memory() -> None:
    """Keep every page that this process ever touches out of swap."""
    _checked(_c().mlockall(ctypes.c_int(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)), "mlockall")


def _last_capability() -> int:
    with open("/proc/sys/kernel/cap_last_cap", encoding="utf-8") as file:  # noqa: PTH123 - before anything is loaded
        return int(file.read())
