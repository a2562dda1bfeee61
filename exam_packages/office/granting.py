"""Sites and their grants: registering a testing centre, and letting it into packages.

Owns both acts. A site registered late gets grants for what was built before, without a rebuild: the publisher opens the
package's site secret, which is kept sealed, and seals it to the site.
"""

from __future__ import annotations

from exam_packages.drop_paths import registration_path
from exam_packages.grants import Grant, build_grant, seal_site_secret
from exam_packages.ids import SiteId, UtcMs
from exam_packages.office.state import Office, PackageRecord
from exam_packages.opening import open_registration, open_seat_list, open_site_request
from exam_packages.registrations import SiteRegistration, build_registration
from exam_packages.signed_documents import DOCUMENT_MAX_BYTES, checked_name
from signing.errors import ContentRefused
from signing.hpke import ContentPublicKey, open_sealed, seal
from signing.labels import Label
from signing.trust.folder import make_folder, read_bounded, write_durably
from signing.trust.target_path import refuse_bad_path


def register_site(office: Office, untrusted_request: bytes, *, site: str, now: UtcMs) -> SiteRegistration:
    """Register a testing centre, or register it anew with other keys, and grant it every current package.

    Whoever calls this has made sure that the request comes from the testing centre: its key's fingerprint, by telephone.

    Args:
        office: the office, unlocked.
        untrusted_request: the site's request file.
        site: the identifier the office gives the site.
        now: wall time.

    Raises:
        FormRefused, SignatureRefused: not a request, or an identifier with other characters.
    """
    request = open_site_request(untrusted_request)
    identifier = SiteId(checked_name(site, place="site"))
    refuse_bad_path(registration_path(identifier), place="site")
    trust = office.trust(now)
    path = office.registration_file(identifier)
    number = 1
    if path.exists():
        before = open_registration(path.read_bytes(), trust=trust)
        number = before.number + 1
        if before.signing_key != request.signing_key:
            # Signed with the key before, so nobody could verify it; the site sends another one with the new key.
            office.seat_list_file(identifier).unlink(missing_ok=True)
    registration = SiteRegistration(
        site=identifier,
        name=request.name,
        number=number,
        signing_key=request.signing_key,
        content_key=request.content_key,
        issued=now,
    )
    make_folder(path.parent)
    write_durably(path, build_registration(registration, [office.keys.signing("registrar")]))
    for record in office.current_packages():
        if record.not_after >= now:
            write_grant(office, record, registration, now=now)
    return registration


def import_seat_list(office: Office, untrusted: bytes, *, site: SiteId, now: UtcMs) -> int:
    """Take a site's list of the certificates it stands by and return how many there are.

    Raises:
        Refused: not signed by the site, or older than the list the office has.
    """
    registration = office.registration(site, office.trust(now))
    path = office.seat_list_file(site)
    newest = 0
    if path.exists():
        data = read_bounded(path, max_bytes=DOCUMENT_MAX_BYTES, place="seat list")
        newest = open_seat_list(data, registration=registration).number
    seats = open_seat_list(untrusted, registration=registration, newest_number=newest)
    write_durably(path, untrusted)
    return len(seats.certificates)


def write_grant(office: Office, record: PackageRecord, registration: SiteRegistration, *, now: UtcMs) -> None:
    """Write one site's grant for one package.

    Raises:
        PassphraseWrong: the publisher's keys stay locked.
        ContentRefused: the package's sealed site secret is damaged.
    """
    grant = Grant(
        site=registration.site,
        package=record.digest,
        package_id=record.package_id,
        sealed_site_secret=seal_site_secret(
            _site_secret(office, record),
            site=registration.site,
            package=record.digest,
            package_id=record.package_id,
            to=registration.content_key,
        ),
        wrapped_content_key=record.wrapped_content_key,
        issued=now,
    )
    path = office.grant_file(record.digest, registration.site)
    make_folder(path.parent)
    write_durably(path, build_grant(grant, [office.keys.signing("publisher")]))


def keep_site_secret(secret: bytes, *, package_id: bytes, publisher: ContentPublicKey) -> bytes:
    """Seal a package's site secret to the publisher: the only form in which the office keeps it."""
    return seal(secret, publisher, info=Label.SITE_SECRET.with_parts(package_id))


def _site_secret(office: Office, record: PackageRecord) -> bytes:
    place = f"site secret of {record.digest[:16]}…"
    info = Label.SITE_SECRET.with_parts(record.package_id)
    secret = open_sealed(record.sealed_site_secret, office.keys.content("publisher-content"), info=info, place=place)
    if not secret:
        raise ContentRefused("is empty", place=place)
    return secret
