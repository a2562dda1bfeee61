"""Files that are either wholly there or not there at all, also after a power cut.

Owns write, fsync, rename, fsync of the folder, and reading back past the cache. Refuses to know what is written, and whether
the medium is the seat's disk or a stick: it raises ``OSError`` and callers name the fault.

A rename without fsync may leave an empty file under the final name; a folder without fsync may lose the name. Both orders were
seen in other programs (docs/decisions/0040).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from exam_packages.ids import Digest
from kiosk.progress import Progress, silent
from signing.second_thread import SecondThread

CHUNK_BYTES: Final = 256 * 1024
SETTLING_BYTES: Final = 16 * 1024 * 1024  # how much of a long file is written before the medium is put to work
TEMPORARY_SUFFIX: Final = ".part"
AS_BYTES: Final[int] = getattr(os, "O_BINARY", 0)
"""For ``os.open``: without it Windows writes two bytes for the end of a line."""


class CopyDiffersError(Exception):
    """What was read back, or what was copied, has another digest than it should.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not what was written")
        self.path = path


def write_durably(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Put a file in place, all or nothing. Returns only when it would survive a power cut.

    Raises:
        OSError: under the final name is what was there before; or the new file, whole, where only its name may not stay.
    """
    with replacing(path, mode=mode) as (file, _):
        file.write(data)


def copy_durably(
    source: Path,
    path: Path,
    *,
    digest: Digest,
    length: int | None = None,
    progress: Progress = silent,
    check_back: Callable[[Path], None] | None = None,
) -> None:
    """Copy a file, all or nothing, checking every byte on the way and again as the medium gives it back.

    The source is read once; it is hashed in a second thread while it is written.

    Args:
        source: the file to copy.
        path: where to.
        digest: what the whole file must hash to.
        length: what it must be long; a source that gives more is given up at once. None where it is the own one.
        progress: is told bytes.
        check_back: looks at the copy as the medium gives it back, before the final name appears, and raises if it is not what
            it should be. None compares it with the digest; something else may know the content better.

    Raises:
        CopyDiffersError: the source, or what was written, is something else.
        OSError: reading or writing failed.
        Exception: whatever ``check_back`` raises.
    """
    total = source.stat().st_size
    hashed = hashlib.sha256()
    with replacing(path) as (file, temporary):
        done = 0
        with SecondThread() as second:
            for chunk in chunks_of(source):
                # A file of one piece is not worth a thread.
                hash_it = second.here if done == 0 and len(chunk) < CHUNK_BYTES else second.give
                hash_it(partial(hashed.update, chunk))
                file.write(chunk)
                done += len(chunk)
                if length is not None and done > length:
                    raise CopyDiffersError(source)
                _begin_settling(file, done, len(chunk))
                progress(done, total, path.name)
        if hashed.hexdigest() != digest:
            raise CopyDiffersError(source)
        settle(file)
        if check_back is None:
            check_written(temporary, digest)
        else:
            _drop_cache(temporary)
            check_back(temporary)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[tuple[BinaryIO, Path]]:
    """Give a new file to write to, and where it lies for now; it gets its final name, durably, when the block ends well."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
    except OSError as error:
        error.filename = str(path)  # the name people know
        raise
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file, temporary
            settle(file)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def settle(file: BinaryIO) -> None:
    """Bring everything written so far to the medium."""
    file.flush()
    os.fsync(file.fileno())


def check_written(path: Path, digest: Digest) -> None:
    """Read a file as the medium gives it, not as the cache remembers it, and compare.

    Raises:
        CopyDiffersError: it differs.
        OSError: it cannot be read.
    """
    if digest_of(path, past_cache=True) != digest:
        raise CopyDiffersError(path)


def digest_of(path: Path, *, past_cache: bool = False) -> Digest:
    """Return the SHA-256 of a file's bytes.

    Args:
        path: the file.
        past_cache: have the system forget its copy first, so that the medium is read (Linux; elsewhere it is a wish).
    """
    if past_cache:
        _drop_cache(path)
    hashed = hashlib.sha256()
    for chunk in chunks_of(path):
        hashed.update(chunk)
    return Digest(hashed.hexdigest())


def chunks_of(path: Path) -> Iterable[bytes]:
    """Yield a file's bytes in pieces of a quarter of a MiB. A pipe in its place gives none, and keeps nobody waiting."""
    with open(path, "rb", opener=_without_waiting) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the medium. Some systems and media have no such call; there it is done without it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        if os.name == "nt":
            return
        raise
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def make_folder(folder: Path, *, mode: int = 0o755) -> None:
    """Make a folder, durably, if it is not there."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make a folder for its owner's eyes only, or take an empty one, and fill it; if that fails it is empty again.

    Raises:
        FileExistsError: it holds something already.
    """
    make_folder(folder, mode=0o700)
    if any(folder.iterdir()):
        raise FileExistsError(errno.EEXIST, "the folder is not empty", str(folder))
    try:
        yield
    except BaseException:
        for part in folder.iterdir():
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)
        raise


def remove_durably(path: Path) -> None:
    """Remove a file if it is there; the name does not come back after a power cut."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite a small file with random bytes, bring that to the medium, and remove it.

    On flash the old bytes may live on in a spare block; that is why only keys are destroyed, and what they lock with them.
    """
    if path.is_symlink():  # only on a medium that somebody had in hand: what it leads to is not ours to overwrite
        remove_durably(path)
        return
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        settle(file)
    remove_durably(path)


def clear_leftovers(folder: Path) -> None:
    """Remove what a program that was killed has left half-written in a folder."""
    for path in folder.glob(f".*{TEMPORARY_SUFFIX}"):
        path.unlink(missing_ok=True)


def write_from_start(descriptor: int, data: bytes) -> None:
    """Write over the first bytes of an open file. Nobody else may read or write by this descriptor meanwhile."""
    if sys.platform == "win32":
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, data)
    else:
        os.pwrite(descriptor, data, 0)


def _without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _begin_settling(file: BinaryIO, done: int, added: int) -> None:
    """Have the system begin to write what is there, so that the last ``settle`` has not all of it to wait for (Linux)."""
    if done // SETTLING_BYTES == (done - added) // SETTLING_BYTES:
        return
    file.flush()
    # What has not been written is not forgotten: Linux begins to write it. What has been is not needed any more.
    _forget(file.fileno(), done)


def _drop_cache(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _forget(descriptor, 0)
    finally:
        os.close(descriptor)


def _forget(descriptor: int, length: int) -> None:
    """Have the system forget so much of a file from its start; 0: all of it. Some systems have no such call."""
    if sys.platform != "win32" and hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, length, os.POSIX_FADV_DONTNEED)
