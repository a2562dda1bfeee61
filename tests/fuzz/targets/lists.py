"""What people write and bring to the office: lists of appointments, needs, frameworks, pictures, captions, patterns."""

from __future__ import annotations

import json
import struct
import zlib
from contextlib import suppress
from typing import Final

from exam_packages.errors import SourceRefused
from exam_packages.ids import UtcMs
from exam_packages.office.roster_list import OPTIONAL, REQUIRED, read_appointments, with_pnp
from exam_packages.opening import open_roster
from exam_packages.qti.framework import read_framework
from exam_packages.qti.media import delivered_media
from exam_packages.qti.patterns import PatternError, compile_pattern
from exam_packages.qti.pictures import delivered_picture
from exam_packages.qti.pnp import NAMESPACE, read_pnp_records
from exam_packages.qti.sizes import natural_size
from exam_packages.qti.webvtt import CaptionsError, cues_of, faults_of, transcript, words_at
from exam_packages.rosters import Roster, build_roster
from signing.canonical import encode
from signing.errors import FormRefused
from tests.exam_packages import world
from tests.fuzz.target import Target, split

_TRUST: Final = world.trust()
_PICTURES: Final = ("a.png", "a.jpg", "a.gif", "a.svg", "a.webp")
_MEDIA: Final = ("a.mp3", "a.mp4", "a.ogg", "a.webm", "a.vtt")
_TEXT: Final = "Which of these? 2026-11-22, €1,234.50 " * 3


def fuzz_roster_list(data: bytes) -> None:
    """A list of appointments; one that is read can be written as a roster, which a seat opens."""
    with suppress(FormRefused):
        appointments = read_appointments(data, place="list")
        names = [each.appointment for each in appointments]
        if appointments and len(set(names)) == len(names):
            roster = Roster(site=world.SITE, number=1, issued=UtcMs(world.NOW), appointments=appointments)
            site_key = world.content_key(world.SITE)
            file = build_roster(roster, content_key=site_key.public, signers=world.signers("rosters"))
            opened = open_roster(file, trust=_TRUST, site=world.SITE, site_key=site_key)
            assert sorted(each.appointment for each in opened.appointments) == sorted(names)


def fuzz_pnp(data: bytes) -> None:
    """Needs as PNP documents, put into a list of appointments."""
    with suppress(SourceRefused, FormRefused):
        records = read_pnp_records(data, place="needs.xml")
        with_pnp(read_appointments(_LIST, place="list"), records, place="needs.xml")


def fuzz_framework(data: bytes) -> None:
    """A competency framework; its titles come back in signed reports."""
    with suppress(SourceRefused):
        framework = read_framework(data, "framework.json")
        assert encode([framework.title, framework.version, *(title for _, title in framework.domains)])


def fuzz_pictures(data: bytes) -> None:
    """A picture, a film, a sound or captions, as they are delivered, and their size."""
    _, kind, rest = split(data)
    with suppress(SourceRefused):
        if kind % 2:
            delivered_media(rest, _MEDIA[kind // 2 % len(_MEDIA)])
        else:
            path = _PICTURES[kind // 2 % len(_PICTURES)]
            natural_size(rest, path)
            assert delivered_picture(delivered_picture(rest, path), path)


def fuzz_captions(data: bytes) -> None:
    """A WebVTT track, as a player reads it."""
    with suppress(CaptionsError):
        cues = cues_of(data)
        assert all(cue.start_ms <= cue.end_ms or words_at([cue], cue.start_ms) == "" for cue in cues)
        transcript(cues)
    tuple(faults_of(data.decode("utf-8", "replace")))


def fuzz_patterns(data: bytes) -> None:
    """A pattern of XML Schema that an author wrote, and a text that a candidate wrote."""
    pattern, _, text = data.decode("utf-8", "replace").partition("\n")
    with suppress(PatternError):
        compile_pattern(pattern).matches(text)
    with suppress(PatternError):
        compile_pattern(pattern).matches(_TEXT)


# -- seeds ------------------------------------------------------------------------------------------------------------

_ROW: Final = {
    "appointment": "a-1",
    "candidate": "c-1",
    "name": "Ana Ruiz",
    "exam": "ccm",
    "start": "2026-11-22T09:00:00+01:00",
    "date_of_birth": "1990-02-28",
    "form": "form-a",
    "extra_time_percent": "25",
    "tools": "line-reader",
    "scheme": "dark",
    "codes": "x y",
}
_LIST: Final = b"appointment,candidate,name,exam,start\na-1,c-1,Ana Ruiz,ccm,2026-11-22T09:00:00+01:00\n"


def _roster_lists() -> list[bytes]:
    columns = [*REQUIRED, *OPTIONAL]
    full = ",".join(columns) + "\n" + ",".join(_ROW.get(name, "") for name in columns) + "\n"
    return [_LIST, full.encode(), full.replace("\n", "\r\n").encode("utf-8-sig"), json.dumps([_ROW]).encode()]


def _pnp() -> list[bytes]:
    needs = (
        "<activate-at-initialization-set><additional-testing-time><time-multiplier>1.25</time-multiplier>"
        "</additional-testing-time><text-appearance><background-color>000000</background-color><colors/>"
        "<font-size>18</font-size><line-height>1.5</line-height></text-appearance><line-reader/>"
        "<magnification><all-content><zoom-amount>2.0</zoom-amount></all-content></magnification>"
        "</activate-at-initialization-set><prohibit-set><features>spell-checker</features></prohibit-set>"
    )
    one = f'<access-for-all-pnp xmlns="{NAMESPACE}">{needs}</access-for-all-pnp>'
    record = "<access-for-all-pnp-record><person-sourced-id>c-1</person-sourced-id>{}</access-for-all-pnp-record>"
    many = f'<access-for-all-pnp-records xmlns="{NAMESPACE}">{record.format(one)}</access-for-all-pnp-records>'
    return [one.encode(), many.encode()]


def _frameworks() -> list[bytes]:
    small = {
        "identifier": "f",
        "version": "1",
        "title": "T",
        "domains": [{"id": "d", "title": "D"}],
        "competencies": [{"code": "c", "domain": "d", "title": "C"}],
    }
    return [json.dumps(small).encode()]


def _png() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 2, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x10\x20")
    parts = chunk(b"IHDR", header), chunk(b"tEXt", b"a\x00b"), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pictures() -> list[bytes]:
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000201011100ffda0008010100003f0012ffd9")
    exif = bytes.fromhex("ffd8ffe1001e45786966000049492a00080000000100120103000100000003000000ffd9")
    gif = bytes.fromhex("47494638396101000100800000000000ffffff21f9040000000000")
    gif += bytes.fromhex("2c00000000010001000002024401003b")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5" width="10"><rect width="50%" height="1"/></svg>'
    webp = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
    pictures = [(0, _png()), (2, jpeg), (2, exif), (4, gif), (6, svg), (8, webp)]
    media = [(1, b"ID3\x04" + bytes(20)), (3, b"\x00\x00\x00\x18ftypmp42"), (5, b"OggS" + bytes(9)), (9, _CAPTIONS)]
    return [bytes([(kind << 4) & 0xFF]) + content for kind, content in (*pictures, *media)]


_CAPTIONS: Final = (
    b"WEBVTT\n\n1\n00:01.000 --> 00:02.500 align:start\n<v Ana>One &amp; two</v>\n\n"
    b"NOTE x\n\n00:03.000 --> 00:04.000\nThree\n"
)


def _patterns() -> list[bytes]:
    written = (
        r"[A-Z]{2,4}\d+",
        r"(a|b*)+c?",
        r"\p{Lu}\P{N}[^\-x-z]*",
        r"\i\c*[a-z-[aeiou]]",
        r".{0,200}",
        r"(a{5}){5}",
    )
    return [f"{pattern}\nABcd12".encode() for pattern in written]


_XML_TOKENS: Final = (
    b"</",
    b"/>",
    b"&#0;",
    b"<![CDATA[",
    b"<!--",
    b"<!DOCTYPE a>",
    b"1e999",
    b"NaN",
    b"-1",
    b' xmlns=""',
)

TARGETS: Final = (
    Target(
        name="roster-list",
        reads="a list of appointments as CSV or JSON, written as a roster",
        run=fuzz_roster_list,
        seeds=_roster_lists,
        tokens=(*(name.encode() for name in OPTIONAL), b'"', b"\r\n", b"9999-12-31T23:59:59Z", b"+24:00", b"yes"),
        max_bytes=2048,
    ),
    Target(name="pnp", reads="needs as PNP documents", run=fuzz_pnp, seeds=_pnp, tokens=_XML_TOKENS, max_bytes=4096),
    Target(
        name="framework",
        reads="competency frameworks",
        run=fuzz_framework,
        seeds=_frameworks,
        tokens=(b"\\ud800", b"\\u0000"),
        max_bytes=2048,
    ),
    Target(
        name="pictures",
        reads="PNG, JPEG, GIF, SVG and WebP pictures, sound and film",
        run=fuzz_pictures,
        seeds=_pictures,
        tokens=(b"IHDR", b"IEND", b"\xff\xd8", b"\xff\xda", b"\xff\xe1", b"Exif\x00\x00", b"VP8X", *_XML_TOKENS),
        max_bytes=2048,
    ),
    Target(
        name="captions",
        reads="WebVTT captions",
        run=fuzz_captions,
        seeds=lambda: [_CAPTIONS],
        tokens=(b"-->", b"\n\n", b"NOTE", b"STYLE", b"&lt;", b"<c>"),
        max_bytes=2048,
    ),
    Target(
        name="patterns",
        reads="patterns of XML Schema and the texts they are held against",
        run=fuzz_patterns,
        seeds=_patterns,
        tokens=(b"{0,", b"[^", b"-[", b"\\p{L", b"\\i", b")*", b"{99}"),
        max_bytes=400,
    ),
)
