"""A small certification body with two testing centres, in memory: the fixed keys every test and vector here uses.

Keys come from their names (SHA-256 of the name is the Ed25519 seed), so a second implementation can make them too.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exam_packages.certificates import (
    SeatCertificate,
    SeatRequest,
    SeatSecrets,
    build_certificate,
    certificate_from_fields,
)
from exam_packages.container import Manifest, PackageKind
from exam_packages.grants import Grant, build_grant, seal_site_secret, wrap_content_key
from exam_packages.ids import (
    AppointmentId,
    CandidateId,
    Digest,
    ExamId,
    FormId,
    ItemId,
    ProctorId,
    ResponseId,
    SeatId,
    SectionId,
    SessionId,
    SiteId,
    UtcMs,
)
from exam_packages.opening import open_certificate, open_registration
from exam_packages.package_contents import ContentFile, scoring_wrap_info, write_package
from exam_packages.records import encode_record
from exam_packages.registrations import SiteRegistration, build_registration
from exam_packages.releases import Release, build_release, check_value
from exam_packages.results import (
    Checkpoint,
    Incident,
    ResultContent,
    ResultHeader,
    build_checkpoint,
    build_result,
    head_of,
    state_of,
)
from exam_packages.session_events import (
    Answered,
    Event,
    Finished,
    IdentityConfirmed,
    ItemPresented,
    Opened,
    Record,
    SectionEnded,
    SectionEntered,
    SectionKind,
    SectionPlan,
    SessionPlan,
    Submitted,
)
from signing.hpke import ContentKey, seal
from signing.keys import FileSigner, KeySet, SigningKey
from signing.trust import Revocations, Role, Trust

NOW = UtcMs(1_790_000_000_000)
DAY_MS = 86_400_000
SITE = SiteId("site-berlin")
OTHER_SITE = SiteId("site-lima")
SEAT = SeatId("seat-01")
EXAM = ExamId("ccm")
FORM = FormId("form-a")
SESSION = SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXY")
PACKAGE_ID = hashlib.sha256(b"package id").digest()[:16]
SITE_SECRET = hashlib.sha256(b"site secret").digest()
RELEASE_SECRET = hashlib.sha256(b"release secret").digest()
CONTENT_KEY = hashlib.sha256(b"content key").digest()
SCORING_CONTENT_KEY = hashlib.sha256(b"scoring content key").digest()
PEPPER = hashlib.sha256(b"pepper").digest()

FILES = {
    "imsmanifest.xml": b"<manifest/>",
    "items/item-1.xml": b"<qti-assessment-item>" + b"Which one? " * 900 + b"</qti-assessment-item>",
    "media/chart.png": bytes(range(256)) * 40,
    "media/empty.txt": b"",
}


@cache
def signing_key(name: str) -> SigningKey:
    return FileSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))


@cache
def content_key(name: str) -> ContentKey:
    return ContentKey.from_bytes(hashlib.sha512(name.encode()).digest() + hashlib.sha256(name.encode()).digest())


ROLE_KEYS: dict[Role, tuple[int, tuple[str, ...]]] = {
    Role.EXAMS: (2, ("publisher", "sponsor")),
    Role.GRANTS: (1, ("publisher",)),
    Role.ROSTERS: (1, ("rosters",)),
    Role.REGISTRAR: (1, ("registrar",)),
    Role.RELEASES: (2, ("officer-1", "officer-2", "officer-3")),
    Role.REVOCATIONS: (1, ("revocations",)),
    Role.RECEIPTS: (2, ("scoring", "records")),
    Role.APP_UPDATES: (1, ("app-updates",)),
}


def signers(*names: str) -> list[SigningKey]:
    return [signing_key(name) for name in names]


def trust(revocations: Revocations | None = None) -> Trust:
    revoked = revocations or Revocations()
    return Trust(
        root_version=1,
        targets_version=1,
        drop_version=1,
        snapshot_version=1,
        timestamp_version=1,
        expires_utc_ms=NOW + 30 * DAY_MS,
        signed_time_utc_ms=NOW,
        stale=False,
        revocations=revoked,
        role_keys={
            role: KeySet(
                keys=tuple(signing_key(name).public_key for name in names),
                threshold=threshold,
                revoked=revoked.key_ids,
            )
            for role, (threshold, names) in ROLE_KEYS.items()
        },
    )


def registration_file(site: SiteId = SITE, *, number: int = 1) -> bytes:
    registration = SiteRegistration(
        site=site,
        name=f"Testing centre {site}",
        number=number,
        signing_key=signing_key(site).public_key,
        content_key=content_key(site).public,
        issued=NOW,
    )
    return build_registration(registration, signers("registrar"))


def registration(site: SiteId = SITE) -> SiteRegistration:
    return open_registration(registration_file(site), trust=trust())


@cache
def certificate_file(site: SiteId = SITE, seat: SeatId = SEAT, serial: int = 1) -> bytes:
    request = SeatRequest(
        seat=seat,
        signing_key=signing_key(f"{site}/{seat}").public_key,
        content_key=content_key(f"{site}/{seat}").public,
        created=NOW,
    )
    return build_certificate(
        request,
        site=site,
        serial=serial,
        not_before=NOW,
        not_after=UtcMs(NOW + 365 * DAY_MS),
        secrets=SeatSecrets(site_content_key=content_key(site), pepper=PEPPER),
        site_key=signing_key(site),
    )


def certificate(site: SiteId = SITE, seat: SeatId = SEAT) -> SeatCertificate:
    return open_certificate(certificate_file(site, seat), trust=trust(), registration=registration(site))


@dataclass(frozen=True)
class BuiltPackage:
    data: bytes
    manifest: Manifest
    digest: Digest


def manifest(*, issue: int = 1, package_id: bytes = PACKAGE_ID, secret: bytes = RELEASE_SECRET) -> Manifest:
    return Manifest(
        kind=PackageKind.DELIVERY,
        package_id=package_id,
        exam=EXAM,
        form=FORM,
        title="Contact Center Management",
        issue=issue,
        created=NOW,
        not_before=UtcMs(NOW - DAY_MS),
        not_after=UtcMs(NOW + DAY_MS),
        scoring_keys=(content_key("scoring").public, content_key("scoring-next").public),
        entries=(),
        release_check=check_value(secret),
    )


def write(
    of: Manifest, files: dict[str, bytes], key: bytes = CONTENT_KEY, by: tuple[str, ...] = ("publisher", "sponsor")
) -> BuiltPackage:
    out = io.BytesIO()
    complete, digest = write_package(
        of,
        [ContentFile.of_bytes(path, data) for path, data in files.items()],
        content_key=key,
        signers=signers(*by),
        scratch=io.BytesIO(),
        out=out,
    )
    return BuiltPackage(data=out.getvalue(), manifest=complete, digest=digest)


@cache
def package() -> BuiltPackage:
    return write(manifest(), FILES)


@cache
def other_package() -> BuiltPackage:
    """The same exam again: another issue, other secrets."""
    of = manifest(issue=2, package_id=b"another package.", secret=hashlib.sha256(b"other release").digest())
    return write(of, FILES, hashlib.sha256(b"other key").digest())


@cache
def scoring_package() -> BuiltPackage:
    delivery = package()
    clear = Manifest(
        kind=PackageKind.SCORING,
        package_id=hashlib.sha256(b"scoring package id").digest()[:16],
        exam=EXAM,
        form=FORM,
        title="Contact Center Management",
        issue=1,
        created=NOW,
        not_before=delivery.manifest.not_before,
        not_after=delivery.manifest.not_after,
        scoring_keys=delivery.manifest.scoring_keys,
        entries=(),
        delivery=delivery.digest,
        wraps=(),
    )
    info = scoring_wrap_info(clear)
    wraps = tuple(seal(SCORING_CONTENT_KEY, key, info=info) for key in clear.scoring_keys)
    return write(
        Manifest(**{name: getattr(clear, name) for name in clear.__slots__ if name != "wraps"}, wraps=wraps),
        FILES | {"items/item-1-key.xml": b"<qti-correct-response/>"},
        SCORING_CONTENT_KEY,
    )


def grant_file(
    site: SiteId = SITE, of: BuiltPackage | None = None, *, by: str = "publisher", release: bytes = RELEASE_SECRET
) -> bytes:
    built = of or package()
    package_id = built.manifest.package_id
    grant = Grant(
        site=site,
        package=built.digest,
        package_id=package_id,
        sealed_site_secret=seal_site_secret(
            SITE_SECRET, site=site, package=built.digest, package_id=package_id, to=content_key(site).public
        ),
        wrapped_content_key=wrap_content_key(
            CONTENT_KEY,
            site_secret=SITE_SECRET,
            release_secret=release,
            package=built.digest,
            package_id=package_id,
        ),
        issued=NOW,
    )
    return build_grant(grant, signers(by))


def release_value(of: BuiltPackage | None = None, *, secret: bytes = RELEASE_SECRET) -> Release:
    built = of or package()
    return Release(package=built.digest, exam=EXAM, form=FORM, secret=secret, issued=NOW)


def release_file(of: BuiltPackage | None = None, *, by: tuple[str, ...] = ("officer-1", "officer-3")) -> bytes:
    return build_release(release_value(of), signers(*by))


def plan(session: SessionId = SESSION, seat: SeatId = SEAT) -> SessionPlan:
    return SessionPlan(
        session=session,
        appointment=AppointmentId("appointment-1"),
        exam=EXAM,
        form=FORM,
        package=package().digest,
        candidate=CandidateId("candidate-1"),
        candidate_name="Ana Ruiz",
        seat=seat,
        has_agreement=False,
        sections=(
            SectionPlan(
                identifier=SectionId("section-1"),
                kind=SectionKind.SCORED,
                items=(ItemId("item-1"),),
                time_limit_ms=60_000,
            ),
        ),
    )


def events(session: SessionId = SESSION, seat: SeatId = SEAT) -> list[Event]:
    return [
        Opened(plan=plan(session, seat), proctor=ProctorId("proctor-1")),
        IdentityConfirmed(),
        SectionEntered(section=SectionId("section-1")),
        ItemPresented(item=ItemId("item-1")),
        Answered(item=ItemId("item-1"), response=ResponseId("RESPONSE"), value=("B",)),
        SectionEnded(),
        Submitted(),
        Finished(),
    ]


def journal(of: list[Event]) -> tuple[bytes, ...]:
    return tuple(
        encode_record(Record(n=n, tick_ms=0 if n == 0 else 1_500, wall=UtcMs(NOW + n * 1_500), event=event))
        for n, event in enumerate(of)
    )


def result_header(of: list[Event], **changes: object) -> ResultHeader:
    opened = of[0]
    assert isinstance(opened, Opened)
    lines = journal(of)
    values: dict[str, object] = {
        "session": opened.plan.session,
        "appointment": opened.plan.appointment,
        "exam": opened.plan.exam,
        "form": opened.plan.form,
        "candidate": opened.plan.candidate,
        "package": opened.plan.package,
        "site": SITE,
        "seat": opened.plan.seat,
        "certificate": certificate_file(SITE, opened.plan.seat),
        "registration": registration_file(),
        "number": 1,
        "previous": None,
        "state": state_of(of[-1]),
        "records": len(lines),
        "head": head_of(lines),
        "created": UtcMs(NOW + 60_000),
    }
    return ResultHeader(**(values | changes))  # type: ignore[arg-type]  # a table of the fields


def checkpoint(of: list[Event], records: int, session: SessionId = SESSION) -> bytes:
    value = Checkpoint(session=session, records=records, head=head_of(journal(of)[:records]), wall=NOW)
    return build_checkpoint(value, signing_key(f"{SITE}/{SEAT}"))


def result_file(
    of: list[Event] | None = None, *, checkpoints: tuple[bytes, ...] | None = None, by: str = "", **changes: object
) -> bytes:
    happened = of or events()
    header = result_header(happened, **changes)
    content = ResultContent(
        journal=journal(happened),
        incidents=(Incident(wall=NOW, kind="pin-wrong", note="proctor-1"),),
        checkpoints=checkpoints if checkpoints is not None else (checkpoint(happened, 4, header.session),),
    )
    return build_result(
        header,
        content,
        scoring_keys=[content_key("scoring").public, content_key("scoring-next").public],
        seat_key=signing_key(by or f"{SITE}/{header.seat}"),
    )


__all__ = [
    "CONTENT_KEY",
    "certificate",
    "certificate_from_fields",
    "content_key",
    "package",
    "result_file",
    "signing_key",
    "trust",
]
