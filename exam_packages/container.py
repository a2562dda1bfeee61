"""The byte layout of ``.exam``: prefix, signed manifest, sealed entries.

Owns the layout, the manifest's fields and the check of every byte of ciphertext against the manifest. Refuses to know what is
inside an entry (``package_contents``) and who may sign (``opening``). Specification: ``docs/formats/exam.md``.

::

    magic 8 | version 4 | header length 4 | header: the DSSE manifest | zeros up to 4 KiB
    entry 0 | zeros up to 4 KiB | entry 1 | zeros up to 4 KiB | …

Numbers are big-endian and unsigned. Entry offsets count from the end of the padded header, so that the manifest does not
depend on its own length.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import BinaryIO, Final, Protocol

from exam_packages.grants import PACKAGE_ID_BYTES
from exam_packages.ids import Digest, ExamId, FormId, UtcMs
from exam_packages.registrations import content_key_of
from exam_packages.signed_documents import TITLE_MAX, UntrustedDocument, name_of, read_document, refuse_unless
from exam_packages.site_policies import LockdownPreset
from signing.canonical import JsonValue, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, to_base64
from signing.hpke import OVERHEAD_BYTES, ContentPublicKey
from signing.labels import PayloadType
from signing.second_thread import SecondThread, Task

MAGIC: Final = b"\x89EXAM\r\n\x1a"  # a byte above 0x7f and a CR LF: a transfer as text shows at once
VERSION: Final = 1
ALIGNMENT: Final = 4096  # bytes; a page, so that an entry can be read past the cache
LEAF_BYTES: Final = 1024 * 1024  # what one SHA-256 of the manifest covers
HEADER_MAX_BYTES: Final = 8 * 1024 * 1024  # leaves of about 50 GiB
ENTRIES_MAX: Final = 10_000
ENTRY_MAX_BYTES: Final = 64 * 1024 * 1024 * 1024
SCORING_KEYS_MAX: Final = 2  # current and next
CONTENT_KEY_BYTES: Final = 32

_PREFIX: Final = struct.Struct(">8sII")
_HASH_BYTES: Final = 32
_AHEAD: Final = 1  # leaves read and checked before they are asked for: enough to keep a second thread at work

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


class PackageSource(Protocol):
    """Where a package's bytes are: random access, so that a package of any size needs no memory."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset``; fewer only at the end."""

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill a buffer from ``offset``, less only at the end, and return how many bytes there are."""


class BytesSource:
    """A package in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset``."""
        return self._data[offset : offset + length]

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill a buffer from ``offset`` and return how many bytes there are."""
        data = self.read_at(offset, len(buffer))
        buffer[: len(data)] = data
        return len(data)


class FileSource:
    """A package in an open binary file; several threads may read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file  # kept, so that the descriptor stays open
        self._lock = threading.Lock()
        self._size = file.seek(0, 2)
        self._descriptor = _descriptor_of(file)

    @property
    def size(self) -> int:
        """Length in bytes when it was opened."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset``."""
        if self._descriptor is not None:
            return os.pread(self._descriptor, length, offset)
        with self._lock:
            self._file.seek(offset)
            return self._file.read(length)

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill a buffer from ``offset`` and return how many bytes there are."""
        if self._descriptor is not None:
            return os.preadv(self._descriptor, [buffer], offset)
        with self._lock:
            self._file.seek(offset)
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _descriptor_of(file: BinaryIO) -> int | None:
    """Return what ``preadv`` reads from, where the system has it and the file is one: it needs no lock and no seeking."""
    if not hasattr(os, "preadv"):
        return None
    try:
        return file.fileno()
    except OSError:  # in memory
        return None


class PackageKind(Enum):
    """Which of the two packages that come from one exam."""

    DELIVERY = "delivery"
    SCORING = "scoring"

    @property
    def payload_type(self) -> PayloadType:
        """What the manifest's envelope calls itself."""
        return PayloadType.EXAM_MANIFEST if self is PackageKind.DELIVERY else PayloadType.SCORING_MANIFEST


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLayout:
    """Where one sealed entry lies.

    Attributes:
        offset: from the end of the padded header, a multiple of 4 KiB.
        length: of the ciphertext, without padding.
        leaves: SHA-256 of each MiB of ciphertext, the last one shorter; 32 bytes each, one after another.
    """

    offset: int
    length: int
    leaves: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in clear at the front of a package, signed by publisher and sponsor.

    Attributes:
        kind: delivery or scoring.
        package_id: random name, 16 bytes; salt of everything derived.
        exam, form, title: which exam; the title is for people.
        issue: counts the packages of this form from 1; a higher one replaces a lower one.
        created: wall time of building.
        not_before, not_after: the window in which sessions may be opened; policy, not a lock.
        scoring_keys: what result bundles are sealed to: the current key and, during a change, the next.
        release_check: check value of the release secret (delivery).
        delivery: digest of the delivery package's manifest (scoring).
        wraps: the content key sealed to each scoring key, in their order (scoring).
        entries: where the sealed entries lie; number 0 is the index.
        scored_at_seat: keys and processing are inside, because the way through the test needs them (delivery).
        lockdown: how strictly a seat has to be locked down for a live exam; practice demands nothing (delivery).
    """

    kind: PackageKind
    package_id: bytes
    exam: ExamId
    form: FormId
    title: str
    issue: int
    created: UtcMs
    not_before: UtcMs
    not_after: UtcMs
    scoring_keys: tuple[ContentPublicKey, ...]
    entries: tuple[EntryLayout, ...]
    release_check: Digest | None = None
    delivery: Digest | None = None
    wraps: tuple[bytes, ...] = ()
    scored_at_seat: bool = False
    lockdown: LockdownPreset = LockdownPreset.PRACTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrustedFrame:
    """A package whose prefix and padding are right and whose header nobody has looked into.

    Attributes:
        untrusted_header: the envelope's bytes.
        data_start: where the first entry begins.
    """

    source: PackageSource
    untrusted_header: bytes
    data_start: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrustedContainer(UntrustedFrame):
    """The same, when the header has the form of one, and nobody has verified it."""

    document: UntrustedDocument
    kind: PackageKind


def aligned(offset: int) -> int:
    """Return the next multiple of 4 KiB."""
    return -(-offset // ALIGNMENT) * ALIGNMENT


def manifest_digest(payload: bytes) -> Digest:
    """Return what releases, grants and results call a package: SHA-256 of the manifest's canonical JSON."""
    return Digest(hashlib.sha256(payload).hexdigest())


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the canonical JSON of a manifest."""
    body: dict[str, JsonValue] = {
        "created": manifest.created,
        "entries": [_entry_to_json(entry) for entry in manifest.entries],
        "exam": manifest.exam,
        "form": manifest.form,
        "issue": manifest.issue,
        "not_after": manifest.not_after,
        "not_before": manifest.not_before,
        "package_id": to_base64(manifest.package_id),
        "scoring_keys": [{"key": to_base64(key.to_bytes())} for key in manifest.scoring_keys],
        "title": manifest.title,
    }
    if manifest.kind is PackageKind.DELIVERY:
        body["release_check"] = manifest.release_check
        if manifest.scored_at_seat:
            body["scored_at_seat"] = True
        if manifest.lockdown is not LockdownPreset.PRACTICE:
            body["lockdown"] = manifest.lockdown.value
    else:
        body["delivery"] = manifest.delivery
        body["wraps"] = [{"wrap": to_base64(wrap)} for wrap in manifest.wraps]
    return encode(body)


def manifest_from_fields(fields: Fields, kind: PackageKind) -> Manifest:
    """Read the meaning of a verified manifest and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range, entries that do not follow one another.
    """
    not_before = fields.integer("not_before")
    delivery = kind is PackageKind.DELIVERY
    manifest = Manifest(
        kind=kind,
        package_id=fields.raw("package_id", length=PACKAGE_ID_BYTES),
        exam=ExamId(name_of(fields, "exam")),
        form=FormId(name_of(fields, "form")),
        title=fields.text("title", max_length=TITLE_MAX),
        issue=fields.integer("issue", minimum=1),
        created=UtcMs(fields.integer("created")),
        not_before=UtcMs(not_before),
        not_after=UtcMs(fields.integer("not_after", minimum=not_before)),
        scoring_keys=_scoring_keys(fields),
        entries=_entries(fields),
        release_check=Digest(fields.digest("release_check")) if delivery else None,
        delivery=None if delivery else Digest(fields.digest("delivery")),
        wraps=() if delivery else _wraps(fields),
        scored_at_seat=delivery and _scored_at_seat(fields),
        lockdown=_lockdown(fields) if delivery else LockdownPreset.PRACTICE,
    )
    fields.close()
    if not delivery:
        refuse_unless(
            len(manifest.wraps) == len(manifest.scoring_keys),
            FormRefused,
            "has not one wrap for each scoring key",
            place=f"{fields.place}.wraps",
        )
    return manifest


def _scored_at_seat(fields: Fields) -> bool:
    """Read the field that stands there only when it is true: every meaning has one encoding."""
    if not fields.has("scored_at_seat"):
        return False
    said = fields.flag("scored_at_seat")
    refuse_unless(said, FormRefused, "says no where it says nothing", place=f"{fields.place}.scored_at_seat")
    return said


def _lockdown(fields: Fields) -> LockdownPreset:
    """Read the field that stands there only when it demands something."""
    if not fields.has("lockdown"):
        return LockdownPreset.PRACTICE
    demanded = fields.choice("lockdown", LockdownPreset)
    says = demanded is not LockdownPreset.PRACTICE
    refuse_unless(says, FormRefused, "demands nothing where it says nothing", place=f"{fields.place}.lockdown")
    return demanded


def prefix_of(header_length: int) -> bytes:
    """Return the first 16 bytes of a package."""
    return _PREFIX.pack(MAGIC, VERSION, header_length)


def looks_like_a_package(start: bytes) -> bool:
    """Tell whether a file begins like an exam package."""
    return start.startswith(MAGIC)


def read_container(source: PackageSource, *, place: str) -> UntrustedContainer:
    """Read prefix, header and header padding of a package.

    Raises:
        FormRefused: not an exam package, another version, cut, padding that is not zero, a header that is no envelope.
    """
    return look_into(read_frame(source, place=place))


def read_frame(source: PackageSource, *, place: str) -> UntrustedFrame:
    """Read prefix, header and header padding of a package, and leave the header shut.

    Raises:
        FormRefused: not an exam package, another version, cut, padding that is not zero.
    """
    start = source.read_at(0, _PREFIX.size)
    refuse_unless(len(start) == _PREFIX.size, FormRefused, "is too short for an exam package", place=place)
    magic, version, length = _PREFIX.unpack(start)
    refuse_unless(magic == MAGIC, FormRefused, "does not begin like an exam package", place=place)
    refuse_unless(version == VERSION, FormRefused, f"has version {version}, this program reads {VERSION}", place=place)
    refuse_unless(length <= HEADER_MAX_BYTES, FormRefused, "has a header that is too long", place=place)
    data_start = aligned(_PREFIX.size + length)
    # Apart from its padding, so that the header of a big package is not copied once more.
    header = source.read_at(_PREFIX.size, length)
    padding = source.read_at(_PREFIX.size + length, data_start - _PREFIX.size - length)
    whole = _PREFIX.size + len(header) + len(padding) == data_start
    refuse_unless(whole, FormRefused, "is cut inside its header", place=place)
    refuse_unless(not any(padding), FormRefused, "has padding that is not zero", place=f"{place}, header")
    return UntrustedFrame(source=source, untrusted_header=header, data_start=data_start, place=place)


def look_into(frame: UntrustedFrame) -> UntrustedContainer:
    """Read the form of a package's header.

    Raises:
        FormRefused: not the one encoding of an envelope, or an envelope of something else.
    """
    header, place = frame.untrusted_header, frame.place
    kind = _kind_of(header)
    document = read_document(header, kind.payload_type, place=f"{place}, manifest", max_bytes=HEADER_MAX_BYTES)
    return UntrustedContainer(
        source=frame.source,
        untrusted_header=header,
        data_start=frame.data_start,
        place=place,
        document=document,
        kind=kind,
    )


class SealedEntries:
    """The sealed entries of a package whose manifest is verified.

    Every read is bounded by the signed length and checked against the signed hash of the MiB it lies in.
    """

    def __init__(self, frame: UntrustedFrame, manifest: Manifest) -> None:
        self._source = frame.source
        self._data_start = frame.data_start
        self._place = frame.place
        self.entries = manifest.entries
        self._last: tuple[int, int, bytes] = (-1, -1, b"")  # entry, leaf, bytes: content is read in order
        self._refuse_another_length()

    @property
    def total_bytes(self) -> int:
        """Length of all entries, padding included."""
        return self._source.size - self._data_start

    def read_at(self, number: int, offset: int, length: int) -> bytes:
        """Return verified ciphertext of one entry.

        Raises:
            ContentRefused: cut or altered, or outside the entry.
        """
        entry = self.entries[number]
        if offset < 0 or length < 0 or offset + length > entry.length:
            raise ContentRefused("a read goes beyond the entry", place=self._place_of(number))
        if length == 0:
            return b""
        first, last = offset // LEAF_BYTES, (offset + length - 1) // LEAF_BYTES
        start = offset - first * LEAF_BYTES
        if first == last:
            return self._leaf(number, first)[start : start + length]
        parts = [self._leaf(number, leaf) for leaf in range(first, last + 1)]
        parts[0] = parts[0][start:]
        parts[-1] = parts[-1][: offset + length - last * LEAF_BYTES]
        return b"".join(parts)

    def leaves(self, number: int) -> Generator[memoryview]:
        """Yield the verified ciphertext of one entry from its beginning to its end, a MiB at a time.

        What comes next is read and checked in a second thread meanwhile. Each piece may be used until the next is asked for:
        then its memory is read into again, so that an entry of any size takes that of two. Whoever may stop in the middle
        closes it.

        Raises:
            ContentRefused: cut or altered.
        """
        count = self._leaf_count(number)
        if count == 1:  # not worth a thread
            yield memoryview(self._checked_leaf(number, 0))
            return
        buffers = [bytearray(self._leaf_place(number, leaf)[1]) for leaf in range(_AHEAD + 1)]
        tasks: deque[Task[memoryview]] = deque()
        with SecondThread() as second:
            for leaf in range(count):
                tasks.append(second.ahead(partial(self._leaf_into, number, leaf, buffers[leaf % len(buffers)])))
                if leaf >= _AHEAD:
                    yield tasks.popleft().result()
            while tasks:
                yield tasks.popleft().result()

    def verify_every_byte(self, progress: Progress | None = None) -> None:
        """Check every byte of every entry and of the padding between them.

        Raises:
            ContentRefused: an entry is cut or altered.
            FormRefused: padding that is not zero.
        """
        done = 0
        free: list[bytearray] = []
        with SecondThread() as second:
            for number in range(len(self.entries)):
                for leaf in range(self._leaf_count(number)):
                    _, length = self._leaf_place(number, leaf)
                    check = second.share if length == LEAF_BYTES else second.here
                    check(partial(self._check_leaf, number, leaf, free))
                    done += length
                    if progress is not None:
                        progress(done, self.total_bytes)
                second.here(partial(self.refuse_filled_padding, number))

    def refuse_filled_padding(self, number: int) -> None:
        """Check the zeros between one entry and the next.

        Raises:
            FormRefused: padding that is not zero.
        """
        entry = self.entries[number]
        end = entry.offset + entry.length
        padding = self._source.read_at(self._data_start + end, aligned(end) - end)
        if len(padding) != aligned(end) - end or any(padding):
            raise FormRefused("has padding that is not zero", place=self._place_of(number))

    def _leaf_count(self, number: int) -> int:
        return len(self.entries[number].leaves) // _HASH_BYTES

    def _leaf(self, number: int, leaf: int) -> bytes:
        entry_before, leaf_before, data = self._last
        if (entry_before, leaf_before) == (number, leaf):
            return data
        data = self._checked_leaf(number, leaf)
        self._last = (number, leaf, data)
        return data

    def _check_leaf(self, number: int, leaf: int, free: list[bytearray]) -> None:
        """Check a leaf in memory that nobody uses just now: with two threads, there will be two of them."""
        try:
            buffer = free.pop()
        except IndexError:  # not asked before: the other thread may take the last one meanwhile
            buffer = bytearray(LEAF_BYTES)
        self._leaf_into(number, leaf, buffer)
        free.append(buffer)

    def _checked_leaf(self, number: int, leaf: int) -> bytes:
        start, length = self._leaf_place(number, leaf)
        data = self._source.read_at(start, length)
        self._refuse_altered(number, leaf, data, length)
        return data

    def _leaf_into(self, number: int, leaf: int, buffer: bytearray) -> memoryview:
        """Read a leaf to where another one was and check it."""
        start, length = self._leaf_place(number, leaf)
        data = memoryview(buffer)[:length]
        read = self._source.read_into(start, data)
        self._refuse_altered(number, leaf, data[:read], length)
        return data

    def _leaf_place(self, number: int, leaf: int) -> tuple[int, int]:
        """Return where a leaf begins in the source and how long it is."""
        entry = self.entries[number]
        start = leaf * LEAF_BYTES
        return self._data_start + entry.offset + start, min(LEAF_BYTES, entry.length - start)

    def _refuse_altered(self, number: int, leaf: int, data: bytes | memoryview, length: int) -> None:
        expected = self.entries[number].leaves[leaf * _HASH_BYTES : (leaf + 1) * _HASH_BYTES]
        if len(data) != length or hashlib.sha256(data).digest() != expected:
            message = f"is altered in the MiB from byte {leaf * LEAF_BYTES}"
            raise ContentRefused(message, place=self._place_of(number))

    def _refuse_another_length(self) -> None:
        last = self.entries[-1]
        expected = self._data_start + aligned(last.offset + last.length)
        if self._source.size != expected:
            raise ContentRefused(f"is {self._source.size} bytes long, its manifest says {expected}", place=self._place)

    def _place_of(self, number: int) -> str:
        return f"{self._place}, entry {number}"


def write_header(envelope: bytes) -> bytes:
    """Return prefix, header and padding for a signed manifest.

    Raises:
        FormRefused: the manifest is longer than a reader accepts.
    """
    refuse_unless(len(envelope) <= HEADER_MAX_BYTES, FormRefused, "has a header that is too long", place="manifest")
    used = _PREFIX.size + len(envelope)
    return prefix_of(len(envelope)) + envelope + bytes(aligned(used) - used)


def _kind_of(untrusted_header: bytes) -> PackageKind:
    # Only a guess which payload type to ask for; reading the envelope then insists on exactly that one.
    scoring = f'"payloadType":"{PayloadType.SCORING_MANIFEST}"'.encode()
    return PackageKind.SCORING if scoring in untrusted_header else PackageKind.DELIVERY


def _entry_to_json(entry: EntryLayout) -> JsonValue:
    return {"leaves": to_base64(entry.leaves), "length": entry.length, "offset": entry.offset}


def _entries(fields: Fields) -> tuple[EntryLayout, ...]:
    entries: list[EntryLayout] = []
    expected_offset = 0
    for entry_fields in fields.objects("entries", max_items=ENTRIES_MAX):
        length = entry_fields.integer("length", minimum=1, maximum=ENTRY_MAX_BYTES)
        # Exactly one place for each entry: none overlaps another and nothing lies between them.
        offset = entry_fields.integer("offset", minimum=expected_offset, maximum=expected_offset)
        leaf_count = -(-length // LEAF_BYTES)
        leaves = entry_fields.raw("leaves", length=leaf_count * _HASH_BYTES)
        entry_fields.close()
        entries.append(EntryLayout(offset=offset, length=length, leaves=leaves))
        expected_offset = aligned(offset + length)
    refuse_unless(entries, FormRefused, "is empty", place=f"{fields.place}.entries")
    return tuple(entries)


def _scoring_keys(fields: Fields) -> tuple[ContentPublicKey, ...]:
    keys: list[ContentPublicKey] = []
    for key_fields in fields.objects("scoring_keys", max_items=SCORING_KEYS_MAX):
        keys.append(content_key_of(key_fields, "key"))
        key_fields.close()
    place = f"{fields.place}.scoring_keys"
    refuse_unless(keys, FormRefused, "is empty", place=place)
    refuse_unless(len(set(keys)) == len(keys), FormRefused, "holds one key twice", place=place)
    return tuple(keys)


def _wraps(fields: Fields) -> tuple[bytes, ...]:
    wraps: list[bytes] = []
    for wrap_fields in fields.objects("wraps", max_items=SCORING_KEYS_MAX):
        wraps.append(wrap_fields.raw("wrap", length=CONTENT_KEY_BYTES + OVERHEAD_BYTES))
        wrap_fields.close()
    return tuple(wraps)
