"""What this package refuses, on top of the tree of ``signing.errors``.

Owns the refusals that are about content an office wrote and about scoring it. Refuses to know screens and languages: a
finding carries its rule as a stable name, the interface finds words for it if it wants others.

::

    signing.errors.Refused
    ├── SourceRefused                  content   an exam's sources are outside the profile or do not fit together
    └── ScoringRefused                 content   nothing sensible can be computed
        ├── ResponseRefused            content   a response does not fit its declaration: it was given to other content
        ├── ProcessingRefused          content   a processing rule is wrong: types, arguments, undeclared variables
        └── UnsupportedProcessing      content   an operator or rule that this version does not compute
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from signing.errors import Layer, Refused


class Severity(Enum):
    """Whether a finding stops the build."""

    ERROR = "error"
    NOTE = "note"
    """Something was left out that the exam works without; said, so that nobody is surprised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One thing that is wrong, or left out, in an exam's sources."""

    file: str
    """Path inside the content package."""
    line: int
    """1-based; 0 where the finding is about the file as a whole."""
    element: str
    """Element name as the author wrote it; empty where none is meant."""
    rule: str
    """Stable name of the rule, for programs."""
    message: str
    """What is wrong, a clause without a full stop."""
    remedy: str
    """What to do about it."""
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """``file:line:<element>``, as far as they are known."""
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
        if self.element:
            parts.append(f"<{self.element}>")
        return ":".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.rule}]. {self.remedy}."


class SourceRefused(Refused):
    """An exam's sources are outside the profile, or do not fit together.

    Attributes:
        findings: everything that was found, notes included; at least one is an error.
    """

    layer = Layer.CONTENT
    code = "source-refused"

    def __init__(self, findings: Iterable[LintFinding]) -> None:
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.severity is Severity.ERROR]
        first = errors[0]
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        super().__init__(f"{first.message}: {first.remedy}{more}", place=first.place)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.findings,)


class ScoringRefused(Refused):
    """Nothing sensible can be computed. Only its subclasses are raised."""

    layer = Layer.CONTENT
    code = "scoring-refused"


class ResponseRefused(ScoringRefused):
    """A response does not fit the variable it was given to."""

    code = "response-refused"


class ProcessingRefused(ScoringRefused):
    """A processing rule is wrong: operand types, arguments, undeclared variables."""

    code = "processing-refused"


class UnsupportedProcessing(ScoringRefused):
    """Processing uses an operator or a rule that this version does not compute."""

    code = "unsupported-processing"
