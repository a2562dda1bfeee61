"""What an author wrote: QTI of any version, alone and in a zip file. What is refused is refused with ``SourceRefused``."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from exam_packages.errors import LintFinding, ScoringRefused, SourceRefused
from exam_packages.office.vectors import read_vectors, responses_of
from exam_packages.qti.forms import read_test
from exam_packages.qti.items import read_item, read_stimulus
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import MANIFEST_PATH, read_manifest
from exam_packages.qti.package import lint_package
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import parse, refuse
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_any_item, read_item_for_scoring, read_item_leniently
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.template_processing import run_template_processing
from exam_packages.qti.upgrade import UpgradedSource, upgraded
from exam_packages.qti.zip_source import ZipSource
from signing.errors import FormRefused
from tests.exam_packages.qti import samples
from tests.exam_packages.qti.corpus import SHARED
from tests.fuzz.mutation import TOKENS
from tests.fuzz.target import Target

PATH = "items/a.xml"
_CASES = (
    b'{"id": "a", "item": "a.xml", "item_sha1": null, "responses": {"R": ["A B", 1, 0.5, true, null], "S": {"x": 1}}, '
    b'"expected_outcomes": {"SCORE": 1.5}, "seed": 42, "recommendation": "use"}\n'
)
_NAME: Final = re.compile(rb"(?<=<)[\w:.-]{1,60}|[\w:.-]{1,60}(?==[\"'])")


def fuzz_reader(data: bytes) -> None:
    """The XML reader."""
    with suppress(SourceRefused):
        parse(data, PATH)


def fuzz_upgrade(data: bytes) -> None:
    """The upgrade of one document, which may include itself; what it makes is read again, and stays as it is."""
    notes: list[LintFinding] = []
    with suppress(SourceRefused):
        once = upgraded(
            data, PATH, notes=notes, fetch=lambda path: data if path.startswith("items/") else _missing(path)
        )
        assert upgraded(once, PATH) == once
    assert all(each.file.startswith("items/") for each in notes)


def _missing(path: str) -> bytes:
    refuse(path, "file-missing", "is named and not there", "Add it")


def fuzz_zip(data: bytes) -> None:
    """A zip file as a content package."""
    with suppress(SourceRefused):
        source = ZipSource.of_bytes(data, "a.zip")
        for path in source.paths():
            with suppress(SourceRefused):
                assert len(source.read(path)) == source.members[path].file_size
        lint_package(UpgradedSource(source))


def fuzz_manifest(data: bytes) -> None:
    """A manifest of any version, with the files beside it that a package has."""
    source = UpgradedSource(MemorySource({MANIFEST_PATH: data, PATH: b"<assessmentItem/>", "a.png": b""}))
    with suppress(SourceRefused):
        read_manifest(parse(source.read(MANIFEST_PATH), MANIFEST_PATH))
    lint_package(source)


def fuzz_item(data: bytes) -> None:
    """An item or a stimulus: upgraded, linted, read whole, and read for scoring."""
    with suppress(SourceRefused):
        xml = parse(upgraded(data, PATH), PATH)
        tuple(lint(xml, "qti-assessment-item"))
        for read in (read_item, read_item_for_scoring, read_item_leniently, read_stimulus):
            with suppress(SourceRefused):
                read(xml)


def fuzz_test(data: bytes) -> None:
    """A test, whose sections may be in itself as well as in a file."""
    with suppress(SourceRefused):
        xml = parse(upgraded(data, PATH), PATH)
        tuple(lint(xml, "qti-assessment-test"))
        read_test(xml, lambda path: parse(upgraded(data, path), path))


def fuzz_scoring(data: bytes) -> None:
    """An item of anybody's, scored without an answer in both ways, and made into a clone."""
    with suppress(SourceRefused):
        item = read_any_item(data, PATH)
        for faults in Faults:
            with suppress(ScoringRefused):
                process_item(item, {}, faults=faults)
        with suppress(ScoringRefused):
            run_template_processing(item, "seed")


def fuzz_vectors(data: bytes) -> None:
    """A file of cases."""
    with suppress(FormRefused):
        for case in read_vectors(data, place="cases.jsonl").cases:
            responses_of(case)


def seeds_of(target: str) -> list[bytes]:
    """Inputs to start from: of the corpus where it is beside the project, and always our samples."""
    files = [path for name in samples.SAMPLES for path in sorted(samples.folder(name).rglob("*.xml"))]
    if SHARED.is_dir():
        files += [path for path in sorted((SHARED / "corpus").rglob("*.xml")) if path.stat().st_size < 40_000]
    documents = [path.read_bytes() for path in files]
    match target:
        case "zip":
            return _zips()
        case "manifest":
            return _with(documents, b"<manifest")
        case "test":
            return _with(documents, b"assessmentTest", b"qti-assessment-test")
        case "vectors":
            return [_CASES, _CASES * 2]
        case "item" | "scoring":
            return _with(documents, b"assessmentItem", b"qti-assessment-item")
        case _:
            return _no_longer_than_needed(documents)


def _with(documents: list[bytes], *words: bytes) -> list[bytes]:
    return _no_longer_than_needed([each for each in documents if any(word in each for word in words)])


def _no_longer_than_needed(documents: list[bytes]) -> list[bytes]:
    """Of each element and attribute there is, the shortest document that has it: a fuzzer wants many short inputs."""
    known: set[bytes] = set()
    found = []
    for document in sorted(documents, key=len):
        names = set(_NAME.findall(document))
        if names - known:
            known |= names
            found.append(document)
    return found


def _zips() -> list[bytes]:
    found = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.writestr(
                MANIFEST_PATH, "<manifest xmlns='http://www.imsglobal.org/xsd/imscp_v1p1' identifier='a'/>"
            )
            archive.writestr("items/a.xml", "<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2'/>" * 20)
            archive.writestr("items/ü.svg", "<svg/>")
            archive.writestr("__MACOSX/._a", "x")
        found.append(stream.getvalue())
    return found


def _target(name: str, run: Callable[[bytes], None], reads: str) -> Target:
    seeds = name.removeprefix("qti-")
    return Target(
        name=name, reads=reads, run=run, seeds=lambda: seeds_of(seeds), tokens=TOKENS, max_bytes=SEED_MAX_BYTES
    )


SEED_MAX_BYTES: Final = 8192  # longer documents are for the tests of the corpus; a fuzzer wants many inputs

TARGETS: Final = (
    _target("qti-reader", fuzz_reader, "XML"),
    _target("qti-upgrade", fuzz_upgrade, "documents of QTI 2.0 to 3.0, made 3.0"),
    _target("qti-zip", fuzz_zip, "zip files as content packages"),
    _target("qti-manifest", fuzz_manifest, "manifests of any version"),
    _target("qti-item", fuzz_item, "items and stimuli: linted, read whole, read for scoring"),
    _target("qti-test", fuzz_test, "tests and sections"),
    _target("qti-scoring", fuzz_scoring, "anybody's items: scored, and made into clones"),
    _target("vectors", fuzz_vectors, "files of scoring cases"),
)
