"""Which program this is: one digest over all of its files, the same wherever and whenever it is computed.

Owns the list of files and the digest. Refuses to know what a file is for. What Python compiles by itself is left out: it is made
anew from the rest. Names are compared as bytes, with ``/`` on every system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from exam_packages.ids import Digest
from kiosk.durable_file import digest_of

Anything = TypeVar("Anything")
_MADE_ANEW: Final = "__pycache__"
_COMPILED: Final = frozenset({".pyc", ".pyo"})


def program_files(roots: Mapping[str, Path]) -> dict[PurePosixPath, Path]:
    """Return the files of a program, by their names, in the order of the names' bytes.

    Args:
        roots: the program's top folders, by the names that they go by; a link is not followed out of them.

    Raises:
        OSError: a folder cannot be read.
    """
    found: dict[PurePosixPath, Path] = {}
    for name, root in roots.items():
        for path in root.rglob("*"):
            inner = path.relative_to(root)
            if _MADE_ANEW not in inner.parts and path.suffix not in _COMPILED and path.is_file():
                found[PurePosixPath(name, *inner.parts)] = path
    return in_order(found)


def in_order(by_name: Mapping[PurePosixPath, Anything]) -> dict[PurePosixPath, Anything]:
    """Return what is known by names in the order of the names' bytes."""
    return {name: by_name[name] for name in sorted(by_name, key=_bytes)}


def digests_of(files: Mapping[PurePosixPath, Path]) -> dict[PurePosixPath, Digest]:
    """Return SHA-256 of each file.

    Raises:
        OSError: one cannot be read.
    """
    return {name: digest_of(path) for name, path in files.items()}


def program_digest(digests: Mapping[PurePosixPath, Digest]) -> Digest:
    """Return the digest of a program: SHA-256 over ``name ␀ digest ␊`` of each file, in the order of the names' bytes."""
    hashed = hashlib.sha256()
    for name in sorted(digests, key=_bytes):
        hashed.update(_bytes(name) + b"\0" + digests[name].encode("ascii") + b"\n")
    return Digest(hashed.hexdigest())


def _bytes(name: PurePosixPath) -> bytes:
    return str(name).encode("utf-8", "surrogateescape")
