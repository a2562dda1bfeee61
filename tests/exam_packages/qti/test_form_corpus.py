"""Every test that somebody else wrote is read, or refused with findings that say why."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from exam_packages.errors import SourceRefused
from exam_packages.ids import FormId
from exam_packages.qti.forms import form_rubrics, read_test
from exam_packages.qti.model import AssessmentTest, ItemRef, PartRole, Section, SessionControl, TestPart
from exam_packages.qti.reading import parse
from exam_packages.qti.selecting import select_form, whole_form
from exam_packages.qti.upgrade import UpgradedSource
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED, documents

pytestmark = NEEDS_CORPUS


class Beside:
    """One test, with the files beside it that it may include."""

    def __init__(self, path: str) -> None:
        self.folder, self.name = posixpath.split(path)

    def paths(self) -> list[str]:
        """The test's own path."""
        return [self.name]

    def read(self, path: str) -> bytes:
        """A file of the test's folder."""
        return (SHARED / self.folder / path).read_bytes()


@cache
def outcomes() -> dict[str, AssessmentTest | str]:
    """By document: the test, or the rule that refused it."""
    return dict(_outcomes())


def _outcomes() -> Iterator[tuple[str, AssessmentTest | str]]:
    for path, content in documents():
        if b"assessmentTest" not in content and b"qti-assessment-test" not in content:
            continue
        source = UpgradedSource(Beside(path))
        try:
            xml = parse(source.upgraded(posixpath.basename(path)), path)
            if xml.name == "qti-assessment-test":
                yield path, read_test(xml)
        except SourceRefused as refusal:
            yield path, refusal.findings[0].rule


def sections(held: AssessmentTest | Section) -> Iterator[Section]:
    inside = (
        [top for part in held.parts for top in part.sections] if isinstance(held, AssessmentTest) else held.children
    )
    for child in inside:
        if isinstance(child, Section):
            yield child
            yield from sections(child)


def test_how_many_are_read() -> None:
    found = Counter("read" if isinstance(each, AssessmentTest) else each for each in outcomes().values())
    assert found == {"read": 79, "selection-replacement": 2}


def test_a_form_is_made_of_each() -> None:
    for path, test in outcomes().items():
        if isinstance(test, str):
            continue
        arranged = select_form(test, "0" * 32)
        chosen = [item.ref.identifier for item in arranged.items]
        everything = [item.ref.identifier for item in whole_form(test).items]
        assert everything == [each.identifier for each in test.item_refs()], path
        assert len(set(chosen)) == len(chosen), path
        assert set(chosen) <= set(everything), path
        if not any(section.selection for section in sections(test)):
            assert sorted(chosen) == sorted(everything), path
        assert all(part.role is PartRole.SCORED for part in test.parts), path


def test_nothing_is_forgotten() -> None:
    """What a reader counts is what stands in the file, comments aside."""
    for path, test in outcomes().items():
        if isinstance(test, AssessmentTest):
            assert _read_of(test) == _written_in(path), path


def _read_of(test: AssessmentTest) -> dict[str, int]:
    every = list(sections(test))
    holders: list[Section | ItemRef | TestPart] = [*every, *test.item_refs(), *test.parts]
    children: list[Section | ItemRef] = [*every, *test.item_refs()]
    return {
        "selection": sum(section.selection is not None for section in every),
        "timeLimits": sum(each.time_limits is not None for each in [*holders, test]),
        "itemSessionControl": sum(each.control != SessionControl() for each in holders),
        "preCondition": sum(len(each.pre_conditions) for each in holders),
        "branchRule": sum(len(each.branch_rules) for each in holders),
        "variableMapping": sum(len(ref.variable_mappings) for ref in test.item_refs()),
        "weight": sum(len(ref.weights) for ref in test.item_refs()),
        "rubricBlock": len(form_rubrics(test)),
        "assessmentItemRef": len(test.item_refs()),
        'visible="false"': sum(not section.visible for section in every),
        'shuffle="true"': sum(section.shuffle for section in every),
        'fixed="true"': sum(each.fixed for each in children),
        'required="true"': sum(each.required for each in children),
        'Mode="linear"': sum(part.linear for part in test.parts),
        'Mode="individual"': sum(part.individual for part in test.parts),
    }


def _written_in(path: str) -> dict[str, int]:
    content = re.sub("<!--.*?-->", "", (SHARED / path).read_bytes().decode("utf-8", "replace"), flags=re.DOTALL)
    found = {}
    for name in _read_of(_NOTHING):
        kebab = re.sub("(?<=[a-z])([A-Z])", r"-\1", name).lower()
        pattern = f"(?i){name}" if "=" in name else f"<{name}[\\s>/]|<qti-{kebab}[\\s>/]"
        found[name] = len(re.findall(pattern, content))
    return found


_NOTHING = AssessmentTest(identifier=FormId(""), title="", language="", parts=())
