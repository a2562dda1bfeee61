"""Who is told what, when the window is killed, and what counts as acknowledged."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from exam_packages.ids import ItemId, ResponseId
from ui.demo.errors import DemoFault
from ui.demo.latency import FsyncProbe
from ui.demo.robot_process import RobotFailedError
from ui.demo.sitting import Checkin, check_in, sit
from ui.demo.walk import Kill, Step, Tell

R = ResponseId("RESPONSE")
Q1, Q2 = ItemId("q1"), ItemId("q2")


@dataclass
class World:
    """A robot and a window that write down what happens to them."""

    fails_at: str = ""
    window_lives: bool = True
    stays_on_screen: bool = False
    happened: list[str] = field(default_factory=list)

    def tell(self, act: str, **_details: object) -> dict[str, Any]:
        self.happened.append(act)
        if act == self.fails_at:
            raise RobotFailedError(act, {"error": "it is not there", "screen": ["button: Next"]})
        if act == "look":
            return {"names": ["Question 2"] if self.stays_on_screen else []}
        return {"names": ["The exam is over"]} if act == "read_end" else {}

    def start(self) -> None:
        self.happened.append("START")

    def check(self) -> None:
        if not self.window_lives:
            raise DemoFault("The exam window ended by itself.")

    def kill(self) -> None:
        self.happened.append("KILL")


STEPS: list[Step] = [
    Tell(act="confirm_identity"),
    Tell(act="answer", details={"question": 1}, item=Q1, answers={R: ("A",)}),
    Kill(question=2, typing={"kind": "fill", "gap": 1, "text": "4"}),
    Tell(act="answer", details={"question": 2}, item=Q2, answers={R: ()}),
    Tell(act="answer", details={"question": 1}, item=Q1, answers={R: ("B",)}),
    Tell(act="read_end"),
]


@pytest.fixture
def probe(tmp_path: Path) -> FsyncProbe:
    return FsyncProbe(tmp_path / "probe")


def test_the_last_answer_that_was_seen_counts_and_none_is_no_answer(probe: FsyncProbe) -> None:
    world = World()

    sitting = sit(world, world, STEPS, probe, lambda _words: None)

    assert sitting.acknowledged == {Q1: {R: ("B",)}}
    assert sitting.end == ("The exam is over",)
    assert sitting.resume_seconds > 0


def test_the_window_is_killed_while_typing_and_comes_back_at_the_question(probe: FsyncProbe) -> None:
    world = World()

    sit(world, world, STEPS, probe, lambda _words: None)

    at = world.happened.index("KILL")
    assert world.happened[at - 1 : at + 4] == ["begin_answer", "KILL", "look", "START", "find_question"]


def test_the_disk_is_probed_between_the_steps(probe: FsyncProbe) -> None:
    world = World()

    sit(world, world, STEPS, probe, lambda _words: None)

    assert len(probe.samples_us) == 5 * len(STEPS)


def test_a_window_that_survives_its_kill_is_a_fault(probe: FsyncProbe) -> None:
    world = World(stays_on_screen=True)

    with pytest.raises(DemoFault, match="still on the screen"):
        sit(world, world, STEPS, probe, lambda _words: None)


def test_what_failed_is_not_acknowledged_but_said(probe: FsyncProbe) -> None:
    world = World(fails_at="answer")

    with pytest.raises(
        RobotFailedError, match=r"could not do “answer”: it is not there\. On the screen: “button: Next”"
    ):
        sit(world, world, STEPS, probe, lambda _words: None)


@pytest.mark.parametrize("act", ["answer", "read_end"])
def test_a_window_that_died_says_so_instead_of_the_robot(probe: FsyncProbe, act: str) -> None:
    world = World(fails_at=act, window_lives=False)

    with pytest.raises(DemoFault, match="ended by itself"):
        sit(world, world, STEPS, probe, lambda _words: None)


PEOPLE = Checkin(proctor="Paula", pin="123456", wrong_pin="234567", candidate="Robin")


def test_a_wrong_pin_comes_before_the_right_one() -> None:
    world = World()

    check_in(world, world, PEOPLE)

    assert world.happened == ["begin_check_in", "try_wrong_pin", "unlock", "check_in"]


def test_check_in_says_when_the_window_died() -> None:
    world = World(fails_at="begin_check_in", window_lives=False)

    with pytest.raises(DemoFault, match="ended by itself"):
        check_in(world, world, PEOPLE)
