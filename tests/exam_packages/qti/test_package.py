from __future__ import annotations

import json
from pathlib import Path

import pytest

from exam_packages.errors import Severity, SourceRefused
from exam_packages.qti.model import ChoiceInteraction, ExtendedTextInteraction, PartRole, TimeLimits
from exam_packages.qti.package import lint_package, read_delivery, read_package
from exam_packages.qti.scoring_package import read_for_scoring
from exam_packages.qti.sources import ContentSource, FolderSource, MemorySource
from exam_packages.qti.walking import interactions
from tests.exam_packages.qti.samples import SAMPLES, source
from tests.exam_packages.qti.writing_xml import (
    CHOICES,
    SCORE,
    choice,
    declaration,
    errors,
    form_document,
    item,
    manifest,
    mapping,
    package,
)

FRAMEWORK = {
    "identifier": "f",
    "version": "1",
    "title": "F",
    "domains": [{"id": "people", "title": "People"}, {"id": "tools", "title": "Tools"}],
    "competencies": [{"code": "competency-P1", "domain": "people", "title": "One"}],
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
PART = (
    '<qti-test-part identifier="{0}" class="{1}" navigation-mode="linear" submission-mode="simultaneous">'
    "{2}</qti-test-part>"
)
SECTION = '<qti-assessment-section identifier="{0}" title="T" visible="true" {1}>{2}</qti-assessment-section>'
REFERENCE = '<qti-assessment-item-ref identifier="{0}" href="items/{1}.xml"/>'


def section(identifier: str, inner: str, attributes: str = "") -> str:
    return SECTION.format(identifier, attributes, inner)


def text(attributes: str = "") -> str:
    return f'<p><qti-text-entry-interaction response-identifier="RESPONSE" {attributes}/></p>'


def associable(names: str) -> str:
    element = '<qti-simple-associable-choice identifier="{0}" match-max="1">{0}</qti-simple-associable-choice>'
    return f"<qti-simple-match-set>{''.join(element.format(name) for name in names.split())}</qti-simple-match-set>"


def match(rows: str = "A B", columns: str = "X Y") -> str:
    sets = associable(rows) + associable(columns)
    return f'<qti-match-interaction response-identifier="RESPONSE" max-associations="0">{sets}</qti-match-interaction>'


def test_reads() -> None:
    exam = read_package(package())
    assert (exam.exam_id, exam.title, exam.test.identifier) == ("exam", "Form", "form")
    (ref,) = exam.test.item_refs(PartRole.SCORED)
    (interaction,) = (each for each in exam.item(ref).body if isinstance(each, ChoiceInteraction))
    assert [each.identifier for each in interaction.choices] == ["A", "B"]
    assert lint_package(package()) == ()


WHOLE = {"test.xml": (), "items/q1.xml": ()}

PACKAGES: dict[str, tuple[ContentSource, str]] = {
    "no manifest": (package(imsmanifest_xml=None), "file-missing"),
    "manifest of another kind": (package(imsmanifest_xml=b"<manifest/>"), "manifest"),
    "no resources": (package(imsmanifest_xml=manifest({}).replace(b"<resources></resources>", b"")), "manifest"),
    "no test": (package(imsmanifest_xml=manifest({"items/q1.xml": ()})), "manifest"),
    "item not listed": (package(imsmanifest_xml=manifest({"test.xml": ()})), "file-unlisted"),
    "item not there": (package(items__q1_xml=None), "file-missing"),
    "resource twice": (package(imsmanifest_xml=manifest(WHOLE).replace(b"r1", b"r0")), "manifest"),
    "unknown type": (package(imsmanifest_xml=manifest(WHOLE).replace(b"test_xmlv3p0", b"x")), "attribute-value"),
    "path outside": (package(imsmanifest_xml=manifest({**WHOLE, "test.xml": ("../a",)})), "reference"),
    "bad path": (MemorySource({**package().files, "a\\b": b""}), "path"),
    "colliding paths": (MemorySource({**package().files, "TEST.xml": b""}), "path-case"),
    "test is an item": (package(test_xml=item()), "document-kind"),
    "item is no XML": (package(items__q1_xml=b"x"), "not-well-formed"),
    "framework is no JSON": (package(framework_json=b"{"), "framework"),
    "framework has more": (package(framework_json=json.dumps({**FRAMEWORK, "x": 1}).encode()), "framework"),
    "framework without domain": (
        package(framework_json=json.dumps({**FRAMEWORK, "domains": []}).encode()),
        "framework",
    ),
}

TYPED = declaration("string", correct=("x",))
MAP_X = '<qti-map-entry map-key="x" mapped-value="2"/>'
STIMULUS_REFERENCE = b'<qti-assessment-stimulus-ref identifier="s" href="../stimuli/s.xml"/><qti-item-body>'


def setting(expression: str) -> str:
    """Response processing that gives SCORE one value."""
    assignment = f'<qti-set-outcome-value identifier="SCORE">{expression}</qti-set-outcome-value>'
    return f"<qti-response-processing>{assignment}</qti-response-processing>"


ITEMS: dict[str, tuple[bytes, str]] = {
    "script": (item(body="<script/>"), "element-refused"),
    "response undeclared": (item(body=choice(name="OTHER")), "response-undeclared"),
    "nothing to answer": (item(body="<p>x</p>"), "interaction-missing"),
    "response twice": (item(body=choice() * 2), "identifier-repeated"),
    "choice twice": (item(body=choice(CHOICES + CHOICES)), "identifier-repeated"),
    "same words": (item(body=choice(CHOICES.replace("Red", " Blue "))), "choice-repeated"),
    "empty choice": (item(body=choice(CHOICES.replace("Red", ""))), "choice-empty"),
    "one choice": (item(body=choice('<qti-simple-choice identifier="B">Blue</qti-simple-choice>')), "choices-missing"),
    "too many choices": (item(body=choice(attributes='min-choices="3"')), "limits"),
    "wrong cardinality": (item(declaration(cardinality="ordered", correct=("B",))), "response-binding"),
    "several choices for one value": (item(body=choice(attributes='max-choices="2"')), "response-binding"),
    "wrong type": (item(declaration("string", correct=("B",))), "response-binding"),
    "key is no choice": (item(declaration(correct=("C",))), "key-choice"),
    "key is no number": (item(declaration("float", correct=("1,5",)), text()), "key-value"),
    "two keys": (item(declaration(correct=("A", "B"))), "correct-response"),
    "no key": (item(declaration()), "correct-response"),
    "mapped key is no choice": (item(declaration(correct=("B",), inner=mapping({"C": 1}))), "key-choice"),
    "mapped twice": (
        item(declaration("string", correct=("x",), inner=mapping({"x": 1}).replace("/></", f"/>{MAP_X}</")), text()),
        "map-keys",
    ),
    "pair backwards": (item(declaration("directedPair", "multiple", ("X A",)), match()), "key-choice"),
    "row is a column": (
        item(declaration("directedPair", "multiple", ("A A",)), match("A B", "A")),
        "identifier-repeated",
    ),
    "mask is none": (item(TYPED, text('pattern-mask="["')), "pattern-mask"),
    "mask forbids the key": (item(TYPED, text('pattern-mask="[0-9]*"')), "pattern-mask"),
    "default response": (item(declaration(correct=("B",), inner="<qti-default-value/>")), "element-refused"),
    "no SCORE": (item().replace(b'"SCORE"', b'"POINTS"'), "score-missing"),
    "nothing to earn": (
        item(processing=setting('<qti-base-value base-type="float">0</qti-base-value>')).replace(
            b'normal-maximum="1"', b""
        ),
        "score-maximum",
    ),
    "maximum not reached": (item(maximum=2), "score-extreme"),
    "no processing": (item(processing=""), "processing-missing"),
    "points for nothing": (
        item(processing=setting('<qti-base-value base-type="float">1</qti-base-value>')),
        "score-extreme",
    ),
    "processing of nobody": (item(processing=setting('<qti-map-response identifier="NOBODY"/>')), "processing"),
    "unknown template": (item(processing='<qti-response-processing template="x"/>'), "template-unknown"),
    "stimulus not there": (item().replace(b"<qti-item-body>", STIMULUS_REFERENCE), "file-missing"),
    "picture not there": (item(body='<p><img src="a.png" alt=""/></p>' + choice()), "file-missing"),
    "picture elsewhere": (item(body='<p><img src="http://x/a.png" alt=""/></p>' + choice()), "external-reference"),
}

FIRST, AGAIN = REFERENCE.format("a", "q1"), REFERENCE.format("b", "q1")


def part(role: str, inner: str = section("s", FIRST), identifier: str = "p") -> str:
    return PART.format(identifier, role, inner)


FORMS: dict[str, tuple[bytes, str]] = {
    "total does not add up": (form_document(maximum=2), "score-extreme"),
    "cut score too high": (form_document().replace(b'"1"/>', b'"1" mastery-value="2"/>'), "cut-score"),
    "no part": (form_document(parts=""), "element-missing"),
    "no section": (form_document(""), "part-empty"),
    "no item": (form_document(section("s", "")), "section-empty"),
    "identifier twice": (form_document(section("a", FIRST)), "identifier-repeated"),
    "two roles": (form_document(parts=part("kiosk-poll kiosk-scored")), "part-role"),
    "poll first": (
        form_document(parts=part("kiosk-poll") + part("kiosk-scored", section("t", AGAIN), "o")),
        "part-order",
    ),
    "poll only": (form_document(parts=part("kiosk-poll")), "form-empty"),
    "agreement with items": (form_document(parts=part("kiosk-agreement")), "agreement"),
    "poll with a limit": (
        form_document(parts=part("kiosk-poll", section("s", FIRST, 'data-break-after="5"'))),
        "time",
    ),
}

BLUEPRINTS = {
    "no domain": b"scored",
    "no competency": b"people",
    "competency of another domain": b"tools competency-P1",
    "two domains": b"people tools competency-P1",
    "unknown competency": b"people competency-P1 competency-P9",
}

CASES: dict[str, tuple[ContentSource, str]] = {
    **PACKAGES,
    **{name: (package(items__q1_xml=document), rule) for name, (document, rule) in ITEMS.items()},
    **{name: (package(test_xml=document), rule) for name, (document, rule) in FORMS.items()},
    **{
        name: (
            package(
                framework_json=json.dumps(FRAMEWORK).encode(),
                test_xml=form_document().replace(b'"scored"', b'"' + categories + b'"'),
            ),
            "blueprint",
        )
        for name, categories in BLUEPRINTS.items()
    },
}


@pytest.mark.parametrize(("source", "rule"), CASES.values(), ids=CASES.keys())
def test_refuses(source: ContentSource, rule: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_package(source)
    assert rule in errors(refusal.value.findings), [str(each) for each in refusal.value.findings]
    assert all(each.file and each.message and each.remedy for each in refusal.value.findings)
    assert lint_package(source) == refusal.value.findings


@pytest.mark.parametrize(
    ("document", "line", "element"),
    [
        (item(declaration(correct=("C",))), 3, "qti-response-declaration"),
        (item(body=choice(CHOICES.replace("Red", ""))), 6, "qti-simple-choice"),
        (item(body=choice(attributes='min-choices="3"')), 6, "qti-choice-interaction"),
        (item(processing=""), 2, "qti-assessment-item"),
        (
            item().replace(b'"single" base-type="float"', b'"single" base-type="float" lower="1"'),
            4,
            "qti-outcome-declaration",
        ),
    ],
)
def test_the_place_is_named(document: bytes, line: int, element: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_package(package(items__q1_xml=document))
    assert refusal.value.place == f"items/q1.xml:{line}:<{element}>"


def test_all_findings_come_together() -> None:
    source = package(items__q1_xml=item(body="<script/><p onclick='x'/>"), test_xml=b"x", framework_json=b"{")
    with pytest.raises(SourceRefused) as refusal:
        read_package(source)
    assert {each.file for each in refusal.value.findings} == {"test.xml"}
    source = package(items__q1_xml=item(body="<script/><p onclick='x'/>"), framework_json=b"{")
    with pytest.raises(SourceRefused) as refusal:
        read_package(source)
    assert {(each.file, each.rule) for each in refusal.value.findings} == {
        ("items/q1.xml", "element-refused"),
        ("items/q1.xml", "script"),
        ("framework.json", "framework"),
    }


def test_notes_do_not_refuse() -> None:
    unused = manifest({"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()})
    source = package(imsmanifest_xml=unused, items__q2_xml=item(), notes_txt=b"", items__q1_xml=item(
        body=choice(CHOICES.replace('"A"', '"WRONG_1"')) + "<p style='x'>y</p>"))  # fmt: skip
    assert read_package(source).items.keys() == {"items/q1.xml"}
    assert {each.rule for each in lint_package(source)} == {
        "attribute-dropped",
        "choice-telling",
        "file-unlisted",
        "resource-unused",
    }
    assert all(each.severity is Severity.NOTE for each in lint_package(source))


def test_a_poll_needs_no_score() -> None:
    parts = PART.format("p", "", section("s", REFERENCE.format("a", "q1")))
    parts += PART.format("o", "kiosk-poll", section("t", REFERENCE.format("b", "q2")))
    poll = item(declaration(), processing="").replace(SCORE.format(maximum=1).encode(), b"")
    listed = manifest({"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()})
    exam = read_package(package(imsmanifest_xml=listed, test_xml=form_document(parts=parts), items__q2_xml=poll))
    assert [part.role for part in exam.test.parts] == [PartRole.SCORED, PartRole.POLL]
    assert exam.test.parts[0].linear


def test_conventions() -> None:
    limits = '<qti-time-limits max-time="2700"/>'
    words = 'format="plain" data-min-words="5" data-max-words="50"'
    essay = f'<qti-extended-text-interaction response-identifier="RESPONSE" {words}/>'
    score = '<qti-outcome-declaration identifier="OTHER" cardinality="single" base-type="float"/>'
    document = item(declaration("string"), essay, "", outcomes=score).replace(
        b'maximum="1"', b'maximum="1" external-scored="human"'
    )
    one = form_document(section("s", limits + REFERENCE.format("a", "q1"), 'data-break-after="600"'))
    exam = read_package(package(test_xml=one, items__q1_xml=document))
    (only,) = exam.test.parts[0].sections
    assert (only.time_limits, only.break_after_s) == (TimeLimits(max_s=2700), 600)
    declared = exam.items["items/q1.xml"].outcome_declarations
    assert [each.external_scored for each in declared] == [True, False]
    (written,) = interactions(exam.items["items/q1.xml"].body)
    assert isinstance(written, ExtendedTextInteraction)
    assert (written.min_words, written.max_words) == (5, 50)


def test_pictures_and_stimuli() -> None:
    stimulus = (
        b'<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s" title="S">'
        b'<qti-stimulus-body><section><h2>One</h2><p><img src="../images/a.svg" alt="A"/></p></section></qti-stimulus-body>'
        b"</qti-assessment-stimulus>"
    )
    reference = b'<qti-assessment-stimulus-ref identifier="s" href="../stimuli/s.xml"/><qti-item-body>'
    source = package(
        imsmanifest_xml=manifest({"test.xml": (), "items/q1.xml": (), "stimuli/s.xml": ("images/a.svg",)}),
        items__q1_xml=item().replace(b"<qti-item-body>", reference),
        stimuli__s_xml=stimulus,
        images__a_svg=SVG,
    )
    exam = read_package(source)
    assert exam.items["items/q1.xml"].stimulus_paths == ("stimuli/s.xml",)
    assert exam.stimuli["stimuli/s.xml"].title == "S"
    assert exam.resources == {"images/a.svg": "image/svg+xml"}


def test_a_package_with_answers_is_no_delivery() -> None:
    with pytest.raises(SourceRefused) as refusal:
        read_delivery(package())
    assert errors(refusal.value.findings) == {"not-delivered"}


# -- folders ----------------------------------------------------------------------------------------------------------


def write(folder: Path, source: MemorySource) -> None:
    for path, content in source.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def test_a_folder(tmp_path: Path) -> None:
    write(tmp_path, package())
    (tmp_path / ".hidden").write_bytes(b"x")
    assert read_package(FolderSource(tmp_path)) == read_package(package())


def test_a_folder_with_a_link(tmp_path: Path) -> None:
    write(tmp_path, package())
    (tmp_path / "link").symlink_to(tmp_path / "items")
    with pytest.raises(SourceRefused) as refusal:
        read_package(FolderSource(tmp_path))
    assert errors(refusal.value.findings) == {"link"}


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        read_package(FolderSource(tmp_path / "nowhere"))


def test_what_was_built_once_is_scored_although_the_profile_became_narrower() -> None:
    form_a = source(SAMPLES[0])
    files = {path: form_a.read(path) for path in form_a.paths()}
    narrower = {
        path: data.replace(b"<qti-item-body>", b"<qti-item-body><script/>") if path.startswith("items/") else data
        for path, data in files.items()
    }
    with pytest.raises(SourceRefused):
        read_package(MemorySource(narrower))
    exam = read_for_scoring(MemorySource(narrower))
    whole = read_package(MemorySource(files))
    assert exam.test == whole.test
    assert exam.framework == whole.framework
    assert {path: item.response_processing for path, item in exam.items.items()} == {
        path: item.response_processing for path, item in whole.items.items()
    }
