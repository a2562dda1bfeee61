"""The list of files that a built program is shipped with: made when it is built, and compared with ever after.

Owns the list's form, which files it names, and what differs. Refuses to say what follows from a difference. A list that is made
when the program starts knows only what was there then; the shipped one knows what was built, so that a file is told from the
right one also when it was changed before the start. Whoever changes a file and the list gives the program another digest, which
the readiness certificate carries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from exam_packages.ids import Digest
from kiosk.lockdown.program_digest import digests_of, in_order, program_digest
from signing.canonical import JsonInput, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields

LIST: Final = "files.json"
TOP: Final = "program"
"""The name that the program's folder goes by in its digest, wherever it lies."""
LIST_MAX_BYTES: Final = 1024 * 1024  # the program has some two hundred files
FILES_MAX: Final = 5_000
PATH_MAX: Final = 1_000
NO_DIGEST: Final = Digest("0" * 64)
"""What is expected of a list that is not there, or is none: no file that anybody can make has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What distinguishes a program from its list, by names, each in order.

    Attributes:
        changed: files that are others.
        missing: files that are listed and not there.
        added: files that are there and not listed.
    """

    changed: tuple[PurePosixPath, ...] = ()
    missing: tuple[PurePosixPath, ...] = ()
    added: tuple[PurePosixPath, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFiles:
    """What is watched of a program while it runs.

    Attributes:
        digests: SHA-256 of every file, by its path.
        closed: the folder in which there is no file beside them; None where others may come and go.
    """

    digests: Mapping[Path, Digest]
    closed: Path | None = None


def shipped_files(program: Path) -> dict[PurePosixPath, Path]:
    """Return every file of a built program but its list, by name; a link to a file is a file, and none is followed further.

    Raises:
        OSError: a folder cannot be read.
    """
    found = {PurePosixPath(TOP, path.relative_to(program)): path for path in program.rglob("*") if path.is_file()}
    found.pop(PurePosixPath(TOP, LIST), None)
    return in_order(found)


def write_list(digests: Mapping[PurePosixPath, Digest]) -> bytes:
    """Return the list of these files."""
    files: list[JsonInput] = [
        {"path": str(name.relative_to(TOP)), "sha256": digest} for name, digest in in_order(digests).items()
    ]
    return encode({"files": files, "program": program_digest(digests)})


def read_list(untrusted: bytes, *, place: str) -> dict[PurePosixPath, Digest]:
    """Return SHA-256 of every file of a list, by name.

    Raises:
        FormRefused: it is none, names a file twice or outside of the program, or does not come to the digest it says.
    """
    fields = Fields(decode(untrusted, place=place, max_bytes=LIST_MAX_BYTES), place)
    digests: dict[PurePosixPath, Digest] = {}
    for entry in fields.objects("files", max_items=FILES_MAX):
        name = _name(entry)
        if name in digests:
            raise FormRefused("is there twice", place=f"{entry.place}.path")
        digests[name] = Digest(entry.digest("sha256"))
        entry.close()
    if fields.digest("program") != program_digest(digests):
        raise FormRefused("is not the digest of these files", place=f"{place}.program")
    fields.close()
    return digests


def _name(entry: Fields) -> PurePosixPath:
    text = entry.text("path", max_length=PATH_MAX)
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or str(path) != text or text in {".", LIST}:
        raise FormRefused("is no path inside the program", place=f"{entry.place}.path")
    return PurePosixPath(TOP, path)


def differences(listed: Mapping[PurePosixPath, Digest], found: Mapping[PurePosixPath, Digest]) -> Differences:
    """Compare a program with its list."""
    return Differences(
        changed=tuple(name for name in in_order(listed) if name in found and found[name] != listed[name]),
        missing=tuple(name for name in in_order(listed) if name not in found),
        added=tuple(name for name in in_order(found) if name not in listed),
    )


def list_of(program: Path) -> dict[PurePosixPath, Digest]:
    """Return the list that a built program was shipped with.

    Raises:
        FormRefused: it is none.
        OSError: it is not there, or cannot be read.
    """
    return read_list(_list_bytes(program), place=LIST)


def watched_files(program: Path) -> WatchedFiles:
    """Return what is watched of a built program. Files are not read for it: the list is.

    A list that is not there, or is none, is itself what is not as it should be; the files are then watched as they are now.

    Raises:
        OSError: without a list: a file cannot be read.
    """
    try:
        untrusted = _list_bytes(program)
        listed = read_list(untrusted, place=LIST)
    except (OSError, FormRefused):
        files = shipped_files(program)
        now = {files[name]: digest for name, digest in digests_of(files).items()}
        return WatchedFiles(digests={**now, program / LIST: NO_DIGEST})
    digests = {program / name.relative_to(TOP): digest for name, digest in listed.items()}
    digests[program / LIST] = Digest(hashlib.sha256(untrusted).hexdigest())
    return WatchedFiles(digests=digests, closed=program)


def _list_bytes(program: Path) -> bytes:
    with (program / LIST).open("rb") as file:
        return file.read(LIST_MAX_BYTES + 1)
