"""Which file this program is, for units, services and shells that start it."""

from __future__ import annotations

import sys
from pathlib import Path


def this_program() -> Path:
    """Return the file that runs now."""
    return Path(sys.executable if getattr(sys, "frozen", False) else sys.argv[0]).resolve()
