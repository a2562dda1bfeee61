"""Exams that other teams published: linted, mended where the findings ask for it, built, sat by somebody who knows everything.

What is mended is the least that the findings name, as an author would do it. The packages are read where they lie.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from exam_packages.errors import Severity, SourceRefused
from exam_packages.ids import ItemId, ResponseId
from exam_packages.office import BuiltExam
from exam_packages.qti.best import best_responses
from exam_packages.qti.model import AssessmentItem, Lexical
from exam_packages.qti.source_linting import lint_source
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED
from tests.journeys.foreign_day import begin, build, deliver, hand_in, scored, sit, zipped
from tests.simulators.day import make_world

CORPUS = SHARED / "corpus"
Files = dict[str, bytes]


def replaced(path: str, before: str, after: str) -> Callable[[Files], None]:
    """An author's correction in one file."""

    def mend(files: Files) -> None:
        assert before.encode() in files[path]
        files[path] = files[path].replace(before.encode(), after.encode())

    return mend


def renamed(path: str, to: str) -> Callable[[Files], None]:
    """A file gets the name that its bytes have, wherever it is mentioned."""

    def mend(files: Files) -> None:
        files[to] = files.pop(path)
        for name, data in files.items():
            if name.endswith(".xml"):
                files[name] = data.replace(path.encode(), to.encode())

    return mend


@dataclass(frozen=True, kw_only=True)
class Published:
    """A package, what has to be mended in it, and what its form is worth."""

    where: str
    items: int
    rules: frozenset[str] = frozenset()
    """What lint says before it is mended."""
    mends: tuple[Callable[[Files], None], ...] = field(default=())

    def files(self) -> Files:
        """Its files by path, as published."""
        path = CORPUS / self.where
        if path.is_dir():
            found = [each for each in path.rglob("*") if each.is_file() and not each.name.startswith(".")]
            return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


WITHOUT_INTERACTION = tuple(
    replaced("AssessmentTest.xml", f'<qti-assessment-item-ref identifier="{name}" href="{name}.xml"/>', "")
    for name in ("QUE_37_1", "QUE_38_1")
)
EXAMS: Mapping[str, Published] = {
    "2.2, a folder": Published(where="pie-qti/packages/to-pie/tests/fixtures/qti-samples/assessment-test", items=4),
    "2.2, hotspot without words": Published(
        where="instructure-qti/spec/fixtures/tests/interactionmix_saxony_v3",
        items=13,
        rules=frozenset({"attribute-missing"}),
        mends=(
            replaced("Hotspot_278940407.xml", 'type="image/jpg" />', 'type="image/jpg">A map of the country</object>'),
        ),
    ),
    "2.1, a picture with another name": Published(
        where="qtiworks/qtiworks-engine/src/test/resources/uk/ac/ed/ph/qtiworks/services/WebDeveloperTest1.zip",
        items=9,
        rules=frozenset({"picture-kind", "choice-empty"}),
        mends=(
            renamed("directory.jpg", "directory.gif"),
            replaced("question8.xml", '"ChoiceC"></inlineChoice>', '"ChoiceC">not written</inlineChoice>'),
            replaced("question8.xml", '"Choice4"></inlineChoice>', '"Choice4">nothing</inlineChoice>'),
        ),
    ),
    "3.0, two questions without an interaction": Published(
        where="kennisnet-php-qti3/fixtures/valid-package.zip",
        items=45,
        rules=frozenset({"interaction-missing"}),
        mends=WITHOUT_INTERACTION,
    ),
}


@NEEDS_CORPUS
@pytest.mark.parametrize("name", EXAMS)
def test_linted_mended_built_and_sat(tmp_path: Path, name: str) -> None:
    published = EXAMS[name]
    files = published.files()
    package = zipped(files, tmp_path / "published.zip")
    found = {each.rule for each in lint_source(package).findings if each.severity is Severity.ERROR}
    assert found == published.rules
    world = make_world(tmp_path / "world")
    if found:
        with pytest.raises(SourceRefused) as refusal:
            build(world, package)
        assert {each.rule for each in refusal.value.findings if each.severity is Severity.ERROR} == found
    for mend in published.mends:
        mend(files)
    package = zipped(files, tmp_path / "mended.zip")
    assert lint_source(package).errors == 0

    built = build(world, package)
    with world.seat() as seat:
        deliver(world, seat, built)
        running = begin(seat.day())
        way = sit(running, _knows(built))
        assert len(way.items) == published.items
        result = scored(world, seat, hand_in(running))
    by_machine = sum(each.max_score for each in result.report.items if each.item not in result.report.unscored)
    assert result.report.total == pytest.approx(by_machine)
    assert by_machine > 0


def _knows(built: BuiltExam) -> Callable[[ItemId, AssessmentItem], Mapping[ResponseId, Lexical]]:
    """Somebody who knows every key."""
    keys = {ref.identifier: best_responses(built.exam.item(ref)) for ref in built.exam.test.item_refs()}
    return lambda item, _shown: keys[item]
