"""Any artefact → an explanation: what it is, who signed it, for whom, whether it holds. Every byte of it is read and checked.

Owns telling artefacts apart. Refuses to know disks: a source and a context come in. What the context lacks is named as not
checked, never passed over in silence.
"""

from __future__ import annotations

import hashlib
from typing import Final

from exam_packages.container import PackageSource, Progress, looks_like_a_package
from exam_packages.ids import Digest
from exam_packages.inspection.documents import DOCUMENTS, explain_document
from exam_packages.inspection.explanation import (
    ArtefactKind,
    Check,
    CheckOutcome,
    Context,
    Explanation,
    Findings,
    SignerFact,
)
from exam_packages.inspection.packages import explain_package, explain_result
from exam_packages.results import BUNDLE_MAX_BYTES, looks_like_a_result
from exam_packages.session_keys import read_session_key, recover_session_key
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES
from signing.dsse import read_envelope
from signing.errors import FormRefused
from signing.hpke import ContentPublicKey
from signing.key_file import read_public_half
from signing.keys import fingerprint

START_BYTES: Final = 16
HASH_BYTES: Final = 1024 * 1024
SESSION_KEY_START: Final = b'{"office":'
KEY_FILE_START: Final = b'{"format":'

__all__ = [
    "ArtefactKind",
    "Check",
    "CheckOutcome",
    "Context",
    "Explanation",
    "SignerFact",
    "inspect",
]


def inspect(
    source: PackageSource, context: Context, *, place: str = "file", progress: Progress | None = None
) -> Explanation:
    """Explain a file.

    Args:
        source: the file's bytes.
        context: what is at hand to judge it with.
        place: the file, for people.
        progress: called with bytes done and in all, for the long ones.

    Returns:
        What it is and whether it holds; nothing that came from outside ever raises.
    """
    findings = Findings(context=context, place=place)
    kind = _explain(findings, source, progress)
    return Explanation(
        kind=kind,
        place=place,
        digest=_digest(source),
        size=source.size,
        facts=tuple(findings.facts),
        signers=tuple(findings.signers),
        checks=tuple(findings.checks),
    )


def _explain(findings: Findings, source: PackageSource, progress: Progress | None) -> ArtefactKind:
    start = source.read_at(0, START_BYTES)
    if looks_like_a_package(start):
        return explain_package(findings, source, progress)
    if looks_like_a_result(start):
        data = source.read_at(0, BUNDLE_MAX_BYTES + 1)
        return explain_result(findings, data)
    data = source.read_at(0, DOCUMENT_MAX_BYTES + 1)
    if start.startswith(SESSION_KEY_START):
        return _explain_session_key(findings, data)
    if start.startswith(KEY_FILE_START):
        return _explain_key_file(findings, data)
    return _explain_document(findings, data)


def _explain_document(findings: Findings, data: bytes) -> ArtefactKind:
    envelope = findings.check(
        "envelope", lambda: read_envelope(data, place=findings.place, max_bytes=DOCUMENT_MAX_BYTES)
    )
    if envelope is None:
        return ArtefactKind.UNKNOWN
    known = next((payload_type for payload_type in DOCUMENTS if payload_type == envelope.payload_type), None)
    if known is None:
        findings.check("form", lambda: _refuse_unknown(envelope.payload_type, findings.place))
        return ArtefactKind.UNKNOWN
    return explain_document(findings, data, known)


def _explain_session_key(findings: Findings, data: bytes) -> ArtefactKind:
    wrapped = findings.check("form", lambda: read_session_key(data, place=findings.place))
    if wrapped is None:
        return ArtefactKind.SESSION_KEY
    findings.fact("session", wrapped.session)
    findings.fact("sealed to", ", ".join(key_id[:16] for key_id, _ in wrapped.for_office))
    key = findings.context.content_key(tuple(key_id for key_id, _ in wrapped.for_office))
    if key is None:
        findings.skip("content", "it is sealed to scoring, whose key is not at hand")
    else:
        findings.check("content", lambda: recover_session_key(data, scoring_key=key, place=findings.place))
    return ArtefactKind.SESSION_KEY


def _explain_key_file(findings: Findings, data: bytes) -> ArtefactKind:
    public = findings.check("form", lambda: read_public_half(data, place=findings.place))
    if isinstance(public, ContentPublicKey):
        findings.fact("opens", f"what is sealed to {public.key_id}")
    elif public is not None:
        findings.fact("signs as", public.keyid)
        findings.fact("fingerprint", fingerprint(public))
    if public is not None:
        findings.skip("content", "the private half is not opened for looking at it")
    return ArtefactKind.KEY_FILE


def _refuse_unknown(payload_type: str, place: str) -> None:
    raise FormRefused(f"holds a {payload_type!a:.100}, which this program does not know", place=place)


def _digest(source: PackageSource) -> Digest:
    digest = hashlib.sha256()
    for offset in range(0, source.size, HASH_BYTES):
        digest.update(source.read_at(offset, HASH_BYTES))
    return Digest(digest.hexdigest())
