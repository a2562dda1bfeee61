"""What a mirror says about its session: enough for another seat of the site to go on with it.

Owns what the file says, its signature and its seal, and the order of the checks. Refuses to know where it lies and whether
the session may be taken over. Signed first, sealed after: a stick that is lost tells nobody's name and no seat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exam_packages.certificates import SEAT_MAX, SeatCertificate
from exam_packages.ids import AppointmentId, CandidateId, Digest, SeatId, SessionId, SiteId, UtcMs
from exam_packages.opening import open_certificate, open_registration
from exam_packages.registrations import SiteRegistration
from exam_packages.signed_documents import (
    TITLE_MAX,
    UntrustedDocument,
    file_digest,
    name_of,
    read_document,
    refuse_unless,
    session_of,
    sign_document,
)
from signing.canonical import JsonInput, JsonValue, decode, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, from_base64, to_base64
from signing.hpke import PUBLIC_KEY_BYTES, ContentKey, ContentPublicKey, open_sealed, seal
from signing.keys import KeySet, SigningKey
from signing.labels import Label, PayloadType
from signing.trust import Trust

FILE_MAX_BYTES: Final = 512 * 1024
RECIPIENTS_MAX: Final = 2  # current and next scoring key, as in a result
CERTIFICATE_MAX_BYTES: Final = 64 * 1024  # as in a result's header


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorAbout:
    """A session that is mirrored, as the seat that runs it says.

    Attributes:
        candidate_name: for people, as in the roster.
        exam_title: for people.
        package: digest of the delivery package.
        opened: wall time at which the session was opened.
        seat: the seat that runs it.
        recipients: the scoring keys its result will be sealed to.
        continues: the session with a damaged journal that this one took the place of.
        certificate: the seat's certificate, the file as it came.
        registration: the site's registration, the file as it came.
    """

    session: SessionId
    appointment: AppointmentId
    candidate: CandidateId
    candidate_name: str
    exam_title: str
    package: Digest
    opened: UtcMs
    seat: SeatId
    recipients: tuple[ContentPublicKey, ...]
    certificate: bytes
    registration: bytes
    continues: SessionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMirrorAbout:
    """What a mirror says, verified.

    Attributes:
        about: what it says.
        certificate: of the seat that signed it; its ``signing_key`` verifies the checkpoints of the mirrored journal.
        registration: of the site that certified the seat.
        digest: SHA-256 of what the seat signed.
    """

    about: MirrorAbout
    certificate: SeatCertificate
    registration: SiteRegistration
    digest: Digest


def build_mirror_about(about: MirrorAbout, *, seat_key: SigningKey, site_key: ContentPublicKey) -> bytes:
    """Write what a mirror says about its session: signed by the seat, then sealed to the site.

    Args:
        about: what to say.
        seat_key: of the seat that the certificate names.
        site_key: the site's content key.
    """
    body: dict[str, JsonInput] = {
        "appointment": about.appointment,
        "candidate": about.candidate,
        "candidate_name": about.candidate_name,
        "certificate": to_base64(about.certificate),
        "exam_title": about.exam_title,
        "opened": about.opened,
        "package": about.package,
        "recipients": list[JsonValue]([to_base64(key.to_bytes()) for key in about.recipients]),
        "registration": to_base64(about.registration),
        "seat": about.seat,
        "session": about.session,
    }
    if about.continues is not None:
        body["continues"] = about.continues
    signed = sign_document(body, PayloadType.MIRROR_ABOUT, [seat_key])
    sealed = seal(signed, site_key, info=_info(about.session))
    return encode({"sealed": to_base64(sealed), "session": about.session})


def open_mirror_about(
    untrusted: bytes,
    *,
    session: SessionId,
    site: SiteId,
    site_key: ContentKey,
    trust: Trust,
    place: str = "mirror",
) -> CheckedMirrorAbout:
    """Open what a mirror says, at any seat of the same site.

    Args:
        untrusted: the file.
        session: whose mirror it has to be.
        site: whose seat it has to be from.
        site_key: the site's content key.
        trust: who may register sites, and who is revoked.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, not for this site, content.
    """
    document = _unsealed(untrusted, session, site_key, place)
    untrusted_about = _about_from_fields(document.untrusted_fields())
    registration = open_registration(
        untrusted_about.registration, trust=trust, site=site, place=f"{place}, registration"
    )
    certificate = open_certificate(
        untrusted_about.certificate, trust=trust, registration=registration, place=f"{place}, certificate"
    )
    about = _about_from_fields(document.verified_by(KeySet(keys=(certificate.signing_key,), threshold=1)))
    refuse_unless(about.session == session, ContentRefused, "is of another session", place=place)
    mine = about.seat == certificate.seat
    refuse_unless(mine, ContentRefused, "names another seat than its certificate", place=place)
    # Anybody of the site could seal it on to another one; what was sealed to one site is that site's alone.
    here = registration.content_key == site_key.public
    refuse_unless(here, ContentRefused, "is of a site with another content key", place=place)
    return CheckedMirrorAbout(
        about=about, certificate=certificate, registration=registration, digest=file_digest(document.untrusted_payload)
    )


def _unsealed(untrusted: bytes, session: SessionId, site_key: ContentKey, place: str) -> UntrustedDocument:
    fields = Fields(decode(untrusted, place=place, max_bytes=FILE_MAX_BYTES), place)
    named = session_of(fields, "session")
    sealed = fields.raw("sealed", max_length=FILE_MAX_BYTES)
    fields.close()
    refuse_unless(named == session, ContentRefused, "is of another session", place=f"{place}.session")
    signed = open_sealed(sealed, site_key, info=_info(session), place=f"{place}.sealed")
    return read_document(signed, PayloadType.MIRROR_ABOUT, place=place, max_bytes=FILE_MAX_BYTES)


def _about_from_fields(fields: Fields) -> MirrorAbout:
    about = MirrorAbout(
        session=SessionId(session_of(fields, "session")),
        appointment=AppointmentId(name_of(fields, "appointment")),
        candidate=CandidateId(name_of(fields, "candidate")),
        candidate_name=fields.text("candidate_name", max_length=TITLE_MAX),
        exam_title=fields.text("exam_title", max_length=TITLE_MAX),
        package=Digest(fields.digest("package")),
        opened=UtcMs(fields.integer("opened")),
        seat=SeatId(name_of(fields, "seat", max_length=SEAT_MAX)),
        recipients=_recipients(fields),
        certificate=fields.raw("certificate", max_length=CERTIFICATE_MAX_BYTES),
        registration=fields.raw("registration", max_length=CERTIFICATE_MAX_BYTES),
        continues=SessionId(session_of(fields, "continues")) if fields.has("continues") else None,
    )
    fields.close()
    return about


def _recipients(fields: Fields) -> tuple[ContentPublicKey, ...]:
    place = f"{fields.place}.recipients"
    texts = fields.texts("recipients", max_items=RECIPIENTS_MAX, max_length=(PUBLIC_KEY_BYTES + 2) // 3 * 4)
    keys = tuple(ContentPublicKey.from_bytes(from_base64(text, place=place), place=place) for text in texts)
    refuse_unless(keys, FormRefused, "is empty", place=place)
    refuse_unless(len(set(keys)) == len(keys), FormRefused, "names one key twice", place=place)
    return keys


def _info(session: SessionId) -> bytes:
    return Label.MIRROR_ABOUT.with_parts(session.encode())
