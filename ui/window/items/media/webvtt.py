"""Captions in WebVTT: what is said from when to when. Pure and bounded.

Owns the reading of a track's bytes into cues of plain words (W3C WebVTT, "Parsing"): positions, styles, regions and voices
are left out, a block that is no cue is passed over. Refuses to know players.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

BYTES_MAX: Final = 1_000_000
CUES_MAX: Final = 5_000
"""Three hours with a cue every two seconds."""
CUE_CHARACTERS_MAX: Final = 1_000

_TIME: Final = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING: Final = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t].*)?", re.ASCII)
_TAG: Final = re.compile(r"<[^<>]*>")
_BREAK: Final = re.compile(r"\n{2,}")


class CaptionsError(ValueError):
    """The bytes are no WebVTT file, or larger than any caption file is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words with the time at which they are said, in milliseconds; lines of one cue stay lines."""

    start_ms: int
    end_ms: int
    text: str


def cues_of(untrusted: bytes) -> tuple[Cue, ...]:
    """The cues of a WebVTT file, by time.

    Raises:
        CaptionsError: it is none, or beyond the limits of this module.
    """
    if len(untrusted) > BYTES_MAX:
        raise CaptionsError(f"{len(untrusted)} bytes are more than {BYTES_MAX}")
    text = untrusted.decode("utf-8-sig", errors="replace").replace("\0", "\ufffd")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not re.match(r"WEBVTT(?:[ \t\n]|$)", text):
        raise CaptionsError("it does not begin with WEBVTT")
    found: list[Cue] = []
    for cue in _cues(_BREAK.split(text)):
        if len(found) == CUES_MAX:
            raise CaptionsError(f"it has more than {CUES_MAX} cues")
        found.append(cue)
    return tuple(sorted(found, key=lambda cue: cue.start_ms))


def words_at(cues: Iterable[Cue], at_ms: int) -> str:
    """What is said at a time; nothing between cues."""
    return "\n".join(cue.text for cue in cues if cue.start_ms <= at_ms < cue.end_ms)


def transcript(cues: Iterable[Cue]) -> str:
    """Everything that is said, a line for each cue; a cue that repeats the one before is said once."""
    lines: list[str] = []
    for cue in cues:
        line = cue.text.replace("\n", " ")
        if not lines or lines[-1] != line:
            lines.append(line)
    return "\n".join(lines)


def _cues(blocks: Iterable[str]) -> Iterator[Cue]:
    for block in blocks:
        lines = block.split("\n")
        at = next((place for place, line in enumerate(lines[:2]) if "-->" in line), None)
        timing = _TIMING.fullmatch(lines[at]) if at is not None else None
        if at is None or timing is None:
            continue
        start, end = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:])
        words = _plain("\n".join(lines[at + 1 :]))
        if words and end > start:
            yield Cue(start_ms=start, end_ms=end, text=words)


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _plain(text: str) -> str:
    """Words without marks for voices, classes and times."""
    lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:CUE_CHARACTERS_MAX]
