"""How long a candidate waits for the next question, and whether the window keeps its memory while many come and go.

The real window is driven through a session in memory over every item that can be delivered: those of the corpus and the
samples. Measured from the call that makes the session go to an item until its frame is painted and nothing more is to be
painted. The peer is an empty widget of the same size, made and painted in the same window system in turn. On a machine that does
other things besides, look at the work of the processor. Goals: p95 under 100 ms; the number of widgets after 300 switches is
what it was before.

    python -m tests.benchmarks.item_switch [--xvfb] [--items N] [--slowest 10] [--theme light] [--text-percent 100]
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.benchmarks.measuring import percentile, resident_bytes
from tests.benchmarks.table import Row, against, at_most, said
from ui.demo.display import private_display
from ui.demo.errors import DemoFault

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from exam_packages.ids import ItemId
    from tests.benchmarks.many_items import ShowingRunning
    from ui.window.app import ExamProgram

LIMIT_MS: Final = 100.0
SWITCHES: Final = 300
QUICK_ITEMS: Final = 60
SIZE_PX: Final = (1024, 768)
QUIET_ROUNDS: Final = 2
"""So many turns of the event loop without painting mean that the frame stands."""


def rows(*, quick: bool) -> list[Row]:
    """Measure, on an X server of its own where there is one."""
    with contextlib.ExitStack() as stack:
        try:
            display = stack.enter_context(private_display())
        except DemoFault:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        else:
            os.environ.update(display.environment)
            del os.environ["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"]
        bench = started(QUICK_ITEMS if quick else None, "light", 100)
        taken = bench.switches()
        left = bench.memory()
        found = _rows(taken, left, bench.app.platformName())
        bench.program.close()
    return found


def _rows(taken: Switches, left: Left, platform: str) -> list[Row]:
    walls = [each.ms for each, _ in taken.items]
    works = [each.work_ms for each, _ in taken.items]
    beside = [each.ms for each in taken.empty]
    note = (
        f"{len(walls)} items, {platform}, {SIZE_PX[0]}x{SIZE_PX[1]}; the processor worked {said(percentile(works, 95), 'ms')}; "
        f"an empty widget takes {said(percentile(beside, 95), 'ms')}"
    )
    kept = f"the process grew by {left.grown_bytes / 1e6:+.1f} MB"
    return [
        at_most("item switch p95", percentile(walls, 95), "ms", goal=LIMIT_MS, note=note),
        against(
            f"widgets after {SWITCHES} more switches",
            left.after,
            "",
            limit="before them",
            limit_value=left.before,
            goal=1.0,
            note=kept,
        ),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xvfb", action="store_true", help="on an X server of its own, not off screen")
    parser.add_argument("--items", type=int, default=None, help="no more than this many of the corpus")
    parser.add_argument("--slowest", type=int, default=10, help="how many to name")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--text-percent", type=int, default=100)
    chosen = parser.parse_args()
    if chosen.xvfb:
        raise SystemExit(_again_on_a_screen())
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    bench = started(chosen.items, chosen.theme, chosen.text_percent)
    size = f"{SIZE_PX[0]}x{SIZE_PX[1]}"
    lines = [
        f"{len(bench.running.shown)} items, {bench.app.platformName()}, {size}, {chosen.theme}, {chosen.text_percent} %"
    ]
    lines += _switch_lines(bench.switches(), chosen.slowest)
    lines += _memory_lines(bench.memory())
    bench.program.close()
    print("\n".join(lines))  # noqa: T201 - what it is for


def _again_on_a_screen() -> int:
    arguments = [each for each in sys.argv[1:] if each != "--xvfb"]
    with private_display() as display:
        command = [sys.executable, "-m", "tests.benchmarks.item_switch", *arguments]
        return subprocess.run(command, env=dict(display.environment), check=False).returncode


def started(items: int | None, theme: str, text_percent: int) -> Bench:
    """The window with a session on it; Qt is loaded here, after its platform is chosen."""
    from tests.benchmarks.many_items import deliverable, sitting_of  # noqa: PLC0415
    from tests.ui.waiting import until  # noqa: PLC0415
    from tests.ui.window.driving import make_program, on, settle  # noqa: PLC0415
    from tests.ui.window.fake_day import FakeDay  # noqa: PLC0415
    from ui.window.application import make_application  # noqa: PLC0415
    from ui.window.navigation import Screen  # noqa: PLC0415
    from ui.window.theme import Theme  # noqa: PLC0415

    app = make_application()
    running = sitting_of(deliverable(items))
    program = make_program(app, FakeDay(), look=Theme(theme), text_percent=text_percent)
    program.start(windowed=True)
    program.window.resize(*SIZE_PX)
    on(program, Screen.IDLE)
    until(lambda: program._desk.proctors)
    program._desk._hand_over(running)
    on(program, Screen.ITEM)
    settle(200)
    gc.collect()
    gc.freeze()  # no exam has hundreds of packages in memory: the collector need not walk through what only this program holds
    return Bench(app, program, running)


class Took(NamedTuple):
    """One wait."""

    ms: float
    """By the clock on the wall: what a candidate feels."""
    work_ms: float
    """What of it the processor worked for this: the same on a machine that does nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What each wait took: of the items with their names, and of the empty widgets between them."""

    items: list[tuple[Took, str]] = field(default_factory=list)
    empty: list[Took] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What many switches leave behind."""

    before: int
    """Widgets alive."""
    after: int
    kinds: Counter[str]
    """Of which there are more."""
    grown_bytes: int
    resident_bytes: int


@dataclass
class Bench:
    """The measurements on one window."""

    app: QApplication
    program: ExamProgram
    running: ShowingRunning

    def switches(self) -> Switches:
        """Every item once, an empty widget after each."""
        painted = self._watch()
        taken = Switches()
        self._go(painted, next(iter(self.running.shown)))
        for name in [*self.running.shown][1:]:
            taken.items.append((self._go(painted, name), self.running.shown[name].name))
            taken.empty.append(self._empty(painted))
        return taken

    def memory(self) -> Left:
        """The same 300 switches twice: what the second time leaves behind would be left behind for ever."""
        names = [*self.running.shown]
        order = [names[number * 7 % len(names)] for number in range(SWITCHES)] + names[:1]
        painted = self._watch()
        for name in order:
            self._go(painted, name)
        before, kinds = self._alive(), self._kinds()
        resident = resident_bytes()
        for name in order:
            self._go(painted, name)
        grown, after = resident_bytes() - resident, self._alive()
        return Left(
            before=before,
            after=after,
            kinds=self._kinds() - kinds,
            grown_bytes=grown,
            resident_bytes=resident,
        )

    def _go(self, painted: PaintWatch, item: ItemId) -> Took:
        from exam_packages.session_events import ItemPresented  # noqa: PLC0415 - see `measured`

        return painted.wait_for(lambda: self.running.happen(ItemPresented(item=item)))

    def _watch(self) -> PaintWatch:
        painted = PaintWatch(self.app)
        painted.watch(self.program.window)
        return painted

    def _empty(self, painted: PaintWatch) -> Took:
        from PySide6.QtWidgets import QWidget  # noqa: PLC0415 - see `measured`

        made: list[QWidget] = []

        def show() -> None:
            widget = QWidget()
            widget.resize(self.program.window.size())
            painted.watch(widget)
            widget.show()
            made.append(widget)

        took = painted.wait_for(show)
        made[0].close()
        made[0].deleteLater()
        self._tidy()
        return took

    def _tidy(self) -> None:
        from PySide6.QtCore import QEvent  # noqa: PLC0415 - see `measured`

        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.app.processEvents()

    def _alive(self) -> int:
        self._tidy()
        gc.collect()
        return len(self.app.allWidgets())

    def _kinds(self) -> Counter[str]:
        return Counter(type(each).__name__ for each in self.app.allWidgets())


class PaintWatch:
    """Tells when a frame stands: painted, and no more painting comes."""

    def __init__(self, app: QApplication) -> None:
        from PySide6.QtCore import QEvent, QObject  # noqa: PLC0415 - see `measured`

        watch = self

        class Filter(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                if event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.Paint):
                    watch.count += 1
                return False

        self.count = 0
        self._app = app
        self._filter = Filter()

    def watch(self, window: QWidget) -> None:
        """Hear of the frames of a top-level widget. Only of its own events: hearing of all would slow what is measured."""
        window.installEventFilter(self._filter)

    def wait_for(self, act: Callable[[], object]) -> Took:
        """How long it is from the call to the frame."""
        began, work = time.perf_counter(), time.thread_time()
        act()
        took, quiet = Took(0, 0), 0
        while quiet < QUIET_ROUNDS:
            before = self.count
            self._app.processEvents()
            self._app.sync()
            if self.count > before:
                took = Took((time.perf_counter() - began) * 1e3, (time.thread_time() - work) * 1e3)
                quiet = 0
            else:
                quiet += 1
        return took


def _switch_lines(taken: Switches, slowest: int) -> list[str]:
    lines = []
    waits = {"item switch": [took for took, _ in taken.items], "empty widget": taken.empty}
    for clock in Took._fields:
        peer = [getattr(each, clock) for each in taken.empty]
        lines.append("on the wall" if clock == "ms" else "work of the processor")
        lines += [_line(name, [getattr(each, clock) for each in values], peer) for name, values in waits.items()]
    slow = sorted(taken.items, reverse=True)[:slowest]
    return lines + [f"   {took.ms:7.1f} ms {took.work_ms:7.1f} ms work  {name}" for took, name in slow]


def _memory_lines(left: Left) -> list[str]:
    lines = [
        (
            f"memory after {SWITCHES} more switches: {left.grown_bytes / 1e6:+.1f} MB of {left.resident_bytes / 1e6:.0f} MB "
            f"({left.grown_bytes / SWITCHES / 1e3:+.1f} kB a switch)"
        ),
        f"widgets alive: {left.before} before, {left.after} after",
    ]
    return lines + [f"   left behind: {count} {kind}" for kind, count in left.kinds.most_common(8)]


def _line(name: str, values: list[float], peer: list[float]) -> str:
    line = f"{name:13}"
    for percent in (50, 95, 99, 100):
        took, beside = percentile(values, percent), percentile(peer, percent)
        label = "max" if percent == 100 else f"p{percent}"
        line += f"  {label} {took:6.1f} ms ({took / LIMIT_MS:4.0%} of the limit, {took / beside:4.1f}x empty)"
    return line


if __name__ == "__main__":
    main()
