"""A machine that somebody works on: nothing is changed, nothing is searched, and the table says so.

Owns that honesty. Only the clocks are compared, since that looks at nobody's programs and devices.
"""

from __future__ import annotations

from typing import Final

from kiosk.lockdown.backends import Backend
from kiosk.lockdown.facts import Capability, Concern, Probe
from kiosk.lockdown.linux.clocks import ClockMonitor, SleepMonitor

NAME: Final = "development"
REASON: Final = "This is a machine that somebody works on: nothing is enforced here."
REMEDY: Final = "Use a prepared seat for a live exam."
_SEEN: Final = frozenset({Concern.CLOCK, Concern.SUSPEND})


def development_backend() -> Backend:
    """Return the backend that prevents nothing and says so about every concern."""
    nothing = Probe(capability=Capability.UNAVAILABLE, reason=REASON, remedy=REMEDY)
    return Backend(
        name=NAME,
        monitors=(ClockMonitor(), SleepMonitor()),
        further={f"{NAME}/{concern.value}": (concern, nothing) for concern in Concern if concern not in _SEEN},
    )
