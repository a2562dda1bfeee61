"""One candidate's way through an exam, planned from the answer sheet: what to tell the robot, step by step.

Pure. Owns the order of things: the answers, flags, changes of mind by "Previous" and by the review grid, and the moment at
which the window is killed. Refuses to know how any step is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from exam_packages.ids import ItemId
from exam_packages.qti.model import AssessmentItem, Exam, ItemRef, PartRole, Responses, Section
from ui.demo.answer_sheet import AnswerSheet, SheetAnswer
from ui.demo.instructions import Deed, deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell the robot something."""

    act: str
    details: Mapping[str, Any] = field(default_factory=dict)
    item: ItemId | None = None
    answers: Responses = field(default_factory=dict)
    """What is acknowledged once the robot has seen it done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """End the window without a word, while something is being typed; it comes back at the same question."""

    question: int
    typing: Deed


Step: TypeAlias = Tell | Kill


def walk(exam: Exam, sheet: AnswerSheet) -> list[Step]:
    """Return every step from "Is this you?" to the end.

    Raises:
        DemoFault: the answer sheet and the exam do not fit together.
    """
    steps: list[Step] = [Tell(act="confirm_identity")]
    if any(part.role is PartRole.AGREEMENT for part in exam.test.parts):
        steps.append(Tell(act="accept_agreement"))
    to_kill = _question_to_kill(exam, sheet)
    scored = [section for part in exam.test.parts if part.role is PartRole.SCORED for section in part.sections]
    for part in exam.test.parts:
        if part.role is PartRole.AGREEMENT:
            continue
        for section in part.sections:
            steps += _section(exam, sheet, section, role=part.role, to_kill=to_kill)
            if part.role is PartRole.SCORED:
                steps += _after(section, is_last=section is scored[-1])
    return [*steps, Tell(act="read_end")]


def _after(section: Section, *, is_last: bool) -> Iterator[Step]:
    if is_last:
        yield Tell(act="submit")
    elif section.break_after_s:
        yield Tell(act="end_break")


def _section(
    exam: Exam, sheet: AnswerSheet, section: Section, *, role: PartRole, to_kill: ItemId | None
) -> Iterator[Step]:
    questions = [_Question(exam, sheet, ref, number) for number, ref in enumerate(section.items, 1)]
    back_to = next((q for q in questions[:-1] if q.changes), None)
    yield Tell(act="start_section")
    for question in questions:
        if question.ref.identifier == to_kill:
            yield question.killed()
        yield question.answered_first(may_flag=role is PartRole.SCORED)
        if back_to is not None and question.number == back_to.number + 1:
            yield Tell(act="previous", details={"question": question.number})
            yield back_to.changed()
            yield Tell(act="next", details={"question": back_to.number})
        if question is not questions[-1]:
            yield _onward(question.number)
    last = {"question": questions[-1].number}
    if role is not PartRole.SCORED:
        yield Tell(act="finish", details=last)
        return
    yield Tell(act="next", details=last)
    yield Tell(act="read_review")
    for question in questions:
        if question.changes and question is not back_to:
            yield Tell(act="jump", details={"question": question.number})
            yield question.changed()
            yield Tell(act="open_review")
    yield Tell(act="end_section")


def _onward(number: int) -> Tell:
    """Go to the next question: mostly with the mouse, now and then by the keyboard alone."""
    return Tell(act="next_by_key" if number % 16 == 2 else "next", details={"question": number})


class _Question:
    """One question, what the sheet says about it, and how that is told."""

    def __init__(self, exam: Exam, sheet: AnswerSheet, ref: ItemRef, number: int) -> None:
        self.ref = ref
        self.number = number
        self._item: AssessmentItem = exam.item(ref)
        self._answer: SheetAnswer = sheet.of(ref.identifier)

    @property
    def changes(self) -> bool:
        """True when the candidate changes the answer later."""
        return self._answer.first is not None

    def answered_first(self, *, may_flag: bool) -> Tell:
        """The answer that is given on the first visit."""
        first = self._answer.first if self._answer.first is not None else self._answer.responses
        return self._told(first, {"flag": True} if may_flag and self._answer.flag else {})

    def changed(self) -> Tell:
        """The answer that is given on the way back."""
        return self._told(self._answer.responses, {})

    def killed(self) -> Kill:
        """The first half of the typed answer, and then nothing more."""
        deed = deeds(self._item, self._answer.responses)[0]
        return Kill(question=self.number, typing={**deed, "text": deed["text"][: max(1, len(deed["text"]) // 2)]})

    def _told(self, responses: Responses, more: Mapping[str, Any]) -> Tell:
        done = deeds(self._item, {name: value for name, value in responses.items() if value})
        details = {"question": self.number, "deeds": done, "picture": self._picture(done), **more}
        return Tell(act="answer", details=details, item=self.ref.identifier, answers=responses)

    def _picture(self, done: list[Deed]) -> str:
        kind = str(done[0]["kind"]) if done else "unanswered"
        if kind == "choose" and done[0]["several"]:
            kind = "choose-several"
        return f"question-{kind}-scenario" if self._item.stimulus_paths else f"question-{kind}"


def _question_to_kill(exam: Exam, sheet: AnswerSheet) -> ItemId | None:
    """The last scored question that is answered by typing: by then there is much to lose."""
    typed = [
        ref.identifier
        for ref in exam.test.item_refs(PartRole.SCORED)
        if sheet.of(ref.identifier).first is None and _is_typed(exam.item(ref), sheet.of(ref.identifier).responses)
    ]
    return typed[-1] if typed else None


def _is_typed(item: AssessmentItem, responses: Responses) -> bool:
    done = deeds(item, responses)
    return bool(done) and done[0]["kind"] in {"fill", "write"} and len(done[0]["text"]) > 1
