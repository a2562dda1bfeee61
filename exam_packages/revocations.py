"""Revocations: what is no longer believed, whatever its signatures say.

Owns what the list says. Refuses to know who may sign: ``opening`` does. Revoked keys of a role are left out of the trust data
itself; this list is for what the role vouched for: registrations, certificates and packages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.certificates import sorted_digests
from exam_packages.ids import Digest, UtcMs
from exam_packages.signed_documents import sign_document
from signing.canonical import JsonInput
from signing.errors import RevokedRefused
from signing.fields import Fields
from signing.keys import SigningKey
from signing.labels import PayloadType

_NEVER: Final = UtcMs(0)
REVOKED_MAX: Final = 10_000  # entries of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """Everything the office has revoked; the whole list each time.

    Attributes:
        number: counts the lists from 1; 0 stands for "none seen yet".
        issued: wall time.
        packages: digests of delivery manifests.
        certificates: digests of seat certificate files.
        registrations: digests of site registration files.
    """

    number: int = 0
    issued: UtcMs = _NEVER
    packages: tuple[Digest, ...] = ()
    certificates: tuple[Digest, ...] = ()
    registrations: tuple[Digest, ...] = ()

    def refuse_package(self, package: Digest, *, place: str) -> None:
        """Raise RevokedRefused for a revoked package."""
        if package in self.packages:
            raise RevokedRefused("the office has revoked this package", place=place)

    def refuse_certificate(self, certificate: Digest, *, place: str) -> None:
        """Raise RevokedRefused for a revoked seat certificate."""
        if certificate in self.certificates:
            raise RevokedRefused("the office has revoked this seat", place=place)

    def refuse_registration(self, registration: Digest, *, place: str) -> None:
        """Raise RevokedRefused for a revoked site registration."""
        if registration in self.registrations:
            raise RevokedRefused("the office has revoked this site", place=place)


NO_REVOCATIONS: Final = Revocations()


def build_revocations(revocations: Revocations, signers: Sequence[SigningKey]) -> bytes:
    """Write the list, signed by the role ``revocations``."""
    body: dict[str, JsonInput] = {
        "certificates": sorted(revocations.certificates),
        "issued": revocations.issued,
        "number": revocations.number,
        "packages": sorted(revocations.packages),
        "registrations": sorted(revocations.registrations),
    }
    return sign_document(body, PayloadType.REVOCATIONS, signers)


def revocations_from_fields(fields: Fields) -> Revocations:
    """Read the meaning of the list and close the fields.

    Raises:
        FormRefused: a missing or unknown field, digests out of order or twice.
    """
    revocations = Revocations(
        number=fields.integer("number", minimum=1),
        issued=UtcMs(fields.integer("issued")),
        packages=sorted_digests(fields, "packages", max_items=REVOKED_MAX),
        certificates=sorted_digests(fields, "certificates", max_items=REVOKED_MAX),
        registrations=sorted_digests(fields, "registrations", max_items=REVOKED_MAX),
    )
    fields.close()
    return revocations
