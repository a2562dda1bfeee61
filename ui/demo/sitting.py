"""The sitting: a proctor unlocks, a candidate answers, the window is killed and comes back.

Owns what counts as acknowledged: an answer that the robot has seen on the screen together with "Saved". Refuses to look into the
seat's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from exam_packages.ids import ItemId
from exam_packages.qti.model import Responses
from ui.demo.errors import DemoFault
from ui.demo.latency import FsyncProbe
from ui.demo.robot_process import RobotFailedError
from ui.demo.waiting import Stopwatch
from ui.demo.walk import Kill, Step, Tell

PROBES_A_STEP: Final = 5
"""Bare appends between two acts, so that they meet the same disk at the same time as the saves."""


class Told(Protocol):
    """Somebody who does what is told; ``ui.demo.robot_process.Robot``."""

    def tell(self, act: str, **details: object) -> dict[str, Any]:
        """Do it and answer; raises RobotFailedError."""


class Killable(Protocol):
    """The exam window; ``ui.demo.window_process.WindowProcess``."""

    def start(self) -> None:
        """Open it."""

    def check(self) -> None:
        """Raise DemoFault unless it runs."""

    def kill(self) -> None:
        """End it without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """Who unlocks the seat, and for whom."""

    proctor: str
    pin: str
    wrong_pin: str
    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What came of a sitting."""

    acknowledged: dict[ItemId, Responses]
    """The last answer to each question that was seen as saved; questions left unanswered are not in it."""
    resume_seconds: float
    """From starting the killed window again until the question was back on the screen."""
    end: tuple[str, ...]
    """What the last screen said."""


def check_in(robot: Told, window: Killable, people: Checkin) -> None:
    """Unlock the seat, after one wrong PIN, and check the candidate in.

    Raises:
        RobotFailedError: a screen did not do what it must.
        DemoFault: the window ended by itself.
    """
    try:
        robot.tell("begin_check_in")
        robot.tell("try_wrong_pin", name=people.proctor, pin=people.wrong_pin)
        robot.tell("unlock", name=people.proctor, pin=people.pin, by="keyboard")
        robot.tell("check_in", candidate=people.candidate)
    except RobotFailedError:
        window.check()  # says more than the robot can, if the window is what failed
        raise


def sit(
    robot: Told, window: Killable, steps: Sequence[Step], probe: FsyncProbe, so_far: Callable[[str], None]
) -> Sitting:
    """Take every step of a candidate's way.

    Raises:
        RobotFailedError: a screen did not do what it must.
        DemoFault: the window ended by itself.
    """
    acknowledged: dict[ItemId, Responses] = {}
    resume_seconds, end = 0.0, ()
    for number, step in enumerate(steps, 1):
        so_far(f"step {number} of {len(steps)}")
        try:
            match step:
                case Kill():
                    resume_seconds = _kill_and_resume(robot, window, step)
                case Tell():
                    reply = robot.tell(step.act, **step.details)
                    end = tuple(reply.get("names", ()))
        except RobotFailedError:
            window.check()
            raise
        if isinstance(step, Tell) and step.item is not None:
            acknowledged[step.item] = step.answers
        probe.run(PROBES_A_STEP)
    answered = {item: answers for item, answers in acknowledged.items() if any(answers.values())}
    return Sitting(acknowledged=answered, resume_seconds=resume_seconds, end=end)


def _kill_and_resume(robot: Told, window: Killable, kill: Kill) -> float:
    robot.tell("begin_answer", question=kill.question, deed=kill.typing)
    window.kill()
    if robot.tell("look")["names"]:
        raise DemoFault("The window was killed and is still on the screen.")
    watch = Stopwatch()
    window.start()
    robot.tell("find_question", question=kill.question)
    return watch.seconds()
