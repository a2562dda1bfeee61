"""In the place of the window's launcher: the same walls but one, and behind them somebody who tries to get out.

``python -c "…; main()" ROOT WITHOUT WINDOW TARGETS``: ``WITHOUT`` names walls that are left out, ``WINDOW`` is ``stand-in`` or
``real``. Everything that is needed is loaded before the walls are closed: the folder of the tests does not exist behind them.
"""

from __future__ import annotations

import ctypes
import encodings.idna  # noqa: F401 - not to be found any more once the process is somebody else
import json
import os
import resource
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from kiosk.lockdown.linux import hardening
from kiosk.lockdown.linux.sandbox import SandboxPlan, Wall, decode_plan, launch
from tests.lockdown_proof.attempts import Targets, all_tried
from tests.ui.lockdown.stand_in import Window

SECRET: Final = b"an answer that nobody has read " * 4
FOUND: Final = "attempts.json"
LOOK_EVERY_S: Final = 0.05
LIMIT: Final = "limit"
"""Not a wall: the limit for locked memory, where the machine has one that even root cannot lift."""


def tell(folder: Path, targets: Targets) -> None:
    """Try everything and write down how it ended, and where in memory a secret is."""
    secret = ctypes.create_string_buffer(SECRET)
    KEPT.append(secret)
    found = {"tried": all_tried(targets), "at": ctypes.addressof(secret), "environment": sorted(os.environ)}
    partly = folder / f"{FOUND}.new"
    partly.write_text(json.dumps(found))
    partly.replace(folder / FOUND)


KEPT: Final[list[object]] = []
"""What has to stay in memory."""


def stand_in(folder: Path, targets: Targets) -> int:
    os.chdir(folder)  # where a crash would leave its file
    tell(folder, targets)
    return Window(folder).run()


def real(folder: Path, targets: Targets, plan: SandboxPlan, words: tuple[str, ...]) -> int:
    """The real window, and a thread in its process that tries to get out once the window is loaded."""
    from ui.lockdown.launcher import run_window  # noqa: PLC0415 - as the launcher does, behind the walls

    def when_loaded() -> None:
        while not _is_loaded():
            threading.Event().wait(LOOK_EVERY_S)
        tell(folder, targets)

    threading.Thread(target=when_loaded, daemon=True).start()
    return run_window(words, plan.kept)


def _is_loaded() -> bool:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets is not None and "ui.window.app" in sys.modules and widgets.QApplication.instance() is not None


def lift_the_limit() -> None:
    """Have the product find no limit for locked memory, where this machine gives nobody the right to lift it."""

    def getrlimit(kind: int) -> tuple[int, int]:
        without = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        return without if kind == resource.RLIMIT_MEMLOCK else resource.getrlimit(kind)

    def setrlimit(kind: int, limits: tuple[int, int]) -> None:
        if kind != resource.RLIMIT_MEMLOCK:
            resource.setrlimit(kind, limits)

    setattr(hardening, "resource", SimpleNamespace(**vars(resource) | {"getrlimit": getrlimit, "setrlimit": setrlimit}))  # noqa: B010


def main() -> int:
    left_out = set(sys.argv[2].split(",")) - {""}
    if LIMIT in left_out:
        lift_the_limit()
    without = frozenset(Wall(name) for name in left_out - {LIMIT})
    targets = Targets.decode(sys.argv[4])
    plan, words = decode_plan(sys.stdin.buffer.read())
    folder = Path(words[words.index("run") + 1])
    if sys.argv[3] == "real":
        return launch(plan, lambda: real(folder, targets, plan, words), without=without)
    return launch(plan, lambda: stand_in(folder, targets), without=without)
