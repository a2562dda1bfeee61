"""Every finding about what an author wrote: a whole package, a folder of items without a test, or one document.

Owns what is looked at for each. The checks themselves are in ``package``, ``linting`` and ``checks``; findings name the
author's file, line and element, whatever version of QTI it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.checks import check_item, check_scored_item
from exam_packages.qti.forms import read_test
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import MANIFEST_PATH, Manifest, ResourceType, read_manifest
from exam_packages.qti.opening_sources import source_of
from exam_packages.qti.package import lint_package
from exam_packages.qti.reading import Xml, parse, refuse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.sources import FolderSource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.upgrade.names import element_as_written
from exam_packages.qti.upgrade.source import SUFFIXES

_ITEM: Final = "qti-assessment-item"
_KINDS: Final = (_ITEM, "qti-assessment-stimulus", "qti-assessment-test", "qti-assessment-section")
_LISTED: Final = (ResourceType.ITEM, ResourceType.STIMULUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What was found in a source.

    Attributes:
        findings: errors first, then by file and line.
        documents: how many documents of QTI were looked at.
    """

    findings: tuple[LintFinding, ...]
    documents: int

    @property
    def errors(self) -> int:
        """How many findings stop a build."""
        return sum(1 for each in self.findings if each.severity is Severity.ERROR)

    @property
    def notes(self) -> int:
        """How many findings only say something."""
        return len(self.findings) - self.errors


def lint_source(path: Path) -> SourceReport:
    """Everything wrong, or left out, in a content package or in one document.

    A package without a test, or a folder without a manifest, has its items looked at one by one.

    Args:
        path: a folder, a zip file, or one document.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        source = UpgradedSource(_Beside(path.parent, path.name))
        return _report(source, list(_document(source, path.name)), 1)
    try:
        source = source_of(path)
        paths = tuple(source.paths())
    except SourceRefused as refusal:
        return SourceReport(findings=refusal.findings, documents=0)
    found = list(lint_package(source))
    alone = _without_test(source, paths)
    for each in alone:
        found.extend(_document(source, each))
    return _report(source, found, len(alone) or len(source.versions))


@dataclass(frozen=True, slots=True)
class _Beside:
    """One document, and the files beside it that it may include; folders below are not looked into."""

    folder: Path
    name: str

    def paths(self) -> tuple[str, ...]:
        """The document's path, and those beside it."""
        beside = (each.name for each in self.folder.iterdir() if each.suffix.lower() in SUFFIXES)
        return tuple(sorted({self.name, *beside}))

    def read(self, path: str) -> bytes:
        """The document, or one it includes.

        Raises:
            SourceRefused: it is not there, or a link.
            OSError: it cannot be read.
        """
        file = self.folder / path
        if not file.is_file() or file.is_symlink():
            refuse(path, "file-missing", "is named and not there", "Add the file, or remove its mention")
        return FolderSource(self.folder).read(path)


def _without_test(source: UpgradedSource, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The documents to look at one by one because no test leads to them."""
    if MANIFEST_PATH not in paths:
        return tuple(path for path in sorted(paths) if path.lower().endswith(SUFFIXES) and _is_document(source, path))
    try:
        manifest: Manifest = read_manifest(parse(source.read(MANIFEST_PATH), MANIFEST_PATH))
    except SourceRefused:
        return ()
    if manifest.of_type(ResourceType.TEST):
        return ()
    return tuple(each.path for kind in _LISTED for each in manifest.of_type(kind) if each.path in paths)


def _is_document(source: UpgradedSource, path: str) -> bool:
    try:
        return parse(source.read(path), path).name in _KINDS
    except SourceRefused:
        return True  # what is wrong with it is worth saying


def _document(source: UpgradedSource, path: str) -> Iterator[LintFinding]:
    try:
        xml = parse(source.upgraded(path), path)
        if xml.name not in _KINDS:
            raise xml.refused("document-kind", "is no item, test or stimulus of QTI 3.0", "Give one of those")
        findings = list(lint(xml, xml.name))
        if not any(each.severity is Severity.ERROR for each in findings):
            findings.extend(_read(source, xml))
        yield from findings
    except SourceRefused as refusal:
        yield from refusal.findings


def _read(source: UpgradedSource, xml: Xml) -> Iterator[LintFinding]:
    """What shows only when a document that keeps the profile is read."""
    match xml.name:
        case "qti-assessment-item":
            item = read_item(xml)
            yield from check_item(item, Reporter(xml))
            if xml.child("qti-response-processing") is not None:
                yield from check_scored_item(item, Reporter(xml))
        case "qti-assessment-stimulus":
            read_stimulus(xml)
        case "qti-assessment-test":
            read_test(xml, _sections(source))
        case _:
            return


def _sections(source: UpgradedSource) -> Callable[[str], Xml]:
    return lambda path: parse(source.upgraded(path), path)


def _report(source: UpgradedSource, found: list[LintFinding], documents: int) -> SourceReport:
    order = {Severity.ERROR: 0, Severity.NOTE: 1}
    named = dict.fromkeys([*(_as_written(source, each) for each in found), *source.notes])
    findings = sorted(named, key=lambda each: (order[each.severity], each.file, each.line, each.rule))
    return SourceReport(findings=tuple(findings), documents=documents)


def _as_written(source: UpgradedSource, found: LintFinding) -> LintFinding:
    """A finding with the element's name in the author's version of QTI."""
    if found.file not in source.versions:
        return found
    return replace(found, element=element_as_written(found.element, source.versions[found.file]))
