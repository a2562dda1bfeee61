"""Files that documents carry inside them, taken out before a build."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import LintFinding, Severity, SourceRefused
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.embedded import FOLDER, EmbeddedSource, with_embedded_files
from exam_packages.qti.package import read_delivery, read_package
from exam_packages.qti.reading import Xml, parse
from exam_packages.qti.sources import MemorySource
from tests.exam_packages.qti.writing_xml import choice, item, package

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'


def address(content: bytes, kind: str = "image/png", encoded: str = ";base64") -> str:
    return f"data:{kind}{encoded},{base64.b64encode(content).decode()}"


def shown(*addresses: str) -> bytes:
    return item(body="".join(f'\n<p><img src="{each}" alt="A dot"/></p>' for each in addresses) + choice())


def taken_out(document: bytes) -> tuple[dict[str, bytes], list[Xml], tuple[LintFinding, ...]]:
    made, files, notes = with_embedded_files(document, "items/q1.xml")
    root = parse(made, "items/q1.xml")
    return dict(files), [Xml("items/q1.xml", node) for node in root.node.iter("{*}img")], notes


@pytest.mark.parametrize(
    ("written", "content", "ending"),
    [
        (address(PNG), PNG, ".png"),
        (address(PNG, "image/jpeg"), PNG, ".png"),  # the bytes say what it is
        (
            address(PNG, "").upper().replace(base64.b64encode(PNG).decode().upper(), quote(base64.b64encode(PNG))),
            PNG,
            ".png",
        ),
        (address(PNG, "image/png;name=dot.png"), PNG, ".png"),
        (f"data:image/svg+xml,{quote(SVG)}", SVG, ".svg"),
        (f"data:image/svg+xml;charset=utf-8,{quote(SVG)}", SVG, ".svg"),
        (address(b"OggS", "audio/ogg"), b"OggS", ".ogg"),
        (address(b"ID3", "audio/mp3"), b"ID3", ".mp3"),
        (address(b"WEBVTT\n", "text/vtt"), b"WEBVTT\n", ".vtt"),
    ],
)
def test_a_file_is_taken_out(written: str, content: bytes, ending: str) -> None:
    files, (picture,), (said,) = taken_out(shown(written))
    ((path, taken),) = files.items()
    assert (taken, path.startswith(f"{FOLDER}/"), path.endswith(ending)) == (content, True, True)
    assert picture.optional("src") == f"../{path}"
    assert (said.rule, said.severity, said.line, picture.line) == ("embedded", Severity.NOTE, 7, 7)


def test_one_file_is_one_however_often_it_is_shown() -> None:
    files, pictures, notes = taken_out(shown(address(PNG), address(PNG)))
    assert (len(files), len({each.optional("src") for each in pictures}), len(notes)) == (1, 1, 2)


def test_a_document_that_carries_nothing_is_given_back_as_it_is() -> None:
    document = item(body="<p>data: as a word</p>" + choice())
    assert with_embedded_files(document, "a.xml") == (document, {}, ())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("data:", "carries nothing"),
        ("data:image/png;base64,*", "not written in base64"),
        (address(b"<html/>", "text/html"), "no picture, audio, video or captions"),
        (address(b"x", "image/png"), "not image/png"),
        (address(PNG[:40]), "damaged"),
        (address(SVG.replace(b"rect", b"script"), "image/svg+xml"), "not among the SVG elements"),
    ],
)
def test_what_is_none_of_the_profile_s_files_is_refused(written: str, words: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        with_embedded_files(shown(address(PNG), written), "items/q1.xml")
    (finding,) = refusal.value.findings
    assert words in finding.message
    assert (finding.rule, finding.line, finding.element) == ("embedded", 8, "img")


def test_a_package_is_built_with_what_it_carried() -> None:
    source = EmbeddedSource(package(items__q1_xml=shown(address(PNG))))
    exam = read_package(source)
    (path,) = exam.resources
    assert exam.resources[path] == "image/png"
    assert set(source.paths()) == {*package().files, path}
    delivered = delivery_documents(source)
    assert b"data:" not in delivered["items/q1.xml"]
    assert read_delivery(MemorySource(delivered)).resources == exam.resources
    assert [each.rule for each in source.notes] == ["embedded"]


def test_a_step_that_fails_is_a_fault_where_one_looks_on() -> None:
    broken = package(items__q1_xml=shown("data:"))
    with pytest.raises(SourceRefused):
        tuple(EmbeddedSource(broken).paths())
    tolerant = EmbeddedSource(broken, tolerant=True)
    assert tolerant.read("items/q1.xml") == broken.files["items/q1.xml"]
    assert [each.rule for each in tolerant.faults] == ["embedded"]


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P")), max_size=60))
def test_any_address_is_a_file_or_refused(written: str) -> None:
    escaped = written.replace("&", "").replace("<", "").replace('"', "")
    source = EmbeddedSource(package(items__q1_xml=shown(f"data:{escaped}")), tolerant=True)
    assert len(set(source.paths()) - package().files.keys()) + len(source.faults) == 1
    assert {each.rule for each in source.faults} <= {"embedded"}
