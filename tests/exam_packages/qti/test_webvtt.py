from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.qti.media import delivered_media
from exam_packages.qti.webvtt import (
    BYTES_MAX,
    CUE_CHARACTERS_MAX,
    CUES_MAX,
    CaptionsError,
    Cue,
    cues_of,
    faults_of,
    transcript,
    words_at,
)

CALL = b"""\xef\xbb\xbfWEBVTT a call

NOTE nobody reads this --> not even here

STYLE
::cue { color: red }

opening
00:01.000 --> 00:04.500 align:start position:10%
<v Agent>Good morning, <b>how</b> can I help?
I am &lt;listening&gt; &amp; writing.

00:04.500 --> 00:06.000
Good morning.

00:07.000 --> 00:06.000
Ends before it begins.

1:00:00.000 --> 1:00:01.000
An hour has two digits.

01:00:00.000 --> 01:00:01.000
An hour later.
"""


def test_cues_are_plain_words_by_time() -> None:
    assert cues_of(CALL) == (
        Cue(start_ms=1000, end_ms=4500, text="Good morning, how can I help?\nI am <listening> & writing."),
        Cue(start_ms=4500, end_ms=6000, text="Good morning."),
        Cue(start_ms=3_600_000, end_ms=3_601_000, text="An hour later."),
    )


@pytest.mark.parametrize(
    ("at_ms", "words"), [(999, ""), (4499, "Good morning, how"), (4500, "Good morning."), (6000, "")]
)
def test_what_is_said_at_a_time(at_ms: int, words: str) -> None:
    assert words_at(cues_of(CALL), at_ms).startswith(words)
    assert bool(words_at(cues_of(CALL), at_ms)) is bool(words)


def test_the_transcript_says_everything_once() -> None:
    twice = (*cues_of(CALL)[1:2], *cues_of(CALL)[1:2], *cues_of(CALL)[2:])
    assert transcript(twice) == "Good morning.\nAn hour later."


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_in_any_way(end: str) -> None:
    text = f"WEBVTT{end}{end}00:00.000 --> 00:01.000{end}Yes{end}"
    assert [cue.text for cue in cues_of(text.encode())] == ["Yes"]


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"WEBVTTX\n\n",
        b"1\n00:00:00,000 --> 00:00:01,000\nSRT",
        b"WEBVTT\n\n" + b" " * BYTES_MAX,
        b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\nx\n\n" * (CUES_MAX + 1),
    ],
)
def test_these_are_refused(untrusted: bytes) -> None:
    with pytest.raises(CaptionsError):
        cues_of(untrusted)


@given(st.binary(max_size=300) | st.text(alphabet="<>-:. 0123456789\nab&;\0", max_size=300).map(str.encode))
def test_any_bytes_give_cues_or_are_refused(body: bytes) -> None:
    for untrusted in (body, b"WEBVTT\n\n" + body, b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + body):
        try:
            cues = cues_of(untrusted)
        except CaptionsError:
            continue
        assert all(cue.text and cue.end_ms > cue.start_ms >= 0 for cue in cues)
        assert all(len(cue.text) <= CUE_CHARACTERS_MAX for cue in cues)
        assert list(cues) == sorted(cues, key=lambda cue: cue.start_ms)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("WEBVTTX\n\n", 1, "does not begin"),
        ("1\n00:00:00,000 --> 00:00:01,000\nSRT\n", 1, "does not begin"),
        ("WEBVTT\n00:00.000 --> 00:01.000\nGood morning.\n", 2, "without an empty line"),
        ("WEBVTT\n\n00:00:00,000 --> 00:00:01,000\nSRT\n", 3, "not written 00:00.000 --> 00:00.000"),
        ("WEBVTT\n\nfirst\n0:01.000 --> 0:02.000\nShort\n", 4, "not written"),
        ("WEBVTT\n\n\n00:02.000 --> 00:01.000\nBackwards\n", 4, "ends before it begins"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nOne\n00:01.000 --> 00:02.000\nTwo\n", 5, "without an empty line"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nOne\n\nand more of it\n", 6, "words without a time"),
        (f"WEBVTT\n\n00:00.000 --> 00:01.000\n{'x' * (CUE_CHARACTERS_MAX + 1)}\n", 4, "more than 1000 characters"),
        ("WEBVTT\n\n" + "00:00.000 --> 00:01.000\nx\n\n" * (CUES_MAX + 1), 3 + 3 * CUES_MAX, "more than 5000 captions"),
    ],
)
def test_what_would_not_be_shown_is_told_by_line(text: str, line: int, message: str) -> None:
    (fault,) = faults_of(text)
    assert fault.line == line
    assert message in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT",
        "WEBVTT\n",
        "WEBVTT calls\nKind: captions\n\nNOTE a --> b\n\n \n\nREGION\nid:a\n",
        CALL.decode("utf-8-sig"),
    ],
)
def test_these_tracks_are_sound_but_for_the_times_that_are_named(text: str) -> None:
    found = [each.message for each in faults_of(text)]
    assert found == (
        ["has a caption that ends before it begins", "has a time that is not written 00:00.000 --> 00:00.000"]
        if "Ends before" in text
        else []
    )


@given(
    st.lists(
        st.sampled_from(
            ["", "NOTE x", "one", "two words", "00:00.000 --> 00:01.000", "00:09.000 --> 00:11.000 line:0", "a --> b"]
        )
    )
)
def test_a_sound_track_loses_no_words_on_its_way_to_the_seat(lines: list[str]) -> None:
    text = "\n".join(["WEBVTT", "", *lines]) + "\n"
    if list(faults_of(text)):
        return
    words = [line for line in lines if line in {"one", "two words"}]
    said = " ".join(cue.text.replace("\n", " ") for cue in cues_of(delivered_media(text.encode(), "a.vtt")))
    for place, line in enumerate(lines):
        begins = place == 0 or not lines[place - 1]
        if begins and "-->" in line and place + 1 < len(lines) and lines[place + 1] in words:
            assert lines[place + 1] in said
