"""Where bytes become trusted: every way from a file to a verified object, and the only ones.

Owns the order of the checks and which layer refuses what. Refuses to know disks and clocks: bytes, trust and times come in.

Each function takes untrusted bytes and what is already trusted, and returns a value whose type says that it was verified. The
layers are checked in this order: form, signature and threshold, revoked, expired, older, for whom, which release, content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exam_packages.certificates import (
    SeatCertificate,
    SeatList,
    SeatRequest,
    certificate_from_fields,
    seat_list_from_fields,
    seat_request_from_fields,
)
from exam_packages.container import (
    Manifest,
    PackageKind,
    PackageSource,
    Progress,
    SealedEntries,
    read_frame,
)
from exam_packages.grants import CONTENT_KEY_BYTES, Grant, grant_from_fields, open_site_secret, unwrap_content_key
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.package_contents import OpenedPackage, scoring_wrap_info
from exam_packages.proctors import ProctorFile, proctor_file_from_fields
from exam_packages.receipts import Receipt, receipt_from_fields
from exam_packages.registrations import (
    SiteRegistration,
    SiteRequest,
    registration_from_fields,
    site_request_from_fields,
)
from exam_packages.releases import (
    Release,
    ReleasedBy,
    ReleaseShare,
    check_value,
    release_from_fields,
    release_share_from_fields,
)
from exam_packages.rosters import Roster, sealed_roster_from_fields, unseal_roster
from exam_packages.seat_marks import KeptResults, SeatMark, kept_results_from_fields, seat_mark_from_fields
from exam_packages.signed_documents import UntrustedDocument, read_document, refuse_unless
from exam_packages.site_policies import SitePolicy, site_policy_from_fields
from exam_packages.verified_documents import VerifiedDocument, VerifiedDocuments
from exam_packages.verified_manifests import VerifiedManifests
from signing.errors import (
    ContentRefused,
    ExpiredRefused,
    FormRefused,
    NotForThisSiteRefused,
    OlderRefused,
    WrongReleaseRefused,
)
from signing.fields import Fields
from signing.hpke import ContentKey, open_sealed
from signing.keys import KeySet, VerifyKey, verify_key_from_json
from signing.labels import PayloadType
from signing.release_code import release_secret
from signing.trust import Role, Trust

_VERIFIED: Final = VerifiedManifests()
_REGISTRATIONS: Final = VerifiedDocuments(PayloadType.SITE_REGISTRATION, registration_from_fields)
_CERTIFICATES: Final = VerifiedDocuments(PayloadType.SEAT_CERTIFICATE, certificate_from_fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPackage:
    """A package whose manifest and length are verified and whose entries are still shut.

    Attributes:
        manifest: the verified manifest.
        digest: what releases, grants and results call the package.
        entries: bounded, hash-checked access to the ciphertext.
        place: where the package comes from, for refusals.
    """

    manifest: Manifest
    digest: Digest
    entries: SealedEntries
    place: str

    def verify_every_byte(self, progress: Progress | None = None) -> None:
        """Check every byte of ciphertext and padding; header and length are checked already.

        Raises:
            ContentRefused: an entry is cut or altered.
            FormRefused: padding that is not zero.
        """
        self.entries.verify_every_byte(progress)


# -- sites and seats --------------------------------------------------------------------------------------------------


def open_site_request(untrusted: bytes, *, place: str = "site request") -> SiteRequest:
    """Open a site's request to be registered. It proves that the site holds the key, and nothing about who it is.

    Raises:
        FormRefused, SignatureRefused, ThresholdRefused: not signed with the key it names.
    """
    document = read_document(untrusted, PayloadType.SITE_REQUEST, place=place)
    return site_request_from_fields(_signed_by_itself(document))


def open_registration(
    untrusted: bytes,
    *,
    trust: Trust,
    site: SiteId | None = None,
    newest_number: int = 0,
    place: str = "site registration",
) -> SiteRegistration:
    """Open a site registration.

    Args:
        untrusted: the file.
        trust: who may register sites.
        site: whose it has to be; None takes any.
        newest_number: the highest number accepted for this site before.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, older, not for this site.
    """
    registration = _REGISTRATIONS.verified(untrusted, trust.keys(Role.REGISTRAR), place=place).value
    trust.revocations.refuse_site(registration.site, place=place)
    trust.revocations.refuse_key(registration.signing_key.keyid, place=place)
    _refuse_older(registration.number, newest_number, place)
    if site is not None:
        _refuse_other_site(registration.site, site, place)
    return registration


def open_seat_request(untrusted: bytes, *, place: str = "seat request") -> SeatRequest:
    """Open a seat's request to be certified. It proves that the seat holds the key; the admin has to know the machine.

    Raises:
        FormRefused, SignatureRefused, ThresholdRefused: not signed with the key it names.
    """
    document = read_document(untrusted, PayloadType.SEAT_REQUEST, place=place)
    return seat_request_from_fields(_signed_by_itself(document))


def open_certificate(
    untrusted: bytes,
    *,
    trust: Trust,
    registration: SiteRegistration,
    signing_key: VerifyKey | None = None,
    now: UtcMs | None = None,
    place: str = "certificate",
) -> SeatCertificate:
    """Open a seat certificate.

    Args:
        untrusted: the file.
        trust: whom the office has revoked.
        registration: of the site that issued it.
        signing_key: whose certificate it has to be; None takes any seat's.
        now: wall time to judge its validity by; None leaves that to the caller.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, expired, not for this site.
    """
    return open_certificate_file(
        untrusted, trust=trust, registration=registration, signing_key=signing_key, now=now, place=place
    ).value


def open_certificate_file(
    untrusted: bytes,
    *,
    trust: Trust,
    registration: SiteRegistration,
    signing_key: VerifyKey | None = None,
    now: UtcMs | None = None,
    place: str = "certificate",
) -> VerifiedDocument[SeatCertificate]:
    """Open a seat certificate as ``open_certificate`` does; with it comes what seat lists and revocations call it.

    Raises:
        Refused: form, signature, threshold, revoked, expired, not for this site.
    """
    document = _CERTIFICATES.verified(untrusted, _only(registration.signing_key), place=place)
    certificate = document.value
    trust.revocations.refuse_seat_certificate(document.digest, place=place)
    trust.revocations.refuse_key(certificate.signing_key.keyid, place=place)
    if now is not None:
        refuse_outside(now, certificate.not_before, certificate.not_after, what="certificate", place=place)
    _refuse_other_site(certificate.site, registration.site, place)
    if signing_key is not None and certificate.signing_key != signing_key:
        raise NotForThisSiteRefused("is the certificate of another seat", place=place)
    return document


def open_seat_list(
    untrusted: bytes, *, registration: SiteRegistration, newest_number: int = 0, place: str = "seat list"
) -> SeatList:
    """Open a site's list of the certificates it stands by.

    Raises:
        Refused: form, signature, threshold, older, not for this site.
    """
    document = read_document(untrusted, PayloadType.SEAT_LIST, place=place)
    seats = seat_list_from_fields(document.verified_by(_only(registration.signing_key)))
    _refuse_older(seats.number, newest_number, place)
    _refuse_other_site(seats.site, registration.site, place)
    return seats


def open_proctors(
    untrusted: bytes, *, registration: SiteRegistration, newest_number: int = 0, place: str = "proctor file"
) -> ProctorFile:
    """Open a site's proctor file.

    Raises:
        Refused: form, signature, threshold, older, not for this site.
    """
    document = read_document(untrusted, PayloadType.PROCTOR_FILE, place=place)
    file = proctor_file_from_fields(document.verified_by(_only(registration.signing_key)))
    _refuse_older(file.number, newest_number, place)
    _refuse_other_site(file.site, registration.site, place)
    return file


def open_site_policy(
    untrusted: bytes, *, registration: SiteRegistration, newest_number: int = 0, place: str = "site policy"
) -> SitePolicy:
    """Open a site's policy about lockdown.

    Raises:
        Refused: form, signature, threshold, older, not for this site.
    """
    document = read_document(untrusted, PayloadType.SITE_POLICY, place=place)
    policy = site_policy_from_fields(document.verified_by(_only(registration.signing_key)))
    _refuse_older(policy.number, newest_number, place)
    _refuse_other_site(policy.site, registration.site, place)
    return policy


def open_roster(
    untrusted: bytes,
    *,
    trust: Trust,
    site: SiteId,
    site_key: ContentKey,
    newest_number: int = 0,
    place: str = "roster",
) -> Roster:
    """Open a roster.

    Args:
        untrusted: the file.
        trust: who may sign rosters.
        site: the own site.
        site_key: the site's content key, out of the seat's certificate.
        newest_number: the highest number accepted before.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, older, not for this site, content.
    """
    document = read_document(untrusted, PayloadType.ROSTER, place=place)
    sealed = sealed_roster_from_fields(document.verified_by(trust.keys(Role.ROSTERS)))
    _refuse_older(sealed.number, newest_number, place)
    _refuse_other_site(sealed.site, site, place)
    return unseal_roster(sealed, site_key, place=place)


# -- packages ---------------------------------------------------------------------------------------------------------


def check_package(
    source: PackageSource,
    *,
    trust: Trust,
    newest_issue: int = 0,
    place: str = "exam package",
) -> CheckedPackage:
    """Verify a package as far as that goes without keys: manifest, signatures, layout, length.

    Args:
        source: the package's bytes.
        trust: who may publish exams.
        newest_issue: the highest issue of this form accepted before.
        place: where the package comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, revoked, older, content (cut).
    """
    frame = read_frame(source, place=place)
    verified = _VERIFIED.verified(frame, trust.keys(Role.EXAMS))
    manifest, digest = verified.manifest, verified.digest
    trust.revocations.refuse_package(digest, place=place)
    _refuse_older(manifest.issue, newest_issue, place)
    return CheckedPackage(manifest=manifest, digest=digest, entries=SealedEntries(frame, manifest), place=place)


def forget_packages() -> None:
    """Verify every manifest anew, also of packages this process has opened before. Only measuring needs it."""
    _VERIFIED.forget()


def forget_sites() -> None:
    """Verify every registration and certificate anew, also those this process has opened before. Only measuring needs it."""
    _REGISTRATIONS.forget()
    _CERTIFICATES.forget()


def open_package(
    source: PackageSource,
    *,
    trust: Trust,
    grant: Grant,
    release: Release,
    site_key: ContentKey,
    now: UtcMs | None = None,
    newest_issue: int = 0,
    place: str = "exam package",
) -> OpenedPackage:
    """Open a delivery package at a site.

    Args:
        source: the package's bytes; read lazily as long as the result is used.
        trust: who may publish exams.
        grant: the site's grant, opened.
        release: the package's release, opened.
        site_key: the site's content key.
        now: wall time to judge the window by; None leaves that to the caller.
        newest_issue: the highest issue of this form accepted before.
        place: where the package comes from, for refusals.

    Raises:
        Refused: any layer.
    """
    package = check_package(source, trust=trust, newest_issue=newest_issue, place=place)
    manifest = package.manifest
    refuse_unless(manifest.kind is PackageKind.DELIVERY, FormRefused, "is not a delivery package", place=place)
    if now is not None:
        refuse_outside(now, manifest.not_before, manifest.not_after, what="package", place=place)
    _refuse_other_release(release, package)
    if (grant.package, grant.package_id) != (package.digest, manifest.package_id):
        raise ContentRefused("the grant is of another package", place=place)
    site_secret = open_site_secret(grant, site_key)
    content_key = unwrap_content_key(grant, site_secret=site_secret, release_secret=release.secret)
    return OpenedPackage(manifest, package.digest, package.entries, content_key, place)


def open_scoring_package(
    source: PackageSource,
    *,
    trust: Trust,
    scoring_key: ContentKey,
    place: str = "scoring package",
) -> OpenedPackage:
    """Open a scoring package at the office.

    Raises:
        Refused: form, signature, threshold, revoked, content.
    """
    package = check_package(source, trust=trust, place=place)
    manifest = package.manifest
    refuse_unless(manifest.delivery is not None, FormRefused, "is not a scoring package", place=place)
    wraps = dict(zip(manifest.scoring_keys, manifest.wraps, strict=True))
    if scoring_key.public not in wraps:
        raise ContentRefused("is sealed to other scoring keys than this one", place=place)
    info = scoring_wrap_info(manifest)
    content_key = open_sealed(wraps[scoring_key.public], scoring_key, info=info, place=f"{place}, wrap")
    if len(content_key) != CONTENT_KEY_BYTES:
        raise FormRefused(f"holds no key of {CONTENT_KEY_BYTES} bytes", place=f"{place}, wrap")
    return OpenedPackage(manifest, package.digest, package.entries, content_key, place)


def open_grant(untrusted: bytes, *, trust: Trust, site: SiteId | None, place: str = "grant") -> Grant:
    """Open a site's grant for a package.

    Args:
        untrusted: the file.
        trust: who may sign grants.
        site: the own site; None takes any site's (for the office and for explaining).
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, not for this site.
    """
    document = read_document(untrusted, PayloadType.GRANT, place=place)
    grant = grant_from_fields(document.verified_by(trust.keys(Role.GRANTS)))
    if site is not None:
        _refuse_other_site(grant.site, site, place)
    return grant


def open_release(untrusted: bytes, *, trust: Trust, package: CheckedPackage | None, place: str = "release") -> Release:
    """Open a release file.

    Args:
        untrusted: the file.
        trust: who may release: two of three officers.
        package: what it has to release; None takes any package's (at import, before it is known which one).
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, wrong release.
    """
    document = read_document(untrusted, PayloadType.RELEASE, place=place)
    release = release_from_fields(document.verified_by(trust.keys(Role.RELEASES)))
    if package is not None:
        _refuse_other_release(release, package, place=place)
    return release


def release_by_code(code: str, *, package: CheckedPackage, now: UtcMs, place: str = "release code") -> Release:
    """Make a release of a code that was read out by telephone. Slow on purpose (Argon2id).

    Raises:
        FormRefused: not a code, or a typing error in it.
        WrongReleaseRefused: the code of another package.
    """
    manifest = package.manifest
    secret = release_secret(code, package_id=manifest.package_id)
    if check_value(secret) != manifest.release_check:
        raise WrongReleaseRefused("is not the code of this package", place=place)
    return Release(
        package=package.digest,
        exam=manifest.exam,
        form=manifest.form,
        secret=secret,
        issued=now,
        by=ReleasedBy.CODE,
    )


def open_release_share(untrusted: bytes, *, trust: Trust, place: str = "release share") -> ReleaseShare:
    """Open the clear part of an officer's share; the officer's key opens the rest.

    Raises:
        Refused: form, signature, threshold.
    """
    document = read_document(untrusted, PayloadType.RELEASE_SHARE, place=place)
    return release_share_from_fields(document.verified_by(trust.keys(Role.GRANTS)))


def open_receipt(untrusted: bytes, *, trust: Trust, bundle: Digest | None, place: str = "receipt") -> Receipt:
    """Open a receipt.

    Args:
        untrusted: the file.
        trust: who may sign receipts: scoring and records, both.
        bundle: the digest of the bundle it has to be for; None takes any bundle's, and then nothing may be erased for it.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, content (a receipt for another bundle).
    """
    document = read_document(untrusted, PayloadType.RECEIPT, place=place)
    receipt = receipt_from_fields(document.verified_by(trust.keys(Role.RECEIPTS)))
    if bundle is not None and receipt.bundle != bundle:
        raise ContentRefused(f"is for the bundle {receipt.bundle[:16]}…, not for {bundle[:16]}…", place=place)
    return receipt


# -- how far a seat was -----------------------------------------------------------------------------------------------


def open_seat_mark(untrusted: bytes, *, key: VerifyKey, place: str = "seat mark") -> SeatMark:
    """Open a seat's mark.

    Args:
        untrusted: the file.
        key: the key of the seat whose mark it has to be.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold (of another seat), content (names another key than the one it is signed with).
    """
    document = read_document(untrusted, PayloadType.SEAT_MARK, place=place)
    mark = seat_mark_from_fields(document.verified_by(_only(key)))
    refuse_unless(mark.key == key.keyid, ContentRefused, "names another key than its own", place=place)
    return mark


def open_kept_results(
    untrusted: bytes, *, trust: Trust, site: SiteId, newest_number: int = 0, place: str = "kept results"
) -> KeptResults:
    """Open the office's list of what it has of a site's seats.

    Args:
        untrusted: the file.
        trust: who may sign receipts: scoring and records, both.
        site: the own site.
        newest_number: the highest number accepted before.
        place: where the file comes from, for refusals.

    Raises:
        Refused: form, signature, threshold, older, not for this site.
    """
    document = read_document(untrusted, PayloadType.KEPT_RESULTS, place=place)
    kept = kept_results_from_fields(document.verified_by(trust.keys(Role.RECEIPTS)))
    _refuse_older(kept.number, newest_number, place)
    _refuse_other_site(kept.site, site, place)
    return kept


def refuse_outside(now: UtcMs, not_before: UtcMs, not_after: UtcMs, *, what: str, place: str) -> None:
    """Raise ExpiredRefused outside a window of wall time."""
    if now < not_before:
        raise ExpiredRefused(f"the {what} is not valid yet", place=place)
    if now > not_after:
        raise ExpiredRefused(f"the {what} is no longer valid", place=place)


def _refuse_other_release(release: Release, package: CheckedPackage, *, place: str = "release") -> None:
    if release.package != package.digest:
        raise WrongReleaseRefused("is the release of another package", place=place)
    # A release that is signed but carries another secret would otherwise only show as content that does not open.
    if check_value(release.secret) != package.manifest.release_check:
        raise WrongReleaseRefused("does not hold the secret of this package", place=place)


def _signed_by_itself(document: UntrustedDocument) -> Fields:
    untrusted_fields = document.untrusted_fields()
    key = verify_key_from_json(untrusted_fields.object("signing_key"))
    return document.verified_by(_only(key))


def _only(key: VerifyKey) -> KeySet:
    return KeySet(keys=(key,), threshold=1)


def _refuse_older(number: int, newest: int, place: str) -> None:
    if number < newest:
        raise OlderRefused(f"has number {number}, and {newest} was accepted before", place=place)


def _refuse_other_site(found: SiteId, expected: SiteId, place: str) -> None:
    if found != expected:
        raise NotForThisSiteRefused(f"is for the site {found}, not for {expected}", place=place)
