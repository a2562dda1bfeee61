"""How long it is from starting the program until its window stands on the screen, beside an empty window of PySide6.

Started are the installed `kiosk seat run` on a prepared seat, and an interpreter that shows an empty `QMainWindow` over the
whole screen: in shuffled order, on an X server of their own, without a screen reader. The clock starts before the process is
made and stops when the screen's memory shows another picture nearly everywhere: the same for both. Once with everything in
the machine's caches, once after dropping them (root only). What the note tells besides is when the free seat is shown, with
which somebody can do something; before it the window says "One moment". Goal: at most 1.5 times the empty window.

    python -m tests.benchmarks.window_start [--rounds 15]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import mmap
import os
import random
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.measuring import percentile
from tests.benchmarks.table import Row, against, not_measured, said
from tests.simulators.day import make_world
from ui.demo.display import private_display
from ui.demo.errors import DemoFault

GOAL: Final = 1.5
WARM_ROUNDS: Final = 15
COLD_ROUNDS: Final = 7
QUICK_WARM_ROUNDS: Final = 5
QUICK_COLD_ROUNDS: Final = 3
WARM_UP_ROUNDS: Final = 2
PATIENCE_S: Final = 60.0
LOOK_EVERY_S: Final = 0.001
REST_AFTER_S: Final = 0.3
"""Between two starts, so that what the one before leaves behind is not done at the cost of the next."""

PRODUCT: Final = "kiosk seat run"
PEER: Final = "empty PySide6 window"
NAMES: Final = {"warm": "window start, warm", "cold": "window start, cold caches"}
EMPTY_WINDOW: Final = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["empty"])
window = QMainWindow()
window.setGeometry(app.primaryScreen().geometry())
window.showFullScreen()
app.exec()
"""
DROP_CACHES: Final = Path("/proc/sys/vm/drop_caches")
SAMPLES: Final = 64
PAINTED_SAMPLES: Final = 48
"""Of the places that are looked at; text may have the colour that was there before."""


class NeverPaintedError(Exception):
    """A program ended, or showed nothing in time."""


@dataclass(slots=True)
class Started:
    """Milliseconds since the process was made, one of each round."""

    painted: list[float] = field(default_factory=list)
    free_seat: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What the programs are started on."""

    picture: mmap.mmap
    """The screen's memory."""
    environment: Mapping[str, str]
    commands: Mapping[str, Sequence[str]]
    statistics: Path
    """What the product writes about its screens."""


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    rounds = (
        {"warm": QUICK_WARM_ROUNDS, "cold": QUICK_COLD_ROUNDS} if quick else {"warm": WARM_ROUNDS, "cold": COLD_ROUNDS}
    )
    try:
        with stand() as found:
            taken = {"warm": measure(found, rounds["warm"], random.Random(1), warm_up=WARM_UP_ROUNDS)}
            why_warm = why_caches_stay()
            if not why_warm:
                taken["cold"] = measure(found, rounds["cold"], random.Random(2), before=drop_caches)
    except (DemoFault, NeverPaintedError) as error:
        return [not_measured(name, str(error), limit=PEER, goal=GOAL) for name in NAMES.values()]
    return [
        _row(NAMES[kind], taken[kind]) if kind in taken else not_measured(NAMES[kind], why_warm, limit=PEER, goal=GOAL)
        for kind in NAMES
    ]


def _row(name: str, taken: Mapping[str, Started]) -> Row:
    product, peer = taken[PRODUCT], taken[PEER]
    note = (
        f"median of {len(product.painted)} of each; {said(min(product.painted), 'ms')} to {said(max(product.painted), 'ms')} "
        f"beside {said(min(peer.painted), 'ms')} to {said(max(peer.painted), 'ms')}; "
        f"the free seat is shown after {said(percentile(product.free_seat, 50), 'ms')}"
    )
    value, limit = percentile(product.painted, 50), percentile(peer.painted, 50)
    return against(name, value, "ms", limit=PEER, limit_value=limit, goal=GOAL, note=note)


@contextlib.contextmanager
def stand() -> Iterator[Stand]:
    """A screen nobody sees, a seat, and how both programs are started.

    Raises:
        DemoFault: a program that a screen needs is missing.
        NeverPaintedError: the product is not installed.
    """
    kiosk = Path(sys.executable).with_name("kiosk")
    if not kiosk.is_file():
        raise NeverPaintedError("the command kiosk is not installed beside this interpreter")
    with tempfile.TemporaryDirectory(prefix="window-start-") as name, private_display() as display:
        folder = Path(name)
        world, statistics = make_world(folder / "world"), folder / "statistics"
        environment = dict(display.environment)
        del environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"]
        with display.framebuffer.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as picture:
            yield Stand(
                picture=picture,
                environment=environment,
                commands={
                    PRODUCT: [str(kiosk), "seat", "run", str(world.seat_folder), "--stats", str(statistics)],
                    PEER: [sys.executable, "-c", EMPTY_WINDOW],
                },
                statistics=statistics,
            )


def measure(
    found: Stand,
    rounds: int,
    chance: random.Random,
    *,
    warm_up: int = 0,
    before: Callable[[], None] = lambda: None,
) -> dict[str, Started]:
    """Start both again and again, in shuffled order."""
    taken = {name: Started() for name in found.commands}
    for number in range(warm_up + rounds):
        for name in chance.sample(list(taken), len(taken)):
            before()
            start_once(found, name, taken[name] if number >= warm_up else Started())
    return taken


def start_once(found: Stand, name: str, taken: Started) -> None:
    """Start one program, wait for its window, end it and wait until the screen is empty again.

    Raises:
        NeverPaintedError: it ended, or showed nothing in time.
    """
    found.statistics.unlink(missing_ok=True)
    empty = _looked_at(found.picture)
    began = time.perf_counter()
    program = subprocess.Popen(found.commands[name], env=dict(found.environment), stderr=subprocess.DEVNULL)
    try:
        end = os.pidfd_open(program.pid)
        try:
            _wait(lambda: _changed(found.picture, empty) >= PAINTED_SAMPLES, end, name)
            taken.painted.append((time.perf_counter() - began) * 1e3)
            if name == PRODUCT:
                _wait(lambda: _is_free(found.statistics), end, name)
                taken.free_seat.append((time.perf_counter() - began) * 1e3)
            select.select([end], [], [], REST_AFTER_S)
        finally:
            os.close(end)
    finally:
        program.kill()
        program.wait()
    _wait(lambda: _changed(found.picture, empty) == 0, None, name)
    select.select([], [], [], REST_AFTER_S)


def _wait(condition: Callable[[], bool], end: int | None, name: str) -> None:
    """Look every millisecond; `end` becomes readable when the program has ended."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        ended, _, _ = select.select([end] if end is not None else [], [], [], LOOK_EVERY_S)
        if ended or time.monotonic() > until:
            raise NeverPaintedError(f"{name}: {'it ended' if ended else f'nothing within {PATIENCE_S:g} s'}")


def _looked_at(picture: mmap.mmap) -> list[bytes]:
    step = len(picture) // (SAMPLES + 1)
    return [picture[at : at + 4] for at in range(step, step * (SAMPLES + 1), step)]


def _changed(picture: mmap.mmap, before: list[bytes]) -> int:
    return sum(now != then for now, then in zip(_looked_at(picture), before, strict=True))


def _is_free(statistics: Path) -> bool:
    if not statistics.exists():
        return False
    lines = statistics.read_text("utf-8").splitlines(keepends=True)
    return any(json.loads(line).get("screen") == "idle" for line in lines if line.endswith("\n"))


def why_caches_stay() -> str:
    """Why the machine's caches cannot be dropped; empty when they can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can drop the caches"
    try:
        drop_caches()
    except OSError as error:
        return f"the caches cannot be dropped here: {error.strerror}"
    return ""


def drop_caches() -> None:
    """Have the system forget every file that no running program has mapped."""
    os.sync()
    DROP_CACHES.write_text("3", "ascii")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=WARM_ROUNDS)
    chosen = parser.parse_args()
    with stand() as found:
        taken = measure(found, chosen.rounds, random.Random(1), warm_up=WARM_UP_ROUNDS)
    for name, each in taken.items():
        print(f"{name:22}", *(f"{ms:6.0f}" for ms in sorted(each.painted)), "ms")  # noqa: T201 - what it is for
    print(f"{'free seat':22}", *(f"{ms:6.0f}" for ms in sorted(taken[PRODUCT].free_seat)), "ms")  # noqa: T201


if __name__ == "__main__":
    main()
