"""The lockdown log of one sitting: lines that name the line before, as a supervisor writes them and an office reads them.

Owns the encoding of a line and the chain. Refuses to know what kinds of incidents there are (a later version may know more),
where a log lies, and who writes it.

A line is canonical JSON; ``previous`` is ``h`` of the line before, with ``h_n = SHA-256(0x00 ‖ n as 8 bytes ‖ h_{n-1} ‖ line)``
as in a journal, and 32 zero bytes before the first. Whoever has the last value has the whole log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from exam_packages.chain import CHAIN_START, link
from exam_packages.ids import Digest, UtcMs
from signing.canonical import JsonValue, decode, encode
from signing.errors import ContentRefused, FormRefused
from signing.fields import Fields

LINE_MAX_BYTES: Final = 64 * 1024  # more than the longest evidence takes, every character escaped
EVIDENCE_MAX: Final = 16
EVIDENCE_TEXT_MAX: Final = 500
NAME_MAX: Final = 64


class Followed(Enum):
    """What followed from an incident."""

    NOTE = "note"
    WARN = "warn"
    PAUSE = "pause"
    LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockdownLine:
    """One incident of a sitting.

    Attributes:
        n: its number, from 0.
        kind: what happened, by its stable name.
        followed: what followed from it.
        wall: what the wall clock said.
        since_boot_ms: milliseconds since the machine started, time asleep counted.
        evidence: what was kept of it.
        previous: the chain's value before it.
    """

    n: int
    kind: str
    followed: Followed
    wall: UtcMs
    since_boot_ms: int
    evidence: Mapping[str, str] = field(default_factory=dict)
    previous: Digest


START: Final = Digest(CHAIN_START.hex())
"""``previous`` of the first line."""


def encode_line(line: LockdownLine) -> bytes:
    """Return a line's one byte form, without a line feed."""
    evidence: dict[str, JsonValue] = dict(line.evidence)
    return encode(
        {
            "evidence": evidence,
            "followed": line.followed.value,
            "kind": line.kind,
            "n": line.n,
            "previous": line.previous,
            "since_boot": line.since_boot_ms,
            "wall": line.wall,
        }
    )


def decode_line(untrusted: bytes, *, place: str) -> LockdownLine:
    """Read one line.

    Raises:
        FormRefused: not the one encoding of a line.
    """
    value = decode(untrusted, place=place, max_bytes=LINE_MAX_BYTES)
    fields = Fields(value, place)
    line = LockdownLine(
        n=fields.integer("n"),
        kind=fields.text("kind", max_length=NAME_MAX),
        followed=fields.choice("followed", Followed),
        wall=UtcMs(fields.integer("wall")),
        since_boot_ms=fields.integer("since_boot"),
        evidence=evidence_of(fields.object("evidence")),
        previous=Digest(fields.digest("previous")),
    )
    fields.close()
    return line


def evidence_of(fields: Fields) -> dict[str, str]:
    """Read a small object of texts, and close it.

    Raises:
        FormRefused: too many, too long, or something that is no text.
    """
    names = fields.names()
    if len(names) > EVIDENCE_MAX or any(len(name) > NAME_MAX for name in names):
        raise FormRefused(
            f"has more than {EVIDENCE_MAX} members, or a name of over {NAME_MAX} characters", place=fields.place
        )
    evidence = {name: fields.text(name, min_length=0, max_length=EVIDENCE_TEXT_MAX) for name in names}
    fields.close()
    return evidence


def after(n: int, previous: Digest, line: bytes) -> Digest:
    """Return the chain's value after a line."""
    return Digest(link(n, bytes.fromhex(previous), line).hex())


def read_log(untrusted: Iterable[bytes], *, place: str) -> tuple[Sequence[LockdownLine], Digest]:
    """Read a whole log: its lines, and the chain's value after the last.

    Raises:
        FormRefused: a line is not the one encoding of a line.
        ContentRefused: a line is missing, twice, in another place, or altered.
    """
    lines: list[LockdownLine] = []
    head = START
    for n, data in enumerate(untrusted):
        line = decode_line(data, place=f"{place}, line {n}")
        if line.n != n or line.previous != head:
            raise ContentRefused("does not follow from the line before", place=f"{place}, line {n}")
        lines.append(line)
        head = after(n, head, data)
    return tuple(lines), head
