"""The keyboard and the pointer, held by the exam window on X11: no other program, no window manager gets a key or a click.

Owns the holding and taking back. Refuses to know the keys (``key_guard``). A grab is lost when a window pops up, so nothing in
the exam window ever does; should another program take it, it is taken back as soon as that lets go.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from kiosk.lockdown.incidents import IncidentKind, Observation

AGAIN_MS: Final = 200
TOLD_AFTER_MS: Final = 1_000  # a program that starts may have it for a moment


class KeyboardGrab(QObject):
    """Holds both for one window, from ``hold`` on."""

    noticed = Signal(object)
    """Observation: it was lost for a while"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWindow | None = None
        self._lost = QElapsedTimer()
        self._is_told = False
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.take)

    def hold(self, window: QWindow) -> None:
        """Take both, and take them again whenever they are lost. Only X11 lets a program do that."""
        if QGuiApplication.platformName() != "xcb":
            return
        self._window = window
        self.take()
        self._again.start()

    def let_go(self) -> None:
        """Give both back."""
        self._again.stop()
        if self._window is not None:
            self._window.setKeyboardGrabEnabled(False)
            self._window.setMouseGrabEnabled(False)
            self._window = None

    def take(self) -> None:
        """Take both now; to take what one holds changes nothing."""
        if self._window is None:
            return
        is_held = self._window.setKeyboardGrabEnabled(True)
        if QGuiApplication.mouseButtons().value == 0:  # a grab in the middle of a click would take its end away
            self._window.setMouseGrabEnabled(True)
        if is_held:
            self._lost.invalidate()
            self._is_told = False
        else:
            self._be_without()

    def _be_without(self) -> None:
        if not self._lost.isValid():
            self._lost.start()
        if not self._is_told and self._lost.hasExpired(TOLD_AFTER_MS):
            self._is_told = True
            seconds = str(self._lost.elapsed() // 1_000)
            self.noticed.emit(Observation(kind=IncidentKind.GRAB_LOST, evidence={"seconds": seconds}))
