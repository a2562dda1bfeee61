"""Which kinds of media are handed to the player at all. Pure.

Owns the list of containers. A play list or a script is none of them: a player would open what it names.
"""

from __future__ import annotations

_MP3_SYNC = 0xE0


def container_of(untrusted: bytes) -> str | None:
    """The kind of a medium by its first bytes: ``wav``, ``mp3``, ``ogg``, ``flac``, ``mp4``, ``webm``; None for others."""
    head = untrusted[:12]
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mp4"
    for start, kind in ((b"OggS", "ogg"), (b"fLaC", "flac"), (b"\x1aE\xdf\xa3", "webm"), (b"ID3", "mp3")):
        if head.startswith(start):
            return kind
    if len(head) > 1 and head[0] == 0xFF and head[1] & _MP3_SYNC == _MP3_SYNC:
        return "mp3"
    return None
