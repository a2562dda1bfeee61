"""What is no longer believed: a numbered, signed list.

Owns the document ``revocations.json`` that a drop carries. Refuses to know why somebody was revoked. The whole list is
in every document, so a machine needs only the newest; its number never goes down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from signing import canonical, dsse
from signing.errors import FormRefused, RevokedRefused
from signing.fields import Fields
from signing.keys import KeySet, SigningKey
from signing.labels import PayloadType

TARGET_PATH = "revocations.json"
"""Where a drop carries it."""

MAX_BYTES = 1024 * 1024
MAX_ENTRIES = 10_000
MAX_TIME_UTC_MS = 253_402_300_799_000
"""The last second of the year 9999, where the calendar of datetime ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """Everything that has been revoked so far.

    Attributes:
        number: counts the documents, from 1; 0 stands for "none seen yet".
        issued_utc_ms: when it was signed.
        key_ids: signing keys of roles, sites and seats.
        site_ids: testing centres.
        seat_certificates: SHA-256 digests of the payloads of seat certificates.
        packages: SHA-256 digests of exam manifests.
    """

    number: int = 0
    issued_utc_ms: int = 0
    key_ids: frozenset[str] = field(default=frozenset())
    site_ids: frozenset[str] = field(default=frozenset())
    seat_certificates: frozenset[str] = field(default=frozenset())
    packages: frozenset[str] = field(default=frozenset())

    def refuse_key(self, key_id: str, *, place: str) -> None:
        """Raise RevokedRefused if a key has been revoked."""
        _refuse(key_id in self.key_ids, "belongs to a revoked key", place)

    def refuse_site(self, site_id: str, *, place: str) -> None:
        """Raise RevokedRefused if a testing centre has been revoked."""
        _refuse(site_id in self.site_ids, "belongs to a testing centre that has been revoked", place)

    def refuse_seat_certificate(self, digest: str, *, place: str) -> None:
        """Raise RevokedRefused if a seat certificate has been revoked."""
        _refuse(digest in self.seat_certificates, "is a seat certificate that has been revoked", place)

    def refuse_package(self, digest: str, *, place: str) -> None:
        """Raise RevokedRefused if an exam package has been revoked."""
        _refuse(digest in self.packages, "is an exam package that has been revoked", place)


NO_REVOCATIONS: Final = Revocations()
"""What is in force before the first document."""


def write_revocations(revocations: Revocations, keys: Sequence[SigningKey]) -> bytes:
    """Return the signed document.

    Raises:
        ValueError: its number is not positive.
    """
    if revocations.number < 1:
        raise ValueError("revocations are numbered from 1")
    payload = canonical.encode(
        {
            "issuedUtcMs": revocations.issued_utc_ms,
            "keys": sorted(revocations.key_ids),
            "number": revocations.number,
            "packages": sorted(revocations.packages),
            "seatCertificates": sorted(revocations.seat_certificates),
            "sites": sorted(revocations.site_ids),
        }
    )
    return dsse.sign(payload, PayloadType.REVOCATIONS, keys)


def read_revocations(untrusted: bytes, keys: KeySet, *, place: str) -> Revocations:
    """Verify a document against the keys of the role ``revocations`` and read it.

    Raises:
        Refused: its form, or one of its signatures.
    """
    envelope = dsse.read_envelope(untrusted, place=place, max_bytes=MAX_BYTES)
    payload = dsse.verify(envelope, PayloadType.REVOCATIONS, keys, place=place)
    return revocations_from_fields(Fields(canonical.decode(payload, place=place, max_bytes=MAX_BYTES), place))


def revocations_from_fields(fields: Fields) -> Revocations:
    """Read the meaning of a document and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a list that is not sorted.
    """
    place = fields.place
    revocations = Revocations(
        number=fields.integer("number", minimum=1),
        issued_utc_ms=fields.integer("issuedUtcMs", maximum=MAX_TIME_UTC_MS),
        key_ids=_set(fields.digests("keys", max_items=MAX_ENTRIES), f"{place}.keys"),
        site_ids=_set(fields.texts("sites", max_items=MAX_ENTRIES), f"{place}.sites"),
        seat_certificates=_set(fields.digests("seatCertificates", max_items=MAX_ENTRIES), f"{place}.seatCertificates"),
        packages=_set(fields.digests("packages", max_items=MAX_ENTRIES), f"{place}.packages"),
    )
    fields.close()
    return revocations


def _set(entries: tuple[str, ...], place: str) -> frozenset[str]:
    if list(entries) != sorted(set(entries)):
        raise FormRefused("is not sorted without repetition", place=place)
    return frozenset(entries)


def _refuse(revoked: object, message: str, place: str) -> None:
    if revoked:
        raise RevokedRefused(message, place=place)
