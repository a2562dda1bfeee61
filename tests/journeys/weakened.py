"""``kiosk`` with protections left out, to see that the tests of them would fail: ``python -m tests.journeys.weakened WORDS …``.

What is left out is left out here, in this process: the product has no switch for it. Windows of other programs and further
displays are not looked for, a window that hangs is waited for, and nothing is put back at the end.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from kiosk.lockdown import supervision
from kiosk.lockdown.backends import Backend
from kiosk.lockdown.engine import Lockdown, RestoreReport
from kiosk.lockdown.x11.outputs import Displays
from kiosk.lockdown.x11.windows import ForeignWindows
from ui.command_line.main import run
from ui.lockdown import backend

FOR_EVER_MS = 10**9


def main() -> int:
    whole = vars(backend)["x11_backend"]

    def blind(*arguments: Any, **more: Any) -> Backend:
        made: Backend = whole(*arguments, **more)
        seen = tuple(each for each in made.monitors if not isinstance(each, (ForeignWindows, Displays)))
        return replace(made, monitors=seen)

    for place, name, otherwise in (
        (backend, "x11_backend", blind),
        (supervision, "HANG_MS", FOR_EVER_MS),
        (Lockdown, "stop", lambda _self: RestoreReport()),
    ):
        setattr(place, name, otherwise)
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
