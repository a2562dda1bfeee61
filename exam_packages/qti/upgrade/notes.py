"""What an upgrade changed that its author should know: a list of notes about the document as it was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml.etree import _Element

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.reading import Xml
from exam_packages.qti.upgrade.names import Version, element_as_written


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes about one document of QTI 2.x, with its elements' names there."""

    file: str
    findings: list[LintFinding] = field(default_factory=list)

    def add(self, node: _Element, rule: str, message: str, remedy: str = "Nothing, if that is all right") -> None:
        """One note about an element."""
        written = Xml(self.file, node).finding(rule, message, remedy, Severity.NOTE)
        self.findings.append(replace(written, element=element_as_written(written.element, Version.V2_2)))
