"""The office's folder: what lies where, and reading and writing it durably.

Owns the layout. Refuses to know how anything is signed or scored::

    office.json                        the office's name and when it was made
    keys/                              key files, HOLDERS.txt
    trust/                             the metadata signed so far
    revocations.json                   the newest list, where there is one
    sites/<site>/site.registration     and site.roster, site.seats, site.kept (the newest of each)
    sites/<site>/rosters/<number>.roster   every roster again, sealed to scoring: what results are compared with
    packages/<digest>/delivery.exam    and scoring.exam, package.json, package.release once released
    packages/<digest>/grants/          one file a site
    packages/<digest>/shares/          one file an officer
    results/<digest>.result            and .receipt, and .json: what the office knows of it
    reports/<session>.json, .pdf       score reports

Nothing here is secret in clear: keys are locked, site secrets are sealed to the publisher, results to scoring.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.drop_paths import (
    GRANT_SUFFIX,
    KEPT_RESULTS_SUFFIX,
    RECEIPT_SUFFIX,
    REGISTRATION_SUFFIX,
    RELEASE_SUFFIX,
    RESULT_SUFFIX,
    ROSTER_SUFFIX,
    SEAT_LIST_SUFFIX,
)
from exam_packages.grants import PACKAGE_ID_BYTES, SITE_SECRET_BYTES, WRAPPED_KEY_BYTES
from exam_packages.ids import Digest, ExamId, FormId, SiteId, UtcMs
from exam_packages.office.keys import OfficeKeys, Progress
from exam_packages.opening import open_registration
from exam_packages.registrations import SiteRegistration
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, TITLE_MAX, name_of
from signing.argon2 import Cost
from signing.canonical import JsonInput, decode, encode
from signing.errors import ContentRefused
from signing.fields import Fields, to_base64
from signing.hpke import OVERHEAD_BYTES
from signing.key_file import KEY_FILE_COST
from signing.trust import Role, Trust, TrustRepository, read_revocations
from signing.trust.folder import make_folder, read_bounded, write_durably
from signing.trust.revocations import NO_REVOCATIONS, Revocations

OFFICE_NAME: Final = "office.json"
REVOCATIONS_NAME: Final = "revocations.json"
DELIVERY_NAME: Final = "delivery.exam"
SCORING_NAME: Final = "scoring.exam"
PACKAGE_NAME: Final = "package.json"
RELEASE_NAME: Final = f"package{RELEASE_SUFFIX}"
SHARE_SUFFIX: Final = ".share"
STATE_MAX_BYTES: Final = 64 * 1024
SEALED_SITE_SECRET_BYTES: Final = SITE_SECRET_BYTES + OVERHEAD_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecord:
    """What the office keeps of a package it built.

    Attributes:
        digest: of the delivery package's manifest.
        package_id: of the delivery package.
        exam, form, title, issue: as in the manifest.
        not_after: end of the package's window.
        sealed_site_secret: the package's site secret, sealed to the publisher.
        wrapped_content_key: the delivery package's content key, as every grant carries it.
    """

    digest: Digest
    package_id: bytes
    exam: ExamId
    form: FormId
    title: str
    issue: int
    not_after: UtcMs
    sealed_site_secret: bytes
    wrapped_content_key: bytes


class Office:
    """An office's folder, opened.

    Args:
        folder: what ``create`` made.
        passphrase: locks the key files; None is enough to look and to verify.
    """

    def __init__(self, folder: Path, passphrase: str | None) -> None:
        self.folder = folder
        if not (folder / OFFICE_NAME).is_file():
            raise ContentRefused("is not an office's folder", place=str(folder))
        fields = _read_state(folder / OFFICE_NAME, "office")
        self.name = fields.text("name", max_length=TITLE_MAX)
        self.created = UtcMs(fields.integer("created"))
        fields.close()
        self.keys = OfficeKeys(folder / "keys", passphrase)
        self.repository = TrustRepository(folder / "trust")

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        passphrase: str,
        now: UtcMs,
        cost: Cost = KEY_FILE_COST,
        progress: Progress | None = None,
    ) -> Office:
        """Make a new office: its keys, its trust metadata, its folder.

        Args:
            folder: a folder that does not exist or is empty.
            name: the office's name, for people.
            passphrase: locks the key files.
            now: wall time.
            cost: of guessing the passphrase; only tests take a lower one.
            progress: called with keys made and in all.

        Raises:
            FileExistsError: the folder has something in it.
            OSError: the machine failed.
        """
        make_folder(folder, mode=0o700)
        if any(folder.iterdir()):
            raise FileExistsError(errno.EEXIST, "the folder is not empty", str(folder))
        keys = OfficeKeys.create(folder / "keys", passphrase, cost=cost, progress=progress)
        TrustRepository.create(
            folder / "trust", offline=keys.offline(), online=keys.online(), roles=keys.role_key_sets(), now=now
        )
        for part in ("sites", "packages", "results", "reports"):
            (folder / part).mkdir()
        # Last: a folder without it is no office, so an interrupted creation is not taken for one.
        write_durably(folder / OFFICE_NAME, encode({"created": now, "name": name}))
        office = cls(folder, passphrase)
        office.keys = keys
        return office

    @property
    def root(self) -> bytes:
        """The trust anchor that sites and seats pin."""
        return self.repository.root_bytes

    def trust(self, now: UtcMs) -> Trust:
        """Return whom the office believes: its own roles, less what it has revoked."""
        return self.repository.trust(now=now, revocations=self._revocations(now))

    # -- sites ------------------------------------------------------------------------------------------------------

    def sites(self) -> tuple[SiteId, ...]:
        """Return the registered sites, sorted."""
        return tuple(SiteId(path.name) for path in sorted((self.folder / "sites").iterdir()) if path.is_dir())

    def site_file(self, site: SiteId, suffix: str) -> Path:
        """Return where a file of a site lies; the suffix says which."""
        return self.folder / "sites" / site / f"site{suffix}"

    def registration_file(self, site: SiteId) -> Path:
        """Return where a site's registration lies."""
        return self.site_file(site, REGISTRATION_SUFFIX)

    def roster_file(self, site: SiteId) -> Path:
        """Return where a site's newest roster lies."""
        return self.site_file(site, ROSTER_SUFFIX)

    def seat_list_file(self, site: SiteId) -> Path:
        """Return where a site's newest seat list lies."""
        return self.site_file(site, SEAT_LIST_SUFFIX)

    def kept_results_file(self, site: SiteId) -> Path:
        """Return where the newest list of what the office has of a site's seats lies."""
        return self.site_file(site, KEPT_RESULTS_SUFFIX)

    def kept_roster_file(self, site: SiteId, number: int) -> Path:
        """Return where a roster of a site lies that the office itself can read."""
        return self.folder / "sites" / site / "rosters" / f"{number}{ROSTER_SUFFIX}"

    def kept_rosters(self, site: SiteId) -> tuple[int, ...]:
        """Return the numbers of the rosters of a site that the office can read, in order."""
        paths = self.kept_roster_file(site, 0).parent.glob(f"*{ROSTER_SUFFIX}")
        return tuple(sorted(int(path.stem) for path in paths if path.stem.isascii() and path.stem.isdecimal()))

    def registration(self, site: SiteId, trust: Trust) -> SiteRegistration:
        """Open a site's registration.

        Raises:
            ContentRefused: the site is not registered.
            Refused: the registration is revoked or damaged.
        """
        path = self.registration_file(site)
        if not path.exists():
            raise ContentRefused(f"the site {site} is not registered", place="sites")
        data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=f"registration of {site}")
        return open_registration(data, trust=trust, site=site, place=f"registration of {site}")

    # -- packages ---------------------------------------------------------------------------------------------------

    def package_folder(self, digest: Digest) -> Path:
        """Return where a package lies."""
        return self.folder / "packages" / digest

    def grant_file(self, digest: Digest, site: SiteId) -> Path:
        """Return where a site's grant for a package lies."""
        return self.package_folder(digest) / "grants" / f"{site}{GRANT_SUFFIX}"

    def share_file(self, digest: Digest, officer: int) -> Path:
        """Return where an officer's share of a package's release code lies."""
        return self.package_folder(digest) / "shares" / f"officer-{officer}{SHARE_SUFFIX}"

    def packages(self) -> tuple[PackageRecord, ...]:
        """Return every package ever built, by exam, form and issue."""
        folders = [path for path in (self.folder / "packages").iterdir() if (path / PACKAGE_NAME).exists()]
        records = [read_package_record(path / PACKAGE_NAME) for path in folders]
        return tuple(sorted(records, key=lambda record: (record.exam, record.form, record.issue)))

    def package(self, digest: Digest) -> PackageRecord:
        """Return one package.

        Raises:
            ContentRefused: the office has not built it.
        """
        path = self.package_folder(digest) / PACKAGE_NAME
        if not path.exists():
            raise ContentRefused(f"the package {digest[:16]}… is not one of this office", place="packages")
        return read_package_record(path)

    def current_packages(self) -> tuple[PackageRecord, ...]:
        """Return the newest issue of every form of every exam."""
        newest = {(record.exam, record.form): record for record in self.packages()}
        return tuple(newest.values())

    # -- results ----------------------------------------------------------------------------------------------------

    def result_file(self, bundle: Digest) -> Path:
        """Return where a bundle lies."""
        return self.folder / "results" / f"{bundle}{RESULT_SUFFIX}"

    def receipt_file(self, bundle: Digest) -> Path:
        """Return where the receipt for a bundle lies."""
        return self.folder / "results" / f"{bundle}{RECEIPT_SUFFIX}"

    def report_file(self, name: str, suffix: str) -> Path:
        """Return where a score report lies."""
        return self.folder / "reports" / f"{name}{suffix}"

    def _revocations(self, now: UtcMs) -> Revocations:
        path = self.folder / REVOCATIONS_NAME
        if not path.exists():
            return NO_REVOCATIONS
        keys = self.repository.trust(now=now).keys(Role.REVOCATIONS)
        data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=REVOCATIONS_NAME)
        return read_revocations(data, keys, place=REVOCATIONS_NAME)


def write_package_record(path: Path, record: PackageRecord) -> None:
    """Write what the office keeps of a package."""
    state: Mapping[str, JsonInput] = {
        "content_key": to_base64(record.wrapped_content_key),
        "digest": record.digest,
        "exam": record.exam,
        "form": record.form,
        "issue": record.issue,
        "not_after": record.not_after,
        "package_id": to_base64(record.package_id),
        "site_secret": to_base64(record.sealed_site_secret),
        "title": record.title,
    }
    write_durably(path, encode(state))


def read_package_record(path: Path) -> PackageRecord:
    """Read what the office keeps of a package.

    Raises:
        Refused: the file is damaged.
    """
    fields = _read_state(path, f"packages/{path.parent.name[:16]}…")
    record = PackageRecord(
        digest=Digest(fields.digest("digest")),
        package_id=fields.raw("package_id", length=PACKAGE_ID_BYTES),
        exam=ExamId(name_of(fields, "exam")),
        form=FormId(name_of(fields, "form")),
        title=fields.text("title", max_length=TITLE_MAX),
        issue=fields.integer("issue", minimum=1),
        not_after=UtcMs(fields.integer("not_after")),
        sealed_site_secret=fields.raw("site_secret", length=SEALED_SITE_SECRET_BYTES),
        wrapped_content_key=fields.raw("content_key", length=WRAPPED_KEY_BYTES),
    )
    fields.close()
    return record


def _read_state(path: Path, place: str) -> Fields:
    data = read_bounded(path, max_bytes=STATE_MAX_BYTES, place=place)
    return Fields(decode(data, place=place, max_bytes=STATE_MAX_BYTES), place)
