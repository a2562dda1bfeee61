"""Changes to the machine that can be taken back.

Owns the shape of one change and the errors it may end in. Refuses to know any platform, and when changes are made
(``engine``). The order is always: look (``probe``), write down what is there (``snapshot``, kept durably by the engine), change
it (``apply``), look again and again (``verify``), put back what was there (``revert``, also by another process after the next
start of the machine).
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from kiosk.errors import KioskError
from kiosk.lockdown.facts import Concern, Probe


class OperationFailed(KioskError):  # noqa: N818 - see KioskError
    """A change could not be made, or not be taken back.

    Attributes:
        operation: its name.
        reason: why, in a sentence for a site admin.
    """

    code: ClassVar[str] = "operation-failed"

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(f"{operation}: {reason}")
        self.operation = operation
        self.reason = reason


class Operation(Protocol):
    """One change to the machine."""

    @property
    def name(self) -> str:
        """Stable and unique among all platforms, for example ``x11/keyboard-grab``; snapshots are kept under it."""
        ...

    @property
    def concern(self) -> Concern:
        """What it is about."""
        ...

    def probe(self) -> Probe:
        """Tell what it can do here. Changes nothing."""
        ...

    def snapshot(self) -> bytes:
        """Return what is there now, in a form that ``revert`` of another process of any later version understands.

        The same state gives the same bytes: that is how it is found out afterwards whether all is as it was. At most 64 KiB.

        Raises:
            OperationFailed: it cannot be found out; then nothing is changed.
        """
        ...

    def apply(self) -> None:
        """Make the change. Making it twice is making it once.

        Raises:
            OperationFailed: it could not be made; it is reverted all the same.
        """
        ...

    def verify(self) -> str:
        """Return what has drifted, in a sentence; the empty text while all is as applied. Quick, and changes nothing."""
        ...

    def revert(self, snapshot: bytes) -> None:
        """Put back what the snapshot says, whether the change was made, half made, or reverted already.

        Raises:
            OperationFailed: it could not be put back; it is tried again at the next start.
        """
        ...
