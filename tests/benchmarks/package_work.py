"""One piece of work on a package in a process of its own, for measuring: ``python -m tests.benchmarks.package_work seal FILE``.

What each piece needs is imported when it is done, so that a process pays for nothing it does not use.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

STREAM_KEY = bytes(range(32))
STREAM_CONTEXT = b"a benchmark"
PIECE_BYTES = 1024 * 1024


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield what is left in a file."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def seal(path: Path, out: BinaryIO) -> None:
    """Seal a file as an entry of a package: the stream, and the hash of each MiB of it."""
    from exam_packages.entry_layouter import EntryLayouter
    from signing.sealed_stream import seal as seal_stream

    with path.open("rb", buffering=0) as file:
        EntryLayouter(out).add(seal_stream(pieces_of(file), STREAM_KEY, STREAM_CONTEXT))


def decrypt(path: Path, out: BinaryIO) -> None:
    """Open a sealed stream from its beginning to its end."""
    from signing.sealed_stream import unseal

    with path.open("rb", buffering=0) as file:
        out.writelines(unseal(pieces_of(file), STREAM_KEY, STREAM_CONTEXT, place=path.name))


def verify(path: Path, _out: BinaryIO) -> None:
    """Check every byte of a package whose content key is at hand: ciphertext, padding, and what is inside."""
    from exam_packages.container import FileSource, PackageKind, SealedEntries, manifest_from_fields, read_container
    from exam_packages.ids import Digest
    from exam_packages.package_contents import OpenedPackage

    with path.open("rb") as file:
        container = read_container(FileSource(file), place=path.name)
        manifest = manifest_from_fields(container.document.untrusted_fields(), PackageKind.DELIVERY)
        key = _content_key()
        OpenedPackage(manifest, Digest(""), SealedEntries(container, manifest), key, path.name).verify_every_byte()


def decrypt_checked(path: Path, out: BinaryIO) -> None:
    """Decrypt every entry, with every byte of ciphertext checked against the manifest's hash of its MiB."""
    from exam_packages.container import FileSource, PackageKind, SealedEntries, manifest_from_fields, read_container
    from exam_packages.package_contents import entry_context, entry_key
    from signing.sealed_stream import unseal

    with path.open("rb") as file:
        container = read_container(FileSource(file), place=path.name)
        manifest = manifest_from_fields(container.document.untrusted_fields(), PackageKind.DELIVERY)
        sealed = SealedEntries(container, manifest)
        for number in range(len(sealed.entries)):
            key = entry_key(_content_key(), manifest.package_id, number)
            context = entry_context(manifest.package_id, number)
            out.writelines(unseal(sealed.leaves(number), key, context, place=path.name))


def _content_key() -> bytes:
    """The key of the tests' world, without what the world imports."""
    import hashlib

    return hashlib.sha256(b"content key").digest()


WORK: dict[str, Callable[[Path, BinaryIO], None]] = {
    "seal": seal,
    "decrypt": decrypt,
    "verify": verify,
    "decrypt-checked": decrypt_checked,
}


def main() -> None:
    """Do the work named first with the file named second; what comes out goes to standard output."""
    name, path = sys.argv[1:]
    with open(sys.stdout.fileno(), "wb", buffering=0, closefd=False) as out:
        WORK[name](Path(path), out)


if __name__ == "__main__":
    main()
