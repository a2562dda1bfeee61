"""The exam window's place: over the whole of its screen, on top, with the focus; regained by itself when it is lost.

Owns the looking and putting back. Refuses to judge: that the window was moved is said, what follows is not its business. Which
program took the focus is noticed from outside, where it can be seen.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from kiosk.lockdown.incidents import IncidentKind, Observation

LOOK_MS: Final = 200
MINIMISED: Final = "minimised"


class OwnPlace(QObject):
    """Keeps one window where it belongs, from ``keep`` on."""

    noticed = Signal(object)
    """Observation: the window was not where it belongs"""
    screen_changed = Signal()
    """Its screen was taken away: it is on another one now"""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._screen: QScreen | None = None
        self._expected = QRect()
        self._is_told = False
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)

    @property
    def screen(self) -> QScreen:
        """The screen that the window is kept on; the first one before it is kept."""
        return self._screen or QGuiApplication.primaryScreen()

    def keep(self) -> None:
        """Come up over the screen that is the first one now, and stay there.

        The geometry is set before it is shown: without a window manager a full-screen window keeps its small size. A display
        that is declared later, and made the first one, does not move the window.
        """
        self._screen = QGuiApplication.primaryScreen()
        self._window.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._expected = self._screen.geometry()
        self._come_up()
        self._look.start()

    def let_go(self) -> None:
        """Look no more."""
        self._look.stop()

    def look(self) -> None:
        """Look once, and put right what is not."""
        if self._screen not in QGuiApplication.screens():
            self._screen = QGuiApplication.primaryScreen()
            self.screen_changed.emit()
        expected = self._screen.geometry()
        changed, self._expected = expected != self._expected, expected
        if changed:
            self._come_up()  # the screen has another size now: that is the display's business, not a moved window
        elif self._window.isMinimized() or self._window.geometry() != expected:
            self._say(MINIMISED if self._window.isMinimized() else _text(self._window.geometry()))
            self._come_up()
        else:
            self._is_told = False
            self._be_active()  # not raised while all is well: an input method shows its candidates above the window

    def _come_up(self) -> None:
        self._window.setGeometry(self._expected)
        self._window.showFullScreen()
        self._window.raise_()
        self._window.activateWindow()

    def _be_active(self) -> None:
        if not self._window.isActiveWindow():
            self._window.raise_()
            self._window.activateWindow()

    def _say(self, geometry: str) -> None:
        if not self._is_told:
            self._is_told = True
            evidence = {"geometry": geometry, "expected": _text(self._expected)}
            self.noticed.emit(Observation(kind=IncidentKind.WINDOW_MOVED, evidence=evidence))


def _text(place: QRect) -> str:
    return f"{place.width()}x{place.height()}+{place.x()}+{place.y()}"
