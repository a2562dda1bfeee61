"""Small files that want to become large, each handed to its reader; run in a process of its own, which is measured.

Prints a line for each: name, what refused it (or "accepted"), the most memory the process has had so far in KiB.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from exam_packages.container import HEADER_MAX_BYTES, BytesSource, aligned, prefix_of
from exam_packages.errors import SourceRefused
from exam_packages.opening import check_package, open_release
from exam_packages.qti.pictures import delivered_picture
from exam_packages.qti.reading import parse
from exam_packages.qti.zip_source import ZipSource
from exam_packages.result_opening import check_result
from signing.errors import Refused
from tests.exam_packages import world

MIB: Final = 1024 * 1024


def header_of(json: bytes) -> bytes:
    """A package whose header is any JSON: nobody has to sign it for it to be parsed."""
    start = prefix_of(len(json)) + json
    return start + bytes(aligned(len(start)) - len(start))


def filled(begin: bytes, piece: bytes, end: bytes, length: int = HEADER_MAX_BYTES) -> bytes:
    return begin + piece * ((length - len(begin) - len(end)) // len(piece)) + end


def exam(json: bytes) -> Callable[[], object]:
    return lambda: check_package(BytesSource(header_of(json)), trust=world.trust())


def zipped(name: str, content: bytes, *, times: int = 1) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(f"{number}{name}", content)
    return stream.getvalue()


def overlapping() -> bytes:
    """Two names for one member's bytes: each unpacks to the whole of it."""
    data = bytearray(zipped(".xml", b"<a/>" * 1000))
    at = data.rfind(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    entry = bytes(data[at:end])
    second = entry.replace(b"0.xml", b"1.xml")
    directory = entry + second
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), at, 0)
    return bytes(data[:at]) + directory + tail


def zip_read(data: bytes) -> None:
    source = ZipSource.of_bytes(data, "a.zip")
    for path in source.paths():
        source.read(path)


def lying_zip() -> bytes:
    """Its directory says one byte, its data are a hundred MiB."""
    data = bytearray(zipped(".xml", bytes(100 * MIB)))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1)
    return bytes(data)


def xml(text: bytes) -> Callable[[], object]:
    return lambda: parse(text, "items/a.xml")


LAUGHS: Final = (
    b"<!DOCTYPE a ["
    + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(12))
    + b"]><a>&e11;</a>"
)

BOMBS: dict[str, Callable[[], object]] = {
    "a header of empty lists": exam(filled(b"[", b"[],", b"[]]")),
    "a header of noughts": exam(filled(b"[", b"0,", b"0]")),
    "a header of one text": exam(filled(b'"', b"a", b'"')),
    "a header of one number": exam(filled(b"", b"9", b"")),
    "a header of lists inside one another": exam(filled(b"", b"[", b"")),
    "a payload of eight MiB in base64": exam(filled(b'{"payload":"', b"W1tb", b'","payloadType":"x","signatures":[]}')),
    "a release of empty objects": lambda: open_release(
        filled(b"[", b"{},", b"{}]", 2 * MIB), trust=world.trust(), package=None
    ),
    "a result of noughts": lambda: check_result(bytes(64 * MIB), trust=world.trust()),
    "a zip file of 64 MiB of noughts": lambda: zip_read(zipped(".xml", bytes(16 * MIB), times=4)),
    "a zip file that says another length": lambda: zip_read(lying_zip()),
    "a zip file whose members overlap": lambda: zip_read(overlapping()),
    "a zip file of 65,535 names": lambda: zip_read(
        struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 65_535 * 60, 0, 0)
    ),
    "a billion laughs": xml(LAUGHS),
    "an entity of a file": xml(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'),
    "elements inside one another": xml(b"<a>" * 200_000 + b"</a>" * 200_000),
    "a million elements": xml(b"<a>" + b"<b/>" * 900_000 + b"</a>"),
    "an attribute of five MiB": xml(b'<a b="' + b"c" * 5 * MIB + b'"/>'),
    "two roots, each with an attribute of a MiB": xml(
        b'<a b="' + b"c" * MIB + b'"/>' + b'<a b="' + b"c" * MIB + b'"/>'
    ),
    "a hundred thousand attributes": xml(b"<a " + b" ".join(b'b%d=""' % n for n in range(100_000)) + b"/>"),
    "a name of three MiB": xml(b"<" + b"a" * 3 * MIB + b"/>"),
    "another file included": xml(b'<a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="/etc/passwd"/></a>'),
}


def png(width: int, height: int) -> bytes:
    """A picture of one colour: a few bytes, whatever its size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


def svg(content: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{content}</svg>'.encode()


def picture(data: bytes, ending: str) -> Callable[[], object]:
    return lambda: delivered_picture(data, f"media/a.{ending}")


NESTED_USE: Final = '<rect id="n0" width="1" height="1"/>' + "".join(
    f'<g id="n{n}">' + f'<use href="#n{n - 1}"/>' * 10 + "</g>" for n in range(1, 11)
)
NESTED_CLIP: Final = "".join(
    f'<clipPath id="c{n}">' + f'<rect width="1" height="1" clip-path="url(#c{n - 1})"/>' * 10 + "</clipPath>"
    for n in range(11)
)

BOMBS |= {
    "a PNG of 100,000 by 100,000 pixels": picture(png(100_000, 100_000), "png"),
    "a JPEG of 65,535 by 65,535 pixels": picture(jpeg(65_535, 65_535), "jpg"),
    "a GIF of 65,535 by 65,535 pixels": picture(gif(65_535, 65_535), "gif"),
    "an SVG that shows itself ten times, ten deep": picture(svg(NESTED_USE), "svg"),
    "an SVG that is clipped ten times, ten deep": picture(svg(NESTED_CLIP), "svg"),
    "an SVG that goes round in a circle": picture(
        svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "svg"
    ),
    "an SVG with a billion laughs": picture(LAUGHS.replace(b"<a>", b"<svg>"), "svg"),
    "an SVG with a picture of another place": picture(svg('<image href="file:///etc/passwd"/>'), "svg"),
}


def peak_kib() -> int:
    """The most memory this program has had; ``ru_maxrss`` would also count what the process was before it became this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.split("VmHWM:")[1].split()[0])


def main() -> None:
    for name, drop in BOMBS.items():
        try:
            drop()
            said = "accepted"
        except (Refused, SourceRefused) as refused:
            said = str(refused).replace("\n", " ")[:160]
        sys.stdout.write(f"{name}\t{said}\t{peak_kib()}\n")


if __name__ == "__main__":
    main()
