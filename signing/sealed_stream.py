"""Sealed streams with random access: C2SP chunked encryption, Cobblestone-256.

Owns writing a stream and reading any part of it. Refuses to know what is in it and where it lies: it reads through a
function. Source: c2sp.org/chunked-encryption, with HKDF-Expand-SHA-512 and AES-256-GCM as in
``cryptography.cobblestone``. Writing uses that library; its reader for ranges is not in the wheel, so reading is
written here from the specification. Reading a whole stream in order uses the library again.

A stream is 24 bytes of salt, 32 bytes of commitment and chunks of 16 KiB, each with 16 bytes of tag. The last chunk is
always shorter than 16 KiB and may be empty, which is how truncation shows. A stream proves no authorship: everybody who
can read it could have written it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from signing.errors import ContentRefused

KEY_BYTES = 32
CHUNK_BYTES = 16 * 1024
MAX_CHUNKS = 2**38
"""The specification's limit: 4 PiB."""

_TAG_BYTES = 16
_SEALED_CHUNK_BYTES = CHUNK_BYTES + _TAG_BYTES
_SALT_BYTES = 24
_COMMITMENT_BYTES = 32
_HEADER_BYTES = _SALT_BYTES + _COMMITMENT_BYTES
_NONCE_BYTES = 12
_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"

_PIECE_BYTES = 64 * 1024
"""How much is sealed and unsealed at a time: fits the processor's nearest cache, and little enough to be kept for the next."""


def sealed_length(plain_bytes: int) -> int:
    """Return the length of the stream that holds a content of so many bytes."""
    return _HEADER_BYTES + plain_bytes + (plain_bytes // CHUNK_BYTES + 1) * _TAG_BYTES


def plain_length(sealed_bytes: int, *, place: str) -> int:
    """Return the length of the content of a stream of so many bytes.

    Raises:
        ContentRefused: no stream has this length.
    """
    chunks, last = divmod(sealed_bytes - _HEADER_BYTES, _SEALED_CHUNK_BYTES)
    # Between a full chunk and a full chunk and its tag there is no valid length: the stream has been cut.
    if sealed_bytes < _HEADER_BYTES or last < _TAG_BYTES or chunks >= MAX_CHUNKS:
        raise ContentRefused("has a length no sealed stream has: it has been cut or grown", place=place)
    return chunks * CHUNK_BYTES + last - _TAG_BYTES


def seal(source: Iterable[bytes], key: bytes, context: bytes) -> Iterator[bytes]:
    """Seal a content piece by piece.

    Args:
        source: the content, in pieces of any size.
        key: 32 bytes, uniformly random or derived; a fresh salt is drawn for every stream.
        context: what the stream belongs to; reading needs the same bytes.

    Yields:
        The stream, in pieces of any size.
    """
    encryptor = Cobblestone256Encryptor(key, context)
    for piece in _small(source):
        if sealed := encryptor.update(piece):
            yield sealed
        del piece  # what it is part of is not kept while the next one is made
    yield encryptor.finalize()


def unseal(source: Iterable[bytes | memoryview], key: bytes, context: bytes, *, place: str) -> Iterator[bytes]:
    """Open a whole stream piece by piece, from its beginning to its end.

    Args:
        source: the stream, in pieces of any size; none is kept when the next is asked for.
        key: 32 bytes.
        context: the bytes the stream was sealed for.
        place: where the stream comes from, for refusals.

    Yields:
        The content, in pieces of any size. Each is authentic and in its place; that nothing is missing at the end is known
        only when the last has come and no refusal after it.

    Raises:
        ContentRefused: cut, altered, or sealed under another key or for another context.
    """
    decryptor = Cobblestone256Decryptor(key, context)
    done = 0
    try:
        for piece in _small(source):
            if content := decryptor.update(piece):
                yield content
                done += len(content)
            del piece  # what it is part of is not kept while the next one is read
        if content := decryptor.finalize():
            yield content
    except InvalidTag:
        message = f"cannot be opened from byte {done} on: it is damaged, or sealed under another key or for another use"
        raise ContentRefused(message, place=place) from None


def _small(source: Iterable[bytes | memoryview]) -> Iterator[memoryview]:
    """Yield the same in pieces the allocator keeps for the next one; larger ones it gives back to the system each time."""
    for piece in source:
        view = memoryview(piece)
        yield from (view[start : start + _PIECE_BYTES] for start in range(0, len(view), _PIECE_BYTES))
        del piece, view  # not kept while the next one is made


class SealedReader:
    """Random access to the content of a sealed stream.

    Making one checks the key, the context and the last chunk, so the content's length is authentic before a byte of it
    is used. Every chunk is checked when it is read. Nothing beyond the stream's own bytes is ever read or believed.

    Args:
        read_at: returns so many bytes (second) of the stream from an offset (first); its OSError passes through.
        length: the stream's length in bytes, from a signed source.
        key: 32 bytes.
        context: the bytes the stream was sealed for.
        place: where the stream comes from, for refusals.

    Attributes:
        size: length of the content in bytes.

    Raises:
        ContentRefused: cut, altered, or sealed under another key or for another context.
    """

    __slots__ = ("_cipher", "_first_nonce", "_length", "_place", "_read_at", "size")

    def __init__(
        self, read_at: Callable[[int, int], bytes], *, length: int, key: bytes, context: bytes, place: str
    ) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key of a stream has {KEY_BYTES} bytes")
        self._read_at = read_at
        self._length = length
        self._place = place
        self.size = plain_length(length, place=place)
        header = self._sealed_bytes(0, _HEADER_BYTES)
        salt, commitment = header[:_SALT_BYTES], header[_SALT_BYTES:]
        derived = _derive(key, salt, context)
        # §Key derivation: the commitment is checked before anything is decrypted.
        if not bytes_eq(derived[KEY_BYTES + _NONCE_BYTES :], commitment):
            message = "cannot be opened: it is damaged, or sealed under another key or for another use"
            raise ContentRefused(message, place=place)
        self._cipher = AESGCM(derived[:KEY_BYTES])
        self._first_nonce = int.from_bytes(derived[KEY_BYTES : KEY_BYTES + _NONCE_BYTES], "big")
        # §Implementation notes: decrypting the last chunk authenticates the length of the whole.
        self._chunks(self.size // CHUNK_BYTES, self.size // CHUNK_BYTES)

    def read(self, offset: int, length: int) -> bytes:
        """Return the content from ``offset``: ``length`` bytes, fewer only at the end.

        Raises:
            ContentRefused: the bytes there are cut or altered.
            ValueError: a negative offset or length.
        """
        if offset < 0 or length < 0:
            raise ValueError("offset and length are not negative")
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        first, last = offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
        start = first * CHUNK_BYTES
        return bytes(self._chunks(first, last)[offset - start : end - start])

    def _chunks(self, first: int, last: int) -> memoryview:
        """Return the content of the chunks from ``first`` to ``last``, both included."""
        start = _HEADER_BYTES + first * _SEALED_CHUNK_BYTES
        end = min(_HEADER_BYTES + (last + 1) * _SEALED_CHUNK_BYTES, self._length)
        sealed = memoryview(self._sealed_bytes(start, end - start))
        content = memoryview(bytearray(len(sealed) - (last - first + 1) * _TAG_BYTES))
        for number in range(first, last + 1):
            at = number - first
            chunk = sealed[at * _SEALED_CHUNK_BYTES : (at + 1) * _SEALED_CHUNK_BYTES]
            into = content[at * CHUNK_BYTES : at * CHUNK_BYTES + len(chunk) - _TAG_BYTES]
            self._open_chunk(number, chunk, into)
        return content

    def _open_chunk(self, number: int, sealed: memoryview, into: memoryview) -> None:
        nonce = (self._first_nonce ^ number).to_bytes(_NONCE_BYTES, "big")
        try:
            self._cipher.decrypt_into(nonce, sealed, None, into)
        except InvalidTag:
            raise ContentRefused(f"is altered from byte {number * CHUNK_BYTES} on", place=self._place) from None

    def _sealed_bytes(self, offset: int, length: int) -> bytes:
        sealed = self._read_at(offset, length)
        if len(sealed) != length:
            raise ContentRefused(f"is cut at byte {offset + len(sealed)}", place=self._place)
        return sealed


def _derive(key: bytes, salt: bytes, context: bytes) -> bytes:
    length = KEY_BYTES + _NONCE_BYTES + _COMMITMENT_BYTES
    return HKDFExpand(algorithm=SHA512(), length=length, info=_INFO + salt + context).derive(key)
