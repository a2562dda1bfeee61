"""Two verbs for work that blocks: run it off the interface thread and come back with its result or its error.

One thread, so that pieces of work never overtake each other. What is to follow stays on the interface thread: the other one knows
the work and a number, so it can never be the last to hold a page (decision 0134). Refuses to know what the work is.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar, assert_never

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    number: int
    result: object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    number: int
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    number: int
    done: int
    total: int
    what: str


_News: TypeAlias = _Done | _Failed | _Told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted(Generic[T]):
    """What follows from a piece of work. Never leaves the interface thread."""

    done: Callable[[T], None]
    failed: Callable[[Exception], None]
    told: Callable[[int, int, str], None] | None


class _Line:
    """From the background thread to the interface thread. It holds no part of the window; a signal's ``emit`` holds no object.

    What is sent is in nobody's hands on the sending thread by the time the bell rings.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._sent: SimpleQueue[_News] = SimpleQueue()

    def take(self) -> _News:
        """Take one piece of news: there is one for every ring."""
        return self._sent.get_nowait()

    def work(self, number: int, work: Callable[[], object]) -> None:
        """Do a piece of work, on the background thread, and send what came of it."""
        self._sent.put(_outcome(number, work))
        self._ring()

    def tell(self, number: int, done: int, total: int, what: str) -> None:
        """Send how far a piece of work is."""
        self._sent.put(_Told(number=number, done=done, total=total, what=what))
        self._ring()


class _Report:
    """Takes progress, on whatever thread the work has."""

    def __init__(self, line: _Line, number: int) -> None:
        self._line, self._number = line, number

    def __call__(self, done: int, total: int, what: str) -> None:
        self._line.tell(self._number, done, total, what)


class Background(QObject):
    """A thread for what blocks: PIN checks, opening, import, export, sealing.

    The work itself must reach no part of the window: an error that is kept somewhere holds, by its traceback, what the work held.
    """

    _rang = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._wanted: dict[int, _Wanted[Any]] = {}
        self._numbers = count()
        self._line = _Line(self._rang.emit)
        self._rang.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run work on the background thread; then call one of the two on the interface thread."""
        number = next(self._numbers)
        self._pool.submit(self._line.work, number, work)
        self._wanted[number] = _Wanted(done=done, failed=failed, told=None)

    def run_with_progress(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        progress: Callable[[int, int, str], None],
    ) -> None:
        """The same for work that tells how far it is; ``progress`` is called on the interface thread."""
        number = next(self._numbers)
        report = _Report(self._line, number)
        self._pool.submit(self._line.work, number, partial(work, report))
        self._wanted[number] = _Wanted(done=done, failed=failed, told=progress)

    def close(self) -> None:
        """Wait for what runs and deliver nothing any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._wanted.clear()

    @Slot()
    def _deliver(self) -> None:
        news = self._line.take()
        wanted = self._wanted.get(news.number)
        if wanted is None:
            return  # closed meanwhile
        match news:
            case _Told():
                if wanted.told is not None:
                    wanted.told(news.done, news.total, news.what)
            case _Done():
                del self._wanted[news.number]
                wanted.done(news.result)
            case _Failed():
                del self._wanted[news.number]
                wanted.failed(news.error)
            case _:
                assert_never(news)


def _outcome(number: int, work: Callable[[], object]) -> _Done | _Failed:
    try:
        return _Done(number=number, result=work())
    except Exception as error:  # noqa: BLE001 - every error of the work is the caller's to tell
        return _Failed(number=number, error=error)
