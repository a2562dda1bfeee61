"""One more thread for work on big files: hashing beside encrypting, reading beside writing.

Owns the order in which failures come out and that no thread outlives the block that asked for it. Refuses to know what is done:
work is a function without arguments. It pays because hashing, encrypting, reading and writing let other threads run.

A failure is the same exception the work raised, and always that of the earliest work: with two damaged places in a file the
first one is named, whichever thread was faster. When the block is left by an exception, work that has not begun is forgotten,
work that has is waited for.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

WAITING_MAX: Final = 1
"""How much work may be given and not done: while the other thread does it, this one makes the next, and memory stays small."""

_Result = TypeVar("_Result")


class Task(Generic[_Result]):
    """Work that the other thread does sooner or later."""

    __slots__ = ("_done", "_failure", "_result", "_work")

    def __init__(self, work: Callable[[], _Result]) -> None:
        self._work = work
        self._done = threading.Event()
        self._failure: BaseException | None = None
        self._result: list[_Result] = []

    @property
    def is_done(self) -> bool:
        """True when ``result`` does not wait."""
        return self._done.is_set()

    def result(self) -> _Result:
        """Wait for the work and return what it came to.

        Raises:
            BaseException: whatever the work raised.
        """
        self._done.wait()
        if self._failure is not None:
            raise self._failure
        return self._result[0]

    def run(self) -> None:
        """Do it, in the thread that calls."""
        try:
            self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self._failure = error
        finally:
            self._done.set()


class SecondThread:
    """A thread that does one thing after another while the block runs; it starts with the first.

    ``give`` keeps the order of work: each begins when the one before has ended. ``share`` is for work in any order: whichever
    thread has time does it.
    """

    def __init__(self, *, waiting_max: int = WAITING_MAX) -> None:
        self._waiting_max = waiting_max
        self._queue: SimpleQueue[Task[None] | None] = SimpleQueue()
        self._given: deque[Task[None]] = deque()
        self._thread: threading.Thread | None = None
        self._forget = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forget = kind is not None
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
        if kind is None:
            self.wait()

    def ahead(self, work: Callable[[], _Result]) -> Task[_Result]:
        """Begin work whose result is asked for later."""
        task = Task(work)
        self._start(Task(task.run))
        return task

    def give(self, work: Callable[[], None]) -> None:
        """Have the other thread do it after everything given before; waits while much is waiting.

        Raises:
            BaseException: whatever earlier work raised.
        """
        while len(self._given) >= self._waiting_max:
            self._given.popleft().result()
        self._given.append(self._start(Task(work)))

    def share(self, work: Callable[[], None]) -> None:
        """Have either thread do it.

        Raises:
            BaseException: whatever this or earlier work raised.
        """
        while self._given and self._given[0].is_done:
            self._given.popleft().result()
        if len(self._given) >= self._waiting_max:
            self.here(work)
        else:
            self._given.append(self._start(Task(work)))

    def here(self, work: Callable[[], None]) -> None:
        """Do it in this thread: work too small to hand over, whose failure still comes after those of earlier work.

        Raises:
            BaseException: whatever this or earlier work raised.
        """
        try:
            work()
        except BaseException:
            self.wait()
            raise

    def wait(self) -> None:
        """Wait for everything given and shared.

        Raises:
            BaseException: whatever the earliest that failed raised.
        """
        while self._given:
            self._given.popleft().result()

    def _start(self, task: Task[None]) -> Task[None]:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work_on, name="second thread")
            self._thread.start()
        self._queue.put(task)
        return task

    def _work_on(self) -> None:
        while (task := self._queue.get()) is not None:
            if not self._forget:
                task.run()
