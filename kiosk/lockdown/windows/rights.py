"""The window's rights: those of whoever starts the supervisor, less everything that changes a machine.

Owns what is too much, and looking at a window that runs. Refuses to know how a token is made. A process gets no rights that it
lacked at first; it is looked at all the same, because a window may have been started otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.operations import OperationFailed
from kiosk.lockdown.windows.api import Rights, Tokens, Win32Failed
from kiosk.lockdown.windows.operations import ENDS_WITH_US
from kiosk.lockdown.windows.token_structs import MEDIUM_INTEGRITY, SE_CHANGE_NOTIFY_PRIVILEGE
from kiosk.lockdown.windows.verification import as_verified

KEPT_PRIVILEGES: Final = frozenset({SE_CHANGE_NOTIFY_PRIVILEGE})
POWERFUL_GROUPS: Final = frozenset({544, 547, 548, 549, 550, 551, 556, 569, 578, 580})
"""Administrators, power users, account, server, print and backup operators, those of network settings, cryptography, virtual
machines and remote management, by the last number of their SID (winnt.h, DOMAIN_ALIAS_RID_…)."""


class WindowRights:
    """Has windows started with fewer rights, and looks whether they have no more.

    Args:
        tokens: of the machine.
        window: the window's process; None while there is none.
    """

    name = "windows/window-rights"
    concern = Concern.PRIVILEGES

    def __init__(self, tokens: Tokens, window: Callable[[], int | None]) -> None:
        self._tokens = tokens
        self._window = window
        self._is_made = False

    @property
    def is_made(self) -> bool:
        """Whether windows are to be started with fewer rights."""
        return self._is_made

    def probe(self) -> Probe:
        """Tell whether Windows says what a program may do."""
        if self._tokens.own() is None:
            reason = "Windows does not say what a program may do."
            return as_verified(Probe(capability=Capability.UNAVAILABLE, reason=reason))
        reason = "The window has no rights of an administrator; what the user may read and write, it may, too."
        return as_verified(Probe(capability=Capability.DETECT_ONLY, reason=reason))

    def snapshot(self) -> bytes:
        """Nothing is left of it."""
        return ENDS_WITH_US

    def apply(self) -> None:
        """Start a program so that never begins, and look what it would be allowed to do: that a call succeeded says little."""
        if self._is_made:
            return  # nothing takes rights from a window that runs; the next one is started without them
        try:
            tried = self._tokens.tried()
        except Win32Failed as failed:
            raise OperationFailed(self.name, str(failed)) from failed
        reason = too_much(tried)
        if reason:
            raise OperationFailed(self.name, reason)
        self._is_made = True

    def verify(self) -> str:
        """Look at the window that runs."""
        pid = self._window()
        if pid is None:
            return ""
        rights = self._tokens.of(pid)
        if rights is not None:
            return too_much(rights)
        return "Windows does not say what the window may do." if self._window() == pid else ""  # it has just ended

    def revert(self, snapshot: bytes) -> None:
        """Windows that are started from now on have all rights of their user."""
        del snapshot
        self._is_made = False


def too_much(rights: Rights) -> str:
    """Return why these are more rights than a window needs; empty where they are not."""
    privileges = sorted(rights.privileges - KEPT_PRIVILEGES)
    if privileges:
        return f"It would have privileges: {', '.join(map(str, privileges))}."
    groups = sorted(rights.groups & POWERFUL_GROUPS)
    if groups:
        return f"It would be in groups that may change the machine: {', '.join(map(str, groups))}."
    if rights.integrity > MEDIUM_INTEGRITY:
        return f"Its integrity would be 0x{rights.integrity:X}, higher than that of a user's programs."
    return ""
