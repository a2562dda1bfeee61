"""Response and outcome processing of QTI 3.0 as values."""

from __future__ import annotations

from dataclasses import dataclass


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
