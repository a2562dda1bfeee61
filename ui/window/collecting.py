"""Python's cyclic collector, kept on the interface thread.

Owns when it runs. By itself it runs on whatever thread allocates, and frees there whatever it finds: the journal's thread would
take apart buttons and layouts while the interface thread paints them, and Qt ends the program for less (decision 0123). So it is
switched off where the Qt application is made, and a timer of the interface thread does its work. Refuses to know what is garbage.
Loads nothing but Qt.
"""

from __future__ import annotations

import gc
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS: Final = 1_000
YOUNG_MAX: Final = 700
"""So many more objects made than freed may pass unlooked at; the interpreter's own figure. A page makes about a thousand."""
MIDDLE_MAX: Final = 10
OLD_MAX: Final = 3
"""So many collections of one generation before the next one is looked at, too. A page that goes is old by then."""
OVERDUE: Final = 30
"""So many times the middle one was collected while somebody typed without a rest: then everything is looked at all the same."""


class Generation(IntEnum):
    """How much of what there is a collection looks at."""

    YOUNG = 0
    MIDDLE = 1
    ALL = 2


def due(counts: tuple[int, int, int], *, rests: bool) -> Generation | None:
    """Return what is to be collected now.

    Args:
        counts: ``gc.get_count()``: objects since the last collection, and collections of the younger generation since the older.
        rests: nobody has pressed anything for a while.
    """
    young, middle, old = counts
    if old > (OLD_MAX if rests else OVERDUE):
        return Generation.ALL
    if young <= YOUNG_MAX:
        return None
    return Generation.MIDDLE if middle > MIDDLE_MAX else Generation.YOUNG


class Collector(QObject):
    """Collects on the thread it lives on, and nowhere else. To be made through ``collector_of``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._touched = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def keep_what_is_loaded(self) -> None:
        """Never look at what there is by now: modules, classes, functions. They are most of it and stay to the end."""
        gc.freeze()

    @Slot()
    def touched(self) -> None:
        """Somebody has pressed something: the longest look waits until they rest."""
        self._touched = True

    @Slot()
    def _look(self) -> None:
        rests, self._touched = not self._touched, False
        generation = due(gc.get_count(), rests=rests)
        if generation is not None:
            gc.collect(generation)


def collector_of(app: QObject) -> Collector:
    """Return the application's collector; it gets one where it has none. From then on Python collects nothing by itself."""
    gc.disable()
    return app.findChild(Collector) or Collector(app)
