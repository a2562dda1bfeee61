"""A program that plays days on a disk that fails when told to: it stays, and forks for every day.

It reads a line of JSON for each day and answers with one. It must be started with the failing disk loaded (``failing.py``).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from exam_packages.ids import Digest
from kiosk.drill import promises
from kiosk.drill.promises import Mark
from kiosk.errors import StickFault, StorageFault
from tests.faults.small_day import Failure, SmallDay, Step
from tests.simulators.day import Exams, World

_DAY_S = 120  # a day that takes longer hangs


def main() -> None:
    """Play days until nobody asks for more."""
    disk = ctypes.CDLL(None)
    disk.fault_seen.restype = ctypes.c_long
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(order, disk)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"exit": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


def _child(order: dict[str, Any], disk: ctypes.CDLL) -> None:
    """Play one day, write down what came of it, and be gone without a word, as a program that is killed."""
    signal.alarm(_DAY_S)
    code = 70
    try:
        _play(order, disk)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the test has to see it
        Path(order["trace"]).write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)


def _play(order: dict[str, Any], disk: ctypes.CDLL) -> None:
    world = World(Path(order["world"]), Exams(choice=Digest(order["choice"]), essay=Digest(order["essay"])))
    marks = os.open(order["marks"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(mark: Mark) -> None:
        os.write(marks, promises.encode_mark(mark))

    day = SmallDay(world, tell, pieces=order["pieces"])
    disk.fault_arm(
        order["below"].encode(),
        order["kinds"],
        ctypes.c_long(order["at"]),
        order["errno"],
        int(order["forever"]),
    )
    failure = day.until_it_fails([Step(name) for name in order["steps"]])
    seen = disk.fault_seen()
    disk.fault_arm(b"/nowhere", 0, ctypes.c_long(0), 0, 0)
    Path(order["outcome"]).write_text(json.dumps({"seen": seen, **_said(failure)}), encoding="utf-8")


def _said(failure: Failure | None) -> dict[str, str]:
    if failure is None:
        return {"step": "", "fault": "", "kind": "", "said": ""}
    fault = failure.fault
    kind = fault.kind.value if isinstance(fault, StorageFault | StickFault) else ""
    return {"step": failure.step.value, "fault": fault.code, "kind": kind, "said": str(fault)}


if __name__ == "__main__":
    main()
