"""`kiosk seat …` as installed from source: what a seat is shipped with, and the drill, which makes an office of its own.

Owns that one difference; see build_scripts/packaging.
"""

from __future__ import annotations

from ui.command_line import seat_drill
from ui.command_line.seat import app

__all__ = ["app"]

app.command("drill")(seat_drill.drill)
