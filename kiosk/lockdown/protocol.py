"""What supervisor and window say to one another: one canonical JSON object a line, over a socket that nobody else has.

Owns the messages and their one encoding. Refuses to know sockets, and what follows from a message. Both ends read strictly: the
window runs what a candidate may have got at, and the supervisor may be another version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

from exam_packages.ids import UtcMs
from exam_packages.lockdown_log import NAME_MAX, evidence_of
from kiosk.lockdown.facts import Capability, CapabilityEntry, Concern, Preset, Probe
from kiosk.lockdown.incidents import Consequence, IncidentKind
from signing.canonical import JsonValue, decode, encode
from signing.errors import FormRefused
from signing.fields import Fields, from_base64, to_base64

VERSION: Final = 1
MESSAGE_MAX_BYTES: Final = 256 * 1024
LINES_A_MESSAGE: Final = 200
LINES_MAX_BYTES: Final = 128 * 1024  # of the lines in one message; base64 and the rest stay below the limit
_TEXT_MAX: Final = 2_000
NOT_SEEN_BY_A_WINDOW: Final = frozenset(
    {
        IncidentKind.SESSION_STARTED,
        IncidentKind.SESSION_ENDED,
        IncidentKind.CAPABILITY_MISSING,
        IncidentKind.RESTORED,
        IncidentKind.RESTORED_AFTER_CRASH,
        IncidentKind.RESTORE_FAILED,
        IncidentKind.LOG_BROKEN,
        IncidentKind.WINDOW_DIED,
        IncidentKind.WINDOW_HUNG,
        IncidentKind.WINDOW_DIED_OFTEN,
        IncidentKind.SUPERVISOR_LOST,
        IncidentKind.MACHINE_RESTARTED,
        IncidentKind.LOCK_SHOWN,
        IncidentKind.LOCK_OPENED,
        IncidentKind.CONSEQUENCE_CHANGED,
    }
)
"""What a supervisor says of itself and of its log, and reads back from there: no window may put it into its mouth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Window: I am here. The first message."""

    version: int
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Window: my interface is alive. Sent by its own timer; ``at_ms`` is its monotonic clock."""

    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionIs:
    """Window: this session runs now; empty: none does.

    Attributes:
        demanded: what its exam demands of lockdown, at least; it can only make the supervisor stricter.
    """

    session: str
    demanded: Preset = Preset.PRACTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Window: I noticed something that only I can see."""

    kind: IncidentKind
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Window: the cover for incident ``number`` is on the screen, and everything typed before it is on disk."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """Window: incident ``number`` was cleared, by a proctor or, where the name is empty, with a tap."""

    number: int
    proctor: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWanted:
    """Window: give me the log of this session, to be sealed."""

    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Supervisor: how this machine is locked down. Its first message, and again when it changes.

    Attributes:
        table: a row for every concern.
        backend: name of what does it, for people.
        proctor_needed: why the window may not go on by itself (a reboot, too many deaths); None where it may.
    """

    preset: Preset
    backend: str
    table: tuple[CapabilityEntry, ...]
    proctor_needed: IncidentKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Supervisor: this happened, it is written down, and this follows."""

    number: int
    kind: IncidentKind
    consequence: Consequence
    wall: UtcMs
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLines:
    """Supervisor: lines of a session's log, in order; ``last`` with the final ones."""

    session: str
    lines: tuple[bytes, ...]
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Supervisor: close yourself; nothing is lost by it."""


FromWindow: TypeAlias = Hello | Beat | SessionIs | Observed | Covered | Cleared | LogWanted
FromSupervisor: TypeAlias = State | Raised | LogLines | Stop


def encode_message(message: FromWindow | FromSupervisor) -> bytes:
    """Return a message's one byte form, with its line feed."""
    return encode(_body(message)) + b"\n"


def log_messages(session: str, lines: Sequence[bytes]) -> Iterator[LogLines]:
    """Yield a session's log in messages that are not too long; at least one."""
    some: list[bytes] = []
    size = 0
    for line in lines:
        if some and (len(some) == LINES_A_MESSAGE or size + len(line) > LINES_MAX_BYTES):
            yield LogLines(session=session, lines=tuple(some), last=False)
            some, size = [], 0
        some.append(line)
        size += len(line)
    yield LogLines(session=session, lines=tuple(some), last=True)


def read_from_window(untrusted: bytes) -> FromWindow:
    """Read a line that a window sent, without its line feed.

    Raises:
        FormRefused: not the one encoding of a message of a window.
    """
    fields = _opened(untrusted, "window")
    message = _window_message(fields)
    fields.close()
    return message


def read_from_supervisor(untrusted: bytes) -> FromSupervisor:
    """Read a line that a supervisor sent, without its line feed.

    Raises:
        FormRefused: not the one encoding of a message of a supervisor.
    """
    fields = _opened(untrusted, "supervisor")
    message = _supervisor_message(fields)
    fields.close()
    return message


def _opened(untrusted: bytes, place: str) -> Fields:
    return Fields(decode(untrusted, place=place, max_bytes=MESSAGE_MAX_BYTES), place)


def _body(message: FromWindow | FromSupervisor) -> dict[str, JsonValue]:
    match message:
        case Hello():
            return {"pid": message.pid, "say": "hello", "version": message.version}
        case Beat():
            return {"at": message.at_ms, "say": "beat"}
        case SessionIs():
            return {"demanded": message.demanded.value, "say": "session-is", "session": message.session}
        case Observed():
            return {"evidence": dict(message.evidence), "kind": message.kind.value, "say": "observed"}
        case Covered():
            return {"number": message.number, "say": "covered"}
        case Cleared():
            return {"note": message.note, "number": message.number, "proctor": message.proctor, "say": "cleared"}
        case LogWanted():
            return {"say": "log-wanted", "session": message.session}
        case _:
            return _supervisor_body(message)


def _supervisor_body(message: FromSupervisor) -> dict[str, JsonValue]:
    match message:
        case State():
            body: dict[str, JsonValue] = {
                "backend": message.backend,
                "preset": message.preset.value,
                "say": "state",
                "table": [_entry_body(entry) for entry in message.table],
            }
            if message.proctor_needed is not None:
                body["proctor_needed"] = message.proctor_needed.value
            return body
        case Raised():
            return {
                "consequence": message.consequence.value,
                "evidence": dict(message.evidence),
                "kind": message.kind.value,
                "number": message.number,
                "say": "raised",
                "wall": message.wall,
            }
        case LogLines():
            lines: list[JsonValue] = [to_base64(line) for line in message.lines]
            return {"last": message.last, "lines": lines, "say": "log-lines", "session": message.session}
        case Stop():
            return {"say": "stop"}
        case _:
            assert_never(message)


def _window_message(fields: Fields) -> FromWindow:
    match fields.text("say", max_length=NAME_MAX):
        case "hello":
            return Hello(version=fields.integer("version"), pid=fields.integer("pid"))
        case "beat":
            return Beat(at_ms=fields.integer("at"))
        case "session-is":
            return SessionIs(session=_session(fields), demanded=fields.choice("demanded", Preset))
        case "observed":
            kind = fields.choice("kind", IncidentKind)
            if kind in NOT_SEEN_BY_A_WINDOW:
                raise FormRefused(f"a window cannot see {kind.value}", place=fields.place)
            return Observed(kind=kind, evidence=evidence_of(fields.object("evidence")))
        case "covered":
            return Covered(number=fields.integer("number"))
        case "cleared":
            return Cleared(
                number=fields.integer("number"),
                proctor=fields.text("proctor", min_length=0, max_length=256),
                note=fields.text("note", min_length=0, max_length=_TEXT_MAX),
            )
        case "log-wanted":
            return LogWanted(session=_session(fields))
        case other:
            raise FormRefused(f"says something unknown: {other}", place=fields.place)


def _supervisor_message(fields: Fields) -> FromSupervisor:
    match fields.text("say", max_length=NAME_MAX):
        case "state":
            return State(
                preset=fields.choice("preset", Preset),
                backend=fields.text("backend", max_length=NAME_MAX),
                table=tuple(_entry(member) for member in fields.objects("table", max_items=len(Concern))),
                proctor_needed=fields.choice("proctor_needed", IncidentKind) if fields.has("proctor_needed") else None,
            )
        case "raised":
            return Raised(
                number=fields.integer("number"),
                kind=fields.choice("kind", IncidentKind),
                consequence=fields.choice("consequence", Consequence),
                wall=UtcMs(fields.integer("wall")),
                evidence=evidence_of(fields.object("evidence")),
            )
        case "log-lines":
            place = f"{fields.place}.lines"
            return LogLines(
                session=_session(fields),
                lines=tuple(from_base64(text, place=place) for text in _base64_lines(fields)),
                last=fields.flag("last"),
            )
        case "stop":
            return Stop()
        case other:
            raise FormRefused(f"says something unknown: {other}", place=fields.place)


def _base64_lines(fields: Fields) -> tuple[str, ...]:
    return fields.texts("lines", max_items=LINES_A_MESSAGE, max_length=MESSAGE_MAX_BYTES)


def _session(fields: Fields) -> str:
    return fields.text("session", min_length=0, max_length=NAME_MAX)


def _entry_body(entry: CapabilityEntry) -> JsonValue:
    probe = entry.probe
    return {
        "by": entry.by,
        "capability": probe.capability.value,
        "concern": entry.concern.value,
        "reason": probe.reason,
        "remedy": probe.remedy,
    }


def _entry(fields: Fields) -> CapabilityEntry:
    entry = CapabilityEntry(
        concern=fields.choice("concern", Concern),
        by=fields.text("by", min_length=0, max_length=100),
        probe=Probe(
            capability=fields.choice("capability", Capability),
            reason=fields.text("reason", min_length=0, max_length=_TEXT_MAX),
            remedy=fields.text("remedy", min_length=0, max_length=_TEXT_MAX),
        ),
    )
    fields.close()
    return entry
