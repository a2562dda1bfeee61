import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import canonical, key_file
from signing.argon2 import MINIMUM_COST
from signing.errors import ContentRefused, FormRefused, Refused
from signing.fields import to_base64
from signing.hpke import ContentKey
from signing.key_file import KEY_FILE_COST, PassphraseWrong, PrivateKey
from signing.keys import KeySignature, generate_p256_signing_key, generate_signing_key
from tests.signing.refusals import refused

ED25519, P256, CONTENT = generate_signing_key(), generate_p256_signing_key(), ContentKey.generate()
KEYS: list[PrivateKey] = [ED25519, P256, CONTENT]
PASSPHRASE = "correct horse"


def written(key: PrivateKey, passphrase: str | None = PASSPHRASE) -> bytes:
    return key_file.write_key_file(key, passphrase=passphrase, cost=MINIMUM_COST)


def read(untrusted: bytes, passphrase: str | None = PASSPHRASE) -> PrivateKey:
    return key_file.read_key_file(untrusted, passphrase=passphrase, place="a.key")


def works_like(key: PrivateKey, original: PrivateKey) -> bool:
    if isinstance(key, ContentKey) or isinstance(original, ContentKey):
        return (
            isinstance(key, ContentKey) and isinstance(original, ContentKey) and key.to_bytes() == original.to_bytes()
        )
    signature = key.sign(b"data")
    original.public_key.verify_signature(KeySignature(signature.keyid, signature.signature), b"data")
    return key.public_key == original.public_key


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("passphrase", [PASSPHRASE, "é", None])
def test_round_trip(key: PrivateKey, passphrase: str | None) -> None:
    assert works_like(read(written(key, passphrase), passphrase), key)


@pytest.mark.parametrize("key", KEYS)
def test_a_locked_file_shows_its_public_half_only(key: PrivateKey) -> None:
    locked, clear = written(key), written(key, None)
    secret = json.loads(clear)["private"]
    assert secret not in locked.decode()
    public = key_file.read_public_half(locked, place="a.key")
    assert public == (key.public if isinstance(key, ContentKey) else key.public_key)


@pytest.mark.parametrize("wrong", ["", "Correct horse", "correct horse ", "\ud800", None])
def test_a_wrong_passphrase_says_so(wrong: str | None) -> None:
    with pytest.raises(PassphraseWrong, match=r"^a\.key: "):
        read(written(ED25519), wrong)
    assert not issubclass(PassphraseWrong, Refused)


def test_one_passphrase_typed_on_two_keyboards() -> None:
    assert works_like(read(written(ED25519, "caf\u00e9"), "cafe\u0301"), ED25519)


def test_a_file_in_clear_does_not_pass_for_a_locked_one() -> None:
    with refused(FormRefused, place="a.key"):
        read(written(ED25519, None))


def test_the_halves_belong_together() -> None:
    for one, other in ((ED25519, generate_signing_key()), (P256, generate_p256_signing_key())):
        mixed = {**json.loads(written(one, None)), "public": json.loads(written(other, None))["public"]}
        with refused(ContentRefused, place="a.key"):
            read(canonical.encode(mixed), None)
    mixed = {**json.loads(written(CONTENT, None)), "public": json.loads(written(ContentKey.generate(), None))["public"]}
    with refused(ContentRefused, place="a.key"):
        read(canonical.encode(mixed), None)


def test_the_public_half_of_a_locked_file_cannot_change() -> None:
    mixed = {**json.loads(written(ED25519)), "public": json.loads(written(generate_signing_key()))["public"]}
    with pytest.raises(PassphraseWrong):
        read(canonical.encode(mixed))


@pytest.mark.parametrize("scalar", [bytes(32), b"\xff" * 32])
def test_a_scalar_that_is_no_private_key_is_refused(scalar: bytes) -> None:
    value = json.loads(written(P256, None))
    value["private"] = to_base64(scalar)
    with refused(ContentRefused, place="a.key"):
        read(canonical.encode(value), None)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "testing-center-kiosk/key-file/v2"},
        {"kind": "session-key"},
        {"kind": "content-key"},
        {"extra": 1},
        {"private": "AAAA"},
        {"sealed": "AAAA"},
        {"lock": {"salt": "AAAA", "memoryKib": 8, "iterations": 1, "lanes": 1}},
        {"lock": {"salt": "A" * 22 + "==", "memoryKib": 2**40, "iterations": 1, "lanes": 1}},
        {"lock": {"salt": "A" * 22 + "==", "memoryKib": 8, "iterations": 1, "lanes": 1, "extra": 1}},
    ],
)
def test_other_forms_are_refused(change: dict[str, object]) -> None:
    value = {**json.loads(written(ED25519)), **change}
    with refused(FormRefused, place="a.key"):
        read(canonical.encode(value))


@settings(max_examples=300)
@given(st.sampled_from([written(key) for key in KEYS]), st.data())
def test_no_byte_of_a_locked_file_can_change(file: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(file) - 1))
    damaged = bytearray(file)
    damaged[position] ^= data.draw(st.sampled_from([1, 2, 0x20, 0x80]))
    try:
        read(bytes(damaged))
    except (Refused, PassphraseWrong):
        return
    pytest.fail("a damaged key file was read")


def test_typed_readers_refuse_the_other_kind() -> None:
    signing, content = written(ED25519), written(CONTENT)
    assert key_file.read_signing_key(signing, passphrase=PASSPHRASE, place="a.key").public_key == ED25519.public_key
    assert key_file.read_content_key(content, passphrase=PASSPHRASE, place="a.key").public == CONTENT.public
    with refused(FormRefused, place="a.key"):
        key_file.read_signing_key(content, passphrase=PASSPHRASE, place="a.key")
    with refused(FormRefused, place="a.key"):
        key_file.read_content_key(signing, passphrase=PASSPHRASE, place="a.key")


def test_typed_writers() -> None:
    clear = key_file.write_signing_key(ED25519, passphrase=None)
    assert clear == written(ED25519, None)
    assert key_file.write_content_key(CONTENT, passphrase=None) == written(CONTENT, None)


def test_the_real_cost_stands_in_the_file() -> None:
    locked = key_file.write_signing_key(ED25519, passphrase=PASSPHRASE)
    assert (KEY_FILE_COST.memory_kib, KEY_FILE_COST.iterations, KEY_FILE_COST.lanes) == (65_536, 3, 1)
    assert {name: json.loads(locked)["lock"][name] for name in KEY_FILE_COST.to_json()} == KEY_FILE_COST.to_json()
    assert works_like(read(locked), ED25519)


def test_an_empty_passphrase_locks_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        written(ED25519, "")
