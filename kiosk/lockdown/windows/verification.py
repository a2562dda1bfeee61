"""What stands between "it is written and runs under wine" and "somebody has seen it on Windows".

Owns one constant and what follows from it. Nothing here has been tried on Windows itself; docs/windows-verification.md says how
that is done and where it is written down. Until then every row of the capability table says so, and what ought to prevent
something counts as noticing it at most: no exam that counts starts because of a wall that nobody has pushed against.
"""

from __future__ import annotations

from typing import Final

from kiosk.lockdown.facts import Capability, Probe

VERIFIED: Final[bool] = False
"""Set by whoever has filled in the table of docs/windows-verification.md, in the same change."""
NOT_VERIFIED: Final = "Not verified on Windows."
REMEDY: Final = "Go through docs/windows-verification.md on a seat of this kind."


def as_verified(probe: Probe, *, verified: bool = VERIFIED) -> Probe:
    """Return what may be said of a probe, as long as nobody has tried it on Windows."""
    if verified:
        return probe
    capability = Capability.DETECT_ONLY if probe.capability is Capability.ENFORCED else probe.capability
    reason = f"{NOT_VERIFIED} {probe.reason}".strip()
    return Probe(capability=capability, reason=reason, remedy=probe.remedy or REMEDY)
