"""Files that documents carry inside them (``data:`` addresses, RFC 2397) → files of the package: a step before a build.

Owns which they may be and where they lie. What a file is, is told by its bytes; what is delivered of it, ``files`` decides.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote_to_bytes

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.files import delivered_file
from exam_packages.qti.listed_files import with_files_listed
from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.media import MEDIA_TYPES as SOUND_AND_FILM
from exam_packages.qti.media import TRACK_ENDING, TRACK_TYPE
from exam_packages.qti.pictures import MEDIA_TYPES as PICTURES
from exam_packages.qti.pictures import kind_of
from exam_packages.qti.reading import Xml, parse
from exam_packages.qti.sources import MAX_FILE_BYTES, ContentSource
from exam_packages.qti.upgrade.source import SUFFIXES
from exam_packages.qti.upgrade.writing import with_lines

FOLDER: Final = "kiosk-embedded"
"""Where the files lie in the package. Named by their content, so that one file is one, however often it is shown."""

_CARRYING: Final = ("src", "data")
"""Attributes that show or play a file."""
_ADDRESS: Final = re.compile(
    r"data:(?P<type>[^,;]*)(?P<parameters>(?:;[^,;]*)*?)(?P<base64>;\s*base64)?,", re.IGNORECASE
)
_REMEDY: Final = "Put the file into the package, in a format that the profile names"


def with_embedded_files(untrusted: bytes, path: str) -> tuple[bytes, Mapping[str, bytes], tuple[LintFinding, ...]]:
    """Return a document that refers to what it carried, the files by package path, and notes.

    Raises:
        SourceRefused: with a finding for every file that is none of the profile's, or the document cannot be read.
    """
    root = parse(untrusted, path)
    files: dict[str, bytes] = {}
    notes: list[LintFinding] = []
    faults: list[LintFinding] = []
    for element, name, address in _addresses(root):
        try:
            file, content = _file(element, address)
        except SourceRefused as refusal:
            faults.extend(refusal.findings)
            continue
        files[file] = content
        element.node.set(name, posixpath.relpath(file, posixpath.dirname(path) or "."))
        message = f"carries a file of {len(content)} bytes, which is put into the package"
        notes.append(element.finding("embedded", message, "Nothing, if that is all right", Severity.NOTE))
    if faults:
        raise SourceRefused(faults)
    return with_lines(root.node) if files else untrusted, files, tuple(notes)


def _addresses(root: Xml) -> Iterator[tuple[Xml, str, str]]:
    for node in root.node.iter():
        for name in _CARRYING:
            address = str(node.get(name) or "").strip()
            if address[:5].casefold() == "data:":
                yield Xml(root.file, node), name, address


def _file(element: Xml, address: str) -> tuple[str, bytes]:
    """The path and the bytes of what an address carries."""
    head = _ADDRESS.match(address)
    if head is None:
        raise element.refused("embedded", "has an address that carries nothing", _REMEDY)
    content = _decoded(element, address[head.end() :], encoded=head["base64"] is not None)
    ending = _ending(content, head["type"].strip().casefold())
    if ending is None:
        raise element.refused("embedded", "carries a file that is no picture, audio, video or captions", _REMEDY)
    path = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:24]}{ending}"
    try:
        delivered_file(content, path)
    except SourceRefused as refusal:
        raise element.refused("embedded", f"carries a file that {refusal.findings[0].message}", _REMEDY) from None
    return path, content


def _decoded(element: Xml, data: str, *, encoded: bool) -> bytes:
    raw = unquote_to_bytes(data)
    try:
        content = base64.b64decode(b"".join(raw.split()), validate=True) if encoded else raw
    except (binascii.Error, ValueError):
        raise element.refused("embedded", "carries a file that is not written in base64", _REMEDY) from None
    if len(content) > MAX_FILE_BYTES:
        raise element.refused("embedded", f"carries a file longer than {MAX_FILE_BYTES} bytes", _REMEDY)
    return content


def _ending(content: bytes, declared: str) -> str | None:
    """How the file's name ends: pictures are told by their bytes, other files by what the address says and the bytes bear out."""
    found = kind_of(content) or declared
    known = {**_reversed(PICTURES), **_reversed(SOUND_AND_FILM), TRACK_TYPE: TRACK_ENDING, **_OTHER_NAMES}
    return known.get(found)


def _reversed(endings: Mapping[str, str]) -> dict[str, str]:
    return {kind: ending for ending, kind in reversed(list(endings.items()))}


_OTHER_NAMES: Final = {"audio/mp3": ".mp3", "audio/x-wav": ".wav", "audio/wave": ".wav", "audio/x-m4a": ".m4a"}


class EmbeddedSource:
    """Another source whose documents carry no files; those that carried none are passed through as they are.

    Args:
        source: the other source.
        tolerant: a document with a file that cannot be taken out is passed through as it is, and ``faults`` says why.
    """

    def __init__(self, source: ContentSource, *, tolerant: bool = False) -> None:
        self._source = source
        self._tolerant = tolerant

    def paths(self) -> Iterable[str]:
        """Every file's path, those that were taken out included.

        Raises:
            SourceRefused: a document cannot be read or carries what it may not, and this is not tolerant; with all findings.
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
        """What was taken out, about the author's files and lines."""
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
                if b"data:" not in untrusted.lower():
                    continue
                document, carried, said = with_embedded_files(untrusted, path)
            except SourceRefused as refusal:
                faults.extend(refusal.findings)
                continue
            if carried:
                documents[path], of_document[path] = document, frozenset(carried)
                files.update(carried)
                notes.extend(said)
        if faults and not self._tolerant:
            raise SourceRefused(faults)
        if of_document and MANIFEST_PATH in paths:
            documents[MANIFEST_PATH] = with_files_listed(self._source.read(MANIFEST_PATH), of_document)
        return _Made(documents=documents, files=files, notes=tuple(notes), faults=tuple(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    documents: Mapping[str, bytes]
    files: Mapping[str, bytes]
    notes: tuple[LintFinding, ...]
    faults: tuple[LintFinding, ...]
