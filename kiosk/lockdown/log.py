"""The lockdown log of one sitting on disk: append a line, read all of it, and nothing else ever.

Owns the file: a line is on the medium before anything follows from it, and whatever ends the program leaves whole lines. Refuses
to know what incidents mean; the encoding is ``exam_packages.lockdown_log``.

A last line without its line feed is one that was being written when the power failed: nothing has followed from it, and it goes.
Any other damage means that somebody changed the file: it is kept under another name, and the new log begins by saying so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from exam_packages.lockdown_log import (
    EVIDENCE_MAX,
    EVIDENCE_TEXT_MAX,
    START,
    Followed,
    LockdownLine,
    after,
    encode_line,
    read_log,
)
from kiosk.durable_file import AS_BYTES, make_folder, sync_folder
from kiosk.errors import StorageFault, StorageFaultKind, storage_fault_of
from kiosk.lockdown.incidents import Consequence, IncidentKind
from kiosk.lockdown.readings import Reading
from signing.errors import Refused

LOG_MAX_BYTES: Final = 32 * 1024 * 1024
LINES_MAX: Final = 100_000
"""A sitting that notices more than this has stopped saying anything; the last line says so."""
BROKEN_MAX: Final = 100
_PRIVATE: Final = 0o600


class LockdownLog:
    """One log, open for writing. Used by one thread at a time.

    Args:
        path: the file; made where it is missing.
        now: for the line that says that the file was changed.
        changed: what follows from that.

    Raises:
        StorageFault: it cannot be read or written.
    """

    def __init__(self, path: Path, *, now: Reading, changed: Consequence = Consequence.LOCK) -> None:
        self._path = path
        self._lines: list[bytes] = []
        self._head = START
        self._length = 0  # in bytes, of the lines that are on the medium
        self._is_torn = False
        try:
            make_folder(path.parent, mode=0o700)
            was_broken = self._take_up()
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | AS_BYTES, _PRIVATE)
            sync_folder(path.parent)
        except OSError as error:
            raise storage_fault_of(error, path) from error
        if was_broken:
            self.append(IncidentKind.LOG_BROKEN, changed, {"at": was_broken}, now)

    @property
    def lines(self) -> tuple[bytes, ...]:
        """Every line, encoded, without line feeds."""
        return tuple(self._lines)

    def append(
        self, kind: IncidentKind, followed: Consequence, evidence: Mapping[str, str], now: Reading
    ) -> LockdownLine:
        """Write an incident down. When this returns, it survives a power cut.

        Raises:
            StorageFault: it was not written; nothing may follow from it but a lock. The next one is tried anew.
        """
        if self._is_torn:
            self._mend()
        line = LockdownLine(
            n=len(self._lines),
            kind=kind.value,
            followed=Followed(followed.value),
            wall=now.wall,
            since_boot_ms=now.since_boot_ms,
            evidence=_shortened(evidence),
            previous=self._head,
        )
        data = encode_line(line)
        if len(self._lines) >= LINES_MAX:
            raise StorageFault(StorageFaultKind.FULL, self._path, f"{LINES_MAX} incidents")
        try:
            _write_all(self._descriptor, data + b"\n")
            os.fsync(self._descriptor)
        except OSError as error:
            self._is_torn = True
            raise storage_fault_of(error, self._path) from error
        self._lines.append(data)
        self._length += len(data) + 1
        self._head = after(line.n, self._head, data)
        return line

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _mend(self) -> None:
        """Take away what a write that failed may have left: half a line, or one from which nothing has followed."""
        try:
            if os.fstat(self._descriptor).st_size < self._length:
                raise StorageFault(
                    StorageFaultKind.DAMAGED, self._path, "lines that were written are not there any more"
                )
            os.ftruncate(self._descriptor, self._length)
            os.fsync(self._descriptor)
        except OSError as error:
            raise storage_fault_of(error, self._path) from error
        self._is_torn = False

    def _take_up(self) -> str:
        """Read what is there; return where it is broken, or the empty text."""
        if not self._path.exists():
            return ""
        with self._path.open("r+b") as file:
            data = file.read(LOG_MAX_BYTES + 1)
            whole = data.rfind(b"\n") + 1
            if whole != len(data) <= LOG_MAX_BYTES:
                file.truncate(whole)
                os.fsync(file.fileno())
        lines = data[:whole].split(b"\n")[:-1]
        try:
            _, self._head = read_log(lines, place=self._path.name)
        except Refused as refused:
            self._set_aside()
            return str(refused)
        self._lines = lines
        self._length = whole
        return ""

    def _set_aside(self) -> None:
        for number in range(1, BROKEN_MAX):
            aside = self._path.with_name(f"{self._path.name}.broken-{number}")
            if not aside.exists():
                self._path.rename(aside)
                sync_folder(self._path.parent)
                return
        raise StorageFault(StorageFaultKind.DAMAGED, self._path, "too many damaged logs lie beside it")


def read_lines(path: Path) -> tuple[bytes, ...]:
    """Return the whole lines of a log, checked, without touching it; none where there is no log.

    Raises:
        StorageFault: it cannot be read, or was changed.
    """
    try:
        data = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise storage_fault_of(error, path) from error
    lines = tuple(data.split(b"\n")[:-1])
    try:
        read_log(lines, place=path.name)
    except Refused as refused:
        raise StorageFault(StorageFaultKind.CHAIN_BROKEN, path, str(refused)) from refused
    return lines


def _shortened(evidence: Mapping[str, str]) -> dict[str, str]:
    return {name: _readable(text[:EVIDENCE_TEXT_MAX]) for name, text in sorted(evidence.items())[:EVIDENCE_MAX]}


def _readable(text: str) -> str:
    """Names of programs and windows may hold bytes that are no text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
