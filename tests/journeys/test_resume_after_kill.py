"""The real window, killed without a word at random moments while somebody works: nothing that was seen as saved is lost.

Ten kills; as many as the variable KIOSK_KILLS says, and KIOSK_SEED repeats a run. What is typed and chosen, and what "Saved"
stood beside, is seen by the robot through the accessibility bus; the window shares nothing with the test but the seat's folder.
"""

from __future__ import annotations

import os
import random
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_packages.ids import AppointmentId, ItemId
from exam_packages.session_events import (
    AgreementAccepted,
    IdentityConfirmed,
    ItemPresented,
    SectionEnded,
    SectionEntered,
    SectionKind,
)
from kiosk.clock import SystemClock
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from tests.simulators import day
from tests.simulators.day import ANA, CHIDI, PROCTOR, World
from ui.demo.display import Display, private_display
from ui.demo.programs import bare_environment
from ui.demo.robot_process import Robot, running_robot
from ui.demo.window_process import WindowProcess, running_window

pytestmark = [pytest.mark.x11, pytest.mark.atspi, pytest.mark.timeout(900)]

KILLS = int(os.environ.get("KIOSK_KILLS", "10"))
SEED = int(os.environ.get("KIOSK_SEED", secrets.randbelow(10**6)))
LONGEST_WORK_S = 3.5
CLOCK_ERROR_S = 5
"""What the time left may be off after a resume."""
READING_ERROR_S = 2
"""The clock shows whole seconds, and looking at it takes its time."""

SECOND_QUESTION = ItemId("ccm-202")
CHOICES = [
    "Raise the starting pay of new advisors by five percent from their first day.",
    "Have applicants listen to real calls and see a typical schedule before an offer.",
]


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with private_display() as shown:
        yield shown


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of today: the window that is started asks the machine's own clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day, "FakeClock", SystemClock)
        folder, exams = day._template.__wrapped__()
        return World(folder, exams)


def begin(world: World, appointment: AppointmentId, item: ItemId | None = None) -> None:
    """Open a session and go to a question of its first scored section; leave it there."""
    with Seat.open(world.seat_folder, clock=SystemClock()) as seat:
        running = seat.day().open_session(appointment, PROCTOR)
        try:
            running.apply(IdentityConfirmed())
            running.apply(AgreementAccepted())
            _enter_first_scored_section(running)
            if item is not None:
                running.apply(ItemPresented(item=item))
        finally:
            running.close()


def _enter_first_scored_section(running: RunningSession) -> None:
    for section in running.session.plan.sections:
        running.apply(SectionEntered(section=section.identifier))
        running.apply(ItemPresented(item=section.items[0]))
        if section.kind is SectionKind.SCORED:
            return
        running.apply(SectionEnded())


def finish(world: World) -> None:
    """Seal what was left, so that the seat is free for the next candidate."""
    with Seat.open(world.seat_folder, clock=SystemClock()) as seat:
        left = seat.day().unfinished()
        assert left is not None
        seat.seal_unfinished(left.session)


class Sitting:
    """A robot that works, and somebody who pulls the plug."""

    def __init__(self, robot: Robot, window: WindowProcess, chance: random.Random) -> None:
        self._robot, self._window, self._chance = robot, window, chance

    def work(self, act: str, **details: object) -> dict[str, Any]:
        """Let the robot work until the window was killed; tell what it saw."""
        plug = threading.Timer(self._chance.uniform(0.0, LONGEST_WORK_S), self._window.kill)
        plug.start()
        try:
            return self._robot.tell(act, **details)
        finally:
            plug.join()

    def resume(self, question: int) -> dict[str, Any]:
        """Open the window again and tell what it shows."""
        self._window.start()
        return self._robot.tell("find_question", question=question)


@pytest.fixture
def sitting(world: World, display: Display, tmp_path: Path) -> Iterator[Sitting]:
    print(f"KIOSK_SEED={SEED}")  # noqa: T201 - shown when the test fails, to repeat it
    arguments = ["seat", "run", str(world.seat_folder), "--stick", str(world.stick)]
    environment = bare_environment() | dict(display.environment)
    with (
        running_window(arguments, environment, tmp_path / "window.log") as window,
        running_robot(display, screens=tmp_path, log=tmp_path / "robot.jsonl") as robot,
    ):
        yield Sitting(robot, window, random.Random(SEED))


def seconds(clock: str) -> int:
    """A time as the top bar shows it, in seconds."""
    parts = [int(part) for part in clock.split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


def check_clock(before: str, after: str) -> None:
    """The time left is neither lost nor given by a kill."""
    if before:
        assert abs(seconds(before) - seconds(after)) <= CLOCK_ERROR_S + READING_ERROR_S, f"{before} → {after}"


@pytest.fixture
def essay_begun(world: World) -> Iterator[None]:
    begin(world, CHIDI)
    yield
    finish(world)


@pytest.fixture
def choices_begun(world: World) -> Iterator[None]:
    begin(world, ANA, SECOND_QUESTION)
    yield
    finish(world)


def test_what_was_typed_and_seen_as_saved_is_there_again(essay_begun: None, sitting: Sitting) -> None:
    shown = sitting._robot.tell("find_question", question=1)
    acknowledged_ever = 0
    for kill in range(KILLS - KILLS // 2):
        worked = sitting.work("type_until_gone", first=1000 * (kill + 1))
        before, saved = shown["texts"][0], worked["acknowledged"]
        shown = sitting.resume(1)
        (now,) = shown["texts"]
        if saved is not None:
            acknowledged_ever += 1
            assert now.startswith(saved)
        assert now.startswith(before)
        assert is_made_of_numbers(now[len(before) :], first=1000 * (kill + 1))
        check_clock(worked["clock"], shown["clock"])
    assert acknowledged_ever > 0


def is_made_of_numbers(text: str, *, first: int) -> bool:
    """What was added is the beginning of the numbers in their order, and nothing else."""
    wanted = "".join(f"{number} " for number in range(first, first + len(text)))
    return wanted.startswith(text)


def test_what_was_chosen_and_seen_as_saved_is_there_again(choices_begun: None, sitting: Sitting) -> None:
    shown = sitting._robot.tell("find_question", question=2)
    acknowledged_ever = 0
    for _ in range(KILLS // 2):
        worked = sitting.work("choose_until_gone", texts=CHOICES)
        before = [text for text in shown["chosen"] if text in CHOICES]  # an exhibit's tab is chosen, too
        saved = worked["acknowledged"]
        shown = sitting.resume(2)
        acknowledged_ever += saved is not None
        allowed = [[saved] if saved is not None else before, [worked["tried"]]]
        assert [text for text in shown["chosen"] if text in CHOICES] in allowed
        check_clock(worked["clock"], shown["clock"])
    assert acknowledged_ever > 0
