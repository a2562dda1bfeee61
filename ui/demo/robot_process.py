"""The director's end of the robot: finds an interpreter for it, starts it, tells it what to do and hears how it went.

The robot is told in words what people are told ("unlock with this PIN", "question 5: choose “88 %”"), one JSON line each, and
answers with one. It learns nothing else: no folder of the seat, no identifier, no key.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import ui
from ui.demo.display import Display
from ui.demo.errors import DemoFault
from ui.demo.processes import end_process_group

INTERPRETERS: Final = ("/usr/bin/python3", "python3")
"""The system's own comes first: distributions build the bindings for that one only."""
CAN_SEE: Final = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
PACKAGES: Final = "python3-gi gir1.2-atspi-2.0"


class RobotFailedError(DemoFault):
    """The robot could not do what it was told.

    Attributes:
        act: what it was told.
        reply: what it answered: ``error``, and under ``screen`` what it saw.
    """

    code = "robot-failed"

    def __init__(self, act: str, reply: Mapping[str, Any]) -> None:
        seen = ", ".join(f"“{name}”" for name in reply.get("screen", [])[:40])
        super().__init__(f"The robot could not do “{act}”: {reply.get('error', 'no reason')}. On the screen: {seen}")
        self.act = act
        self.reply = reply


def find_interpreter() -> str:
    """Return a Python that has the bindings of the accessibility bus.

    Raises:
        DemoFault: there is none.
    """
    for name in (*INTERPRETERS, sys.executable):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", CAN_SEE], capture_output=True, check=False).returncode == 0:
            return path
    raise DemoFault(
        f"No Python with the bindings of the accessibility bus was found. On Debian and Ubuntu: apt-get install {PACKAGES}"
    )


class Robot:
    """A running robot."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        if process.stdin is None or process.stdout is None:
            raise ValueError("the robot is spoken to over its standard input and output")
        self._ear: IO[str] = process.stdin
        self._mouth: IO[str] = process.stdout

    def tell(self, act: str, **details: object) -> dict[str, Any]:
        """Tell the robot to do something, and return its answer once it is done.

        Args:
            act: one of ``ui.demo.robot.acts.ACTS``.
            details: what that act asks for, as JSON values.

        Raises:
            RobotFailedError: it could not do it.
        """
        try:
            self._ear.write(json.dumps({"act": act, **details}) + "\n")
            self._ear.flush()
            answer = self._mouth.readline()
            reply: dict[str, Any] = json.loads(answer) if answer else {"error": "the robot ended"}
        except (OSError, ValueError) as error:
            reply = {"error": f"the robot cannot be spoken to: {error}"}
        if not reply.get("ok"):
            raise RobotFailedError(act, reply)
        return reply


@contextmanager
def running_robot(display: Display, *, screens: Path, log: Path) -> Iterator[Robot]:
    """Start a robot at a display and end it when the block is left.

    Args:
        display: where it sits.
        screens: folder for its pictures.
        log: file it writes a line to for each act.

    Raises:
        DemoFault: there is no interpreter for it.
    """
    command = [find_interpreter(), "-m", "ui.demo.robot"]
    command += [
        "--framebuffer",
        str(display.framebuffer),
        "--screens",
        str(screens.resolve()),
        "--log",
        str(log.resolve()),
    ]
    # Its own modules come from here; everything else it imports is the standard library's and the system's.
    environment = {
        **display.environment,
        "PYTHONPATH": str(Path(ui.__file__).parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with log.with_suffix(".errors").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
    try:
        yield Robot(process)
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        end_process_group(process)
