"""The exam window as a program of its own: started, killed and started again, with nothing shared but its folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ui.demo.errors import DemoFault
from ui.demo.processes import end_process_group, kill_process_group
from ui.demo.programs import command_of

LAST_WORDS_LINES: Final = 3


class WindowProcess:
    """One window at a time on one seat.

    Args:
        arguments: of ``kiosk``, for example ``seat run FOLDER``.
        environment: with the display to open it on.
        log: where it writes what it has to say.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._command = command_of(arguments)
        self._environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Open the window; returns at once."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            DemoFault: it has ended by itself.
        """
        if self._process is not None and self._process.poll() is not None:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            said = " ".join(lines[-LAST_WORDS_LINES:])
            raise DemoFault(f"The exam window ended by itself with code {self._process.returncode}. {said}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            kill_process_group(self._process)
            self._process = None

    def close(self) -> None:
        """Ask it to end, and see that it does."""
        if self._process is not None:
            end_process_group(self._process)
            self._process = None


@contextmanager
def running_window(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[WindowProcess]:
    """Open the window and close it when the block is left."""
    window = WindowProcess(arguments, environment, log)
    window.start()
    try:
        yield window
    finally:
        window.close()
