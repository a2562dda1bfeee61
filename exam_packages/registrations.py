"""Site registrations: the site's public keys, as the office vouches for them, and the request that asks for it.

Owns what both documents say. Refuses to know who may sign: ``opening`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exam_packages.ids import SiteId, UtcMs
from exam_packages.signed_documents import TITLE_MAX, name_of, sign_document
from signing.canonical import JsonInput
from signing.fields import Fields, to_base64
from signing.hpke import PUBLIC_KEY_BYTES, ContentPublicKey
from signing.keys import SigningKey, VerifyKey, verify_key_from_json, verify_key_to_json
from signing.labels import PayloadType


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRequest:
    """What a testing centre sends to be registered; signed with the key it asks to have registered.

    Attributes:
        name: the centre's name, for people.
        signing_key: what the site will sign seat certificates and proctor files with.
        content_key: what grants and rosters will be sealed to.
        created: wall time of the request.
    """

    name: str
    signing_key: VerifyKey
    content_key: ContentPublicKey
    created: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRegistration:
    """A testing centre as the office knows it.

    Attributes:
        site: the office's identifier.
        name: the centre's name, for people.
        number: counts the registrations of this site from 1; a higher one replaces a lower one.
        signing_key: verifies seat certificates, proctor files and seat lists.
        content_key: what grants and rosters are sealed to.
        issued: wall time of the registration.
    """

    site: SiteId
    name: str
    number: int
    signing_key: VerifyKey
    content_key: ContentPublicKey
    issued: UtcMs


def build_site_request(request: SiteRequest, key: SigningKey) -> bytes:
    """Write a site's request, signed with the key it names.

    Raises:
        ValueError: another key.
    """
    if key.public_key != request.signing_key:
        raise ValueError("a request is signed with the key it names")
    body: dict[str, JsonInput] = {
        "content_key": to_base64(request.content_key.to_bytes()),
        "created": request.created,
        "name": request.name,
        "signing_key": verify_key_to_json(request.signing_key),
    }
    return sign_document(body, PayloadType.SITE_REQUEST, [key])


def site_request_from_fields(fields: Fields) -> SiteRequest:
    """Read the meaning of a request and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    request = SiteRequest(
        name=fields.text("name", max_length=TITLE_MAX),
        signing_key=verify_key_from_json(fields.object("signing_key")),
        content_key=content_key_of(fields, "content_key"),
        created=UtcMs(fields.integer("created")),
    )
    fields.close()
    return request


def build_registration(registration: SiteRegistration, signers: Sequence[SigningKey]) -> bytes:
    """Write a registration, signed by the registrar."""
    body: dict[str, JsonInput] = {
        "content_key": to_base64(registration.content_key.to_bytes()),
        "issued": registration.issued,
        "name": registration.name,
        "number": registration.number,
        "signing_key": verify_key_to_json(registration.signing_key),
        "site": registration.site,
    }
    return sign_document(body, PayloadType.SITE_REGISTRATION, signers)


def registration_from_fields(fields: Fields) -> SiteRegistration:
    """Read the meaning of a registration and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    registration = SiteRegistration(
        site=SiteId(name_of(fields, "site")),
        name=fields.text("name", max_length=TITLE_MAX),
        number=fields.integer("number", minimum=1),
        signing_key=verify_key_from_json(fields.object("signing_key")),
        content_key=content_key_of(fields, "content_key"),
        issued=UtcMs(fields.integer("issued")),
    )
    fields.close()
    return registration


def content_key_of(fields: Fields, name: str) -> ContentPublicKey:
    """Read a public content key.

    Raises:
        FormRefused: not the one encoding of one.
    """
    raw = fields.raw(name, length=PUBLIC_KEY_BYTES)
    return ContentPublicKey.from_bytes(raw, place=f"{fields.place}.{name}")
