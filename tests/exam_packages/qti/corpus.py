"""Documents and cases that nobody here wrote, read where they lie."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_packages.office.vector_items import VectorItems
from exam_packages.office.vectors import VectorFile, read_vectors

SHARED = Path(__file__).parents[4] / "shared" / "qti"
NEEDS_CORPUS = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not beside the project (../shared/qti)")


def cases(name: str) -> VectorFile:
    """The cases of one file of vectors."""
    path = SHARED / "vectors" / f"{name}_response_vectors.jsonl"
    return read_vectors(path.read_bytes(), place=path.name)


def rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of one file of vectors as they are."""
    for line in (SHARED / "vectors" / f"{name}_response_vectors.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def items() -> VectorItems:
    """The items that cases name."""
    return VectorItems(SHARED)


def document(item: str) -> bytes:
    """A document's bytes; ``zip!member`` is one inside an archive."""
    outer, _, member = item.partition("!")
    if not member:
        return (SHARED / outer).read_bytes()
    with zipfile.ZipFile(SHARED / outer) as archive:
        return archive.read(member)


def documents() -> Iterator[tuple[str, bytes]]:
    """Every XML document of the corpus that is a file."""
    for path in sorted((SHARED / "corpus").rglob("*.xml")):
        yield path.relative_to(SHARED).as_posix(), path.read_bytes()


def archived() -> Iterator[tuple[str, bytes]]:
    """Every XML document of the corpus that is inside an archive which can be read."""
    for path in sorted((SHARED / "corpus").rglob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    if member.endswith(".xml"):
                        yield f"{path.relative_to(SHARED).as_posix()}!{member}", archive.read(member)
        except zipfile.BadZipFile:
            continue
