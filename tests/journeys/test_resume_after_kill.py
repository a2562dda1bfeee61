"""The real window, killed without a word at random moments while somebody works: nothing that was seen as saved is lost.

A dozen kills; as many as the variable KIOSK_KILLS says, in rounds with a fresh seat each, and KIOSK_SEED repeats a run. What is
typed and chosen, and what "Saved" stood beside, is seen by the robot through the accessibility bus; the window shares nothing
with the test but the seat's folder. Some windows are killed again while they open. ``-rP`` shows what a run came to.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_packages.ids import AppointmentId, ItemId
from exam_packages.qti.model import ChoiceInteraction, Lexical
from exam_packages.qti.package import read_package
from exam_packages.qti.preparing import prepared
from exam_packages.session_events import (
    AgreementAccepted,
    IdentityConfirmed,
    ItemPresented,
    SectionEnded,
    SectionEntered,
    SectionKind,
    SectionPlan,
)
from kiosk.clock import SystemClock
from kiosk.journal.checking import CheckedJournal
from kiosk.seat.identity import read_identity
from kiosk.seat.layout import SeatFolder
from kiosk.seat.running import RunningSession
from kiosk.seat.seat import Seat
from kiosk.seat.session_files import SessionFiles
from tests.simulators import day
from tests.simulators.day import ANA, BORIS, CHIDI, CHOICE_EXAM, PROCTOR, SAMPLES, World
from ui.demo.display import Display, private_display
from ui.demo.instructions import interactions, plain_text
from ui.demo.programs import bare_environment
from ui.demo.robot_process import Robot, running_robot
from ui.demo.waiting import Stopwatch
from ui.demo.window_process import WindowProcess, running_window

pytestmark = [pytest.mark.x11, pytest.mark.atspi, pytest.mark.timeout(1800)]

KILLS = int(os.environ.get("KIOSK_KILLS", "12"))
SEED = int(os.environ.get("KIOSK_SEED", secrets.randbelow(10**6)))
KILLS_A_ROUND = 60
ROUNDS = range(-(-KILLS // KILLS_A_ROUND))
LONGEST_WORK_S = 3.5
LONGEST_OPENING_S = 2.0
"""About as long as the window takes to show the question again."""
OPENINGS_KILLED_OF_TEN = 2
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
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of today: the window that is started asks the machine's own clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day, "FakeClock", SystemClock)
        folder, exams = day._template.__wrapped__()
        return World(folder, exams)


@pytest.fixture(params=ROUNDS)
def world(template: World, tmp_path: Path) -> World:
    """A fresh copy for each round."""
    folder = tmp_path / "world"
    shutil.copytree(template.folder, folder)
    return World(folder, template.exams)


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


class Sitting:
    """A robot that works, and somebody who pulls the plug."""

    def __init__(self, robot: Robot, window: WindowProcess, chance: random.Random) -> None:
        self._robot, self._window, self._chance = robot, window, chance
        self.killed_at_work = self.killed_opening = 0

    def work(self, act: str, **details: object) -> dict[str, Any]:
        """Let the robot work until the window was killed; tell what it saw."""
        plug = threading.Timer(self._chance.uniform(0.0, LONGEST_WORK_S), self._window.kill)
        plug.start()
        try:
            return self._robot.tell(act, **details)
        finally:
            plug.join()
            self.killed_at_work += 1

    def resume(self, question: int) -> dict[str, Any]:
        """Open the window again and tell what it shows, and under ``took_s`` how long it took to see it."""
        watch = Stopwatch()
        self.start()
        shown = self._robot.tell("find_question", question=question)
        return {**shown, "took_s": watch.seconds()}

    def start(self) -> None:
        """Open the window again; now and then it is killed while it opens, and opened once more."""
        self._window.start()
        if self._chance.randrange(10) < OPENINGS_KILLED_OF_TEN:
            plug = threading.Timer(self._chance.uniform(0.0, LONGEST_OPENING_S), self._window.kill)
            plug.start()
            plug.join()
            self.killed_opening += 1
            self._window.start()

    def wait(self) -> None:
        """Wait until the window shows something."""
        self._robot.tell("wait_for_window")


@pytest.fixture
def sitting(world: World, display: Display, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sitting]:
    print(f"KIOSK_SEED={SEED}")  # noqa: T201 - shown when the test fails, to repeat it
    number = request.node.callspec.params["world"]
    arguments = ["seat", "run", str(world.seat_folder), "--stick", str(world.stick)]
    environment = bare_environment() | dict(display.environment)
    with (
        running_window(arguments, environment, tmp_path / "window.log") as window,
        running_robot(display, screens=tmp_path, log=tmp_path / "robot.jsonl") as robot,
    ):
        yield Sitting(robot, window, random.Random(f"{SEED} {number}"))


def seconds(clock: str) -> int:
    """A time as the top bar shows it, in seconds."""
    parts = [int(part) for part in clock.split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


def check_clock(before: str, shown: dict[str, Any]) -> None:
    """The time left is neither lost nor given by a kill; it runs again while the robot is still looking for the question."""
    if before:
        lost = seconds(before) - seconds(shown["clock"])
        error = CLOCK_ERROR_S + READING_ERROR_S
        assert -error <= lost <= error + shown["took_s"], f"{before} → {shown['clock']} in {shown['took_s']:.1f} s"


def kills_of(number: int) -> int:
    """How many windows one round kills, in each of its three tests together."""
    return min(KILLS_A_ROUND, KILLS - number * KILLS_A_ROUND)


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How many windows a test of this round kills while somebody works."""
    return max(2, kills_of(request.node.callspec.params["world"]) // 3)


@pytest.fixture
def essay_begun(world: World) -> None:
    begin(world, CHIDI)


@pytest.fixture
def choices_begun(world: World) -> None:
    begin(world, ANA, SECOND_QUESTION)


def test_what_was_typed_and_seen_as_saved_is_there_again(essay_begun: None, sitting: Sitting, kills: int) -> None:
    shown = sitting._robot.tell("find_question", question=1)
    acknowledged_ever = 0
    for kill in range(kills):
        worked = sitting.work("type_until_gone", first=1000 * (kill + 1))
        before, saved = shown["texts"][0], worked["acknowledged"]
        shown = sitting.resume(1)
        (now,) = shown["texts"]
        if saved is not None:
            acknowledged_ever += 1
            assert now.startswith(saved)
        assert now.startswith(before)
        assert is_made_of_numbers(now[len(before) :], first=1000 * (kill + 1))
        check_clock(worked["clock"], shown)
    tell_sum("typing", sitting, acknowledged_ever)


def is_made_of_numbers(text: str, *, first: int) -> bool:
    """What was added is the beginning of the numbers in their order, and nothing else."""
    wanted = "".join(f"{number} " for number in range(first, first + len(text)))
    return wanted.startswith(text)


def test_what_was_chosen_and_seen_as_saved_is_there_again(choices_begun: None, sitting: Sitting, kills: int) -> None:
    shown = sitting._robot.tell("find_question", question=2)
    acknowledged_ever = 0
    for _ in range(kills):
        worked = sitting.work("choose_until_gone", texts=CHOICES)
        before = [text for text in shown["chosen"] if text in CHOICES]  # an exhibit's tab is chosen, too
        saved = worked["acknowledged"]
        shown = sitting.resume(2)
        acknowledged_ever += saved is not None
        allowed = [[saved] if saved is not None else before, [worked["tried"]]]
        assert [text for text in shown["chosen"] if text in CHOICES] in allowed
        check_clock(worked["clock"], shown)
    tell_sum("choosing", sitting, acknowledged_ever)


def tell_sum(what: str, sitting: Sitting, acknowledged: int) -> None:
    """Print what a test came to, and make sure that it had something to lose."""
    killed = f"{sitting.killed_at_work} windows killed at work and {sitting.killed_opening} while opening"
    print(f"{what}: {killed}, {acknowledged} answers newly seen as saved, nothing lost")  # noqa: T201 - for the record
    assert acknowledged > 0


class Answers:
    """Everything that was ever seen as saved in a sitting, held against the journal."""

    def __init__(self, world: World, appointment: AppointmentId) -> None:
        with Seat.open(world.seat_folder, clock=SystemClock()) as seat:
            running = seat.day().open_session(appointment, PROCTOR)
            self._plan = running.plan
            running.close()
        folder = SeatFolder(world.seat_folder)
        self._files = SessionFiles(folder=folder, identity=read_identity(folder))
        self._exam = read_package(prepared(SAMPLES / CHOICE_EXAM))
        self._refs = {ref.identifier: ref for ref in self._exam.test.item_refs()}
        self._allowed: dict[ItemId, list[Lexical]] = {}
        self.seen = 0

    def check(self, worked: dict[str, Any]) -> CheckedJournal:
        """The journal is whole, and holds of each question what was last seen as saved, or what was being tried.

        Raises:
            StorageFault: it is not whole.
        """
        for tried in worked["tried"]:
            item, value = self._meant(tried)
            self._allowed[item] = [value] if tried["saved"] else [*self._allowed.get(item, [()]), value]
            self.seen += bool(tried["saved"])
        journal = self._files.check(self._plan.session)
        for item, allowed in self._allowed.items():
            kept = next(iter(journal.session.answers.get(item, {}).values()), ())
            assert kept in allowed, f"{item}: {kept}, not {allowed}"
            self._allowed[item] = [kept]
        return journal

    def _meant(self, said: dict[str, Any]) -> tuple[ItemId, Lexical]:
        item = self._section(said["section"]).items[said["question"] - 1]
        content = self._exam.item(self._refs[item])
        (choices,) = [each for each in interactions(content.body) if isinstance(each, ChoiceInteraction)]
        (chosen,) = [each for each in choices.choices if plain_text(each.content) == said["words"]]
        return item, (chosen.identifier,)

    def _section(self, name: str) -> SectionPlan:
        kinds = {"Tutorial": SectionKind.TUTORIAL, "Opinion poll": SectionKind.POLL}
        kind = kinds.get(name, SectionKind.SCORED)
        of_kind = [section for section in self._plan.sections if section.kind is kind]
        return of_kind[int(name.rsplit(maxsplit=1)[-1]) - 1] if kind is SectionKind.SCORED else of_kind[0]


def test_a_whole_sitting_under_kills_keeps_every_answer_ever_acknowledged(
    world: World, display: Display, tmp_path: Path, request: pytest.FixtureRequest, kills: int
) -> None:
    answers = Answers(world, BORIS)
    sitting: Sitting = request.getfixturevalue("sitting")
    sitting.wait()
    for kill in range(kills):
        journal = answers.check(sitting.work("wander_until_gone", seed=SEED + kill))
        if journal.session.is_over:
            break
        sitting.start()
        sitting.wait()
    tell_sum("wandering", sitting, answers.seen)
