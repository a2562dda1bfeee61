"""Items that cases name, read from a folder: files, and members of archives.

Owns caching and the bounds of what is read. An item is read once, whatever becomes of it.
"""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from exam_packages.qti.model import AssessmentItem
from exam_packages.qti.reading import MAX_DOCUMENT_BYTES
from exam_packages.qti.scoring_items import read_any_item
from signing.errors import ContentRefused, Refused

MAX_ARCHIVE_BYTES: Final = 1024 * 1024 * 1024

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError)
"""What the standard library raises for files that are no archive, or a damaged one."""


def is_inside(path: str) -> bool:
    """Whether a path, of a file or of an archive's member, leads nowhere but down from the folder of items."""
    parts = path.replace("!", "/").split("/")
    return bool(path) and "\x00" not in path and not {"", ".."} & set(parts)


@dataclass(frozen=True, slots=True)
class _Read:
    sha1: str
    item: AssessmentItem | Refused


@dataclass(slots=True)
class VectorItems:
    """The items under one folder."""

    folder: Path
    _known: dict[str, _Read] = field(default_factory=dict, init=False)

    def item(self, path: str, sha1: str | None = None) -> AssessmentItem:
        """Read an item for scoring.

        Args:
            path: relative to the folder, parted by ``/``; ``archive.zip!member`` inside an archive.
            sha1: of the document's bytes, 40 hex digits, where it is known.

        Raises:
            SourceRefused: it is no item, or malformed in a part that scoring needs.
            ContentRefused: it is not there, too large, or another document than meant.
        """
        if path not in self._known:
            self._known[path] = self._read(path)
        known = self._known[path]
        if sha1 is not None and known.sha1 and known.sha1 != sha1.lower():
            raise ContentRefused("is another document than the case was written for (SHA-1)", place=path)
        if isinstance(known.item, Refused):
            raise known.item
        return known.item

    def _read(self, path: str) -> _Read:
        outer, _, member = path.partition("!")
        if self._is_file(path):
            outer, member = path, ""  # a file whose name has the mark
        fetch = self._member_of(outer) if member else self._file
        sha1 = ""
        try:
            untrusted = fetch(member or outer)
            sha1 = hashlib.sha1(untrusted, usedforsecurity=False).hexdigest()
            return _Read(sha1, read_any_item(untrusted, member or outer, fetch))
        except Refused as refusal:
            return _Read(sha1, refusal)

    def _file(self, path: str) -> bytes:
        self._refuse_outside(path)
        if not self._is_file(path):
            raise ContentRefused("is not there", place=path)
        try:
            with (self.folder / path).open("rb") as stream:
                untrusted = stream.read(MAX_DOCUMENT_BYTES + 1)
        except OSError:
            raise ContentRefused("cannot be read", place=path) from None
        if len(untrusted) > MAX_DOCUMENT_BYTES:
            raise ContentRefused(f"is longer than {MAX_DOCUMENT_BYTES} bytes", place=path)
        return untrusted

    def _refuse_outside(self, path: str) -> None:
        if not is_inside(path) or not self._resolved(path).is_relative_to(self.folder.resolve()):
            raise ContentRefused("is not inside the folder of items", place=path)

    def _is_file(self, path: str) -> bool:
        return is_inside(path) and self._resolved(path).is_file()

    def _resolved(self, path: str) -> Path:
        try:
            file = (self.folder / path).resolve()
            file.stat()
        except (OSError, RuntimeError):
            return self.folder  # no file: not there, no name that a file system takes, or a circle of links
        return file

    def _member_of(self, archive: str) -> Callable[[str], bytes]:
        def read(member: str) -> bytes:
            file, place = self.folder / archive, f"{archive}!{member}"
            self._refuse_outside(archive)
            if not is_inside(place):
                raise ContentRefused("is not inside the folder of items", place=place)
            if not self._is_file(archive):
                raise ContentRefused("is not there", place=archive)
            if file.stat().st_size > MAX_ARCHIVE_BYTES:
                raise ContentRefused(f"is longer than {MAX_ARCHIVE_BYTES} bytes", place=archive)
            try:
                with zipfile.ZipFile(file) as opened, opened.open(_stored_name(opened, member)) as stream:
                    untrusted = stream.read(MAX_DOCUMENT_BYTES + 1)
            except KeyError:
                raise ContentRefused("is not there", place=place) from None
            except _BROKEN:
                raise ContentRefused("cannot be read from its archive", place=place) from None
            if len(untrusted) > MAX_DOCUMENT_BYTES:
                raise ContentRefused(f"is longer than {MAX_DOCUMENT_BYTES} bytes", place=place)
            return untrusted

        return read


def _stored_name(archive: zipfile.ZipFile, member: str) -> str:
    """What a member is called in its archive: some write ``\\`` for ``/``, begin with ``./``, or do not say that names are UTF-8.

    Raises:
        KeyError: there is no such member, or several.
    """
    names = archive.namelist()
    if member in names:
        return member
    found = [name for name in names if _plain(member) in {_plain(name), _plain(_as_utf8(name))}]
    if len(found) != 1:
        raise KeyError(member)
    return found[0]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/").removeprefix("./"))


def _as_utf8(name: str) -> str:
    try:
        return name.encode("cp437").decode("utf-8")  # how names are read that are not marked as UTF-8
    except UnicodeError:
        return name
