"""Files that documents carry inside them (``data:`` addresses, RFC 2397) → files of the package: a step before a build.

Owns which they may be and where they lie. What a file is, is told by its bytes; what is delivered of it, ``files`` decides.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.files import delivered_file
from exam_packages.qti.filing import FilingSource
from exam_packages.qti.media import MEDIA_TYPES as SOUND_AND_FILM
from exam_packages.qti.media import TRACK_ENDING, TRACK_TYPE
from exam_packages.qti.pictures import MEDIA_TYPES as PICTURES
from exam_packages.qti.pictures import kind_of
from exam_packages.qti.reading import Xml, parse
from exam_packages.qti.sources import MAX_FILE_BYTES, ContentSource
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


class EmbeddedSource(FilingSource):
    """Another source whose documents carry no files."""

    def __init__(self, source: ContentSource, *, tolerant: bool = False) -> None:
        super().__init__(source, with_embedded_files, mark=b"data:", tolerant=tolerant)
