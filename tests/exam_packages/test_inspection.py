"""Inspection: every artefact is told apart, explained, and never raises; what cannot be checked is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.certificates import SeatList, SeatRequest, build_seat_list, build_seat_request
from exam_packages.container import BytesSource
from exam_packages.ids import Digest, SeatId, UtcMs
from exam_packages.inspection import ArtefactKind, CheckOutcome, Context, Explanation, inspect
from exam_packages.opening import open_grant
from exam_packages.proctors import ProctorFile, build_proctor_file
from exam_packages.receipts import Receipt, ReceiptStatus, build_receipt
from exam_packages.registrations import SiteRequest, build_site_request
from exam_packages.releases import build_release_share
from exam_packages.rosters import Roster, build_roster
from exam_packages.seat_marks import (
    KeptResults,
    KeptSeat,
    MarkedSession,
    SeatMark,
    build_kept_results,
    build_seat_mark,
)
from exam_packages.session_keys import build_session_key
from exam_packages.signed_documents import sign_document
from exam_packages.site_policies import LockdownPreset, SitePolicy, build_site_policy
from signing.argon2 import MINIMUM_COST
from signing.dsse import sign
from signing.errors import Layer
from signing.key_file import write_content_key, write_signing_key
from signing.labels import PayloadType
from signing.trust import Revocations, write_revocations
from tests.exam_packages import world

SITE_KEY = world.signing_key(world.SITE)
FULL = Context(
    trust=world.trust(),
    site=world.SITE,
    registrations=(world.registration(),),
    content_keys=(world.content_key(world.SITE), world.content_key("scoring")),
    grants=(open_grant(world.grant_file(), trust=world.trust(), site=world.SITE),),
    releases=(world.release_value(),),
    now=world.NOW,
)

FILES: dict[ArtefactKind, Callable[[], bytes]] = {
    ArtefactKind.DELIVERY_PACKAGE: lambda: world.package().data,
    ArtefactKind.SCORING_PACKAGE: lambda: world.scoring_package().data,
    ArtefactKind.RESULT: world.result_file,
    ArtefactKind.GRANT: world.grant_file,
    ArtefactKind.RELEASE: world.release_file,
    ArtefactKind.SITE_REGISTRATION: world.registration_file,
    ArtefactKind.SEAT_CERTIFICATE: world.certificate_file,
    ArtefactKind.RECEIPT: lambda: build_receipt(
        Receipt(
            number=1,
            bundle=Digest("ab" * 32),
            session=world.SESSION,
            site=world.SITE,
            seat=world.SEAT,
            status=ReceiptStatus.QUARANTINED,
            reason="because",
            accepted=UtcMs(2**53 - 1),
            erase_after=None,
        ),
        world.signers("scoring", "records"),
    ),
    ArtefactKind.RELEASE_SHARE: lambda: build_release_share(
        b"share",
        package=Digest("cd" * 32),
        officer=2,
        to=world.content_key("o").public,
        signers=world.signers("publisher"),
    ),
    ArtefactKind.ROSTER: lambda: build_roster(
        Roster(site=world.SITE, number=1, issued=world.NOW, appointments=()),
        content_key=world.content_key(world.SITE).public,
        signers=world.signers("rosters"),
    ),
    ArtefactKind.SITE_REQUEST: lambda: build_site_request(
        SiteRequest(
            name="x",
            signing_key=SITE_KEY.public_key,
            content_key=world.content_key(world.SITE).public,
            created=world.NOW,
        ),
        SITE_KEY,
    ),
    ArtefactKind.SEAT_REQUEST: lambda: build_seat_request(
        SeatRequest(
            seat=SeatId("seat-1"),
            signing_key=SITE_KEY.public_key,
            content_key=world.content_key("s").public,
            created=world.NOW,
        ),
        SITE_KEY,
    ),
    ArtefactKind.SEAT_LIST: lambda: build_seat_list(
        SeatList(site=world.SITE, number=1, issued=world.NOW, certificates=()), SITE_KEY
    ),
    ArtefactKind.PROCTOR_FILE: lambda: build_proctor_file(
        ProctorFile(site=world.SITE, number=1, issued=world.NOW, proctors=()), SITE_KEY
    ),
    ArtefactKind.SITE_POLICY: lambda: build_site_policy(
        SitePolicy(site=world.SITE, number=1, issued=world.NOW, preset=LockdownPreset.STANDARD), SITE_KEY
    ),
    ArtefactKind.REVOCATIONS: lambda: write_revocations(
        Revocations(number=1, issued_utc_ms=world.NOW), world.signers("revocations")
    ),
    ArtefactKind.CHECKPOINT: lambda: world.checkpoint(world.events(), 2),
    ArtefactKind.SEAT_MARK: lambda: build_seat_mark(
        SeatMark(
            seat=world.SEAT,
            key=SITE_KEY.public_key.keyid,
            number=1,
            made=world.NOW,
            bundles=0,
            bundle=None,
            drop=0,
            sessions=(MarkedSession(session=world.SESSION, records=1, head=Digest("ab" * 32), answers=0),),
        ),
        SITE_KEY,
    ),
    ArtefactKind.KEPT_RESULTS: lambda: build_kept_results(
        KeptResults(
            site=world.SITE,
            number=1,
            issued=world.NOW,
            seats=(KeptSeat(seat=world.SEAT, key="cd" * 32, number=1, bundle=Digest("ab" * 32)),),
        ),
        world.signers("scoring", "records"),
    ),
    ArtefactKind.SESSION_KEY: lambda: build_session_key(
        bytes(32), session=world.SESSION, storage_key=bytes(32), scoring_keys=[world.content_key("scoring").public]
    ),
    ArtefactKind.KEY_FILE: lambda: write_signing_key(SITE_KEY, passphrase="p", cost=MINIMUM_COST),
}


def explain(data: bytes, context: Context = FULL) -> Explanation:
    return inspect(BytesSource(data), context, place="it")


def outcomes(explanation: Explanation) -> dict[str, CheckOutcome]:
    return {check.name: check.outcome for check in explanation.checks}


@pytest.mark.parametrize("kind", FILES)
def test_each_artefact_is_told_apart_and_holds(kind: ArtefactKind) -> None:
    explanation = explain(FILES[kind]())
    assert explanation.kind is kind
    assert explanation.refused is None, explanation.refused
    assert explanation.facts
    # A checkpoint or a mark alone names no key that anybody vouches for: it is judged inside its bundle, or by its seat.
    alone = kind in (ArtefactKind.CHECKPOINT, ArtefactKind.SEAT_MARK)
    assert json.loads(json.dumps(explanation.to_json()))["verified"] is not alone


def test_no_kind_is_forgotten() -> None:
    assert set(FILES) == set(ArtefactKind) - {ArtefactKind.UNKNOWN}


@pytest.mark.parametrize("kind", FILES)
def test_without_anything_at_hand_nothing_is_claimed(kind: ArtefactKind) -> None:
    explanation = explain(FILES[kind](), Context())
    assert explanation.kind is kind
    assert explanation.refused is None
    own = {ArtefactKind.SITE_REQUEST, ArtefactKind.SEAT_REQUEST}
    assert kind in own or CheckOutcome.NOT_CHECKED in outcomes(explanation).values()


@pytest.mark.parametrize("payload_type", [PayloadType.JOURNAL_CHECKPOINT, PayloadType.REVOCATIONS])
def test_a_payload_is_read_without_trust_too(payload_type: PayloadType) -> None:
    refused = explain(sign_document({"planted": 1}, payload_type, world.signers("revocations")), Context()).refused
    assert refused is not None
    assert refused.layer is Layer.FORM


def test_signers_are_named_as_far_as_they_are_known() -> None:
    assert {signer.who for signer in explain(world.release_file()).signers} == {"role releases"}
    assert {signer.who for signer in explain(world.grant_file()).signers} == {"role exams, grants"}
    assert {signer.who for signer in explain(world.certificate_file()).signers} == {f"site {world.SITE}"}
    assert {signer.who for signer in explain(world.release_file(), Context()).signers} == {""}


def test_a_package_is_opened_where_grant_and_release_are_at_hand() -> None:
    data = world.package().data
    assert outcomes(explain(data))["content"] is CheckOutcome.PASSED
    for missing in (replace(FULL, grants=()), replace(FULL, releases=()), replace(FULL, content_keys=())):
        assert outcomes(explain(data, missing))["content"] is CheckOutcome.NOT_CHECKED


def test_a_content_key_file_names_its_key() -> None:
    explanation = explain(write_content_key(world.content_key("x"), passphrase="p", cost=MINIMUM_COST))
    assert world.content_key("x").public.key_id in dict(explanation.facts)["opens"]


def test_wrong_signers_are_refused_and_the_facts_still_shown() -> None:
    explanation = explain(world.release_file(by=("officer-1",)))
    assert explanation.refused is not None
    assert explanation.refused.layer is not None
    assert explanation.refused.layer.value == "threshold"
    assert dict(explanation.facts)["form"] == world.FORM


def test_something_signed_that_nobody_knows_is_refused() -> None:
    explanation = explain(sign(b"{}", "application/x-unknown", world.signers("publisher")))
    assert explanation.kind is ArtefactKind.UNKNOWN
    assert explanation.refused is not None


def test_another_sites_grant_is_refused_at_a_site() -> None:
    explanation = explain(world.grant_file(world.OTHER_SITE))
    assert explanation.refused is not None
    assert explanation.refused.layer is not None
    assert explanation.refused.layer.value == "not-for-this-site"


@given(data=st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_explained(data: bytes) -> None:
    for start in (b"", b'{"office":', b'{"format":', b"\x89EXAM\r\n\x1a", b"\x89RSLT\r\n\x1a", b'{"payload":"'):
        explanation = explain(start + data)
        assert explanation.refused is not None
        assert explanation.size == len(start + data)
