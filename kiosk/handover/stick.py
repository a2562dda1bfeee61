"""The stick: where what lies, and writing to it so that it can be pulled out afterwards.

Owns the layout (docs/formats/stick.md) and what errors of the medium mean. Refuses to know what the files say.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from exam_packages.drop_paths import (
    CERTIFICATE_SUFFIX,
    POLICY_SUFFIX,
    PROCTORS_SUFFIX,
    RECEIPT_SUFFIX,
    RELEASE_SUFFIX,
    RESULT_SUFFIX,
    SEAT_LIST_SUFFIX,
    SEAT_MARK_SUFFIX,
    SEAT_REQUEST_SUFFIX,
)
from exam_packages.ids import Digest
from kiosk.durable_file import CopyDiffersError, clear_leftovers, copy_durably, digest_of, make_folder, write_durably
from kiosk.errors import StickFault, StickFaultKind, stick_fault_of
from kiosk.progress import Progress, silent
from kiosk.seat.facts import ExportedFile, ExportOutcome
from signing.errors import FormRefused
from signing.trust.folder import open_regular

FILES_MAX: Final = 10_000  # files of one folder that are looked at
_NO_STICK_HOLDS: Final = ("seat.json", "site.json")
SMALL_FILE_MAX_BYTES: Final = 4 * 1024 * 1024  # documents; packages and results are read in pieces


class Stick:
    """A stick, or a folder that stands for one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drop = folder / "drop"
        self.certificates = folder / "certificates"
        self.site = folder / "site"
        self.releases = folder / "releases"
        self.results = folder / "results"
        self.receipts = folder / "receipts"
        self.slips = folder / "slips"
        self.seats = folder / "seats"
        self.requests = folder / "requests"
        self.marks = folder / "marks"
        self.journals = folder / "journals"
        self._medium: tuple[int, int] | None = None

    def refuse_absent(self) -> None:
        """Check that the stick is there at all, and is not a seat's or a site's own folder: arguments get swapped.

        Raises:
            StickFault: it is not.
        """
        if not self.folder.is_dir() or any((self.folder / name).exists() for name in _NO_STICK_HOLDS):
            raise StickFault(StickFaultKind.NOT_FOUND, self.folder)
        self._medium = self._found_medium()

    def refuse_bare(self) -> None:
        """Check that something of the centre's is on it: where a stick is out, its folder may be left, empty.

        Raises:
            StickFault: there is nothing.
        """
        brought = (self.drop, self.certificates, self.site, self.releases, self.receipts)
        taken = (self.requests, self.results, self.slips, self.journals, self.seats, self.marks)
        if not any(place.is_dir() for place in (*brought, *taken)):
            raise StickFault(StickFaultKind.NOT_FOUND, self.folder)

    def refuse_pulled(self) -> None:
        """Check that the stick is the one that was there at ``refuse_absent``: what was just written has to be on it.

        Where a medium was pulled out, its folder may stay behind, empty, on the computer's own disk, and take files.

        Raises:
            StickFault: it is not.
        """
        if self._found_medium() != self._medium:
            raise StickFault(StickFaultKind.GONE, self.folder)

    def _found_medium(self) -> tuple[int, int]:
        try:
            found = self.folder.stat()
        except OSError as error:
            raise StickFault(StickFaultKind.GONE, self.folder) from error
        return found.st_dev, found.st_ino

    def has_drop(self) -> bool:
        """Tell whether a drop is on it."""
        return (self.drop / "metadata").is_dir()

    def certificate_files(self) -> tuple[Path, ...]:
        """Return seat certificates, by name."""
        return _files_of(self.certificates, CERTIFICATE_SUFFIX)

    def proctor_files(self) -> tuple[Path, ...]:
        """Return proctor files, by name."""
        return _files_of(self.site, PROCTORS_SUFFIX)

    def policy_files(self) -> tuple[Path, ...]:
        """Return sites' policies about lockdown, by name."""
        return _files_of(self.site, POLICY_SUFFIX)

    def seat_list_files(self) -> tuple[Path, ...]:
        """Return sites' lists of seats, by name."""
        return _files_of(self.site, SEAT_LIST_SUFFIX)

    def release_files(self) -> tuple[Path, ...]:
        """Return releases, by name."""
        return _files_of(self.releases, RELEASE_SUFFIX)

    def receipt_files(self) -> tuple[Path, ...]:
        """Return receipts, by name."""
        return _files_of(self.receipts, RECEIPT_SUFFIX)

    def result_files(self) -> tuple[Path, ...]:
        """Return result bundles, by name."""
        return _files_of(self.results, RESULT_SUFFIX)

    def request_files(self) -> tuple[Path, ...]:
        """Return seat requests, by name."""
        return _files_of(self.requests, SEAT_REQUEST_SUFFIX)

    def mark_files(self) -> tuple[Path, ...]:
        """Return seats' marks, by name."""
        return _files_of(self.marks, SEAT_MARK_SUFFIX)

    def seat_report_files(self) -> tuple[Path, ...]:
        """Return seat reports, by name."""
        return _files_of(self.seats, ".json")


def read_small(path: Path) -> bytes:
    """Read a small file of the stick; of one that is too long, just enough for a reader to refuse it.

    Raises:
        ContentRefused: it is no ordinary file.
        StickFault: it is gone, or cannot be read.
    """
    return read_up_to(path, SMALL_FILE_MAX_BYTES + 1)


def read_up_to(path: Path, length: int) -> bytes:
    """Read the first bytes of a file of the stick.

    Raises:
        ContentRefused: it is no ordinary file.
        StickFault: it is gone, or cannot be read.
    """
    with faults(path):
        path.stat()  # one that is gone is the stick's fault: somebody may have pulled it out
        with open_regular(path, place=path.name) as file:
            return file.read(length)


def put(path: Path, data: bytes) -> ExportedFile:
    """Bring a small file to the stick: all of it, read back and compared, or nothing. The same bytes change nothing.

    Raises:
        StickFault: full, gone, read-only, or it gives back something else.
    """
    _refuse_linked(path.parent)
    digest = Digest(hashlib.sha256(data).hexdigest())
    if _is_there(path, digest, len(data)):
        return ExportedFile(name=path.name, size_bytes=len(data), outcome=ExportOutcome.THERE)
    with faults(path, needed_bytes=len(data)):
        make_folder(path.parent)
        clear_leftovers(path.parent)
        write_durably(path, data)
        _refuse_difference(path, digest)
    return ExportedFile(name=path.name, size_bytes=len(data), outcome=ExportOutcome.WRITTEN)


def copy_to(source: Path, path: Path, digest: Digest, *, progress: Progress = silent) -> ExportedFile:
    """Copy a file of the seat to the stick, as ``put`` does.

    Raises:
        StickFault: full, gone, read-only, or it gives back something else.
        CopyDiffersError: the seat's own file is not what it should be.
    """
    _refuse_linked(path.parent)
    size = source.stat().st_size
    if _is_there(path, digest, size):
        progress(size, size, path.name)
        return ExportedFile(name=path.name, size_bytes=size, outcome=ExportOutcome.THERE)
    with faults(path, needed_bytes=size):
        make_folder(path.parent)
        clear_leftovers(path.parent)
        try:
            copy_durably(source, path, digest=digest, progress=progress)
        except CopyDiffersError as error:
            if error.path == source:
                raise
            raise StickFault(StickFaultKind.DIFFERS, path) from error
        _refuse_difference(path, digest)
    return ExportedFile(name=path.name, size_bytes=size, outcome=ExportOutcome.WRITTEN)


@contextmanager
def faults(path: Path, *, needed_bytes: int = 0) -> Iterator[None]:
    """Turn an error of the system into the stick fault it means."""
    try:
        yield
    except OSError as error:
        fault = stick_fault_of(error, path, needed_bytes=needed_bytes)
        if error.errno == errno.EIO and not path.parent.is_dir():
            fault = StickFault(StickFaultKind.GONE, path)
        raise fault from error


def _refuse_linked(folder: Path) -> None:
    """Check that a folder is on the stick: one that is a link would bring results somewhere else, and nobody would know."""
    if folder.is_symlink():
        raise StickFault(StickFaultKind.NOT_FOUND, folder)


def _is_there(path: Path, digest: Digest, size: int) -> bool:
    try:
        return path.stat().st_size == size and digest_of(path, past_cache=True) == digest
    except OSError:
        return False


def _refuse_difference(path: Path, digest: Digest) -> None:
    if digest_of(path, past_cache=True) != digest:
        raise StickFault(StickFaultKind.DIFFERS, path)


def _files_of(folder: Path, suffix: str) -> tuple[Path, ...]:
    """Files of a folder by name; links and what else is no file are passed over, and a folder that is missing is empty.

    Raises:
        FormRefused: there are too many.
        StickFault: it cannot be read.
    """
    if not folder.is_dir():
        return ()
    names: list[str] = []
    with faults(folder), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(suffix) and not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                names.append(entry.name)
            # Never only some of them: whoever puts rubbish in front would decide which.
            if len(names) > FILES_MAX:
                raise FormRefused(f"holds more than {FILES_MAX} files {suffix}", place=folder.name)
    return tuple(folder / name for name in sorted(names))
