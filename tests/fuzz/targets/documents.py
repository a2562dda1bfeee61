"""Small signed documents, read with real trust: as files, and with contents that the right keys have signed."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import Final

from exam_packages.certificates import SeatList, SeatRequest, build_seat_list, build_seat_request, open_seat_secrets
from exam_packages.grants import open_site_secret, unwrap_content_key
from exam_packages.ids import ProctorId
from exam_packages.opening import (
    open_certificate,
    open_grant,
    open_proctors,
    open_receipt,
    open_registration,
    open_release,
    open_release_share,
    open_roster,
    open_seat_list,
    open_seat_request,
    open_site_request,
)
from exam_packages.proctors import Proctor, ProctorFile, ProctorRole, build_proctor_file
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.registrations import SiteRequest, build_site_request
from exam_packages.releases import build_release_share, open_share
from exam_packages.signed_documents import file_digest
from kiosk.upload.receiving import untrusted_receipt
from signing.canonical import JsonValue, encode
from signing.errors import Refused
from signing.fields import to_base64
from signing.hpke import seal
from signing.labels import Label, PayloadType
from signing.pin import PIN_COST, PinVerifier
from signing.trust.revocations import Revocations, read_revocations, write_revocations
from signing.trust.roles import Role
from tests.exam_packages import world
from tests.fuzz.target import Frame, Target, document, document_seeds, framed, in_one_form, payload_of, split

TRUST: Final = world.trust()
REGISTRATION: Final = world.registration()
_SITE: Final = world.signers(world.SITE)
_SEAT_KEY: Final = world.signing_key(f"{world.SITE}/{world.SEAT}")
_SEAT_CONTENT: Final = world.content_key(f"{world.SITE}/{world.SEAT}")
_BUNDLE: Final = file_digest(b"a bundle")
_CLEAR_OF_ROSTER: Final[dict[str, JsonValue]] = {"issued": world.NOW, "number": 1, "site": world.SITE}


def fuzz_registration(data: bytes) -> None:
    """A site's registration, or its request for one."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        if kind % 2:
            open_site_request(document(frame, rest, PayloadType.SITE_REQUEST, _SITE))
        else:
            file = document(frame, rest, PayloadType.SITE_REGISTRATION, world.signers("registrar"))
            assert open_registration(file, trust=TRUST).number >= 1


def fuzz_certificate(data: bytes) -> None:
    """A seat's certificate with the secrets in it, or its request for one."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        if kind % 2:
            open_seat_request(document(frame, rest, PayloadType.SEAT_REQUEST, [_SEAT_KEY]))
            return
        if frame is Frame.INSIDE:
            info = Label.SEAT_SECRETS.with_parts(encode(_certificate_clear()))
            sealed = seal(in_one_form(rest), _SEAT_CONTENT.public, info=info)
            rest = encode(_certificate_clear() | {"sealed": to_base64(sealed)})
        file = document(frame, rest, PayloadType.SEAT_CERTIFICATE, _SITE)
        certificate = open_certificate(file, trust=TRUST, registration=REGISTRATION, now=world.NOW)
        assert len(open_seat_secrets(certificate, _SEAT_CONTENT).pepper) == 32


@cache
def _certificate_clear() -> dict[str, JsonValue]:
    clear: dict[str, JsonValue] = json.loads(payload_of(world.certificate_file()))
    del clear["sealed"]
    return clear


def fuzz_seat_list(data: bytes) -> None:
    """A site's list of the certificates it stands by."""
    frame, _, rest = split(data)
    with suppress(Refused):
        seats = open_seat_list(document(frame, rest, PayloadType.SEAT_LIST, _SITE), registration=REGISTRATION)
        assert list(seats.certificates) == sorted(set(seats.certificates))


def fuzz_proctors(data: bytes) -> None:
    """A proctor file. No PIN is checked: that costs a quarter of a second, which is its purpose."""
    frame, _, rest = split(data)
    with suppress(Refused):
        file = open_proctors(document(frame, rest, PayloadType.PROCTOR_FILE, _SITE), registration=REGISTRATION)
        assert all(each.verifier.cost.memory_kib >= PIN_COST.memory_kib for each in file.proctors)


def fuzz_grant(data: bytes) -> None:
    """A site's grant for a package, and the keys in it."""
    frame, _, rest = split(data)
    with suppress(Refused):
        file = document(frame, rest, PayloadType.GRANT, world.signers("publisher"))
        grant = open_grant(file, trust=TRUST, site=world.SITE)
        secret = open_site_secret(grant, world.content_key(world.SITE))
        assert unwrap_content_key(grant, site_secret=secret, release_secret=world.RELEASE_SECRET)


def fuzz_release(data: bytes) -> None:
    """A release, or an officer's share of a release code."""
    frame, kind, rest = split(data)
    with suppress(Refused):
        if kind % 2:
            file = document(frame, rest, PayloadType.RELEASE_SHARE, world.signers("publisher"))
            open_share(open_release_share(file, trust=TRUST), world.content_key("officer"))
        else:
            file = document(frame, rest, PayloadType.RELEASE, world.signers("officer-1", "officer-3"))
            assert len(open_release(file, trust=TRUST, package=None).secret) == 32


def fuzz_roster(data: bytes) -> None:
    """A roster, and the appointments sealed in it."""
    frame, _, rest = split(data)
    with suppress(Refused):
        if frame is Frame.INSIDE:
            info = Label.ROSTER.with_parts(encode(_CLEAR_OF_ROSTER))
            sealed = seal(in_one_form(rest), world.content_key(world.SITE).public, info=info)
            rest = encode(_CLEAR_OF_ROSTER | {"sealed": to_base64(sealed)})
        file = document(frame, rest, PayloadType.ROSTER, world.signers("rosters"))
        roster = open_roster(file, trust=TRUST, site=world.SITE, site_key=world.content_key(world.SITE))
        names = [each.appointment for each in roster.appointments]
        assert names == sorted(set(names))


def fuzz_receipt(data: bytes) -> None:
    """A receipt: believed by a seat, and carried by a site that verifies nothing."""
    frame, kind, rest = split(data)
    file = document(frame, rest, PayloadType.RECEIPT, world.signers("scoring", "records"))
    with suppress(Refused):
        if kind % 2:
            untrusted_receipt(file, _BUNDLE)
        else:
            receipt = open_receipt(file, trust=TRUST, bundle=_BUNDLE)
            assert (receipt.erase_after is None) == (receipt.status is ReceiptStatus.QUARANTINED)


def fuzz_revocations(data: bytes) -> None:
    """The list of whom and what the office has revoked."""
    frame, _, rest = split(data)
    with suppress(Refused):
        file = document(frame, rest, PayloadType.REVOCATIONS, world.signers("revocations"))
        assert read_revocations(file, TRUST.keys(Role.REVOCATIONS), place="revocations").number >= 1


# -- seeds ------------------------------------------------------------------------------------------------------------


def _registrations() -> list[bytes]:
    request = SiteRequest(
        name="Testing centre",
        signing_key=_SITE[0].public_key,
        content_key=world.content_key(world.SITE).public,
        created=world.NOW,
    )
    return [
        *document_seeds(world.registration_file()),
        *document_seeds(build_site_request(request, _SITE[0]), kind=1),
    ]


def _certificates() -> list[bytes]:
    request = SeatRequest(
        seat=world.SEAT, signing_key=_SEAT_KEY.public_key, content_key=_SEAT_CONTENT.public, created=world.NOW
    )
    secrets: dict[str, JsonValue] = {
        "content_key": to_base64(world.content_key(world.SITE).to_bytes()),
        "pepper": to_base64(world.PEPPER),
    }
    return [
        *document_seeds(world.certificate_file()),
        *document_seeds(build_seat_request(request, _SEAT_KEY), kind=1),
        framed(Frame.INSIDE, encode(secrets)),
    ]


def _seat_lists() -> list[bytes]:
    digests = tuple(sorted(file_digest(bytes([number])) for number in range(3)))
    seats = SeatList(site=world.SITE, number=2, issued=world.NOW, certificates=digests)
    return document_seeds(build_seat_list(seats, _SITE[0]))


def _proctors() -> list[bytes]:
    verifier = PinVerifier(
        salt=bytes(16), hash=bytes(32), memory_kib=PIN_COST.memory_kib, iterations=PIN_COST.iterations, lanes=1
    )
    people = tuple(
        Proctor(proctor=ProctorId(f"p-{number}"), name=f"Person {number}", role=role, verifier=verifier)
        for number, role in enumerate(ProctorRole)
    )
    file = ProctorFile(site=world.SITE, number=2, issued=world.NOW, proctors=people)
    return document_seeds(build_proctor_file(file, _SITE[0]))


def _releases() -> list[bytes]:
    share = build_release_share(
        b"\x01a share of the code",
        package=world.package().digest,
        officer=1,
        to=world.content_key("officer").public,
        signers=world.signers("publisher"),
    )
    return [*document_seeds(world.release_file()), *document_seeds(share, kind=1)]


def _rosters() -> list[bytes]:
    needs: dict[str, JsonValue] = {"codes": ["captions"], "extra_time_percent": 25, "text_size_percent": 150}
    one: dict[str, JsonValue] = {
        "accommodations": needs,
        "appointment": "a-1",
        "candidate": "c-1",
        "date_of_birth": "1990-02-28",
        "day": "2026-11-22",
        "exam": world.EXAM,
        "form": world.FORM,
        "name": "Ana Ruiz",
        "start": world.NOW,
    }
    further: dict[str, JsonValue] = {
        "break_minutes": 10,
        "breaks": 2,
        "letter_spacing_percent": 20,
        "line_spacing_percent": 150,
        "linguistic_guidance": True,
        "prohibited": ["line-reader"],
        "scheme": "dark",
        "single_column": True,
        "tools": ["calculator"],
        "translation_language": "de",
        "unlimited_time": True,
    }
    two = one | {"appointment": "a-2", "accommodations": needs | further | {"extra_time_percent": 0}}
    three = one | {"appointment": "a-3", "accommodations": needs | {"extra_time_percent": 0, "fixed_minutes": 90}}
    return [
        framed(Frame.INSIDE, encode({"appointments": [one, two, three]})),
        framed(Frame.INSIDE, encode({"appointments": [one]})),
        framed(Frame.MEANING, encode(_CLEAR_OF_ROSTER | {"sealed": to_base64(bytes(1200))})),
    ]


def _receipts() -> list[bytes]:
    def receipt(status: ReceiptStatus) -> bytes:
        good = status is ReceiptStatus.ACCEPTED
        value = Receipt(
            number=1,
            bundle=_BUNDLE,
            session=world.SESSION,
            site=world.SITE,
            seat=world.SEAT,
            status=status,
            reason="" if good else "unknown seat",
            accepted=world.NOW,
            erase_after=world.NOW if good else None,
        )
        return build_receipt(value, world.signers("scoring", "records"))

    found = [seed for status in ReceiptStatus for seed in document_seeds(receipt(status))]
    return [*found, *document_seeds(receipt(ReceiptStatus.ACCEPTED), kind=1)]


def _revocations() -> list[bytes]:
    revoked = Revocations(
        number=3,
        issued_utc_ms=world.NOW,
        key_ids=frozenset({"0" * 64}),
        site_ids=frozenset({world.OTHER_SITE}),
        seat_certificates=frozenset({"1" * 64, "2" * 64}),
        packages=frozenset({"3" * 64}),
    )
    return document_seeds(write_revocations(revoked, world.signers("revocations")))


TARGETS: Final = (
    Target(
        name="registration",
        reads="site registration and site request: file, and what is signed in it",
        run=fuzz_registration,
        seeds=_registrations,
    ),
    Target(
        name="certificate",
        reads="seat certificate, the secrets sealed in it, and seat request",
        run=fuzz_certificate,
        seeds=_certificates,
    ),
    Target(name="seat-list", reads="a site's list of certificates", run=fuzz_seat_list, seeds=_seat_lists),
    Target(name="proctors", reads="proctor file with its PIN verifiers", run=fuzz_proctors, seeds=_proctors),
    Target(
        name="grant",
        reads="grant, the sealed site secret and the wrapped content key",
        run=fuzz_grant,
        seeds=lambda: document_seeds(world.grant_file()),
    ),
    Target(name="release", reads="release and release share", run=fuzz_release, seeds=_releases),
    Target(name="roster", reads="roster and the appointments sealed in it", run=fuzz_roster, seeds=_rosters),
    Target(
        name="receipt",
        reads="receipt, believed at a seat and carried unverified by a site",
        run=fuzz_receipt,
        seeds=_receipts,
    ),
    Target(name="revocations", reads="revocations", run=fuzz_revocations, seeds=_revocations),
)
