"""The window's themes, as words of the command line."""

from __future__ import annotations

from enum import Enum


class Look(Enum):
    """Themes of the window."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"
