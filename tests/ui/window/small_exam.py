"""A small exam made of model values: agreement, tutorial, two timed sections with a break, an opinion poll. Original content."""

from __future__ import annotations

from exam_packages.ids import ChoiceId, ExamId, FormId, ItemId, PartId, ResponseId, SectionId
from exam_packages.qti.model import (
    AssessmentItem,
    AssessmentTest,
    BaseType,
    Cardinality,
    Choice,
    ChoiceInteraction,
    Element,
    Exam,
    ExtendedTextInteraction,
    ItemRef,
    Node,
    PartRole,
    ResponseDeclaration,
    RubricBlock,
    Section,
    Stimulus,
    TestPart,
    Text,
    TimeLimits,
    View,
)

RESPONSE = ResponseId("RESPONSE")
STIMULUS_PATH = "stimuli/memo.xml"


def paragraph(text: str) -> Element:
    return Element(name="p", children=(Text(text),))


def choice_item(
    identifier: str, title: str, question: str, answers: tuple[str, ...], *, stimulus: bool
) -> AssessmentItem:
    choices = tuple(
        Choice(identifier=ChoiceId(f"C{n}"), content=(Text(answer),)) for n, answer in enumerate(answers, start=1)
    )
    body: tuple[Node, ...] = (
        ChoiceInteraction(response=RESPONSE, prompt=(paragraph(question),), choices=choices, max_choices=1),
    )
    return AssessmentItem(
        identifier=identifier,
        title=title,
        language="en",
        body=body,
        response_declarations=(
            ResponseDeclaration(identifier=RESPONSE, cardinality=Cardinality.SINGLE, base_type=BaseType.IDENTIFIER),
        ),
        stimulus_paths=(STIMULUS_PATH,) if stimulus else (),
        path=f"items/{identifier}.xml",
    )


def essay_item(identifier: str) -> AssessmentItem:
    return AssessmentItem(
        identifier=identifier,
        title="Your experience",
        language="en",
        body=(
            ExtendedTextInteraction(
                response=RESPONSE,
                prompt=(paragraph("Describe a change in the schedule that your team accepted, and why it did."),),
                expected_lines=8,
                max_words=300,
            ),
        ),
        response_declarations=(
            ResponseDeclaration(identifier=RESPONSE, cardinality=Cardinality.SINGLE, base_type=BaseType.STRING),
        ),
        path=f"items/{identifier}.xml",
    )


def _items() -> dict[str, AssessmentItem]:
    answers = ("71 %", "88 %", "97 %")
    items = [
        choice_item(
            "tut-1", "Choosing", "Choose an answer. You can change it.", ("This one", "That one"), stimulus=False
        ),
        choice_item("tut-2", "Flagging", "Flag this question, then take the flag away.", ("Done",), stimulus=False),
    ]
    for n in range(1, 7):
        text = f"The center takes {200 + 20 * n} calls in an hour. What is the occupancy of case {n}?"
        items.append(choice_item(f"a-{n}", f"Occupancy {n}", text, answers, stimulus=n <= 2))
    for n in range(1, 4):
        text = f"A team of {10 + n} agents loses {n} to leave. What happens to the service level?"
        items.append(choice_item(f"b-{n}", f"Staffing {n}", text, ("It falls", "It stays", "It rises"), stimulus=False))
    items.append(essay_item("b-4"))
    items.append(choice_item("poll-1", "Your opinion", "Was there enough time?", ("Yes", "No"), stimulus=False))
    return {item.path: item for item in items}


def _refs(*names: str) -> tuple[ItemRef, ...]:
    return tuple(ItemRef(identifier=ItemId(name), path=f"items/{name}.xml") for name in names)


def _rubric(*texts: str) -> RubricBlock:
    return RubricBlock(
        views=frozenset({View.CANDIDATE}), use="instructions", content=tuple(paragraph(text) for text in texts)
    )


AGREEMENT = (
    "You sit this exam alone and without aids other than those on the screen.",
    "You keep its questions to yourself, in speech and in writing, during the exam and after it.",
    "Your answers are recorded, sealed and sent to the certification body, which scores them and tells you the result.",
    "Whoever disturbs the exam or receives help may be excluded by the proctor. The reason is written down.",
)


def small_exam(*, section_s: int = 2400, linear: bool = False) -> Exam:
    parts = (
        TestPart(
            identifier=PartId("agreement"),
            role=PartRole.AGREEMENT,
            sections=(Section(identifier=SectionId("agree"), title="Agreement", rubrics=(_rubric(*AGREEMENT),)),),
        ),
        TestPart(
            identifier=PartId("tutorial"),
            role=PartRole.TUTORIAL,
            sections=(Section(identifier=SectionId("tut"), title="Tutorial", children=_refs("tut-1", "tut-2")),),
        ),
        TestPart(
            identifier=PartId("scored"),
            role=PartRole.SCORED,
            linear=linear,
            sections=(
                Section(
                    identifier=SectionId("ops"),
                    title="Operations",
                    time_limits=TimeLimits(max_s=section_s),
                    break_after_s=600,
                    rubrics=(_rubric("Round percentages to whole numbers unless a question says otherwise."),),
                    children=_refs(*(f"a-{n}" for n in range(1, 7))),
                ),
                Section(
                    identifier=SectionId("people"),
                    title="People",
                    time_limits=TimeLimits(max_s=section_s),
                    children=_refs(*(f"b-{n}" for n in range(1, 5))),
                ),
            ),
        ),
        TestPart(
            identifier=PartId("poll"),
            role=PartRole.POLL,
            sections=(Section(identifier=SectionId("opinion"), title="Opinion poll", children=_refs("poll-1")),),
        ),
    )
    memo = Stimulus(
        identifier="memo",
        title="Memo of the operations manager",
        language="en",
        body=(
            Element(
                name="section",
                attributes=(("title", "Memo"),),
                children=(
                    Element(name="h2", children=(Text("Staffing for the week"),)),
                    paragraph("Calls have risen by a fifth since Monday. Average handling time is 300 seconds."),
                    paragraph("We have 24 agents on the early shift and 18 on the late shift."),
                ),
            ),
        ),
    )
    test = AssessmentTest(
        identifier=FormId("form-a"), title="Contact Center Management · Form A", language="en", parts=parts
    )
    return Exam(
        exam_id=ExamId("ccm"),
        test=test,
        items=_items(),
        stimuli={STIMULUS_PATH: memo},
        resources={},
        title="Contact Center Management · Form A",
    )
