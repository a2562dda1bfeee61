"""Session records: the one encoding of an event in its place, the hash chain over them, and what they answer.

A record is one event with its place in the session: ``{"event": …, "n": 7, "tick": 4180, "wall": 1790000000000}`` as
canonical JSON. ``tick`` is the time since the record before it, in milliseconds, by a monotonic clock; the first record
after a restart of the program has tick 0. ``wall`` is what the wall clock said: evidence, never used for time left.

The chain is ``h_n = SHA-256(0x00 ‖ n as 8 bytes, big-endian ‖ h_{n-1} ‖ record bytes)`` with ``h_{-1}`` 32 zero bytes.
Pure. Refuses to know where records are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final, cast

from exam_packages.certificates import SEAT_MAX
from exam_packages.ids import ItemId, ResponseId, UtcMs
from exam_packages.qti.model import Lexical, Tool
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
    SessionPlan,
    Submitted,
    TextEdited,
    TimeExpired,
    TimeExtended,
    TimePassed,
)
from exam_packages.session_plans import NAME_MAX, plan_from_fields, plan_to_json
from exam_packages.signed_documents import name_of
from signing.canonical import JsonValue, decode, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, to_base64

RECORD_MAX_BYTES: Final = 1024 * 1024  # a whole essay pasted at once, escaped, still fits
TEXT_MAX: Final = 100_000  # code points of one answer or one edit
NOTE_MAX: Final = 2_000  # code points of what a proctor writes down
VALUES_MAX: Final = 500  # values of one response
COMMENT_MAX: Final = 10_000  # code points of what a candidate remarks on an item
MARKS_MAX: Final = 500  # marks of one tool at one response
MARK_MAX: Final = 20_000  # code points of one mark: a whole page of notes
CERTIFICATE_MAX_BYTES: Final = 64 * 1024  # of the seat that a session left
CHAIN_START: Final = bytes(32)


def link(n: int, previous: bytes, record: bytes) -> bytes:
    """Return the chain value of record ``n``: 32 bytes."""
    return hashlib.sha256(b"\x00" + n.to_bytes(8, "big") + previous + record).digest()


def encode_record(record: Record) -> bytes:
    """Return the one byte form of a record: canonical JSON, no line feed inside."""
    return encode({"event": event_to_json(record.event), "n": record.n, "tick": record.tick_ms, "wall": record.wall})


def decode_record(untrusted: bytes, *, place: str) -> Record:
    """Read one record.

    Raises:
        FormRefused: not the one encoding of a record.
    """
    fields = Fields(decode(untrusted, place=place, max_bytes=RECORD_MAX_BYTES), place)
    record = Record(
        n=fields.integer("n", minimum=0),
        tick_ms=fields.integer("tick", minimum=0),
        wall=UtcMs(fields.integer("wall", minimum=0)),
        event=event_from_fields(fields.object("event")),
    )
    fields.close()
    return record


def read_records(untrusted: Iterable[bytes], *, place: str) -> tuple[tuple[Record, ...], bytes]:
    """Read a whole journal stream and return its records and the head of its chain.

    Raises:
        FormRefused: a record is not in its one encoding.
        ContentRefused: the numbers have a gap.
    """
    head = CHAIN_START
    records: list[Record] = []
    for n, line in enumerate(untrusted):
        record = decode_record(line, place=f"{place}, record {n}")
        if record.n != n:
            raise ContentRefused(f"record {n} calls itself {record.n}", place=place)
        head = link(n, head, line)
        records.append(record)
    return tuple(records), head


def event_to_json(event: Event) -> JsonValue:
    """Return an event as a JSON object; ``kind`` names its type."""
    kind, fields = _FORMS[type(event)]
    return {"kind": kind} | {name: _to_json(getattr(event, name)) for name in fields}


def event_from_fields(fields: Fields) -> Event:
    """Read an event.

    Raises:
        FormRefused: unknown kind, a missing or unknown field, a value out of range.
    """
    kind = fields.text("kind", max_length=40)
    if kind not in _TYPES:
        raise FormRefused(f"there is no event called {kind!r}", place=fields.place)
    event_type, readers = _TYPES[kind]
    event = event_type(**{name: read(fields, name) for name, read in readers.items()})
    fields.close()
    return event


def edited(text: str, edit: TextEdited) -> str:
    """Return a long text after one edit.

    Raises:
        ContentRefused: the edit points outside the text, or the text would become too long.
    """
    place = f"item {edit.item}, response {edit.response}"
    if edit.at + edit.deleted > len(text):
        raise ContentRefused("an edit points outside the text", place=place)
    result = text[: edit.at] + edit.inserted + text[edit.at + edit.deleted :]
    if len(result) > TEXT_MAX:
        raise ContentRefused(f"the text is longer than {TEXT_MAX} characters", place=place)
    return result


def answers_of(records: Iterable[Record]) -> dict[ItemId, dict[ResponseId, Lexical]]:
    """Return the last value of every response variable that was ever answered; NULL is the empty tuple.

    Raises:
        ContentRefused: an edit that does not fit the text before it.
    """
    answers: dict[ItemId, dict[ResponseId, Lexical]] = {}
    for record in records:
        event = record.event
        if isinstance(event, Answered):
            answers.setdefault(event.item, {})[event.response] = event.value
        elif isinstance(event, TextEdited):
            of_item = answers.setdefault(event.item, {})
            before = of_item.get(event.response, ())
            text = edited(before[0] if before else "", event)
            of_item[event.response] = (text,) if text else ()
    return answers


def _to_json(value: object) -> JsonValue:
    if isinstance(value, SessionPlan):
        return plan_to_json(value)
    if isinstance(value, Enum):
        return cast("str", value.value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, bytes):
        return to_base64(value)
    return cast("JsonValue", value)


_Reader = Callable[[Fields, str], object]


def _name(fields: Fields, name: str) -> str:
    return fields.text(name, max_length=NAME_MAX)


def _name_or_nobody(fields: Fields, name: str) -> str:
    return fields.text(name, min_length=0, max_length=NAME_MAX)


def _note(fields: Fields, name: str) -> str:
    return fields.text(name, min_length=0, max_length=NOTE_MAX)


def _long_text(fields: Fields, name: str) -> str:
    return fields.text(name, min_length=0, max_length=TEXT_MAX)


def _count(fields: Fields, name: str) -> int:
    return fields.integer(name, minimum=0)


def _seat(fields: Fields, name: str) -> str:
    return name_of(fields, name, max_length=SEAT_MAX)


def _digest(fields: Fields, name: str) -> str:
    return fields.digest(name)


def _certificate(fields: Fields, name: str) -> bytes:
    return fields.raw(name, max_length=CERTIFICATE_MAX_BYTES)


def _flag(fields: Fields, name: str) -> bool:
    return fields.flag(name)


def _values(fields: Fields, name: str) -> Lexical:
    return fields.texts(name, max_items=VALUES_MAX, min_length=0, max_length=TEXT_MAX)


def _comment(fields: Fields, name: str) -> str:
    return fields.text(name, min_length=0, max_length=COMMENT_MAX)


def _marks(fields: Fields, name: str) -> Lexical:
    return fields.texts(name, max_items=MARKS_MAX, min_length=0, max_length=MARK_MAX)


def _tool(fields: Fields, name: str) -> Tool:
    return fields.choice(name, Tool)


def _plan(fields: Fields, name: str) -> SessionPlan:
    return plan_from_fields(fields.object(name))


def _pause_reason(fields: Fields, name: str) -> PauseReason:
    return fields.choice(name, PauseReason)


def _close_reason(fields: Fields, name: str) -> CloseReason:
    return fields.choice(name, CloseReason)


# One line an event: its name in the journal, its type, how each field is read. A test checks that none is missing.
_TYPES: Final[Mapping[str, tuple[Callable[..., Event], Mapping[str, _Reader]]]] = {
    "opened": (Opened, {"plan": _plan, "proctor": _name}),
    "identity-confirmed": (IdentityConfirmed, {}),
    "identity-rejected": (IdentityRejected, {}),
    "agreement-accepted": (AgreementAccepted, {}),
    "agreement-declined": (AgreementDeclined, {}),
    "section-entered": (SectionEntered, {"section": _name}),
    "item-presented": (ItemPresented, {"item": _name}),
    "review-opened": (ReviewOpened, {}),
    "answered": (Answered, {"item": _name, "response": _name, "value": _values}),
    "text-edited": (
        TextEdited,
        {"item": _name, "response": _name, "at": _count, "deleted": _count, "inserted": _long_text},
    ),
    "flagged": (Flagged, {"item": _name, "flagged": _flag}),
    "attempt-submitted": (AttemptSubmitted, {"item": _name}),
    "commented": (Commented, {"item": _name, "text": _comment}),
    "marked": (Marked, {"item": _name, "tool": _tool, "response": _name_or_nobody, "value": _marks}),
    "adjusted": (Adjusted, {"setting": _name, "value": _name_or_nobody}),
    "time-passed": (TimePassed, {}),
    "time-expired": (TimeExpired, {}),
    "section-ended": (SectionEnded, {}),
    "break-ended": (BreakEnded, {}),
    "paused": (Paused, {"reason": _pause_reason, "note": _note}),
    "resumed": (Resumed, {"proctor": _name_or_nobody}),
    "moved": (
        Moved,
        {
            "from_seat": _seat,
            "to_seat": _seat,
            "proctor": _name,
            "records": _count,
            "head": _digest,
            "certificate": _certificate,
        },
    ),
    "time-extended": (TimeExtended, {"proctor": _name, "extra_ms": _count, "note": _note}),
    "incident-noted": (IncidentNoted, {"proctor": _name, "note": _note}),
    "submitted": (Submitted, {}),
    "poll-skipped": (PollSkipped, {}),
    "finished": (Finished, {}),
    "closed": (Closed, {"proctor": _name, "reason": _close_reason, "note": _note}),
}
_FORMS: Final[Mapping[object, tuple[str, tuple[str, ...]]]] = {
    event_type: (kind, tuple(readers)) for kind, (event_type, readers) in _TYPES.items()
}
__all__ = [
    "CHAIN_START",
    "answers_of",
    "decode_record",
    "edited",
    "encode_record",
    "event_from_fields",
    "event_to_json",
    "link",
    "plan_from_fields",
    "plan_to_json",
    "read_records",
]
