"""Captions in WebVTT: what is said from when to when. Pure and bounded.

Owns the reading of a track's bytes into cues of plain words (W3C WebVTT, "Parsing"): positions, styles, regions and voices
are left out, a block that is no cue is passed over; and, for the office, what a reader would pass over without a word.
Refuses to know players.
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
_NO_CUES: Final = frozenset({"NOTE", "STYLE", "REGION"})
_TAG: Final = re.compile(r"<[^<>]*>")
_HEAD: Final = re.compile(r"WEBVTT(?:[ \t\n]|$)")
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
    if not _HEAD.match(text):
        raise CaptionsError("it does not begin with WEBVTT")
    found: list[Cue] = []
    for cue in _cues(_BREAK.split(text)):
        if len(found) == CUES_MAX:
            raise CaptionsError(f"it has more than {CUES_MAX} cues")
        found.append(cue)
    return tuple(sorted(found, key=lambda cue: cue.start_ms))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFault:
    """Something that would keep words from being shown."""

    line: int
    message: str
    remedy: str


def faults_of(text: str) -> Iterator[TrackFault]:
    """What is wrong with the cues of a WebVTT file, by line; `text` has the line ends of WebVTT's own ("\\n")."""
    lines = text.split("\n")
    if not _HEAD.match(text):
        yield TrackFault(line=1, message="does not begin with WEBVTT", remedy="Save it as WebVTT")
        return
    cues = 0
    for start, block in _numbered(lines):
        first = block[0].split()[:1]
        if start == 1:
            yield from _untimely(start, block, 0)
        elif first and first[0] not in _NO_CUES:
            yield from _block_faults(start, block)
            cues += 1
        if cues > CUES_MAX:
            yield TrackFault(line=start, message=f"has more than {CUES_MAX} captions", remedy="Split it")
            return


def _numbered(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each block of lines that are not empty, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _untimely(start: int, block: list[str], at: int) -> Iterator[TrackFault]:
    """Times among the words of a caption, or in the head of the file."""
    for place, line in enumerate(block[at:], start=start + at):
        if "-->" in line:
            message = "begins a caption without an empty line before it"
            yield TrackFault(line=place, message=message, remedy="Put an empty line before it")


def _block_faults(start: int, block: list[str]) -> Iterator[TrackFault]:
    timed = [place for place, line in enumerate(block) if "-->" in line]
    if not timed or timed[0] > 1:
        message = "has words without a time, which nobody would see"
        yield TrackFault(
            line=start, message=message, remedy="Write the time before them, and no empty line in a caption"
        )
        return
    yield from _untimely(start, block, timed[0] + 1)
    at = timed[0]
    timing = _TIMING.fullmatch(block[at])
    if timing is None:
        message = "has a time that is not written 00:00.000 --> 00:00.000"
        yield TrackFault(line=start + at, message=message, remedy="Write it so; from an hour on, 00:00:00.000")
    elif _milliseconds(timing.groups()[4:]) <= _milliseconds(timing.groups()[:4]):
        yield TrackFault(
            line=start + at, message="has a caption that ends before it begins", remedy="Correct its times"
        )
    if sum(map(len, block[at + 1 :])) > CUE_CHARACTERS_MAX:
        message = f"has a caption of more than {CUE_CHARACTERS_MAX} characters"
        yield TrackFault(line=start + at + 1, message=message, remedy="Split it")


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
