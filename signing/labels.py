"""Every payload type and every derivation label, once.

Owns the names that keep one use of a key apart from another: a signature over one kind of document can never be shown
as one over another kind, and two derived keys never meet. Refuses to know what the documents hold. A format that
changes its meaning gets a new number here.
"""

from enum import Enum, StrEnum


class PayloadType(StrEnum):
    """What a signed envelope holds; signed along with it (DSSE 1.0.2, protocol.md)."""

    EXAM_MANIFEST = "application/vnd.testing-center-kiosk.exam-manifest.v1+json"
    SCORING_MANIFEST = "application/vnd.testing-center-kiosk.scoring-manifest.v1+json"
    GRANT = "application/vnd.testing-center-kiosk.grant.v1+json"
    RELEASE = "application/vnd.testing-center-kiosk.release.v1+json"
    ROSTER = "application/vnd.testing-center-kiosk.roster.v1+json"
    SITE_REGISTRATION = "application/vnd.testing-center-kiosk.site-registration.v1+json"
    SITE_REQUEST = "application/vnd.testing-center-kiosk.site-request.v1+json"
    SEAT_REQUEST = "application/vnd.testing-center-kiosk.seat-request.v1+json"
    SEAT_CERTIFICATE = "application/vnd.testing-center-kiosk.seat-certificate.v1+json"
    SEAT_LIST = "application/vnd.testing-center-kiosk.seat-list.v1+json"
    SITE_POLICY = "application/vnd.testing-center-kiosk.site-policy.v1+json"
    PROCTOR_FILE = "application/vnd.testing-center-kiosk.proctor-file.v1+json"
    JOURNAL_CHECKPOINT = "application/vnd.testing-center-kiosk.journal-checkpoint.v1+json"
    RESULT = "application/vnd.testing-center-kiosk.result.v1+json"
    RECEIPT = "application/vnd.testing-center-kiosk.receipt.v1+json"
    REVOCATIONS = "application/vnd.testing-center-kiosk.revocations.v1+json"
    RELEASE_SHARE = "application/vnd.testing-center-kiosk.release-share.v1+json"
    SEAT_MARK = "application/vnd.testing-center-kiosk.seat-mark.v1+json"
    KEPT_RESULTS = "application/vnd.testing-center-kiosk.kept-results.v1+json"
    MIRROR_ABOUT = "application/vnd.testing-center-kiosk.mirror-about.v1+json"
    MIRROR_TAKEN = "application/vnd.testing-center-kiosk.mirror-taken.v1+json"
    READINESS = "application/vnd.testing-center-kiosk.readiness.v1+json"
    AS_FOUND = "application/vnd.testing-center-kiosk.as-found.v1+json"


class Label(bytes, Enum):
    """What a derived key, a digest or a sealed message is for. A member is a ``bytes`` and can be used as one."""

    KEY_ENCRYPTION_KEY = b"testing-center-kiosk/key-encryption-key/v1"
    ENTRY_KEY = b"testing-center-kiosk/entry-key/v1"
    ENTRY_CONTEXT = b"testing-center-kiosk/entry-context/v1"
    SITE_GRANT = b"testing-center-kiosk/site-grant/v1"
    SCORING_KEY = b"testing-center-kiosk/scoring-package-key/v1"
    RELEASE_SALT = b"testing-center-kiosk/release-code-salt/v1"
    RELEASE_CHECK = b"testing-center-kiosk/release-check/v1"
    RELEASE_SHARE = b"testing-center-kiosk/release-share/v1"
    ROSTER = b"testing-center-kiosk/roster/v1"
    SEAT_SECRETS = b"testing-center-kiosk/seat-secrets/v1"
    PIN_PEPPER = b"testing-center-kiosk/pin-pepper/v1"
    PIN_CONTEXT = b"testing-center-kiosk/pin-context/v1"
    RESULT = b"testing-center-kiosk/result/v1"
    RESULT_STREAM_KEY = b"testing-center-kiosk/result-stream-key/v1"
    RESULT_STREAM_CONTEXT = b"testing-center-kiosk/result-stream-context/v1"
    SITE_SECRET = b"testing-center-kiosk/site-secret/v1"
    SESSION_RECOVERY = b"testing-center-kiosk/session-recovery/v1"
    MIRROR_KEY = b"testing-center-kiosk/mirror-key/v1"
    MIRROR_ABOUT = b"testing-center-kiosk/mirror-about/v1"
    MIRROR_TAKEN = b"testing-center-kiosk/mirror-taken/v1"
    JOURNAL_KEY = b"testing-center-kiosk/journal-key/v1"
    STATE_KEY = b"testing-center-kiosk/seat-state-key/v1"
    KEY_FILE = b"testing-center-kiosk/key-file/v1"
    MARK_CODE = b"testing-center-kiosk/mark-code/v1"

    def with_parts(self, *parts: bytes) -> bytes:
        """Return the label followed by parts, each behind its length (8 bytes, big endian).

        Lengths keep ``("ab", "c")`` and ``("a", "bc")`` apart.
        """
        return self.value + b"\x00" + b"".join(len(part).to_bytes(8, "big") + part for part in parts)
