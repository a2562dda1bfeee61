"""How tests let Qt deliver: until something is true, or for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest

PATIENCE_MS: Final = 30_000
"""So long something may take on a busy machine. What never comes true is the only thing that waits for so long."""
ROUND_MS: Final = 5


def until(condition: Callable[[], object], *, why: str = "") -> None:
    """Let Qt deliver until something is true."""
    if condition():
        return
    loop = QEventLoop()
    look = QTimer(interval=ROUND_MS)
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    look.start()
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    look.stop()
    assert condition(), f"did not come true in time: {why or condition}"


def let_pass(milliseconds: int) -> None:
    """Let Qt deliver for at least so long, in rounds: a machine that stands still in between takes none of them away.

    For what must not happen, and for layouts that come to rest. What must happen is waited for (`until`).
    """
    for _round in range(max(1, milliseconds // ROUND_MS)):
        QTest.qWait(ROUND_MS)
