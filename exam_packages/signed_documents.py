"""Signed documents: canonical JSON in a DSSE envelope, the shape of every small file of an exam day.

Owns writing and reading of that shape, digests of files, and the syntax of the names that documents and folders share.
Refuses to know what a document says and who may sign it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exam_packages.ids import Digest
from signing.canonical import JsonInput, decode, encode
from signing.dsse import UntrustedEnvelope, read_envelope, sign, verify
from signing.errors import FormRefused, Refused
from signing.fields import Fields
from signing.keys import KeySet, SigningKey
from signing.labels import PayloadType

DOCUMENT_MAX_BYTES: Final = 2 * 1024 * 1024  # a roster of 2,000 appointments is half of it
NAME_MAX: Final = 128  # characters of an identifier
TITLE_MAX: Final = 256  # characters of a name that people read

_NAME: Final = re.compile(
    r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$))"  # files of these names are devices on Windows
    r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?",
    re.ASCII | re.IGNORECASE,
)
_SESSION: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrustedDocument:
    """A document whose form is right and whose signatures nobody has verified."""

    envelope: UntrustedEnvelope
    payload_type: PayloadType
    untrusted_payload: bytes
    place: str

    @property
    def digest(self) -> Digest:
        """SHA-256 of the payload: what a document is called whose signatures may differ."""
        return file_digest(self.untrusted_payload)

    def untrusted_fields(self) -> Fields:
        """Return the fields of the unverified payload, for whoever has to find out which key to verify with."""
        return _fields(self.untrusted_payload, self.place)

    def verified_by(self, keys: KeySet) -> Fields:
        """Verify the signatures and return the fields of the payload.

        Raises:
            ThresholdRefused: too few keys of the set, or a key outside it.
            SignatureRefused: a signature does not verify.
            RevokedRefused: a signature is by a revoked key.
        """
        return _fields(self.verify(keys), self.place)

    def verify(self, keys: KeySet) -> bytes:
        """Verify the signatures and return the payload, for whoever has read its fields already.

        Raises:
            ThresholdRefused, SignatureRefused, RevokedRefused: as ``verified_by``.
        """
        return verify(self.envelope, self.payload_type, keys, place=self.place)


def sign_document(value: JsonInput, payload_type: PayloadType, signers: Sequence[SigningKey]) -> bytes:
    """Return a signed document: the envelope of a value's canonical JSON."""
    return sign(encode(value), payload_type, signers)


def read_document(
    untrusted: bytes, payload_type: PayloadType, *, place: str, max_bytes: int = DOCUMENT_MAX_BYTES
) -> UntrustedDocument:
    """Read the form of a signed document.

    Raises:
        FormRefused: not the one encoding of an envelope, or an envelope of something else.
    """
    envelope = read_envelope(untrusted, place=place, max_bytes=max_bytes)
    if envelope.payload_type != payload_type:
        raise FormRefused(f"is not a {payload_type}", place=f"{place}.payloadType")
    return UntrustedDocument(
        envelope=envelope, payload_type=payload_type, untrusted_payload=envelope.untrusted_payload, place=place
    )


def file_digest(data: bytes) -> Digest:
    """Return the name of a file: SHA-256 of its bytes. One encoding makes it a name of its meaning too."""
    return Digest(hashlib.sha256(data).hexdigest())


def name_of(fields: Fields, name: str, *, max_length: int = NAME_MAX) -> str:
    """Read an identifier that may become part of a file name: letters, digits, ``_``, ``.`` and ``-``.

    Raises:
        FormRefused: another character, a dot or hyphen in front, a dot at the end, a name Windows has for a device.
    """
    text = fields.text(name, max_length=max_length)
    if _NAME.fullmatch(text) is None:
        raise FormRefused("is not a name of letters, digits, '_', '.' and '-'", place=f"{fields.place}.{name}")
    return text


def checked_name(text: str, *, place: str, max_length: int = NAME_MAX) -> str:
    """Return a typed identifier if it has the syntax of one.

    Raises:
        FormRefused: another character, a dot or hyphen in front, a dot at the end, too long, a name of a device.
    """
    if len(text) > max_length or _NAME.fullmatch(text) is None:
        message = f"is not a name of letters, digits, '_', '.' and '-' of at most {max_length} characters"
        raise FormRefused(message, place=place)
    return text


def session_of(fields: Fields, name: str) -> str:
    """Read a session id: 26 Crockford base32 characters.

    Raises:
        FormRefused: anything else.
    """
    text = fields.text(name, max_length=26)
    if _SESSION.fullmatch(text) is None:
        raise FormRefused("is not a session id", place=f"{fields.place}.{name}")
    return text


def day_of(fields: Fields, name: str) -> str:
    """Read a calendar day, ISO 8601 ``YYYY-MM-DD``.

    Raises:
        FormRefused: anything else.
    """
    return checked_day(fields.text(name, max_length=10), place=f"{fields.place}.{name}")


def checked_day(text: str, *, place: str) -> str:
    """Return a calendar day if it is one, ISO 8601 ``YYYY-MM-DD``.

    Raises:
        FormRefused: anything else, also a day that no month has.
    """
    try:
        exists = _DAY.fullmatch(text) is not None and date.fromisoformat(text).isoformat() == text
    except ValueError:
        exists = False
    if not exists:
        raise FormRefused("is not a day as YYYY-MM-DD", place=place)
    return text


def refuse_unless(condition: object, kind: type[Refused], message: str, *, place: str) -> None:
    """Raise a refusal where a condition does not hold."""
    if not condition:
        raise kind(message, place=place)


def _fields(payload: bytes, place: str) -> Fields:
    return Fields(decode(payload, place=f"{place}.payload", max_bytes=DOCUMENT_MAX_BYTES * 8), place)
