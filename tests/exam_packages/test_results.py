"""Result bundles: layout, seal, streams, journal, checkpoints; what a gateway can check and what only the office can."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.chain import RECORDS_MAX
from exam_packages.ids import CandidateId, Digest, FormId, ItemId, ProctorId, ResponseId, SeatId, SessionId, UtcMs
from exam_packages.lockdown_log import START, Followed, LockdownLine, after, encode_line
from exam_packages.result_opening import check_result, open_result
from exam_packages.results import (
    HEADER_MAX_BYTES,
    NUMBER_MAX,
    Incident,
    ResultContent,
    ResultState,
    _read_streams,
    build_result,
    decode_incident,
    encode_incident,
    head_of,
    looks_like_a_result,
    read_checkpoint,
    read_result,
    state_of,
    unseal_content,
)
from exam_packages.session_events import (
    AgreementDeclined,
    Answered,
    Closed,
    CloseReason,
    Event,
    Finished,
    IdentityRejected,
    Submitted,
)
from exam_packages.signed_documents import file_digest
from signing.canonical import JsonValue
from signing.errors import ContentRefused, FormRefused, NotForThisSiteRefused, Refused, RevokedRefused, ThresholdRefused
from signing.fields import Fields
from signing.trust import Revocations
from tests.exam_packages import world

TRUST = world.trust()
PREFIX = struct.Struct(">8sIII")


def opened(data: bytes, key: str = "scoring") -> object:
    return open_result(data, trust=TRUST, scoring_key=world.content_key(key))


class TestRoundTrip:
    @pytest.mark.parametrize("key", ["scoring", "scoring-next"])
    def test_the_office_reads_what_the_seat_wrote(self, key: str) -> None:
        data = world.result_file()
        result = open_result(data, trust=TRUST, scoring_key=world.content_key(key))
        assert [record.event for record in result.records] == world.events()
        assert result.checked.header == world.result_header(world.events())
        assert result.checked.digest == file_digest(data)
        assert result.checked.registration.site == world.SITE
        assert result.plan.candidate_name == "Ana Ruiz"
        assert [checkpoint.records for checkpoint in result.checkpoints] == [4]
        assert result.incidents[0].kind == "pin-wrong"
        assert looks_like_a_result(data)

    def test_a_gateway_checks_it_without_opening(self) -> None:
        checked = check_result(world.result_file(), trust=TRUST)
        assert checked.header.state is ResultState.FINISHED
        assert checked.recipients == (
            world.content_key("scoring").public.key_id,
            world.content_key("scoring-next").public.key_id,
        )

    def test_answers_and_names_are_not_in_clear(self) -> None:
        happened = world.events()
        happened[4] = Answered(item=ItemId("item-1"), response=ResponseId("RESPONSE"), value=("a planted answer",))
        data = world.result_file(happened)
        for secret in (b"planted", b"Ana Ruiz", b"RESPONSE", b"pin-wrong"):
            assert secret not in data

    @given(
        answers=st.lists(st.text(max_size=200).filter(lambda text: text.isprintable()), max_size=4),
        notes=st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=50), max_size=3),
    )
    @settings(max_examples=25, deadline=None)
    def test_whatever_was_typed_arrives(self, answers: list[str], notes: list[str]) -> None:
        happened: list[Event] = world.events()
        happened[4] = Answered(item=ItemId("item-1"), response=ResponseId("R"), value=tuple(filter(None, answers)))
        lines = world.journal(happened)
        incidents = tuple(Incident(wall=world.NOW, kind="note", note=note) for note in notes)
        data = build_result(
            world.result_header(happened),
            ResultContent(journal=lines, incidents=incidents),
            scoring_keys=[world.content_key("scoring").public],
            seat_key=world.signing_key(f"{world.SITE}/{world.SEAT}"),
        )
        result = open_result(data, trust=TRUST, scoring_key=world.content_key("scoring"))
        assert result.journal == lines
        assert result.incidents == incidents

    def test_the_header_has_to_fit_the_journal(self) -> None:
        for change in ({"records": 3}, {"head": Digest("00" * 32)}):
            with pytest.raises(ValueError, match="does not fit"):
                world.result_file(**change)


class TestStates:
    @pytest.mark.parametrize(
        ("last", "state"),
        [
            (Finished(), ResultState.FINISHED),
            (AgreementDeclined(), ResultState.DECLINED),
            (IdentityRejected(), ResultState.DECLINED),
            (Closed(proctor=ProctorId("p"), reason=CloseReason.OTHER, note=""), ResultState.CLOSED),
            (Submitted(), ResultState.UNFINISHED),
            (None, ResultState.UNFINISHED),
        ],
    )
    def test_the_last_event_says_how_it_ended(self, last: Event | None, state: ResultState) -> None:
        assert state_of(last) is state

    @pytest.mark.parametrize("cut", [1, 3, 6])
    def test_an_unfinished_session_is_sealed_too(self, cut: int) -> None:
        happened = world.events()[:cut]
        data = world.result_file(happened, checkpoints=())
        checked = check_result(data, trust=TRUST)
        assert checked.header.state is ResultState.UNFINISHED
        opened(data)

    def test_a_state_that_the_journal_does_not_bear_out_is_refused(self) -> None:
        with pytest.raises(ContentRefused, match="ended otherwise"):
            opened(world.result_file(state=ResultState.CLOSED))


class TestWhoSealed:
    def test_another_seat_cannot_seal_for_it(self) -> None:
        with pytest.raises(ThresholdRefused):
            check_result(world.result_file(by="another seat"), trust=TRUST)

    def test_a_certificate_of_another_site_is_refused(self) -> None:
        foreign = world.certificate_file(world.OTHER_SITE, world.SEAT)
        with pytest.raises(ThresholdRefused):
            check_result(world.result_file(certificate=foreign), trust=TRUST)

    def test_header_and_registration_name_one_site(self) -> None:
        with pytest.raises(NotForThisSiteRefused):
            check_result(world.result_file(site=world.OTHER_SITE), trust=TRUST)

    def test_header_and_certificate_name_one_seat(self) -> None:
        other = world.certificate_file(world.SITE, SeatId("seat-02"))
        data = world.result_file(certificate=other, by=f"{world.SITE}/seat-02")
        with pytest.raises(ContentRefused, match="another seat"):
            check_result(data, trust=TRUST)

    @pytest.mark.parametrize(
        "revoked",
        [
            Revocations(number=1, site_ids=frozenset({world.SITE})),
            Revocations(number=1, key_ids=frozenset({world.certificate().signing_key.keyid})),
        ],
    )
    def test_a_revoked_site_or_seat_is_refused(self, revoked: Revocations) -> None:
        with pytest.raises(RevokedRefused):
            check_result(world.result_file(), trust=world.trust(revoked))


class TestContent:
    def test_it_opens_for_scoring_only(self) -> None:
        with pytest.raises(ContentRefused, match="other scoring keys"):
            opened(world.result_file(), "publisher")

    @pytest.mark.parametrize(
        "change",
        [
            {"candidate": CandidateId("candidate-2")},
            {"form": FormId("form-b")},
            {"package": Digest("12" * 32)},
            {"session": SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXZ")},
        ],
    )
    def test_a_header_about_another_session_is_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(ContentRefused):
            opened(world.result_file(checkpoints=(), **change))  # type: ignore[arg-type]  # a table of fields

    def test_a_checkpoint_that_does_not_fit_shows_missing_records(self) -> None:
        happened = world.events()
        longer = [*happened[:4], happened[4], *happened[4:]]
        with pytest.raises(ContentRefused, match="does not fit the journal"):
            opened(world.result_file(happened, checkpoints=(world.checkpoint(longer, 7),)))
        with pytest.raises(ContentRefused, match="does not fit the journal"):
            opened(world.result_file(happened[:3], checkpoints=(world.checkpoint(happened, 5),)))

    def test_a_checkpoint_of_another_session_is_refused(self) -> None:
        other = SessionId("01J8ZQ5V7K3M9N2P4R6S8T0WXZ")
        with pytest.raises(ContentRefused, match="another session"):
            opened(world.result_file(checkpoints=(world.checkpoint(world.events(), 2, other),)))

    def test_a_checkpoint_by_somebody_else_is_refused(self) -> None:
        with pytest.raises(ThresholdRefused):
            read_checkpoint(world.checkpoint(world.events(), 2)).verified_by(
                world.signing_key("somebody else").public_key
            )

    def test_a_journal_without_opening_is_refused(self) -> None:
        happened = world.events()
        lines = world.journal([happened[1]])
        header = replace(world.result_header(happened), records=1, head=head_of(lines), state=ResultState.UNFINISHED)
        data = build_result(
            header,
            ResultContent(journal=lines),
            scoring_keys=[world.content_key("scoring").public],
            seat_key=world.signing_key(f"{world.SITE}/{world.SEAT}"),
        )
        with pytest.raises(ContentRefused, match="opening"):
            opened(data)

    def test_streams_of_another_bundle_do_not_fit(self) -> None:
        """The outer seal would catch it; so does the key, which is bound to the header."""
        one, two = world.result_file(), world.result_file(created=UtcMs(world.NOW + 1))
        first, second = (read_result(data, place="r") for data in (one, two))
        with pytest.raises(ContentRefused):
            unseal_content(replace(first, wraps=second.wraps), world.content_key("scoring"))

    def test_lines_beyond_all_sense_are_refused_before_they_are_split(self) -> None:
        happened = world.events()
        lines = world.journal(happened)
        data = build_result(
            world.result_header(happened),
            ResultContent(journal=lines, checkpoints=(b"",) * (RECORDS_MAX + 1)),
            scoring_keys=[world.content_key("scoring").public],
            seat_key=world.signing_key(f"{world.SITE}/{world.SEAT}"),
        )
        with pytest.raises(FormRefused, match="lines"):
            unseal_content(read_result(data, place="r"), world.content_key("scoring"))


class TestLayout:
    @pytest.mark.parametrize("cut", [0, 5, 19, 20, 400, -1, -300])
    def test_a_cut_bundle_is_refused(self, cut: int) -> None:
        with pytest.raises(Refused):
            check_result(world.result_file()[:cut], trust=TRUST)

    def test_nothing_may_be_added(self) -> None:
        data = world.result_file()
        with pytest.raises(Refused):
            check_result(data + b"\x00", trust=TRUST)
        magic, version, header, seal = PREFIX.unpack_from(data)
        for changed in (
            PREFIX.pack(b"\x89RSLX\r\n\x1a", version, header, seal),
            PREFIX.pack(magic, 2, header, seal),
            PREFIX.pack(magic, version, header + 1, seal),
            PREFIX.pack(magic, version, header, seal - 1),
            PREFIX.pack(magic, version, HEADER_MAX_BYTES + 1, seal),
            PREFIX.pack(magic, version, header, 2**32 - 1),
        ):
            with pytest.raises(FormRefused):
                check_result(changed + data[PREFIX.size :], trust=TRUST)

    def test_a_number_that_no_seat_reaches_is_refused(self) -> None:
        """The office lists the numbers below it that it has not been given: there must not be a memory full of them."""
        check_result(world.result_file(number=NUMBER_MAX), trust=TRUST)
        with pytest.raises(FormRefused, match="number"):
            check_result(world.result_file(number=NUMBER_MAX + 1), trust=TRUST)

    @given(data=st.binary(max_size=200))
    @settings(max_examples=100, deadline=None)
    def test_any_bytes_are_a_bundle_or_a_refusal(self, data: bytes) -> None:
        for start in (data, world.result_file()[:20] + data):
            with pytest.raises(Refused):
                check_result(start, trust=TRUST)


def test_incidents_have_one_encoding() -> None:
    incident = Incident(wall=world.NOW, kind="storage-fault", note="Ω")
    assert decode_incident(encode_incident(incident), place="i") == incident
    with pytest.raises(FormRefused):
        decode_incident(encode_incident(incident) + b" ", place="i")
    with pytest.raises(FormRefused):
        decode_incident(encode_incident(replace(incident, kind="../x")), place="i")


class TestLockdownLog:
    @staticmethod
    def lines(number: int) -> tuple[bytes, ...]:
        lines: list[bytes] = []
        head = START
        for n in range(number):
            line = LockdownLine(
                n=n,
                kind="foreign-window" if n else "session-started",
                followed=Followed.LOCK if n else Followed.NOTE,
                wall=UtcMs(world.NOW + n),
                since_boot_ms=n,
                evidence={"title": f"window {n}"},
                previous=head,
            )
            lines.append(encode_line(line))
            head = after(n, head, lines[-1])
        return tuple(lines)

    @staticmethod
    def bundle(lines: tuple[bytes, ...]) -> bytes:
        happened = world.events()
        return build_result(
            world.result_header(happened),
            ResultContent(journal=world.journal(happened), lockdown=lines),
            scoring_keys=[world.content_key("scoring").public],
            seat_key=world.signing_key(f"{world.SITE}/{world.SEAT}"),
        )

    def test_the_office_reads_what_was_noticed(self) -> None:
        data = self.bundle(self.lines(3))
        result = open_result(data, trust=TRUST, scoring_key=world.content_key("scoring"))
        assert [line.kind for line in result.lockdown] == ["session-started", "foreign-window", "foreign-window"]
        assert result.lockdown[2].evidence == {"title": "window 2"}
        assert b"foreign-window" not in data

    def test_a_bundle_of_a_seat_that_was_not_locked_down_is_as_it_always_was(self) -> None:
        result = read_result(self.bundle(()), place="result")
        assert [stream.name.value for stream in result.streams] == ["journal", "incidents", "checkpoints"]
        assert open_result(world.result_file(), trust=TRUST, scoring_key=world.content_key("scoring")).lockdown == ()

    @pytest.mark.parametrize("order", [(0, 2), (1, 0), (0, 0), (1,), (0, 1, 1)])
    def test_a_line_that_is_missing_doubled_or_elsewhere_is_refused(self, order: tuple[int, ...]) -> None:
        lines = self.lines(3)
        with pytest.raises(ContentRefused, match="does not follow"):
            opened(self.bundle(tuple(lines[n] for n in order)))

    def test_a_line_that_was_changed_is_refused(self) -> None:
        first, second, third = self.lines(3)
        with pytest.raises(ContentRefused, match="does not follow"):
            opened(self.bundle((first, second.replace(b"window 1", b"window 9"), third)))

    def test_a_stream_that_is_no_log_is_refused(self) -> None:
        with pytest.raises(FormRefused):
            opened(self.bundle((b"{}",)))

    @pytest.mark.parametrize(
        "streams",
        [
            [("journal", 1), ("incidents", 0), ("checkpoints", 0), ("lockdown", 0)],
            [("journal", 1), ("incidents", 0), ("lockdown", 9), ("checkpoints", 0)],
            [("journal", 1), ("incidents", 0), ("lockdown", 9)],
            [("journal", 1), ("incidents", 0)],
        ],
    )
    def test_streams_are_the_three_or_the_four_in_their_order(self, streams: list[tuple[str, int]]) -> None:
        value: JsonValue = {"streams": [{"length": length, "name": name} for name, length in streams]}
        with pytest.raises(FormRefused):
            _read_streams(Fields(value, "header"))
