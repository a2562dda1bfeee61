"""Audio, video and captions: which kinds there are, that a file is one, and the form in which it is delivered.

Owns the formats. Nothing is decoded here: what the bytes begin with must be what the name promises.
"""

from __future__ import annotations

import posixpath
from typing import Final

from exam_packages.errors import SourceRefused
from exam_packages.qti.model import MediaKind
from exam_packages.qti.reading import finding, refuse
from exam_packages.qti.webvtt import BYTES_MAX, faults_of

MEDIA_TYPES: Final = {
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
}
"""By the end of the file's name."""
TRACK_ENDING: Final = ".vtt"
TRACK_TYPE: Final = "text/vtt"
MAX_MEDIA_BYTES: Final = 16 * 1024 * 1024  # as any other file of a package
MAX_TRACK_BYTES: Final = BYTES_MAX
_ISO_BRAND_AT: Final = 4  # ISO/IEC 14496-12: length of the first box, then its name


def media_kind(path: str) -> MediaKind | None:
    """What a file's name promises, or None for what is neither audio nor video."""
    media_type = MEDIA_TYPES.get(_ending(path))
    return None if media_type is None else MediaKind(media_type.partition("/")[0])


def file_type(path: str) -> str | None:
    """The media type that a file's name promises, or None for what is no audio, video or captions."""
    return TRACK_TYPE if _ending(path) == TRACK_ENDING else MEDIA_TYPES.get(_ending(path))


def _ending(path: str) -> str:
    return posixpath.splitext(path)[1].casefold()


def delivered_media(untrusted: bytes, path: str) -> bytes:
    """Check audio, video or captions and return what is delivered: the file as it is, captions in one encoding.

    Raises:
        SourceRefused: it is not what its name promises, or too large.
    """
    if _ending(path) == TRACK_ENDING:
        return _delivered_track(untrusted, path)
    if len(untrusted) > MAX_MEDIA_BYTES:
        refuse(path, "media-kind", f"is longer than {MAX_MEDIA_BYTES} bytes", "Make it shorter, or its quality lower")
    media_type = MEDIA_TYPES.get(_ending(path))
    if media_type is None or not _is(media_type, untrusted):
        refuse(path, "media-kind", "is not the audio or video that its name promises", "Save it in that format")
    return untrusted


def _is(media_type: str, content: bytes) -> bool:
    match media_type:
        case "audio/mpeg":  # ID3 tags first, or the sync word of a frame of layer III
            return content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2)
        case "audio/ogg" | "video/ogg":
            return content[:4] == b"OggS"
        case "audio/wav":
            return content[:4] == b"RIFF" and content[8:12] == b"WAVE"
        case "audio/mp4" | "video/mp4":
            return content[_ISO_BRAND_AT : _ISO_BRAND_AT + 4] == b"ftyp"
        case "video/webm":
            return content[:4] == b"\x1aE\xdf\xa3"  # EBML
        case _:
            return False


def _delivered_track(untrusted: bytes, path: str) -> bytes:
    """WebVTT, W3C: UTF-8, first line WEBVTT. Comments (NOTE) and names of cues stay in the office."""
    if len(untrusted) > MAX_TRACK_BYTES:
        refuse(path, "track", f"is longer than {MAX_TRACK_BYTES} bytes", "Split it")
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(path, "track", "is not UTF-8", "Save it as UTF-8")
    if "\x00" in text:
        refuse(path, "track", "is not WebVTT", "Save it as WebVTT")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults = [finding(path, "track", each.message, each.remedy, line=each.line) for each in faults_of(text)]
    if faults:
        raise SourceRefused(faults)
    blocks = [block.strip("\n") for block in text.split("\n\n")]
    kept = [block for block in blocks[1:] if block.strip() and block.split(maxsplit=1)[0] not in {"NOTE", "STYLE"}]
    return ("\n\n".join(["WEBVTT", *map(_without_name, kept)]) + "\n").encode()


def _without_name(block: str) -> str:
    """A cue without the line above its times, which names it for its author."""
    name, _, rest = block.partition("\n")
    return rest if "-->" not in name and "-->" in rest.partition("\n")[0] else block
