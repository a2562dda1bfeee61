import contextlib
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.demo.robot.eyes import Eyes, NotAPictureError, Picture, png_bytes, read_xwd

RED, GREEN, BLUE, WHITE = b"\xff\0\0", b"\0\xff\0", b"\0\0\xff", b"\xff\xff\xff"


def xwd(picture: Picture, *, row_padding: int = 0, colours: int = 2, **changes: int) -> bytes:
    """A window dump as an X server writes it, name of the window included."""
    row_bytes = 4 * picture.width_px + row_padding
    fields = {
        "header_size": 100 + 8,
        "version": 7,
        "format": 2,
        "depth": 24,
        "width": picture.width_px,
        "height": picture.height_px,
        "xoffset": 0,
        "byte_order": 0,
        "unit": 32,
        "bit_order": 0,
        "pad": 32,
        "bits_per_pixel": 32,
        "row_bytes": row_bytes,
        "visual": 4,
        "red": 0xFF0000,
        "green": 0xFF00,
        "blue": 0xFF,
        "bits_per_rgb": 8,
        "map_entries": 256,
        "colours": colours,
        "window_width": picture.width_px,
        "window_height": picture.height_px,
        "window_x": 0,
        "window_y": 0,
        "border": 0,
    } | changes
    rows = []
    for y in range(picture.height_px):
        row = b""
        for x in range(picture.width_px):
            red, green, blue = picture.rgb[3 * (y * picture.width_px + x) :][:3]
            row += bytes((blue, green, red, 0))
        rows.append(row + b"\xee" * row_padding)
    return struct.pack(">25I", *fields.values()) + b"Xvfb\0\0\0\0" + b"\x11" * 12 * colours + b"".join(rows)


def decode_png(png: bytes) -> Picture:
    """An independent reading, for the four chunks that are written."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + data),)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colour, rest) == (8, 2, [0, 0, 0])
    rows = zlib.decompress(chunks[b"IDAT"])
    step = 3 * width + 1
    assert len(rows) == step * height
    assert all(rows[y * step] == 0 for y in range(height))
    return Picture(
        width_px=width, height_px=height, rgb=b"".join(rows[y * step + 1 : (y + 1) * step] for y in range(height))
    )


FLAG = Picture(width_px=2, height_px=2, rgb=RED + GREEN + BLUE + WHITE)


@pytest.mark.parametrize("row_padding", [0, 4, 60])
def test_colours_come_out_in_their_place(row_padding: int) -> None:
    assert read_xwd(xwd(FLAG, row_padding=row_padding)) == FLAG


def test_a_colour_map_of_any_length_is_stepped_over() -> None:
    assert read_xwd(xwd(FLAG, colours=256)) == FLAG


pictures = st.integers(1, 7).flatmap(
    lambda width: st.integers(1, 7).flatmap(
        lambda height: st.binary(min_size=3 * width * height, max_size=3 * width * height).map(
            lambda rgb: Picture(width_px=width, height_px=height, rgb=rgb)
        )
    )
)


@given(pictures)
def test_a_picture_survives_the_dump_and_the_png(picture: Picture) -> None:
    assert decode_png(png_bytes(read_xwd(xwd(picture)))) == picture


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        xwd(FLAG)[:99],
        xwd(FLAG)[:-1],
        xwd(FLAG, version=6),
        xwd(FLAG, format=1),
        xwd(FLAG, byte_order=1),
        xwd(FLAG, bits_per_pixel=16),
        xwd(FLAG, width=3),
        xwd(FLAG, height=1_000_000),
        xwd(FLAG, row_bytes=4),
    ],
)
def test_what_is_no_such_dump_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAPictureError):
        read_xwd(raw)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_picture_or_a_refusal(raw: bytes) -> None:
    with contextlib.suppress(NotAPictureError):
        read_xwd(raw)


def test_pictures_are_numbered_as_they_are_taken(tmp_path: Path) -> None:
    framebuffer = tmp_path / "screen"
    framebuffer.write_bytes(xwd(FLAG))
    eyes = Eyes(framebuffer, tmp_path)

    paths = [eyes.keep(eyes.look(), name) for name in ("idle", "unlock")]

    assert [path.name for path in paths] == ["01-idle.png", "02-unlock.png"]
    assert decode_png(paths[1].read_bytes()) == FLAG
