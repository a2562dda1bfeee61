"""Releasing: two officers make a release file, or read out a code.

Owns who has to be there. One officer's share tells nothing about the code; two make it, and only then does the release secret
exist again. Refuses to release a package that has been superseded or revoked: that is where freshness comes from. A release that
was made before holds until its package is revoked (decision 0128).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exam_packages.container import FileSource
from exam_packages.ids import Digest, UtcMs
from exam_packages.office.keys import OFFICERS, OfficeKeys
from exam_packages.office.state import DELIVERY_NAME, RELEASE_NAME, Office, PackageRecord
from exam_packages.opening import check_package, open_release, open_release_share
from exam_packages.releases import Release, build_release, check_value, open_share
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES
from signing.argon2 import Cost
from signing.errors import ContentRefused, OlderRefused, ThresholdRefused
from signing.release_code import RELEASE_COST, grouped, normalise, release_secret
from signing.secret_sharing import join
from signing.trust.folder import read_bounded, write_durably

OFFICERS_NEEDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerUnlock:
    """One officer at the keyboard: the number, and the passphrase of the officer's two key files."""

    officer: int
    passphrase: str


def release_package(
    office: Office,
    digest: Digest,
    officers: Sequence[OfficerUnlock],
    *,
    now: UtcMs,
    release_cost: Cost = RELEASE_COST,
) -> bytes:
    """Write the release file of a package and return its bytes; it is kept beside the package too.

    Args:
        office: the office; its own passphrase is not needed.
        digest: of the delivery package's manifest.
        officers: two different ones.
        now: wall time.
        release_cost: as in building; only tests take a lower one.

    Raises:
        ThresholdRefused: not two different officers.
        PassphraseWrong: an officer's key stays locked.
        OlderRefused: a newer issue of the form exists.
        RevokedRefused: the package is revoked.
        ContentRefused: the shares do not belong to this package.
    """
    record = _releasable(office, digest, now)
    code = _code_of(office, record, officers, now)
    secret = release_secret(code, package_id=record.package_id, cost=release_cost)
    release = Release(package=digest, exam=record.exam, form=record.form, secret=secret, issued=now)
    signers = [_keys_of(office, unlock).signing(f"officer-{unlock.officer}") for unlock in officers]
    data = build_release(release, signers)
    trust = office.trust(now)
    with (office.package_folder(digest) / DELIVERY_NAME).open("rb") as file:
        package = check_package(FileSource(file), trust=trust, place=DELIVERY_NAME)
        if check_value(secret) != package.manifest.release_check:
            raise ContentRefused("the officers' shares do not make this package's code", place="release shares")
        open_release(data, trust=trust, package=package)
    write_durably(office.package_folder(digest) / RELEASE_NAME, data)
    return data


def spoken_code(office: Office, digest: Digest, officers: Sequence[OfficerUnlock], *, now: UtcMs) -> str:
    """Return the release code of a package as it is read out: ``XXXX-XXXX-XXXX``.

    Raises:
        Refused, PassphraseWrong: as ``release_package``.
    """
    return grouped(_code_of(office, _releasable(office, digest, now), officers, now))


def replaced_by(office: Office, record: PackageRecord, *, now: UtcMs) -> tuple[PackageRecord, ...]:
    """Return the earlier issues of a package's form that can still be begun where they were released: all but revoked ones."""
    revoked = office.trust(now).revocations.packages
    return tuple(
        other
        for other in office.packages()
        if (other.exam, other.form) == (record.exam, record.form)
        and other.issue < record.issue
        and other.digest not in revoked
    )


def _releasable(office: Office, digest: Digest, now: UtcMs) -> PackageRecord:
    record = office.package(digest)
    place = f"package {digest[:16]}…"
    office.trust(now).revocations.refuse_package(digest, place=place)
    same_form = (record.exam, record.form)
    newest = next(other for other in office.current_packages() if (other.exam, other.form) == same_form)
    if newest.digest != digest:
        raise OlderRefused(f"is issue {record.issue}; issue {newest.issue} has replaced it", place=place)
    return record


def _code_of(office: Office, record: PackageRecord, officers: Sequence[OfficerUnlock], now: UtcMs) -> str:
    numbers = {unlock.officer for unlock in officers}
    if len(officers) != OFFICERS_NEEDED or len(numbers) != OFFICERS_NEEDED or not numbers <= set(OFFICERS):
        raise ThresholdRefused("two different release officers are needed", place="officers")
    first, second = (_share_of(office, record, unlock, now) for unlock in officers)
    return normalise(join(first, second).decode("ascii", "replace"))


def _share_of(office: Office, record: PackageRecord, unlock: OfficerUnlock, now: UtcMs) -> bytes:
    place = f"share of officer {unlock.officer}"
    path = office.share_file(record.digest, unlock.officer)
    data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place=place)
    share = open_release_share(data, trust=office.trust(now), place=place)
    if (share.package, share.officer) != (record.digest, unlock.officer):
        raise ContentRefused("is of another package or officer", place=place)
    return open_share(share, _keys_of(office, unlock).content(f"officer-{unlock.officer}-content"), place=place)


def _keys_of(office: Office, unlock: OfficerUnlock) -> OfficeKeys:
    return OfficeKeys(office.folder / "keys", unlock.passphrase)
