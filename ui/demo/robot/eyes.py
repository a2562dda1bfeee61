"""Pictures of the screen: reads the X server's framebuffer file and writes PNG.

Owns both formats as far as they are needed: XWD version 7 with 32 bits a pixel (X11/XWDFile.h), PNG with 8-bit RGB
(W3C PNG, third edition). Refuses to know what is on the picture.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

XWD_HEADER: Final = struct.Struct(">25I")
XWD_VERSION: Final = 7
XWD_COLOUR_BYTES: Final = 12
Z_PIXMAP: Final = 2
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
PNG_RGB: Final = 2
"""Colour type: truecolour without alpha."""


class NotAPictureError(Exception):
    """A file is not in the form the X server writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Rows of RGB, one byte a colour, top to bottom."""

    width_px: int
    height_px: int
    rgb: bytes


def read_xwd(raw: bytes) -> Picture:
    """Read a window dump of 32 bits a pixel, least significant byte first, as Xvfb keeps it in its ``-fbdir``.

    Raises:
        NotAPictureError: another version, depth or byte order, or cut short.
    """
    if len(raw) < XWD_HEADER.size:
        raise NotAPictureError("shorter than its header")
    fields = XWD_HEADER.unpack_from(raw)
    header_bytes, version, pixmap_format, _depth, width, height = fields[:6]
    byte_order, bits_per_pixel, row_bytes, colours = fields[7], fields[11], fields[12], fields[19]
    if (version, pixmap_format, byte_order, bits_per_pixel) != (XWD_VERSION, Z_PIXMAP, 0, 32):
        raise NotAPictureError("not a 32-bit ZPixmap of XWD version 7, least significant byte first")
    start = header_bytes + colours * XWD_COLOUR_BYTES
    if row_bytes < 4 * width or len(raw) < start + height * row_bytes:
        raise NotAPictureError("shorter than its header says")
    pixels = raw[start : start + height * row_bytes]
    if row_bytes != 4 * width:
        pixels = b"".join(pixels[row * row_bytes :][: 4 * width] for row in range(height))
    rgb = bytearray(3 * width * height)
    rgb[0::3], rgb[1::3], rgb[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]  # stored as B, G, R, unused
    return Picture(width_px=width, height_px=height, rgb=bytes(rgb))


def png_bytes(picture: Picture) -> bytes:
    """Encode a picture as PNG. Every row uses the filter "none": text compresses well without."""
    row = 3 * picture.width_px
    rows = b"".join(b"\0" + picture.rgb[y * row : (y + 1) * row] for y in range(picture.height_px))
    header = struct.pack(">IIBBBBB", picture.width_px, picture.height_px, 8, PNG_RGB, 0, 0, 0)
    return PNG_SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class Eyes:
    """Looks at one screen and keeps pictures of it in a folder."""

    def __init__(self, framebuffer: Path, folder: Path) -> None:
        self._framebuffer = framebuffer
        self._folder = folder
        self._taken = 0

    def look(self) -> Picture:
        """Return what is on the screen now."""
        return read_xwd(self._framebuffer.read_bytes())

    def keep(self, picture: Picture, name: str) -> Path:
        """Write a picture; pictures are numbered in the order of being taken."""
        self._taken += 1
        path = self._folder / f"{self._taken:02d}-{name}.png"
        path.write_bytes(png_bytes(picture))
        return path
