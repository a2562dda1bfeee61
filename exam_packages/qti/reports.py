"""Findings about a document that was read, at the element they are about. Models carry no lines; documents do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.reading import Xml


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes findings about one element of a document."""

    root: Xml
    """The document's root."""
    elsewhere: tuple[Xml, ...] = ()
    """Roots of other documents that belong to this one: a test's sections in files of their own."""
    steps: tuple[tuple[str, str], ...] = ()
    """Attributes with their values, each to be found below the element before. Looked for only when there is a finding."""

    @property
    def place(self) -> Xml:
        """The element that findings are about."""
        # The other documents first: what this one has by the same identifier is the reference to them.
        roots, found = (*self.elsewhere, self.root), self.root
        for attribute, value in self.steps:
            found = next((below for root in roots for below in _having(root, attribute, value)), found)
            roots = (found,)
        return found

    def __call__(self, rule: str, message: str, remedy: str) -> LintFinding:
        """A finding that stops the build; see ``LintFinding`` for the words."""
        return self.place.finding(rule, message, remedy)

    def at(self, attribute: str, value: str) -> Reporter:
        """A reporter about the first element below that has an attribute of some value, or about this one."""
        return replace(self, steps=(*self.steps, (attribute, value)))

    def below(self, name: str) -> Reporter:
        """A reporter about the first element below that has a name, or about this one."""
        found = next(self.place.node.iter(f"{{*}}{name}"), None)
        return self if found is None else replace(self, root=Xml(self.place.file, found), elsewhere=(), steps=())


def _having(root: Xml, attribute: str, value: str) -> Iterator[Xml]:
    for node in root.node.iter():
        if str(node.get(attribute) or "").strip() == value:
            yield Xml(root.file, node)


def note(found: LintFinding) -> LintFinding:
    """The finding as one that stops no build."""
    return replace(found, severity=Severity.NOTE)
