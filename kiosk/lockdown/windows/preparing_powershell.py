"""Asking Windows what has no other interface than PowerShell: WMI's settings and optional features.

Owns running a script and reading the one line of JSON that it prints. Refuses to know what a script does. Nothing is put into
a script that was not checked before (``preparing_wishes``).
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.lockdown.operations import OperationFailed

ANSWERS_WITHIN_S: Final = 300
"""Turning a feature on unpacks it first."""
SCRIPT_MAX: Final = 10_000  # in base64 of UTF-16 a command line of Windows (32767) holds about 12000 letters
_REASON_MAX: Final = 300
_HEAD: Final = "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'\n"
_TAIL: Final = "\n[Console]::Out.Flush()\n"

PowerShell = Callable[[str, str], str]
"""Runs a script for an operation of a name and returns what it prints. Raises ``OperationFailed``."""


def run_powershell(operation: str, script: str) -> str:
    """Run a script of Windows PowerShell 5.1.

    Args:
        operation: name of what it is run for.
        script: its lines.

    Raises:
        OperationFailed: there is no PowerShell, it took too long, or the script failed.
    """
    words = [str(_program()), "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand"]
    try:
        done = subprocess.run(
            [*words, encoded(script)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=ANSWERS_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OperationFailed(operation, f"PowerShell: {error}") from error
    if done.returncode:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())[:_REASON_MAX]
        raise OperationFailed(operation, f"PowerShell: {reason or f'exit code {done.returncode}'}")
    return done.stdout.decode("utf-8", "replace")


def encoded(script: str) -> str:
    """Return a script as -EncodedCommand takes it.

    Raises:
        ValueError: it is too long.
    """
    if len(script) > SCRIPT_MAX:
        raise ValueError(f"a script has at most {SCRIPT_MAX} letters")
    return base64.b64encode(f"{_HEAD}{script}{_TAIL}".encode("utf-16-le")).decode("ascii")


def json_of(untrusted_answer: str, operation: str) -> dict[str, object]:
    """Return the object in the last line of an answer.

    Raises:
        OperationFailed: there is none.
    """
    lines = untrusted_answer.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else None
    except (ValueError, RecursionError) as error:
        raise OperationFailed(operation, "PowerShell answered something else") from error
    if not isinstance(found, dict):
        raise OperationFailed(operation, "PowerShell answered something else")
    return found


def _program() -> Path:
    root = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"))
    return root / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
