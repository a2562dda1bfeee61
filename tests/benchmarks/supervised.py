"""What the supervisor costs at the start, and how soon a window that was killed is back with its question.

Started are `kiosk seat session` and `kiosk seat run` alone, on one seat with a session that goes on by itself, in shuffled
order, on an X server of their own. The clock starts before the process is made, and stops when the window says that the
question is shown. Then the supervised window is killed while the next one waits (decision 118), from signal to question.
Goals: the start at most 1.5 times that of the window alone; back within 2 s.

    python -m tests.benchmarks.supervised [--rounds 6]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest import mock

from kiosk.clock import SystemClock
from kiosk.lockdown.linux import walls
from tests.benchmarks.measuring import percentile
from tests.benchmarks.table import Row, against, at_most, not_measured, said
from tests.journeys.test_resume_after_kill import begin
from tests.simulators import day
from tests.simulators.day import CHIDI, World
from ui.demo.display import private_display
from ui.demo.errors import DemoFault

ROUNDS: Final = 6
QUICK_ROUNDS: Final = 2
KILLS_A_ROUND: Final = 2
"""The third death within five minutes is a proctor's matter."""
START_GOAL: Final = 1.5
BACK_GOAL_MS: Final = 2_000.0
PATIENCE_S: Final = 90.0
LOOK_EVERY_S: Final = 0.002
RESTS_S: Final = 1.0
"""A window that has used no processor for so long, waits."""
ALONE: Final = "kiosk seat run"
SUPERVISED: Final = "kiosk seat session"
START: Final = "window start under its supervisor"
BACK: Final = "window back after SIGKILL"


class NeverCameError(Exception):
    """A program ended, or showed nothing in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat with a session that goes on by itself, and how its window is started."""

    commands: Mapping[str, Sequence[str]]
    environment: Mapping[str, str]
    statistics: Path
    """Where the window says what it shows."""


def rows(*, quick: bool) -> list[Row]:
    """Measure."""
    machine = walls.look(None)
    if machine.namespaces or not machine.filters:
        return _nothing(machine.namespaces or "the kernel filters no calls")
    rounds = QUICK_ROUNDS if quick else ROUNDS
    try:
        with seat() as found:
            return [_start_row(starts(found, rounds)), _back_row(returns(found, rounds))]
    except (DemoFault, NeverCameError) as error:
        return _nothing(str(error))


def _nothing(why: str) -> list[Row]:
    return [
        not_measured(START, why, limit=ALONE, goal=START_GOAL),
        not_measured(BACK, why, unit="ms", goal=BACK_GOAL_MS),
    ]


def _start_row(taken: Mapping[str, Sequence[float]]) -> Row:
    value, limit = percentile(taken[SUPERVISED], 50), percentile(taken[ALONE], 50)
    note = (
        f"median of {len(taken[ALONE])} of each, to the question of a session that goes on; "
        f"{said(min(taken[SUPERVISED]), 'ms')} to {said(max(taken[SUPERVISED]), 'ms')} "
        f"beside {said(min(taken[ALONE]), 'ms')} to {said(max(taken[ALONE]), 'ms')}"
    )
    return against(START, value, "ms", limit=ALONE, limit_value=limit, goal=START_GOAL, note=note)


def _back_row(taken: Sequence[float]) -> Row:
    note = (
        f"median of {len(taken)}, from the signal to the question; {said(min(taken), 'ms')} to {said(max(taken), 'ms')}; "
        f"the load of the machine was {os.getloadavg()[0]:.1f}"
    )
    return at_most(BACK, percentile(taken, 50), "ms", goal=BACK_GOAL_MS, note=note)


@contextlib.contextmanager
def seat() -> Iterator[Seat]:
    """A seat somebody has begun an exam at, and a screen nobody sees.

    Raises:
        DemoFault: a program that a screen needs is missing.
        NeverCameError: the product is not installed.
    """
    kiosk = Path(sys.executable).with_name("kiosk")
    if not kiosk.is_file():
        raise NeverCameError("the command kiosk is not installed beside this interpreter")
    with tempfile.TemporaryDirectory(prefix="supervised-") as name, private_display() as display:
        with mock.patch.object(day, "FakeClock", SystemClock):  # the window asks the machine's own
            template, exams = day._template.__wrapped__()
        world = World(template, exams)
        begin(world, CHIDI)
        statistics = world.seat_folder / "statistics"  # the window sees its seat's folder and no other
        session = [sys.executable, "-m", "tests.benchmarks.supervised_session", str(statistics), "seat", "session"]
        environment = dict(display.environment)
        del environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"]
        yield Seat(
            commands={
                ALONE: [str(kiosk), "seat", "run", str(world.seat_folder), "--stats", str(statistics)],
                SUPERVISED: [*session, str(world.seat_folder), "--preset", "practice", "--state", f"{name}/state"],
            },
            environment=environment,
            statistics=statistics,
        )


def starts(found: Seat, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from before the process until its question stands there, in shuffled order; the first is not counted."""
    chance = random.Random(3)
    taken: dict[str, list[float]] = {ALONE: [], SUPERVISED: []}
    for number in range(rounds + 1):
        for name in chance.sample(list(taken), len(taken)):
            with running(found, name) as (_, milliseconds):
                if number:
                    taken[name].append(milliseconds)
    return taken


def returns(found: Seat, rounds: int) -> list[float]:
    """Milliseconds from the signal that kills a window until its question stands there again."""
    taken = []
    for _ in range(rounds):
        with running(found, SUPERVISED) as (program, _):
            for _ in range(KILLS_A_ROUND):
                window = wait_until_one_waits(program)
                found.statistics.unlink(missing_ok=True)
                began = time.perf_counter()
                os.kill(window, signal.SIGKILL)
                _wait(lambda: _shows_question(found.statistics), program)
                taken.append((time.perf_counter() - began) * 1e3)
    return taken


@contextlib.contextmanager
def running(found: Seat, name: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Start a program; with its question, and how long that took. It is asked to end, so that a seat is as it was."""
    found.statistics.unlink(missing_ok=True)
    began = time.perf_counter()
    program = subprocess.Popen(found.commands[name], env=dict(found.environment), stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: _shows_question(found.statistics), program)
        yield program, (time.perf_counter() - began) * 1e3
    finally:
        if name == SUPERVISED:
            program.terminate()
        else:
            program.kill()
        try:
            program.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def wait_until_one_waits(program: subprocess.Popen[bytes]) -> int:
    """Wait until a second window has loaded and rests; return the process of the first.

    Raises:
        NeverCameError: none does.
    """
    worked: list[tuple[float, int]] = []

    def rests() -> bool:
        windows = [innermost for child in _children(program.pid) if (innermost := _innermost(child)) != child]
        if len(windows) < 2:
            worked.clear()
            return False
        now, work = time.monotonic(), _processor_ticks(windows[1])
        if not worked or worked[-1][1] != work:
            worked.append((now, work))
        return now - worked[-1][0] > RESTS_S

    _wait(rests, program)
    return _innermost(_children(program.pid)[0])


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
    except OSError:
        return []


def _innermost(process: int) -> int:
    while children := _children(process):
        process = children[0]
    return process


def _processor_ticks(process: int) -> int:
    """The processor's work for a process, in clock ticks (proc(5), stat: utime and stime)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return -1
    return int(fields[11]) + int(fields[12])


def _shows_question(statistics: Path) -> bool:
    try:
        lines = statistics.read_text("utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return False
    return any(json.loads(line).get("screen") == "item" for line in lines if line.endswith("\n"))


def _wait(condition: Callable[[], bool], program: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        if program.poll() is not None or time.monotonic() > until:
            raise NeverCameError("it ended" if program.returncode is not None else f"nothing within {PATIENCE_S:g} s")
        select.select([], [], [], LOOK_EVERY_S)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with seat() as found:
        taken = {**starts(found, chosen.rounds), BACK: returns(found, chosen.rounds)}
    for name, each in taken.items():
        print(f"{name:26}", *(f"{milliseconds:6.0f}" for milliseconds in sorted(each)), "ms")  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
