"""Sound and video, with plays that are counted and may be limited.

Owns the part and the player that the window shows for them. Nothing outside of this package knows Qt Multimedia.
"""

from __future__ import annotations

from ui.window.items.media.backend import media_ready
from ui.window.items.media.part import media_part, media_player

__all__ = ["media_part", "media_player", "media_ready"]
