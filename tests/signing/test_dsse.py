import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import canonical, dsse
from signing.errors import FormRefused, Refused, RevokedRefused, SignatureRefused, ThresholdRefused
from signing.keys import KeySet, generate_p256_signing_key, generate_signing_key
from signing.labels import PayloadType
from tests.signing.refusals import refused

ALICE, BOB, CAROL, MALLORY = (
    generate_signing_key(),
    generate_p256_signing_key(),
    generate_signing_key(),
    generate_signing_key(),
)
TWO_OF_THREE = KeySet(keys=(ALICE.public_key, BOB.public_key, CAROL.public_key), threshold=2)
KIND = PayloadType.RELEASE
PAYLOAD = b'{"a":1}'
SIGNED = dsse.sign(PAYLOAD, KIND, [ALICE, BOB])


def opened(untrusted: bytes, *, keys: KeySet = TWO_OF_THREE, kind: str = KIND) -> bytes:
    envelope = dsse.read_envelope(untrusted, place="a.release", max_bytes=10_000)
    return dsse.verify(envelope, kind, keys, place="a.release")


def test_pre_authentication_encoding_of_the_standard() -> None:
    # DSSE protocol.md, section "Test Vectors".
    encoding = dsse.pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    assert encoding == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_are_bytes_and_not_characters() -> None:
    assert dsse.pre_authentication_encoding("é", "€".encode()) == b"DSSEv1 2 \xc3\xa9 3 \xe2\x82\xac"


def test_signed_and_opened() -> None:
    assert opened(SIGNED) == PAYLOAD
    assert opened(dsse.sign(b"", KIND, [CAROL, ALICE, BOB])) == b""


def test_the_envelope_is_what_the_standard_says() -> None:
    envelope = json.loads(SIGNED)
    assert envelope.keys() == {"payload", "payloadType", "signatures"}
    assert b64decode(envelope["payload"]) == PAYLOAD
    key_ids = [entry["keyid"] for entry in envelope["signatures"]]
    assert key_ids == sorted(key_ids)


@given(st.binary(max_size=300), st.sets(st.sampled_from([0, 1, 2]), min_size=2))
def test_round_trip(payload: bytes, signers: set[int]) -> None:
    keys = [(ALICE, BOB, CAROL)[signer] for signer in signers]
    assert opened(dsse.sign(payload, KIND, keys)) == payload


def test_signers_who_never_meet() -> None:
    first = dsse.read_envelope(dsse.sign(PAYLOAD, KIND, [ALICE]), place="x", max_bytes=10_000)
    assert opened(dsse.cosign(first, CAROL)) == PAYLOAD
    with pytest.raises(ValueError, match="only once"):
        dsse.cosign(first, ALICE)


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80])
def test_no_byte_can_change(flip: int) -> None:
    for position in range(len(SIGNED)):
        damaged = bytearray(SIGNED)
        damaged[position] ^= flip
        with pytest.raises(Refused):
            opened(bytes(damaged))


@given(st.data())
def test_nothing_can_be_cut_doubled_or_put_in(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SIGNED)))
    end = data.draw(st.integers(start, len(SIGNED)))
    put_in = data.draw(st.binary(max_size=3) | st.just(SIGNED[start:end] * 2))
    changed = SIGNED[:start] + put_in + SIGNED[end:]
    if changed != SIGNED:
        with pytest.raises(Refused):
            opened(changed)


Change = Callable[[dict[str, list[dict[str, str]]]], object]
CHANGES: list[tuple[Change, type[Refused]]] = [
    (lambda envelope: envelope["signatures"].pop(), ThresholdRefused),
    (lambda envelope: envelope["signatures"].clear(), FormRefused),
    (lambda envelope: envelope["signatures"].reverse(), FormRefused),
    (lambda envelope: envelope["signatures"].append(envelope["signatures"][1]), FormRefused),
    (lambda envelope: envelope["signatures"][0].update(keyid="0" * 64), ThresholdRefused),
    (lambda envelope: envelope["signatures"][0].update(sig=envelope["signatures"][1]["sig"]), SignatureRefused),
    (lambda envelope: envelope["signatures"][0].update(sig=""), SignatureRefused),
    (lambda envelope: envelope["signatures"][0].update(sig="A" * 400), FormRefused),
    (lambda envelope: envelope["signatures"][0].update(extra="1"), FormRefused),
    (lambda envelope: envelope["signatures"][0].pop("keyid"), FormRefused),
    (lambda envelope: envelope.update(extra=[]), FormRefused),
    (lambda envelope: envelope.pop("payload"), FormRefused),
    (lambda envelope: envelope.update(payload=[]), FormRefused),
]


@pytest.mark.parametrize(("change", "kind"), CHANGES)
def test_attacks_on_the_signatures(change: Change, kind: type[Refused]) -> None:
    envelope = json.loads(SIGNED)
    change(envelope)
    with refused(kind, place="a.release"):
        opened(canonical.encode(envelope))


def test_a_payload_of_another_kind_is_refused_though_the_signatures_are_right() -> None:
    with refused(FormRefused, place="a.release.payloadType"):
        opened(SIGNED, kind=PayloadType.RECEIPT)


def test_a_signature_over_another_kind_does_not_verify() -> None:
    renamed = dsse.read_envelope(SIGNED, place="x", max_bytes=10_000)
    moved = replace(renamed, payload_type=PayloadType.RECEIPT.value).to_bytes()
    with refused(SignatureRefused):
        opened(moved, kind=PayloadType.RECEIPT)


def test_one_key_of_two_is_too_few() -> None:
    with refused(ThresholdRefused, place="signatures"):
        opened(dsse.sign(PAYLOAD, KIND, [ALICE]))


def test_a_stranger_is_refused_though_enough_others_have_signed() -> None:
    with refused(ThresholdRefused):
        opened(dsse.sign(PAYLOAD, KIND, [ALICE, BOB, MALLORY]))


def test_a_third_signature_that_does_not_verify_is_refused_though_nobody_needs_it() -> None:
    envelope = dsse.read_envelope(dsse.sign(PAYLOAD, KIND, [ALICE, BOB, CAROL]), place="x", max_bytes=10_000)
    for index in range(3):
        entries = list(envelope.signatures)
        entries[index] = replace(entries[index], signature=bytes(64))
        with refused(SignatureRefused, place=f"signatures[{index}]"):
            opened(replace(envelope, signatures=tuple(entries)).to_bytes())


def test_a_revoked_key_is_refused_though_enough_others_have_signed() -> None:
    keys = replace(TWO_OF_THREE, revoked=frozenset({CAROL.public_key.keyid}))
    assert opened(SIGNED, keys=keys) == PAYLOAD
    with refused(RevokedRefused):
        opened(dsse.sign(PAYLOAD, KIND, [ALICE, BOB, CAROL]), keys=keys)


def test_a_revoked_key_that_is_no_longer_in_the_set_is_still_named_as_revoked() -> None:
    keys = replace(TWO_OF_THREE, revoked=frozenset({MALLORY.public_key.keyid}))
    with refused(RevokedRefused):
        opened(dsse.sign(PAYLOAD, KIND, [ALICE, BOB, MALLORY]), keys=keys)


def test_the_length_is_bounded() -> None:
    assert dsse.read_envelope(SIGNED, place="x", max_bytes=len(SIGNED)).key_ids
    with refused(FormRefused):
        dsse.read_envelope(SIGNED, place="x", max_bytes=len(SIGNED) - 1)


def test_nobody_signs_twice_and_somebody_signs() -> None:
    for keys in ([], [ALICE, ALICE]):
        with pytest.raises(ValueError, match="sign"):
            dsse.sign(PAYLOAD, KIND, keys)


@given(st.binary(max_size=80))
def test_any_bytes_are_refused(untrusted: bytes) -> None:
    with pytest.raises(Refused):
        opened(untrusted)
