"""Packages of any size to measure with, made once a run: a small item and one film of zeros, sealed like any other.

The keys are those of the tests' world. Files lie in a folder that goes away with the process.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from exam_packages.ids import Digest
from exam_packages.package_contents import ContentFile, write_package
from tests.exam_packages import world

ITEM = "items/item-1.xml"
FILM = "media/film.mp4"
MIB = 1024 * 1024
_ITEM_BYTES = b"<qti-assessment-item>" + b"Which of these is right? " * 120 + b"</qti-assessment-item>"


@cache
def folder() -> Path:
    """Return the folder of this run, on the disk where temporary files lie."""
    made = Path(tempfile.mkdtemp(prefix="packages-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def memory_folder() -> Path | None:
    """Return a folder in memory, where the system has one."""
    shared = Path("/dev/shm")
    if not shared.is_dir():
        return None
    made = Path(tempfile.mkdtemp(prefix="packages-", dir=shared))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def package_of(film_mib: int, where: Path) -> Path:
    """Return a package with a film of so many MiB."""
    path = where / f"film-{film_mib}.exam"
    film = ContentFile(
        path=FILM, length=film_mib * MIB, digest=_digest_of_zeros(film_mib), chunks=lambda: _zeros(film_mib)
    )
    with path.open("xb") as out, tempfile.TemporaryFile(dir=where) as scratch:
        write_package(
            world.manifest(),
            [ContentFile.of_bytes(ITEM, _ITEM_BYTES), film],
            content_key=world.CONTENT_KEY,
            signers=world.signers("publisher", "sponsor"),
            scratch=scratch,
            out=out,
        )
    return path


def item_bytes() -> bytes:
    """Return what the item of every package here says."""
    return _ITEM_BYTES


def _zeros(mib: int) -> Iterator[bytes]:
    zeros = bytes(MIB)
    for _ in range(mib):
        yield zeros


@cache
def _digest_of_zeros(mib: int) -> Digest:
    digest = hashlib.sha256()
    for piece in _zeros(mib):
        digest.update(piece)
    return Digest(digest.hexdigest())
