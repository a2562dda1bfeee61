"""What one measurement is, and the one table in which all are said. It measures nothing itself.

A goal is the largest allowed ratio of a value to its limit, both measured in the same run; where there is no limit to measure
beside it, the goal is the largest allowed value.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    name: str
    value: float
    """In `unit`; not a number and not looked at where `missing` says why."""
    unit: str
    limit: str
    """What it is held against: a limit of the machine, or a peer, of the same run. Empty: only the goal."""
    limit_value: float | None
    """In `unit`."""
    ratio: float | None
    goal: float
    """The largest allowed ratio; of the value, where `limit_value` is None."""
    note: str = ""
    missing: str = ""
    """Why it could not be measured; empty when it was."""
