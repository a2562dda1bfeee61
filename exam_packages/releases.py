"""Releases: what makes a package openable, and the shares of the code it comes from.

Owns what a release says, and the shares that release officers hold. Refuses to know who may
sign: ``opening`` does. The secret does not exist at a testing centre before the release is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from exam_packages.ids import Digest, ExamId, FormId, UtcMs
from exam_packages.signed_documents import name_of, sign_document
from signing.canonical import JsonInput, JsonValue, encode
from signing.fields import Fields, to_base64
from signing.hpke import ContentKey, ContentPublicKey, open_sealed, seal
from signing.keys import SigningKey
from signing.labels import Label, PayloadType
from signing.release_code import release_check

SECRET_BYTES: Final = 32


class ReleasedBy(Enum):
    """How a release reached the seat; journaled with the session."""

    FILE = "file"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What makes one package openable.

    Attributes:
        package: digest of the delivery package's manifest.
        exam, form: what is released, for people.
        secret: 32 bytes, half of what opens the package.
        issued: wall time; for a spoken code, when it was typed.
        by: a signed file, or a code that was read out.
    """

    package: Digest
    exam: ExamId
    form: FormId
    secret: bytes
    issued: UtcMs
    by: ReleasedBy = ReleasedBy.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseShare:
    """One officer's part of a release code, sealed to the officer. Two parts make the code.

    Attributes:
        package: digest of the delivery package's manifest.
        officer: 1, 2 or 3.
        key_id: the officer's content key.
        sealed: the sealed share.
    """

    package: Digest
    officer: int
    key_id: str
    sealed: bytes


def check_value(secret: bytes) -> Digest:
    """Return the check value of a release secret, as manifests carry it: it tells a typing error at once."""
    return Digest(release_check(secret).hex())


def build_release(release: Release, signers: Sequence[SigningKey]) -> bytes:
    """Write a release file, signed by two release officers."""
    body: dict[str, JsonInput] = {
        "exam": release.exam,
        "form": release.form,
        "issued": release.issued,
        "package": release.package,
        "secret": to_base64(release.secret),
    }
    return sign_document(body, PayloadType.RELEASE, signers)


def release_from_fields(fields: Fields) -> Release:
    """Read the meaning of a release file and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    release = Release(
        package=Digest(fields.digest("package")),
        exam=ExamId(name_of(fields, "exam")),
        form=FormId(name_of(fields, "form")),
        secret=fields.raw("secret", length=SECRET_BYTES),
        issued=UtcMs(fields.integer("issued")),
    )
    fields.close()
    return release


def build_release_share(
    share: bytes, *, package: Digest, officer: int, to: ContentPublicKey, signers: Sequence[SigningKey]
) -> bytes:
    """Write one officer's share, sealed to the officer and signed by who built the package."""
    clear = _share_clear(package, officer, to.key_id)
    sealed = seal(share, to, info=Label.RELEASE_SHARE.with_parts(encode(clear)))
    return sign_document(clear | {"sealed": to_base64(sealed)}, PayloadType.RELEASE_SHARE, signers)


def release_share_from_fields(fields: Fields) -> ReleaseShare:
    """Read the meaning of a share and close the fields.

    Raises:
        FormRefused: a missing or unknown field, a value out of range.
    """
    share = ReleaseShare(
        package=Digest(fields.digest("package")),
        officer=fields.integer("officer", minimum=1, maximum=3),
        key_id=fields.digest("key"),
        sealed=fields.raw("sealed"),
    )
    fields.close()
    return share


def open_share(share: ReleaseShare, key: ContentKey, *, place: str = "release share") -> bytes:
    """Open an officer's share with the officer's content key.

    Raises:
        ContentRefused: sealed to another officer, or damaged.
    """
    info = Label.RELEASE_SHARE.with_parts(encode(_share_clear(share.package, share.officer, share.key_id)))
    return open_sealed(share.sealed, key, info=info, place=f"{place}.sealed")


def _share_clear(package: Digest, officer: int, key_id: str) -> dict[str, JsonValue]:
    return {"key": key_id, "officer": officer, "package": package}
