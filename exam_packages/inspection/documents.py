"""Explaining signed documents: what each says, who signed it, whether it holds.

Owns one function a document. Refuses to know containers and disks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from exam_packages.certificates import (
    SeatCertificate,
    SeatList,
    SeatRequest,
    certificate_from_fields,
    seat_list_from_fields,
    seat_request_from_fields,
)
from exam_packages.grants import Grant, grant_from_fields, open_site_secret
from exam_packages.ids import SiteId
from exam_packages.inspection.explanation import ArtefactKind, Findings
from exam_packages.inspection.packages import NO_TRUST
from exam_packages.inspection.times import moment
from exam_packages.opening import (
    open_certificate,
    open_grant,
    open_kept_results,
    open_proctors,
    open_receipt,
    open_registration,
    open_release,
    open_release_share,
    open_roster,
    open_seat_list,
    open_seat_request,
    open_site_policy,
    open_site_request,
)
from exam_packages.proctors import ProctorFile, proctor_file_from_fields
from exam_packages.receipts import Receipt, receipt_from_fields
from exam_packages.registrations import (
    SiteRegistration,
    SiteRequest,
    registration_from_fields,
    site_request_from_fields,
)
from exam_packages.releases import Release, ReleaseShare, release_from_fields, release_share_from_fields
from exam_packages.results import Checkpoint, checkpoint_from_fields
from exam_packages.rosters import SealedRoster, sealed_roster_from_fields
from exam_packages.seat_marks import KeptResults, SeatMark, kept_results_from_fields, seat_mark_from_fields
from exam_packages.signed_documents import UntrustedDocument, read_document
from exam_packages.site_policies import SitePolicy, site_policy_from_fields
from signing.fields import Fields
from signing.keys import fingerprint
from signing.labels import PayloadType
from signing.trust import Revocations, Role, Trust, read_revocations
from signing.trust.revocations import revocations_from_fields

Explainer = Callable[[Findings, bytes, UntrustedDocument], None]
_Value = TypeVar("_Value")


def explain_document(findings: Findings, data: bytes, payload_type: PayloadType) -> ArtefactKind:
    """Look at a signed document of a known payload type."""
    kind, explain = DOCUMENTS[payload_type]
    document = findings.check("form", lambda: read_document(data, payload_type, place=findings.place))
    if document is not None:
        findings.signed_by(document.envelope.key_ids)
        explain(findings, data, document)
    return kind


def _read(findings: Findings, document: UntrustedDocument, read: Callable[[Fields], _Value]) -> _Value | None:
    return findings.check("payload", lambda: read(document.untrusted_fields()))


def _by_role(findings: Findings, verify: Callable[[Trust], _Value]) -> _Value | None:
    trust = findings.context.trust
    if trust is None:
        findings.skip("signatures", NO_TRUST)
        return None
    return findings.check("signatures", lambda: verify(trust))


def _by_site(findings: Findings, site: SiteId, verify: Callable[[SiteRegistration], _Value]) -> _Value | None:
    registration = findings.context.registration(site)
    if registration is None:
        findings.skip("signatures", f"the registration of the site {site} is not at hand")
        return None
    return findings.check("signatures", lambda: verify(registration))


def _grant(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: Grant | None = _read(findings, document, grant_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("package", untrusted.package)
    findings.fact("issued", moment(untrusted.issued))
    place, site = findings.place, findings.context.site
    grant = _by_role(findings, lambda trust: open_grant(data, trust=trust, site=site, place=place))
    registration = findings.context.registration(untrusted.site)
    key = None if registration is None else findings.context.content_key((registration.content_key.key_id,))
    if grant is not None and key is not None:
        findings.check("content", lambda: open_site_secret(grant, key, place=place))
    else:
        findings.skip("content", "it is sealed to the site, whose key is not at hand")


def _release(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: Release | None = _read(findings, document, release_from_fields)
    if untrusted is None:
        return
    findings.fact("exam", untrusted.exam)
    findings.fact("form", untrusted.form)
    findings.fact("package", untrusted.package)
    findings.fact("issued", moment(untrusted.issued))
    _by_role(findings, lambda trust: open_release(data, trust=trust, package=None, place=findings.place))


def _release_share(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: ReleaseShare | None = _read(findings, document, release_share_from_fields)
    if untrusted is None:
        return
    findings.fact("package", untrusted.package)
    findings.fact("officer", untrusted.officer)
    _by_role(findings, lambda trust: open_release_share(data, trust=trust, place=findings.place))


def _roster(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SealedRoster | None = _read(findings, document, sealed_roster_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("number", untrusted.number)
    findings.fact("issued", moment(untrusted.issued))
    registration = findings.context.registration(untrusted.site)
    key = None if registration is None else findings.context.content_key((registration.content_key.key_id,))
    if key is None:
        _by_role(findings, lambda trust: document.verified_by(trust.keys(Role.ROSTERS)))
        findings.skip("content", "it is sealed to the site, whose key is not at hand")
        return
    site, place = untrusted.site, findings.place
    roster = _by_role(findings, lambda trust: open_roster(data, trust=trust, site=site, site_key=key, place=place))
    if roster is not None:
        findings.fact("appointments", len(roster.appointments))


def _site_request(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SiteRequest | None = _read(findings, document, site_request_from_fields)
    if untrusted is None:
        return
    findings.fact("name", untrusted.name)
    findings.fact("fingerprint", fingerprint(untrusted.signing_key))
    findings.fact("created", moment(untrusted.created))
    findings.check("signatures", lambda: open_site_request(data, place=findings.place))


def _registration(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SiteRegistration | None = _read(findings, document, registration_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("name", untrusted.name)
    findings.fact("number", untrusted.number)
    findings.fact("fingerprint", fingerprint(untrusted.signing_key))
    findings.fact("issued", moment(untrusted.issued))
    _by_role(findings, lambda trust: open_registration(data, trust=trust, place=findings.place))


def _seat_request(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SeatRequest | None = _read(findings, document, seat_request_from_fields)
    if untrusted is None:
        return
    findings.fact("seat", untrusted.seat)
    findings.fact("fingerprint", fingerprint(untrusted.signing_key))
    findings.fact("created", moment(untrusted.created))
    findings.check("signatures", lambda: open_seat_request(data, place=findings.place))


def _certificate(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SeatCertificate | None = _read(findings, document, certificate_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("seat", untrusted.seat)
    findings.fact("serial", untrusted.serial)
    findings.fact("certificate", document.digest)
    findings.fact("fingerprint", fingerprint(untrusted.signing_key))
    findings.fact("valid", f"{moment(untrusted.not_before)} to {moment(untrusted.not_after)}")
    trust, now, place = findings.context.trust, findings.context.now, findings.place
    if trust is None:
        findings.skip("signatures", NO_TRUST)
        return
    _by_site(
        findings,
        untrusted.site,
        lambda registration: open_certificate(data, trust=trust, registration=registration, now=now, place=place),
    )


def _seat_list(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SeatList | None = _read(findings, document, seat_list_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("number", untrusted.number)
    findings.fact("certificates", len(untrusted.certificates))
    findings.fact("issued", moment(untrusted.issued))
    place = findings.place
    _by_site(
        findings, untrusted.site, lambda registration: open_seat_list(data, registration=registration, place=place)
    )


def _proctors(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: ProctorFile | None = _read(findings, document, proctor_file_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("number", untrusted.number)
    findings.fact("proctors", len(untrusted.proctors))
    findings.fact("issued", moment(untrusted.issued))
    place = findings.place
    _by_site(findings, untrusted.site, lambda registration: open_proctors(data, registration=registration, place=place))


def _policy(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: SitePolicy | None = _read(findings, document, site_policy_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("number", untrusted.number)
    findings.fact("preset", untrusted.preset.value)
    findings.fact("also required", ", ".join(untrusted.required) or "nothing")
    findings.fact("wishes", ", ".join(f"{kind}: {wish.value}" for kind, wish in untrusted.wishes.items()) or "none")
    findings.fact("enrolled displays", len(untrusted.displays))
    findings.fact("issued", moment(untrusted.issued))
    place = findings.place
    _by_site(
        findings, untrusted.site, lambda registration: open_site_policy(data, registration=registration, place=place)
    )


def _receipt(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: Receipt | None = _read(findings, document, receipt_from_fields)
    if untrusted is None:
        return
    findings.fact("number", untrusted.number)
    findings.fact("bundle", untrusted.bundle)
    findings.fact("session", untrusted.session)
    findings.fact("site", untrusted.site)
    findings.fact("seat", untrusted.seat)
    findings.fact("status", untrusted.status.value)
    if untrusted.reason:
        findings.fact("reason", untrusted.reason)
    findings.fact("accepted", moment(untrusted.accepted))
    findings.fact("erase after", "never" if untrusted.erase_after is None else moment(untrusted.erase_after))
    _by_role(findings, lambda trust: open_receipt(data, trust=trust, bundle=None, place=findings.place))


def _revocations(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: Revocations | None = _read(findings, document, revocations_from_fields)
    if untrusted is None:
        return
    findings.fact("number", untrusted.number)
    findings.fact("keys", len(untrusted.key_ids))
    findings.fact("sites", len(untrusted.site_ids))
    findings.fact("seats", len(untrusted.seat_certificates))
    findings.fact("packages", len(untrusted.packages))
    place = findings.place
    _by_role(findings, lambda trust: read_revocations(data, trust.keys(Role.REVOCATIONS), place=place))


def _checkpoint(findings: Findings, _data: bytes, document: UntrustedDocument) -> None:
    # A checkpoint names no key but the signer's id; the certificate that vouches for it travels in the result bundle.
    untrusted: Checkpoint | None = _read(findings, document, checkpoint_from_fields)
    if untrusted is None:
        return
    findings.fact("session", untrusted.session)
    findings.fact("records", untrusted.records)
    findings.fact("journal head", untrusted.head)
    findings.fact("signed", moment(untrusted.wall))
    findings.skip("signatures", "a checkpoint is verified inside its result bundle")


def _seat_mark(findings: Findings, _data: bytes, document: UntrustedDocument) -> None:
    untrusted: SeatMark | None = _read(findings, document, seat_mark_from_fields)
    if untrusted is None:
        return
    findings.fact("seat", untrusted.seat)
    findings.fact("number", untrusted.number)
    findings.fact("results", untrusted.bundles)
    findings.fact("last result", untrusted.bundle or "none")
    for entry in untrusted.sessions:
        findings.fact(f"session {entry.session}", f"{entry.records} records, {entry.answers} questions answered")
    findings.fact("made", moment(untrusted.made))
    findings.skip("signatures", "a mark is verified by its seat, and by the site that certified it")


def _kept_results(findings: Findings, data: bytes, document: UntrustedDocument) -> None:
    untrusted: KeptResults | None = _read(findings, document, kept_results_from_fields)
    if untrusted is None:
        return
    findings.fact("site", untrusted.site)
    findings.fact("number", untrusted.number)
    findings.fact("issued", moment(untrusted.issued))
    for entry in untrusted.seats:
        findings.fact(f"seat {entry.seat} {entry.key[:16]}", f"{entry.number} results, the last is {entry.bundle}")
    site, place = untrusted.site, findings.place
    _by_role(findings, lambda trust: open_kept_results(data, trust=trust, site=site, place=place))


DOCUMENTS: Final[Mapping[PayloadType, tuple[ArtefactKind, Explainer]]] = {
    PayloadType.GRANT: (ArtefactKind.GRANT, _grant),
    PayloadType.RELEASE: (ArtefactKind.RELEASE, _release),
    PayloadType.RELEASE_SHARE: (ArtefactKind.RELEASE_SHARE, _release_share),
    PayloadType.ROSTER: (ArtefactKind.ROSTER, _roster),
    PayloadType.SITE_REQUEST: (ArtefactKind.SITE_REQUEST, _site_request),
    PayloadType.SITE_REGISTRATION: (ArtefactKind.SITE_REGISTRATION, _registration),
    PayloadType.SEAT_REQUEST: (ArtefactKind.SEAT_REQUEST, _seat_request),
    PayloadType.SEAT_CERTIFICATE: (ArtefactKind.SEAT_CERTIFICATE, _certificate),
    PayloadType.SEAT_LIST: (ArtefactKind.SEAT_LIST, _seat_list),
    PayloadType.PROCTOR_FILE: (ArtefactKind.PROCTOR_FILE, _proctors),
    PayloadType.SITE_POLICY: (ArtefactKind.SITE_POLICY, _policy),
    PayloadType.RECEIPT: (ArtefactKind.RECEIPT, _receipt),
    PayloadType.REVOCATIONS: (ArtefactKind.REVOCATIONS, _revocations),
    PayloadType.JOURNAL_CHECKPOINT: (ArtefactKind.CHECKPOINT, _checkpoint),
    PayloadType.SEAT_MARK: (ArtefactKind.SEAT_MARK, _seat_mark),
    PayloadType.KEPT_RESULTS: (ArtefactKind.KEPT_RESULTS, _kept_results),
}
