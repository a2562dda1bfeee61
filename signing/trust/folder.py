"""Reading with bounds and writing so that it stays.

Owns the few file operations trust needs. Refuses to know what is in the files.
"""

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from signing.errors import ContentRefused, FormRefused

BLOCK_BYTES = 1024 * 1024


def open_regular(path: Path, *, place: str) -> BinaryIO:
    """Open a file that came from outside. Devices and pipes are refused: reading one may never end.

    Raises:
        ContentRefused: it is missing, or no ordinary file.
        OSError: the machine cannot read it.
    """
    try:
        _refuse_special(path.stat(), place)
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - returned open
    except (FileNotFoundError, NotADirectoryError):
        raise ContentRefused("is missing", place=place) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ContentRefused("is a link to itself", place=place) from None
        raise
    try:
        _refuse_special(os.fstat(file.fileno()), place)  # it may have been exchanged since
    except BaseException:
        file.close()
        raise
    return file


def _refuse_special(found: os.stat_result, place: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ContentRefused("is not a file", place=place)


def _without_waiting(name: str, flags: int) -> int:
    """Open so that a pipe nobody writes to does not keep the program for ever."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def read_bounded(path: Path, *, max_bytes: int, place: str) -> bytes:
    """Read a small file that came from outside.

    Raises:
        ContentRefused: it is missing, or no ordinary file.
        FormRefused: it is longer than ``max_bytes``.
        OSError: the machine cannot read it.
    """
    with open_regular(path, place=place) as file:
        # A file without end is refused before anything of it is in memory; one that grows meanwhile, after.
        is_longer = os.fstat(file.fileno()).st_size > max_bytes
        untrusted = b"" if is_longer else file.read(max_bytes + 1)
    if is_longer or len(untrusted) > max_bytes:
        raise FormRefused(f"is longer than {max_bytes} bytes", place=place)
    return untrusted


def blocks_of(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield at most ``length`` bytes of a file, a block at a time."""
    left = length
    while left > 0 and (block := file.read(min(left, BLOCK_BYTES))):
        left -= len(block)
        yield block


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step that survives a power cut: write, sync, rename, sync the folder."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, named(path):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_new_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder nobody refers to yet, and sync everything in it. What an interrupted attempt left is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        write_durably(folder / name, content)
    sync_folder(folder.parent)


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make a folder where there is none, and those it lies in, so that they survive a power cut. The mode is its own."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, mode=mode, exist_ok=True)
    for each in new:
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with named(folder):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Have an error of the system say which file it is about: writing and syncing do not, and one disk of several has failed."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
