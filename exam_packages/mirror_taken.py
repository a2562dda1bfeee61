"""The word on a mirror that another seat goes on with its session: why the seat that wrote it must not.

Owns what the file says, its signature and its seal, and the order of the checks. Refuses to know where it lies and what follows
from it. Signed by the seat that took the session, with its certificate inside; sealed to the site like everything on a mirror.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exam_packages.certificates import SEAT_MAX, SeatCertificate
from exam_packages.chain import RECORDS_MAX
from exam_packages.event_fields import CERTIFICATE_MAX_BYTES
from exam_packages.ids import Digest, SeatId, SessionId, UtcMs
from exam_packages.opening import open_certificate
from exam_packages.registrations import SiteRegistration
from exam_packages.signed_documents import (
    UntrustedDocument,
    name_of,
    read_document,
    refuse_unless,
    session_of,
    sign_document,
)
from signing.canonical import JsonInput, decode, encode
from signing.errors import ContentRefused
from signing.fields import Fields, to_base64
from signing.hpke import ContentKey, ContentPublicKey, open_sealed, seal
from signing.keys import KeySet, SigningKey
from signing.labels import Label, PayloadType
from signing.trust import Trust

FILE_MAX_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorTaken:
    """A session goes on at another seat.

    Attributes:
        records: how many records went with it.
        head: value of the chain after the last of them, in hexadecimal.
        from_seat: the seat it left.
        from_certificate: what seat lists call that one's certificate.
        to_seat: the seat at which it goes on.
        certificate: the certificate file of that one.
        wall: wall time of the taking.
    """

    session: SessionId
    records: int
    head: Digest
    from_seat: SeatId
    from_certificate: Digest
    to_seat: SeatId
    certificate: bytes
    wall: UtcMs


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTaken:
    """The same, verified, with the certificate of the seat that took the session."""

    taken: MirrorTaken
    certificate: SeatCertificate


def build_mirror_taken(taken: MirrorTaken, *, seat_key: SigningKey, site_key: ContentPublicKey) -> bytes:
    """Write that a seat goes on with a session: signed by it, then sealed to the site."""
    body: dict[str, JsonInput] = {
        "certificate": to_base64(taken.certificate),
        "from_certificate": taken.from_certificate,
        "from_seat": taken.from_seat,
        "head": taken.head,
        "records": taken.records,
        "session": taken.session,
        "to_seat": taken.to_seat,
        "wall": taken.wall,
    }
    signed = sign_document(body, PayloadType.MIRROR_TAKEN, [seat_key])
    return encode({"sealed": to_base64(seal(signed, site_key, info=_info(taken.session))), "session": taken.session})


def open_mirror_taken(
    untrusted: bytes,
    *,
    session: SessionId,
    site_key: ContentKey,
    trust: Trust,
    registration: SiteRegistration,
    place: str = "taken",
) -> CheckedTaken:
    """Open the word that a session goes on elsewhere, at any seat of the site.

    Args:
        untrusted: the file.
        session: whose mirror it lies in.
        site_key: the site's content key.
        trust: who is revoked.
        registration: of the own site, the only one whose seats can have taken it.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, not for this site, content.
    """
    document = _unsealed(untrusted, session, site_key, place)
    untrusted_taken = _taken_from_fields(document.untrusted_fields())
    certificate = open_certificate(
        untrusted_taken.certificate, trust=trust, registration=registration, place=f"{place}, certificate"
    )
    taken = _taken_from_fields(document.verified_by(KeySet(keys=(certificate.signing_key,), threshold=1)))
    refuse_unless(taken.session == session, ContentRefused, "is of another session", place=place)
    mine = taken.to_seat == certificate.seat
    refuse_unless(mine, ContentRefused, "names another seat than its certificate", place=place)
    return CheckedTaken(taken=taken, certificate=certificate)


def _unsealed(untrusted: bytes, session: SessionId, site_key: ContentKey, place: str) -> UntrustedDocument:
    fields = Fields(decode(untrusted, place=place, max_bytes=FILE_MAX_BYTES), place)
    named = session_of(fields, "session")
    sealed = fields.raw("sealed", max_length=FILE_MAX_BYTES)
    fields.close()
    refuse_unless(named == session, ContentRefused, "is of another session", place=f"{place}.session")
    signed = open_sealed(sealed, site_key, info=_info(session), place=f"{place}.sealed")
    return read_document(signed, PayloadType.MIRROR_TAKEN, place=place, max_bytes=FILE_MAX_BYTES)


def _taken_from_fields(fields: Fields) -> MirrorTaken:
    taken = MirrorTaken(
        session=SessionId(session_of(fields, "session")),
        records=fields.integer("records", minimum=1, maximum=RECORDS_MAX),
        head=Digest(fields.digest("head")),
        from_seat=SeatId(name_of(fields, "from_seat", max_length=SEAT_MAX)),
        from_certificate=Digest(fields.digest("from_certificate")),
        to_seat=SeatId(name_of(fields, "to_seat", max_length=SEAT_MAX)),
        certificate=fields.raw("certificate", max_length=CERTIFICATE_MAX_BYTES),
        wall=UtcMs(fields.integer("wall")),
    )
    fields.close()
    return taken


def _info(session: SessionId) -> bytes:
    return Label.MIRROR_TAKEN.with_parts(session.encode())
