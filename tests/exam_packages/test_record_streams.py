"""Many records at once are what they are one by one: the same values, or the same refusal in the same words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages import record_streams
from exam_packages.event_fields import EVENT_FIELDS
from exam_packages.ids import Digest, ItemId, ProctorId, ResponseId, SeatId, SectionId, UtcMs
from exam_packages.qti.model import Tool
from exam_packages.record_streams import read_records
from exam_packages.records import CHAIN_START, decode_record, encode_record, link
from exam_packages.session_events import (
    Adjusted,
    AgreementAccepted,
    AgreementDeclined,
    Answered,
    AttemptSubmitted,
    BreakEnded,
    Closed,
    CloseReason,
    Commented,
    Event,
    Finished,
    Flagged,
    IdentityConfirmed,
    IdentityRejected,
    IncidentNoted,
    ItemPresented,
    Marked,
    Moved,
    Opened,
    Paused,
    PauseReason,
    PollSkipped,
    Record,
    Resumed,
    ReviewOpened,
    SectionEnded,
    SectionEntered,
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from signing.canonical import MAX_INTEGER, decode_objects
from signing.errors import ContentRefused, FormRefused, Refused
from tests.exam_packages import world

ITEM, RESPONSE, PROCTOR = ItemId("i1"), ResponseId("R"), ProctorId("maria")
EXAMPLES: tuple[Event, ...] = (
    Opened(plan=world.plan(), proctor=PROCTOR),
    IdentityConfirmed(),
    IdentityRejected(),
    AgreementAccepted(),
    AgreementDeclined(),
    SectionEntered(section=SectionId("s1")),
    ItemPresented(item=ITEM),
    ReviewOpened(),
    Answered(item=ITEM, response=RESPONSE, value=("A", "", "ü\n\U0001f600\u2028")),
    TextEdited(item=ITEM, response=RESPONSE, at=2, deleted=0, inserted='a "quoted" word\\'),
    Flagged(item=ITEM, flagged=True),
    AttemptSubmitted(item=ITEM),
    Commented(item=ITEM, text=""),
    Marked(item=ITEM, tool=Tool.NOTES, response=ResponseId(""), value=("x",)),
    Adjusted(setting="text-size", value="150"),
    TimePassed(),
    TimeExpired(),
    SectionEnded(),
    BreakEnded(),
    Paused(reason=PauseReason.PROCTOR, note="a question"),
    Resumed(proctor=ProctorId("")),
    Moved(
        from_seat=SeatId("seat-01"),
        to_seat=SeatId("seat-02"),
        proctor=PROCTOR,
        records=21,
        head=Digest("cd" * 32),
        certificate=b"\x00\x01",
    ),
    TimeExtended(proctor=PROCTOR, extra_ms=MAX_INTEGER, note=""),
    IncidentNoted(proctor=PROCTOR, note="a fire drill"),
    Submitted(),
    PollSkipped(),
    Finished(),
    Closed(proctor=PROCTOR, reason=CloseReason.TECHNICAL, note=""),
)
LINES = tuple(
    encode_record(Record(n=n, tick_ms=4_180, wall=UtcMs(1_790_000_000_000), event=event))
    for n, event in enumerate(EXAMPLES)
)
ODD_VALUES: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(["A" * 257, "A" * 100_001, ["A"] * 501, ["A", 1], [["A"]], {"kind": "finished"}, "proctor"]),
)


def slowly(lines: list[bytes]) -> tuple[Record, ...]:
    """What reading many records means: each on its own."""
    records: list[Record] = []
    for n, line in enumerate(lines):
        record = decode_record(line, place=f"journal, record {n}")
        if record.n != n:
            raise ContentRefused(f"record {n} calls itself {record.n}", place="journal")
        records.append(record)
    return tuple(records)


def outcome(read: Any, lines: list[bytes]) -> object:
    try:
        return read(lines)
    except Refused as refused:
        return type(refused), str(refused)


def quickly(lines: list[bytes]) -> tuple[Record, ...]:
    return read_records(lines, place="journal")[0]


def same(lines: list[bytes]) -> None:
    assert outcome(quickly, lines) == outcome(slowly, lines)


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in EXAMPLES} == set(get_args(Event))
    assert len(EXAMPLES) == len(EVENT_FIELDS)


def test_good_lines_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_streams, "decode_record", None)
    records, heads = read_records(LINES, place="journal")
    assert [record.event for record in records] == list(EXAMPLES)
    assert records[8].tick_ms == 4_180
    expected = [CHAIN_START]
    for n, line in enumerate(LINES):
        expected.append(link(n, expected[-1], line))
    assert heads == tuple(expected)


def test_nothing_is_a_journal_of_no_records() -> None:
    assert read_records([], place="journal") == ((), (CHAIN_START,))


@pytest.mark.parametrize("size", [1, 300, 1_000])
def test_many_batches_are_one_journal(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(record_streams, "BATCH_BYTES", size)
    assert [record.event for record in quickly(list(LINES))] == list(EXAMPLES)
    broken = [*LINES[:20], LINES[20].replace(b"20", b"2e1"), *LINES[21:]]
    with pytest.raises(FormRefused, match="journal, record 20"):
        read_records(broken, place="journal")
    same(broken)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"7",
        b"null",
        LINES[1] + b" ",
        b" " + LINES[1],
        LINES[1] + LINES[1],
        LINES[1] + b"," + LINES[1],
        LINES[1] + b"\n" + LINES[1],
        LINES[1].replace(b'"n":1', b'"n":true'),
        LINES[1].replace(b'"n":1', b'"n":1.0'),
        LINES[1].replace(b'"n":1', b'"n":01'),
        LINES[1].replace(b'"n":1', b'"n":2'),
        LINES[1].replace(b'"n":1', b'"n":1,"n":1'),
        LINES[1].replace(b'"n":1', b'"n":1,\n'),
        LINES[1].replace(b"4180", b"-1"),
        LINES[1].replace(b"4180", b"9007199254740992"),
        LINES[1].replace(b"4180", b"9" * 5_000),
        LINES[1].replace(b"4180", b"NaN"),
        LINES[1].replace(b"identity-confirmed", b"identity-doubted"),
        LINES[1].replace(b"identity-confirmed", b"\\u0069dentity-confirmed"),
        LINES[1].replace(b'"identity-confirmed"', b'["identity-confirmed"]'),
        LINES[1].replace(b'"identity-confirmed"', b'"answered"'),
        LINES[1].replace(b'"kind"', b'"item":"a","kind"'),
        LINES[1].replace(b'"wall"', b'"vall":1,"wall"'),
        LINES[1].replace(b'{"kind":"identity-confirmed"}', b'"identity-confirmed"'),
        LINES[1].replace(b'"identity-confirmed"', b"[" * 100_000),
        b"[" * 40 + b"]" * 40,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"\xff",
        b'{"event":{"kind":"commented","item":"\\ud800","text":""},"n":1,"tick":0,"wall":0}',
        b'{"event":{"item":"a","kind":"commented","text":"' + b"x" * 1_048_577 + b'"},"n":1,"tick":0,"wall":0}',
    ],
    ids=range(33),
)
def test_a_bad_line_is_refused_in_the_same_words(line: bytes) -> None:
    same([LINES[0], line, *LINES[2:5]])
    with pytest.raises(Refused):
        read_records([LINES[0], line, *LINES[2:5]], place="journal")


@pytest.mark.parametrize("cut", range(1, len(LINES[1]), 7))
def test_lines_cannot_share_a_record(cut: int) -> None:
    """Joined, these are the same bytes; a reader that joins lines must not forget where they ended."""
    for joint in (b"", b",", b"\n"):
        both = LINES[1] + joint + LINES[2]
        same([LINES[0], both[:cut], both[cut:], *LINES[3:]])
        with pytest.raises(FormRefused):
            read_records([LINES[0], both[:cut], both[cut:], *LINES[3:]], place="journal")


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_what_is_altered_is_read_alike(data: st.DataObject) -> None:
    lines = list(LINES)
    at = data.draw(st.integers(0, len(lines) - 1))
    if data.draw(st.booleans()):
        line = bytearray(lines[at])
        position = data.draw(st.integers(0, len(line) - 1))
        line[position : position + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        lines[at] = bytes(line)
    else:
        value = json.loads(lines[at])
        members = value["event"] if data.draw(st.booleans()) else value
        members[data.draw(st.sampled_from([*members, "new"]))] = data.draw(ODD_VALUES)
        lines[at] = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
    same(lines)


@given(text=st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_text_is_read_alike(text: str) -> None:
    record = Record(n=0, tick_ms=0, wall=UtcMs(0), event=Answered(item=ITEM, response=RESPONSE, value=(text,)))
    assert quickly([encode_record(record)]) == (record,)
    with pytest.raises(ContentRefused, match="record 0 calls itself 1"):
        read_records([encode_record(replace(record, n=1))], place="journal")


def test_objects_are_read_with_their_own_ends() -> None:
    assert decode_objects([b'{"a":1}', b"{}"]) == [{"a": 1}, {}]
    for lines in ([b'{"a":1}\n{}'], [b'{"a":1', b'"b":2}'], [b"1"], [b'{"a":1.5}'], [b'{"b":1,"a":1}'], [b""]):
        with pytest.raises(FormRefused):
            decode_objects(lines)
