"""The QTI 3.0 model: what an item, a stimulus, a test and a content package are, after reading.

Frozen values only. Knows neither XML nor screens. The same types serve the scoring package (everything present) and the
delivery package (correct responses, mappings, processing and scorer text are ``None`` or empty).
Element and attribute names in docstrings are those of the QTI 3.0 ASI information model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from exam_packages.ids import ChoiceId, ExamId, FormId, ItemId, OutcomeId, PartId, ResponseId, SectionId


class Cardinality(Enum):
    """How many values a variable holds."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDERED = "ordered"
    RECORD = "record"


class BaseType(Enum):
    """What one value of a variable is."""

    BOOLEAN = "boolean"
    DIRECTED_PAIR = "directedPair"
    DURATION = "duration"
    FILE = "file"
    FLOAT = "float"
    IDENTIFIER = "identifier"
    INTEGER = "integer"
    PAIR = "pair"
    POINT = "point"
    STRING = "string"
    URI = "uri"


Lexical: TypeAlias = tuple[str, ...]
"""The values of a response variable as QTI writes them in XML (a pair is ``"A B"``); the empty tuple is NULL.

For ordered cardinality the order counts; for multiple it does not but is kept as given. This is what sessions, journals
and bundles carry; ``exam_packages.qti.values`` turns it into typed values for processing.
"""

Responses: TypeAlias = Mapping[ResponseId, Lexical]


# -- declarations -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MapEntry:
    """``qti-map-entry``: the points one response value is worth."""

    key: str
    value: float
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMapping:
    """``qti-mapping``: response values to points, with bounds on the sum."""

    entries: tuple[MapEntry, ...]
    default_value: float = 0.0
    lower_bound: float | None = None
    upper_bound: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseDeclaration:
    """``qti-response-declaration``."""

    identifier: ResponseId
    cardinality: Cardinality
    base_type: BaseType | None
    default: Lexical = ()
    correct: Lexical | None = None
    mapping: ResponseMapping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchTable:
    """``qti-match-table``: the first entry with exactly the source integer gives the target, as QTI writes values."""

    entries: tuple[tuple[int, str], ...]
    default_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationEntry:
    """``qti-interpolation-table-entry``."""

    source_value: float
    target_value: str
    include_boundary: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationTable:
    """``qti-interpolation-table``: the first entry whose source value is not above the source gives the target."""

    entries: tuple[InterpolationEntry, ...]
    default_value: str | None = None


LookupTable: TypeAlias = MatchTable | InterpolationTable


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDeclaration:
    """``qti-outcome-declaration``."""

    identifier: OutcomeId
    cardinality: Cardinality
    base_type: BaseType | None
    default: Lexical = ()
    normal_maximum: float | None = None
    normal_minimum: float | None = None
    mastery_value: float | None = None
    external_scored: bool = False
    """True when a person gives this outcome its value (``external-scored="human"``)."""
    lookup_table: LookupTable | None = None


# -- content ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text; white space as in the source, to be collapsed as HTML does outside ``pre``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An HTML element that the profile allows, without namespace. ``img`` always has ``alt``; its ``src`` is a package path."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()

    def attribute(self, name: str, default: str = "") -> str:
        """Return an attribute's value, or the default where it is absent."""
        return dict(self.attributes).get(name, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A ``qti-simple-choice``, ``qti-inline-choice`` or ``qti-simple-associable-choice``."""

    identifier: ChoiceId
    content: tuple[Node, ...]
    fixed: bool = False
    match_max: int = 1
    """How often an associable choice may be used; 0 is without limit."""
    match_min: int = 0


class Orientation(Enum):
    """How choices run."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInteraction:
    """``qti-choice-interaction``: pick one or several. ``max_choices`` 0 is without limit."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    choices: tuple[Choice, ...]
    min_choices: int = 0
    max_choices: int = 1
    shuffle: bool = False
    orientation: Orientation = Orientation.VERTICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInteraction:
    """``qti-order-interaction``: put all choices (or, with max_choices, some) into order."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    choices: tuple[Choice, ...]
    min_choices: int = 0
    max_choices: int = 0
    shuffle: bool = False
    orientation: Orientation = Orientation.VERTICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchInteraction:
    """``qti-match-interaction``: pair rows (first set) with columns (second set); responses are directed pairs "row column"."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    rows: tuple[Choice, ...]
    columns: tuple[Choice, ...]
    min_associations: int = 0
    max_associations: int = 1
    """0 is without limit."""
    shuffle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineChoiceInteraction:
    """``qti-inline-choice-interaction``: pick one phrase inside running text."""

    response: ResponseId
    choices: tuple[Choice, ...]
    required: bool = False
    shuffle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEntryInteraction:
    """``qti-text-entry-interaction``: a short text or a number inside running text."""

    response: ResponseId
    expected_length: int | None = None
    pattern_mask: str | None = None
    placeholder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedTextInteraction:
    """``qti-extended-text-interaction`` with ``format="plain"``: an essay."""

    response: ResponseId
    prompt: tuple[Node, ...] = ()
    expected_lines: int | None = None
    min_words: int | None = None
    """From ``data-min-words``; a wish shown to the candidate, never enforced by losing text."""
    max_words: int | None = None
    """From ``data-max-words``."""
    placeholder: str = ""


BlockInteraction: TypeAlias = ChoiceInteraction | OrderInteraction | MatchInteraction | ExtendedTextInteraction
InlineInteraction: TypeAlias = InlineChoiceInteraction | TextEntryInteraction
Interaction: TypeAlias = BlockInteraction | InlineInteraction
Node: TypeAlias = Text | Element | Interaction
"""Interactions stand in the content tree where they stand in the item body."""


class View(Enum):
    """Who may read a rubric block."""

    CANDIDATE = "candidate"
    SCORER = "scorer"
    PROCTOR = "proctor"
    AUTHOR = "author"
    TEST_CONSTRUCTOR = "testConstructor"
    TUTOR = "tutor"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricBlock:
    """``qti-rubric-block``: instructions or scoring guidance."""

    views: frozenset[View]
    use: str
    content: tuple[Node, ...]


# -- processing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One operator or value of QTI processing: element name without the ``qti-`` prefix, its attributes, its operands."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    operands: tuple[Expression, ...] = ()
    text: str = ""
    line: int = 0

    def attribute(self, name: str, default: str = "") -> str:
        """Return an attribute's value, or the default where it is absent."""
        return dict(self.attributes).get(name, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of response or outcome processing: a condition with branches, an assignment or an exit."""

    name: str
    """``set-outcome-value``, ``response-condition``, ``outcome-condition``, ``exit-response``, …; without ``qti-``."""
    identifier: str = ""
    expression: Expression | None = None
    branches: tuple[Branch, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An if, else-if or else (without condition) of a condition rule."""

    condition: Expression | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """``qti-response-processing`` or ``qti-outcome-processing``. A template is expanded into its rules when read."""

    rules: tuple[Rule, ...]
    template: str = ""
    """The template's URI where one was named, for reports."""


# -- documents --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulus:
    """``qti-assessment-stimulus``: a shared scenario. Its exhibits are the ``section`` children with a ``title`` or heading."""

    identifier: str
    title: str
    language: str
    body: tuple[Node, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRef:
    """``qti-assessment-item-ref``."""

    identifier: ItemId
    path: str
    categories: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    required: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``qti-assessment-section``; the profile of this version allows no section inside a section."""

    identifier: SectionId
    title: str
    visible: bool = True
    max_time_s: int | None = None
    """``qti-time-limits max-time``, seconds; extra time multiplies it."""
    break_after_s: int = 0
    """``data-break-after``: an untimed-scored break of at most so many seconds before the next section."""
    rubrics: tuple[RubricBlock, ...] = ()
    items: tuple[ItemRef, ...] = ()


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
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentTest:
    """``qti-assessment-test``: one form."""

    identifier: FormId
    title: str
    language: str
    parts: tuple[TestPart, ...]
    outcome_declarations: tuple[OutcomeDeclaration, ...] = ()
    outcome_processing: Processing | None = None

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

    def item(self, ref: ItemRef) -> AssessmentItem:
        """The item that a reference points to."""
        return self.items[ref.path]
