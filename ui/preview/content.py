"""A source → the items to show: as they are delivered, as they are scored, and everything found about them.

Owns finding the items, whatever the source is: a package, a folder of items, one document. Knows no Qt. What is wrong with one
item never keeps the others from being shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exam_packages.errors import LintFinding, ScoringRefused, Severity, SourceRefused
from exam_packages.ids import ItemId, OutcomeId
from exam_packages.qti.checks import check_item, check_scored_item
from exam_packages.qti.delivery import delivered_document
from exam_packages.qti.files import delivered_file
from exam_packages.qti.forms import read_test
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import MANIFEST_PATH, ResourceType, read_manifest
from exam_packages.qti.model import AssessmentItem, ItemRef, Lexical, Responses, Stimulus, Tool
from exam_packages.qti.opening_sources import source_of
from exam_packages.qti.preparing import LINT_SEED, PreparedSource
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import Xml, parse, refuse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.sources import FolderSource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.upgrade.source import SUFFIXES
from exam_packages.qti.values import format_value

ITEM: Final = "qti-assessment-item"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedItem:
    """One item.

    Attributes:
        name: its identifier in the test, or its own; its path where another one has that. No two are the same.
        path: of its document.
        delivered: as the seat gets it; None where it is outside the profile.
        whole: with its answers.
        stimulus: what stands beside it.
        tools: what the package switches on for it.
        findings: everything about its document, errors first.
    """

    name: str
    path: str
    delivered: AssessmentItem | None
    whole: AssessmentItem | None
    stimulus: Stimulus | None
    tools: frozenset[Tool]
    findings: tuple[LintFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A source, read.

    Attributes:
        items: in the order of the test, or by path.
        findings: what is wrong with the source as a whole.
        files: where its pictures and media come from.
    """

    items: tuple[PreviewedItem, ...]
    findings: tuple[LintFinding, ...]
    files: PreparedSource

    def resource(self, path: str) -> bytes:
        """A picture or medium as it would be delivered; nothing where it cannot be, so that its words are shown."""
        try:
            return delivered_file(self.files.read(path), path)
        except (SourceRefused, OSError, KeyError):
            return b""


@dataclass(frozen=True, slots=True)
class OneDocument:
    """One document as a source; whatever lies beside or below it may be read by it, and nothing else."""

    folder: Path
    name: str

    def paths(self) -> tuple[str, ...]:
        """The document, and the files around it."""
        return tuple(dict.fromkeys((self.name, *self._around())))

    def _around(self) -> Iterable[str]:
        inner = (each for each in self.folder.iterdir() if each.is_dir() and not each.is_symlink())
        for folder in (self.folder, *inner):
            for file in sorted(folder.iterdir()):
                if file.is_file() and not file.is_symlink() and file.suffix.lower() not in SUFFIXES:
                    yield file.relative_to(self.folder).as_posix()

    def read(self, path: str) -> bytes:
        """A file's bytes.

        Raises:
            SourceRefused: it is not there, or a link, or too long.
        """
        file = self.folder / path
        if not file.is_file() or file.is_symlink():
            refuse(path, "file-missing", "is named and not there", "Add the file, or remove its mention")
        return FolderSource(self.folder).read(path)


def load(path: Path, *, seed: str = LINT_SEED) -> Previewed:
    """Read a source.

    Args:
        path: a folder, a zip file, or one document.
        seed: decides what item templates leave open.

    Raises:
        SourceRefused: it is none of these.
        OSError: it cannot be read.
    """
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        files = PreparedSource(UpgradedSource(OneDocument(path.parent, path.name)), seed=seed, tolerant=True)
        return _previewed(files, (_ref(path.name),))
    files = PreparedSource(source_of(path), seed=seed, tolerant=True)
    refs, findings = _listed(files)
    return _previewed(files, refs, findings)


def outcomes(item: AssessmentItem, responses: Responses) -> dict[OutcomeId, Lexical] | str:
    """Every outcome of an item for some responses, as QTI writes values; or why there are none."""
    try:
        scope = process_item(item, responses)
    except ScoringRefused as refusal:
        return str(refusal)
    return {name: format_value(value) for name, value in scope.outcomes.items()}


# -- which items ------------------------------------------------------------------------------------------------------


def _ref(path: str) -> ItemRef:
    return ItemRef(identifier=ItemId(""), path=path)


def _listed(files: PreparedSource) -> tuple[tuple[ItemRef, ...], tuple[LintFinding, ...]]:
    """The items of the test; without one those of the manifest; without one every document that is an item."""
    try:
        paths = tuple(files.paths())
        if MANIFEST_PATH not in paths:
            return tuple(_ref(path) for path in sorted(paths) if _is_item(files, path)), ()
        manifest = read_manifest(parse(files.read(MANIFEST_PATH), MANIFEST_PATH))
    except SourceRefused as refusal:
        return (), refusal.findings
    tests = manifest.of_type(ResourceType.TEST)
    listed = tuple(_ref(each.path) for each in manifest.of_type(ResourceType.ITEM))
    try:
        if len(tests) == 1:
            test = read_test(_parsed(files, tests[0].path), lambda path: _parsed(files, path))
            return test.item_refs() or listed, ()
    except SourceRefused as refusal:
        return listed, refusal.findings
    return listed, ()


def _parsed(files: PreparedSource, path: str) -> Xml:
    if path not in set(files.paths()):
        refuse(path, "file-missing", "is named and not there", "Add the file, or remove its mention")
    return parse(files.read(path), path)


def _is_item(files: PreparedSource, path: str) -> bool:
    if not path.lower().endswith(SUFFIXES):
        return False
    try:
        return parse(files.read(path), path).name == ITEM
    except SourceRefused:
        return True  # what is wrong with it is worth saying


# -- one item ---------------------------------------------------------------------------------------------------------


def _previewed(files: PreparedSource, refs: tuple[ItemRef, ...], findings: tuple[LintFinding, ...] = ()) -> Previewed:
    items: dict[str, PreviewedItem] = {}
    for ref in refs:
        item = _item(files, ref)
        if item.name in items:  # documents of a folder may say the same identifier, and nobody could choose the second
            item = replace(item, name=item.path)
        items[item.name] = item
    return Previewed(items=tuple(items.values()), findings=findings, files=files)


def _item(files: PreparedSource, ref: ItemRef) -> PreviewedItem:
    found = [each for each in files.faults if each.file == ref.path]
    whole = delivered = None
    stimulus: Stimulus | None = None
    try:
        xml = _parsed(files, ref.path)
        found.extend(lint(xml, ITEM))
        if not any(each.severity is Severity.ERROR for each in found):
            whole = read_item(xml)
            delivered = read_item(parse(delivered_document(files.read(ref.path), ref.path), ref.path))
            found.extend(_checked(xml, whole))
            stimulus = _stimulus(files, whole)
    except SourceRefused as refusal:
        found.extend(refusal.findings)
    order = {Severity.ERROR: 0, Severity.NOTE: 1}
    return PreviewedItem(
        name=ref.identifier or (whole.identifier if whole is not None else ref.path),
        path=ref.path,
        delivered=delivered,
        whole=whole,
        stimulus=stimulus,
        tools=ref.tools | (whole.tools if whole is not None else frozenset()),
        findings=tuple(sorted(dict.fromkeys(found), key=lambda each: (order[each.severity], each.line))),
    )


def _checked(xml: Xml, item: AssessmentItem) -> Iterable[LintFinding]:
    yield from check_item(item, Reporter(xml))
    if item.response_processing is not None:
        yield from check_scored_item(item, Reporter(xml))


def _stimulus(files: PreparedSource, item: AssessmentItem) -> Stimulus | None:
    if not item.stimulus_paths:
        return None
    path = item.stimulus_paths[0]
    _parsed(files, path)
    return read_stimulus(parse(delivered_document(files.read(path), path), path))
