"""What processing can see and change: the variables of one item session, or those of a test over its item sessions.

Owns variables, their defaults and who may assign what. Refuses to know operators and rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.errors import ProcessingRefused, ResponseRefused, UnsupportedProcessing
from exam_packages.ids import ItemId, OutcomeId, ResponseId, SectionId
from exam_packages.qti.model import (
    AssessmentItem,
    BaseType,
    Cardinality,
    ItemRef,
    Lexical,
    OutcomeDeclaration,
    ResponseDeclaration,
    Responses,
)
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

Declaration = OutcomeDeclaration | ResponseDeclaration


class Scope:
    """The outcome variables, and a refusal for everything that only the other kind of scope knows."""

    def __init__(self, place: str, declarations: Iterable[OutcomeDeclaration]) -> None:
        self.place = place
        self._declared: dict[str, OutcomeDeclaration] = {each.identifier: each for each in declarations}
        self._outcomes: dict[str, Operand] = {name: self._initial(each) for name, each in self._declared.items()}

    @property
    def outcomes(self) -> Mapping[OutcomeId, Operand]:
        """The outcome variables as they are now."""
        return {OutcomeId(name): value for name, value in self._outcomes.items()}

    def at(self, identifier: str) -> str:
        """The place of a variable, for messages."""
        return f"{self.place}: {identifier}"

    def variable(self, identifier: str, weight: str) -> Operand:  # noqa: ARG002 - weights are the test's
        """The value of a variable."""
        return self._outcomes[self.outcome_declaration(identifier).identifier]

    def default(self, identifier: str) -> Operand:
        """The declared default of a variable."""
        return self._initial(self.outcome_declaration(identifier))

    def correct(self, identifier: str) -> Operand:
        """The correct response of a response variable; NULL where none is declared."""
        declaration = self.response_declaration(identifier)
        return self.declared_value(declaration.correct or (), declaration)

    def response_declaration(self, identifier: str) -> ResponseDeclaration:
        """The declaration of a response variable; a test has none."""
        raise ProcessingRefused("is not a declared response variable", place=self.at(identifier))

    def outcome_declaration(self, identifier: str) -> OutcomeDeclaration:
        """The declaration of an outcome variable.

        Raises:
            ProcessingRefused: there is none.
        """
        if identifier not in self._declared:
            raise ProcessingRefused("is not a declared variable", place=self.at(identifier))
        return self._declared[identifier]

    def sessions(self) -> Sequence[ItemSession]:
        """The item sessions of a test; an item has none.

        Raises:
            ProcessingRefused: this is not a test.
        """
        raise ProcessingRefused("looks at the items of a test and stands in an item", place=self.place)

    def set_outcome(self, identifier: str, value: Operand) -> None:
        """Give an outcome variable a value of its declared cardinality and base type.

        Raises:
            ProcessingRefused: the value does not fit the declaration.
        """
        declaration = self.outcome_declaration(identifier)
        base_type = self._base_type(declaration)
        try:
            self._outcomes[identifier] = value and converted(value, declaration.cardinality, base_type)
        except NotAValueError as error:
            raise ProcessingRefused(f"is given a value that {error}", place=self.at(identifier)) from None

    def declared_value(self, lexical: Lexical, declaration: Declaration) -> Operand:
        """Read a value that the author wrote into a declaration.

        Raises:
            ProcessingRefused: it is no value of the declared type.
        """
        base_type = self._base_type(declaration)
        try:
            return parse_values(lexical, declaration.cardinality, base_type)
        except NotAValueError as error:
            raise ProcessingRefused(f"declares a value that {error}", place=self.at(declaration.identifier)) from None

    def _base_type(self, declaration: Declaration) -> BaseType:
        if declaration.base_type is None or declaration.cardinality is Cardinality.RECORD:
            raise UnsupportedProcessing("is a record, which is not computed", place=self.at(declaration.identifier))
        return declaration.base_type

    def _initial(self, declaration: OutcomeDeclaration) -> Operand:
        if declaration.default:
            return self.declared_value(declaration.default, declaration)
        # "initialized to NULL unless the outcome is of a numeric type … in which case it is initialized to 0"
        # (OutcomeDeclarationDType); only a single number can be 0.
        if declaration.cardinality is Cardinality.SINGLE and declaration.base_type in NUMERIC:
            return converted(floating(0), Cardinality.SINGLE, self._base_type(declaration))
        return None


class ItemScope(Scope):
    """One item session: the responses given, and the outcomes on their way.

    A response that is absent has its declared default; one that is given and empty is NULL.

    Attributes:
        unreadable: variables whose typed text is no number; they count as NULL.

    Raises:
        ResponseRefused: a response is not declared by this item or does not fit its declaration.
    """

    def __init__(self, item: AssessmentItem, responses: Responses) -> None:
        declared = [each.identifier for each in item.outcome_declarations]
        built_in = () if COMPLETION_STATUS.identifier in declared else (COMPLETION_STATUS,)
        super().__init__(item.path or item.identifier, (*item.outcome_declarations, *built_in))
        self._response_declarations: dict[str, ResponseDeclaration] = {
            each.identifier: each for each in (*BUILT_IN_RESPONSES, *item.response_declarations)
        }
        self.unreadable: list[ResponseId] = []
        self._refuse_unknown(responses)
        self._responses: dict[str, Operand] = {
            name: self._response(declaration, responses.get(declaration.identifier, declaration.default))
            for name, declaration in self._response_declarations.items()
        }

    def _refuse_unknown(self, responses: Responses) -> None:
        for name in responses:
            if name not in self._response_declarations:
                raise ResponseRefused("is not a response variable of this item", place=self.at(name))

    def _response(self, declaration: ResponseDeclaration, lexical: Lexical) -> Operand:
        if declaration.base_type is None or declaration.cardinality is Cardinality.RECORD:
            if lexical:
                raise UnsupportedProcessing("is a record, which is not computed", place=self.at(declaration.identifier))
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

    def variable(self, identifier: str, weight: str) -> Operand:
        """The value of a response or outcome variable."""
        if identifier in self._responses:
            return self._responses[identifier]
        return super().variable(identifier, weight)

    def default(self, identifier: str) -> Operand:
        """The declared default of a response or outcome variable."""
        if identifier in self._response_declarations:
            declaration = self._response_declarations[identifier]
            return self.declared_value(declaration.default, declaration) if declaration.default else None
        return super().default(identifier)

    def response_declaration(self, identifier: str) -> ResponseDeclaration:
        """The declaration of a response variable.

        Raises:
            ProcessingRefused: there is none.
        """
        if identifier not in self._response_declarations:
            return super().response_declaration(identifier)
        return self._response_declarations[identifier]

    @property
    def responded(self) -> bool:
        """Whether anything was answered."""
        return any(self._responses[each] is not None for each in self._own_responses())

    @property
    def all_correct(self) -> bool | None:
        """Whether every response is the correct one; None where an item declares no correct response.

        What ``number-correct`` and ``number-incorrect`` count.
        """
        verdicts = [self._is_correct(each) for each in self._own_responses()]
        return all(verdicts) if verdicts and None not in verdicts else None

    def _own_responses(self) -> list[str]:
        built_in = {each.identifier for each in BUILT_IN_RESPONSES}
        return [name for name in self._response_declarations if name not in built_in]

    def _is_correct(self, name: str) -> bool | None:
        declaration = self._response_declarations[name]
        if declaration.correct is None:
            return None
        correct = self.declared_value(declaration.correct, declaration)
        given = self._responses[name]
        return given is not None and correct is not None and same_value(given, correct)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSession:
    """One item of the form as outcome processing sees it, after response processing."""

    ref: ItemRef
    section: SectionId
    item: AssessmentItem
    scope: ItemScope
    presented: bool

    def weight(self, identifier: str) -> float:
        """The item's weight of a name; 1 where it has none (QTI ``qti-weight``)."""
        return dict(self.ref.weights).get(identifier, 1.0) if identifier else 1.0

    def weighted(self, value: Operand, identifier: str) -> Operand:
        """A numeric value times the item's weight; a weighted value is a float, anything else stays what it is."""
        if value is None or not identifier or value.base_type not in NUMERIC:
            return value
        factor = self.weight(identifier)
        items = tuple(float(item) * factor for item in value.items if isinstance(item, (int, float)))
        return Value(value.cardinality, BaseType.FLOAT, items)


class TestScope(Scope):
    """A test over its item sessions."""

    __test__ = False  # not a pytest class

    def __init__(self, place: str, declarations: Iterable[OutcomeDeclaration], sessions: Sequence[ItemSession]) -> None:
        super().__init__(place, declarations)
        self._sessions = tuple(sessions)
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
        session, name = self._split(identifier)
        return session.weighted(session.scope.variable(name, ""), weight)

    def correct(self, identifier: str) -> Operand:
        """The correct response of an item's variable as ``item.VARIABLE``."""
        session, name = self._split(identifier)
        return session.scope.correct(name)

    def _split(self, identifier: str) -> tuple[ItemSession, str]:
        # Identifiers may hold points themselves, so every point is tried.
        for at, character in enumerate(identifier):
            session = self._by_id.get(ItemId(identifier[:at])) if character == "." else None
            if session is not None:
                return session, identifier[at + 1 :]
        raise ProcessingRefused("is not a declared variable", place=self.at(identifier))
