from __future__ import annotations

import pytest

from exam_packages.errors import Severity, SourceRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.delivery import delivery_documents
from exam_packages.qti.package import lint_package, read_package
from exam_packages.qti.reading import QTI3_NAMESPACE, parse
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.upgrade import UpgradedSource
from exam_packages.qti.upgrade.names import Version
from exam_packages.qti.values import Value
from exam_packages.scoring import score_item
from tests.exam_packages.qti.upgrade.documents_2x import V2_0, V2_1, V2_2, form, item
from tests.exam_packages.qti.upgrade.test_manifests import manifest

ITEM = '<resource identifier="i" type="imsqti_item_xmlv2p1" href="i.xml"><file href="i.xml"/></resource>'
NEW = f'<qti-assessment-item xmlns="{QTI3_NAMESPACE}"/>'.encode()


def source(**files: bytes) -> UpgradedSource:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return UpgradedSource(MemorySource({"imsmanifest.xml": manifest(ITEM), **named}))


def test_versions_may_be_mixed() -> None:
    files = source(i_xml=item(), j_xml=NEW, k_png=b"\x89PNG", m_xml=b"<metadata/>")
    assert parse(files.read("i.xml"), "i.xml").namespace == QTI3_NAMESPACE
    assert files.read("j.xml") == NEW
    assert files.read("k.png") == b"\x89PNG"
    assert files.read("m.xml") == b"<metadata/>"
    assert files.versions == {"i.xml": Version.V2_2, "j.xml": Version.V3_0}
    assert files.read("i.xml") is files.read("i.xml")


def test_later_steps_find_words_in_the_bytes_whatever_the_encoding() -> None:
    document = NEW.decode().replace("/>", '\n  identifier="ö"/>')
    read = source(j_xml=document.encode("utf-16")).read("j.xml")
    assert b"qti-assessment-item" in read
    assert parse(read, "j.xml").required("identifier") == "ö"


def test_notes_are_kept_once() -> None:
    before = '<responseDeclaration identifier="R" cardinality="single" baseType="string"><mapping>'
    document = item(
        before=f'{before}<mapEntry mapKey="a" mappedValue="1"/></mapping></responseDeclaration>', namespace=V2_1
    )
    files = source(i_xml=document)
    files.read("i.xml")
    files.read("i.xml")
    assert [(each.file, each.line, each.element, each.rule) for each in files.notes] == [
        ("i.xml", 2, "mapping", "mapping-case")
    ]


def test_a_listed_document_that_is_none_is_refused() -> None:
    with pytest.raises(SourceRefused) as refusal:
        source(i_xml=b"<questestinterop/>").read("i.xml")
    assert refusal.value.findings[0].rule == "version"


@pytest.mark.parametrize("broken", [b"", b"<manifest/>", b"<!DOCTYPE a><a/>"])
def test_a_broken_manifest_is_said_once_and_documents_are_still_read(broken: bytes) -> None:
    files = UpgradedSource(MemorySource({"imsmanifest.xml": broken, "i.xml": item()}))
    assert parse(files.read("i.xml"), "i.xml").namespace == QTI3_NAMESPACE
    assert {each.file for each in lint_package(files)} == {"imsmanifest.xml"}


def test_items_without_a_test_are_a_plain_finding() -> None:
    assert [(each.rule, each.message) for each in lint_package(source(i_xml=item()))] == [
        ("manifest", "lists no test: it is a collection of items, and no exam")
    ]


def test_a_section_that_is_not_listed_is_put_in() -> None:
    test = '<resource identifier="t" type="imsqti_test_xmlv2p2" href="t.xml"><file href="t.xml"/></resource>'
    part = '<testPart identifier="p" navigationMode="linear" submissionMode="individual">'
    files = UpgradedSource(
        MemorySource(
            {
                "imsmanifest.xml": manifest(test + ITEM),
                "t.xml": form(f'{part}<assessmentSectionRef identifier="s" href="s.xml"/></testPart>'),
                "s.xml": f'<assessmentSection xmlns="{V2_1}" identifier="s" title="S" visible="true"/>'.encode(),
            }
        )
    )
    assert b"<qti-assessment-section identifier" in files.read("t.xml").replace(b"\n", b"")


def _resource(kind: str, identifier: str, path: str) -> str:
    return f'<resource identifier="{identifier}" type="{kind}" href="{path}"><file href="{path}"/></resource>'


def package(version: str, namespace: str) -> UpgradedSource:
    """A whole exam of QTI 2.x: one item with a picture, in a folder whose name has a space, and a section of its own file."""
    scores = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="1"/>'
    declared = '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse>'
    body = """<p>See <object type="image/gif" data="../pictures/a.gif">a dot</object></p>
<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1"><prompt>Which?</prompt>
<simpleChoice identifier="A">One</simpleChoice><simpleChoice identifier="B">Two</simpleChoice></choiceInteraction>"""
    total = """<outcomeProcessing><setOutcomeValue identifier="SCORE"><sum><testVariables variableIdentifier="SCORE"/></sum>
</setOutcomeValue></outcomeProcessing>"""
    dashed = version.replace(".", "p")
    template = f"http://www.imsglobal.org/question/qti_v{dashed}/rptemplates/match_correct"
    named = (("t", "test", "t.xml"), ("s", "section", "s.xml"), ("i", "item", "my%20items/i.xml"))
    listed = "".join(_resource(f"imsqti_{kind}_xmlv{dashed}", name, path) for name, kind, path in named)
    picture = (
        '<resource identifier="p" type="webcontent" href="pictures/a.gif"><file href="pictures/a.gif"/></resource>'
    )
    part = '<testPart identifier="p" navigationMode="nonlinear" submissionMode="simultaneous">'
    reference = '<assessmentSectionRef identifier="s" href="s.xml"/></testPart>'
    section = '<assessmentItemRef identifier="i1" href="my%20items/i.xml"/></assessmentSection>'
    files = {
        "imsmanifest.xml": manifest(listed + picture),
        "t.xml": form(f"{scores}{part}{reference}{total}"),
        "s.xml": f'<assessmentSection xmlns="{namespace}" identifier="s" title="S" visible="true">{section}'.encode(),
        "my items/i.xml": item(
            body,
            before=f"{declared}<value> A </value></correctResponse></responseDeclaration>{scores}",
            after=f'<responseProcessing template="{template}"/>',
            namespace=namespace,
        ),
        "pictures/a.gif": GIF,
    }
    return UpgradedSource(MemorySource(files))


GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@pytest.mark.parametrize(("version", "namespace"), [("2.0", V2_0), ("2.1", V2_1), ("2.2", V2_2)])
def test_a_whole_exam_is_read_scored_and_delivered(version: str, namespace: str) -> None:
    files = package(version, namespace)
    assert [str(each) for each in lint_package(files) if each.severity is Severity.ERROR] == []
    exam = read_package(files)
    (ref,) = exam.test.item_refs()
    assert ref.path == "my items/i.xml"
    outcomes = score_item(exam.item(ref), {ResponseId("RESPONSE"): ("A",)})
    score = outcomes[OutcomeId("SCORE")]
    assert isinstance(score, Value)
    assert score.items == (1.0,)
    delivered = delivery_documents(files)
    assert b"qti-simple-choice" in delivered["my items/i.xml"]
    assert b"correct" not in delivered["my items/i.xml"]
    assert not [path for path, content in delivered.items() if b"imsqti_v2" in content or b"xsd/imscp" in content]
