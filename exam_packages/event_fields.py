"""What fields each event has in the journal, and how each field is read.

Owns the table of events and the bounds of their fields, once for both ways to read: a field out of ``Fields``, which names the
place of what is wrong, and a bare value, which is taken or not. Pure. Refuses to know where an event stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NoReturn

from exam_packages.certificates import SEAT_MAX
from exam_packages.qti.model import Tool
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
from exam_packages.session_plans import NAME_MAX, plan_from_fields
from exam_packages.signed_documents import name_of
from signing.canonical import MAX_INTEGER
from signing.fields import Fields

TEXT_MAX: Final = 100_000  # code points of one answer or one edit
NOTE_MAX: Final = 2_000  # code points of what a proctor writes down
VALUES_MAX: Final = 500  # values of one response
COMMENT_MAX: Final = 10_000  # code points of what a candidate remarks on an item
MARKS_MAX: Final = 500  # marks of one tool at one response
MARK_MAX: Final = 20_000  # code points of one mark: a whole page of notes
CERTIFICATE_MAX_BYTES: Final = 64 * 1024  # of the seat that a session left


class Unusual(Exception):  # noqa: N818 - no error yet: whoever reads has to look more closely
    """A value that is not plainly right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReader:
    """How one field of an event is read.

    Attributes:
        read: out of an object, by name; refuses and names the place.
        take: out of what JSON gave; raises ``Unusual`` where ``read`` refuses, and else returns the same. None where a field is
            rare or big and ``read`` is quick enough.
    """

    read: Callable[[Fields, str], object]
    take: Callable[[Any], object] | None = None


def _unusual() -> NoReturn:
    raise Unusual


def take_count(value: object) -> int:
    """Take an integer from 0 up."""
    return value if type(value) is int and 0 <= value <= MAX_INTEGER else _unusual()


def _text(longest: int, *, shortest: int = 0) -> FieldReader:
    def take(value: object) -> str:
        return value if type(value) is str and shortest <= len(value) <= longest else _unusual()

    return FieldReader(read=lambda fields, name: fields.text(name, min_length=shortest, max_length=longest), take=take)


def _texts(most: int, longest: int) -> FieldReader:
    def take(values: object) -> tuple[str, ...]:
        if type(values) is not list or len(values) > most:
            raise Unusual
        for value in values:
            if type(value) is not str or len(value) > longest:
                raise Unusual
        return tuple(values)

    return FieldReader(
        read=lambda fields, name: fields.texts(name, max_items=most, min_length=0, max_length=longest), take=take
    )


def _choice(kind: type[Enum]) -> FieldReader:
    members = {member.value: member for member in kind}

    def take(value: object) -> Enum:
        return members[value] if type(value) is str and value in members else _unusual()

    return FieldReader(read=lambda fields, name: fields.choice(name, kind), take=take)


def _take_flag(value: object) -> bool:
    return value if type(value) is bool else _unusual()


_NAME: Final = _text(NAME_MAX, shortest=1)
_NAME_OR_NOBODY: Final = _text(NAME_MAX)
_NOTE: Final = _text(NOTE_MAX)
_LONG_TEXT: Final = _text(TEXT_MAX)
_COMMENT: Final = _text(COMMENT_MAX)
_VALUES: Final = _texts(VALUES_MAX, TEXT_MAX)
_MARKS: Final = _texts(MARKS_MAX, MARK_MAX)
_COUNT: Final = FieldReader(read=lambda fields, name: fields.integer(name, minimum=0), take=take_count)
_FLAG: Final = FieldReader(read=lambda fields, name: fields.flag(name), take=_take_flag)
_TOOL: Final = _choice(Tool)
_PAUSE_REASON: Final = _choice(PauseReason)
_CLOSE_REASON: Final = _choice(CloseReason)
_PLAN: Final = FieldReader(read=lambda fields, name: plan_from_fields(fields.object(name)))
_SEAT: Final = FieldReader(read=lambda fields, name: name_of(fields, name, max_length=SEAT_MAX))
_DIGEST: Final = FieldReader(read=lambda fields, name: fields.digest(name))
_CERTIFICATE: Final = FieldReader(read=lambda fields, name: fields.raw(name, max_length=CERTIFICATE_MAX_BYTES))

# One line an event: its name in the journal, its type, how each field is read. A test checks that none is missing.
EVENT_FIELDS: Final[Mapping[str, tuple[Callable[..., Event], Mapping[str, FieldReader]]]] = {
    "opened": (Opened, {"plan": _PLAN, "proctor": _NAME}),
    "identity-confirmed": (IdentityConfirmed, {}),
    "identity-rejected": (IdentityRejected, {}),
    "agreement-accepted": (AgreementAccepted, {}),
    "agreement-declined": (AgreementDeclined, {}),
    "section-entered": (SectionEntered, {"section": _NAME}),
    "item-presented": (ItemPresented, {"item": _NAME}),
    "review-opened": (ReviewOpened, {}),
    "answered": (Answered, {"item": _NAME, "response": _NAME, "value": _VALUES}),
    "text-edited": (
        TextEdited,
        {"item": _NAME, "response": _NAME, "at": _COUNT, "deleted": _COUNT, "inserted": _LONG_TEXT},
    ),
    "flagged": (Flagged, {"item": _NAME, "flagged": _FLAG}),
    "attempt-submitted": (AttemptSubmitted, {"item": _NAME}),
    "commented": (Commented, {"item": _NAME, "text": _COMMENT}),
    "marked": (Marked, {"item": _NAME, "tool": _TOOL, "response": _NAME_OR_NOBODY, "value": _MARKS}),
    "adjusted": (Adjusted, {"setting": _NAME, "value": _NAME_OR_NOBODY}),
    "time-passed": (TimePassed, {}),
    "time-expired": (TimeExpired, {}),
    "section-ended": (SectionEnded, {}),
    "break-ended": (BreakEnded, {}),
    "paused": (Paused, {"reason": _PAUSE_REASON, "note": _NOTE}),
    "resumed": (Resumed, {"proctor": _NAME_OR_NOBODY}),
    "moved": (
        Moved,
        {
            "from_seat": _SEAT,
            "to_seat": _SEAT,
            "proctor": _NAME,
            "records": _COUNT,
            "head": _DIGEST,
            "certificate": _CERTIFICATE,
        },
    ),
    "time-extended": (TimeExtended, {"proctor": _NAME, "extra_ms": _COUNT, "note": _NOTE}),
    "incident-noted": (IncidentNoted, {"proctor": _NAME, "note": _NOTE}),
    "submitted": (Submitted, {}),
    "poll-skipped": (PollSkipped, {}),
    "finished": (Finished, {}),
    "closed": (Closed, {"proctor": _NAME, "reason": _CLOSE_REASON, "note": _NOTE}),
}
