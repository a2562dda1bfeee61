"""Every way from bytes to a verified object: what opens, and which layer refuses what."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from exam_packages.accommodations import Accommodations
from exam_packages.certificates import (
    SeatList,
    SeatRequest,
    build_seat_list,
    build_seat_request,
    certificate_digest,
    open_seat_secrets,
)
from exam_packages.container import BytesSource
from exam_packages.grants import Grant, build_grant
from exam_packages.ids import AppointmentId, CandidateId, Digest, ExamId, SeatId, UtcMs
from exam_packages.opening import (
    check_package,
    open_certificate,
    open_grant,
    open_package,
    open_receipt,
    open_registration,
    open_release,
    open_release_share,
    open_roster,
    open_scoring_package,
    open_seat_list,
    open_seat_request,
    open_site_request,
    release_by_code,
)
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.registrations import SiteRequest, build_site_request
from exam_packages.releases import build_release, build_release_share, check_value, open_share
from exam_packages.rosters import Appointment, Roster, build_roster
from exam_packages.signed_documents import sign_document
from signing.canonical import decode
from signing.dsse import UntrustedEnvelope, read_envelope, sign
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
    WrongReleaseRefused,
)
from signing.labels import PayloadType
from signing.release_code import new_code, release_secret
from signing.trust import Revocations
from tests.exam_packages import world

TRUST = world.trust()


def roster_file(*, site_key: str = "", by: str = "rosters", number: int = 3) -> bytes:
    appointments = (
        Appointment(
            appointment=AppointmentId("appointment-1"),
            candidate=CandidateId("candidate-1"),
            name="Łucja Ωmega 李",
            exam=ExamId("ccm"),
            day="2026-09-21",
            start=world.NOW,
            date_of_birth="1990-02-28",
            accommodations=Accommodations(extra_time_percent=25, text_size_percent=150, codes=("spoken",)),
        ),
        Appointment(
            appointment=AppointmentId("appointment-2"),
            candidate=CandidateId("candidate-2"),
            name="Bo",
            exam=ExamId("ccm"),
            day="2026-09-21",
            start=world.NOW,
            form=world.FORM,
        ),
    )
    roster = Roster(site=world.SITE, number=number, issued=world.NOW, appointments=appointments)
    key = world.content_key(site_key or world.SITE).public
    return build_roster(roster, content_key=key, signers=world.signers(by))


def receipt_value(bundle: Digest | None = None) -> Receipt:
    return Receipt(
        number=7,
        bundle=bundle or Digest("ab" * 32),
        session=world.SESSION,
        site=world.SITE,
        seat=world.SEAT,
        status=ReceiptStatus.ACCEPTED,
        reason="",
        accepted=world.NOW,
        erase_after=UtcMs(world.NOW + world.DAY_MS),
    )


def opened_package(**changes: object) -> object:
    built = world.package()
    arguments: dict[str, object] = {
        "trust": TRUST,
        "grant": open_grant(world.grant_file(), trust=TRUST, site=world.SITE),
        "release": world.release_value(),
        "site_key": world.content_key(world.SITE),
    }
    return open_package(BytesSource(built.data), **(arguments | changes))  # type: ignore[arg-type]  # a table


class TestPackage:
    def test_a_granted_and_released_package_opens(self) -> None:
        built = world.package()
        checked = check_package(BytesSource(built.data), trust=TRUST)
        opened = open_package(
            BytesSource(built.data),
            trust=TRUST,
            grant=open_grant(world.grant_file(), trust=TRUST, site=world.SITE),
            release=open_release(world.release_file(), trust=TRUST, package=checked),
            site_key=world.content_key(world.SITE),
            now=world.NOW,
            newest_issue=1,
        )
        assert {path: opened.read(path) for path in opened.paths()} == world.FILES
        assert opened.digest == checked.digest == built.digest
        assert opened.media_type("media/chart.png") == "image/png"

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            pytest.param({"now": UtcMs(world.NOW + 2 * world.DAY_MS)}, ExpiredRefused, id="window over"),
            pytest.param({"now": UtcMs(world.NOW - 2 * world.DAY_MS)}, ExpiredRefused, id="window not open"),
            pytest.param({"newest_issue": 2}, OlderRefused, id="a newer issue was seen"),
            pytest.param({"trust": world.trust(Revocations(number=1, packages=frozenset({world.package().digest})))},
                         RevokedRefused, id="revoked"),
            pytest.param({"release": world.release_value(world.other_package())}, WrongReleaseRefused, id="other release"),
            pytest.param({"release": world.release_value(secret=bytes(32))}, WrongReleaseRefused, id="other secret"),
            pytest.param({"site_key": world.content_key(world.OTHER_SITE)}, ContentRefused, id="other site's key"),
        ],
    )  # fmt: skip
    def test_each_layer_refuses(self, change: dict[str, object], refusal: type[Refused]) -> None:
        with pytest.raises(refusal):
            opened_package(**change)

    def test_a_grant_of_another_package_is_refused(self) -> None:
        other = open_grant(world.grant_file(of=world.other_package()), trust=TRUST, site=world.SITE)
        with pytest.raises(ContentRefused, match="another package"):
            opened_package(grant=other)

    def test_a_grant_whose_wraps_were_swapped_is_refused(self) -> None:
        good = open_grant(world.grant_file(), trust=TRUST, site=world.SITE)
        other = open_grant(world.grant_file(of=world.other_package()), trust=TRUST, site=world.SITE)
        with pytest.raises(ContentRefused):
            opened_package(grant=replace(good, sealed_site_secret=other.sealed_site_secret))
        with pytest.raises(ContentRefused):
            opened_package(grant=replace(good, wrapped_content_key=other.wrapped_content_key))

    def test_neither_half_opens_alone(self) -> None:
        wrong = world.grant_file(release=bytes(32))
        with pytest.raises(ContentRefused):
            opened_package(grant=open_grant(wrong, trust=TRUST, site=world.SITE))

    def test_a_scoring_package_does_not_open_as_delivery(self) -> None:
        with pytest.raises(FormRefused, match="not a delivery package"):
            open_package(
                BytesSource(world.scoring_package().data),
                trust=TRUST,
                grant=open_grant(world.grant_file(), trust=TRUST, site=world.SITE),
                release=world.release_value(),
                site_key=world.content_key(world.SITE),
            )

    @pytest.mark.parametrize("key", ["scoring", "scoring-next"])
    def test_the_current_and_the_next_scoring_key_open_the_scoring_package(self, key: str) -> None:
        built = world.scoring_package()
        opened = open_scoring_package(BytesSource(built.data), trust=TRUST, scoring_key=world.content_key(key))
        assert "items/item-1-key.xml" in opened.paths()
        assert opened.manifest.delivery == world.package().digest

    def test_other_keys_do_not_open_the_scoring_package(self) -> None:
        with pytest.raises(ContentRefused, match="other scoring keys"):
            open_scoring_package(
                BytesSource(world.scoring_package().data), trust=TRUST, scoring_key=world.content_key("nobody")
            )

    def test_a_delivery_package_does_not_open_for_scoring(self) -> None:
        with pytest.raises(FormRefused, match="not a scoring package"):
            open_scoring_package(
                BytesSource(world.package().data), trust=TRUST, scoring_key=world.content_key("scoring")
            )

    @pytest.mark.parametrize(
        ("by", "refusal"),
        [
            (("publisher",), ThresholdRefused),
            (("sponsor",), ThresholdRefused),
            (("publisher", "registrar"), ThresholdRefused),
            (("officer-1", "officer-2"), ThresholdRefused),
            (("publisher", "sponsor", "records"), ThresholdRefused),
        ],
    )
    def test_publisher_and_sponsor_both_sign(self, by: tuple[str, ...], refusal: type[Refused]) -> None:
        built = world.write(world.manifest(), world.FILES, by=by)
        with pytest.raises(refusal):
            check_package(BytesSource(built.data), trust=TRUST)


class TestGrant:
    def test_it_opens_for_its_site_only(self) -> None:
        assert open_grant(world.grant_file(), trust=TRUST, site=world.SITE).site == world.SITE
        with pytest.raises(NotForThisSiteRefused):
            open_grant(world.grant_file(), trust=TRUST, site=world.OTHER_SITE)

    def test_another_role_cannot_grant(self) -> None:
        for by in ("sponsor", "registrar", "officer-1", world.SITE):
            with pytest.raises(ThresholdRefused):
                open_grant(world.grant_file(by=by), trust=TRUST, site=world.SITE)

    def test_a_grant_is_no_release(self) -> None:
        with pytest.raises(FormRefused, match="payloadType"):
            open_release(world.grant_file(), trust=TRUST, package=None)


class TestRelease:
    @pytest.mark.parametrize("by", [("officer-1", "officer-2"), ("officer-2", "officer-3"),
                                    ("officer-1", "officer-2", "officer-3")])  # fmt: skip
    def test_two_of_three_officers_are_enough(self, by: tuple[str, ...]) -> None:
        assert open_release(world.release_file(by=by), trust=TRUST, package=None) == world.release_value()

    @pytest.mark.parametrize("by", [("officer-1",), ("officer-1", "publisher"), ("publisher", "sponsor")])
    def test_anybody_else_is_not(self, by: tuple[str, ...]) -> None:
        with pytest.raises(ThresholdRefused):
            open_release(world.release_file(by=by), trust=TRUST, package=None)

    def test_one_key_twice_is_one_signature(self) -> None:
        envelope = read_envelope(world.release_file(by=("officer-1",)), place="release", max_bytes=10_000)
        twice = UntrustedEnvelope(
            untrusted_payload=envelope.untrusted_payload,
            payload_type=envelope.payload_type,
            signatures=envelope.signatures * 2,
        )
        with pytest.raises(FormRefused, match="without repetition"):
            open_release(twice.to_bytes(), trust=TRUST, package=None)

    def test_a_revoked_officer_does_not_count(self) -> None:
        revoked = frozenset({world.signing_key("officer-3").public_key.keyid})
        with pytest.raises(RevokedRefused):
            open_release(world.release_file(), trust=world.trust(Revocations(number=1, key_ids=revoked)), package=None)

    def test_it_releases_its_package_only(self) -> None:
        other = check_package(BytesSource(world.other_package().data), trust=TRUST)
        with pytest.raises(WrongReleaseRefused, match="another package"):
            open_release(world.release_file(), trust=TRUST, package=other)

    def test_a_signed_release_with_another_secret_is_refused_at_once(self) -> None:
        package = check_package(BytesSource(world.package().data), trust=TRUST)
        false = build_release(world.release_value(secret=bytes(32)), world.signers("officer-1", "officer-2"))
        with pytest.raises(WrongReleaseRefused, match="secret"):
            open_release(false, trust=TRUST, package=package)

    def test_a_spoken_code_releases_and_a_wrong_one_does_not(self) -> None:
        code = new_code()
        secret = release_secret(code, package_id=world.PACKAGE_ID)
        built = world.write(replace(world.manifest(), release_check=check_value(secret)), {"a.txt": b"a"})
        package = check_package(BytesSource(built.data), trust=TRUST)
        release = release_by_code(code.lower(), package=package, now=world.NOW)
        assert (release.secret, release.by.value) == (secret, "code")
        with pytest.raises(WrongReleaseRefused):
            release_by_code(new_code(), package=package, now=world.NOW)
        with pytest.raises(FormRefused):
            release_by_code("0000-0000-0000", package=package, now=world.NOW)

    def test_a_share_opens_for_its_officer_only(self) -> None:
        data = build_release_share(
            b"share", package=Digest("cd" * 32), officer=2, to=world.content_key("officer-2").public,
            signers=world.signers("publisher"),
        )  # fmt: skip
        share = open_release_share(data, trust=TRUST)
        assert open_share(share, world.content_key("officer-2")) == b"share"
        with pytest.raises(ContentRefused):
            open_share(share, world.content_key("officer-1"))
        with pytest.raises(ContentRefused):
            open_share(replace(share, officer=1), world.content_key("officer-2"))


class TestSites:
    def test_a_registration_opens_and_an_older_one_is_refused(self) -> None:
        data = world.registration_file(number=2)
        assert open_registration(data, trust=TRUST, site=world.SITE, newest_number=2).number == 2
        with pytest.raises(OlderRefused):
            open_registration(data, trust=TRUST, newest_number=3)
        with pytest.raises(NotForThisSiteRefused):
            open_registration(data, trust=TRUST, site=world.OTHER_SITE)

    @pytest.mark.parametrize(
        "revoked",
        [
            Revocations(number=1, site_ids=frozenset({world.SITE})),
            Revocations(number=1, key_ids=frozenset({world.signing_key(world.SITE).public_key.keyid})),
        ],
    )
    def test_a_revoked_site_is_refused(self, revoked: Revocations) -> None:
        with pytest.raises(RevokedRefused):
            open_registration(world.registration_file(), trust=world.trust(revoked))

    def test_a_site_request_proves_its_key(self) -> None:
        key = world.signing_key("new site")
        request = SiteRequest(
            name="Zürich",
            signing_key=key.public_key,
            content_key=world.content_key("new site").public,
            created=world.NOW,
        )
        data = build_site_request(request, key)
        assert open_site_request(data) == request
        with pytest.raises(ValueError, match="key it names"):
            build_site_request(request, world.signing_key("somebody else"))
        with pytest.raises(ThresholdRefused):
            open_site_request(signed_by_another(data))

    def test_a_seat_request_proves_its_key(self) -> None:
        key = world.signing_key("new seat")
        request = SeatRequest(
            seat=SeatId("seat-9"),
            signing_key=key.public_key,
            content_key=world.content_key("new seat").public,
            created=world.NOW,
        )
        data = build_seat_request(request, key)
        assert open_seat_request(data) == request
        with pytest.raises(ValueError, match="key it names"):
            build_seat_request(request, world.signing_key("somebody else"))
        with pytest.raises(ThresholdRefused):
            open_seat_request(signed_by_another(data))


class TestCertificate:
    def test_it_opens_and_gives_the_seat_its_secrets(self) -> None:
        certificate = world.certificate()
        secrets = open_seat_secrets(certificate, world.content_key(f"{world.SITE}/{world.SEAT}"))
        assert secrets.site_content_key.to_bytes() == world.content_key(world.SITE).to_bytes()
        assert secrets.pepper == world.PEPPER

    def test_another_seat_cannot_open_its_secrets(self) -> None:
        with pytest.raises(ContentRefused):
            open_seat_secrets(world.certificate(), world.content_key("another seat"))

    def test_secrets_moved_to_another_certificate_do_not_open(self) -> None:
        moved = replace(world.certificate(), serial=2)
        with pytest.raises(ContentRefused):
            open_seat_secrets(moved, world.content_key(f"{world.SITE}/{world.SEAT}"))

    def test_each_layer_refuses(self) -> None:
        data, registration = world.certificate_file(), world.registration()
        with pytest.raises(ThresholdRefused):
            open_certificate(data, trust=TRUST, registration=world.registration(world.OTHER_SITE))
        with pytest.raises(ExpiredRefused):
            open_certificate(data, trust=TRUST, registration=registration, now=UtcMs(world.NOW - 1))
        later, other_seat = UtcMs(world.NOW + 400 * world.DAY_MS), world.signing_key("another seat").public_key
        with pytest.raises(ExpiredRefused):
            open_certificate(data, trust=TRUST, registration=registration, now=later)
        with pytest.raises(NotForThisSiteRefused):
            open_certificate(data, trust=TRUST, registration=registration, signing_key=other_seat)
        revoked = Revocations(number=1, seat_certificates=frozenset({certificate_digest(data)}))
        with pytest.raises(RevokedRefused):
            open_certificate(data, trust=world.trust(revoked), registration=registration)
        seat_key = Revocations(number=1, key_ids=frozenset({world.certificate().signing_key.keyid}))
        with pytest.raises(RevokedRefused):
            open_certificate(data, trust=world.trust(seat_key), registration=registration)

    def test_a_site_cannot_certify_for_another(self) -> None:
        forged = world.certificate_file.__wrapped__(world.OTHER_SITE)
        stolen = replace(world.registration(), signing_key=world.signing_key(world.OTHER_SITE).public_key)
        with pytest.raises(NotForThisSiteRefused):
            open_certificate(forged, trust=TRUST, registration=stolen)

    def test_the_seat_list_names_certificates(self) -> None:
        digest = certificate_digest(world.certificate_file())
        seats = SeatList(site=world.SITE, number=4, issued=world.NOW, certificates=(digest,))
        data = build_seat_list(seats, world.signing_key(world.SITE))
        assert open_seat_list(data, registration=world.registration()) == seats
        with pytest.raises(OlderRefused):
            open_seat_list(data, registration=world.registration(), newest_number=5)
        with pytest.raises(ThresholdRefused):
            open_seat_list(data, registration=world.registration(world.OTHER_SITE))


class TestRoster:
    def test_it_opens_at_its_site(self) -> None:
        roster = open_roster(
            roster_file(), trust=TRUST, site=world.SITE, site_key=world.content_key(world.SITE), newest_number=3
        )
        assert [entry.name for entry in roster.appointments] == ["Łucja Ωmega 李", "Bo"]
        assert roster.appointments[0].accommodations.extra_time_percent == 25

    def test_names_are_not_in_clear(self) -> None:
        data = read_envelope(roster_file(), place="roster", max_bytes=100_000).untrusted_payload
        clear = decode(data, place="roster", max_bytes=100_000)
        assert isinstance(clear, dict)
        assert set(clear) == {"issued", "number", "sealed", "site"}
        assert b"candidate" not in data

    def test_each_layer_refuses(self) -> None:
        key = world.content_key(world.SITE)
        with pytest.raises(ThresholdRefused):
            open_roster(roster_file(by="registrar"), trust=TRUST, site=world.SITE, site_key=key)
        with pytest.raises(OlderRefused):
            open_roster(roster_file(), trust=TRUST, site=world.SITE, site_key=key, newest_number=4)
        with pytest.raises(NotForThisSiteRefused):
            open_roster(roster_file(), trust=TRUST, site=world.OTHER_SITE, site_key=key)
        with pytest.raises(ContentRefused):
            open_roster(roster_file(site_key=world.OTHER_SITE), trust=TRUST, site=world.SITE, site_key=key)


class TestReceipt:
    def test_it_opens_for_its_bundle_only(self) -> None:
        data = build_receipt(receipt_value(), world.signers("scoring", "records"))
        assert open_receipt(data, trust=TRUST, bundle=Digest("ab" * 32)) == receipt_value()
        with pytest.raises(ContentRefused, match="for the bundle"):
            open_receipt(data, trust=TRUST, bundle=Digest("ac" * 32))

    def test_a_quarantined_one_never_lets_anybody_erase(self) -> None:
        quarantined = replace(receipt_value(), status=ReceiptStatus.QUARANTINED, reason="why", erase_after=None)
        data = build_receipt(quarantined, world.signers("scoring", "records"))
        assert open_receipt(data, trust=TRUST, bundle=None).erase_after is None
        impossible = build_receipt(replace(quarantined, erase_after=world.NOW), world.signers("scoring", "records"))
        with pytest.raises(FormRefused, match="erase_after"):
            open_receipt(impossible, trust=TRUST, bundle=None)

    @pytest.mark.parametrize("by", [("scoring",), ("records",), ("scoring", "publisher"), ("officer-1", "officer-2")])
    def test_scoring_and_records_both_sign(self, by: tuple[str, ...]) -> None:
        with pytest.raises(ThresholdRefused):
            open_receipt(build_receipt(receipt_value(), world.signers(*by)), trust=TRUST, bundle=None)


def signed_by_another(document: bytes) -> bytes:
    """The same payload, signed by a key that it does not name."""
    envelope = read_envelope(document, place="document", max_bytes=100_000)
    return sign(envelope.untrusted_payload, envelope.payload_type, world.signers("somebody else"))


OPENERS: dict[PayloadType, tuple[tuple[str, ...], Callable[[bytes], object]]] = {
    PayloadType.GRANT: (("publisher",), lambda data: open_grant(data, trust=TRUST, site=None)),
    PayloadType.RELEASE: (("officer-1", "officer-2"), lambda data: open_release(data, trust=TRUST, package=None)),
    PayloadType.RECEIPT: (("scoring", "records"), lambda data: open_receipt(data, trust=TRUST, bundle=None)),
    PayloadType.SITE_REGISTRATION: (("registrar",), lambda data: open_registration(data, trust=TRUST)),
    PayloadType.SEAT_CERTIFICATE: (
        (world.SITE,),
        lambda data: open_certificate(data, trust=TRUST, registration=world.registration()),
    ),
    PayloadType.SEAT_LIST: ((world.SITE,), lambda data: open_seat_list(data, registration=world.registration())),
}


@pytest.mark.parametrize("payload_type", OPENERS)
def test_a_rightly_signed_document_with_a_wrong_payload_is_a_refusal_of_form(payload_type: PayloadType) -> None:
    signers, opener = OPENERS[payload_type]
    for payload in ({}, {"unknown": 1}, {"site": 7}, {"site": "../etc"}):
        with pytest.raises(FormRefused):
            opener(sign_document(payload, payload_type, world.signers(*signers)))


def test_an_unknown_field_is_refused_even_when_signed() -> None:
    good = open_grant(world.grant_file(), trust=TRUST, site=world.SITE)
    data = build_grant(good, world.signers("publisher"))
    assert isinstance(open_grant(data, trust=TRUST, site=world.SITE), Grant)
    envelope = read_envelope(data, place="grant", max_bytes=100_000)
    more = envelope.untrusted_payload[:-1] + b',"zzz":1}'

    with pytest.raises(FormRefused, match="zzz"):
        open_grant(sign(more, PayloadType.GRANT, world.signers("publisher")), trust=TRUST, site=world.SITE)


def test_a_signature_over_other_bytes_does_not_verify() -> None:
    first = read_envelope(world.grant_file(), place="grant", max_bytes=100_000)
    second = read_envelope(world.grant_file(world.OTHER_SITE), place="grant", max_bytes=100_000)
    mixed = UntrustedEnvelope(
        untrusted_payload=first.untrusted_payload, payload_type=first.payload_type, signatures=second.signatures
    )
    with pytest.raises(SignatureRefused):
        open_grant(mixed.to_bytes(), trust=TRUST, site=world.SITE)


def test_digests_name_files_and_manifests() -> None:
    built = world.package()
    checked = check_package(BytesSource(built.data), trust=TRUST)
    header_length = int.from_bytes(built.data[12:16], "big")
    envelope = read_envelope(built.data[16 : 16 + header_length], place="manifest", max_bytes=100_000)
    assert checked.digest == hashlib.sha256(envelope.untrusted_payload).hexdigest()
