"""How monitors look at a Linux machine: small files, folders and links below one root folder, each read bounded.

Owns reading. Refuses to know what any file means. What cannot be read is None and never an error: files of processes and devices
come and go while they are looked at. Paths are written without the leading slash, so that a made-up tree is looked at in the
same way as the machine.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol

TEXT_MAX_BYTES: Final = 256 * 1024  # /proc/cpuinfo of a big machine is the longest
NAMES_MAX: Final = 50_000
_MEBIBYTE: Final = 1024 * 1024


class Look(Protocol):
    """What monitors see of a machine. Tests make machines up."""

    def text(self, path: str) -> str | None:
        """Return a small file's text without blanks at its ends; None where there is none to be read."""
        ...

    def data(self, path: str, *, offset: int, length: int) -> bytes | None:
        """Return at most ``length`` bytes of a file from ``offset``; empty at its end, None where there is none to be read."""
        ...

    def names(self, path: str) -> tuple[str, ...]:
        """Return what a folder holds, in order; nothing where there is none to be read."""
        ...

    def link(self, path: str) -> str | None:
        """Return where a symbolic link points to, as it is written; None where there is none to be read."""
        ...

    def owner(self, path: str) -> tuple[int, int] | None:
        """Return the user id of who owns a file or folder, and its mode's nine bits; None where that cannot be found out."""
        ...

    def free_mebibytes(self, path: str) -> int | None:
        """Return how much may still be written where a path lies; None where that cannot be found out."""
        ...


class FileLook:
    """A look at files.

    Args:
        root: ``/``, or the root of a made-up machine.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def text(self, path: str) -> str | None:
        """Return a small file's text; what is no UTF-8 is replaced."""
        data = self.data(path, offset=0, length=TEXT_MAX_BYTES)
        return None if data is None else data.decode("utf-8", "replace").strip()

    def data(self, path: str, *, offset: int, length: int) -> bytes | None:
        """Return some bytes of a file."""
        try:
            # Never waits: a pipe or a device that somebody puts in a file's place has nothing to say.
            descriptor = os.open(self._root / path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:
            return None
        try:
            return _read(descriptor, offset, length)
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def names(self, path: str) -> tuple[str, ...]:
        """Return what a folder holds."""
        try:
            with os.scandir(self._root / path) as entries:
                return tuple(sorted(entry.name for _, entry in zip(range(NAMES_MAX), entries, strict=False)))
        except OSError:
            return ()

    def link(self, path: str) -> str | None:
        """Return where a link points to."""
        try:
            return os.fsdecode((self._root / path).readlink())
        except OSError:
            return None

    def owner(self, path: str) -> tuple[int, int] | None:
        """Return who owns something and who may write to it."""
        try:
            found = (self._root / path).stat()
        except OSError:
            return None
        return found.st_uid, found.st_mode & 0o777

    def free_mebibytes(self, path: str) -> int | None:
        """Return how much may still be written."""
        try:
            found = os.statvfs(self._root / path)
        except OSError:
            return None
        return found.f_bavail * found.f_frsize // _MEBIBYTE


def _read(descriptor: int, offset: int, length: int) -> bytes:
    if offset:
        os.lseek(descriptor, offset, os.SEEK_SET)
    parts: list[bytes] = []
    left = length
    while left > 0:
        # Files of the kernel say how long they are only by ending.
        part = os.read(descriptor, min(left, _MEBIBYTE))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def fields_of(text: str | None, *, between: str = "=") -> dict[str, str]:
    """Return the values of a file of ``NAME=value`` lines; the last of a name counts."""
    lines = (line.partition(between) for line in (text or "").splitlines())
    return {name.strip(): value.strip() for name, found, value in lines if found}


def number_of(text: str | None, default: int = 0, *, base: int = 10) -> int:
    """Return a file's number; the default where it holds none."""
    try:
        return int(text or "", base)
    except ValueError:
        return default
