"""The way through the sample exam: everything on the sheet is done, and nothing else is handed in."""

from importlib import resources
from pathlib import Path

import pytest

from exam_packages.ids import ItemId
from exam_packages.qti.model import Exam, PartRole, Responses
from exam_packages.qti.package import read_package
from exam_packages.qti.preparing import prepared
from ui.demo.answer_sheet import AnswerSheet, read_answer_sheet
from ui.demo.robot.protocol import Act
from ui.demo.walk import Kill, Step, Tell, walk

SAMPLE = Path(str(resources.files("exam_packages"))) / "samples" / "contact-center-form-a"


@pytest.fixture(scope="module")
def exam() -> Exam:
    return read_package(prepared(SAMPLE))


@pytest.fixture(scope="module")
def sheet() -> AnswerSheet:
    return read_answer_sheet(SAMPLE / "answer-sheet.json")


@pytest.fixture(scope="module")
def steps(exam: Exam, sheet: AnswerSheet) -> list[Step]:
    return walk(exam, sheet)


class Window:
    """What the steps lead to, as the exam window would have it."""

    def __init__(self, exam: Exam) -> None:
        self._sections = [s for p in exam.test.parts if p.role is not PartRole.AGREEMENT for s in p.sections]
        self._section = -1
        self.at = 0
        self.in_review = False
        self.answers: dict[ItemId, Responses] = {}
        self.flagged: set[ItemId] = set()

    def take(self, step: Step) -> None:
        if isinstance(step, Kill):
            assert step.question == self.at
            return
        match step.act:
            case "start_section":
                self._section, self.at = self._section + 1, 1
            case "answer":
                assert (step.details["question"], self.in_review) == (self.at, False)
                assert step.item is not None
                assert self._sections[self._section].items[self.at - 1].identifier == step.item
                self.answers[step.item] = step.answers
                self.flagged |= {step.item} if step.details.get("flag") else set()
            case "next" | "next_by_key":
                assert step.details["question"] == self.at
                self.in_review = self.at == len(self._sections[self._section].items)
                self.at += not self.in_review
            case "previous":
                self.at -= 1
            case "jump":
                assert self.in_review
                self.at, self.in_review = step.details["question"], False
            case "open_review":
                self.in_review = True
            case "end_section":
                assert self.in_review
                self.in_review = False
            case _:
                pass


def test_it_leads_to_exactly_the_answer_sheet(exam: Exam, sheet: AnswerSheet, steps: list[Step]) -> None:
    window = Window(exam)
    for step in steps:
        window.take(step)

    assert window.answers == {answer.item: answer.responses for answer in sheet.answers}
    assert window.flagged == {answer.item for answer in sheet.answers if answer.flag}


def test_every_change_of_mind_is_shown_twice(sheet: AnswerSheet, steps: list[Step]) -> None:
    for answer in sheet.answers:
        given = [step.answers for step in steps if isinstance(step, Tell) and step.item == answer.item]
        assert given == ([answer.responses] if answer.first is None else [answer.first, answer.responses])
    acts = [step.act for step in steps if isinstance(step, Tell)]
    assert {"previous", "jump", "next_by_key"} <= set(acts)


def test_it_is_killed_once_while_typing_late_in_the_exam(steps: list[Step]) -> None:
    (kill,) = [step for step in steps if isinstance(step, Kill)]
    after = steps[steps.index(kill) + 1]

    assert isinstance(after, Tell)
    assert after.details["question"] == kill.question
    whole = after.details["deeds"][0]["text"]
    assert whole.startswith(kill.typing["text"])
    assert 0 < len(kill.typing["text"]) < len(whole)
    assert steps.index(kill) > len(steps) / 2


def test_the_robot_knows_every_act(steps: list[Step]) -> None:
    names = acts_by_name()

    assert {step.act for step in steps if isinstance(step, Tell)} <= set(names)


def acts_by_name() -> dict[str, Act]:
    from ui.demo.robot.acts import acts_of  # noqa: PLC0415 - what it does is of no interest here, only its names

    return acts_of(person=None, pictures=None, hasty=None)  # type: ignore[arg-type]


def test_it_begins_with_the_name_and_ends_with_the_end(steps: list[Step]) -> None:
    acts = [step.act for step in steps if isinstance(step, Tell)]

    assert acts[:3] == ["confirm_identity", "accept_agreement", "start_section"]
    assert acts[-1] == "read_end"
    assert acts.count("submit") == 1
    assert acts.count("end_break") == 1
    assert acts.index("submit") > max(n for n, act in enumerate(acts) if act == "end_section")
