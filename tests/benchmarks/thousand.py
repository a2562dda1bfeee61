"""A package of a thousand items with every interaction: the samples' own items and small ones, each under many identifiers."""

from __future__ import annotations

import io
import re
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.exam_packages.qti import samples
from tests.exam_packages.qti.writing_interactions import BODIES, DECLARED, SCORED_BY_MAP
from tests.exam_packages.qti.writing_xml import MAP_RESPONSE, MATCH_CORRECT, choice, declaration, form_document, item

SAMPLE = samples.SAMPLES[0]
SECTION_ITEMS = 50
_NAMES = {"plan.png": "plan.svg", "desk.png": "desk.svg", "call.mp3": "call.wav", "audio/mpeg": "audio/wav"}
_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">'
    b'<rect width="200" height="100" fill="#dde"/><path d="M10 90 L100 10 L190 90 Z" fill="#334"/></svg>'
)


def write_thousand(folder: Path, *, items: int = 1_000) -> tuple[str, ...]:
    """Write the package.

    Args:
        folder: an empty folder, or one that is not there.
        items: how many.

    Returns:
        Paths of its QTI documents.
    """
    files = _files(items)
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tuple(path for path in files if path.endswith(".xml"))


def zipped(folder: Path, target: Path) -> Path:
    """The same as a zip file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return target


def _files(items: int) -> dict[str, bytes]:
    sample = samples.folder(SAMPLE)
    files = {
        path.relative_to(sample).as_posix(): path.read_bytes()
        for kind in ("images", "media", "stimuli")
        for path in sorted((sample / kind).iterdir())
    }
    files |= {"items/plan.svg": _PICTURE, "items/desk.svg": _PICTURE, "items/call.wav": _sound()}
    files["items/call.vtt"] = b"WEBVTT\n\n00:00.000 --> 00:00.100\nHello.\n"
    patterns = tuple(_patterns(sample))
    for number in range(items):
        files[f"items/{_name(number)}.xml"] = _renamed(patterns[number % len(patterns)], _name(number))
    files["test.xml"] = form_document(sections="".join(_sections(items)), maximum=_points(files, items))
    files["imsmanifest.xml"] = _manifest(files)
    return files


def _name(number: int) -> str:
    return f"item-{number:04}"


def _patterns(sample: Path) -> Iterator[bytes]:
    for path in sorted((sample / "items").glob("ccm-*.xml")):
        yield path.read_bytes()
    for kind in BODIES:
        yield _small(kind)


def _small(kind: str) -> bytes:
    body, declared = BODIES[kind], DECLARED[kind]
    for before, after in _NAMES.items():
        body = body.replace(before, after)
    if kind.startswith("extended text"):
        return item(declared, body, processing="").replace(
            b'normal-maximum="1"', b'normal-maximum="1" external-scored="human"'
        )
    if kind == "media":  # what is scored is the question beside it
        declared = declared.replace("RESPONSE", "PLAYS") + declaration(correct=("B",))
        body = body.replace("RESPONSE", "PLAYS") + choice()
    template = (
        SCORED_BY_MAP if kind == "select point" else MAP_RESPONSE if "<qti-mapping" in declared else MATCH_CORRECT
    )
    return item(declared, body, processing=f'<qti-response-processing template="{template}"/>')


def _renamed(document: bytes, name: str) -> bytes:
    root = re.compile(rb'(<qti-assessment-item\b[^>]*?\bidentifier=")[^"]*')
    return root.sub(rb"\g<1>" + name.encode(), document, count=1)


def _sections(items: int) -> Iterator[str]:
    for start in range(0, items, SECTION_ITEMS):
        refs = "".join(
            f'<qti-assessment-item-ref identifier="{_name(number)}" href="items/{_name(number)}.xml"/>'
            for number in range(start, min(items, start + SECTION_ITEMS))
        )
        yield f'<qti-assessment-section identifier="s{start}" title="From {start}" visible="true">{refs}</qti-assessment-section>'


def _points(files: dict[str, bytes], items: int) -> float:
    found = (re.search(rb'normal-maximum="([0-9.]+)"', files[f"items/{_name(number)}.xml"]) for number in range(items))
    return sum(float(each[1]) for each in found if each is not None)


def _manifest(files: dict[str, bytes]) -> bytes:
    kinds = {"test": "imsqti_test_xmlv3p0", "items": "imsqti_item_xmlv3p0", "stimuli": "imsqti_stimulus_xmlv3p0"}
    rows = "".join(
        f'<resource identifier="r{number}" type="{kinds[re.split("[/.]", path)[0]] if path.endswith(".xml") else "webcontent"}" '
        f'href="{path}"><file href="{path}"/></resource>'
        for number, path in enumerate(files)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="thousand">'
        f"<organizations/><resources>{rows}</resources></manifest>"
    ).encode()


def _sound() -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(1_600))
    return stream.getvalue()
