"""Seat certificates, the request that asks for one, and the site's list of the certificates it stands by.

Owns what the three documents say and the sealed part of a certificate. Refuses to know who may sign: ``opening`` does.
A certificate is made at the site, without the office: a spare seat is ready in minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exam_packages.ids import Digest, SeatId, SiteId, UtcMs
from exam_packages.registrations import content_key_of
from exam_packages.signed_documents import name_of, read_document, refuse_unless, sign_document
from signing.canonical import JsonInput, JsonValue, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields, to_base64
from signing.hpke import PRIVATE_KEY_BYTES, ContentKey, ContentPublicKey, open_sealed, seal
from signing.keys import SigningKey, VerifyKey, verify_key_from_json, verify_key_to_json
from signing.labels import Label, PayloadType

PEPPER_BYTES: Final = 32
SEAT_MAX: Final = 64  # characters of a seat's name
SECRETS_MAX_BYTES: Final = 1024  # plaintext of the sealed part
SEATS_MAX: Final = 10_000  # certificates in one site's list


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRequest:
    """What a workstation writes to be certified; signed with the key it names.

    Attributes:
        seat: the name the site gave the workstation.
        signing_key: what the seat will sign result bundles with.
        content_key: what the seat's secrets will be sealed to.
        created: wall time of the request.
    """

    seat: SeatId
    signing_key: VerifyKey
    content_key: ContentPublicKey
    created: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSecrets:
    """What a seat gets from its site, sealed in the certificate.

    Attributes:
        site_content_key: opens the site's grants and rosters.
        pepper: goes into every PIN verifier of the site; 32 bytes.
    """

    site_content_key: ContentKey
    pepper: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCertificate:
    """A workstation as its site vouches for it.

    Attributes:
        site: whose seat it is.
        seat: the site's name for it.
        serial: counts the site's certificates from 1.
        signing_key: verifies the seat's result bundles and checkpoints.
        content_key: what ``sealed_secrets`` is sealed to.
        not_before, not_after: validity; judged by the office for bundles and by the seat at import.
        sealed_secrets: the sealed ``SeatSecrets``.
    """

    site: SiteId
    seat: SeatId
    serial: int
    signing_key: VerifyKey
    content_key: ContentPublicKey
    not_before: UtcMs
    not_after: UtcMs
    sealed_secrets: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatList:
    """The certificates a site stands by: how the office learns that one it sees for the first time is genuine.

    Attributes:
        site: whose list it is.
        number: counts the site's lists from 1.
        issued: wall time.
        certificates: what ``certificate_digest`` calls them, sorted.
    """

    site: SiteId
    number: int
    issued: UtcMs
    certificates: tuple[Digest, ...]


def build_seat_request(request: SeatRequest, key: SigningKey) -> bytes:
    """Write a seat's request, signed with the key it names.

    Raises:
        ValueError: another key.
    """
    if key.public_key != request.signing_key:
        raise ValueError("a request is signed with the key it names")
    body: dict[str, JsonInput] = {
        "content_key": to_base64(request.content_key.to_bytes()),
        "created": request.created,
        "seat": request.seat,
        "signing_key": verify_key_to_json(request.signing_key),
    }
    return sign_document(body, PayloadType.SEAT_REQUEST, [key])


def seat_request_from_fields(fields: Fields) -> SeatRequest:
    """Read the meaning of a request and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    request = SeatRequest(
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_MAX)),
        signing_key=verify_key_from_json(fields.object("signing_key")),
        content_key=content_key_of(fields, "content_key"),
        created=UtcMs(fields.integer("created")),
    )
    fields.close()
    return request


def build_certificate(
    request: SeatRequest,
    *,
    site: SiteId,
    serial: int,
    not_before: UtcMs,
    not_after: UtcMs,
    secrets: SeatSecrets,
    site_key: SigningKey,
) -> bytes:
    """Write a seat's certificate, with the site's secrets sealed to the seat, signed by the site."""
    clear = _clear_part(site, request.seat, serial, request.signing_key, request.content_key, (not_before, not_after))
    plain = encode(
        {
            "content_key": to_base64(secrets.site_content_key.to_bytes()),
            "pepper": to_base64(secrets.pepper),
        }
    )
    sealed = seal(plain, request.content_key, info=Label.SEAT_SECRETS.with_parts(encode(clear)))
    return sign_document(clear | {"sealed": to_base64(sealed)}, PayloadType.SEAT_CERTIFICATE, [site_key])


def certificate_digest(certificate: bytes, *, place: str = "certificate") -> Digest:
    """Return what seat lists and revocations call a certificate: SHA-256 of its payload.

    Raises:
        FormRefused: not a seat certificate.
    """
    return read_document(certificate, PayloadType.SEAT_CERTIFICATE, place=place).digest


def certificate_from_fields(fields: Fields) -> SeatCertificate:
    """Read the meaning of a certificate and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    not_before = fields.integer("not_before")
    certificate = SeatCertificate(
        site=SiteId(name_of(fields, "site")),
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_MAX)),
        serial=fields.integer("serial", minimum=1),
        signing_key=verify_key_from_json(fields.object("signing_key")),
        content_key=content_key_of(fields, "content_key"),
        not_before=UtcMs(not_before),
        not_after=UtcMs(fields.integer("not_after", minimum=not_before)),
        sealed_secrets=fields.raw("sealed"),
    )
    fields.close()
    return certificate


def open_seat_secrets(certificate: SeatCertificate, key: ContentKey, *, place: str = "certificate") -> SeatSecrets:
    """Open what the site sealed to the seat.

    Args:
        certificate: the verified certificate.
        key: the seat's own content key.
        place: where the certificate comes from, for refusals.

    Raises:
        ContentRefused: sealed to another seat's key.
        FormRefused: the sealed part is not what it should be.
    """
    clear = _clear_part(
        certificate.site,
        certificate.seat,
        certificate.serial,
        certificate.signing_key,
        certificate.content_key,
        (certificate.not_before, certificate.not_after),
    )
    place = f"{place}.sealed"
    info = Label.SEAT_SECRETS.with_parts(encode(clear))
    plain = open_sealed(certificate.sealed_secrets, key, info=info, place=place)
    fields = Fields(decode(plain, place=place, max_bytes=SECRETS_MAX_BYTES), place)
    raw_key = fields.raw("content_key", length=PRIVATE_KEY_BYTES)
    pepper = fields.raw("pepper", length=PEPPER_BYTES)
    fields.close()
    return SeatSecrets(site_content_key=ContentKey.from_bytes(raw_key, place=place), pepper=pepper)


def build_seat_list(seats: SeatList, site_key: SigningKey) -> bytes:
    """Write a site's list of its certificates, signed by the site."""
    body: dict[str, JsonInput] = {
        "certificates": sorted(seats.certificates),
        "issued": seats.issued,
        "number": seats.number,
        "site": seats.site,
    }
    return sign_document(body, PayloadType.SEAT_LIST, [site_key])


def seat_list_from_fields(fields: Fields) -> SeatList:
    """Read the meaning of a seat list and close the fields.

    Raises:
        FormRefused: a missing or unknown field, digests out of order or twice.
    """
    seats = SeatList(
        site=SiteId(name_of(fields, "site")),
        number=fields.integer("number", minimum=1),
        issued=UtcMs(fields.integer("issued")),
        certificates=sorted_digests(fields, "certificates", max_items=SEATS_MAX),
    )
    fields.close()
    return seats


def sorted_digests(fields: Fields, name: str, *, max_items: int) -> tuple[Digest, ...]:
    """Read a list of digests that is sorted and holds none twice: the one encoding of a set.

    Raises:
        FormRefused: otherwise.
    """
    digests = tuple(Digest(text) for text in fields.digests(name, max_items=max_items))
    refuse_unless(
        list(digests) == sorted(set(digests)),
        FormRefused,
        "is not sorted without repetition",
        place=f"{fields.place}.{name}",
    )
    return digests


def _clear_part(
    site: SiteId,
    seat: SeatId,
    serial: int,
    signing_key: VerifyKey,
    content_key: ContentPublicKey,
    validity: tuple[UtcMs, UtcMs],
) -> dict[str, JsonValue]:
    return {
        "content_key": to_base64(content_key.to_bytes()),
        "not_after": validity[1],
        "not_before": validity[0],
        "seat": seat,
        "serial": serial,
        "signing_key": verify_key_to_json(signing_key),
        "site": site,
    }
