"""Marks of seats and the office's list: one encoding, one meaning, and whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.ids import Digest, SeatId, SessionId, UtcMs
from exam_packages.opening import open_kept_results, open_seat_mark
from exam_packages.seat_marks import (
    KeptResults,
    KeptSeat,
    MarkedSession,
    SeatMark,
    build_kept_results,
    build_seat_mark,
    mark_name,
)
from exam_packages.signed_documents import sign_document
from signing.canonical import JsonValue, decode
from signing.dsse import read_envelope
from signing.errors import (
    ContentRefused,
    FormRefused,
    NotForThisSiteRefused,
    OlderRefused,
    SignatureRefused,
    ThresholdRefused,
)
from signing.labels import PayloadType
from tests.exam_packages import world

KEY = world.signing_key("a seat")
OTHER = SessionId("01J8ZZZZZZZZZZZZZZZZZZZZZZ")
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))
SESSIONS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26).map(SessionId)
MARKED = st.builds(
    MarkedSession, session=SESSIONS, records=st.integers(1, 1_000_000), head=DIGESTS, answers=st.integers(0, 500)
)


def mark(**changes: object) -> SeatMark:
    plain = SeatMark(
        seat=world.SEAT,
        key=KEY.public_key.keyid,
        number=3,
        made=world.NOW,
        bundles=1,
        bundle=Digest("ab" * 32),
        drop=7,
        sessions=(MarkedSession(session=world.SESSION, records=12, head=Digest("cd" * 32), answers=4),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def payload(data: bytes) -> dict[str, JsonValue]:
    envelope = read_envelope(data, place="mark", max_bytes=100_000)
    value = decode(envelope.untrusted_payload, place="mark", max_bytes=100_000)
    assert isinstance(value, dict)
    return value


@given(
    number=st.integers(1, 999_999_999),
    bundles=st.integers(1, 999_999_999),
    digest=DIGESTS,
    sessions=st.lists(MARKED, max_size=5, unique_by=lambda entry: entry.session),
)
def test_what_is_written_is_read_back(number: int, bundles: int, digest: Digest, sessions: list[MarkedSession]) -> None:
    ordered = tuple(sorted(sessions, key=lambda entry: entry.session))
    made = mark(number=number, bundles=bundles, bundle=digest, sessions=ordered)
    assert open_seat_mark(build_seat_mark(made, KEY), key=KEY.public_key) == made


def test_a_seat_that_has_sealed_nothing_names_no_result() -> None:
    made = mark(bundles=0, bundle=None, sessions=())
    assert open_seat_mark(build_seat_mark(made, KEY), key=KEY.public_key) == made


def test_marks_of_two_keys_never_share_a_file() -> None:
    assert mark_name(mark()) != mark_name(mark(key="0" * 64))


class TestRefused:
    def test_another_seats_mark(self) -> None:
        data = build_seat_mark(mark(), world.signing_key("another seat"))
        with pytest.raises(ThresholdRefused):
            open_seat_mark(data, key=KEY.public_key)

    def test_a_mark_that_names_another_key_than_its_own(self) -> None:
        with pytest.raises(ContentRefused):
            open_seat_mark(build_seat_mark(mark(key="0" * 64), KEY), key=KEY.public_key)

    def test_a_signature_of_another_mark(self) -> None:
        first = read_envelope(build_seat_mark(mark(), KEY), place="mark", max_bytes=100_000)
        second = read_envelope(build_seat_mark(mark(number=4), KEY), place="mark", max_bytes=100_000)
        with pytest.raises(SignatureRefused):
            open_seat_mark(replace(first, signatures=second.signatures).to_bytes(), key=KEY.public_key)

    @pytest.mark.parametrize(
        "change",
        [
            {"number": 0},
            {"number": 1_000_000_000},
            {"bundles": 0},
            {"seat": "../seat"},
            {"key": "AB"},
            {"bundle": None},
            {"zzz": 1},
            {"sessions": [{"answers": 1, "head": "cd" * 32, "records": 0, "session": world.SESSION}]},
            {"sessions": [{"answers": 1, "head": "cd" * 32, "records": 1, "session": world.SESSION}] * 2},
            {
                "sessions": [
                    {"answers": 1, "head": "cd" * 32, "records": 1, "session": session}
                    for session in sorted((world.SESSION, OTHER), reverse=True)
                ]
            },
        ],
    )
    def test_another_form(self, change: dict[str, JsonValue]) -> None:
        body = payload(build_seat_mark(mark(), KEY)) | change
        with pytest.raises(FormRefused):
            open_seat_mark(sign_document(body, PayloadType.SEAT_MARK, [KEY]), key=KEY.public_key)

    def test_a_result_that_no_number_counts(self) -> None:
        body = {name: value for name, value in payload(build_seat_mark(mark(), KEY)).items() if name != "bundle"}
        with pytest.raises(FormRefused):
            open_seat_mark(sign_document(body, PayloadType.SEAT_MARK, [KEY]), key=KEY.public_key)


class TestKeptResults:
    KEPT = KeptResults(
        site=world.SITE,
        number=2,
        issued=UtcMs(world.NOW),
        seats=(KeptSeat(seat=SeatId("seat-01"), key="01" * 32, number=17, bundle=Digest("ab" * 32)),),
    )

    def data(self, kept: KeptResults | None = None) -> bytes:
        return build_kept_results(kept or self.KEPT, world.signers("scoring", "records"))

    def test_what_is_written_is_read_back(self) -> None:
        opened = open_kept_results(self.data(), trust=world.trust(), site=world.SITE)
        assert opened == self.KEPT
        assert opened.seat("01" * 32) == self.KEPT.seats[0]
        assert opened.seat("02" * 32) is None

    def test_one_key_of_the_role_is_too_few(self) -> None:
        data = build_kept_results(self.KEPT, world.signers("scoring"))
        with pytest.raises(ThresholdRefused):
            open_kept_results(data, trust=world.trust(), site=world.SITE)

    def test_an_older_list_is_refused(self) -> None:
        with pytest.raises(OlderRefused):
            open_kept_results(self.data(), trust=world.trust(), site=world.SITE, newest_number=3)

    def test_another_sites_list_is_refused(self) -> None:
        with pytest.raises(NotForThisSiteRefused):
            open_kept_results(self.data(), trust=world.trust(), site=world.OTHER_SITE)

    def test_a_seat_twice_is_refused(self) -> None:
        with pytest.raises(FormRefused):
            open_kept_results(
                self.data(replace(self.KEPT, seats=self.KEPT.seats * 2)), trust=world.trust(), site=world.SITE
            )
