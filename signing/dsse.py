"""Signed envelopes: DSSE 1.0.2 with one encoding.

Owns signing, reading and verifying an envelope. Refuses to know what a payload means and which role may sign it.
Source: github.com/secure-systems-lab/dsse, protocol.md and envelope.md.

Stricter than the standard, so that no byte of a file can change unnoticed: the envelope is canonical JSON, key ids are
required, sorted and unique, only the standard base64 alphabet is read, and every signature that is present must be by a
key of the set, must verify and must be in the one form of its kind, whether the threshold needs it or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from securesystemslib.exceptions import UnverifiedSignatureError

from signing import canonical
from signing.canonical import JsonValue
from signing.errors import FormRefused, RevokedRefused, SignatureRefused, ThresholdRefused
from signing.fields import Fields, to_base64
from signing.keys import KeySet, KeySignature, SigningKey, one_signature_form

MAX_SIGNATURES = 16
"""More signatures than any role has keys."""

MAX_SIGNATURE_BYTES = 128
"""Ed25519 has 64 bytes, a DER encoded P-256 signature at most 72."""

MAX_PAYLOAD_TYPE_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeSignature:
    """One signature of an envelope: the id of the key that is said to have made it, and its raw bytes."""

    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrustedEnvelope:
    """An envelope whose form is right and whose signatures nobody has verified.

    Attributes:
        untrusted_payload: the payload bytes.
        payload_type: what the payload is said to be.
        signatures: at least one, sorted by key id.
    """

    untrusted_payload: bytes
    payload_type: str
    signatures: tuple[EnvelopeSignature, ...]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys that are said to have signed."""
        return tuple(signature.key_id for signature in self.signatures)

    def to_bytes(self) -> bytes:
        """Return the one encoding of the envelope."""
        signatures: list[JsonValue] = [
            {"keyid": entry.key_id, "sig": to_base64(entry.signature)} for entry in self.signatures
        ]
        return canonical.encode(
            {
                "payload": to_base64(self.untrusted_payload),
                "payloadType": self.payload_type,
                "signatures": signatures,
            }
        )


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed (DSSE protocol.md, PAE). Lengths count bytes, not characters."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, keys: Sequence[SigningKey]) -> bytes:
    """Return the envelope of a payload, signed by every key given.

    Raises:
        ValueError: no key, too many, or one key twice.
    """
    if not 1 <= len(keys) <= MAX_SIGNATURES:
        raise ValueError(f"an envelope has from 1 to {MAX_SIGNATURES} signatures, not {len(keys)}")
    if len({key.public_key.keyid for key in keys}) != len(keys):
        raise ValueError("a key can sign an envelope only once")
    signed = pre_authentication_encoding(payload_type, payload)
    signatures = tuple(sorted((_signature(key, signed) for key in keys), key=lambda entry: entry.key_id))
    return UntrustedEnvelope(untrusted_payload=payload, payload_type=payload_type, signatures=signatures).to_bytes()


def cosign(envelope: UntrustedEnvelope, key: SigningKey) -> bytes:
    """Return the envelope with one more signature, for signers who never meet.

    The other signatures are carried along unverified. Whoever signs has to have verified what the payload says.

    Raises:
        ValueError: the key has signed it already, or there is no room.
    """
    if key.public_key.keyid in envelope.key_ids:
        raise ValueError("a key can sign an envelope only once")
    if len(envelope.signatures) >= MAX_SIGNATURES:
        raise ValueError(f"an envelope has at most {MAX_SIGNATURES} signatures")
    added = _signature(key, pre_authentication_encoding(envelope.payload_type, envelope.untrusted_payload))
    signatures = tuple(sorted((*envelope.signatures, added), key=lambda entry: entry.key_id))
    return UntrustedEnvelope(
        untrusted_payload=envelope.untrusted_payload, payload_type=envelope.payload_type, signatures=signatures
    ).to_bytes()


def read_envelope(untrusted: bytes, *, place: str, max_bytes: int) -> UntrustedEnvelope:
    """Read an envelope's form. Nothing in the result is verified.

    Args:
        untrusted: the bytes of the file.
        place: where they come from, for refusals.
        max_bytes: the longest acceptable envelope, base64 included.

    Raises:
        FormRefused: not the one encoding of an envelope.
    """
    fields = Fields(canonical.decode(untrusted, place=place, max_bytes=max_bytes), place)
    payload = fields.raw("payload", max_length=max_bytes)
    payload_type = fields.text("payloadType", max_length=MAX_PAYLOAD_TYPE_CHARACTERS)
    entries = fields.objects("signatures", max_items=MAX_SIGNATURES)
    fields.close()
    signatures = tuple(_read_signature(entry) for entry in entries)
    _refuse_unless_strictly_sorted(signatures, f"{place}.signatures")
    return UntrustedEnvelope(untrusted_payload=payload, payload_type=payload_type, signatures=signatures)


def verify(envelope: UntrustedEnvelope, payload_type: str, keys: KeySet, *, place: str) -> bytes:
    """Return the payload of an envelope that is signed as it must be.

    Args:
        envelope: what ``read_envelope`` returned.
        payload_type: what the payload has to be.
        keys: who may sign, and how many must.
        place: where the envelope comes from, for refusals.

    Raises:
        FormRefused: it is an envelope of something else, or a signature is not in its one form.
        ThresholdRefused: a signature is by a key that is not in the set, or there are too few signatures.
        SignatureRefused: a signature does not verify.
        RevokedRefused: a signature is by a revoked key.
    """
    if envelope.payload_type != payload_type:
        raise FormRefused(f"is not a {payload_type}", place=f"{place}.payloadType")
    signed = pre_authentication_encoding(envelope.payload_type, envelope.untrusted_payload)
    for index, entry in enumerate(envelope.signatures):
        _verify_one(entry, signed, keys, place=f"{place}.signatures[{index}]")
    # Ids are strictly sorted and computed from the key, so signatures are by as many distinct keys.
    if len(envelope.signatures) < keys.threshold:
        message = f"is signed by {len(envelope.signatures)} of the {keys.threshold} keys it needs"
        raise ThresholdRefused(message, place=f"{place}.signatures")
    return envelope.untrusted_payload


def _verify_one(entry: EnvelopeSignature, signed: bytes, keys: KeySet, *, place: str) -> None:
    key = keys.by_id(entry.key_id)
    if key is None and entry.key_id in keys.revoked:
        raise RevokedRefused("is by a revoked key", place=place)
    if key is None:
        raise ThresholdRefused("is by a key that may not sign this", place=place)
    try:
        key.verify_signature(KeySignature(entry.key_id, entry.signature.hex()), signed)
    except UnverifiedSignatureError:
        raise SignatureRefused("does not verify", place=place) from None
    if one_signature_form(key, entry.signature) != entry.signature:
        raise FormRefused("is not in the one form of its signature", place=place)
    if entry.key_id in keys.revoked:
        raise RevokedRefused("is by a revoked key", place=place)


def _signature(key: SigningKey, signed: bytes) -> EnvelopeSignature:
    signature = key.sign(signed)
    raw = one_signature_form(key.public_key, bytes.fromhex(signature.signature))
    return EnvelopeSignature(key_id=signature.keyid, signature=raw)


def _read_signature(fields: Fields) -> EnvelopeSignature:
    entry = EnvelopeSignature(
        key_id=fields.digest("keyid"), signature=fields.raw("sig", max_length=MAX_SIGNATURE_BYTES)
    )
    fields.close()
    return entry


def _refuse_unless_strictly_sorted(signatures: tuple[EnvelopeSignature, ...], place: str) -> None:
    if not signatures:
        raise FormRefused("holds no signature", place=place)
    for before, after in pairwise(signatures):
        if before.key_id >= after.key_id:
            raise FormRefused("is not sorted by key id without repetition", place=place)
