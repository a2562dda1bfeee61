"""A window in a process of its own, for tests: ``python -m tests.ui.window.window_process HOW FOLDER``.

``run`` runs the product's own entry point on a seat's folder. ``sit`` sits a session by itself, then tells which Qt modules
and sockets the process has, and on which threads garbage was collected.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from pathlib import Path


def run(folder: Path) -> int:
    """Run the window as ``kiosk seat run`` does."""
    from ui.window.app import run_window  # noqa: PLC0415 - the process imports what it tests and nothing before

    return run_window(folder / "seat", stats=folder / "stats")


def sit(folder: Path) -> int:
    """Sit an exam to its end, then print what the process has loaded and opened, and who collected."""
    from kiosk.seat.seat import Seat  # noqa: PLC0415
    from tests.simulators.clock import FakeClock  # noqa: PLC0415
    from tests.ui.waiting import until  # noqa: PLC0415
    from tests.ui.window.driving import make_program, on, settle  # noqa: PLC0415
    from tests.ui.window.test_real_day import check_in, sit_to_the_end  # noqa: PLC0415
    from ui.window.application import make_application  # noqa: PLC0415
    from ui.window.navigation import Screen  # noqa: PLC0415

    app = make_application()
    collected_on: set[str] = set()
    gc.callbacks.append(lambda _phase, _info: collected_on.add(threading.current_thread().name))
    with Seat.open(folder / "seat", clock=FakeClock()) as seat:
        program = make_program(app, seat.day())
        program.start(windowed=True)
        program.window.activateWindow()
        on(program, Screen.IDLE)
        until(lambda: program._desk.proctors)
        settle()
        check_in(program, "Chidi Okafor")
        sit_to_the_end(program, app)
        program.close()
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    sockets = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    found = {
        "modules": sorted(name for name in sys.modules if name.startswith("PySide6.")),
        "libraries": sorted({line.rsplit("/", 1)[-1] for line in maps.splitlines() if "libQt6" in line}),
        "sockets": [each for each in sockets if each.startswith("socket:")],
        "collected_on": sorted(collected_on),
    }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit({"run": run, "sit": sit}[sys.argv[1]](Path(sys.argv[2])))
