"""Explaining the two containers: exam packages and result bundles.

Owns what is looked at and in which order; every byte is. Refuses to know disks.
"""

from __future__ import annotations

from exam_packages.certificates import certificate_from_fields
from exam_packages.container import (
    Manifest,
    PackageKind,
    PackageSource,
    Progress,
    SealedEntries,
    manifest_from_fields,
    read_container,
)
from exam_packages.inspection.explanation import ArtefactKind, Findings, SignerFact
from exam_packages.inspection.times import moment
from exam_packages.opening import CheckedPackage, check_package, open_package, open_scoring_package
from exam_packages.package_contents import OpenedPackage
from exam_packages.result_opening import CheckedResult, check_result, open_result
from exam_packages.results import ResultHeader, UntrustedResult, read_result, verify_seal
from exam_packages.signed_documents import read_document
from exam_packages.site_policies import LockdownPreset
from signing.hpke import ContentKey
from signing.keys import fingerprint
from signing.labels import PayloadType
from signing.trust import Trust

NO_TRUST = "there is no trust data at hand: nobody's signature counts"


def explain_package(findings: Findings, source: PackageSource, progress: Progress | None) -> ArtefactKind:
    """Look at an exam package."""
    place = findings.place
    container = findings.check("form", lambda: read_container(source, place=place))
    if container is None:
        return ArtefactKind.UNKNOWN
    kind = container.kind
    found = ArtefactKind.DELIVERY_PACKAGE if kind is PackageKind.DELIVERY else ArtefactKind.SCORING_PACKAGE
    findings.signed_by(container.document.envelope.key_ids)
    findings.fact("package", container.document.digest)
    untrusted = findings.check("manifest", lambda: manifest_from_fields(container.document.untrusted_fields(), kind))
    if untrusted is None:
        return found
    _manifest_facts(findings, untrusted)
    trust = findings.context.trust
    if trust is None:
        findings.skip("signatures", NO_TRUST)
        # Damage shows without trust, too: every byte is hashed by the manifest, whoever signed it.
        findings.check("every byte", lambda: SealedEntries(container, untrusted).verify_every_byte(progress))
        return found
    package = findings.check("signatures", lambda: check_package(source, trust=trust, place=place))
    if package is not None:
        findings.check("every byte", lambda: package.verify_every_byte(progress))
        _explain_content(findings, package, source, trust)
    return found


def explain_result(findings: Findings, data: bytes) -> ArtefactKind:
    """Look at a result bundle."""
    place = findings.place
    untrusted = findings.check("form", lambda: read_result(data, place=place))
    if untrusted is None:
        return ArtefactKind.RESULT
    findings.signed_by(untrusted.seal.envelope.key_ids)
    _header_facts(findings, untrusted)
    trust = findings.context.trust
    if trust is None:
        findings.skip("signatures", NO_TRUST)
        # Damage shows without trust, too: the seal has to be by the key that the bundle itself brings along.
        findings.check("its own seal", lambda: _verify_own_seal(untrusted))
        return ArtefactKind.RESULT
    checked = findings.check("signatures", lambda: check_result(data, trust=trust, place=place))
    if checked is not None:
        _name_seat(findings, checked)
    key = findings.context.content_key(untrusted.recipients)
    if checked is None:
        return ArtefactKind.RESULT
    if key is None:
        findings.skip("content", "it is sealed to scoring, whose key is not at hand")
        return ArtefactKind.RESULT
    opened = findings.check("content", lambda: open_result(data, trust=trust, scoring_key=key, place=place))
    if opened is not None:
        findings.fact("checkpoints", len(opened.checkpoints))
        findings.fact("incidents", len(opened.incidents))
    return ArtefactKind.RESULT


def _verify_own_seal(result: UntrustedResult) -> None:
    place = f"{result.place}, certificate"
    document = read_document(result.untrusted_header.certificate, PayloadType.SEAT_CERTIFICATE, place=place)
    verify_seal(result, certificate_from_fields(document.untrusted_fields()).signing_key)


def _name_seat(findings: Findings, checked: CheckedResult) -> None:
    """Say whose key sealed a bundle: the seat's, which its certificate names."""
    key = checked.certificate.signing_key
    who = f"seat {checked.certificate.seat} of site {checked.certificate.site}"
    findings.signers[:] = [SignerFact(key_id=key.keyid, fingerprint=fingerprint(key), who=who)]


def _explain_content(findings: Findings, package: CheckedPackage, source: PackageSource, trust: Trust) -> None:
    key = findings.context.content_key(_recipients(findings, package))
    if key is None:
        findings.skip("content", "no key that opens it is at hand")
        return
    if package.manifest.kind is PackageKind.SCORING:
        opened = findings.check(
            "content", lambda: _whole(open_scoring_package(source, trust=trust, scoring_key=key, place=package.place))
        )
    else:
        opened = _explain_delivery(findings, package, source, trust, key)
    if opened is not None:
        findings.fact("files", len(opened.index))


def _explain_delivery(
    findings: Findings, package: CheckedPackage, source: PackageSource, trust: Trust, key: ContentKey
) -> OpenedPackage | None:
    context = findings.context
    grant = next((each for each in context.grants if each.package == package.digest), None)
    release = next((each for each in context.releases if each.package == package.digest), None)
    if grant is None or release is None:
        findings.skip("content", "it is not granted here" if grant is None else "it is not released here")
        return None
    return findings.check(
        "content",
        lambda: _whole(
            open_package(source, trust=trust, grant=grant, release=release, site_key=key, place=package.place)
        ),
    )


def _recipients(findings: Findings, package: CheckedPackage) -> tuple[str, ...]:
    if package.manifest.kind is PackageKind.SCORING:
        return tuple(key.key_id for key in package.manifest.scoring_keys)
    registration = None if findings.context.site is None else findings.context.registration(findings.context.site)
    return () if registration is None else (registration.content_key.key_id,)


def _whole(opened: OpenedPackage) -> OpenedPackage:
    opened.verify_every_byte()
    return opened


def _manifest_facts(findings: Findings, manifest: Manifest) -> None:
    findings.fact("exam", manifest.exam)
    findings.fact("form", manifest.form)
    findings.fact("title", manifest.title)
    findings.fact("issue", manifest.issue)
    findings.fact("built", moment(manifest.created))
    findings.fact("window", f"{moment(manifest.not_before)} to {moment(manifest.not_after)}")
    findings.fact("entries", len(manifest.entries))
    findings.fact("results sealed to", ", ".join(key.key_id[:16] for key in manifest.scoring_keys))
    if manifest.scored_at_seat:
        findings.fact("scored at the seat", "yes: answer keys and scoring rules are inside and reach testing centers")
    if manifest.lockdown is not LockdownPreset.PRACTICE:
        findings.fact("lockdown", f"{manifest.lockdown.value}: a live exam starts only where a seat is locked down so")
    if manifest.delivery is not None:
        findings.fact("scores", manifest.delivery)


def _header_facts(findings: Findings, untrusted: UntrustedResult) -> None:
    header: ResultHeader = untrusted.untrusted_header
    findings.fact("session", header.session)
    findings.fact("appointment", header.appointment)
    findings.fact("candidate", header.candidate)
    findings.fact("exam", header.exam)
    findings.fact("form", header.form)
    findings.fact("package", header.package)
    findings.fact("site", header.site)
    findings.fact("seat", header.seat)
    findings.fact("number", header.number)
    findings.fact("state", header.state.value)
    findings.fact("records", header.records)
    findings.fact("journal head", header.head)
    findings.fact("sealed", moment(header.created))
    findings.fact("sealed to", ", ".join(key_id[:16] for key_id in untrusted.recipients))
