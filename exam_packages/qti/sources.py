"""Where the files of a content package come from.

Owns the one interface and its two plain forms, a folder of the office and files in memory; an opened container is a third.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from exam_packages.qti.reading import refuse

MAX_FILES: Final = 10_000
MAX_FILE_BYTES: Final = 16 * 1024 * 1024  # a picture; documents have a lower limit of their own


class ContentSource(Protocol):
    """The files of one content package, by path."""

    def paths(self) -> Iterable[str]:
        """Every file's path, relative to the package's root, parted by ``/``."""

    def read(self, path: str) -> bytes:
        """One file's bytes; ``path`` is one of ``paths()``."""


@dataclass(frozen=True, slots=True)
class MemorySource:
    """Files held in memory."""

    files: Mapping[str, bytes]

    def paths(self) -> Iterable[str]:
        """Every file's path."""
        return tuple(self.files)

    def read(self, path: str) -> bytes:
        """One file's bytes."""
        return self.files[path]


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder on the office's disk. Links are refused; hidden files, as editors and systems leave them, are passed over."""

    folder: Path

    def paths(self) -> Iterable[str]:
        """Every file's path.

        Raises:
            SourceRefused: a link, something that is no file, or too many files.
            OSError: the folder cannot be read.
        """
        found: list[str] = []
        for place, folders, names in os.walk(self.folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(each for each in (*folders, *names) if not each.startswith(".")):
                path = (Path(place) / name).relative_to(self.folder).as_posix()
                if (Path(place) / name).is_symlink():
                    refuse(path, "link", "is a link", "Put the file itself there")
                if name in folders:
                    continue
                if not (Path(place) / name).is_file():
                    refuse(path, "link", "is no file", "Remove it")
                found.append(path)
            if len(found) > MAX_FILES:
                refuse(".", "too-many-files", f"holds more than {MAX_FILES} files", "Split the package")
        return found

    def read(self, path: str) -> bytes:
        """One file's bytes.

        Raises:
            SourceRefused: it is longer than any file may be.
            OSError: it cannot be read.
        """
        file = self.folder / path
        if file.stat().st_size > MAX_FILE_BYTES:
            refuse(path, "file-too-large", f"is longer than {MAX_FILE_BYTES} bytes", "Make it smaller")
        return file.read_bytes()


def _raise(error: OSError) -> None:
    raise error
