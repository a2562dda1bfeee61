"""Runs the commands of the day as people would: one program each, in its own folder, with nothing shared but files.

Owns how a command is started and what its failure means. Refuses to know what any of them does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from ui.demo.display import KEPT_VARIABLES
from ui.demo.errors import DemoFault

KIOSK: Final = (sys.executable, "-m", "ui.command_line.main")
"""The program itself, in the interpreter that runs the demo: the same as the installed ``kiosk``."""
SEAT_PROGRAM: Final = "KIOSK_SEAT_PROGRAM"
"""Variable that names another program for what is done at the seat: a day can be given on the one that is shipped."""
COMMAND_WITHIN_S: Final = 300.0


class CommandFailedError(DemoFault):
    """A command of the day did not end with 0.

    Attributes:
        exit_code: what it ended with.
    """

    code = "command-failed"

    def __init__(self, words: Sequence[str], exit_code: int, said: str) -> None:
        super().__init__(f"“kiosk {' '.join(words)}” ended with code {exit_code}: {said.strip()}")
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Somebody's place to work: where commands are run, and the secrets that only this desk has."""

    folder: Path
    secrets: Mapping[str, str]
    """Environment variables, so that no secret stands in a list of processes."""

    def run(self, *words: str | Path) -> str:
        """Run ``kiosk`` with some words and return what it wrote to standard output.

        Raises:
            CommandFailedError: it ended with something other than 0.
        """
        arguments = [str(word) for word in words]
        done = subprocess.run(
            command_of(arguments),
            cwd=self.folder,
            env=bare_environment() | dict(self.secrets),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=COMMAND_WITHIN_S,
            check=False,
        )
        if done.returncode != 0:
            raise CommandFailedError(arguments, done.returncode, done.stderr or done.stdout)
        return done.stdout


def command_of(words: Sequence[str]) -> list[str]:
    """Return how ``kiosk`` is started with some words."""
    at_seat = os.environ.get(SEAT_PROGRAM) if words and words[0] == "seat" else None
    return [*([at_seat] if at_seat else KIOSK), *words]


def bare_environment() -> dict[str, str]:
    """Return the few variables that commands inherit."""
    return {name: os.environ[name] for name in (*KEPT_VARIABLES, "VIRTUAL_ENV") if name in os.environ} | {
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }


@contextmanager
def ends_with_its_children() -> Iterator[None]:
    """Turn a polite request to end into an exception while the block runs, so that children are ended too."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
