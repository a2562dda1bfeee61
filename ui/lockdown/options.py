"""What a sitting is started with, and what it is to be watched for: values that are the same on every system.

Refuses to know any system: what does the work is ``ports.Platform``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.lockdown.facts import Preset
from kiosk.lockdown.policy import Policy

SNAPSHOTS: Final = "snapshots"
"""Where the supervisor's folder has what is to be put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What a sitting is started with.

    Attributes:
        seat: the seat's folder.
        state: the supervisor's own folder; the window never sees it.
        preset: how strict.
        words: the command line of ``kiosk`` that is the window.
        media: sticks and second disks that the window may use.
        user: name of the user that the window runs as; empty: as whom the supervisor runs.
        accessibility: whether assistive programs may read the window.
        environment: the supervisor's own, which nobody has looked at.
        more: other folders that the window may read.
        command: what makes the walls and is the window behind them; empty: this program.
        reserve: a second window waits, loaded, for the first one to be gone.
    """

    seat: Path
    state: Path
    preset: Preset
    words: Sequence[str]
    media: Sequence[Path] = ()
    user: str = ""
    accessibility: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    more: Sequence[str] = ()
    command: Sequence[str] = ()
    reserve: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a sitting is to be watched for.

    Attributes:
        policy: what holds at this seat while no exam demands more.
        preset_now: how strict it is at this moment.
        session_now: the session that runs at this moment; empty while none does.
    """

    policy: Policy
    preset_now: Callable[[], Preset]
    session_now: Callable[[], str] = lambda: ""


def wanted_by(preset: Preset) -> Wanted:
    """Return what is wanted by a preset alone, without a site's policy."""
    return Wanted(policy=Policy(preset=preset), preset_now=lambda: preset)


def default_state(seat: Path) -> Path:
    """Return the folder of the supervisor of a seat: beside it, not in it, so that the window does not see it."""
    return seat.with_name(f"{seat.name}.lockdown")
