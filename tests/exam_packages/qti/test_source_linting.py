from __future__ import annotations

from pathlib import Path

import pytest

from exam_packages.errors import Severity, SourceRefused
from exam_packages.qti.package import lint_package
from exam_packages.qti.source_linting import SourceReport, lint_source
from tests.exam_packages.qti import samples
from tests.exam_packages.qti.cloning import test_cloning as cloning
from tests.exam_packages.qti.corpus import NEEDS_CORPUS, SHARED
from tests.exam_packages.qti.upgrade.documents_2x import V2_1, V2_2, item
from tests.exam_packages.qti.upgrade.test_manifests import manifest

CHOICE = """
<choiceInteraction responseIdentifier="R" maxChoices="1" shuffle="false"><prompt>Which?</prompt>
<simpleChoice identifier="A">One</simpleChoice>
<simpleChoice identifier="B">Two</simpleChoice></choiceInteraction>"""
DECLARED = """<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value>
</correctResponse></responseDeclaration>"""
GOOD = item(CHOICE, before=DECLARED)
BAD = item(f"{CHOICE}\n<customInteraction responseIdentifier='X'/>", before=DECLARED)


def rules(report: SourceReport) -> list[tuple[str, int, str, str]]:
    return [(each.file, each.line, each.element, each.rule) for each in report.findings]


def document(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_a_sample_has_nothing_wrong() -> None:
    report = lint_source(samples.folder(samples.SAMPLES[0]))
    assert report.errors == 0
    assert report.documents > 30
    assert report.findings == lint_package(samples.source(samples.SAMPLES[0]))


def test_one_document_is_looked_at_alone(tmp_path: Path) -> None:
    assert rules(lint_source(document(tmp_path, "good.xml", GOOD))) == []
    bad = lint_source(document(tmp_path, "bad.qti", BAD))
    assert rules(bad) == [("bad.qti", 8, "customInteraction", "element-refused")]
    assert (bad.errors, bad.notes, bad.documents) == (1, 0, 1)


def test_one_document_may_include_those_beside_it(tmp_path: Path) -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="part.xml"/>'
    path = document(tmp_path, "a.xml", item(include + CHOICE, before=DECLARED))
    assert [rule for *_, rule in rules(lint_source(path))] == ["file-missing"]
    document(tmp_path, "part.xml", f'<p xmlns="{V2_2}">x</p>'.encode())
    assert rules(lint_source(path)) == []


def test_one_document_of_a_package_may_refer_to_what_lies_above_it(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    picture = '<p><img src="../images/a.png" alt="A"/></p>'
    path = document(tmp_path / "items", "a.xml", item(picture + CHOICE, before=DECLARED))
    assert [rule for *_, rule in rules(lint_source(path))] == ["reference"]
    document(tmp_path, "imsmanifest.xml", b"")
    assert rules(lint_source(path)) == []


def test_an_item_alone_need_not_be_scored(tmp_path: Path) -> None:
    processing = (
        '<responseProcessing><setOutcomeValue identifier="POINTS"><null/></setOutcomeValue></responseProcessing>'
    )
    outcome = '<outcomeDeclaration identifier="POINTS" cardinality="single" baseType="float"/>'
    path = document(tmp_path, "a.xml", item(CHOICE, before=DECLARED + outcome, after=processing))
    assert [(each.rule, each.severity) for each in lint_source(path).findings] == [("score-missing", Severity.NOTE)]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<a", "not-well-formed"),
        (b"<!DOCTYPE a><a/>", "doctype"),
        (b"<questestinterop/>", "version"),
        (f'<responseProcessing xmlns="{V2_1}"/>'.encode(), "document-kind"),
    ],
)
def test_one_document_that_is_none(tmp_path: Path, content: bytes, rule: str) -> None:
    assert [each for *_, each in rules(lint_source(document(tmp_path, "a.xml", content)))] == [rule]


def test_items_without_a_test_are_looked_at_one_by_one(tmp_path: Path) -> None:
    document(tmp_path, "good.xml", GOOD)
    document(tmp_path, "bad.xml", BAD)
    document(tmp_path, "unlisted.xml", BAD)
    listed = "".join(
        f'<resource identifier="{name}" type="imsqti_item_xmlv2p2" href="{name}.xml"><file href="{name}.xml"/></resource>'
        for name in ("good", "bad")
    )
    document(tmp_path, "imsmanifest.xml", manifest(listed))
    report = lint_source(tmp_path)
    assert rules(report)[:2] == [
        ("bad.xml", 8, "customInteraction", "element-refused"),
        ("imsmanifest.xml", 0, "", "manifest"),
    ]
    assert (report.errors, report.documents) == (2, 2)


def test_a_folder_without_a_manifest_says_so_and_has_its_items_looked_at(tmp_path: Path) -> None:
    document(tmp_path, "bad.xml", BAD)
    document(tmp_path, "metadata.xml", b"<lom/>")
    report = lint_source(tmp_path)
    assert {each.rule for each in report.findings if each.file == "imsmanifest.xml"} == {"file-missing"}
    assert [each.rule for each in report.findings if each.file == "bad.xml"] == ["element-refused"]


def test_a_file_that_is_no_source_is_a_finding(tmp_path: Path) -> None:
    assert rules(lint_source(document(tmp_path, "a.pdf", b"%PDF"))) == [("a.pdf", 0, "", "source")]


@NEEDS_CORPUS
def test_packages_of_others_are_linted() -> None:
    packages = [
        *(SHARED / "corpus").rglob("*.zip"),
        *(each.parent for each in (SHARED / "corpus").rglob("imsmanifest.xml")),
    ]
    reports = {path: lint_source(path) for path in sorted(packages)}
    assert len(reports) > 30
    assert all(report.errors or report.documents for report in reports.values())


@NEEDS_CORPUS
def test_no_document_of_others_raises() -> None:
    for path in sorted((SHARED / "corpus").rglob("*.xml"))[::5]:
        try:
            lint_source(path)
        except SourceRefused:
            pytest.fail(f"{path} is not reported")


def test_a_template_that_cannot_be_cloned_is_told_why_and_nothing_else(tmp_path: Path) -> None:
    template = (
        '<templateDeclaration identifier="T" cardinality="single" baseType="integer"/>'
        '<templateProcessing><setTemplateValue identifier="T"><customOperator/></setTemplateValue></templateProcessing>'
    )
    body = f'<p><printedVariable identifier="T"/></p>{CHOICE}'
    found = lint_source(document(tmp_path, "a.xml", item(body, before=DECLARED + template))).findings
    (said,) = (each for each in found if each.severity is Severity.ERROR)
    assert said.rule == "template"
    assert "custom-operator" in said.message


def test_variants_are_looked_at_as_they_would_be_built(tmp_path: Path) -> None:
    rule = b'<qti-outcome-processing><qti-set-outcome-value identifier="X"><qti-variable identifier="q1.SCORE"/>'
    rule += b"</qti-set-outcome-value></qti-outcome-processing></qti-assessment-test>"
    test = cloning.TEST.replace(b"</qti-assessment-test>", rule)
    for path, content in cloning.package(test_xml=test).files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert "template" not in {each.rule for each in lint_source(tmp_path).findings}
    (found,) = (each for each in lint_source(tmp_path, variants=2).findings if each.severity is Severity.ERROR)
    assert (found.file, found.rule) == ("test.xml", "template")
