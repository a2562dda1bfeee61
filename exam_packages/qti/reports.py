"""Findings about a document that was read, at the element they are about. Models carry no lines; documents do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.reading import Xml


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes findings about one element of a document."""

    place: Xml
    elsewhere: tuple[Xml, ...] = ()
    """Roots of other documents that belong to this one: a test's sections in files of their own."""

    def __call__(self, rule: str, message: str, remedy: str) -> LintFinding:
        """A finding that stops the build; see ``LintFinding`` for the words."""
        return self.place.finding(rule, message, remedy)

    def at(self, attribute: str, value: str) -> Reporter:
        """A reporter about the first element below that has an attribute of some value, or about this one."""
        # The other documents first: what this one has by the same identifier is the reference to them.
        for root in (*self.elsewhere, self.place):
            for node in root.node.iter():
                if str(node.get(attribute) or "").strip() == value:
                    return Reporter(Xml(root.file, node))
        return self


def note(found: LintFinding) -> LintFinding:
    """The finding as one that stops no build."""
    return replace(found, severity=Severity.NOTE)
