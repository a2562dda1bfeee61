"""What processing can see and change: the variables of one item session, or those of a test over its item sessions.

Owns variables, their defaults and who may assign what. Refuses to know operators and rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.errors import ProcessingRefused, ResponseRefused, ScoringRefused, UnsupportedProcessing
from exam_packages.ids import ItemId, OutcomeId, ResponseId, SectionId
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    Cardinality,
    ContextDeclaration,
    ItemRef,
    Lexical,
    OutcomeDeclaration,
    ResponseDeclaration,
    Responses,
    TemplateDeclaration,
)
from exam_packages.qti.randomness import Chance
from exam_packages.qti.values import (
    NUMERIC,
    NotAValueError,
    Operand,
    Value,
    converted,
    floating,
    parse_values,
    same_value,
)

COMPLETION_STATUS: Final = OutcomeDeclaration(
    identifier=OutcomeId("completionStatus"),
    cardinality=Cardinality.SINGLE,
    base_type=BaseType.IDENTIFIER,
    default=("unknown",),
)
"""The built-in outcome variable of every item (QTI 3.0 ASI, "Built-in Item Variables")."""

BUILT_IN_RESPONSES: Final = (
    ResponseDeclaration(
        identifier=ResponseId("numAttempts"), cardinality=Cardinality.SINGLE, base_type=BaseType.INTEGER
    ),
    ResponseDeclaration(identifier=ResponseId("duration"), cardinality=Cardinality.SINGLE, base_type=BaseType.DURATION),
)
"""The built-in response variables; NULL unless the caller gives them like any other response."""

QTI_CONTEXT: Final = ContextDeclaration(identifier="QTI_CONTEXT", cardinality=Cardinality.RECORD, base_type=None)
"""The built-in context variable (ContextDeclarationDType); nobody tells scoring its fields, so it is NULL unless declared."""

MAX_STEPS: Final = 200_000
"""Expressions evaluated in one session; the largest document of the corpora needs some hundred."""

Declaration = OutcomeDeclaration | ResponseDeclaration | TemplateDeclaration | ContextDeclaration


class Faults(Enum):
    """What happens where processing names what was never declared, or where a declared default is no value."""

    REFUSED = "refused"
    """As in every real scoring: no points come out of a mistake."""
    FORGIVEN = "forgiven"
    """As other engines read it, to compare with them: NULL, and 0 for a mapping that is not there. A rule that cannot be computed
    leaves nothing but the variables it assigns in doubt."""


class Scope:
    """The outcome variables, and a refusal for everything that only the other kinds of scope know.

    Args:
        place: the document, for messages.
        declarations: the outcome variables.
        faults: what becomes of names that are not declared.
        chance: where random operators draw from; None refuses them.
    """

    def __init__(
        self,
        place: str,
        declarations: Iterable[OutcomeDeclaration],
        *,
        faults: Faults = Faults.REFUSED,
        chance: Chance | None = None,
    ) -> None:
        self.place = place
        self.faults = faults
        self.chance = chance
        self._steps = 0
        self._declared: dict[str, OutcomeDeclaration] = {each.identifier: each for each in declarations}
        self._doubts: dict[str, ScoringRefused] = {}
        self._outcomes: dict[str, Operand] = {name: self._initial(each) for name, each in self._declared.items()}

    @property
    def outcomes(self) -> Mapping[OutcomeId, Operand]:
        """The outcome variables as they are now."""
        return {OutcomeId(name): value for name, value in self._outcomes.items()}

    def doubt(self, identifier: str, refusal: ScoringRefused) -> None:
        """Note that the rule that should have assigned a variable could not be computed."""
        self._doubts[identifier] = refusal

    def refuse_doubt(self, identifier: str) -> None:
        """Check that a variable's value is known.

        Raises:
            ScoringRefused: the rule that should have assigned it could not be computed.
        """
        if identifier in self._doubts:
            raise self._doubts[identifier]

    def spend(self) -> None:
        """Count one step of processing.

        Raises:
            ProcessingRefused: there were more than any document needs, as repeats within repeats make them.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ProcessingRefused(f"takes more than {MAX_STEPS} steps", place=self.place)

    def at(self, identifier: str) -> str:
        """The place of a variable, for messages."""
        return f"{self.place}: {identifier}"

    # -- reading ------------------------------------------------------------------------------------------------------

    def variable(self, identifier: str, weight: str) -> Operand:  # noqa: ARG002 - weights are the test's
        """The value of a variable."""
        self.refuse_doubt(identifier)
        if identifier not in self._outcomes:
            self._refuse_undeclared(identifier)
        return self._outcomes.get(identifier)

    def default(self, identifier: str) -> Operand:
        """The declared default of a variable; NULL where none is declared."""
        declaration = self._declared.get(identifier)
        if declaration is None:
            self._refuse_undeclared(identifier)
            return None
        return self._default_of(declaration)

    def correct(self, identifier: str) -> Operand:
        """The correct response of a response variable; NULL where none is declared."""
        self._refuse_undeclared(identifier)
        return None

    def response_declaration(self, identifier: str) -> ResponseDeclaration | None:
        """The declaration of a response variable; None only where faults are forgiven. A test has none.

        Raises:
            ProcessingRefused: there is none.
        """
        self._refuse_undeclared(identifier)
        return None

    def outcome_declaration(self, identifier: str) -> OutcomeDeclaration:
        """The declaration of an outcome variable.

        Raises:
            ProcessingRefused: there is none.
        """
        if identifier not in self._declared:
            raise ProcessingRefused("is not a declared outcome variable", place=self.at(identifier))
        return self._declared[identifier]

    def sessions(self) -> Sequence[ItemSession]:
        """The item sessions of a test; an item has none.

        Raises:
            ProcessingRefused: this is not a test.
        """
        raise ProcessingRefused("looks at the items of a test and stands in an item", place=self.place)

    # -- assigning ----------------------------------------------------------------------------------------------------

    def set_outcome(self, identifier: str, value: Operand) -> None:
        """Give an outcome variable a value of its declared cardinality and base type.

        Raises:
            ProcessingRefused: the value does not fit the declaration.
        """
        self._outcomes[identifier] = self._fitted(value, self.outcome_declaration(identifier))
        self._doubts.pop(identifier, None)

    def set_template(self, identifier: str, value: Operand) -> None:  # noqa: ARG002 - the signature of all scopes
        """Give a template variable a value; only template processing may."""
        raise ProcessingRefused("is assigned outside template processing", place=self.at(identifier))

    def set_correct(self, identifier: str, value: Operand) -> None:
        """Declare another correct response; only template processing may."""
        self.set_template(identifier, value)

    def set_default(self, identifier: str, value: Operand) -> None:
        """Declare another default value; only template processing may."""
        self.set_template(identifier, value)

    def start_again(self) -> bool:
        """Whether template processing starts again because a constraint does not hold; only template processing may."""
        raise ProcessingRefused("has a template constraint outside template processing", place=self.place)

    def _fitted(self, value: Operand, declaration: Declaration) -> Operand:
        try:
            return value and converted(value, declaration.cardinality, declaration.base_type)
        except NotAValueError as error:
            raise ProcessingRefused(f"is given a value that {error}", place=self.at(declaration.identifier)) from None

    # -- what the author declared -------------------------------------------------------------------------------------

    def declared_value(self, lexical: Lexical, declaration: Declaration) -> Operand:
        """Read a value that the author wrote into a declaration.

        Raises:
            ProcessingRefused: it is no value of the declared type.
        """
        try:
            return parse_values(lexical, declaration.cardinality, declaration.base_type)
        except NotAValueError as error:
            raise ProcessingRefused(f"declares a value that {error}", place=self.at(declaration.identifier)) from None

    def _default_of(self, declaration: Declaration) -> Operand:
        self._refuse_unreadable(declaration, "qti-default-value")
        return self.declared_value(declaration.default, declaration) if declaration.default else None

    def _refuse_unreadable(self, declaration: Declaration, part: str) -> None:
        if part in declaration.unreadable:
            raise ProcessingRefused(f"has a {part} that cannot be read", place=self.at(declaration.identifier))

    def _refuse_undeclared(self, identifier: str) -> None:
        if self.faults is Faults.REFUSED:
            raise ProcessingRefused("is not a declared variable", place=self.at(identifier))

    def _initial(self, declaration: OutcomeDeclaration) -> Operand:
        try:
            value = self._default_of(declaration)
        except ProcessingRefused as refusal:
            if self.faults is Faults.REFUSED:
                raise
            self.doubt(declaration.identifier, refusal)
            return None
        # "initialized to NULL unless the outcome is of a numeric type … in which case it is initialized to 0"
        # (OutcomeDeclarationDType); only a single number can be 0.
        if value is None and declaration.cardinality is Cardinality.SINGLE and declaration.base_type in NUMERIC:
            return converted(floating(0), Cardinality.SINGLE, declaration.base_type)
        return value


class ItemScope(Scope):
    """One item session: the responses given, and the outcomes on their way.

    A response that is absent has its declared default; one that is given and empty is NULL.

    Attributes:
        unreadable: variables whose typed text is no number; they count as NULL.

    Args:
        item: an item whose template variables have their values, or one without any.
        responses: by response variable.
        undetermined: variables that chance decides and nobody drew; to look at one is refused.

    Raises:
        ResponseRefused: a response is not declared by this item or does not fit its declaration.
    """

    def __init__(
        self,
        item: AssessmentItem,
        responses: Responses,
        *,
        faults: Faults = Faults.REFUSED,
        chance: Chance | None = None,
        undetermined: frozenset[str] = frozenset(),
    ) -> None:
        declared = [each.identifier for each in item.outcome_declarations]
        built_in = () if COMPLETION_STATUS.identifier in declared else (COMPLETION_STATUS,)
        place = item.path or item.identifier
        super().__init__(place, (*item.outcome_declarations, *built_in), faults=faults, chance=chance)
        self._undetermined = undetermined
        self._response_declarations: dict[str, ResponseDeclaration] = {
            each.identifier: each for each in (*BUILT_IN_RESPONSES, *item.response_declarations)
        }
        self._constants: dict[str, TemplateDeclaration | ContextDeclaration] = {
            **{each.identifier: each for each in (QTI_CONTEXT, *item.context_declarations)},
            **{each.identifier: each for each in item.template_declarations},
        }
        self.unreadable: list[ResponseId] = []
        self._refuse_unknown(responses)
        self._responses: dict[str, Operand] = {
            name: self._response(declaration, responses.get(declaration.identifier))
            for name, declaration in self._response_declarations.items()
        }

    def _refuse_unknown(self, responses: Responses) -> None:
        for name in responses:
            if name not in self._response_declarations:
                raise ResponseRefused("is not a response variable of this item", place=self.at(name))

    def _response(self, declaration: ResponseDeclaration, lexical: Lexical | None) -> Operand:
        if lexical is None:
            try:
                return self._default_of(declaration)
            except ProcessingRefused as refusal:
                if self.faults is Faults.REFUSED:
                    raise
                self.doubt(declaration.identifier, refusal)
                return None
        try:
            value = parse_values(lexical, declaration.cardinality, declaration.base_type)
        except NotAValueError as error:
            # Numbers are typed by hand: what is no number is no answer. Anything else cannot come from this content.
            if declaration.base_type in NUMERIC and declaration.cardinality is Cardinality.SINGLE and len(lexical) == 1:
                self.unreadable.append(declaration.identifier)
                return None
            raise ResponseRefused(f"has a response that {error}", place=self.at(declaration.identifier)) from None
        return None if value is not None and value.items == ("",) else value

    def declares(self, identifier: str) -> bool:
        """Whether there is a variable of a name, built-in ones included."""
        return any(identifier in each for each in (self._responses, self._constants, self._outcomes))

    def variable(self, identifier: str, weight: str) -> Operand:
        """The value of a response, template, context or outcome variable."""
        self.refuse_doubt(identifier)
        if identifier in self._responses:
            return self._responses[identifier]
        if identifier in self._constants:
            self._refuse_chance(identifier)
            return self._default_of(self._constants[identifier])
        return super().variable(identifier, weight)

    def default(self, identifier: str) -> Operand:
        """The declared default of any variable."""
        declaration = self._response_declarations.get(identifier) or self._constants.get(identifier)
        if declaration is None:
            return super().default(identifier)
        self._refuse_chance(identifier)
        return self._default_of(declaration)

    def correct(self, identifier: str) -> Operand:
        """The correct response of a response variable; NULL where none is declared."""
        declaration = self.response_declaration(identifier)
        self._refuse_chance(identifier)
        if declaration is None:
            return None
        self._refuse_unreadable(declaration, "qti-correct-response")
        if not declaration.correct:
            return None
        return self.declared_value(declaration.correct, declaration)

    def response_declaration(self, identifier: str) -> ResponseDeclaration | None:
        """The declaration of a response variable; None only where faults are forgiven.

        Raises:
            ProcessingRefused: there is none.
        """
        if identifier not in self._response_declarations:
            return super().response_declaration(identifier)
        return self._response_declarations[identifier]

    def _refuse_chance(self, identifier: str) -> None:
        if identifier in self._undetermined:
            raise UnsupportedProcessing("is decided by chance in template processing", place=self.at(identifier))

    @property
    def responded(self) -> bool:
        """Whether anything was answered: a response that differs from its declared default, which is NULL for most."""
        return any(self._differs(each) for each in self._own_responses())

    @property
    def all_correct(self) -> bool | None:
        """Whether every response is the correct one; None where an item declares no correct response.

        What ``number-correct`` and ``number-incorrect`` count.
        """
        verdicts = [self._is_correct(each) for each in self._own_responses()]
        return all(verdicts) if verdicts and None not in verdicts else None

    def _differs(self, name: str) -> bool:
        given, default = self._responses[name], self.default(name)
        return given is not default if given is None or default is None else not same_value(given, default)

    def _own_responses(self) -> list[str]:
        built_in = {each.identifier for each in BUILT_IN_RESPONSES}
        return [name for name in self._response_declarations if name not in built_in]

    def _is_correct(self, name: str) -> bool | None:
        correct = self.correct(name)
        if self._response_declarations[name].correct is None:
            return None
        given = self._responses[name]
        return given is not None and correct is not None and same_value(given, correct)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSession:
    """One item of the form as outcome processing sees it, after response processing."""

    ref: ItemRef
    sections: tuple[SectionId, ...]
    """The sections it stands in, the outermost first."""
    item: AssessmentItem
    scope: ItemScope
    presented: bool

    def weight(self, identifier: str) -> float:
        """The item's weight of a name; 1 where it has none (QTI ``qti-weight``)."""
        return dict(self.ref.weights).get(identifier, 1.0) if identifier else 1.0

    def weighted(self, value: Operand, identifier: str) -> Operand:
        """A numeric value times the item's weight; a weighted value is a float, anything else stays what it is."""
        if not isinstance(value, Value) or not identifier or value.base_type not in NUMERIC:
            return value
        factor = self.weight(identifier)
        items = tuple(float(item) * factor for item in value.items if isinstance(item, (int, float)))
        return Value(value.cardinality, BaseType.FLOAT, items)

    def own_name(self, identifier: str) -> str | None:
        """The item's own name of a variable that the test calls so; None where the test must not know it.

        A mapped variable goes by its new name, as if it had been declared with it (VariableMappingDType).
        """
        sources = {target: source for source, target in self.ref.variable_mappings}
        if identifier in sources:
            return sources[identifier]
        return None if identifier in sources.values() else identifier


class TestScope(Scope):
    """A test over its item sessions.

    Args:
        place: the test, for messages.
        declarations: its outcome variables.
        sessions: in form order.
        unselected: items that were not drawn for this candidate; they have no session, and their variables are NULL.
    """

    __test__ = False  # not a pytest class

    def __init__(
        self,
        place: str,
        declarations: Iterable[OutcomeDeclaration],
        sessions: Sequence[ItemSession],
        unselected: Iterable[ItemId] = (),
    ) -> None:
        super().__init__(place, declarations)
        self._sessions = tuple(sessions)
        self._unselected = frozenset(unselected)
        self._by_id: dict[ItemId, ItemSession] = {each.ref.identifier: each for each in sessions}

    def sessions(self) -> Sequence[ItemSession]:
        """The item sessions, in form order."""
        return self._sessions

    def variable(self, identifier: str, weight: str) -> Operand:
        """The value of a test outcome, or of an item's variable as ``item.VARIABLE``.

        Raises:
            ProcessingRefused: there is no such variable.
        """
        if identifier in self._declared:
            return super().variable(identifier, weight)
        found = self._split(identifier)
        return None if found is None else found[0].weighted(found[0].scope.variable(found[1], ""), weight)

    def default(self, identifier: str) -> Operand:
        """The declared default of a test outcome, or of an item's variable as ``item.VARIABLE``."""
        if identifier in self._declared:
            return super().default(identifier)
        found = self._split(identifier)
        return None if found is None else found[0].scope.default(found[1])

    def correct(self, identifier: str) -> Operand:
        """The correct response of an item's variable as ``item.VARIABLE``."""
        found = self._split(identifier)
        return None if found is None else found[0].scope.correct(found[1])

    def _split(self, identifier: str) -> tuple[ItemSession, str] | None:
        """The session and the variable that ``item.VARIABLE`` means; None for an item without a session.

        Identifiers may hold points themselves, so every point is tried.
        """
        for at in (at for at, character in enumerate(identifier) if character == "."):
            item = ItemId(identifier[:at])
            session = self._by_id.get(item)
            name = None if session is None else session.own_name(identifier[at + 1 :])
            if session is not None and name is not None:
                return session, name
            if item in self._unselected:
                return None
        raise ProcessingRefused("is not a declared variable", place=self.at(identifier))
