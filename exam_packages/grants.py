"""Grants: one site's half of the way into one package.

Owns what a grant says and how the package's content key comes out of a grant and a release together::

    KEK = HKDF-SHA-256(site secret ‖ release secret, salt = package id, info = label ‖ manifest digest)
    CEK = AES-256-key-unwrap(KEK, wrapped content key)

Refuses to know who may sign: ``opening`` does. Decision 0030 says why the wrapped content key travels here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.signed_documents import name_of, sign_document
from signing.canonical import JsonInput
from signing.fields import Fields, to_base64
from signing.hpke import ContentKey, ContentPublicKey, open_sealed, seal
from signing.key_wrap import derive, unwrap, wrap
from signing.keys import SigningKey
from signing.labels import Label, PayloadType

PACKAGE_ID_BYTES: Final = 16
SITE_SECRET_BYTES: Final = 32
CONTENT_KEY_BYTES: Final = 32
WRAPPED_KEY_BYTES: Final = 40  # RFC 3394 adds eight


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What lets one site into one package, once it is released.

    Attributes:
        site: whose grant it is.
        package: digest of the delivery package's manifest.
        package_id: the package's random name, 16 bytes.
        sealed_site_secret: the package's site secret, sealed to the site's content key.
        wrapped_content_key: the package's content key under the key that site secret and release secret make together.
        issued: wall time.
    """

    site: SiteId
    package: Digest
    package_id: bytes
    sealed_site_secret: bytes
    wrapped_content_key: bytes
    issued: UtcMs


def seal_site_secret(secret: bytes, *, site: SiteId, package: Digest, package_id: bytes, to: ContentPublicKey) -> bytes:
    """Seal a package's site secret to one site."""
    return seal(secret, to, info=_info(site, package, package_id))


def open_site_secret(grant: Grant, key: ContentKey, *, place: str = "grant") -> bytes:
    """Open the site secret with the site's content key.

    Raises:
        ContentRefused: sealed to another key, or for another package.
    """
    info = _info(grant.site, grant.package, grant.package_id)
    return open_sealed(grant.sealed_site_secret, key, info=info, place=f"{place}.site_secret")


def wrap_content_key(
    content_key: bytes, *, site_secret: bytes, release_secret: bytes, package: Digest, package_id: bytes
) -> bytes:
    """Wrap a package's content key under site secret and release secret together."""
    return wrap(content_key, under=_key_encryption_key(site_secret, release_secret, package, package_id))


def unwrap_content_key(grant: Grant, *, site_secret: bytes, release_secret: bytes, place: str = "grant") -> bytes:
    """Return a package's content key.

    Raises:
        ContentRefused: the two secrets do not open it.
    """
    under = _key_encryption_key(site_secret, release_secret, grant.package, grant.package_id)
    return unwrap(grant.wrapped_content_key, under=under, place=f"{place}.content_key")


def build_grant(grant: Grant, signers: Sequence[SigningKey]) -> bytes:
    """Write a grant, signed by the role ``grants``."""
    body: dict[str, JsonInput] = {
        "content_key": to_base64(grant.wrapped_content_key),
        "issued": grant.issued,
        "package": grant.package,
        "package_id": to_base64(grant.package_id),
        "site": grant.site,
        "site_secret": to_base64(grant.sealed_site_secret),
    }
    return sign_document(body, PayloadType.GRANT, signers)


def grant_from_fields(fields: Fields) -> Grant:
    """Read the meaning of a grant and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    grant = Grant(
        site=SiteId(name_of(fields, "site")),
        package=Digest(fields.digest("package")),
        package_id=fields.raw("package_id", length=PACKAGE_ID_BYTES),
        sealed_site_secret=fields.raw("site_secret"),
        wrapped_content_key=fields.raw("content_key", length=WRAPPED_KEY_BYTES),
        issued=UtcMs(fields.integer("issued")),
    )
    fields.close()
    return grant


def _info(site: SiteId, package: Digest, package_id: bytes) -> bytes:
    return Label.SITE_GRANT.with_parts(package_id, bytes.fromhex(package), site.encode())


def _key_encryption_key(site_secret: bytes, release_secret: bytes, package: Digest, package_id: bytes) -> bytes:
    info = Label.KEY_ENCRYPTION_KEY.with_parts(bytes.fromhex(package))
    return derive(site_secret + release_secret, salt=package_id, info=info)
