"""The exam's windows kept out of pictures of the screen, on Windows: only the process whose windows they are may ask for that.

Owns when it is done: with the first window, and again for every window that shows later or was made anew. Refuses to know the
calls (``CaptureGuard``), and what follows when it fails: that is said, once, and the exam goes on.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from kiosk.lockdown.incidents import IncidentKind, Observation
from kiosk.lockdown.operations import Operation, OperationFailed
from kiosk.lockdown.windows.api import WindowHandle

AGAIN_MS: Final = 500
_REASON_MAX: Final = 200


class CaptureGuarding(QObject):
    """Keeps a guard on, from ``start`` on; what it does ends with the windows.

    Args:
        guard: of this process's windows; its ``verify`` reads back what was set.
        parent: of this object.
    """

    noticed = Signal(object)
    """Observation: the windows can be captured"""

    def __init__(self, guard: Operation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._guard = guard
        self._is_told = False
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.look)

    def start(self) -> None:
        """Keep out what shows now, and what will."""
        self.look()
        self._again.start()

    def stop(self) -> None:
        """Look no more."""
        self._again.stop()

    @Slot()
    def look(self) -> None:
        """Set it where it is not set; say once that it cannot be."""
        reason = self._guard.verify() and self._kept_out()
        if not reason:
            self._is_told = False
        elif not self._is_told:
            self._is_told = True
            evidence = {"reason": reason[:_REASON_MAX]}
            self.noticed.emit(Observation(kind=IncidentKind.CAPTURE_GUARD_FAILED, evidence=evidence))

    def _kept_out(self) -> str:
        try:
            self._guard.apply()
        except OperationFailed as failed:
            return failed.reason
        return self._guard.verify()


def own_windows() -> list[WindowHandle]:
    """Return the windows of this process that show something."""
    return [WindowHandle(int(each.winId())) for each in QGuiApplication.topLevelWindows() if each.isVisible()]


def guard_here() -> Operation | None:
    """Return the guard of this process's windows; None on another system than Windows."""
    if QGuiApplication.platformName() != "windows":
        return None
    from kiosk.lockdown.windows.operations import CaptureGuard  # noqa: PLC0415 - on Windows only
    from kiosk.lockdown.windows.real_screen import RealScreen  # noqa: PLC0415

    return CaptureGuard(RealScreen(), own_windows)
