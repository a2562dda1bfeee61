"""Publishing: rosters, revocations, and the drop that carries everything to the sites.

Owns what a drop holds. Refuses to know how it is signed: ``signing.trust`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exam_packages.drop_paths import exam_path, grant_path, kept_results_path, registration_path, roster_path
from exam_packages.ids import Digest, SiteId, UtcMs
from exam_packages.office.needs_compared import keep_roster
from exam_packages.office.state import DELIVERY_NAME, REVOCATIONS_NAME, Office
from exam_packages.rosters import Appointment, Roster, build_roster, sealed_roster_from_fields
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, read_document
from signing.errors import FormRefused
from signing.labels import PayloadType
from signing.trust import Revocations, Role, Validity, read_revocations, write_revocations
from signing.trust.folder import read_bounded, write_durably
from signing.trust.revocations import TARGET_PATH as REVOCATIONS_PATH


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDrop:
    """What a drop holds.

    Attributes:
        folder: where it was written.
        packages: digests of the delivery packages in it.
        sites: the sites it is for.
        rosters: the sites that have a roster in it.
    """

    folder: Path
    packages: tuple[Digest, ...]
    sites: tuple[SiteId, ...]
    rosters: tuple[SiteId, ...]


def write_roster(office: Office, site: SiteId, appointments: Sequence[Appointment], *, now: UtcMs) -> Roster:
    """Write a site's roster: the whole list, which replaces the one before.

    Raises:
        ContentRefused: the site is not registered.
        FormRefused: an appointment is listed twice, or no seat could read a roster so long.
    """
    trust = office.trust(now)
    registration = office.registration(site, trust)
    names = [entry.appointment for entry in appointments]
    if len(set(names)) != len(names):
        raise FormRefused("lists an appointment twice", place=f"roster of {site}")
    path = office.roster_file(site)
    number = 1
    if path.exists():
        data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=f"roster of {site}")
        document = read_document(data, PayloadType.ROSTER, place=f"roster of {site}")
        number = sealed_roster_from_fields(document.verified_by(trust.keys(Role.ROSTERS))).number + 1
    ordered = tuple(sorted(appointments, key=lambda entry: entry.appointment))
    roster = Roster(site=site, number=number, issued=now, appointments=ordered)
    signers = office.keys.signers_of(Role.ROSTERS)
    roster_bytes = build_roster(roster, content_key=registration.content_key, signers=signers)
    if len(roster_bytes) > DOCUMENT_MAX_BYTES:
        raise FormRefused("has more appointments than one roster holds", place=f"roster of {site}")
    keep_roster(office, roster)  # first: what a seat may go by can be looked up
    write_durably(path, roster_bytes)
    return roster


def revoke(
    office: Office,
    *,
    now: UtcMs,
    packages: Sequence[Digest] = (),
    sites: Sequence[SiteId] = (),
    certificates: Sequence[Digest] = (),
    key_ids: Sequence[str] = (),
) -> Revocations:
    """Add to what is no longer believed; nothing is ever taken off the list. The next drop carries it.

    Raises:
        FormRefused: a list that nobody could read: what is no digest, or too many entries.
    """
    trust = office.trust(now)
    before = trust.revocations
    after = Revocations(
        number=before.number + 1,
        issued_utc_ms=now,
        key_ids=before.key_ids | set(key_ids),
        site_ids=before.site_ids | set(sites),
        seat_certificates=before.seat_certificates | set(certificates),
        packages=before.packages | set(packages),
    )
    data = write_revocations(after, office.keys.signers_of(Role.REVOCATIONS))
    # The office itself believes nobody any more with a list it cannot read.
    read_revocations(data, trust.keys(Role.REVOCATIONS), place=REVOCATIONS_NAME)
    write_durably(office.folder / REVOCATIONS_NAME, data)
    return after


def publish(office: Office, out: Path, *, now: UtcMs, validity: Validity = Validity()) -> PublishedDrop:  # noqa: B008 - frozen
    """Write a drop: the newest issue of every form whose window is not over, grants, registrations, rosters, revocations, and
    which results have arrived.

    Args:
        office: the office, unlocked.
        out: a folder that does not exist or is empty.
        now: wall time.
        validity: for how many days sites may import the drop.

    Raises:
        FileExistsError: ``out`` has something in it.
        PassphraseWrong: the publishing service's keys stay locked.
        OSError: the machine failed.
    """
    revoked = office.trust(now).revocations
    packages = [
        record.digest
        for record in office.current_packages()
        if record.not_after >= now and record.digest not in revoked.packages
    ]
    sites = tuple(site for site in office.sites() if site not in revoked.site_ids)
    files = {exam_path(digest): office.package_folder(digest) / DELIVERY_NAME for digest in packages}
    for site in sites:
        files[registration_path(site)] = office.registration_file(site)
        grants = {grant_path(site, digest): office.grant_file(digest, site) for digest in packages}
        files |= {target: path for target, path in grants.items() if path.exists()}
    rosters = tuple(site for site in sites if office.roster_file(site).exists())
    files |= {roster_path(site): office.roster_file(site) for site in rosters}
    kept = {kept_results_path(site): office.kept_results_file(site) for site in sites}
    files |= {target: path for target, path in kept.items() if path.exists()}
    if (office.folder / REVOCATIONS_NAME).exists():
        files[REVOCATIONS_PATH] = office.folder / REVOCATIONS_NAME
    office.repository.publish(files, out, online=office.keys.online(), now=now, validity=validity)
    return PublishedDrop(folder=out, packages=tuple(packages), sites=sites, rosters=rosters)
