"""Two verbs for work that blocks: run it off the interface thread and come back with its result or its error.

One thread, so that pieces of work never overtake each other. Refuses to know what the work is.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.progress import Progress

T = TypeVar("T")


class _Report:
    """Brings progress from the background thread to the interface thread."""

    def __init__(self, deliver: Callable[[Callable[[], None]], None], told: Callable[[int, int, str], None]) -> None:
        self._deliver = deliver
        self._told = told

    def __call__(self, done: int, total: int, what: str) -> None:
        self._deliver(lambda: self._told(done, total, what))


class Background(QObject):
    """A thread for what blocks: PIN checks, opening, import, export, sealing."""

    _came_back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._open = True
        self._came_back.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run work on the background thread; then call one of the two on the interface thread."""
        self._pool.submit(self._work, work, done, failed)

    def run_with_progress(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        progress: Callable[[int, int, str], None],
    ) -> None:
        """The same for work that tells how far it is; ``progress`` is called on the interface thread."""

        self.run(lambda: work(_Report(self._came_back.emit, progress)), done, failed)

    def close(self) -> None:
        """Wait for what runs and deliver nothing any more."""
        self._open = False
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - every error of the work is the caller's to tell
            reason = error
            self._came_back.emit(lambda: failed(reason))
        else:
            self._came_back.emit(lambda: done(result))

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        if self._open:
            call()
