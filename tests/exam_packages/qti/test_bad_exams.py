"""The sample exam with one mistake each: one finding that names file, line, element and rule, and says what to do."""

from __future__ import annotations

import re
from functools import cache

import pytest

from exam_packages.errors import LintFinding, Severity
from exam_packages.qti.package import lint_package
from exam_packages.qti.sources import MemorySource
from tests.exam_packages.qti.samples import SAMPLES, source

ITEM = "items/ccm-101.xml"
"""A single choice whose key is B, worth a point."""
FORM = "form-a.xml"


@cache
def sample() -> dict[str, str | bytes]:
    files = source(SAMPLES[0])
    read = {path: files.read(path) for path in files.paths()}
    return {path: content.decode() if path in {ITEM, FORM} else content for path, content in read.items()}


def broken(file: str, pattern: str, instead: str) -> tuple[MemorySource, int]:
    """The sample with the first place of a pattern written another way, and the line of that place."""
    text = sample()[file]
    assert isinstance(text, str)
    found = re.search(pattern, text)
    assert found is not None
    changed = text[: found.start()] + found.expand(instead) + text[found.end() :]
    files = {path: content.encode() if isinstance(content, str) else content for path, content in sample().items()}
    return MemorySource({**files, file: changed.encode()}), text[: found.start()].count("\n") + 1


def errors(files: MemorySource) -> list[LintFinding]:
    return [each for each in lint_package(files) if each.severity is Severity.ERROR]


MISTAKES = {
    "the key is no choice": (ITEM, "<qti-value>B<", "<qti-value>Z<", "key-choice", "qti-response-declaration", "Z"),
    "there is no key": (
        ITEM, r"(?s)<qti-correct-response>.*?</qti-correct-response>", "", "correct-response", "qti-response-declaration",
        "RESPONSE",
    ),
    "the key does not reach the maximum": (
        ITEM, 'normal-maximum="1"', 'normal-maximum="2"', "score-extreme", "qti-assessment-item", "where 2 belong",
    ),
    "silence does not earn the minimum": (
        ITEM, 'normal-minimum="0"', 'normal-minimum="0.5"', "score-extreme", "qti-assessment-item", "no response",
    ),
    "nothing gives points": (
        ITEM, '<qti-response-processing template="[^"]*"/>', "<qti-response-processing/>", "processing-missing",
        "qti-response-processing", "sets no SCORE",
    ),
    "a response that is not declared": (
        ITEM, 'response-identifier="RESPONSE"', 'response-identifier="OTHER"', "response-undeclared",
        "qti-choice-interaction", "OTHER",
    ),
    "a stimulus that is not there": (
        ITEM, r"\.\./stimuli/[^\"]*", "../stimuli/none.xml", "file-missing", "qti-assessment-stimulus-ref", "none.xml",
    ),
    "a catalog that is not there": (
        ITEM, "<p>", '<p data-catalog-idref="none">', "catalog-missing", "p", "none",
    ),
    "two choices that read the same": (
        ITEM, r'identifier="C">[^<]*<', 'identifier="C">$73,000<', "choice-repeated", "qti-choice-interaction", "the same",
    ),
    "two choices of one name": (
        ITEM, 'identifier="C">', 'identifier="D">', "identifier-repeated", "qti-simple-choice", "D",
    ),
    "a choice that says nothing": (
        ITEM, r'identifier="C">[^<]*<', 'identifier="C"> <', "choice-empty", "qti-simple-choice", "empty",
    ),
    "an event handler": (ITEM, "<p>", "<p onclick='x()'>", "script", "p", "onclick"),
    "a picture without words": (ITEM, "<p>", '<p><img src="../images/a.png"/>', "attribute-missing", "img", "alt"),
    "an item that is not there": (
        FORM, 'href="items/ccm-101.xml"', 'href="items/none.xml"', "file-missing", "qti-assessment-item-ref", "none.xml",
    ),
    "an item of no domain": (
        FORM, r'(identifier="[^"]*101[^"]*"[^>]*category=")[^"]*', r"\1none", "blueprint", "qti-assessment-item-ref", "domain",
    ),
    "points that do not add up": (
        FORM, r'normal-maximum="[0-9.]+"', 'normal-maximum="7"', "score-extreme", "qti-assessment-test", "where 7 belong",
    ),
    "two references of one name": (
        FORM, r'(<qti-assessment-item-ref identifier=")[^"]*101[^"]*"', r'\1ccm-102"', "identifier-repeated",
        "qti-assessment-item-ref", "ccm-102",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "pattern", "instead", "rule", "element", "words"), MISTAKES.values(), ids=MISTAKES.keys()
)
def test_a_mistake_is_named(file: str, pattern: str, instead: str, rule: str, element: str, words: str) -> None:
    files, line = broken(file, pattern, instead)
    found = next(each for each in errors(files) if each.rule == rule)
    assert found.element == element
    assert words in found.message or words in found.remedy
    assert len(found.remedy) > 5
    if element:
        assert found.file == file
        assert 1 <= found.line <= line + 3


def test_the_sample_has_none() -> None:
    files = {path: content.encode() if isinstance(content, str) else content for path, content in sample().items()}
    assert errors(MemorySource(files)) == []
