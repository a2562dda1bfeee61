"""An item template and a seed → the values that make one clone of it.

Owns template variables while they are being decided, the constraints' retries, and what a clone's declarations are. Refuses to
know documents: whoever writes a clone down takes the values from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from exam_packages.errors import ProcessingRefused
from exam_packages.ids import ResponseId
from exam_packages.qti.model import (
    AssessmentItem,
    Lexical,
    OutcomeDeclaration,
    Processing,
    ResponseDeclaration,
    TemplateDeclaration,
)
from exam_packages.qti.randomness import Chance
from exam_packages.qti.running import run, walk
from exam_packages.qti.scope import QTI_CONTEXT, Declaration, Scope
from exam_packages.qti.values import Operand, format_value

MAX_TRIES: Final = 100  # "the maximum number of times … is assumed to be 100" (TemplateConstraintDType)
CHANCE_LABEL: Final = "processing"

_Declared = TypeVar("_Declared", ResponseDeclaration, OutcomeDeclaration)
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResult:
    """What template processing decided; values as QTI writes them, NULL is the empty tuple."""

    values: Mapping[str, Lexical]
    """Every template variable."""
    correct: Mapping[ResponseId, Lexical]
    """Correct responses that were set."""
    defaults: Mapping[str, Lexical]
    """Default values of response and outcome variables that were set."""


def run_template_processing(item: AssessmentItem, seed: str) -> TemplateResult:
    """Decide one clone of an item template. The same item and seed give the same clone.

    Raises:
        ScoringRefused: template processing is wrong, or calls a vendor's own operator.
    """
    return process_template(item, Chance(seed, CHANCE_LABEL))


def process_template(item: AssessmentItem, chance: Chance | None) -> TemplateResult:
    """Run template processing; without chance a random operator is refused.

    Raises:
        ScoringRefused: see ``run_template_processing``.
    """
    scope = TemplateScope(item, chance)
    if item.template_processing is not None:
        run(item.template_processing, scope)
    return scope.result()


def instantiated(item: AssessmentItem, result: TemplateResult) -> AssessmentItem:
    """The item with what was decided written into its declarations, and nothing left to decide."""
    return replace(
        item,
        template_processing=None,
        template_declarations=tuple(
            replace(each, default=result.values.get(each.identifier, each.default))
            for each in item.template_declarations
        ),
        response_declarations=tuple(
            replace(_with_default(each, result), correct=result.correct.get(each.identifier, each.correct))
            for each in item.response_declarations
        ),
        outcome_declarations=tuple(_with_default(each, result) for each in item.outcome_declarations),
    )


def _with_default(declaration: _Declared, result: TemplateResult) -> _Declared:
    return replace(declaration, default=result.defaults.get(declaration.identifier, declaration.default))


def assigned(processing: Processing) -> frozenset[str]:
    """The variables that template processing may assign, in any branch."""
    rules = (each for rule in processing.rules for each in (rule, *walk(rule)))
    return frozenset(rule.identifier for rule in rules if rule.identifier)


class TemplateScope(Scope):
    """Template variables on their way, and the declarations that they change."""

    def __init__(self, item: AssessmentItem, chance: Chance | None) -> None:
        super().__init__(item.path or item.identifier, item.outcome_declarations, chance=chance)
        self._templates: dict[str, TemplateDeclaration] = {each.identifier: each for each in item.template_declarations}
        self._response_declarations: dict[str, ResponseDeclaration] = {
            each.identifier: each for each in item.response_declarations
        }
        self._others: dict[str, Declaration] = {
            **{each.identifier: each for each in (QTI_CONTEXT, *item.context_declarations)},
            **self._response_declarations,
        }
        self._tries = 1
        self._reset()

    def _reset(self) -> None:
        self._values: dict[str, Operand] = {name: self._default_of(each) for name, each in self._templates.items()}
        self._correct: dict[str, Operand] = {}
        self._defaults: dict[str, Operand] = {}

    def variable(self, identifier: str, weight: str) -> Operand:
        """The value of a template variable as it is now; of any other variable its default."""
        if identifier in self._values:
            return self._values[identifier]
        return self.default(identifier) if identifier in self._others else super().variable(identifier, weight)

    def default(self, identifier: str) -> Operand:
        """The default of a variable, as set or as declared."""
        if identifier in self._defaults:
            return self._defaults[identifier]
        declaration = self._templates.get(identifier) or self._others.get(identifier)
        return super().default(identifier) if declaration is None else self._default_of(declaration)

    def correct(self, identifier: str) -> Operand:
        """The correct response of a variable, as set or as declared."""
        if identifier in self._correct:
            return self._correct[identifier]
        declaration = self._response(identifier)
        return self.declared_value(declaration.correct, declaration) if declaration.correct else None

    def response_declaration(self, identifier: str) -> ResponseDeclaration:
        """Mapping a response needs one, and there is none yet."""
        raise ProcessingRefused("maps a response before there is one", place=self.at(identifier))

    def set_template(self, identifier: str, value: Operand) -> None:
        """Give a template variable a value of its declared cardinality and base type."""
        self._values[identifier] = self._fitted(value, self._known(identifier, self._templates))

    def set_correct(self, identifier: str, value: Operand) -> None:
        """Declare another correct response."""
        self._correct[identifier] = self._fitted(value, self._response(identifier))

    def set_default(self, identifier: str, value: Operand) -> None:
        """Declare another default of a response or outcome variable."""
        declared: dict[str, Declaration] = {**self._response_declarations, **self._declared}
        self._defaults[identifier] = self._fitted(value, self._known(identifier, declared))

    def start_again(self) -> bool:
        """Forget what was decided; after the last try go on with the declared defaults instead."""
        self._reset()
        self._tries += 1
        return self._tries <= MAX_TRIES

    def result(self) -> TemplateResult:
        """What was decided."""
        return TemplateResult(
            values={name: format_value(value) for name, value in self._values.items()},
            correct={ResponseId(name): format_value(value) for name, value in self._correct.items()},
            defaults={name: format_value(value) for name, value in self._defaults.items()},
        )

    def _response(self, identifier: str) -> ResponseDeclaration:
        return self._known(identifier, self._response_declarations)

    def _known(self, identifier: str, declared: Mapping[str, _Found]) -> _Found:
        declaration = declared.get(identifier)
        if declaration is None:
            raise ProcessingRefused("is not a declared variable of its kind", place=self.at(identifier))
        return declaration
