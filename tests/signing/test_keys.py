from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from signing import canonical
from signing.canonical import JsonValue
from signing.errors import FormRefused
from signing.fields import Fields
from signing.keys import (
    FileSigner,
    KeySet,
    SigningKey,
    VerifyKey,
    accept_verify_key,
    fingerprint,
    generate_p256_signing_key,
    generate_signing_key,
    verify_key_from_json,
    verify_key_to_json,
)
from tests.signing.refusals import refused

ED25519 = generate_signing_key()
P256 = generate_p256_signing_key()


def under_id(key: VerifyKey, key_id: str) -> VerifyKey:
    return type(key)(key_id, key.keytype, key.scheme, dict(key.keyval))


@pytest.mark.parametrize("key", [ED25519, P256])
def test_json_round_trip(key: SigningKey) -> None:
    text = canonical.encode(verify_key_to_json(key.public_key))
    value = canonical.decode(text, place="key", max_bytes=1000)
    assert verify_key_from_json(Fields(value, "key")) == key.public_key


def changed(key: SigningKey, **changes: JsonValue) -> dict[str, JsonValue]:
    return {**verify_key_to_json(key.public_key), **changes}


def other_pem_of_the_same_key() -> str:
    key = load_pem_public_key(str(P256.public_key.keyval["public"]).encode())
    assert isinstance(key, EllipticCurvePublicKey)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return pem.rstrip("\n")


BAD: list[dict[str, JsonValue]] = [
    changed(ED25519, keyid="0" * 64),
    changed(ED25519, keyid=P256.public_key.keyid),
    changed(ED25519, public="00"),
    changed(ED25519, public="zz" * 32),
    changed(ED25519, public=str(ED25519.public_key.keyval["public"]).upper()),
    changed(ED25519, public=" " + str(ED25519.public_key.keyval["public"])),
    changed(ED25519, keytype="ecdsa"),
    changed(ED25519, scheme="ecdsa-sha2-nistp256"),
    changed(ED25519, keytype="rsa", scheme="rsassa-pss-sha256"),
    changed(ED25519, keytype="ml-dsa", scheme="ml-dsa-65/1"),
    changed(ED25519, extra=1),
    changed(P256, public=other_pem_of_the_same_key()),
    changed(P256, public="-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"),
    changed(P256, public="\u00e9"),
    changed(P256, keytype="ecdsa-sha2-nistp256"),
    changed(P256, scheme="ecdsa-sha2-nistp384"),
]


@pytest.mark.parametrize("bad", BAD)
def test_every_other_form_of_a_key_is_refused(bad: dict[str, JsonValue]) -> None:
    with refused(FormRefused, place="key"):
        verify_key_from_json(Fields(bad, "key"))


def test_other_kinds_of_keys_are_refused() -> None:
    rsa = FileSigner(generate_rsa(65537, 2048)).public_key
    p384 = FileSigner(generate_private_key(SECP384R1())).public_key
    disguised = type(p384)(p384.keyid, "ecdsa", "ecdsa-sha2-nistp256", dict(p384.keyval))
    for key in (rsa, p384, disguised):
        with refused(FormRefused, place="here"):
            accept_verify_key(key, place="here")


def test_a_key_cannot_count_twice_under_two_ids() -> None:
    twice = (ED25519.public_key, under_id(ED25519.public_key, "1" * 64))
    with refused(FormRefused):
        KeySet(keys=twice, threshold=2)


def test_a_key_cannot_be_in_a_set_twice() -> None:
    with refused(FormRefused):
        KeySet(keys=(ED25519.public_key, ED25519.public_key), threshold=1)


@pytest.mark.parametrize("threshold", [-1, 0, 3])
def test_a_threshold_nobody_can_meet_or_everybody_meets_is_refused(threshold: int) -> None:
    with refused(FormRefused):
        KeySet(keys=(ED25519.public_key, P256.public_key), threshold=threshold)


def test_keys_are_found_by_id() -> None:
    keys = KeySet(keys=(ED25519.public_key, P256.public_key), threshold=1)
    assert keys.by_id(P256.public_key.keyid) == P256.public_key
    assert keys.by_id("0" * 64) is None
    assert replace(keys, threshold=2).threshold == 2


def test_a_fingerprint_is_eighty_bits_of_the_id() -> None:
    key = under_id(ED25519.public_key, "ff" * 10 + "00" * 22)
    assert fingerprint(key) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert fingerprint(under_id(key, "00443214c74254b635cf" + "ff" * 22)) == "0123-4567-89AB-CDEF"
