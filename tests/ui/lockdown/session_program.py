"""The supervisor as a program of its own, for tests: ``python -m tests.ui.lockdown.session_program SEAT STATE [PRESET]``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from kiosk.lockdown.backends import Backend
from kiosk.lockdown.facts import Preset
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import Screen
from ui.lockdown import on_linux
from ui.lockdown.options import SessionOptions, Wanted
from ui.lockdown.program import run_session

STAND_IN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from tests.ui.lockdown.stand_in import main; raise SystemExit(main())"
)


def sandbox_alone(
    options: SessionOptions,
    machine: walls.Machine,
    screen: Screen,
    window: Callable[[], int | None],
    wanted: Wanted | None = None,
) -> Backend:
    """What else runs on the machine of the tests is nothing to these tests."""
    return Backend(name="sandbox", operations=walls.operations(machine, window))


def main() -> int:
    setattr(on_linux, "backend_here", sandbox_alone)  # noqa: B010 - it is not the program's to give away
    seat, state = Path(sys.argv[1]), Path(sys.argv[2])
    return run_session(
        SessionOptions(
            seat=seat,
            state=state,
            preset=Preset(sys.argv[3]) if len(sys.argv) > 3 else Preset.PRACTICE,
            words=["seat", "run", str(seat)],
            environment={"QT_QPA_PLATFORM": "offscreen", "LD_PRELOAD": "", "QT_PLUGIN_PATH": "/tmp"},
            more=[str(Path(__file__).parents[2])],
            reserve=False,
            command=[sys.executable, "-c", STAND_IN, str(Path(__file__).parents[3])],
        )
    )


if __name__ == "__main__":
    sys.exit(main())
