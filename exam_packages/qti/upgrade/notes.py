"""What an upgrade changed that its author should know: a list of notes, about the document as it was."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.etree import _Element

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.reading import Xml


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes about one document; each is written before the element it is about gets another name."""

    file: str
    findings: list[LintFinding] = field(default_factory=list)

    def add(self, node: _Element, rule: str, message: str, remedy: str = "Nothing, if that is all right") -> None:
        """One note about an element."""
        self.findings.append(Xml(self.file, node).finding(rule, message, remedy, Severity.NOTE))
