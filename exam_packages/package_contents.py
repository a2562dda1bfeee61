"""What is inside the sealed entries of ``.exam``: the index, the files, and how each is sealed.

Owns the encrypted index, path syntax, entry keys, plaintext padding, and writing a package. Refuses to know QTI and who may
open what: ``opening`` brings the content key.

Every entry is one Cobblestone-256 stream (C2SP chunked encryption) under ``HKDF(content key, entry number)``. The plaintext is
filled with zeros to a multiple of 4 KiB, so that the lengths in the clear manifest tell a size class and do not confirm a
leaked question. The index is entry 0 and the same for the same content.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final, TypeVar

from exam_packages.container import (
    ALIGNMENT,
    ENTRIES_MAX,
    Manifest,
    Progress,
    SealedEntries,
    aligned,
    encode_manifest,
    manifest_digest,
    write_header,
)
from exam_packages.entry_layouter import EntryLayouter
from exam_packages.ids import Digest
from exam_packages.package_paths import MAX_PATH_CHARACTERS, first_clash, path_fault
from exam_packages.signed_documents import refuse_unless
from signing.canonical import JsonValue, decode, encode
from signing.dsse import sign
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields
from signing.key_wrap import derive
from signing.keys import SigningKey
from signing.labels import Label
from signing.sealed_stream import SealedReader, seal, sealed_length, unseal

INDEX_MAX_BYTES: Final = 4 * 1024 * 1024
FILE_MAX_BYTES: Final = 32 * 1024 * 1024 * 1024
COPY_BYTES: Final = 1024 * 1024

_Chunk = TypeVar("_Chunk", bytes, memoryview)
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII)
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    "css": "text/css",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webm": "video/webm",
    "webp": "image/webp",
    "xml": "application/xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One file of a package, as the encrypted index describes it.

    Attributes:
        number: which sealed entry holds it; 1 is the first file, in the order of paths.
        path: as in the content folder, with ``/``.
        media_type: by the file's extension.
        length: of the plaintext, without padding.
        digest: SHA-256 of the plaintext, without padding.
    """

    number: int
    path: str
    media_type: str
    length: int
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFile:
    """One file on its way into a package. ``chunks`` may be called more than once and yields the same bytes each time."""

    path: str
    length: int
    digest: Digest
    chunks: Callable[[], Iterable[bytes]]

    @classmethod
    def of_bytes(cls, path: str, data: bytes) -> ContentFile:
        """Make one of a file in memory."""
        return cls(path=path, length=len(data), digest=Digest(hashlib.sha256(data).hexdigest()), chunks=lambda: (data,))


class OpenedPackage:
    """A verified package that can be read. The only way to one is ``opening``.

    Attributes:
        manifest: the verified manifest.
        digest: what the package is called: SHA-256 of the manifest.
        index: every file, by path.
    """

    def __init__(
        self, manifest: Manifest, digest: Digest, sealed: SealedEntries, content_key: bytes, place: str
    ) -> None:
        self.manifest = manifest
        self.digest = digest
        self._sealed = sealed
        self._content_key = content_key
        self._place = place
        self._readers: dict[int, SealedReader] = {}
        index_reader = self._reader(0)
        refuse_unless(index_reader.size <= INDEX_MAX_BYTES, FormRefused, "has an index that is too long", place=place)
        self.index: Mapping[str, IndexEntry] = _read_index(index_reader.read(0, index_reader.size), f"{place}, index")
        self._refuse_unless_index_fits()

    def paths(self) -> tuple[str, ...]:
        """Return the paths of all files, sorted."""
        return tuple(self.index)

    def media_type(self, path: str) -> str:
        """Return the media type of a file.

        Raises:
            ContentRefused: there is no such file.
        """
        return self._entry(path).media_type

    def read(self, path: str) -> bytes:
        """Return a whole file, checked against the index.

        Raises:
            ContentRefused: there is no such file, or it is cut or altered.
        """
        entry = self._entry(path)
        reader = self._reader(entry.number)
        padded = reader.read(0, reader.size)
        data, padding = padded[: entry.length], padded[entry.length :]
        if hashlib.sha256(data).hexdigest() != entry.digest or any(padding):
            raise ContentRefused("is not what the index says", place=f"{self._place}, {path}")
        return data

    def verify_every_byte(self, progress: Progress | None = None) -> None:
        """Check every byte of the package: ciphertext, padding, and every file against the index.

        Raises:
            ContentRefused: something is cut or altered.
            FormRefused: padding that is not zero.
        """
        by_number = {entry.number: entry for entry in self.index.values()}
        done = 0
        for number, sealed in enumerate(self._sealed.entries):
            # Closed here and not by whoever lets go of the error last: until then a thread waits to read on.
            with contextlib.closing(self._sealed.leaves(number)) as leaves:
                counted = _Counter(self._sealed.total_bytes, progress, done=done).counted(leaves)
                if number == 0:
                    self._verify_index(counted)
                else:
                    self._verify_file(by_number[number], counted)
            self._sealed.refuse_filled_padding(number)
            done += sealed.length

    def _verify_index(self, ciphertext: Iterator[memoryview]) -> None:
        """Read the index again as the medium has it now. What it says was checked when the package was opened."""
        for _ in self._unsealed(0, ciphertext):
            pass

    def _verify_file(self, entry: IndexEntry, ciphertext: Iterator[memoryview]) -> None:
        digest = hashlib.sha256()
        left = entry.length
        is_padded_with_zeros = True
        for piece in self._unsealed(entry.number, ciphertext):
            plain, padding = (piece, b"") if len(piece) <= left else (piece[:left], piece[left:])
            digest.update(plain)
            left -= len(plain)
            is_padded_with_zeros = is_padded_with_zeros and not any(padding)
        if digest.hexdigest() != entry.digest or not is_padded_with_zeros:
            raise ContentRefused("is not what the index says", place=f"{self._place}, {entry.path}")

    def _unsealed(self, number: int, ciphertext: Iterator[memoryview]) -> Iterator[bytes]:
        package_id = self.manifest.package_id
        return unseal(
            ciphertext,
            entry_key(self._content_key, package_id, number),
            entry_context(package_id, number),
            place=f"{self._place}, entry {number}",
        )

    def _entry(self, path: str) -> IndexEntry:
        entry = self.index.get(path)
        if entry is None:
            raise ContentRefused("is not in the package", place=f"{self._place}, {path}")
        return entry

    def _reader(self, number: int) -> SealedReader:
        # Kept, because making one reads the beginning and the end of the entry.
        if number not in self._readers:
            # No reference back to this object: a package goes away, and its file with it, when the last user is gone.
            package_id, sealed = self.manifest.package_id, self._sealed
            self._readers[number] = SealedReader(
                lambda offset, length: sealed.read_at(number, offset, length),
                length=sealed.entries[number].length,
                key=entry_key(self._content_key, package_id, number),
                context=entry_context(package_id, number),
                place=f"{self._place}, entry {number}",
            )
        return self._readers[number]

    def _refuse_unless_index_fits(self) -> None:
        refuse_unless(
            len(self.index) == len(self._sealed.entries) - 1,
            ContentRefused,
            "has another number of entries than its index",
            place=self._place,
        )
        # From the signed lengths alone: opening costs the same however much there is to read.
        for entry in self.index.values():
            if self._sealed.entries[entry.number].length != sealed_length(padded_length(entry.length)):
                raise ContentRefused("has another length than the index says", place=f"{self._place}, {entry.path}")


def padded_length(length: int) -> int:
    """Return the length of a plaintext with its padding: a multiple of 4 KiB, at least one."""
    return max(ALIGNMENT, aligned(length))


def entry_key(content_key: bytes, package_id: bytes, number: int) -> bytes:
    """Return the key of one entry."""
    return derive(content_key, salt=package_id, info=Label.ENTRY_KEY.with_parts(number.to_bytes(4, "big")))


def entry_context(package_id: bytes, number: int) -> bytes:
    """Return the context of one entry's stream: binds it to package and number."""
    return Label.ENTRY_CONTEXT.with_parts(package_id, number.to_bytes(4, "big"))


def scoring_wrap_info(manifest: Manifest) -> bytes:
    """Return what the content key of a scoring package is sealed with; the wraps themselves are part of the signed manifest.

    Raises:
        ValueError: a manifest of another kind.
    """
    if manifest.delivery is None:
        raise ValueError("only a scoring package is sealed to the scoring keys")
    return Label.SCORING_KEY.with_parts(manifest.package_id, bytes.fromhex(manifest.delivery))


def media_type_of(path: str) -> str:
    """Return the media type that a path's extension stands for."""
    return _MEDIA_TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")


def write_package(
    manifest: Manifest,
    files: Sequence[ContentFile],
    *,
    content_key: bytes,
    signers: Sequence[SigningKey],
    scratch: BinaryIO,
    out: BinaryIO,
    progress: Progress | None = None,
) -> tuple[Manifest, Digest]:
    """Seal files, sign the manifest and write the package.

    Args:
        manifest: everything but the entries, which are filled in.
        files: what goes in; in any order, paths once each.
        content_key: 32 fresh random bytes.
        signers: publisher and sponsor.
        scratch: an empty file that is read back; holds ciphertext only.
        out: where the package is written.
        progress: called with plaintext bytes done and in all.

    Returns:
        The manifest with its entries, and the package's digest.

    Raises:
        FormRefused: a path nobody could read back, or one path twice.
    """
    ordered = sorted(files, key=lambda file: file.path)
    index = encode_index(ordered)
    total = len(index) + sum(file.length for file in ordered)
    counter = _Counter(total, progress)
    layouter = EntryLayouter(scratch)
    streams = [ContentFile.of_bytes("index", index), *ordered]
    for number, file in enumerate(streams):
        plain = _padded(counter.counted(file.chunks()), file.length)
        key = entry_key(content_key, manifest.package_id, number)
        layouter.add(seal(plain, key, entry_context(manifest.package_id, number)))
    complete = replace(manifest, entries=tuple(layouter.entries))
    payload = encode_manifest(complete)
    out.write(write_header(sign(payload, complete.kind.payload_type, signers)))
    scratch.seek(0)
    while chunk := scratch.read(COPY_BYTES):
        out.write(chunk)
    return complete, manifest_digest(payload)


def encode_index(files: Sequence[ContentFile]) -> bytes:
    """Return the index of files sorted by path: reproducible from the content alone.

    Raises:
        FormRefused: a path nobody could read back, one path twice, or too many files.
    """
    entries: list[JsonValue] = [
        {"digest": file.digest, "length": file.length, "media": media_type_of(file.path), "path": file.path}
        for file in files
    ]
    index = encode({"entries": entries})
    _read_index(index + bytes(padded_length(len(index)) - len(index)), "index")
    return index


class _Counter:
    """Counts bytes as they pass by."""

    def __init__(self, total: int, progress: Progress | None, *, done: int = 0) -> None:
        self._total = total
        self._done = done
        self._progress = progress

    def counted(self, chunks: Iterable[_Chunk]) -> Iterator[_Chunk]:
        """Pass chunks on and count them."""
        for chunk in chunks:
            length = len(chunk)
            yield chunk
            del chunk  # not kept while the next one is made
            self._done += length
            if self._progress is not None:
                self._progress(self._done, self._total)


def _padded(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    yield from chunks
    yield bytes(padded_length(length) - length)


def _read_index(padded: bytes, place: str) -> dict[str, IndexEntry]:
    # Canonical JSON holds no NUL byte, so what is before the padding is unambiguous.
    plain = padded.rstrip(b"\x00")
    refuse_unless(len(padded) == padded_length(len(plain)), FormRefused, "is padded to another length", place=place)
    fields = Fields(decode(plain, place=place, max_bytes=INDEX_MAX_BYTES), place)
    members = fields.objects("entries", max_items=ENTRIES_MAX - 1)
    entries = [_index_entry(member, number) for number, member in enumerate(members, start=1)]
    fields.close()
    paths = [entry.path for entry in entries]
    refuse_unless(paths == sorted(set(paths)), FormRefused, "is not sorted by path without repetition", place=place)
    clash = first_clash(paths)
    refuse_unless(clash is None, FormRefused, f"has a path that clashes with another: {clash!a:.80}", place=place)
    return {entry.path: entry for entry in entries}


def _index_entry(fields: Fields, number: int) -> IndexEntry:
    entry = IndexEntry(
        number=number,
        path=fields.text("path", max_length=MAX_PATH_CHARACTERS),
        media_type=fields.text("media", max_length=100),
        length=fields.integer("length", maximum=FILE_MAX_BYTES),
        digest=Digest(fields.digest("digest")),
    )
    fields.close()
    fault = path_fault(entry.path)
    refuse_unless(fault is None, FormRefused, f"is a path that {fault}", place=f"{fields.place}.path")
    media = f"{fields.place}.media"
    refuse_unless(_MEDIA_TYPE.fullmatch(entry.media_type), FormRefused, "is not a media type", place=media)
    return entry
