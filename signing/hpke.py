"""Content keys: what something is sealed to.

Owns hybrid public-key encryption, RFC 9180 base mode with MLKEM768-X25519, HKDF-SHA-256 and AES-256-GCM (the KEM as in
draft-ietf-hpke-pq). Refuses to know what is sealed. Base mode proves nothing about the sender: whatever is sealed is
also signed.

A private key is 96 bytes: the 64 byte ML-KEM-768 seed (FIPS 203) and the 32 byte X25519 key (RFC 7748). A public key is
1216 bytes: 1184 and 32. Sealing adds 1136 bytes: 1120 of encapsulation, 16 of tag.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from signing.errors import ContentRefused, FormRefused

PRIVATE_KEY_BYTES = 96
PUBLIC_KEY_BYTES = 1216
OVERHEAD_BYTES = 1136
"""A sealed message is this much longer than the message."""

_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_CURVE25519_PRIME = 2**255 - 19
_ANY_CURVE_KEY: Final = X25519PrivateKey.from_private_bytes(bytes(32))  # for a check that any key can make
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class ContentPublicKey:
    """The public half of a content key. Two with the same bytes are equal."""

    __slots__ = ("_key", "_raw")

    def __init__(self, raw: bytes, key: MLKEM768X25519PublicKey) -> None:
        self._raw = raw
        self._key = key

    @classmethod
    def from_bytes(cls, untrusted: bytes, *, place: str = "content key") -> "ContentPublicKey":
        """Read the 1216 bytes of a public key.

        Raises:
            FormRefused: another length, coefficients out of range (FIPS 203 §7.2), a point in another encoding or of
            low order.
        """
        if len(untrusted) != PUBLIC_KEY_BYTES:
            raise FormRefused(f"is not {PUBLIC_KEY_BYTES} bytes long", place=place)
        raw_point = untrusted[_MLKEM_PUBLIC_BYTES:]
        # RFC 7748 §5 lets a reader mask and reduce, which would give one key several encodings.
        if int.from_bytes(raw_point, "little") >= _CURVE25519_PRIME:
            raise FormRefused("is not in the one form of a public key", place=place)
        try:
            mlkem_key = MLKEM768PublicKey.from_public_bytes(untrusted[:_MLKEM_PUBLIC_BYTES])
            point = X25519PublicKey.from_public_bytes(raw_point)
            # A point of low order gives every sender the same secret: the exchange refuses it (RFC 7748 §6.1).
            _ANY_CURVE_KEY.exchange(point)
        except ValueError:
            raise FormRefused("is not a public key", place=place) from None
        return cls(bytes(untrusted), MLKEM768X25519PublicKey(mlkem_key, point))

    def to_bytes(self) -> bytes:
        """Return the 1216 bytes."""
        return self._raw

    @property
    def key_id(self) -> str:
        """SHA-256 of the bytes in lower case hexadecimal."""
        return hashlib.sha256(self._raw).hexdigest()

    @property
    def hpke_key(self) -> MLKEM768X25519PublicKey:
        """The library's key, for this module."""
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContentPublicKey) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __repr__(self) -> str:
        return f"ContentPublicKey({self.key_id[:16]})"


class ContentKey:
    """A private content key. It never shows its bytes unless asked for them by name."""

    __slots__ = ("_key", "_raw", "public")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PRIVATE_KEY_BYTES:
            raise ValueError(f"a content key has {PRIVATE_KEY_BYTES} bytes")
        mlkem_key = MLKEM768PrivateKey.from_seed_bytes(raw[:_SEED_BYTES])
        curve_key = X25519PrivateKey.from_private_bytes(raw[_SEED_BYTES:])
        self._raw = raw
        self._key = MLKEM768X25519PrivateKey(mlkem_key, curve_key)
        self.public = ContentPublicKey.from_bytes(
            mlkem_key.public_key().public_bytes_raw() + curve_key.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> "ContentKey":
        """Make a new key."""
        return cls(MLKEM768PrivateKey.generate().private_bytes_raw() + X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_bytes(cls, untrusted: bytes, *, place: str = "content key") -> "ContentKey":
        """Read the 96 bytes of a private key.

        Raises:
            FormRefused: another length.
        """
        if len(untrusted) != PRIVATE_KEY_BYTES:
            raise FormRefused(f"is not {PRIVATE_KEY_BYTES} bytes long", place=place)
        return cls(bytes(untrusted))

    def to_bytes(self) -> bytes:
        """Return the 96 secret bytes."""
        return self._raw

    @property
    def hpke_key(self) -> MLKEM768X25519PrivateKey:
        """The library's key, for this module."""
        return self._key

    def __repr__(self) -> str:
        return f"ContentKey(public={self.public.key_id[:16]})"


def seal(plaintext: bytes, to: ContentPublicKey, *, info: bytes) -> bytes:
    """Seal a message to a key (RFC 9180 §6.1, SealBase).

    Args:
        plaintext: the message.
        to: who will be able to open it.
        info: what it belongs to; opening needs the same bytes. Begin it with a ``Label``.

    Returns:
        Encapsulation and ciphertext, 1136 bytes longer than the message.
    """
    return _SUITE.encrypt(plaintext, to.hpke_key, info)


def open_sealed(untrusted: bytes, key: ContentKey, *, info: bytes, place: str) -> bytes:
    """Open a sealed message (RFC 9180 §6.1, OpenBase).

    Raises:
        ContentRefused: cut, altered, sealed to another key or for another ``info``; which of them cannot be told.
    """
    try:
        return _SUITE.decrypt(untrusted, key.hpke_key, info)
    except (InvalidTag, ValueError):
        message = "cannot be opened: it is damaged, or sealed to another key or for another use"
        raise ContentRefused(message, place=place) from None
