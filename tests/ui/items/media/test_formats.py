from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.window.items.media.formats import container_of


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"OggS\x00\x02", "ogg"),
        (b"fLaC\x00", "flac"),
        (b"\x00\x00\x00\x20ftypisom", "mp4"),
        (b"\x1a\x45\xdf\xa3\x01", "webm"),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"#EXTM3U\n/etc/hostname", None),
        (b"ffconcat version 1.0", None),
        (b"<?xml version='1.0'?><MPD/>", None),
        (b"", None),
    ],
)
def test_only_recordings_are_played(start: bytes, kind: str | None) -> None:
    assert container_of(start) == kind


@given(st.binary(max_size=40))
def test_any_bytes_are_some_kind_or_none(untrusted: bytes) -> None:
    assert container_of(untrusted) in {None, "wav", "mp3", "ogg", "flac", "mp4", "webm"}
