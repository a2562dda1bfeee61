"""Reaching into the window from outside, as a debugger would: by the kernel's call, and by the file of its memory.

Owns the attempt, in a process of its own that is gone afterwards. Root may do both anywhere: then nothing can be said.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from kiosk.lockdown.facts import Probe
from kiosk.lockdown.linux.hardening import User, become
from kiosk.readiness.checks import Finding, escape, not_possible

PTRACE_SEIZE: Final = 0x4206  # linux/ptrace.h: attaches without stopping it
_TRACED: Final = 1
_MEMORY: Final = 2
_NOT_SAID: Final = 100


def debugger(process: int | None, promised: Probe | None, *, user: User | None) -> Finding:
    """Try to attach to a process and to open its memory.

    Args:
        process: the window's.
        promised: what the capability table says of it.
        user: whom the window runs as, where the supervisor is root: the attempt is made as that user.
    """
    if process is None:
        return not_possible("There is no window to reach into.")
    if os.getuid() == 0 and user is None:
        return not_possible(
            "It was tried as root, and root may read any process's memory.",
            "Name a user for the window (--user), or run this as the seat's user.",
        )
    reached = _tried(process, user)
    if reached == _NOT_SAID:
        return not_possible("The attempt itself could not be made.")
    ways = [words for bit, words in ((_TRACED, "be attached to"), (_MEMORY, "be opened as a file")) if reached & bit]
    saw = (
        f"The window's process can {' and its memory '.join(ways)}."
        if ways
        else "No debugger gets at the window's process."
    )
    return escape(got_out=bool(ways), saw=saw, promised=promised)


def _tried(process: int, user: User | None) -> int:
    child = os.fork()
    if child == 0:
        code = _NOT_SAID
        try:
            if user is not None:
                become(user)
            code = _reached(process)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _reached(process: int) -> int:
    reached = 0
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.restype = ctypes.c_long
    if library.ptrace(ctypes.c_long(PTRACE_SEIZE), ctypes.c_long(process), None, None) == 0:
        reached |= _TRACED  # it is let go of when this process ends
    try:
        os.close(os.open(f"/proc/{process}/mem", os.O_RDONLY))
    except OSError:
        return reached
    return reached | _MEMORY
