"""Where things lie in a drop and on a stick: the target paths that office, site and seat share.

Owns the names. Refuses to know disks; whether a drop may list a path is ``signing.trust``'s business.
"""

from __future__ import annotations

from typing import Final

from exam_packages.ids import Digest, SiteId

EXAMS: Final = "exams"
GRANTS: Final = "grants"
KEPT: Final = "kept"
REGISTRATIONS: Final = "registrations"
ROSTERS: Final = "rosters"

EXAM_SUFFIX: Final = ".exam"
GRANT_SUFFIX: Final = ".grant"
REGISTRATION_SUFFIX: Final = ".registration"
ROSTER_SUFFIX: Final = ".roster"
RELEASE_SUFFIX: Final = ".release"
RESULT_SUFFIX: Final = ".result"
RECEIPT_SUFFIX: Final = ".receipt"
CERTIFICATE_SUFFIX: Final = ".certificate"
SEAT_REQUEST_SUFFIX: Final = ".seat-request"
SITE_REQUEST_SUFFIX: Final = ".site-request"
PROCTORS_SUFFIX: Final = ".proctors"
POLICY_SUFFIX: Final = ".policy"
SEAT_LIST_SUFFIX: Final = ".seats"
SEAT_MARK_SUFFIX: Final = ".mark"
KEPT_RESULTS_SUFFIX: Final = ".kept"


def exam_path(package: Digest) -> str:
    """Return where a drop carries a delivery package."""
    return f"{EXAMS}/{package}{EXAM_SUFFIX}"


def grant_path(site: SiteId, package: Digest) -> str:
    """Return where a drop carries a site's grant for a package."""
    return f"{GRANTS}/{site}/{package}{GRANT_SUFFIX}"


def kept_results_path(site: SiteId) -> str:
    """Return where a drop carries what the office has of a site's seats."""
    return f"{KEPT}/{site}{KEPT_RESULTS_SUFFIX}"


def registration_path(site: SiteId) -> str:
    """Return where a drop carries a site's registration."""
    return f"{REGISTRATIONS}/{site}{REGISTRATION_SUFFIX}"


def roster_path(site: SiteId) -> str:
    """Return where a drop carries a site's roster."""
    return f"{ROSTERS}/{site}{ROSTER_SUFFIX}"


def result_name(bundle: Digest) -> str:
    """Return the file name of a result bundle."""
    return f"{bundle}{RESULT_SUFFIX}"


def receipt_name(bundle: Digest) -> str:
    """Return the file name of the receipt for a bundle."""
    return f"{bundle}{RECEIPT_SUFFIX}"
