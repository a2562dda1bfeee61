"""Small signed files by people with another role's key, with the right key and another file, or with none.

Every kind goes through the same attacks; what only one kind can be is below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest

from exam_packages.certificates import SeatList, SeatRequest, build_seat_list, build_seat_request, open_seat_secrets
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, ProctorId, SiteId
from exam_packages.opening import (
    open_certificate,
    open_grant,
    open_proctors,
    open_receipt,
    open_registration,
    open_release,
    open_roster,
    open_seat_list,
    open_seat_request,
)
from exam_packages.proctors import ProctorFile, ProctorRole, build_proctor_file, make_proctor
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.rosters import Appointment, Roster, build_roster
from exam_packages.session_keys import build_session_key, open_session_key, recover_session_key
from signing.argon2 import MINIMUM_COST
from signing.canonical import JsonInput, JsonValue, decode, encode
from signing.errors import (
    ContentRefused,
    ExpiredRefused,
    FormRefused,
    NotForThisSiteRefused,
    OlderRefused,
    Refused,
    RevokedRefused,
    SignatureRefused,
    ThresholdRefused,
)
from signing.fields import to_base64
from signing.labels import PayloadType
from signing.trust import Revocations
from tests.exam_packages import world
from tests.exam_packages.hostile import forge
from tests.signing.hostile.attacks import Attack, assert_refused, parametrized

TRUST: Final = world.trust()
PLACE: Final = "a.file"
BERLIN: Final = world.registration()
BUNDLE: Final = Digest("ab" * 32)


def booked(day: str = "2026-09-21") -> Appointment:
    return Appointment(
        appointment=AppointmentId("a-1"),
        candidate=CandidateId("c-1"),
        name="Ana Ruiz",
        exam=ExamId("ccm"),
        day=day,
        start=world.NOW,
    )


def roster(**changes: object) -> bytes:
    value = Roster(site=world.SITE, number=2, issued=world.NOW, appointments=(booked(),))
    changed = replace(value, **changes)  # type: ignore[arg-type]  # a table
    return build_roster(changed, content_key=world.content_key(world.SITE).public, signers=world.signers("rosters"))


def receipt(**changes: object) -> bytes:
    value = Receipt(
        number=7, bundle=BUNDLE, session=world.SESSION, site=world.SITE, seat=world.SEAT, status=ReceiptStatus.ACCEPTED,
        reason="", accepted=world.NOW, erase_after=world.NOW,
    )  # fmt: skip
    return build_receipt(replace(value, **changes), world.signers("scoring", "records"))  # type: ignore[arg-type]  # a table


QUARANTINED: Final = receipt(status=ReceiptStatus.QUARANTINED, reason="why", erase_after=None)


def seat_request(name: str = "seat-09") -> bytes:
    key = world.signing_key(name)
    value = SeatRequest(
        seat=world.SEAT, signing_key=key.public_key, content_key=world.content_key(name).public, created=world.NOW
    )
    return build_seat_request(value, key)


def proctors() -> bytes:
    maria = make_proctor(
        proctor=ProctorId("maria"),
        name="Maria",
        role=ProctorRole.ADMIN,
        pin="246813",
        site=world.SITE,
        pepper=world.PEPPER,
    )
    value = ProctorFile(site=world.SITE, number=2, issued=world.NOW, proctors=(maria,))
    return build_proctor_file(value, world.signing_key(world.SITE))


def seat_list() -> bytes:
    value = SeatList(site=world.SITE, number=2, issued=world.NOW, certificates=(Digest("aa" * 32), Digest("bb" * 32)))
    return build_seat_list(value, world.signing_key(world.SITE))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document: a good one, who signs it, how it is opened."""

    name: str
    data: bytes
    by: tuple[str, ...]
    opened: Callable[[bytes], object]
    payload_type: PayloadType


def kind(name: str, data: bytes, by: tuple[str, ...], opened: Callable[[bytes], object], of: PayloadType) -> Kind:
    return Kind(name=name, data=data, by=by, opened=opened, payload_type=of)


KINDS: Final = [
    kind(".grant", world.grant_file(), ("publisher",),
         lambda data: open_grant(data, trust=TRUST, site=world.SITE, place=PLACE), PayloadType.GRANT),
    kind(".release", world.release_file(), ("officer-1", "officer-3"),
         lambda data: open_release(data, trust=TRUST, package=None, place=PLACE), PayloadType.RELEASE),
    kind(".receipt", receipt(), ("scoring", "records"),
         lambda data: open_receipt(data, trust=TRUST, bundle=BUNDLE, place=PLACE), PayloadType.RECEIPT),
    kind("roster", roster(), ("rosters",),
         lambda data: open_roster(data, trust=TRUST, site=world.SITE, site_key=world.content_key(world.SITE), newest_number=2,
                                  place=PLACE), PayloadType.ROSTER),
    kind("site registration", world.registration_file(number=2), ("registrar",),
         lambda data: open_registration(data, trust=TRUST, site=world.SITE, newest_number=2, place=PLACE),
         PayloadType.SITE_REGISTRATION),
    kind("seat certificate", world.certificate_file(), (world.SITE,),
         lambda data: open_certificate(data, trust=TRUST, registration=BERLIN, now=world.NOW, place=PLACE),
         PayloadType.SEAT_CERTIFICATE),
    kind("proctor file", proctors(), (world.SITE,),
         lambda data: open_proctors(data, registration=BERLIN, newest_number=2, place=PLACE), PayloadType.PROCTOR_FILE),
    kind("seat list", seat_list(), (world.SITE,),
         lambda data: open_seat_list(data, registration=BERLIN, newest_number=2, place=PLACE), PayloadType.SEAT_LIST),
]  # fmt: skip
"""Every kind that somebody else's role signs. A seat's request signs itself, and is below."""

ROLES: Final = ("publisher", "sponsor", "rosters", "registrar", "officer-1", "revocations", "scoring", "records",
                "app-updates", world.SITE, world.OTHER_SITE, f"{world.SITE}/{world.SEAT}")  # fmt: skip


def attack(name: str, file: str, act: Callable[[], object], refusal: type[Refused], place: str, says: str) -> Attack:
    return Attack(name=f"{file}: {name}", file=file, act=act, refusal=refusal, place=place, says=says)


def of_each_kind(of: Kind) -> list[Attack]:
    """What can be tried with every kind of document."""
    stranger = next(role for role in ROLES if role not in of.by)
    other = next(each for each in KINDS if each.payload_type is not of.payload_type)

    def made(name: str, data: bytes, refusal: type[Refused], place: str, says: str) -> Attack:
        return attack(name, of.name, lambda: of.opened(data), refusal, place, says)

    nowhere = world.signing_key("nobody").public_key.keyid
    place_of_nobody = sum(world.signing_key(name).public_key.keyid < nowhere for name in of.by)
    return [
        made("cut", of.data[:-1], FormRefused, PLACE, "is not JSON"),
        made("no byte", b"", FormRefused, PLACE, "is not JSON"),
        made("three MiB of spaces", b" " * 3 * 2**20, FormRefused, PLACE, "is longer than"),
        made("altered under its signatures", forge.altered(of.data, number=99, issued=1), SignatureRefused,
             f"{PLACE}.signatures[0]", "does not verify"),
        made("signed by nobody anyone knows", forge.saying(of.data, ("nobody",)), ThresholdRefused,
             f"{PLACE}.signatures[0]", "may not sign"),
        made("signed by another role", forge.saying(of.data, (stranger,)), ThresholdRefused,
             f"{PLACE}.signatures[0]", "may not sign"),
        made("signed by the right role and another one", forge.saying(of.data, (*of.by, "nobody")), ThresholdRefused,
             f"{PLACE}.signatures[{place_of_nobody}]", "may not sign"),
        made("another kind of document in its place", other.data, FormRefused, f"{PLACE}.payloadType", "is not a application"),
        made("another kind of document under its name", forge.relabelled(other.data, of.payload_type),
             ThresholdRefused if set(other.by).isdisjoint(of.by) else SignatureRefused, f"{PLACE}.signatures[0]", ""),
        made("an unknown field", forge.saying(of.data, of.by, zzz=1), FormRefused, f"{PLACE}.zzz", "unknown field"),
        made("a null", forge.saying_null(of.data, of.by, "zzz"), FormRefused, f"{PLACE}.zzz", "unknown field"),
        made("no field at all", forge.signed_payload({}, of.payload_type, of.by), FormRefused,
             f"{PLACE}.{FIRST_FIELD[of.payload_type]}", "is missing"),
        made("a list and no object", forge.signed_payload([], of.payload_type, of.by), FormRefused, PLACE, "is not an object"),
    ]  # fmt: skip


FIRST_FIELD: Final = {
    PayloadType.GRANT: "site", PayloadType.RELEASE: "package", PayloadType.RECEIPT: "number", PayloadType.ROSTER: "site",
    PayloadType.SITE_REGISTRATION: "site", PayloadType.SEAT_CERTIFICATE: "not_before", PayloadType.PROCTOR_FILE: "proctors",
    PayloadType.SEAT_LIST: "site",
}  # fmt: skip

BY_NAME: Final = {each.name: each for each in KINDS}


def said(name: str, **changes: JsonInput) -> Callable[[], object]:
    """A document of a kind that says something else, rightly signed."""
    of = BY_NAME[name]
    return lambda: of.opened(forge.saying(of.data, of.by, **changes))


def revoked(**what: frozenset[str]) -> Callable[[], object]:
    trust = world.trust(Revocations(number=1, **what))  # type: ignore[arg-type]  # a table
    return lambda: open_certificate(world.certificate_file(), trust=trust, registration=BERLIN, place=PLACE)


SEAT_KEY: Final = world.certificate().signing_key
LIMA: Final = world.certificate_file(world.OTHER_SITE)
SESSION_KEY: Final = build_session_key(
    bytes(32), session=world.SESSION, storage_key=b"s" * 32, scoring_keys=[world.content_key("scoring").public]
)
OTHER_SESSION: Final = SESSION_KEY.replace(world.SESSION.encode(), world.SESSION[:-1].encode() + b"Z")


def key_file(**changes: JsonInput) -> bytes:
    body = decode(SESSION_KEY, place="forged", max_bytes=100_000)
    assert isinstance(body, dict)
    return encode({**body, **changes})


def twice_the_same_recipient() -> bytes:
    body = decode(SESSION_KEY, place="forged", max_bytes=100_000)
    assert isinstance(body, dict)
    assert isinstance(body["office"], list)
    return key_file(office=body["office"] * 2)


def request_by_another() -> bytes:
    """Somebody else's key named in a request: certified, it would be a seat that cannot sign; here it does not even come in."""
    return forge.saying(seat_request(), ("nobody",))


ALONE: Final = [
    attack("for another bundle", ".receipt",
           lambda: open_receipt(receipt(), trust=TRUST, bundle=Digest("ac" * 32), place=PLACE),
           ContentRefused, PLACE, "for the bundle abababab"),
    attack("quarantined made accepted under its signatures", ".receipt",
           lambda: BY_NAME[".receipt"].opened(forge.altered(QUARANTINED, status="accepted", reason="", erase_after=1)),
           SignatureRefused, f"{PLACE}.signatures[0]", "does not verify"),
    attack("quarantined made accepted by one of the two", ".receipt",
           lambda: open_receipt(forge.saying(QUARANTINED, ("records",), status="accepted", reason="", erase_after=1),
                                trust=TRUST, bundle=BUNDLE, place=PLACE),
           ThresholdRefused, f"{PLACE}.signatures", "1 of the 2"),
    attack("quarantined, and may be erased all the same", ".receipt",
           said(".receipt", status="quarantined", reason="x"),
           FormRefused, f"{PLACE}.erase_after", "only for them"),
    attack("accepted, with a reason", ".receipt", said(".receipt", reason="x"),
           FormRefused, f"{PLACE}.reason", "does not fit"),
    attack("a status nobody knows", ".receipt", said(".receipt", status="erased"),
           FormRefused, f"{PLACE}.status", "known values"),
    attack("number 0", ".receipt", said(".receipt", number=0), FormRefused, f"{PLACE}.number", "is not from 1"),
    attack("by the site itself", ".receipt",
           lambda: open_receipt(forge.saying(receipt(), (world.SITE,)), trust=TRUST, bundle=BUNDLE, place=PLACE),
           ThresholdRefused, f"{PLACE}.signatures[0]", "may not sign"),
    attack("by the two release officers", ".receipt",
           lambda: open_receipt(forge.saying(receipt(), ("officer-1", "officer-2")), trust=TRUST, bundle=BUNDLE, place=PLACE),
           ThresholdRefused, f"{PLACE}.signatures[0]", "may not sign"),
    attack("of another office for the right bundle", ".receipt",
           lambda: BY_NAME[".receipt"].opened(forge.saying(receipt(), ("their scoring", "their records"))),
           ThresholdRefused, f"{PLACE}.signatures[0]", "may not sign"),
    attack("of one officer twice", ".release",
           lambda: open_release(world.release_file(by=("officer-1",)), trust=TRUST, package=None, place=PLACE),
           ThresholdRefused, f"{PLACE}.signatures", "1 of the 2"),
    attack("a secret of one byte", ".release", said(".release", secret="AA=="),
           FormRefused, f"{PLACE}.secret", "bytes long"),
    attack("an older one", "roster", said("roster", number=1),
           OlderRefused, PLACE, "has number 1, and 2 was accepted"),
    attack("of another site", "roster", said("roster", site=world.OTHER_SITE),
           NotForThisSiteRefused, PLACE, "for the site site-lima"),
    attack("with another number than it was sealed under", "roster", said("roster", number=3),
           ContentRefused, f"{PLACE}.sealed", "cannot be opened"),
    attack("sealed to another site", "roster", lambda: BY_NAME["roster"].opened(build_roster(
           Roster(site=world.SITE, number=2, issued=world.NOW, appointments=()),
           content_key=world.content_key("lima").public, signers=world.signers("rosters"))),
           ContentRefused, f"{PLACE}.sealed", "cannot be opened"),
    attack("an appointment twice", "roster",
           lambda: BY_NAME["roster"].opened(roster(appointments=(booked(), booked()))),
           FormRefused, f"{PLACE}.sealed", "without repetition"),
    attack("an appointment on 30 February", "roster",
           lambda: BY_NAME["roster"].opened(roster(appointments=(booked("2026-02-30"),))),
           FormRefused, f"{PLACE}.sealed.appointments[0].day", "is not a day"),
    attack("an older one", "site registration", said("site registration", number=1),
           OlderRefused, PLACE, "has number 1"),
    attack("of another site", "site registration", said("site registration", site=world.OTHER_SITE),
           NotForThisSiteRefused, PLACE, "for the site"),
    attack("of a site called ..", "site registration", said("site registration", site=".."),
           FormRefused, f"{PLACE}.site", "is not a name"),
    attack("of a site called NUL", "site registration", said("site registration", site="NUL"),
           FormRefused, f"{PLACE}.site", "is not a name"),
    attack("with the certificate of another site", "seat certificate",
           lambda: BY_NAME["seat certificate"].opened(LIMA),
           ThresholdRefused, f"{PLACE}.signatures[0]", "may not sign"),
    attack("of another site, signed by this one", "seat certificate", said("seat certificate", site=world.OTHER_SITE),
           NotForThisSiteRefused, PLACE, "for the site site-lima"),
    attack("of another seat", "seat certificate", lambda: open_certificate(
           world.certificate_file(), trust=TRUST, registration=BERLIN, place=PLACE,
           signing_key=world.signing_key("mine").public_key),
           NotForThisSiteRefused, PLACE, "another seat"),
    attack("not valid yet", "seat certificate", said("seat certificate", not_before=world.NOW + 1),
           ExpiredRefused, PLACE, "not valid yet"),
    attack("no longer valid", "seat certificate", said("seat certificate", not_before=1, not_after=2),
           ExpiredRefused, PLACE, "no longer valid"),
    attack("valid for ever before it begins", "seat certificate",
           said("seat certificate", not_before=forge.MOST, not_after=5),
           FormRefused, f"{PLACE}.not_after", "is not from"),
    attack("that was revoked", "seat certificate",
           revoked(seat_certificates=frozenset({forge.payload_digest(world.certificate_file())})),
           RevokedRefused, PLACE, "revoked"),
    attack("of a seat whose key was revoked", "seat certificate", revoked(key_ids=frozenset({SEAT_KEY.keyid})),
           RevokedRefused, PLACE, "revoked"),
    attack("made valid longer by the site's key, secrets as they were", "seat certificate", lambda: open_seat_secrets(
           open_certificate(forge.saying(world.certificate_file(), (world.SITE,), not_after=forge.MOST), trust=TRUST,
                            registration=BERLIN),
           world.content_key(f"{world.SITE}/{world.SEAT}"), place=PLACE),
           ContentRefused, f"{PLACE}.sealed", "cannot be opened"),
    attack("with another seat's secrets", "seat certificate", lambda: open_seat_secrets(
           world.certificate(), world.content_key("mine"), place=PLACE),
           ContentRefused, f"{PLACE}.sealed", "cannot be opened"),
    attack("signed with another key than it names", "seat request",
           lambda: open_seat_request(request_by_another(), place=PLACE),
           ThresholdRefused, f"{PLACE}.signatures[0]", "may not sign"),
    attack("of a seat called ../x", "seat request",
           lambda: open_seat_request(forge.saying(seat_request(), ("seat-09",), seat="../x"), place=PLACE),
           FormRefused, f"{PLACE}.seat", "is not a name"),
    attack("with a content key of zeros", "seat request", lambda: open_seat_request(
           forge.saying(seat_request(), ("seat-09",), content_key=to_base64(bytes(1216))), place=PLACE),
           FormRefused, f"{PLACE}.content_key", ""),
    attack("an older one", "proctor file", said("proctor file", number=1), OlderRefused, PLACE, "has number 1"),
    attack("of another site", "proctor file", said("proctor file", site=world.OTHER_SITE),
           NotForThisSiteRefused, PLACE, "for the site"),
    attack("with a PIN verifier that costs nothing", "proctor file",
           lambda: BY_NAME["proctor file"].opened(cheap_verifier()),
           FormRefused, f"{PLACE}.proctors[0].verifier.memoryKib", "is not from"),
    attack("with a PIN verifier that takes all memory", "proctor file",
           lambda: BY_NAME["proctor file"].opened(costly_verifier()),
           FormRefused, f"{PLACE}.proctors[0].verifier.memoryKib", "is not from"),
    attack("an older one", "seat list", said("seat list", number=1), OlderRefused, PLACE, "has number 1"),
    attack("of another site", "seat list", said("seat list", site=world.OTHER_SITE),
           NotForThisSiteRefused, PLACE, "for the site"),
    attack("a certificate twice", "seat list", said("seat list", certificates=["aa" * 32] * 2),
           FormRefused, f"{PLACE}.certificates", "without repetition"),
    attack("of another session, for the office", "session key", lambda: recover_session_key(
           OTHER_SESSION, scoring_key=world.content_key("scoring"), place=PLACE),
           ContentRefused, f"{PLACE}.office", "cannot be opened"),
    attack("of another office", "session key",
           lambda: recover_session_key(SESSION_KEY, scoring_key=world.content_key("theirs"), place=PLACE),
           ContentRefused, f"{PLACE}.office", "not sealed to this scoring key"),
    attack("of another seat", "session key",
           lambda: open_session_key(SESSION_KEY, storage_key=b"t" * 32, place=PLACE),
           ContentRefused, f"{PLACE}.seat", ""),
    attack("one recipient twice", "session key",
           lambda: open_session_key(twice_the_same_recipient(), storage_key=b"s" * 32, place=PLACE),
           FormRefused, f"{PLACE}.office", "one key twice"),
    attack("no recipient", "session key",
           lambda: open_session_key(key_file(office=[]), storage_key=b"s" * 32, place=PLACE),
           FormRefused, f"{PLACE}.office", "is empty"),
    attack("ten KiB", "session key",
           lambda: open_session_key(SESSION_KEY + bytes(10_000), storage_key=b"s" * 32, place=PLACE),
           FormRefused, PLACE, "is longer than"),
]  # fmt: skip


def verifier(**changes: JsonValue) -> bytes:
    body = forge.payload_of(BY_NAME["proctor file"].data)
    (maria,) = forge.objects(body["proctors"])
    maria["verifier"] = {**forge.object_of(maria["verifier"]), **changes}
    return forge.saying(BY_NAME["proctor file"].data, (world.SITE,), proctors=[maria])


def cheap_verifier() -> bytes:
    return verifier(memoryKib=MINIMUM_COST.memory_kib)


def costly_verifier() -> bytes:
    return verifier(memoryKib=2**40)


ATTACKS: Final = [*(each for of in KINDS for each in of_each_kind(of)), *ALONE]


@parametrized(ATTACKS)
def test_refused(attack: Attack) -> None:
    assert_refused(attack)


def test_what_is_forged_from_is_good() -> None:
    for of in KINDS:
        of.opened(of.data)
        of.opened(forge.saying(of.data, of.by))
    assert open_seat_request(seat_request()).seat == world.SEAT
    assert open_session_key(SESSION_KEY, storage_key=b"s" * 32) == bytes(32)
    assert recover_session_key(SESSION_KEY, scoring_key=world.content_key("scoring")) == bytes(32)
    assert SiteId(world.SITE) == BERLIN.site


@pytest.mark.parametrize("of", KINDS, ids=[each.name for each in KINDS])
def test_no_role_signs_what_is_anothers(of: Kind) -> None:
    """Every role's key, and every site's and seat's, on every kind of document: only those who sign it do."""
    for role in (role for role in ROLES if role not in of.by):
        data = forge.saying(of.data, (role,))
        with pytest.raises(ThresholdRefused):
            of.opened(data)
