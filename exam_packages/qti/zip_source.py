"""A content package in a zip file.

Owns what a zip file may be before anything of it is believed: counts, sizes, ratios, names, kinds of members. Nothing is ever
unpacked to a disk. Every refusal is a ``SourceRefused`` that names the member.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final

from exam_packages.errors import SourceRefused
from exam_packages.package_paths import path_fault
from exam_packages.qti.paths import path_findings
from exam_packages.qti.reading import refuse
from exam_packages.qti.sources import MAX_FILE_BYTES, MAX_FILES

MAX_ARCHIVE_BYTES: Final = 1024 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 2 * 1024 * 1024 * 1024  # of all members, unpacked; a form with films
MAX_DIRECTORY_BYTES: Final = MAX_FILES * 512  # a member has 46 bytes, its name and a few extras
MAX_RATIO: Final = 200  # deflate reaches 1,032; real XML some 30, XML with much indentation 100
RATIO_FREE_BYTES: Final = 1024 * 1024  # small members may shrink as much as they like

_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_END_64_LOCATOR: Final = b"PK\x06\x07"
_END_64_LOCATOR_BYTES: Final = 20
_MAX_COMMENT_BYTES: Final = 65_535
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000  # APPNOTE 4.4.4: bits 0, 6 and 13
_PATCHED: Final = 0x20
_UTF8: Final = 0x800
_UNIX: Final = 3  # APPNOTE 4.4.2.2: the upper half of the external attributes is a Unix mode
_BLOCK_BYTES: Final = 64 * 1024
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,  # methods and versions it does not know are one kind of it
    ValueError,
    OverflowError,
    IndexError,
    UnicodeError,
)
"""What the standard library raises for files that are no zip, or a damaged one."""


@dataclass(frozen=True, slots=True)
class ZipSource:
    """The members of a zip file. Folders are no files; hidden files, as systems leave them, are passed over."""

    name: str
    archive: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]

    @staticmethod
    def of_path(path: Path) -> ZipSource:
        """A zip file on the office's disk.

        Raises:
            SourceRefused: it is no zip file, or one that is not accepted.
            OSError: it cannot be read.
        """
        with path.open("rb") as stream:
            _check_directory_size(stream, path.stat().st_size, path.name)
        # The archive opens the file for itself, and closes it when nobody reads from it any more.
        return _opened(path, path.name)

    @staticmethod
    def of_bytes(untrusted: bytes, name: str) -> ZipSource:
        """A zip file in memory.

        Raises:
            SourceRefused: it is no zip file, or one that is not accepted.
        """
        stream = BytesIO(untrusted)
        _check_directory_size(stream, len(untrusted), name)
        return _opened(stream, name)

    def paths(self) -> Iterable[str]:
        """Every file's path."""
        return tuple(self.members)

    def read(self, path: str) -> bytes:
        """One file's bytes, as many as its entry says and no more.

        Raises:
            SourceRefused: the member is damaged, or its size is not what the archive says.
        """
        info = self.members[path]
        try:
            with self.archive.open(info) as stream:
                content = b"".join(_blocks(stream, info.file_size + 1))
        except _BROKEN as error:
            refuse(path, "zip-damaged", f"cannot be unpacked ({error})"[:200], "Make the zip file again")
        if len(content) != info.file_size:
            refuse(path, "zip-size", "is not as long as the zip file says", "Make the zip file again")
        return content


def _blocks(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    while limit > 0 and (block := stream.read(min(_BLOCK_BYTES, limit))):
        limit -= len(block)
        yield block


def _opened(file: Path | BinaryIO, name: str) -> ZipSource:
    try:
        archive = zipfile.ZipFile(file)
        listed = archive.infolist()
    except _BROKEN as error:
        refuse(name, "zip-damaged", f"is no zip file that can be read ({error})"[:200], "Make the zip file again")
    if len(listed) > MAX_FILES:
        refuse(name, "too-many-files", f"holds more than {MAX_FILES} files", "Split the package")
    return ZipSource(name, archive, _members(listed))


def _check_directory_size(stream: BinaryIO, length: int, name: str) -> None:
    """Refuse a directory that would fill the memory, before the standard library reads it whole.

    The end record is found the way ``zipfile`` finds it: at the very end without a comment, or else the last one.
    """
    if length > MAX_ARCHIVE_BYTES:
        refuse(name, "zip-too-large", f"is longer than {MAX_ARCHIVE_BYTES} bytes", "Split the package")
    start = max(0, length - _END_BYTES - _MAX_COMMENT_BYTES - _END_64_LOCATOR_BYTES)
    stream.seek(start)
    tail = stream.read(length - start)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        refuse(name, "zip-damaged", "is no zip file", "Give a folder, or a zip file")
    if tail[max(0, at - _END_64_LOCATOR_BYTES) : at].startswith(_END_64_LOCATOR):
        refuse(name, "zip-64", "is a zip file of the 64-bit kind", "Make a zip file of less than 4 GiB")
    entries, size = struct.unpack_from("<HI", tail, at + 10)
    if entries > MAX_FILES or size > MAX_DIRECTORY_BYTES:
        refuse(name, "too-many-files", f"holds more than {MAX_FILES} files", "Split the package")


def _members(listed: Iterable[zipfile.ZipInfo]) -> Mapping[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in listed:
        path = _path(info)
        if path is None:
            continue
        _check_member(info, path)
        if path in members:
            refuse(path, "zip-twice", "is in the zip file twice", "Make the zip file again")
        members[path] = info
        total += info.file_size
        if total > MAX_TOTAL_BYTES:
            refuse(path, "zip-too-large", f"takes the package above {MAX_TOTAL_BYTES} bytes", "Split the package")
    _check_names(members)
    return dict(sorted(members.items()))


def _path(info: zipfile.ZipInfo) -> str | None:
    """The path a member has in the package; None for folders and hidden files."""
    path = _spelled(info)
    shown = path.encode("unicode_escape").decode("ascii")[:200]
    if "\x00" in path or "\\" in path or path.startswith("/") or (len(path) > 1 and path[1] == ":"):
        refuse(shown, "path", "is a path that leaves the package, or may", "Make the zip file again")
    parts = path.removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts):
        refuse(shown, "path", "is a path with an empty part, . or ..", "Make the zip file again")
    if path.endswith("/") or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
        return None
    fault = path_fault(path)
    if fault is not None:
        refuse(shown, "path", f"is a path that {fault}", "Rename the file")
    return path


def _spelled(info: zipfile.ZipInfo) -> str:
    """A member's name as written; some systems write UTF-8 without saying so (APPNOTE 4.4.4, bit 11)."""
    written = info.orig_filename
    if not info.flag_bits & _UTF8:
        try:
            return written.encode("cp437").decode("utf-8")
        except UnicodeError:
            return written
    return written


def _check_member(info: zipfile.ZipInfo, path: str) -> None:
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        refuse(path, "link", "is a link, or no file", "Put the file itself there")
    if info.flag_bits & (_ENCRYPTED | _PATCHED):
        refuse(path, "zip-encrypted", "is encrypted", "Make the zip file without a password")
    if info.compress_type not in _METHODS:
        refuse(path, "zip-method", f"is packed with method {info.compress_type}", "Use deflate, as every system does")
    if info.file_size > MAX_FILE_BYTES:
        refuse(path, "file-too-large", f"is longer than {MAX_FILE_BYTES} bytes", "Make it smaller")
    if info.file_size > RATIO_FREE_BYTES and info.file_size > MAX_RATIO * info.compress_size:
        refuse(path, "zip-ratio", f"unpacks to more than {MAX_RATIO} times its size", "Leave it out, or save it anew")


def _check_names(members: Mapping[str, zipfile.ZipInfo]) -> None:
    """Refuse names that differ by case only, and a file that is a folder, too."""
    findings = path_findings(members)
    if findings:
        raise SourceRefused(findings)
    folders = {str(folder) for path in members for folder in PurePosixPath(path.casefold()).parents}
    for path in members:
        if path.casefold() in folders:
            refuse(path, "path", "is a file and a folder", "Rename one of them")
