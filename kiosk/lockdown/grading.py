"""What follows from an observation: a pure function of preset, the site's wishes and the catalogue.

Owns the rule that nothing here ends a session, and that practice is never held up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from kiosk.lockdown.catalogue import CATALOGUE
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.incidents import Consequence, IncidentKind

_ORDER = tuple(Consequence)


def consequence_of(
    kind: IncidentKind, preset: Preset, wishes: Mapping[IncidentKind, Consequence] | None = None
) -> Consequence:
    """Return what follows from an incident.

    Args:
        kind: what was noticed.
        preset: how strict the seat is.
        wishes: what the site file says instead, for single kinds. Practice is never paused or locked, whatever it says.
    """
    entry = CATALOGUE[kind]
    match preset:
        case Preset.PRACTICE:
            return min(entry.consequence, Consequence.WARN, key=_ORDER.index)
        case Preset.STANDARD:
            usual = entry.consequence
        case Preset.STRICT:
            usual = entry.strict
        case _:
            assert_never(preset)
    return usual if wishes is None else wishes.get(kind, usual)
