"""Small files that want to become large: what refuses each, and how much memory the whole row of them takes."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from exam_packages.qti.pictures import delivered_picture
from tests.exam_packages.hostile.bombs import BOMBS, jpeg, svg

MOST_KIB: Final = 256 * 1024
MOST_SECONDS: Final = 240  # all of them together; alone on a machine they take three
SAYS: Final = {
    "a header of empty lists": "holds more than 400000 values",
    "a header of noughts": "holds more than 400000 values",
    "a header of one text": "is not an object",
    "a header of one number": "an integer is out of range",
    "a header of lists inside one another": "holds more than 400000 values",
    "a payload of eight MiB in base64": "manifest.signatures: holds no signature",
    "a release of empty objects": "release: holds more than 400000 values",
    "a result of noughts": "result: does not begin like a result bundle",
    "a zip file of 64 MiB of noughts": "more than 200 times its size",
    "a zip file that says another length": "cannot be unpacked",
    "a zip file whose members overlap": "1.xml: cannot be unpacked",
    "a zip file of 65,535 names": "holds more than 10000 files",
    "a billion laughs": "has a document type declaration",
    "an entity of a file": "has a document type declaration",
    "elements inside one another": "is not well-formed XML",
    "a million elements": "has more than 50000 elements",
    "an attribute of five MiB": "is longer than",
    "two roots, each with an attribute of a MiB": "is not well-formed XML",
    "a hundred thousand attributes": "attributes",
    "a name of three MiB": "items/a.xml",
    "another file included": "includes another file",
    "a PNG of 100,000 by 100,000 pixels": "has 100000 by 100000 pixels",
    "a JPEG of 65,535 by 65,535 pixels": "has 65535 by 65535 pixels",
    "a GIF of 65,535 by 65,535 pixels": "has 65535 by 65535 pixels",
    "an SVG that shows itself ten times, ten deep": "draws more than 50000 elements",
    "an SVG that is clipped ten times, ten deep": "draws more than 50000 elements",
    "an SVG that goes round in a circle": "more than 16 deep",
    "an SVG with a billion laughs": "declarations of its own",
    "an SVG with a picture of another place": "is not among the SVG elements",
}


@cache
def dropped() -> dict[str, tuple[str, int]]:
    """What became of each, in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.exam_packages.hostile.bombs"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=True,
    )
    lines = (line.split("\t") for line in run.stdout.splitlines())
    return {name: (said, int(peak)) for name, said, peak in lines}


@pytest.mark.parametrize("name", BOMBS)
def test_refused_in_bounded_memory(name: str) -> None:
    said, peak_kib = dropped()[name]
    assert said != "accepted"
    assert SAYS[name] in said
    assert peak_kib <= MOST_KIB


def test_what_is_small_is_no_bomb() -> None:
    delivered_picture(jpeg(800, 600), "media/a.jpg")
    delivered_picture(svg('<g id="a"><rect width="1" height="1"/></g><use href="#a"/>'), "media/a.svg")
