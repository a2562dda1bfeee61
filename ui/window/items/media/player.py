"""What a player of media is to the window: a handful of verbs, and news that come back.

Owns the contract between the controls and whatever plays. Refuses to know Qt Multimedia, plays and limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from PySide6.QtGui import QImage


class PlayState(Enum):
    """What a player does."""

    READY = "ready"
    """At the beginning, not begun."""
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"
    """It cannot play this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who hears the news of a player."""

    state: Callable[[PlayState], None]
    position_ms: Callable[[int], None]
    length_ms: Callable[[int], None]
    picture: Callable[[QImage], None]


class Player(Protocol):
    """One medium, ready to be played."""

    def play(self) -> None:
        """Begin, go on after a pause, or begin again after the end."""

    def pause(self) -> None:
        """Stop where it is."""

    def seek(self, position_ms: int) -> None:
        """Go somewhere else."""

    def set_volume(self, percent: int) -> None:
        """As loud as people hear it, 0 to 100."""

    def close(self) -> None:
        """Stop, and give back what it holds. Says no more."""


MakePlayer: TypeAlias = Callable[[bytes, Listener], Player]
"""From the bytes of a medium; raises `MediaMissingError` where this workstation has no player for it."""


class MediaMissingError(Exception):
    """This workstation or this medium cannot be played; its text is for people."""
