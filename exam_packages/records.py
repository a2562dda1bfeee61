"""Session records: the one encoding of an event in its place, and what they answer.

A record is one event with its place in the session: ``{"event": …, "n": 7, "tick": 4180, "wall": 1790000000000}`` as
canonical JSON. ``tick`` is the time since the record before it, in milliseconds, by a monotonic clock; the first record
after a restart of the program has tick 0. ``wall`` is what the wall clock said: evidence, never used for time left.

The chain over them is that of ``chain``. Pure. Refuses to know where records are kept, and how many are read at once
(``record_streams``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, cast

from exam_packages.chain import CHAIN_START, link
from exam_packages.event_fields import EVENT_FIELDS, TEXT_MAX
from exam_packages.ids import ItemId, ResponseId, UtcMs
from exam_packages.qti.model import Lexical
from exam_packages.session_events import Answered, Event, Record, SessionPlan, TextEdited
from exam_packages.session_plans import plan_from_fields, plan_to_json
from signing.canonical import JsonValue, decode, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields, to_base64

RECORD_MAX_BYTES: Final = 1024 * 1024  # a whole essay pasted at once, escaped, still fits


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
    if kind not in EVENT_FIELDS:
        raise FormRefused(f"there is no event called {kind!r}", place=fields.place)
    event_type, readers = EVENT_FIELDS[kind]
    event = event_type(**{name: reader.read(fields, name) for name, reader in readers.items()})
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


_FORMS: Final[Mapping[object, tuple[str, tuple[str, ...]]]] = {
    event_type: (kind, tuple(readers)) for kind, (event_type, readers) in EVENT_FIELDS.items()
}
__all__ = [
    "CHAIN_START",
    "TEXT_MAX",
    "answers_of",
    "decode_record",
    "edited",
    "encode_record",
    "event_from_fields",
    "event_to_json",
    "link",
    "plan_from_fields",
    "plan_to_json",
]
