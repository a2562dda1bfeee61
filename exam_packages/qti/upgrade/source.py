"""A content package of any version, seen as one of QTI 3.0.

Owns which files are documents, that each is upgraded once, and the notes. Where files come from is the source's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from exam_packages.errors import LintFinding, SourceRefused
from exam_packages.qti.manifest import MANIFEST_PATH, ResourceType, read_manifest
from exam_packages.qti.reading import parse, parse_with_includes, refuse
from exam_packages.qti.sources import ContentSource
from exam_packages.qti.upgrade.documents import upgraded, version_of
from exam_packages.qti.upgrade.including import Fetch
from exam_packages.qti.upgrade.manifests import upgraded_manifest
from exam_packages.qti.upgrade.names import Version
from exam_packages.qti.upgrade.writing import with_lines

_DOCUMENTS: Final = (ResourceType.ITEM, ResourceType.TEST, ResourceType.SECTION, ResourceType.STIMULUS)
_ROOTS: Final[Mapping[str, ResourceType]] = {
    "assessmentItem": ResourceType.ITEM,
    "qti-assessment-item": ResourceType.ITEM,
    "assessmentSection": ResourceType.SECTION,
    "qti-assessment-section": ResourceType.SECTION,
    "assessmentStimulus": ResourceType.STIMULUS,
    "qti-assessment-stimulus": ResourceType.STIMULUS,
}
"""Documents that others refer to; a second test is listed by its author or not at all."""
SUFFIXES: Final = (".xml", ".qti")
"""How names of documents end; a manifest may list others."""
_UTF_16: Final = b"\0"  # in no document of another encoding


class UpgradedSource:
    """A source whose documents are all QTI 3.0, whatever they were; each is upgraded when it is first read.

    Args:
        source: where the files come from.
        beside: reads files that documents may include although ``paths`` does not name them.

    Attributes:
        notes: what was changed or left out in the documents read so far, about the author's files and lines.
        versions: of the documents read so far, by path.
    """

    def __init__(self, source: ContentSource, *, beside: Fetch | None = None) -> None:
        self._source = source
        self._beside = beside
        self._paths: frozenset[str] | None = None
        self._upgraded: dict[str, bytes] = {}
        self._resources: dict[str, ResourceType] | None = None
        self._sections: frozenset[str] = frozenset()
        self._notes: list[LintFinding] = []
        self.versions: dict[str, Version] = {}

    @property
    def notes(self) -> tuple[LintFinding, ...]:
        """Notes about every document read so far, each once."""
        return tuple(dict.fromkeys(self._notes))

    def paths(self) -> Iterable[str]:
        """Every file's path.

        Raises:
            SourceRefused: as the source does.
        """
        paths = tuple(self._source.paths())
        self._paths = frozenset(paths)
        return paths

    def read(self, path: str) -> bytes:
        """One file's bytes, in QTI 3.0 where it is a document of QTI.

        Raises:
            SourceRefused: it cannot be read or upgraded.
        """
        if path == MANIFEST_PATH:
            return self._upgraded_manifest()
        listed = self._listed().get(path) in _DOCUMENTS
        if not listed and not path.lower().endswith(SUFFIXES):
            return self._source.read(path)
        try:
            return self.upgraded(path)
        except SourceRefused:
            if listed:
                raise
            return self._source.read(path)  # some other XML: metadata, a fragment, a style

    def upgraded(self, path: str) -> bytes:
        """A document of QTI, in QTI 3.0.

        Raises:
            SourceRefused: it cannot be read or upgraded, or is not QTI.
        """
        if path not in self._upgraded:
            untrusted = self._fetch(path)
            notes: list[LintFinding] = []
            self._listed()  # says which sections stay apart
            document = upgraded(untrusted, path, notes=notes, fetch=self._fetch, sections_apart=self._sections)
            same = document is untrusted
            if _UTF_16 in document:  # the steps that follow look for words in the bytes
                document = with_lines(parse(document, path).node)
            self._upgraded[path] = document
            self._notes.extend(notes)
            self.versions[path] = Version.V3_0 if same else version_of(parse_with_includes(untrusted, path))
        return self._upgraded[path]

    def _listed(self) -> Mapping[str, ResourceType]:
        """What the manifest lists, by path; nothing where it is missing or broken: reading it as a document says so."""
        if self._resources is None:
            self._resources = {}
            with suppress(SourceRefused):
                manifest = read_manifest(parse(self._upgraded_manifest(), MANIFEST_PATH))
                self._resources = {each.path: each.type for each in manifest.resources}
                self._sections = frozenset(each.path for each in manifest.of_type(ResourceType.SECTION))
        return self._resources

    def _upgraded_manifest(self) -> bytes:
        if MANIFEST_PATH not in self._upgraded:
            self._upgraded[MANIFEST_PATH] = upgraded_manifest(
                self._fetch(MANIFEST_PATH), MANIFEST_PATH, notes=self._notes, kind_of=self._kind_of
            )
        return self._upgraded[MANIFEST_PATH]

    def _kind_of(self, path: str) -> ResourceType | None:
        """What a file is by its root element."""
        if not path.lower().endswith(SUFFIXES):
            return None
        try:
            xml = parse_with_includes(self._fetch(path), path)
            version_of(xml)
        except SourceRefused:
            return None
        return _ROOTS.get(xml.name)

    def _fetch(self, path: str) -> bytes:
        if self._paths is None:
            self.paths()
        if self._paths is None or path not in self._paths:
            if self._beside is not None:
                return self._beside(path)
            refuse(path, "file-missing", "is named and not there", "Add the file, or remove its mention")
        return self._source.read(path)
