"""A step of preparing that puts files beside documents: another source seen through it.

Owns running the step over every document, and the manifest that lists the new files at the resource of the document that shows
them. Refuses to know what the files are: that is the step's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from lxml import etree

from exam_packages.errors import LintFinding, SourceRefused
from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.paths import resolve
from exam_packages.qti.reading import Xml, parse
from exam_packages.qti.sources import ContentSource
from exam_packages.qti.upgrade.source import SUFFIXES
from exam_packages.qti.upgrade.writing import with_lines

Step: TypeAlias = Callable[[bytes, str], tuple[bytes, Mapping[str, bytes], tuple[LintFinding, ...]]]
"""A document and its path → the document changed, its new files by package path, and notes. Raises SourceRefused."""


class FilingSource:
    """Another source whose documents went through a step; those that got no files are passed through as they are.

    Args:
        source: the other source.
        step: what happens to a document.
        mark: bytes, in small letters, without which a document needs no step.
        tolerant: a document in which the step fails is passed through as it is, and ``faults`` says why.
    """

    def __init__(self, source: ContentSource, step: Step, *, mark: bytes, tolerant: bool = False) -> None:
        self._source = source
        self._step = step
        self._mark = mark
        self._tolerant = tolerant

    def paths(self) -> Iterable[str]:
        """Every file's path, the new ones included.

        Raises:
            SourceRefused: a document cannot be read, or the step fails in one, and this is not tolerant; with all findings.
        """
        own = tuple(self._source.paths())
        return (*own, *sorted(self._made.files.keys() - set(own)))

    def read(self, path: str) -> bytes:
        """One file's bytes.

        Raises:
            SourceRefused: as ``paths``, and as the source does.
        """
        made = self._made
        found = made.documents.get(path) or made.files.get(path)
        return self._source.read(path) if found is None else found

    @property
    def notes(self) -> tuple[LintFinding, ...]:
        """What the step did, about the author's files and lines."""
        return self._made.notes

    @property
    def faults(self) -> tuple[LintFinding, ...]:
        """Why some documents were passed through as they are."""
        return self._made.faults

    @cached_property
    def _made(self) -> _Made:
        documents: dict[str, bytes] = {}
        of_document: dict[str, frozenset[str]] = {}
        files: dict[str, bytes] = {}
        notes: list[LintFinding] = []
        faults: list[LintFinding] = []
        paths = tuple(self._source.paths())
        for path in paths:
            if path == MANIFEST_PATH or not path.lower().endswith(SUFFIXES):
                continue
            try:
                untrusted = self._source.read(path)
                if self._mark not in untrusted.lower():
                    continue
                document, made, said = self._step(untrusted, path)
            except SourceRefused as refusal:
                faults.extend(refusal.findings)
                continue
            if made:
                documents[path], of_document[path] = document, frozenset(made)
                files.update(made)
                notes.extend(said)
        if faults and not self._tolerant:
            raise SourceRefused(faults)
        if of_document and MANIFEST_PATH in paths:
            documents[MANIFEST_PATH] = _with_files_listed(self._source.read(MANIFEST_PATH), of_document)
        return _Made(documents=documents, files=files, notes=tuple(notes), faults=tuple(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    documents: Mapping[str, bytes]
    files: Mapping[str, bytes]
    notes: tuple[LintFinding, ...]
    faults: tuple[LintFinding, ...]


def _with_files_listed(untrusted: bytes, of_document: Mapping[str, Collection[str]]) -> bytes:
    """Return a manifest that lists files where their documents are.

    Args:
        untrusted: the manifest.
        of_document: package paths of further files, by the document's.

    Raises:
        SourceRefused: it cannot be read.
    """
    root = parse(untrusted, MANIFEST_PATH)
    for node in root.node.iter(f"{{{root.namespace}}}resource"):
        resource = Xml(MANIFEST_PATH, node)
        path = resolve(resource, "href", "") if resource.optional("href") else ""
        for file in sorted(of_document.get(path, ())):
            etree.SubElement(node, f"{{{root.namespace}}}file", {"href": file})
    return with_lines(root.node)
