"""Ending programs that the demo started, and only those: each is the leader of a process group of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import Any, Final

END_WITHIN_S: Final = 5.0
"""How long a program may take to leave after it was asked to."""


def end_process_group(process: subprocess.Popen[Any]) -> None:
    """Ask a process and what it started to end; insist after a while. Does nothing to what has ended."""
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_WITHIN_S)
    kill_process_group(process)


def kill_process_group(process: subprocess.Popen[Any]) -> None:
    """End a process and what it started as a power cut would: without a word (SIGKILL)."""
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[Any], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)  # start_new_session made the process the leader of a group of its number
