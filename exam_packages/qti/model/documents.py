"""Items, stimuli, tests and whole packages of QTI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from exam_packages.ids import ExamId, FormId, ItemId, PartId, SectionId
from exam_packages.qti.model.content import Catalog, Node, RubricBlock
from exam_packages.qti.model.processing import Expression, Processing
from exam_packages.qti.model.variables import (
    ContextDeclaration,
    OutcomeDeclaration,
    ResponseDeclaration,
    TemplateDeclaration,
)
from exam_packages.tools import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulus:
    """``qti-assessment-stimulus``: a shared scenario. Its exhibits are the ``section`` children with a ``title`` or heading."""

    identifier: str
    title: str
    language: str
    body: tuple[Node, ...]
    catalogs: tuple[Catalog, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentItem:
    """``qti-assessment-item``."""

    identifier: str
    title: str
    language: str
    body: tuple[Node, ...]
    response_declarations: tuple[ResponseDeclaration, ...] = ()
    outcome_declarations: tuple[OutcomeDeclaration, ...] = ()
    response_processing: Processing | None = None
    stimulus_paths: tuple[str, ...] = ()
    """Package paths of the stimuli that this item refers to (``qti-assessment-stimulus-ref``)."""
    rubrics: tuple[RubricBlock, ...] = ()
    path: str = ""
    """Package path of the document, for messages."""
    catalogs: tuple[Catalog, ...] = ()
    tools: frozenset[Tool] = frozenset()
    """From ``qti-companion-materials-info``: calculators."""
    template_declarations: tuple[TemplateDeclaration, ...] = ()
    template_processing: Processing | None = None
    """``qti-template-processing``: what makes clones of this item; None once its variables have their values."""
    context_declarations: tuple[ContextDeclaration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimits:
    """``qti-time-limits``, seconds."""

    min_s: float = 0.0
    max_s: float | None = None
    allow_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionControl:
    """``qti-item-session-control``; None is inherited from what holds it, at last from ``DEFAULT_CONTROL``."""

    max_attempts: int | None = None
    """0 is without limit. Counts in parts with individual submission only."""
    show_feedback: bool | None = None
    allow_review: bool | None = None
    show_solution: bool | None = None
    allow_comment: bool | None = None
    allow_skipping: bool | None = None
    validate_responses: bool | None = None

    def within(self, outer: SessionControl) -> SessionControl:
        """Return this control with what it leaves open taken from the one outside."""
        return SessionControl(
            **{each: getattr(outer if getattr(self, each) is None else self, each) for each in _CONTROLS}
        )


_CONTROLS: Final = (
    "max_attempts",
    "show_feedback",
    "allow_review",
    "show_solution",
    "allow_comment",
    "allow_skipping",
    "validate_responses",
)
DEFAULT_CONTROL: Final = SessionControl(
    max_attempts=1,
    show_feedback=False,
    allow_review=True,
    show_solution=False,
    allow_comment=False,
    allow_skipping=True,
    validate_responses=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """``qti-selection`` without replacement: how many of a section's children a candidate gets."""

    select: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchRule:
    """``qti-branch-rule``: where to go on, when its condition is true."""

    condition: Expression
    target: str
    """An identifier, or EXIT_TEST, EXIT_TESTPART, EXIT_SECTION."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRef:
    """``qti-assessment-item-ref``."""

    identifier: ItemId
    path: str
    categories: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    variable_mappings: tuple[tuple[str, str], ...] = ()
    """``qti-variable-mapping``: pairs (source, target): in outcome processing the item's source goes by the name target."""
    required: bool = False
    fixed: bool = False
    time_limits: TimeLimits | None = None
    control: SessionControl = SessionControl()
    pre_conditions: tuple[Expression, ...] = ()
    branch_rules: tuple[BranchRule, ...] = ()
    tools: frozenset[Tool] = frozenset()
    """``data-tools`` of the reference itself; what sections, parts and the test switch on comes on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``qti-assessment-section``. The sections directly in a part are what candidates see as sections."""

    identifier: SectionId
    title: str
    visible: bool = True
    required: bool = False
    fixed: bool = False
    keep_together: bool = True
    time_limits: TimeLimits | None = None
    """``max_s`` of a section directly in a part is its clock; extra time multiplies it."""
    break_after_s: int = 0
    """``data-break-after``: an untimed-scored break of at most so many seconds before the next section."""
    rubrics: tuple[RubricBlock, ...] = ()
    children: tuple[ItemRef | Section, ...] = ()
    """Item references and sections inside, in document order."""
    selection: Selection | None = None
    shuffle: bool = False
    """``qti-ordering shuffle``."""
    control: SessionControl = SessionControl()
    pre_conditions: tuple[Expression, ...] = ()
    branch_rules: tuple[BranchRule, ...] = ()
    tools: frozenset[Tool] = frozenset()

    @property
    def items(self) -> tuple[ItemRef, ...]:
        """Every item reference at any depth, in document order, selected or not."""
        found: list[ItemRef] = []
        for child in self.children:
            found.extend((child,) if isinstance(child, ItemRef) else child.items)
        return tuple(found)


class PartRole(Enum):
    """What a test part is for; told by its ``class``. Only SCORED parts are timed and scored."""

    AGREEMENT = "kiosk-agreement"
    TUTORIAL = "kiosk-tutorial"
    SCORED = "kiosk-scored"
    POLL = "kiosk-poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPart:
    """``qti-test-part``."""

    __test__ = False  # not a pytest class

    identifier: PartId
    role: PartRole
    linear: bool = False
    individual: bool = False
    """``submission-mode="individual"``: each item is submitted on its own, and attempts count."""
    sections: tuple[Section, ...]
    time_limits: TimeLimits | None = None
    control: SessionControl = SessionControl()
    pre_conditions: tuple[Expression, ...] = ()
    branch_rules: tuple[BranchRule, ...] = ()
    tools: frozenset[Tool] = frozenset()
    rubrics: tuple[RubricBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentTest:
    """``qti-assessment-test``: one form."""

    identifier: FormId
    title: str
    language: str
    parts: tuple[TestPart, ...]
    time_limits: TimeLimits | None = None
    tools: frozenset[Tool] = frozenset()
    outcome_declarations: tuple[OutcomeDeclaration, ...] = ()
    outcome_processing: Processing | None = None
    rubrics: tuple[RubricBlock, ...] = ()

    def item_refs(self, role: PartRole | None = None) -> tuple[ItemRef, ...]:
        """Every item reference in form order, of one role or of all parts."""
        return tuple(
            ref
            for part in self.parts
            if role is None or part.role is role
            for section in part.sections
            for ref in section.items
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """One line of a competency framework."""

    code: str
    domain: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The competency framework an exam is built on, with its version: ``framework.json`` of the content package."""

    identifier: str
    version: str
    title: str
    domains: tuple[tuple[str, str], ...]
    """Pairs (domain id, title), in report order; the id is the item category that carries it."""
    competencies: tuple[Competency, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the manifest says about the exam for catalogues (IEEE LOM, ``general`` and the version); empty where it says nothing.

    Stays in the office: a delivery package has none.
    """

    title: str = ""
    language: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    version: str = ""


NO_METADATA: Final = Metadata()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """A whole content package, read and linted: what is delivered and what is scored.

    ``resources`` maps package paths of pictures and other files that content refers to, to their media types. Their bytes
    stay in the container and are fetched by path.
    """

    exam_id: ExamId
    test: AssessmentTest
    items: Mapping[str, AssessmentItem]
    """By package path."""
    stimuli: Mapping[str, Stimulus]
    """By package path."""
    resources: Mapping[str, str]
    framework: Framework | None = None
    title: str = field(default="")
    section_paths: tuple[str, ...] = ()
    """Package paths of the documents that hold sections of the test (``qti-assessment-section-ref``)."""
    metadata: Metadata = NO_METADATA

    def item(self, ref: ItemRef) -> AssessmentItem:
        """The item that a reference points to."""
        return self.items[ref.path]
