"""Certifying seats: from requests on the stick to certificates on the stick, and the list the office compares with.

Owns serial numbers and the list. A seat that asks again with the same keys gets the certificate it has, as long as that is good
for a while; anything else is a new one. Refuses to know how a request came: the admin has to know the machine.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exam_packages.certificates import (
    SeatCertificate,
    SeatList,
    SeatRequest,
    SeatSecrets,
    build_certificate,
    build_seat_list,
    certificate_digest,
)
from exam_packages.drop_paths import CERTIFICATE_SUFFIX, SEAT_LIST_SUFFIX, SEAT_REQUEST_SUFFIX
from exam_packages.ids import SeatId, UtcMs
from exam_packages.opening import open_certificate, open_seat_list, open_seat_request
from kiosk.handover.stick import Stick, put, read_small
from kiosk.site.site import Site
from signing.errors import RevokedRefused
from signing.keys import fingerprint

VALID_DAYS: Final = 365
RENEW_DAYS: Final = 30  # a certificate with less left is replaced when the seat asks
BACKDATED_MS: Final = 24 * 3_600_000  # a seat whose clock is a little behind takes it all the same
_DAY_MS: Final = 24 * 3_600_000
_LIST: Final = "seats"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedSeat:
    """A seat and its certificate.

    Attributes:
        is_new: it was issued now.
        fingerprint: of the seat's signing key, as the seat shows it.
    """

    seat: SeatId
    serial: int
    is_new: bool
    not_after: UtcMs
    fingerprint: str


def certify(site: Site, stick: Stick, *, only: SeatId | None = None) -> tuple[CertifiedSeat, ...]:
    """Certify the seats that ask on a stick, and bring certificates and the list of seats to it.

    Args:
        site: unlocked.
        stick: holds ``requests/`` and gets ``certificates/`` and ``site/``.
        only: one seat's name; None takes every request. Requests stay on a stick, so among others one of a revoked key is
            passed over.

    Raises:
        Refused: a request is not in order; or nobody asks but seats whose keys are revoked.
        NotReady: the site is not registered yet.
        PassphraseWrong: the site's keys stay locked.
    """
    stick.refuse_absent()
    site.take_notice(stick)
    revocations = site.trust().revocations
    done: list[CertifiedSeat] = []
    revoked: RevokedRefused | None = None
    for path in stick.request_files():
        if only is not None and path.name != f"{only}{SEAT_REQUEST_SUFFIX}":
            continue
        request = open_seat_request(read_small(path), place=path.name)
        try:
            revocations.refuse_key(request.signing_key.keyid, place=path.name)
        except RevokedRefused as refused:
            revoked = refused
            continue
        if only is None or request.seat == only:
            done.append(_certify_one(site, stick, request))
    if revoked is not None and not done:
        raise revoked
    if any(seat.is_new for seat in done):
        _write_list(site)
    if (site.folder / _LIST).is_file():
        put(stick.site / f"{site.site}{SEAT_LIST_SUFFIX}", site.read(_LIST))
    return tuple(done)


def certificates(site: Site) -> tuple[tuple[Path, SeatCertificate], ...]:
    """Return every certificate that is not revoked, and whose key is not, with its file, by serial."""
    registration, trust = site.registration(), site.trust()
    found: list[tuple[Path, SeatCertificate]] = []
    for path in _files(site):
        data = site.read(f"certificates/{path.name}")
        with contextlib.suppress(RevokedRefused):
            found.append((path, open_certificate(data, trust=trust, registration=registration, place=path.name)))
    return tuple(sorted(found, key=lambda pair: pair[1].serial))


def newest_of_each(site: Site) -> dict[SeatId, SeatCertificate]:
    """Return the newest certificate of every seat."""
    return {certificate.seat: certificate for _, certificate in certificates(site)}


def _certify_one(site: Site, stick: Stick, request: SeatRequest) -> CertifiedSeat:
    usable = [
        (path, certificate)
        for path, certificate in certificates(site)
        if (certificate.seat, certificate.signing_key, certificate.content_key)
        == (request.seat, request.signing_key, request.content_key)
        and certificate.not_after - site.now() > RENEW_DAYS * _DAY_MS
    ]
    if usable:
        path, certificate = usable[-1]
        serial, not_after = certificate.serial, certificate.not_after
        data = site.read(f"certificates/{path.name}")
    else:
        serial = 1 + max((_serial_of(path) for path in _files(site)), default=0)  # also of what was revoked
        not_after = UtcMs(site.now() + VALID_DAYS * _DAY_MS)
        data = build_certificate(
            request,
            site=site.site,
            serial=serial,
            not_before=UtcMs(site.now() - BACKDATED_MS),
            not_after=not_after,
            secrets=SeatSecrets(site_content_key=site.content_key(), pepper=site.pepper()),
            site_key=site.signing_key(),
        )
        site.write(f"certificates/{serial:06d}-{request.seat}{CERTIFICATE_SUFFIX}", data)
    put(stick.certificates / f"{request.seat}{CERTIFICATE_SUFFIX}", data)
    return CertifiedSeat(
        seat=request.seat,
        serial=serial,
        is_new=not usable,
        not_after=not_after,
        fingerprint=fingerprint(request.signing_key),
    )


def _files(site: Site) -> list[Path]:
    return sorted((site.folder / "certificates").glob(f"*{CERTIFICATE_SUFFIX}"))


def _serial_of(path: Path) -> int:
    """The number in a certificate's name; 0 where somebody has put something else there."""
    number = path.name.partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _write_list(site: Site) -> None:
    """Write the list anew. Older certificates stay on it: results sealed under them are still on their way."""
    number = 1
    if (site.folder / _LIST).is_file():
        number = open_seat_list(site.read(_LIST), registration=site.registration()).number + 1
    digests = sorted(certificate_digest(site.read(f"certificates/{path.name}")) for path, _ in certificates(site))
    seats = SeatList(site=site.site, number=number, issued=site.clock.utc_ms(), certificates=tuple(digests))
    site.write(_LIST, build_seat_list(seats, site.signing_key()))
