"""What a session asks the world to do after a step was committed. Values only; the seat's service performs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kiosk.session.state import ResultState


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Sign the head of the journal now: a section ended, or the answers became final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealResult:
    """The session is over: seal its result bundle into the outbox."""

    state: ResultState


Effect: TypeAlias = Checkpoint | SealResult
