"""Signing keys, their ids and sets of them.

Owns which key kinds are accepted (Ed25519 and ECDSA P-256, the kinds an HSM or a cloud KMS can hold), the one JSON form
of a public key, the rule that a key has one id, and a role's keys with its threshold. Refuses to know who holds a key
and where private keys lie.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.signer import (  # type: ignore[attr-defined]  # its __init__ re-exports without an __all__
    ECDSA_SHA2_NISTP256,
    ED25519,
    KEY_TYPE_ECDSA,
    KEY_TYPE_ED25519,
    CryptoSigner,
    Key,
    Signature,
    Signer,
    SSlibKey,
)

from signing import base32
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields

FileSigner = CryptoSigner
"""A private key in this process, which can be written to a file; an HSM's cannot."""

SigningKey = Signer
"""A private key, or the handle of one in an HSM or KMS; ``.public_key`` is its public half."""

ED25519_KEY_TYPE: Final = "ed25519"
"""The ``keytype`` of an Ed25519 key; the other kind is ``ecdsa``."""

KeySignature = Signature
"""A signature as securesystemslib carries it: key id and hexadecimal digits."""

VerifyKey = Key
"""A public key; ``.keyid`` is the SHA-256 over its securesystemslib form, in lower case hexadecimal."""

MAX_PUBLIC_CHARACTERS = 512
"""Longest text of a public key: the PEM of a P-256 key has 178 characters."""

_FINGERPRINT_BYTES = 10
_KEYS_REMEMBERED: Final = 512

_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, §2.4.2
_ED25519_PRIME: Final = 2**255 - 19  # RFC 8032 §5.1
_ED25519_SIGN_BIT: Final = 1 << 255
_ED25519_WEAK_Y: Final = frozenset(
    {
        0,
        1,
        _ED25519_PRIME - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)
"""y of the eight points of small order: under such a key one signature is good for every message."""


def generate_signing_key() -> SigningKey:
    """Make a new Ed25519 key in memory."""
    return CryptoSigner.generate_ed25519()


def generate_p256_signing_key() -> SigningKey:
    """Make a new ECDSA P-256 key in memory, as an HSM would hold it."""
    return CryptoSigner.generate_ecdsa(scheme=ECDSA_SHA2_NISTP256)


def verify_key_to_json(key: VerifyKey) -> dict[str, JsonValue]:
    """Return the one JSON form of a public key: ``keyid``, ``keytype``, ``scheme``, ``public``.

    ``public`` is what TUF and securesystemslib write: 64 hexadecimal digits for Ed25519, a SubjectPublicKeyInfo PEM for
    P-256.
    """
    return {"keyid": key.keyid, "keytype": key.keytype, "scheme": key.scheme, "public": key.keyval["public"]}


def verify_key_from_json(fields: Fields) -> VerifyKey:
    """Read a public key and close the object.

    Raises:
        FormRefused: not one of the two kinds, not in its one encoding, or under an id that is not its own.
    """
    untrusted_key = SSlibKey(
        fields.digest("keyid"),
        fields.text("keytype", max_length=32),
        fields.text("scheme", max_length=32),
        {"public": fields.text("public", max_length=MAX_PUBLIC_CHARACTERS)},
    )
    fields.close()
    return accept_verify_key(untrusted_key, place=fields.place)


def accept_verify_key(untrusted_key: Key, *, place: str) -> VerifyKey:
    """Return a key that is of an accepted kind, in its one encoding and under its own id.

    securesystemslib and TUF take any id for a key ("keyid is not verified"), so one key could count twice under two
    ids.

    Raises:
        FormRefused: otherwise.
    """
    public = untrusted_key.keyval.get("public")
    if not isinstance(public, str):
        raise FormRefused("has no public key text", place=place)
    own = _own_key(untrusted_key.keytype, untrusted_key.scheme, public, place)
    if own != untrusted_key:
        raise FormRefused("is not in the one form of this key under the key's own id", place=place)
    return own


def one_signature_form(key: VerifyKey, signature: bytes) -> bytes:
    """Return the one form of a signature that verifies: of the two that ECDSA allows, the one with the lower half of s.

    Whoever has one of the two can compute the other without any key, so a file could change and still verify.
    """
    if key.keytype != KEY_TYPE_ECDSA:
        return signature
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, _P256_ORDER - s))


def fingerprint(key: VerifyKey) -> str:
    """Return the first 80 bits of the key id for people to compare by voice: ``XXXX-XXXX-XXXX-XXXX`` in base32."""
    text = base32.encode(bytes.fromhex(key.keyid)[:_FINGERPRINT_BYTES])
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The keys that may sign something, and how many of them must.

    Attributes:
        keys: the keys, none of them twice.
        threshold: number of distinct keys that have to sign, from 1 to the number of keys.
        revoked: key ids that are no longer believed, whether in ``keys`` or not.

    Raises:
        FormRefused: on making one, if a key is there twice or the threshold cannot be met.
    """

    keys: tuple[VerifyKey, ...]
    threshold: int
    revoked: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        place = "key set"
        own = [accept_verify_key(key, place=place) for key in self.keys]
        # Ids are computed from the values, so two different ids are two different keys.
        if len({key.keyid for key in own}) != len(own):
            raise FormRefused("holds one key twice", place=place)
        if not 1 <= self.threshold <= len(own):
            raise FormRefused(f"asks for {self.threshold} signatures of {len(own)} keys", place=place)

    def by_id(self, key_id: str) -> VerifyKey | None:
        """Return the key with an id, if the set has it."""
        return next((key for key in self.keys if key.keyid == key_id), None)


@lru_cache(maxsize=_KEYS_REMEMBERED)
def _own_key(kind: str, scheme: str, public: str, place: str) -> SSlibKey:
    """Return the key of a public text, with the id computed from it: always the same one, and computed once."""
    match kind, scheme:
        case (kind, scheme) if (kind, scheme) == (KEY_TYPE_ED25519, ED25519):
            return SSlibKey.from_crypto(_ed25519_public(public, place))
        case (kind, scheme) if (kind, scheme) == (KEY_TYPE_ECDSA, ECDSA_SHA2_NISTP256):
            return SSlibKey.from_crypto(_p256_public(public, place))
        case _:
            raise FormRefused("is neither an Ed25519 nor an ECDSA P-256 key", place=place)


def _ed25519_public(public: str, place: str) -> Ed25519PublicKey:
    try:
        raw = bytes.fromhex(public)
        key = Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise FormRefused("is not an Ed25519 public key", place=place) from None
    y = int.from_bytes(raw, "little") & ~_ED25519_SIGN_BIT
    # The library takes a point in two encodings (RFC 8032 §5.1.3 takes one), and points of small order.
    if y >= _ED25519_PRIME or y in _ED25519_WEAK_Y:
        raise FormRefused("is an Ed25519 public key that no private key has", place=place)
    return key


def _p256_public(public: str, place: str) -> EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(public.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        raise FormRefused("is not a PEM public key", place=place) from None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise FormRefused("is not a key on the curve P-256", place=place)
    return key
