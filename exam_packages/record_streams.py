"""A whole journal, read at once: what every bundle at the office is, some hundred records of a few kinds.

Owns the quick way to read many records, and the rule that it never decides anything: it takes what ``decode_record`` would take
and makes the same of it, and where it meets anything else, even only something rare, ``decode_record`` reads those records again
and says what is wrong, with its own words and places. Refuses to know what an event means.

Quick is: lines are parsed by few calls, written back all together and compared, and fields are looked at without naming the
place of each. Written back together still means one encoding for each line. Each value was parsed out of its own line from end
to end and is an object; were the writing of one another than its line, one of the two would be the beginning of the other, and
an object ends where it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from exam_packages.chain import CHAIN_START, link
from exam_packages.event_fields import EVENT_FIELDS, FieldReader, Unusual, take_count
from exam_packages.ids import UtcMs
from exam_packages.records import RECORD_MAX_BYTES, decode_record, event_from_fields
from exam_packages.session_events import Event, Record
from signing.canonical import decode_objects
from signing.errors import ContentRefused, Refused
from signing.fields import Fields

BATCH_BYTES: Final = 256 * 1024  # so much is read at once: memory stays small beside what the records take


def read_records(untrusted: Sequence[bytes], *, place: str) -> tuple[tuple[Record, ...], tuple[bytes, ...]]:
    """Read a whole journal stream.

    Args:
        untrusted: its lines.
        place: where it comes from, for refusals.

    Returns:
        The records, and the chain's value after 0, 1, 2 … of them.

    Raises:
        FormRefused: a record is not in its one encoding.
        ContentRefused: the numbers have a gap.
    """
    read: list[Record] = []
    for lines in _batches(untrusted):
        try:
            read += _quickly(lines, len(read))
        except (Unusual, Refused, KeyError, TypeError):
            read += _one_by_one(lines, first=len(read), place=place)
    heads = [CHAIN_START]
    for n, line in enumerate(untrusted):
        heads.append(link(n, heads[-1], line))
    return tuple(read), tuple(heads)


def _batches(lines: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    start = size = 0
    for n, line in enumerate(lines):
        size += len(line)
        if size > BATCH_BYTES:
            yield lines[start : n + 1]
            start, size = n + 1, 0
    if start < len(lines):
        yield lines[start:]


def _one_by_one(lines: Sequence[bytes], *, first: int, place: str) -> Iterator[Record]:
    for n, line in enumerate(lines, first):
        record = decode_record(line, place=f"{place}, record {n}")
        if record.n != n:
            raise ContentRefused(f"record {n} calls itself {record.n}", place=place)
        yield record


def _quickly(lines: Sequence[bytes], first: int) -> list[Record]:
    """Read what is plainly right.

    Raises:
        Unusual, Refused, KeyError, TypeError: anything is not.
    """
    if any(len(line) > RECORD_MAX_BYTES for line in lines):
        raise Unusual
    return [_record(members, n) for n, members in enumerate(decode_objects(lines), first)]


def _record(members: Mapping[str, Any], n: int) -> Record:
    if len(members) != 4 or members["n"] != n or type(members["n"]) is not int:
        raise Unusual
    tick, wall = take_count(members["tick"]), take_count(members["wall"])
    return Record(n=n, tick_ms=tick, wall=UtcMs(wall), event=_event(members["event"]))


def _event(members: Mapping[str, Any]) -> Event:
    event_type, takers = _TAKERS[members["kind"]]
    if takers is None:
        return event_from_fields(Fields(dict(members), "event"))
    if len(members) != len(takers) + 1:
        raise Unusual
    return event_type(**{name: take(members[name]) for name, take in takers})


def _takers(readers: Mapping[str, FieldReader]) -> tuple[tuple[str, Callable[[Any], object]], ...] | None:
    """Return how each field is taken; None for an event that has to be read."""
    taken = tuple((name, reader.take) for name, reader in readers.items() if reader.take is not None)
    return taken if len(taken) == len(readers) else None


_TAKERS: Final = {kind: (event_type, _takers(readers)) for kind, (event_type, readers) in EVENT_FIELDS.items()}
