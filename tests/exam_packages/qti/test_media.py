"""Files that content shows or plays: recognised by what they begin with, delivered without what nobody sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import SourceRefused
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.files import delivered_file, file_type
from exam_packages.qti.package import read_package
from tests.exam_packages.qti.writing_xml import choice, item, manifest, package

VTT = (
    b"\xef\xbb\xbfWEBVTT - planted\r\n\r\nNOTE planted\r\n\r\nSTYLE\r\nplanted\r\n\r\n"
    b"planted\r\n00:00.000 --> 00:02.000\r\nHello\r\n"
)
BEGINNINGS = {
    "a.mp3": b"ID3\x04",
    "b.mp3": b"\xff\xfb\x90\x00",
    "a.ogg": b"OggS",
    "a.wav": b"RIFF\x00\x00\x00\x00WAVE",
    "a.m4a": b"\x00\x00\x00\x20ftypM4A ",
    "a.mp4": b"\x00\x00\x00\x20ftypisom",
    "a.webm": b"\x1a\x45\xdf\xa3",
    "a.ogv": b"OggS",
}


@pytest.mark.parametrize(("path", "content"), BEGINNINGS.items())
def test_media(path: str, content: bytes) -> None:
    assert delivered_file(content, path) == content
    assert str(file_type(path)).startswith(("audio/", "video/"))


@pytest.mark.parametrize("path", BEGINNINGS)
def test_what_is_something_else(path: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_file(b"GIF89a", path)
    assert refusal.value.findings[0].rule == "media-kind"


def test_a_medium_has_a_limit() -> None:
    with pytest.raises(SourceRefused):
        delivered_file(b"OggS" + bytes(16 * 1024 * 1024), "a.ogg")


def test_captions_lose_what_nobody_reads() -> None:
    assert delivered_file(VTT, "a.vtt") == b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
    assert delivered_file(delivered_file(VTT, "a.vtt"), "a.vtt") == delivered_file(VTT, "a.vtt")


@pytest.mark.parametrize(
    "content", [b"", b"1\n00:00 --> 00:01\nx", b"WEBVTT\xff", b"WEBVTT\x00", bytes(2 * 1024 * 1024)]
)
def test_no_captions(content: bytes) -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_file(content, "a.vtt")
    assert refusal.value.findings[0].rule == "track"


def test_captions_that_would_not_be_shown_are_refused_by_line() -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_file(b"WEBVTT\n\n0:00 --> 0:01\nOne\n\nTwo\n", "media/a.vtt")
    assert [(each.file, each.line, each.rule) for each in refusal.value.findings] == [
        ("media/a.vtt", 3, "track"),
        ("media/a.vtt", 6, "track"),
    ]


def test_a_package_delivers_what_it_plays() -> None:
    body = '<audio aria-label="A call" src="../media/a.ogg"><track src="../media/a.vtt" kind="captions"/></audio>'
    origin = package(
        imsmanifest_xml=manifest({"test.xml": (), "items/q1.xml": ("media/a.ogg", "media/a.vtt", "media/b.ogg")}),
        items__q1_xml=item(body=body + choice()),
        media__a_ogg=b"OggS",
        media__b_ogg=b"planted",
        media__a_vtt=VTT,
    )
    assert read_package(origin).resources == {"media/a.ogg": "audio/ogg", "media/a.vtt": "text/vtt"}
    delivered = delivery_documents(origin)
    assert delivered["media/a.ogg"] == b"OggS"
    assert "media/b.ogg" not in delivered


# -- JPEG and GIF -----------------------------------------------------------------------------------------------------


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def exif(orientation: int, order: str = "big") -> bytes:
    little = order == "little"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little" if little else "big")

    entry = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + bytes(2)
    return (
        b"Exif\x00\x00" + (b"II" if little else b"MM") + number(42, 2) + number(8, 4) + number(1, 2) + entry + bytes(4)
    )


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
TABLES = segment(0xDB, bytes(65)) + segment(0xC0, bytes(9))
JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00")


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + b"\xff\xd9"


def test_jpeg_loses_what_nobody_sees() -> None:
    thumbnail = segment(0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01abc")
    profile = segment(0xE2, b"ICC_PROFILE\x00\x01\x01x")
    adobe = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01")
    planted = [segment(0xE1, exif(1)), segment(0xED, b"planted"), segment(0xFE, b"planted"), segment(0xE2, b"planted")]
    full = jpeg(thumbnail, *planted, profile, adobe, b"\xff" + TABLES, SCAN, SCAN) + b"planted"
    assert delivered_file(full, "a.jpg") == jpeg(JFIF, profile, adobe, TABLES, SCAN, SCAN)


@pytest.mark.parametrize("order", ["big", "little"])
def test_a_turned_jpeg_is_refused(order: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        delivered_file(jpeg(segment(0xE1, exif(6, order)), TABLES, SCAN), "a.jpeg")
    assert refusal.value.findings[0].rule == "picture-turned"


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", jpeg(TABLES)[:-2], jpeg(SCAN)[:-2], b"\xff\xd8\xff\xe0\xff\xff", jpeg(b"\xff\xd0")]
)
def test_a_damaged_jpeg(content: bytes) -> None:
    with pytest.raises(SourceRefused):
        delivered_file(content, "a.jpg")


def gif(*blocks: bytes) -> bytes:
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(6) + b"".join(blocks) + b";"


CONTROL = b"\x21\xf9\x04\x00\x00\x00\x00\x00"
LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
PIXELS = b"\x2c" + bytes(8) + b"\x80" + bytes(6) + b"\x02\x02\x4c\x01\x00"


def test_gif_loses_what_nobody_sees() -> None:
    comment, xmp = b"\x21\xfe\x07planted\x00", b"\x21\xff\x0bXMP DataXMP\x07planted\x00"
    full = gif(comment, LOOP, xmp, CONTROL, PIXELS) + b"planted"
    assert delivered_file(full, "a.gif") == gif(LOOP, CONTROL, PIXELS)


@pytest.mark.parametrize("content", [b"GIF89a", gif(PIXELS)[:-3], gif()[:-1], gif(b"\x00"), gif(b"\x2c")])
def test_a_damaged_gif(content: bytes) -> None:
    with pytest.raises(SourceRefused):
        delivered_file(content, "a.gif")


@given(st.binary(max_size=80), st.sampled_from(["a.jpg", "a.gif", "a.vtt", "a.mp3", "a.wav", "a.mp4", "a.txt"]))
def test_any_bytes_are_a_file_or_refused(content: bytes, path: str) -> None:
    for start in (b"", b"\xff\xd8", jpeg(TABLES)[:-2], gif()[:-1], b"WEBVTT\n\n"):
        try:
            once = delivered_file(start + content, path)
        except SourceRefused:
            continue
        assert delivered_file(once, path) == once
