"""Everything that this version of the program can put back on a machine, by name, whatever is locked down with today.

Owns finding the X server that is to be put back, where one runs. A snapshot is forgotten only when what it says was put back, so
an X server that is there and cannot be reached is a failure, and one that is gone has taken its settings with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosk.lockdown.facts import Concern, Probe
from kiosk.lockdown.linux import walls
from kiosk.lockdown.linux.environment import X_SOCKETS, screen_of
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.x11.backend import x11_operations
from kiosk.lockdown.x11.connection import NoXServerError, XServer
from ui.lockdown.input_method import InputMethodOperation


def known_operations(environment: Mapping[str, str], *, sockets: Path = Path(X_SOCKETS)) -> dict[str, Operation]:
    """Return what can be put back, by name.

    Args:
        environment: names the X server.
        sockets: where the X servers of this machine have their sockets.
    """
    known = (
        *x11_known(environment, sockets),
        *walls.operations(walls.look(None), lambda: None),
        InputMethodOperation(None),
    )
    return {operation.name: operation for operation in known}


def x11_known(environment: Mapping[str, str], sockets: Path) -> tuple[Operation, ...]:
    """Return what can be put back of X: on the server that is there, or nothing of one that is gone."""
    running = sorted(path.name.removeprefix("X") for path in sockets.glob("X*")) if sockets.is_dir() else []
    screen = screen_of(environment)
    named = screen.name if screen is not None and screen.name.startswith(":") else ""
    gone = x11_operations(None, enrolled=None)
    if not named and not running:
        return gone
    display = named or f":{running[0]}"
    try:
        return x11_operations(XServer(display), enrolled=None)
    except NoXServerError:
        if display.removeprefix(":") not in running:
            return gone
        return tuple(_OutOfReach(operation, display) for operation in gone)


class _OutOfReach:
    """An operation on an X server that runs and lets nobody in."""

    def __init__(self, operation: Operation, display: str) -> None:
        self._operation = operation
        self._display = display

    @property
    def name(self) -> str:
        """As the operation's."""
        return self._operation.name

    @property
    def concern(self) -> Concern:
        """As the operation's."""
        return self._operation.concern

    def probe(self) -> Probe:
        """As without a server."""
        return self._operation.probe()

    def snapshot(self) -> bytes:
        """It cannot be found out."""
        raise self._failure()

    def apply(self) -> None:
        """It cannot be made."""
        raise self._failure()

    def verify(self) -> str:
        """It cannot be found out."""
        return self._failure().reason

    def revert(self, snapshot: bytes) -> None:
        """It cannot be put back from here."""
        del snapshot
        raise self._failure()

    def _failure(self) -> OperationFailed:
        reason = (
            f"the X server {self._display} runs and does not let this program in: name it in DISPLAY and XAUTHORITY"
        )
        return OperationFailed(self._operation.name, reason)
