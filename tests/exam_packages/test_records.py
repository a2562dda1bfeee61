"""Records: every event has one encoding with named bounds."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_packages.event_fields import COMMENT_MAX, EVENT_FIELDS, MARK_MAX, MARKS_MAX
from exam_packages.ids import Digest, ItemId, ProctorId, ResponseId, SeatId, UtcMs
from exam_packages.qti.model import Tool
from exam_packages.records import (
    RECORD_MAX_BYTES,
    decode_record,
    encode_record,
    event_from_fields,
)
from exam_packages.session_events import (
    Adjusted,
    AttemptSubmitted,
    Commented,
    Event,
    Marked,
    Moved,
    Paused,
    PauseReason,
    Record,
)
from signing.canonical import JsonValue, encode
from signing.errors import FormRefused
from signing.fields import Fields

ITEM = ItemId("i1")
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.just(AttemptSubmitted(item=ITEM)),
    st.builds(Commented, item=st.just(ITEM), text=TEXT),
    st.builds(
        Marked,
        item=st.just(ITEM),
        tool=st.sampled_from(Tool),
        response=st.sampled_from([ResponseId(""), ResponseId("RESPONSE")]),
        value=st.lists(TEXT, max_size=4).map(tuple),
    ),
    st.builds(Adjusted, setting=st.just("text-size"), value=TEXT),
    st.builds(Paused, reason=st.sampled_from(PauseReason), note=TEXT),
    st.builds(
        Moved,
        from_seat=st.just(SeatId("seat-01")),
        to_seat=st.just(SeatId("seat-02")),
        proctor=st.just(ProctorId("maria")),
        records=st.integers(0, 2**32),
        head=st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex())),
        certificate=st.binary(min_size=1, max_size=300),
    ),
)


MOVED: dict[str, JsonValue] = {
    "kind": "moved",
    "from_seat": "seat-01",
    "to_seat": "seat-02",
    "proctor": "maria",
    "records": 3,
    "head": "cd" * 32,
    "certificate": "AAAA",
}


def record(event: Event) -> Record:
    return Record(n=3, tick_ms=4_180, wall=UtcMs(1_790_000_000_000), event=event)


def test_every_event_has_a_name() -> None:
    assert {event_type for event_type, _ in EVENT_FIELDS.values()} == set(get_args(Event))


@given(event=EVENTS)
@settings(max_examples=80)
def test_what_is_written_is_read(event: Event) -> None:
    assert decode_record(encode_record(record(event)), place="record") == record(event)


def test_how_the_new_events_are_written() -> None:
    marked = Marked(item=ITEM, tool=Tool.CHOICE_ELIMINATOR, response=ResponseId("R"), value=("A",))
    assert encode_record(record(marked)) == (
        b'{"event":{"item":"i1","kind":"marked","response":"R","tool":"choice-eliminator","value":["A"]},'
        b'"n":3,"tick":4180,"wall":1790000000000}'
    )


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "attempt-submitted"},
        {"kind": "attempt-submitted", "item": ""},
        {"kind": "attempt-submitted", "item": "i1", "attempt": 2},
        {"kind": "commented", "item": "i1", "text": "x" * (COMMENT_MAX + 1)},
        {"kind": "marked", "item": "i1", "tool": "hammer", "response": "", "value": []},
        {"kind": "marked", "item": "i1", "tool": "notes", "response": "", "value": ["x" * (MARK_MAX + 1)]},
        {"kind": "marked", "item": "i1", "tool": "notes", "response": "", "value": ["x"] * (MARKS_MAX + 1)},
        {"kind": "adjusted", "setting": "", "value": "x"},
        {"kind": "adjusted", "setting": "text-size"},
        {"kind": "danced"},
        MOVED | {"from_seat": "seat 1"},
        MOVED | {"to_seat": "x" * 65},
        MOVED | {"proctor": ""},
        MOVED | {"records": -1},
        MOVED | {"head": "CD" * 32},
        MOVED | {"certificate": "===="},
        MOVED | {"certificate": "AAAA" * 22_000},
        MOVED | {"registration": "AAAA"},
    ],
)
def test_what_is_out_of_bounds_is_refused(value: JsonValue) -> None:
    with pytest.raises(FormRefused):
        event_from_fields(Fields(value, "event"))


def test_a_move_that_is_in_order_is_read() -> None:
    assert isinstance(event_from_fields(Fields(MOVED, "event")), Moved)


def test_the_longest_comment_and_notes_fit_a_record() -> None:
    longest = "\U0001f600" * MARK_MAX
    notes = Marked(item=ITEM, tool=Tool.NOTES, response=ResponseId(""), value=(longest,) * 10)
    assert len(encode_record(record(notes))) < RECORD_MAX_BYTES
    assert len(encode({"text": longest[:COMMENT_MAX]})) < RECORD_MAX_BYTES
