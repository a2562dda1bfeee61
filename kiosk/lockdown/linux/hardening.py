"""What a process gives up about itself before it shows an exam: capabilities, its user, its memory in files.

Owns the order, which matters: limits need rights that are given up next, and the death signal is forgotten when a user changes.
Refuses to know namespaces and the filter of calls.
"""

from __future__ import annotations

import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.lockdown.linux.system_calls import (
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    empty_bounding_set,
    lock_memory,
    prctl,
)

_STATUS: Final = Path("/proc/self/status")
_SWAPS: Final = Path("/proc/swaps")
SYS_ADMIN: Final = 21
SETUID: Final = 7
SETPCAP: Final = 8
SYS_RESOURCE: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Whom a process runs as; ``groups`` are those of devices: sound and pictures."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


def has_capability(capability: int) -> bool:
    """Tell whether this process has a capability in effect."""
    for line in _STATUS.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name == "CapEff":
            return bool(int(value, 16) >> capability & 1)
    return False


def die_with(parent: int) -> None:
    """Be killed when the parent ends, however it ends.

    Raises:
        ProcessLookupError: it has ended already.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError("the parent has ended")


def leave_no_core(*, cores: bool = False, readable: bool = False) -> None:
    """No crash file, and nobody but root reads this process's memory, its environment and what it has open.

    Args:
        cores: leave crash files as they are; for tests.
        readable: leave the memory as readable as it is; for tests.
    """
    if not cores:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl(PR_SET_DUMPABLE, 1 if readable else 0)


def memory_may_be_locked() -> bool:
    """Tell whether this process may keep all its memory out of swap."""
    _, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return hard == resource.RLIM_INFINITY or has_capability(SYS_RESOURCE)


def swap_is_there() -> bool:
    """Tell whether the machine swaps at all; yes where it cannot be told."""
    try:
        return len(_SWAPS.read_text(encoding="utf-8", errors="replace").splitlines()) > 1
    except OSError:
        return True


def raise_memory_limit() -> None:
    """Let a later ``keep_memory`` lock everything; nothing where that is not allowed."""
    if memory_may_be_locked():
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def keep_memory() -> bool:
    """Keep this process's memory out of swap and tell whether that could be done.

    With a limit it is not tried: every later allocation beyond it would fail, and a window without memory helps nobody.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY:
        return False
    lock_memory()
    return True


def become(user: User) -> None:
    """Be another user for good, in no group but theirs and those of devices."""
    os.setgroups(user.groups)
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)


def give_up_privileges(user: User | None) -> None:
    """Be another user where one is given, give up every capability, and the possibility of ever getting one again.

    The bounding set goes first: to empty it takes a right that goes with the user.
    """
    if has_capability(SETPCAP):
        empty_bounding_set()
    if user is not None:
        become(user)
    drop_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
