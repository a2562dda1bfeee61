"""Who lets go of what: what of the window a thread could reach, and a thread that is slow to let go.

A thread may not be the last to hold a widget: freeing one is the interface thread's alone (decision 0134).
"""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import BuiltinMethodType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from shiboken6 import Shiboken

_NOT_HELD = (type, ModuleType, FrameType, str, bytes, int, float, weakref.ref)
"""What everybody reaches (classes, modules), what runs, and what holds nothing."""


def reached(*things: object) -> list[str]:
    """Return the kinds of Qt's objects that are alive as long as these things are."""
    found: list[str] = []
    seen: set[int] = set()
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, _NOT_HELD):
            continue
        seen.add(id(thing))
        if isinstance(thing, Shiboken.Object):
            found.append(type(thing).__name__)
        else:
            waiting += _held_by(thing)
    return sorted(found)


def _held_by(thing: object) -> list[object]:
    match thing:
        case FunctionType():  # not its globals, which are a module's
            return [thing.__closure__, thing.__defaults__, thing.__kwdefaults__]
        case BuiltinMethodType():
            return [thing.__self__]
        case _:
            return gc.get_referents(thing)


@contextmanager
def work_knows_no_window(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is given to another thread to do is looked through; what reaches a part of the window fails the test."""
    submit, wrong = ThreadPoolExecutor.submit, list[object]()

    def looked_through(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        wrong.extend((work, args, found) for found in [reached(work, args, named)] if found)
        return submit(pool, work, *args, **named)

    patch.setattr(ThreadPoolExecutor, "submit", looked_through)
    yield
    assert not wrong, f"a thread was given what it must not hold: {wrong}"


@contextmanager
def held_after_ringing() -> Iterator[threading.Semaphore]:
    """Every thread that begins now stands still where it has just sent a signal, until it is let go on."""
    go_on, before = threading.Semaphore(0), threading.getprofile()

    def hold(_frame: FrameType, event: str, arg: object) -> None:
        if event == "c_return" and getattr(arg, "__name__", "") == "emit":
            go_on.acquire(timeout=60)

    threading.setprofile(hold)
    try:
        yield go_on
    finally:
        threading.setprofile(before)
        go_on.release(1_000)
