"""Keys and clicks that another program wrote into a message instead of pressing them: X11's SendEvent, dropped unread.

Owns the look at the first byte of an event. Qt takes such a key for a real one; the X server marks it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, QTimer, Signal

from kiosk.lockdown.incidents import IncidentKind, Observation

SENT: Final = 0x80  # X11 protocol §12: the top bit of the code says that SendEvent made it
KEYS_AND_BUTTONS: Final = frozenset({2, 3, 4, 5, 6})  # KeyPress, KeyRelease, ButtonPress, ButtonRelease, MotionNotify
XCB: Final = b"xcb_generic_event_t"
TOLD_AFTER_MS: Final = 300
DEVICE: Final = "SendEvent"


def is_sent_input(code: int) -> bool:
    """Return whether an event, by the first byte it has on the wire, is input that no device made."""
    return bool(code & SENT) and (code & ~SENT) in KEYS_AND_BUTTONS


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, dropped: Callable[[], None]) -> None:
        super().__init__()
        self._dropped = dropped

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int, /) -> object:
        """Drop what is sent input."""
        name = kind.data() if isinstance(kind, QByteArray) else bytes(kind)
        if name != XCB or not is_sent_input(ctypes.c_uint8.from_address(int(message)).value):
            return False, 0
        self._dropped()
        return True, 0


class SentEvents(QObject):
    """Drops them from ``begin`` on, and says so."""

    noticed = Signal(object)
    """Observation: so many were dropped in a short while"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._filter = _Filter(self._drop)
        self._tell = QTimer(self, singleShot=True, interval=TOLD_AFTER_MS)
        self._tell.timeout.connect(self._say)

    def begin(self) -> None:
        """Look at every event from now on."""
        QCoreApplication.instance().installNativeEventFilter(self._filter)  # type: ignore[union-attr]  # there is one: this is a QObject of it

    def end(self) -> None:
        """Look no more."""
        QCoreApplication.instance().removeNativeEventFilter(self._filter)  # type: ignore[union-attr]  # see begin

    def _drop(self) -> None:
        self._count += 1
        if not self._tell.isActive():
            self._tell.start()

    def _say(self) -> None:
        count, self._count = self._count, 0
        evidence = {"device": DEVICE, "count": str(count)}
        self.noticed.emit(Observation(kind=IncidentKind.INPUT_INJECTED, evidence=evidence))
