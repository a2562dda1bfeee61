import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import key_wrap
from signing.errors import ContentRefused
from tests.signing.refusals import refused

KEYS = st.binary(min_size=32, max_size=32)


def test_derive_is_the_standard() -> None:
    # RFC 5869, test cases 1 and 3.
    secret = bytes([0x0B] * 22)
    one = key_wrap.derive(
        secret, salt=bytes.fromhex("000102030405060708090a0b0c"), info=bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), length=42
    )
    assert one.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    three = key_wrap.derive(secret, salt=b"", info=b"", length=42)
    assert three.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"


def test_wrap_is_the_standard() -> None:
    # RFC 3394, section 4.6: 256 bits of key data under a 256 bit key.
    under = bytes(range(32))
    key = bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    wrapped = key_wrap.wrap(key, under=under)
    assert wrapped.hex() == "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    assert key_wrap.unwrap(wrapped, under=under, place="x") == key


@given(KEYS, KEYS)
def test_round_trip(key: bytes, under: bytes) -> None:
    assert key_wrap.unwrap(key_wrap.wrap(key, under=under), under=under, place="x") == key


@given(KEYS, KEYS, st.integers(0, 319))
def test_no_bit_can_change(key: bytes, under: bytes, bit: int) -> None:
    wrapped = bytearray(key_wrap.wrap(key, under=under))
    wrapped[bit // 8] ^= 1 << bit % 8
    with refused(ContentRefused, place="wrap"):
        key_wrap.unwrap(bytes(wrapped), under=under, place="wrap")


@pytest.mark.parametrize("bad", [b"", bytes(24), bytes(39), bytes(40), bytes(41), bytes(48)])
def test_other_bytes_are_refused(bad: bytes) -> None:
    with refused(ContentRefused, place="wrap"):
        key_wrap.unwrap(bad, under=bytes(32), place="wrap")


def test_another_key_does_not_unwrap() -> None:
    wrapped = key_wrap.wrap(bytes(32), under=bytes(32))
    with refused(ContentRefused):
        key_wrap.unwrap(wrapped, under=b"\x01" * 32, place="wrap")


def test_keys_of_other_lengths_are_a_mistake_of_ours() -> None:
    for key, under in ((bytes(16), bytes(32)), (bytes(32), bytes(16))):
        with pytest.raises(ValueError, match="32 bytes"):
            key_wrap.wrap(key, under=under)
    with pytest.raises(ValueError, match="32 bytes"):
        key_wrap.unwrap(bytes(40), under=bytes(16), place="x")
