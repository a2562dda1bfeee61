"""Building: one content folder → a delivery package, a scoring package, grants, and the officers' shares of the release code.

Owns the order of the work and what is thrown away. When it is done, neither the release code nor the site secret nor a content
key is anywhere in clear: the code exists only in shares, two of which are needed; the site secret only sealed to the publisher
and to each site; the content keys only wrapped.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from exam_packages.container import CONTENT_KEY_BYTES, FileSource, Manifest, PackageKind, Progress
from exam_packages.grants import PACKAGE_ID_BYTES, SITE_SECRET_BYTES, Grant, seal_site_secret, wrap_content_key
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.office.granting import keep_site_secret, write_grant
from exam_packages.office.keys import OFFICERS, SCORING_KEYS
from exam_packages.office.state import (
    DELIVERY_NAME,
    PACKAGE_NAME,
    SCORING_NAME,
    SHARE_SUFFIX,
    Office,
    PackageRecord,
    write_package_record,
)
from exam_packages.opening import open_package, open_scoring_package
from exam_packages.package_contents import ContentFile, scoring_wrap_info, write_package
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.framework import FRAMEWORK_PATH
from exam_packages.qti.manifest import MANIFEST_PATH
from exam_packages.qti.manifest import Manifest as ContentManifest
from exam_packages.qti.model import Exam
from exam_packages.qti.package import open_package_sources, read_delivery, read_package
from exam_packages.qti.preparing import PreparedSource, prepared
from exam_packages.qti.sources import ContentSource
from exam_packages.releases import Release, build_release_share, check_value
from exam_packages.signed_documents import checked_name
from exam_packages.site_policies import LockdownPreset
from signing.argon2 import Cost
from signing.canonical import encode
from signing.errors import ContentRefused
from signing.hpke import ContentKey, seal
from signing.keys import SigningKey
from signing.release_code import RELEASE_COST, new_code, release_secret
from signing.secret_sharing import split
from signing.trust import Role
from signing.trust.folder import sync_folder, write_durably

RandomBytes = Callable[[int], bytes]
_BUILDING: Final = ".building"
CLONES_NAME: Final = "clones.json"
SEED_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltExam:
    """What building came to.

    Attributes:
        record: what the office keeps of it.
        exam: what was read: items, sections, framework.
        granted: the sites that have a grant.
    """

    record: PackageRecord
    exam: Exam
    granted: tuple[SiteId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Secrets:
    """Everything random about a package; forgotten when building ends."""

    package_id: bytes
    scoring_package_id: bytes
    site_secret: bytes
    code: str
    release_secret: bytes
    content_key: bytes
    scoring_content_key: bytes


def build_exam(
    office: Office,
    folder: Path,
    *,
    not_before: UtcMs,
    not_after: UtcMs,
    now: UtcMs,
    scored_at_seat: bool = False,
    lockdown: LockdownPreset = LockdownPreset.PRACTICE,
    variants: int = 1,
    progress: Progress | None = None,
    random_bytes: RandomBytes = secrets.token_bytes,
    release_cost: Cost = RELEASE_COST,
) -> BuiltExam:
    """Build both packages of an exam from its content, and grants for every registered site.

    Args:
        office: the office, unlocked.
        folder: the content folder or zip file: imsmanifest, test, items, stimuli, pictures; of any version of QTI.
        not_before, not_after: the window in which sessions may be opened.
        now: wall time.
        scored_at_seat: answer keys and scoring rules go along, because the way through the test depends on them.
        lockdown: how strictly a seat has to be locked down for a live exam.
        variants: items made of each item template; of several a candidate gets one.
        progress: called with bytes done and in all.
        random_bytes: source of every secret.
        release_cost: of guessing the release code; only tests take a lower one.

    Raises:
        SourceRefused: the content is outside the profile, with file, line and element.
        PassphraseWrong: a key stays locked.
        OSError: the machine failed.
    """
    seed = random_bytes(SEED_BYTES).hex()
    source = prepared(folder, seed=seed, variants=variants)
    exam, listing = open_package_sources(source, scored_at_seat=scored_at_seat)
    delivery = delivery_documents(source, scored_at_seat=scored_at_seat)
    whole = _sources(source, listing, exam)
    drawn = _draw(random_bytes, release_cost)
    manifest = _delivery_manifest(office, exam, drawn, (not_before, not_after), now)
    manifest = replace(manifest, scored_at_seat=scored_at_seat, lockdown=lockdown)
    workshop = office.folder / "packages" / _BUILDING
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir()
    try:
        record = _write_both(office, manifest, drawn, (delivery, whole), workshop, progress)
        _read_back(office, record, drawn, workshop, now)
        _write_shares(office, record, drawn, workshop / "shares")
        if source.clones:
            write_durably(workshop / CLONES_NAME, _clones(seed, variants, source))
        # Shares before the record: a package that is listed can be released.
        write_package_record(workshop / PACKAGE_NAME, record)
        sync_folder(workshop)
        workshop.rename(office.package_folder(record.digest))
        sync_folder(workshop.parent)  # a package that went out and is forgotten here would give another one its issue
    except BaseException:
        shutil.rmtree(workshop, ignore_errors=True)
        raise
    return BuiltExam(record=record, exam=exam, granted=_write_grants(office, record, now))


def _draw(random_bytes: RandomBytes, release_cost: Cost) -> _Secrets:
    package_id = random_bytes(PACKAGE_ID_BYTES)
    code = new_code(random_bytes=random_bytes)
    return _Secrets(
        package_id=package_id,
        scoring_package_id=random_bytes(PACKAGE_ID_BYTES),
        site_secret=random_bytes(SITE_SECRET_BYTES),
        code=code,
        release_secret=release_secret(code, package_id=package_id, cost=release_cost),
        content_key=random_bytes(CONTENT_KEY_BYTES),
        scoring_content_key=random_bytes(CONTENT_KEY_BYTES),
    )


def _delivery_manifest(
    office: Office, exam: Exam, drawn: _Secrets, window: tuple[UtcMs, UtcMs], now: UtcMs
) -> Manifest:
    form = exam.test.identifier
    issues = [record.issue for record in office.packages() if (record.exam, record.form) == (exam.exam_id, form)]
    for identifier in (exam.exam_id, form):
        checked_name(identifier, place="imsmanifest.xml")
    return Manifest(
        kind=PackageKind.DELIVERY,
        package_id=drawn.package_id,
        exam=exam.exam_id,
        form=form,
        title=exam.title or exam.exam_id,
        issue=1 + max(issues, default=0),
        created=now,
        not_before=window[0],
        not_after=window[1],
        scoring_keys=tuple(office.keys.public_content(name) for name in SCORING_KEYS),
        entries=(),
        release_check=check_value(drawn.release_secret),
    )


def _sources(source: ContentSource, listing: ContentManifest, exam: Exam) -> dict[str, bytes]:
    """Return what the scoring package holds: the manifest, what it lists, the framework, and what is shown all the same."""
    taken = listing.files | exam.resources.keys() | {MANIFEST_PATH, FRAMEWORK_PATH}
    return {path: source.read(path) for path in source.paths() if path in taken}


def _clones(seed: str, variants: int, source: PreparedSource) -> bytes:
    """How the items that were made of templates came to be: with the sources, enough to make them again."""
    templates = sorted(source.clones)
    return encode({"documents": templates, "seed": seed, "variants": variants})


def _write_both(
    office: Office,
    manifest: Manifest,
    drawn: _Secrets,
    contents: tuple[Mapping[str, bytes], Mapping[str, bytes]],
    workshop: Path,
    progress: Progress | None,
) -> PackageRecord:
    delivery, whole = contents
    signers = office.keys.signers_of(Role.EXAMS)
    total = _size(delivery) + _size(whole)
    digest = _write(
        manifest, delivery, drawn.content_key, signers, workshop / DELIVERY_NAME, _share(progress, 0, total)
    )
    scoring = _scoring_manifest(manifest, digest, drawn)
    later = _share(progress, _size(delivery), total)
    _write(scoring, whole, drawn.scoring_content_key, signers, workshop / SCORING_NAME, later)
    return PackageRecord(
        digest=digest,
        package_id=manifest.package_id,
        exam=manifest.exam,
        form=manifest.form,
        title=manifest.title,
        issue=manifest.issue,
        not_after=manifest.not_after,
        sealed_site_secret=keep_site_secret(
            drawn.site_secret,
            package_id=manifest.package_id,
            publisher=office.keys.public_content("publisher-content"),
        ),
        wrapped_content_key=wrap_content_key(
            drawn.content_key,
            site_secret=drawn.site_secret,
            release_secret=drawn.release_secret,
            package=digest,
            package_id=manifest.package_id,
        ),
    )


def _scoring_manifest(delivery: Manifest, digest: Digest, drawn: _Secrets) -> Manifest:
    unwrapped = replace(
        delivery,
        kind=PackageKind.SCORING,
        package_id=drawn.scoring_package_id,
        release_check=None,
        scored_at_seat=False,  # the delivery package's manifest says it; this one holds everything anyway
        delivery=digest,
    )
    info = scoring_wrap_info(unwrapped)
    wraps = tuple(seal(drawn.scoring_content_key, key, info=info) for key in unwrapped.scoring_keys)
    return replace(unwrapped, wraps=wraps)


def _write(
    manifest: Manifest,
    files: Mapping[str, bytes],
    content_key: bytes,
    signers: Sequence[SigningKey],
    path: Path,
    progress: Progress | None,
) -> Digest:
    contents = [ContentFile.of_bytes(name, data) for name, data in files.items()]
    with tempfile.TemporaryFile(dir=path.parent) as scratch, path.open("xb") as out:
        _, digest = write_package(
            manifest, contents, content_key=content_key, signers=signers, scratch=scratch, out=out, progress=progress
        )
        out.flush()
        os.fsync(out.fileno())
    return digest


def _read_back(office: Office, record: PackageRecord, drawn: _Secrets, workshop: Path, now: UtcMs) -> None:
    """Open both packages as a seat and as scoring would, before anybody relies on them."""
    trust = office.trust(now)
    reader = ContentKey.generate()
    grant = _grant_for_reading(record, drawn, reader)
    release = Release(
        package=record.digest, exam=record.exam, form=record.form, secret=drawn.release_secret, issued=now
    )
    with (workshop / DELIVERY_NAME).open("rb") as delivery_file, (workshop / SCORING_NAME).open("rb") as scoring_file:
        delivery = open_package(
            FileSource(delivery_file), trust=trust, grant=grant, release=release, site_key=reader, place=DELIVERY_NAME
        )
        scoring_key = office.keys.content(SCORING_KEYS[0])
        scoring = open_scoring_package(
            FileSource(scoring_file), trust=trust, scoring_key=scoring_key, place=SCORING_NAME
        )
        delivery.verify_every_byte()
        scoring.verify_every_byte()
        scored_at_seat = delivery.manifest.scored_at_seat
        delivered = read_delivery(delivery, scored_at_seat=scored_at_seat)
        whole = read_package(scoring, scored_at_seat=scored_at_seat)
    if [ref.identifier for ref in delivered.test.item_refs()] != [ref.identifier for ref in whole.test.item_refs()]:
        raise ContentRefused("the delivery package has other items than the scoring package", place=DELIVERY_NAME)


def _grant_for_reading(record: PackageRecord, drawn: _Secrets, reader: ContentKey) -> Grant:
    site = SiteId("the-office-itself")
    return Grant(
        site=site,
        package=record.digest,
        package_id=record.package_id,
        sealed_site_secret=seal_site_secret(
            drawn.site_secret, site=site, package=record.digest, package_id=record.package_id, to=reader.public
        ),
        wrapped_content_key=record.wrapped_content_key,
        issued=UtcMs(0),
    )


def _write_shares(office: Office, record: PackageRecord, drawn: _Secrets, folder: Path) -> None:
    folder.mkdir()
    for officer, share in zip(OFFICERS, split(drawn.code.encode("ascii")), strict=True):
        document = build_release_share(
            share,
            package=record.digest,
            officer=officer,
            to=office.keys.public_content(f"officer-{officer}-content"),
            signers=[office.keys.signing("publisher")],
        )
        write_durably(folder / f"officer-{officer}{SHARE_SUFFIX}", document)


def _write_grants(office: Office, record: PackageRecord, now: UtcMs) -> tuple[SiteId, ...]:
    trust = office.trust(now)
    sites = office.sites()
    for site in sites:
        write_grant(office, record, office.registration(site, trust), now=now)
    return sites


def _size(files: Mapping[str, bytes]) -> int:
    return sum(len(data) for data in files.values())


def _share(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return a progress callback for one part of a whole; the index, which is not counted, never pushes it past the end."""
    if progress is None:
        return None
    return lambda done, _of: progress(min(before + done, total), total)
