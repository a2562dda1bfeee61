"""Every finding about what an author wrote: a whole package, a folder of items without a test, or one document.

Owns what is looked at for each. The checks themselves are in ``package``, ``linting`` and ``checks``; findings name the
author's file, line and element, whatever version of QTI it is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.checks import check_item, check_scored_item
from exam_packages.qti.forms import read_test
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import MANIFEST_PATH, ResourceType, read_manifest
from exam_packages.qti.opening_sources import source_of
from exam_packages.qti.package import lint_package
from exam_packages.qti.preparing import LINT_SEED, PreparedSource
from exam_packages.qti.reading import Xml, parse, refuse
from exam_packages.qti.reports import Reporter, note
from exam_packages.qti.sizes import Size, natural_size
from exam_packages.qti.sources import FolderSource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.upgrade.names import Version, element_as_written
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


def lint_source(path: Path, *, scored_at_seat: bool = False, variants: int = 1) -> SourceReport:
    """Everything wrong, or left out, in a content package or in one document.

    A package without a test, or a folder without a manifest, has its items looked at one by one.

    Args:
        path: a folder, a zip file, or one document.
        scored_at_seat: the way through the test may depend on keys.
        variants: items made of each item template.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        root = _package_around(path)
        name = path.relative_to(root).as_posix()
        one = _Beside(root, name)
        files = _Files(UpgradedSource(one, beside=one.read))
        return files.report(files.document(name), 1)
    try:
        source = source_of(path)
        paths = tuple(source.paths())
    except SourceRefused as refusal:
        return SourceReport(findings=refusal.findings, documents=0)
    files = _Files(source, variants)
    found = list(lint_package(files.prepared, scored_at_seat=scored_at_seat))
    alone = _without_test(files, paths)
    for each in alone:
        found.extend(files.document(each))
    return files.report(found, len(alone) or len(source.versions))


MAX_FOLDERS_UP: Final = 5


def _package_around(document: Path) -> Path:
    """The folder of the package that a document lies in, for its references; its own folder where there is none."""
    around = document.parents[:MAX_FOLDERS_UP]
    return next((folder for folder in around if (folder / MANIFEST_PATH).is_file()), document.parent)


@dataclass(frozen=True, slots=True)
class _Beside:
    """One document of a folder; what it includes may lie in that folder or below."""

    folder: Path
    name: str

    def paths(self) -> tuple[str, ...]:
        """The document's path alone."""
        return (self.name,)

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


class _Files:
    """A source as its author wrote it, and as it would be built: a step that fails is a finding, and the rest is looked at."""

    def __init__(self, upgraded: UpgradedSource, variants: int = 1) -> None:
        self.upgraded = upgraded
        self.prepared = PreparedSource(upgraded, seed=LINT_SEED, variants=variants, tolerant=True)

    def root(self, path: str) -> Xml:
        """The root of a document as it would be built.

        Raises:
            SourceRefused: it cannot be read or upgraded.
        """
        self.upgraded.upgraded(path)  # what is wrong with it as it was written comes first
        return parse(self.prepared.read(path), path)

    def document(self, path: str) -> Iterator[LintFinding]:
        """Everything wrong with one document."""
        try:
            xml = self.root(path)
            if xml.name not in _KINDS:
                raise xml.refused("document-kind", "is no item, test or stimulus of QTI 3.0", "Give one of those")
            findings = list(lint(xml, xml.name))
            if not any(each.severity is Severity.ERROR for each in findings):
                findings.extend(self._read(xml))
            yield from findings
        except SourceRefused as refusal:
            yield from refusal.findings

    def _read(self, xml: Xml) -> Iterator[LintFinding]:
        """What shows only when a document that keeps the profile is read."""
        match xml.name:
            case "qti-assessment-item":
                item = read_item(xml)
                yield from check_item(item, Reporter(xml), natural=self._natural)
                if xml.child("qti-response-processing") is not None:
                    yield from map(_of_item_alone, check_scored_item(item, Reporter(xml)))
            case "qti-assessment-stimulus":
                read_stimulus(xml)
            case "qti-assessment-test":
                read_test(xml, self.root)
            case _:
                return

    def _natural(self, path: str) -> Size | None:
        try:
            return natural_size(self.prepared.read(path), path)
        except SourceRefused:
            return None  # a document alone may lie without its pictures

    def report(self, found: Iterable[LintFinding], documents: int) -> SourceReport:
        """The report, its findings in order and each once, with names from the author's version of QTI."""
        order = {Severity.ERROR: 0, Severity.NOTE: 1}
        said = self._said()
        uncloned = {each.file for each in said if each.rule == _NOT_CLONED}
        every = [*(each for each in found if not (each.file in uncloned and _follows(each))), *said]
        findings = sorted(
            dict.fromkeys(map(self._as_written, every)),
            key=lambda each: (order[each.severity], each.file, each.line, each.rule),
        )
        return SourceReport(findings=tuple(findings), documents=documents)

    def _said(self) -> tuple[LintFinding, ...]:
        """What the steps to what would be built said; without a manifest there are none."""
        try:
            return (*self.prepared.faults, *self.prepared.notes)
        except SourceRefused as refusal:
            return (*refusal.findings, *self.upgraded.notes)

    def _as_written(self, found: LintFinding) -> LintFinding:
        version = self.upgraded.versions.get(found.file, Version.V3_0)
        return replace(found, element=element_as_written(found.element, version))


_NOT_CLONED: Final = "template"


def _follows(found: LintFinding) -> bool:
    """Whether a finding only says that a template was not cloned; why it was not is a finding of its own."""
    return found.rule == "element-refused" and found.element.startswith(("qti-template-", "qti-printed-variable"))


def _of_item_alone(found: LintFinding) -> LintFinding:
    """A finding about scoring where no test says whether the item is scored: one that earns no points is none to refuse."""
    return note(found) if found.rule == "score-missing" else found


def _without_test(files: _Files, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The documents to look at one by one because no test leads to them."""
    if MANIFEST_PATH not in paths:
        return tuple(path for path in sorted(paths) if path.lower().endswith(SUFFIXES) and _is_document(files, path))
    try:
        manifest = read_manifest(parse(files.upgraded.read(MANIFEST_PATH), MANIFEST_PATH))
    except SourceRefused:
        return ()
    if manifest.of_type(ResourceType.TEST):
        return ()
    return tuple(each.path for kind in _LISTED for each in manifest.of_type(kind) if each.path in paths)


def _is_document(files: _Files, path: str) -> bool:
    try:
        return parse(files.upgraded.read(path), path).name in _KINDS
    except SourceRefused:
        return True  # what is wrong with it is worth saying
