"""Envelopes by people who hold none of the keys, one of them, or the file of somebody who does."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, derive_private_key, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # its __init__ re-exports without an __all__

from signing import dsse
from signing.canonical import encode
from signing.dsse import EnvelopeSignature, UntrustedEnvelope, read_envelope, sign, verify
from signing.errors import FormRefused, Refused, RevokedRefused, SignatureRefused, ThresholdRefused
from signing.fields import to_base64
from signing.keys import FileSigner, KeySet, KeySignature, SigningKey, VerifyKey, accept_verify_key
from signing.labels import PayloadType
from tests.signing.hostile.attacks import Attack, assert_refused, parametrized

FILE: Final = "any signed file"
PLACE: Final = "a.release"
PAYLOAD: Final = encode({"package": "ab" * 32})
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED25519_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
ED25519_PRIME: Final = 2**255 - 19


def ed25519(name: str) -> SigningKey:
    return FileSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))


def p256(name: str) -> SigningKey:
    secret = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") % P256_ORDER
    return FileSigner(derive_private_key(secret, SECP256R1()))


FIRST, SECOND, THIRD, STRANGER = ed25519("first"), p256("second"), ed25519("third"), ed25519("stranger")
OFFICERS: Final = KeySet(keys=(FIRST.public_key, SECOND.public_key, THIRD.public_key), threshold=2)
GOOD: Final = sign(PAYLOAD, PayloadType.RELEASE, [FIRST, SECOND])


def envelope(data: bytes = GOOD) -> UntrustedEnvelope:
    return read_envelope(data, place=PLACE, max_bytes=100_000)


def opened(data: bytes, keys: KeySet = OFFICERS, payload_type: str = PayloadType.RELEASE) -> bytes:
    return verify(read_envelope(data, place=PLACE, max_bytes=100_000), payload_type, keys, place=PLACE)


def signature_of(key: SigningKey) -> EnvelopeSignature:
    return next(each for each in envelope(sign(PAYLOAD, PayloadType.RELEASE, [key])).signatures)


def with_signatures(*signatures: EnvelopeSignature) -> bytes:
    return replace(envelope(), signatures=tuple(sorted(signatures, key=lambda each: each.key_id))).to_bytes()


def index_of(key: SigningKey, *others: SigningKey) -> int:
    return sorted(each.public_key.keyid for each in (key, *others)).index(key.public_key.keyid)


def at(key: SigningKey, *others: SigningKey) -> str:
    return f"{PLACE}.signatures[{index_of(key, *others)}]"


def changed(key: SigningKey, change: Callable[[bytes], bytes]) -> Callable[[], object]:
    """The two good signatures, one of them changed."""
    entries = (replace(signature_of(key), signature=change(signature_of(key).signature)),)
    other = SECOND if key is FIRST else FIRST
    return lambda: opened(with_signatures(*entries, signature_of(other)))


def other_half(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, P256_ORDER - s)


def long_form(signature: bytes) -> bytes:
    """The same numbers with lengths as BER allows them and DER does not."""
    return bytes([signature[0], 0x81, signature[1]]) + signature[2:]


def above_the_order(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    return signature[:32] + s.to_bytes(32, "little")


def another_key_id(signature: EnvelopeSignature) -> EnvelopeSignature:
    return replace(signature, key_id=hashlib.sha256(signature.key_id.encode()).hexdigest())


def shifted_boundary() -> bytes:
    """Type and payload exchange a byte: without lengths in what is signed, both would read the same."""
    whole = envelope()
    return replace(whole, payload_type=f"{PayloadType.RELEASE} {{", untrusted_payload=PAYLOAD[1:]).to_bytes()


def edited(change: Callable[[str], str]) -> Callable[[], object]:
    return lambda: opened(change(GOOD.decode()).encode())


def with_text(change: Callable[[str], str]) -> Callable[[], object]:
    """Write the first signature's base64 in another way."""
    text = to_base64(envelope().signatures[0].signature)
    return edited(lambda whole: whole.replace(f'"{text}"', json.dumps(change(text))))


def spare_bit_set(text: str) -> str:
    """Set one of the bits that base64 leaves unused before its padding."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(text.rstrip("=")) - 1
    assert text.endswith("="), "a text without padding has no unused bits"
    return text[:at] + digits[digits.index(text[at]) ^ 1] + text[at + 1 :]


def padded_text(change: Callable[[str], str]) -> Callable[[], object]:
    """The same for a base64 text that has unused bits: an envelope whose payload is one byte short of a multiple of three."""
    payload = encode({"a": "x" * next(n for n in range(3) if len(encode({"a": "x" * n})) % 3 == 1)})
    data = sign(payload, PayloadType.RELEASE, [FIRST, SECOND]).decode()
    text = to_base64(payload)
    return lambda: opened(data.replace(text, change(text)).encode())


def many(count: int) -> bytes:
    entries = [EnvelopeSignature(key_id=f"{n:064x}", signature=b"x") for n in range(count)]
    return replace(envelope(), signatures=tuple(entries)).to_bytes()


def public_key(raw: bytes) -> VerifyKey:
    """An Ed25519 key of these bytes, under the id that belongs to them."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))


def point(y: int, *, negative: bool = False) -> bytes:
    return (y | (1 << 255 if negative else 0)).to_bytes(32, "little")


def another_curve() -> VerifyKey:
    pem = generate_private_key(SECP384R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return SSlibKey("a" * 64, "ecdsa", "ecdsa-sha2-nistp256", {"public": pem.decode()})


def accepted(key: VerifyKey) -> Callable[[], object]:
    return lambda: accept_verify_key(key, place="seat request.signing_key")


def small_order_y() -> int:
    """y of a point of order eight, computed (RFC 8032 §5.1): any point times the order of the large subgroup."""
    prime = ED25519_PRIME
    d = -121665 * pow(121666, -1, prime) % prime

    def added(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
        (x1, y1), (x2, y2) = left, right
        k = d * x1 * x2 * y1 * y2 % prime
        x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, prime)
        return x % prime, (y1 * y2 + x1 * x2) * pow(1 - k, -1, prime) % prime

    def times(factor: int, of: tuple[int, int]) -> tuple[int, int]:
        result = (0, 1)
        while factor:
            if factor & 1:
                result = added(result, of)
            of, factor = added(of, of), factor >> 1
        return result

    for y in range(2, 1000):
        square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
        x = pow(square, (prime + 3) // 8, prime)
        if (x * x - square) % prime:
            x = x * pow(2, (prime - 1) // 4, prime) % prime
        if (x * x - square) % prime == 0:
            small = times(ED25519_ORDER, (x, y))
            if times(4, small) != (0, 1):
                return small[1]
    raise AssertionError("no point of order eight")


def attack(name: str, act: Callable[[], object], refusal: type[Refused], place: str, says: str) -> Attack:
    return Attack(name=name, file=FILE, act=act, refusal=refusal, place=place, says=says)


ALIAS_INDEX: Final = int(another_key_id(signature_of(FIRST)).key_id > signature_of(FIRST).key_id)
SIGNATURES: Final = f"{PLACE}.signatures"
REVOKED: Final = KeySet(keys=OFFICERS.keys, threshold=2, revoked=frozenset({SECOND.public_key.keyid}))
ATTACKS: Final = [
    attack("all signatures stripped", lambda: opened(with_signatures()), FormRefused, SIGNATURES, "no signature"),
    attack("signatures stripped to one", lambda: opened(with_signatures(signature_of(FIRST))),
           ThresholdRefused, SIGNATURES, "1 of the 2 keys"),
    attack("a bad signature beside enough good ones",
           lambda: opened(with_signatures(signature_of(FIRST), signature_of(SECOND),
                                          replace(signature_of(THIRD), signature=bytes(64)))),
           SignatureRefused, at(THIRD, FIRST, SECOND), "does not verify"),
    attack("a stranger's signature beside enough good ones",
           lambda: opened(with_signatures(signature_of(FIRST), signature_of(SECOND), signature_of(STRANGER))),
           ThresholdRefused, at(STRANGER, FIRST, SECOND), "may not sign this"),
    attack("one signature twice", lambda: opened(with_signatures(signature_of(FIRST), signature_of(FIRST))),
           FormRefused, SIGNATURES, "without repetition"),
    attack("one signature twice, the second under another key id",
           lambda: opened(with_signatures(signature_of(FIRST), another_key_id(signature_of(FIRST)))),
           ThresholdRefused, f"{PLACE}.signatures[{ALIAS_INDEX}]", "may not sign this"),
    attack("one signature under the id of another officer",
           lambda: opened(with_signatures(signature_of(FIRST),
                                          replace(signature_of(FIRST), key_id=THIRD.public_key.keyid))),
           SignatureRefused, at(THIRD, FIRST), "does not verify"),
    attack("one officer's signature and one of nobody",
           lambda: opened(with_signatures(signature_of(SECOND), EnvelopeSignature(key_id="0" * 64, signature=b"x"))),
           ThresholdRefused, f"{PLACE}.signatures[0]", "may not sign this"),
    attack("signatures in another order",
           lambda: opened(replace(envelope(), signatures=envelope().signatures[::-1]).to_bytes()),
           FormRefused, SIGNATURES, "not sorted"),
    attack("seventeen signatures", lambda: opened(many(17)), FormRefused, SIGNATURES, "more than 16"),
    attack("a signature of no byte", changed(FIRST, lambda _: b""), SignatureRefused, at(FIRST, SECOND), "verify"),
    attack("a signature of a kilobyte", changed(FIRST, lambda _: bytes(1024)),
           FormRefused, f"{at(FIRST, SECOND)}.sig", "over 172 characters"),
    attack("an ECDSA signature with the other s (n - s)", changed(SECOND, other_half),
           FormRefused, at(SECOND, FIRST), "one form"),
    attack("an ECDSA signature in BER", changed(SECOND, long_form), SignatureRefused, at(SECOND, FIRST), "verify"),
    attack("an ECDSA signature with a byte behind", changed(SECOND, lambda raw: raw + b"\x00"),
           SignatureRefused, at(SECOND, FIRST), "verify"),
    attack("an ECDSA signature of r = s = 0", changed(SECOND, lambda _: encode_dss_signature(0, 0)),
           SignatureRefused, at(SECOND, FIRST), "verify"),
    attack("an Ed25519 signature with S above the group's order", changed(FIRST, above_the_order),
           SignatureRefused, at(FIRST, SECOND), "verify"),
    attack("an Ed25519 signature of the neutral element", changed(FIRST, lambda _: point(1) + bytes(32)),
           SignatureRefused, at(FIRST, SECOND), "verify"),
    attack("an Ed25519 signature in an ECDSA key's place", changed(SECOND, lambda _: bytes(64)),
           SignatureRefused, at(SECOND, FIRST), "verify"),
    attack("the payload type exchanged, as the reader wants it",
           lambda: opened(replace(envelope(), payload_type=PayloadType.ROSTER).to_bytes(), OFFICERS, PayloadType.ROSTER),
           SignatureRefused, f"{PLACE}.signatures[0]", "does not verify"),
    attack("another payload type, rightly signed",
           lambda: opened(sign(PAYLOAD, PayloadType.ROSTER, [FIRST, SECOND])),
           FormRefused, f"{PLACE}.payloadType", "is not a application/vnd"),
    attack("a later version of the payload type",
           lambda: opened(sign(PAYLOAD, PayloadType.RELEASE.replace(".v1+", ".v2+"), [FIRST, SECOND])),
           FormRefused, f"{PLACE}.payloadType", "is not a application/vnd"),
    attack("payload type and payload exchange a byte",
           lambda: opened(shifted_boundary(), OFFICERS, f"{PayloadType.RELEASE} {{"),
           SignatureRefused, f"{PLACE}.signatures[0]", "does not verify"),
    attack("signed by a key revoked since", lambda: opened(GOOD, REVOKED), RevokedRefused, at(SECOND, FIRST), "revoked"),
    attack("a revoked key's signature beside enough good ones",
           lambda: opened(with_signatures(signature_of(FIRST), signature_of(SECOND), signature_of(THIRD)), REVOKED),
           RevokedRefused, at(SECOND, FIRST, THIRD), "revoked"),
    attack("base64 in the alphabet for URLs", with_text(lambda text: text.replace("/", "_").replace("+", "-") + "_"),
           FormRefused, f"{PLACE}.signatures[0].sig", "is not base64"),
    attack("base64 without its padding", padded_text(lambda text: text.rstrip("=")),
           FormRefused, f"{PLACE}.payload", "not base64"),
    attack("base64 with an unused bit set", padded_text(spare_bit_set), FormRefused, f"{PLACE}.payload", "one base64 form"),
    attack("base64 with a line feed", with_text(lambda text: text[:8] + "\n" + text[8:]),
           FormRefused, f"{PLACE}.signatures[0].sig", "is not base64"),
    attack("a space in the envelope's JSON", edited(lambda text: text.replace(":", ": ", 1)),
           FormRefused, PLACE, "one canonical form"),
    attack("a line feed behind the envelope", edited(lambda text: text + "\n"), FormRefused, PLACE, "canonical form"),
    attack("a byte order mark before the envelope", lambda: opened(b"\xef\xbb\xbf" + GOOD), FormRefused, PLACE, "JSON"),
    attack("the payload twice in the envelope",
           edited(lambda text: text.replace("{", f'{{"payload":"{base64.b64encode(b"{}").decode()}",', 1)),
           FormRefused, PLACE, "one name twice"),
    attack("an unknown field in the envelope", edited(lambda text: text[:-1] + ',"x":1}'),
           FormRefused, f"{PLACE}.x", "unknown field"),
    attack("an unknown field in a signature", edited(lambda text: text.replace('"sig"', '"cert":"","sig"', 1).replace(
           '"cert":"",', "").replace('{"keyid"', '{"a":1,"keyid"', 1)),
           FormRefused, f"{PLACE}.signatures[0].a", "unknown field"),
    attack("one key twice in a role",
           lambda: KeySet(keys=(FIRST.public_key, FIRST.public_key), threshold=2), FormRefused, "key set", "one key twice"),
    attack("one key under two ids in a role",
           lambda: KeySet(keys=(FIRST.public_key, SSlibKey("f" * 64, "ed25519", "ed25519",
                                                           dict(FIRST.public_key.keyval))), threshold=2),
           FormRefused, "key set", "the key's own id"),
    attack("a threshold of nought", lambda: KeySet(keys=OFFICERS.keys, threshold=0), FormRefused, "key set", "asks for 0"),
    attack("a threshold beyond the keys", lambda: KeySet(keys=OFFICERS.keys, threshold=4),
           FormRefused, "key set", "4 signatures of 3"),
    attack("a public key of small order (every message verifies)", accepted(public_key(point(1))),
           FormRefused, "seat request.signing_key", "no private key has"),
    attack("a public key of order eight", accepted(public_key(point(small_order_y()))),
           FormRefused, "seat request.signing_key", "no private key has"),
    attack("a public key of order eight, its other sign", accepted(public_key(point(small_order_y(), negative=True))),
           FormRefused, "seat request.signing_key", "no private key has"),
    attack("a public key in its second encoding (y + p)", accepted(public_key(point(ED25519_PRIME + 3))),
           FormRefused, "seat request.signing_key", "no private key has"),
    attack("a public key in capitals",
           accepted(SSlibKey(FIRST.public_key.keyid, "ed25519", "ed25519",
                             {"public": str(FIRST.public_key.keyval["public"]).upper()})),
           FormRefused, "seat request.signing_key", "one form of this key"),
    attack("a key on another curve under the name of P-256", accepted(another_curve()),
           FormRefused, "seat request.signing_key", "not a key on the curve P-256"),
    attack("an RSA key", accepted(SSlibKey("a" * 64, "rsa", "rsassa-pss-sha256", {"public": "x"})),
           FormRefused, "seat request.signing_key", "neither an Ed25519 nor an ECDSA"),
]  # fmt: skip


@parametrized(ATTACKS)
def test_refused(attack: Attack) -> None:
    assert_refused(attack)


def test_what_is_forged_from_is_good() -> None:
    assert opened(GOOD) == PAYLOAD
    assert opened(with_signatures(signature_of(FIRST), signature_of(SECOND), signature_of(THIRD))) == PAYLOAD


def test_the_other_s_is_a_signature_as_good_as_the_first() -> None:
    """Without a rule of ours nothing would refuse it: the library verifies both."""
    signed = dsse.pre_authentication_encoding(PayloadType.RELEASE, PAYLOAD)
    signature = signature_of(SECOND).signature
    assert other_half(signature) != signature
    for each in (signature, other_half(signature)):
        key = SECOND.public_key
        key.verify_signature(KeySignature(key.keyid, each.hex()), signed)


@pytest.mark.parametrize("message", [b"one", b"another", b""])
def test_under_a_key_of_small_order_one_signature_is_good_for_every_message(message: bytes) -> None:
    """Why such keys are refused: the library verifies the neutral element under the neutral element, whatever is signed."""
    key = public_key(point(1))
    key.verify_signature(KeySignature(key.keyid, (point(1) + bytes(32)).hex()), message)


def test_signing_always_gives_the_one_form() -> None:
    for number in range(16):
        data = sign(encode({"n": number}), PayloadType.RELEASE, [SECOND, FIRST])
        assert opened(data) == encode({"n": number})
