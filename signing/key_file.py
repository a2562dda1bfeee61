"""Private keys at rest.

Owns the one form of a file that holds a private key: locked by a passphrase (Argon2id and AES-256-GCM), or in clear for
a seat, whose disk and file rights protect it. Refuses to know disks: bytes in, bytes out, and the caller writes them
for the owner's eyes only (mode 0600).

The file is canonical JSON. The public half stands in clear, so that a file can be told apart without its passphrase; it
is authenticated with the rest, and the private half must belong to it.
"""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from signing import canonical
from signing.argon2 import MINIMUM_COST, SALT_BYTES, Cost, argon2id
from signing.canonical import JsonInput
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, to_base64
from signing.hpke import PRIVATE_KEY_BYTES, PUBLIC_KEY_BYTES, ContentKey, ContentPublicKey
from signing.keys import ED25519_KEY_TYPE, FileSigner, SigningKey, VerifyKey, verify_key_from_json, verify_key_to_json
from signing.labels import Label

MAX_KEY_FILE_BYTES = 16 * 1024
"""A content key's file has about two KiB."""

KEY_FILE_COST = Cost(memory_kib=64 * 1024, iterations=3, lanes=1)

_FORMAT = "testing-center-kiosk/key-file/v1"
_SCALAR_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16


class PassphraseWrong(Exception):  # noqa: N818 - like Refused, a word that reads as one
    """The passphrase is missing or not the right one. It is no refusal: nobody sent anything wrong.

    Attributes:
        place: which key file.
    """

    def __init__(self, message: str, *, place: str) -> None:
        super().__init__(f"{place}: {message}.")
        self.place = place


class KeyKind(Enum):
    """What a key file holds."""

    SIGNING = "signing-key"
    CONTENT = "content-key"


PrivateKey = SigningKey | ContentKey
PublicKey = VerifyKey | ContentPublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """The members of a key file: a public half, and a private half that may still be locked."""

    public: PublicKey
    private: bytes | None
    sealed: bytes
    salt: bytes
    cost: Cost
    head: Mapping[str, JsonInput]


def write_key_file(
    key: PrivateKey,
    *,
    passphrase: str | None,
    cost: Cost = KEY_FILE_COST,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """Return the file of a private key.

    Args:
        key: a signing key made or read in this process, or a content key.
        passphrase: locks the file; None leaves it in clear.
        cost: of guessing a passphrase. Only tests take a lower one.
        random_bytes: source of uniformly random bytes.

    Raises:
        ValueError: an empty passphrase, or a key of another kind.
        TypeError: a key that cannot leave its device.
    """
    private, head = _private_bytes(key), _head(key)
    if passphrase is None:
        return canonical.encode({**head, "private": to_base64(private)})
    salt, nonce = random_bytes(SALT_BYTES), random_bytes(_NONCE_BYTES)
    locked_head = {**head, "lock": {"salt": to_base64(salt), **cost.to_json()}}
    cipher = AESGCM(_locking_key(passphrase, salt, cost))
    sealed = nonce + cipher.encrypt(nonce, private, canonical.encode(locked_head))
    return canonical.encode({**locked_head, "sealed": to_base64(sealed)})


def read_key_file(untrusted: bytes, *, passphrase: str | None, place: str) -> PrivateKey:
    """Return the private key of a file.

    Args:
        untrusted: the bytes of the file.
        passphrase: what locks it; None for a file in clear.
        place: which file, for refusals.

    Raises:
        FormRefused: not a key file, or a file in clear where a passphrase was given.
        ContentRefused: the two halves do not belong together.
        PassphraseWrong: a locked file, and no passphrase or another one.
    """
    opened = _read(untrusted, place)
    private = _unlock(opened, passphrase, place)
    return _private_key(opened, private, place)


def read_public_half(untrusted: bytes, *, place: str) -> PublicKey:
    """Return the public half of a key file without unlocking it. Only unlocking proves that it belongs to the private
    half.

    Raises:
        FormRefused: not a key file.
    """
    return _read(untrusted, place).public


def write_signing_key(key: SigningKey, *, passphrase: str | None, cost: Cost = KEY_FILE_COST) -> bytes:
    """Return the file of a signing key, see ``write_key_file``."""
    return write_key_file(key, passphrase=passphrase, cost=cost)


def read_signing_key(untrusted: bytes, *, passphrase: str | None, place: str) -> SigningKey:
    """Return the signing key of a file, see ``read_key_file``.

    Raises:
        FormRefused: also for a file that holds a content key.
    """
    key = read_key_file(untrusted, passphrase=passphrase, place=place)
    if isinstance(key, ContentKey):
        raise FormRefused("holds a content key where a signing key should be", place=place)
    return key


def write_content_key(key: ContentKey, *, passphrase: str | None, cost: Cost = KEY_FILE_COST) -> bytes:
    """Return the file of a content key, see ``write_key_file``."""
    return write_key_file(key, passphrase=passphrase, cost=cost)


def read_content_key(untrusted: bytes, *, passphrase: str | None, place: str) -> ContentKey:
    """Return the content key of a file, see ``read_key_file``.

    Raises:
        FormRefused: also for a file that holds a signing key.
    """
    key = read_key_file(untrusted, passphrase=passphrase, place=place)
    if not isinstance(key, ContentKey):
        raise FormRefused("holds a signing key where a content key should be", place=place)
    return key


def _head(key: PrivateKey) -> dict[str, JsonInput]:
    if isinstance(key, ContentKey):
        public: JsonInput = to_base64(key.public.to_bytes())
        return {"format": _FORMAT, "kind": KeyKind.CONTENT.value, "public": public}
    return {"format": _FORMAT, "kind": KeyKind.SIGNING.value, "public": verify_key_to_json(key.public_key)}


def _private_bytes(key: PrivateKey) -> bytes:
    """96 bytes of a content key, 32 bytes of a signing key: the Ed25519 seed, or the P-256 scalar in big endian."""
    if isinstance(key, ContentKey):
        return key.to_bytes()
    if not isinstance(key, FileSigner):
        raise TypeError("a key that lives in a device cannot be written to a file")
    private = load_pem_private_key(key.private_bytes, None)
    match private:
        case Ed25519PrivateKey():
            return private.private_bytes_raw()
        case EllipticCurvePrivateKey() if isinstance(private.curve, SECP256R1):
            return private.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big")
        case _:
            raise ValueError("only Ed25519 and ECDSA P-256 keys are written to files")


def _read(untrusted: bytes, place: str) -> _Opened:
    fields = Fields(canonical.decode(untrusted, place=place, max_bytes=MAX_KEY_FILE_BYTES), place)
    if fields.text("format") != _FORMAT:
        raise FormRefused("is not a key file of this version", place=place)
    kind = fields.choice("kind", KeyKind)
    public = _read_public(kind, fields)
    head: dict[str, JsonInput] = {"format": _FORMAT, "kind": kind.value, "public": _public_json(public)}
    length = _private_length(kind)
    lock = fields.optional_object("lock")
    if lock is None:
        private = fields.raw("private", length=length)
        fields.close()
        return _Opened(public=public, private=private, sealed=b"", salt=b"", cost=MINIMUM_COST, head=head)
    cost = Cost.from_fields(lock, floor=MINIMUM_COST)
    salt = lock.raw("salt", length=SALT_BYTES)
    lock.close()
    sealed = fields.raw("sealed", length=_NONCE_BYTES + length + _TAG_BYTES)
    fields.close()
    head["lock"] = {"salt": to_base64(salt), **cost.to_json()}
    return _Opened(public=public, private=None, sealed=sealed, salt=salt, cost=cost, head=head)


def _private_length(kind: KeyKind) -> int:
    match kind:
        case KeyKind.SIGNING:
            return _SCALAR_BYTES
        case KeyKind.CONTENT:
            return PRIVATE_KEY_BYTES
        case _:
            assert_never(kind)


def _read_public(kind: KeyKind, fields: Fields) -> PublicKey:
    match kind:
        case KeyKind.SIGNING:
            return verify_key_from_json(fields.object("public"))
        case KeyKind.CONTENT:
            raw = fields.raw("public", length=PUBLIC_KEY_BYTES)
            return ContentPublicKey.from_bytes(raw, place=f"{fields.place}.public")
        case _:
            assert_never(kind)


def _public_json(public: PublicKey) -> JsonInput:
    if isinstance(public, ContentPublicKey):
        return to_base64(public.to_bytes())
    return verify_key_to_json(public)


def _unlock(opened: _Opened, passphrase: str | None, place: str) -> bytes:
    if opened.private is not None:
        if passphrase is not None:
            # Whoever swaps a locked file for one in clear must not get it used by somebody who just typed a passphrase.
            raise FormRefused("is not locked, although a passphrase was given for it", place=place)
        return opened.private
    if not passphrase:
        raise PassphraseWrong("the key is locked and no passphrase was given", place=place)
    cipher = AESGCM(_locking_key(passphrase, opened.salt, opened.cost))
    nonce, sealed = opened.sealed[:_NONCE_BYTES], opened.sealed[_NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, sealed, canonical.encode(opened.head))
    except InvalidTag:
        raise PassphraseWrong("the passphrase is wrong, or the file is damaged", place=place) from None


def _locking_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # NFC as in RFC 8265 §4.2.2: the same passphrase from another keyboard or system is the same bytes.
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    if not text:
        raise ValueError("a passphrase is not empty")
    return argon2id(text, salt=salt, cost=cost, pepper=None, context=Label.KEY_FILE.value)


def _private_key(opened: _Opened, private: bytes, place: str) -> PrivateKey:
    if isinstance(opened.public, ContentPublicKey):
        content_key = ContentKey.from_bytes(private, place=place)
        _refuse_other_half(content_key.public, opened.public, place)
        return content_key
    signing_key = _signing_key(opened.public.keytype, private, place)
    _refuse_other_half(signing_key.public_key, opened.public, place)
    return signing_key


def _refuse_other_half(own: PublicKey, stated: PublicKey, place: str) -> None:
    if own != stated:
        raise ContentRefused("holds a private key that does not belong to its public key", place=place)


def _signing_key(keytype: str, private: bytes, place: str) -> SigningKey:
    if keytype == ED25519_KEY_TYPE:
        return FileSigner(Ed25519PrivateKey.from_private_bytes(private))
    try:
        return FileSigner(derive_private_key(int.from_bytes(private, "big"), SECP256R1()))
    except ValueError:
        raise ContentRefused("holds no private key of the curve P-256", place=place) from None
