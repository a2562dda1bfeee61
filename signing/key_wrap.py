"""Derived keys and wrapped keys.

Owns HKDF-SHA-256 (RFC 5869) and AES-256 key wrap (RFC 3394). Refuses to know which key opens what: the caller puts a
``Label`` into ``info``.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from signing.errors import ContentRefused

KEY_BYTES = 32
"""Every symmetric key here has 256 bits."""

WRAPPED_KEY_BYTES = KEY_BYTES + 8
"""A wrapped key is one 64 bit block longer (RFC 3394 §2.2.1)."""


def derive(secret: bytes, *, salt: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """Derive a key from a secret (RFC 5869).

    Args:
        secret: input key material of full strength; never a PIN or a passphrase.
        salt: public and specific to this use of the secret; may be empty.
        info: what the key is for; begin it with a ``Label``.
        length: bytes wanted, at most 8160.
    """
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def wrap(key: bytes, *, under: bytes) -> bytes:
    """Wrap a 256 bit key under another one (RFC 3394 §2.2.1). The result has 40 bytes and is always the same.

    Raises:
        ValueError: a key of another length.
    """
    if len(key) != KEY_BYTES or len(under) != KEY_BYTES:
        raise ValueError(f"keys have {KEY_BYTES} bytes")
    return aes_key_wrap(under, key)


def unwrap(untrusted: bytes, *, under: bytes, place: str) -> bytes:
    """Return the key that was wrapped (RFC 3394 §2.2.2, with its integrity check).

    Raises:
        ContentRefused: damaged, or wrapped under another key; which of them cannot be told.
        ValueError: ``under`` is not 32 bytes long.
    """
    if len(under) != KEY_BYTES:
        raise ValueError(f"keys have {KEY_BYTES} bytes")
    if len(untrusted) != WRAPPED_KEY_BYTES:
        raise ContentRefused(f"is not a wrapped key of {WRAPPED_KEY_BYTES} bytes", place=place)
    try:
        return aes_key_unwrap(under, untrusted)
    except InvalidUnwrap:
        raise ContentRefused("does not unwrap: it is damaged, or wrapped under another key", place=place) from None
