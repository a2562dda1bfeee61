import hashlib
import hmac
import random
from collections.abc import Callable

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from signing import sealed_stream
from signing.errors import ContentRefused
from signing.sealed_stream import CHUNK_BYTES, SealedReader
from tests.signing.refusals import refused

KEY = bytes(range(32))
CONTEXT = b"entry 7"
SIZES = [0, 1, 15, 16, 17, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5, 100_000]


def content_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def sealed(content: bytes, pieces: int = 1000) -> bytes:
    source = (content[start : start + pieces] for start in range(0, len(content), pieces))
    return b"".join(sealed_stream.seal(source, KEY, CONTEXT))


def reading(stream: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: stream[offset : offset + length]


def reader(stream: bytes, *, length: int | None = None, key: bytes = KEY, context: bytes = CONTEXT) -> SealedReader:
    return SealedReader(
        reading(stream),
        length=len(stream) if length is None else length,
        key=key,
        context=context,
        place="media.bin",
    )


def by_the_specification(content: bytes, *, salt: bytes, key: bytes, context: bytes) -> bytes:
    """c2sp.org/chunked-encryption with nothing but HMAC and AES-GCM, written apart from the product."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + context
    first = hmac.digest(key, info + b"\x01", "sha512")
    derived = first + hmac.digest(key, first + info + b"\x02", "sha512")
    stream = salt + derived[44:76]
    for number in range(len(content) // CHUNK_BYTES + 1):
        nonce = bytes(a ^ b for a, b in zip(derived[32:44], number.to_bytes(12, "big"), strict=True))
        stream += AESGCM(derived[:32]).encrypt(nonce, content[number * CHUNK_BYTES :][:CHUNK_BYTES], None)
    return stream


@pytest.mark.parametrize("size", SIZES)
def test_whole_content(size: int) -> None:
    stream = sealed(content_of(size))
    assert len(stream) == sealed_stream.sealed_length(size)
    assert sealed_stream.plain_length(len(stream), place="x") == size
    opened = reader(stream)
    assert opened.size == size
    assert opened.read(0, size) == content_of(size)


@pytest.mark.parametrize("size", SIZES)
def test_our_streams_open_in_the_library(size: int) -> None:
    decryptor = Cobblestone256Decryptor(KEY, CONTEXT)
    assert decryptor.update(sealed(content_of(size))) + decryptor.finalize() == content_of(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_librarys_streams_open_here(size: int) -> None:
    encryptor = Cobblestone256Encryptor(KEY, CONTEXT)
    stream = encryptor.update(content_of(size)) + encryptor.finalize()
    assert reader(stream).read(0, size + 1) == content_of(size)


def test_known_stream() -> None:
    stream = by_the_specification(content_of(40_000), salt=bytes(range(24)), key=KEY, context=CONTEXT)
    assert hashlib.sha256(stream).hexdigest() == "6eee10e85691cb8431930bc73f8a514813cadf06c7a3e8fd6326eaa34d2b5fab"
    assert reader(stream).read(0, 40_000) == content_of(40_000)
    decryptor = Cobblestone256Decryptor(KEY, CONTEXT)
    assert decryptor.update(stream) + decryptor.finalize() == content_of(40_000)


BIG = content_of(3 * CHUNK_BYTES + 100)
BIG_STREAM = sealed(BIG)


@given(st.integers(0, len(BIG) + 10), st.integers(0, len(BIG) + 10))
def test_any_range(offset: int, length: int) -> None:
    assert reader(BIG_STREAM).read(offset, length) == BIG[offset : offset + length]


@given(st.lists(st.integers(1, 40_000), max_size=5))
def test_pieces_of_any_size_make_a_readable_stream(sizes: list[int]) -> None:
    pieces = [content_of(size) for size in sizes]
    stream = b"".join(sealed_stream.seal(pieces, KEY, CONTEXT))
    assert reader(stream).read(0, sum(sizes)) == b"".join(pieces)


def test_nothing_beyond_the_stream_is_read() -> None:
    asked: list[tuple[int, int]] = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append((offset, offset + length))
        return (BIG_STREAM + b"what follows in the file")[offset : offset + length]

    opened = SealedReader(read_at, length=len(BIG_STREAM), key=KEY, context=CONTEXT, place="x")
    assert opened.read(0, 10**9) == BIG
    assert max(end for _, end in asked) == len(BIG_STREAM)


def test_a_short_read_touches_only_its_chunks() -> None:
    asked: list[int] = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append(length)
        return BIG_STREAM[offset : offset + length]

    opened = SealedReader(read_at, length=len(BIG_STREAM), key=KEY, context=CONTEXT, place="x")
    asked.clear()
    opened.read(CHUNK_BYTES + 5, 10)
    assert asked == [CHUNK_BYTES + 16]


@pytest.mark.parametrize("position", [0, 23, 24, 55, len(BIG_STREAM) - 1, len(BIG_STREAM) - 50])
def test_damage_to_the_ends_shows_before_first_use(position: int) -> None:
    damaged = bytearray(BIG_STREAM)
    damaged[position] ^= 1
    with refused(ContentRefused, place="media.bin"):
        reader(bytes(damaged))


@given(st.integers(56, len(BIG_STREAM) - 117))
def test_damage_in_the_middle_shows_when_read_and_only_there(position: int) -> None:
    damaged = bytearray(BIG_STREAM)
    damaged[position] ^= 0x10
    opened = reader(bytes(damaged))
    hit = (position - 56) // (CHUNK_BYTES + 16)
    for number in range(3):
        offset = number * CHUNK_BYTES
        if number == hit:
            with refused(ContentRefused, place="media.bin"):
                opened.read(offset + 1, 1)
        else:
            assert opened.read(offset, CHUNK_BYTES) == BIG[offset : offset + CHUNK_BYTES]


@given(st.integers(0, len(BIG_STREAM) - 1))
def test_every_cut_shows(length: int) -> None:
    with refused(ContentRefused):
        reader(BIG_STREAM[:length])
    # The signed length says more than is there.
    with refused(ContentRefused):
        reader(BIG_STREAM[:length], length=len(BIG_STREAM))
    # The file goes on after a stream that was signed as shorter.
    with refused(ContentRefused):
        reader(BIG_STREAM, length=length)


@pytest.mark.parametrize("extra", [b"\x00", bytes(16), bytes(CHUNK_BYTES)])
def test_a_grown_stream_shows(extra: bytes) -> None:
    with refused(ContentRefused):
        reader(BIG_STREAM + extra)


def test_chunks_cannot_change_places() -> None:
    header, chunks = BIG_STREAM[:56], BIG_STREAM[56:]
    size = CHUNK_BYTES + 16
    swapped = reader(header + chunks[size : 2 * size] + chunks[:size] + chunks[2 * size :])
    with refused(ContentRefused):
        swapped.read(0, 1)


def test_another_key_and_another_context_are_refused() -> None:
    with refused(ContentRefused):
        reader(BIG_STREAM, key=bytes(32))
    with refused(ContentRefused):
        reader(BIG_STREAM, context=b"entry 8")


def unsealed(stream: bytes, piece: int = 1000, *, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    source = (stream[start : start + piece] for start in range(0, len(stream), piece))
    return b"".join(sealed_stream.unseal(source, key, context, place="media.bin"))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 40 * CHUNK_BYTES + 5])
@pytest.mark.parametrize("piece", [7, 16_400, 1024 * 1024])
def test_a_whole_stream_opens_in_order(size: int, piece: int) -> None:
    assert unsealed(sealed(content_of(size)), piece) == content_of(size)


@given(st.integers(0, len(BIG_STREAM) - 1))
def test_a_whole_stream_shows_every_damage_and_every_cut(position: int) -> None:
    damaged = bytearray(BIG_STREAM)
    damaged[position] ^= 0x10
    for stream in (bytes(damaged), BIG_STREAM[:position]):
        with refused(ContentRefused, place="media.bin"):
            unsealed(stream)


def test_a_whole_stream_is_for_one_key_and_one_context() -> None:
    for key, context, stream in ((bytes(32), CONTEXT, BIG_STREAM), (KEY, b"entry 8", BIG_STREAM)):
        with refused(ContentRefused, place="media.bin"):
            unsealed(stream, key=key, context=context)
    for extra in (b"\x00", bytes(16), bytes(CHUNK_BYTES)):
        with refused(ContentRefused, place="media.bin"):
            unsealed(BIG_STREAM + extra)


def test_only_what_is_authentic_is_given_out() -> None:
    damaged = bytearray(BIG_STREAM)
    damaged[56 + 2 * (CHUNK_BYTES + 16)] ^= 1
    given_out: list[bytes] = []
    with refused(ContentRefused):
        given_out.extend(sealed_stream.unseal([bytes(damaged)], KEY, CONTEXT, place="x"))
    assert BIG.startswith(b"".join(given_out))


def test_every_stream_has_a_salt_of_its_own() -> None:
    assert sealed(b"x")[:24] != sealed(b"x")[:24]


def test_the_library_refuses_what_we_cut() -> None:
    decryptor = Cobblestone256Decryptor(KEY, CONTEXT)
    decryptor.update(BIG_STREAM[:-1])
    with pytest.raises(InvalidTag):
        decryptor.finalize()


def test_wrong_arguments_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        reader(BIG_STREAM, key=b"short")
    for offset, length in ((-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="negative"):
            reader(BIG_STREAM).read(offset, length)


def test_an_error_of_the_disk_stays_one() -> None:
    def broken(offset: int, length: int) -> bytes:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        SealedReader(broken, length=len(BIG_STREAM), key=KEY, context=CONTEXT, place="x")
