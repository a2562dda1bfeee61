"""PNG, JPEG and GIF without what nobody sees: comments, texts, thumbnails, and where and when a picture was taken.

Owns which parts of each format stay. Nothing is decoded or encoded again: the picture's own bytes are copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn

from exam_packages.qti.reading import refuse

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_PICTURE_CHUNKS: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"}
)


def delivered_png(untrusted: bytes, path: str) -> bytes:
    """A PNG (Third Edition, §5.3: length, type, data, CRC) with the chunks that make the picture.

    Raises:
        SourceRefused: it is damaged.
    """
    kept, at, name = [untrusted[:8]], 8, b""
    while name != b"IEND":
        length = int.from_bytes(untrusted[at : at + 4], "big")
        name = untrusted[at + 4 : at + 8]
        end = at + 12 + length
        if not untrusted.startswith(_PNG_SIGNATURE) or len(name) != 4 or end > len(untrusted):
            _damaged("PNG", path)
        if name in _PNG_PICTURE_CHUNKS:
            kept.append(untrusted[at:end])
        at = end
    return b"".join(kept)


def _damaged(kind: str, path: str) -> NoReturn:
    refuse(path, "picture-kind", f"is a damaged {kind}", "Save it again")


# -- JPEG (ITU-T T.81, annex B) ---------------------------------------------------------------------------------------

_SOI, _EOI, _SOS, _COM, _TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_RESTARTS: Final = range(0xD0, 0xD8)
_JFIF_WITHOUT_THUMBNAIL: Final = 12  # identifier, version, density; two bytes of size and the thumbnail follow
_ORIENTATION: Final = 0x0112  # TIFF 6.0
_UPRIGHT: Final = 1
_MAX_TAGS: Final = 1000


def delivered_jpeg(untrusted: bytes, path: str) -> bytes:
    """A JPEG with its tables, scans, density, colour profile and colour transform.

    Raises:
        SourceRefused: it is damaged, or a tag turns it: without the tag it would lie on its side.
    """
    kept = [b"\xff\xd8"]
    for marker, content in _segments(untrusted, path):
        if marker == _APP1 and _turned(content):
            refuse(path, "picture-turned", "is turned by a tag that is not delivered", "Save it upright")
        part = _delivered_segment(marker, content)
        if part:
            kept.append(part)
    return b"".join([*kept, b"\xff\xd9"])


def frame_size(untrusted: bytes, path: str) -> tuple[float, float] | None:
    """Width and height that a JPEG's frame header says (B.2.2), or None where there is none.

    Raises:
        SourceRefused: it is damaged.
    """
    for marker, content in _segments(untrusted, path):
        if marker in _FRAMES and len(content) >= 7:
            return float(int.from_bytes(content[5:7], "big")), float(int.from_bytes(content[3:5], "big"))
    return None


def _segments(untrusted: bytes, path: str) -> Iterator[tuple[int, bytes]]:
    """Marker and what follows it up to the next; for a scan that is header and compressed data."""
    at = 2
    while True:
        while untrusted[at : at + 2] == b"\xff\xff":
            at += 1  # fill bytes (B.1.1.2)
        if len(untrusted) < at + 2 or untrusted[at] != 0xFF:
            _damaged("JPEG", path)
        marker = untrusted[at + 1]
        if marker == _EOI:
            return
        length = int.from_bytes(untrusted[at + 2 : at + 4], "big")
        end = at + 2 + length
        if marker in {_SOI, _TEM, 0x00, *_RESTARTS} or length < 2 or end > len(untrusted):
            _damaged("JPEG", path)
        if marker == _SOS:
            end = _scan_end(untrusted, end, path)
        yield marker, untrusted[at + 2 : end]
        at = end


def _scan_end(untrusted: bytes, at: int, path: str) -> int:
    while True:
        at = untrusted.find(b"\xff", at)
        if at < 0 or at + 1 >= len(untrusted):
            _damaged("JPEG", path)
        if untrusted[at + 1] != 0x00 and untrusted[at + 1] not in _RESTARTS:
            return at
        at += 2


def _delivered_segment(marker: int, content: bytes) -> bytes:
    if marker == _APP0:
        if content[2:7] != b"JFIF\x00":
            return b""
        inner = content[2 : 2 + _JFIF_WITHOUT_THUMBNAIL] + b"\x00\x00"
        return b"\xff\xe0" + (len(inner) + 2).to_bytes(2, "big") + inner
    profile = marker == _APP2 and content[2:14] == b"ICC_PROFILE\x00"
    transform = marker == _APP14 and content[2:7] == b"Adobe"
    if marker == _COM or (_APP0 <= marker <= _APP15 and not profile and not transform):
        return b""
    return bytes([0xFF, marker]) + content


def _turned(content: bytes) -> bool:
    """Whether the first directory of Exif (a TIFF header after six bytes) holds an orientation other than upright."""
    tiff = content[8:]
    if content[2:8] != b"Exif\x00\x00" or tiff[:2] not in {b"II", b"MM"}:
        return False
    little = tiff[:2] == b"II"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if little else "big")

    start = number(4, 4)
    for index in range(min(number(start, 2), _MAX_TAGS)):
        entry = start + 2 + 12 * index
        if number(entry, 2) == _ORIENTATION:
            return number(entry + 8, 2) not in {0, _UPRIGHT}
    return False


# -- GIF (89a) --------------------------------------------------------------------------------------------------------

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPING: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def delivered_gif(untrusted: bytes, path: str) -> bytes:
    """A GIF with its images, colours, timing and looping.

    Raises:
        SourceRefused: it is damaged.
    """
    at = 13 + _table_length(untrusted[10] if len(untrusted) > 12 else 0)
    kept = [untrusted[:at]]
    while True:
        if at >= len(untrusted):
            _damaged("GIF", path)
        block = untrusted[at]
        if block == _TRAILER:
            return b"".join([*kept, b";"])
        if block == _EXTENSION:
            end = _blocks_end(untrusted, at + 2, path)
            keeps = _keeps_extension(untrusted[at:end])
        elif block == _IMAGE and at + 9 < len(untrusted):
            end = _blocks_end(untrusted, at + 11 + _table_length(untrusted[at + 9]), path)
            keeps = True
        else:
            _damaged("GIF", path)
        if keeps:
            kept.append(untrusted[at:end])
        at = end


def _table_length(packed: int) -> int:
    """Bytes of the colour table that a packed field announces."""
    return 3 * 2 ** ((packed & 0x07) + 1) if packed & 0x80 else 0


def _blocks_end(untrusted: bytes, at: int, path: str) -> int:
    while at < len(untrusted) and untrusted[at]:
        at += 1 + untrusted[at]
    if at >= len(untrusted):
        _damaged("GIF", path)
    return at + 1


def _keeps_extension(extension: bytes) -> bool:
    return extension[1] == _CONTROL or (extension[1] == _APPLICATION and extension[3:14] in _LOOPING)
