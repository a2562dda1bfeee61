from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.qti.pictures import MEDIA_TYPES
from exam_packages.qti.sizes import natural_size

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}/>'
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x0b\x08" + struct.pack(">HH", 30, 40) + b"\x01\x01\x11\x00\xff\xd9"


@pytest.mark.parametrize(
    ("path", "content", "size"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", 300, 200), (300, 200)),
        ("a.GIF", b"GIF89a" + struct.pack("<HH", 7, 5), (7, 5)),
        ("a.jpg", JPEG, (40, 30)),
        ("a.jpeg", b"\xff\xd8\xff\xd9", None),
        ("a.jpg", b"\xff\xd8", None),
        ("a.png", b"", None),
        ("a.svg", SVG.format('width="20" height="10px"').encode(), (20, 10)),
        ("a.svg", SVG.format('viewBox="0,0 8 4"').encode(), (8, 4)),
        ("a.svg", SVG.format('viewBox="0 0 8 4" width="16"').encode(), (16, 8)),
        ("a.svg", SVG.format('viewBox="0 0 8 4" height="16"').encode(), (32, 16)),
        ("a.svg", SVG.format('viewBox="0 0 8 4" width="100%"').encode(), (8, 4)),
        ("a.svg", SVG.format('viewBox="0 0 8 x"').encode(), None),
        ("a.svg", SVG.format("").encode(), None),
        ("a.svg", b"<svg", None),
        ("a.txt", b"", None),
    ],
)
def test_sizes(path: str, content: bytes, size: tuple[float, float] | None) -> None:
    assert natural_size(content, path) == size


@given(
    content=st.binary(max_size=200),
    ending=st.sampled_from(sorted(MEDIA_TYPES)),
    magic=st.sampled_from((b"", b"\xff\xd8")),
)
def test_any_bytes_have_a_size_or_none(content: bytes, ending: str, magic: bytes) -> None:
    size = natural_size(magic + content, f"a{ending}")
    assert size is None or min(size) > 0
