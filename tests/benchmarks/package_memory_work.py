"""What is done to a package in a process whose memory is measured. Each piece imports only what it uses."""

# ruff: noqa: PLC0415
from __future__ import annotations

import hashlib
import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signing.trust import Trust

_MIB = 1024 * 1024


def imports_of_take_in() -> None:
    """Import what taking in needs."""
    for module in ("exam_packages.opening", "kiosk.durable_file"):
        importlib.import_module(module)


def take_in(name: str, _mib: int) -> None:
    """Open a package's manifest, copy it, and check every byte of the copy, shut and opened.

    Raises:
        SystemExit: the copy is another package.
    """
    from exam_packages.container import FileSource
    from exam_packages.opening import check_package
    from exam_packages.package_contents import OpenedPackage
    from kiosk.durable_file import copy_durably, digest_of

    path = Path(name)
    digest = digest_of(path)
    with path.open("rb") as file:
        trust = _trust()
        expected = check_package(FileSource(file), trust=trust).digest

    def check(copy: Path) -> None:
        with copy.open("rb") as copied:
            package = check_package(FileSource(copied), trust=trust)
            package.verify_every_byte()
            key = hashlib.sha256(b"content key").digest()
            OpenedPackage(package.manifest, package.digest, package.entries, key, name).verify_every_byte()
        if package.digest != expected:
            raise SystemExit("the copy is another package")

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy_durably(path, Path(folder) / "copy.exam", digest=digest, check_back=check)


def imports_of_seal_package() -> None:
    """Import what sealing needs."""
    importlib.import_module("exam_packages.package_contents")


def seal_package(name: str, mib: int) -> None:
    """Seal a film of so many MiB into a package."""
    from dataclasses import replace

    from exam_packages.container import FileSource, PackageKind, manifest_from_fields, read_container
    from exam_packages.ids import Digest
    from exam_packages.package_contents import ContentFile, write_package
    from signing.keys import generate_signing_key

    def zeros() -> Iterator[bytes]:
        piece = bytes(_MIB)
        for _ in range(mib):
            yield piece

    digest = hashlib.sha256()
    for piece in zeros():
        digest.update(piece)
    film = ContentFile(path="film.mp4", length=mib * _MIB, digest=Digest(digest.hexdigest()), chunks=zeros)
    with Path(name).open("rb") as file:
        before = read_container(FileSource(file), place=name)
        manifest = manifest_from_fields(before.document.untrusted_fields(), PackageKind.DELIVERY)
    with tempfile.TemporaryFile(dir=Path(name).parent) as out, tempfile.TemporaryFile(dir=Path(name).parent) as scratch:
        write_package(
            replace(manifest, entries=()),
            [film],
            content_key=bytes(32),
            signers=[generate_signing_key(), generate_signing_key()],
            scratch=scratch,
            out=out,
        )


def _trust() -> Trust:
    """Whom the tests' world believes about packages, without all that the world imports."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from signing.keys import FileSigner, KeySet
    from signing.trust import Revocations, Role, Trust

    keys = tuple(
        FileSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name).digest())).public_key
        for name in (b"publisher", b"sponsor")
    )
    return Trust(
        root_version=1,
        targets_version=1,
        drop_version=1,
        snapshot_version=1,
        timestamp_version=1,
        expires_utc_ms=0,
        signed_time_utc_ms=0,
        stale=False,
        revocations=Revocations(),
        role_keys={Role.EXAMS: KeySet(keys=keys, threshold=2)},
    )
