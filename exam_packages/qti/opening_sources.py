"""Where an office's content comes from: a folder or a zip file, of any version of QTI.

Owns finding the package in it: ``imsmanifest.xml`` at the top, or in the only folder there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.reading import refuse
from exam_packages.qti.sources import ContentSource, FolderSource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.zip_source import ZipSource

_ZIP_BEGINNING: Final = b"PK"


@dataclass(frozen=True, slots=True)
class SubfolderSource:
    """One folder of another source; what lies beside it is not seen."""

    source: ContentSource
    folder: str

    def paths(self) -> Iterable[str]:
        """Every file's path, below the folder.

        Raises:
            SourceRefused: as the source does.
        """
        before = f"{self.folder}/"
        return tuple(path.removeprefix(before) for path in self.source.paths() if path.startswith(before))

    def read(self, path: str) -> bytes:
        """One file's bytes.

        Raises:
            SourceRefused: as the source does.
        """
        return self.source.read(f"{self.folder}/{path}")


def source_of(path: Path) -> UpgradedSource:
    """The content package in a folder or a zip file, seen as QTI 3.0.

    Args:
        path: the folder, or the file.

    Raises:
        SourceRefused: it is neither, or a zip file that is not accepted.
        OSError: it cannot be read.
    """
    return UpgradedSource(_rooted(FolderSource(path) if path.is_dir() else _zip(path)))


def _zip(path: Path) -> ZipSource:
    with path.open("rb") as file:
        beginning = file.read(len(_ZIP_BEGINNING))
    if beginning != _ZIP_BEGINNING:
        refuse(path.name, "source", "is neither a folder nor a zip file", "Give a content package")
    return ZipSource.of_path(path)


def _rooted(source: ContentSource) -> ContentSource:
    paths = tuple(source.paths())
    tops = {path.partition("/")[0] for path in paths}
    if MANIFEST_PATH in paths or len(tops) != 1:
        return source
    top = tops.pop()
    return SubfolderSource(source, top) if f"{top}/{MANIFEST_PATH}" in paths else source
