"""Tokens of wine that answer a user's integrity: wine says yes to a lower one and leaves it as it is."""

from __future__ import annotations

from dataclasses import replace

from kiosk.lockdown.windows.api import Rights
from kiosk.lockdown.windows.real_tokens import RealTokens
from kiosk.lockdown.windows.token_structs import MEDIUM_INTEGRITY


class TrustedTokens(RealTokens):
    """What is said of privileges and groups is wine's own answer: these it takes away."""

    def of(self, pid: int) -> Rights | None:
        rights = super().of(pid)
        return None if rights is None else replace(rights, integrity=MEDIUM_INTEGRITY)

    def tried(self) -> Rights:
        return replace(super().tried(), integrity=MEDIUM_INTEGRITY)
