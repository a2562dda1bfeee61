"""One exam of every item of other authors that the profile accepts: it is read, delivered without any key, and read again."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from exam_packages.errors import Severity, SourceRefused
from exam_packages.qti.checks import check_scored_item
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.items import read_item
from exam_packages.qti.model import AssessmentItem
from exam_packages.qti.package import read_delivery, read_package
from exam_packages.qti.preparing import LINT_SEED, PreparedSource
from exam_packages.qti.reading import parse
from exam_packages.qti.reports import Reporter
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.walking import catalog_contents, file_paths
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, document
from tests.exam_packages.qti.corpus_table import all_fates
from tests.exam_packages.qti.test_embedded import PNG, SVG
from tests.exam_packages.qti.upgrade.documents_2x import V2_2

GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
JPEG = b"\xff\xd8\xff\xdb\x00\x03\x00\xff\xd9"
STAND_INS = {
    ".png": PNG, ".svg": SVG, ".gif": GIF, ".jpg": JPEG, ".jpeg": JPEG, ".vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n",
    ".mp3": b"ID3", ".ogg": b"OggS", ".wav": b"RIFF\0\0\0\0WAVE", ".mp4": b"\0\0\0 ftypisom", ".m4a": b"\0\0\0 ftypM4A ",
}  # fmt: skip
"""Most items are collected without the files they show."""
TELLING = re.compile(
    rb"<qti-(correct-response|mapping|map-entry|area-mapping|response-processing|outcome-declaration|outcome-processing"
    rb"|default-value|template|modal-feedback|feedback)|mapped-value|normal-maximum|data:|https?://(?!www\.imsglobal\.org/xsd)"
)


def accepted(document: bytes, path: str) -> AssessmentItem | None:
    """The item as it would be built, or None where an exam cannot hold it by itself."""
    prepared = PreparedSource(UpgradedSource(MemorySource({path: document})), seed=LINT_SEED)
    try:
        root = parse(prepared.read(path), path)
        item = read_item(root)
        found = list(check_scored_item(item, Reporter(root)))
    except SourceRefused:
        return None
    return None if item.stimulus_paths or any(each.severity is Severity.ERROR for each in found) else item


def shown(item: AssessmentItem) -> Iterator[str]:
    for content in (item.body, *(each.content for each in item.rubrics), *catalog_contents(item.catalogs)):
        yield from (path for path in file_paths(content) if not path.startswith("kiosk-"))


def exam() -> tuple[MemorySource, int]:
    """A package of QTI 2.2 that refers to documents of every version, and how many there are."""
    files: dict[str, bytes] = {}
    resources, references = [], []
    for number, fate in enumerate(each for each in all_fates() if each.delivered):
        path = f"items/{number}/of/a/package/item.xml"
        found = accepted(document(fate.file), path)
        endings = (
            {each: STAND_INS.get(posixpath.splitext(each)[1].casefold()) for each in shown(found)} if found else {}
        )
        if found is None or None in endings.values():
            continue
        files[path] = document(fate.file)
        files.update({each: content for each, content in endings.items() if content is not None})
        resources.append(
            f'<resource identifier="R{number}" type="imsqti_item_xmlv2p2" href="{path}"><file href="{path}"/></resource>'
        )
        references.append(f'<assessmentItemRef identifier="I{number}" href="{path}"/>')
    files["test.xml"] = (
        f'<assessmentTest xmlns="{V2_2}" identifier="all of it" title="Everything"><testPart identifier="P" '
        'navigationMode="nonlinear" submissionMode="simultaneous"><assessmentSection identifier="S" title="S" visible="true">'
        f"{''.join(references)}</assessmentSection></testPart></assessmentTest>"
    ).encode()
    files["imsmanifest.xml"] = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="everything"><organizations/><resources>'
        '<resource identifier="T" type="imsqti_test_xmlv2p2" href="test.xml"><file href="test.xml"/></resource>'
        f"{''.join(resources)}</resources></manifest>"
    ).encode()
    return MemorySource(files), len(references)


@NEEDS_CORPUS
def test_an_exam_of_everything() -> None:
    source, number = exam()
    assert number > 350
    prepared = PreparedSource(UpgradedSource(source), seed=LINT_SEED)
    whole = read_package(prepared)
    assert len(whole.items) == number
    delivered = delivery_documents(prepared)
    assert {path for path, content in delivered.items() if path.endswith(".xml") and TELLING.search(content)} == set()
    again = read_delivery(MemorySource(delivered))
    assert again.items.keys() == whole.items.keys()
    assert again.resources == whole.resources
    assert [ref.identifier for ref in again.test.item_refs()] == [ref.identifier for ref in whole.test.item_refs()]
