"""A template becomes an item that means the same everywhere: text, key, formula and scoring agree, for every seed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import ScoringRefused, SourceRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.cloning import CloneSource, cloned
from exam_packages.qti.forms import read_test
from exam_packages.qti.linting import lint
from exam_packages.qti.manifest import read_manifest
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import QTI3_NAMESPACE, parse
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.sources import MemorySource
from exam_packages.qti.upgrade import upgraded
from tests.exam_packages.qti import corpus

SEED = "0123456789abcdef0123456789abcdef"
SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)

TEMPLATE = f"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="{QTI3_NAMESPACE}" identifier="calls" title="Calls" time-dependent="false" xml:lang="en">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="integer"/>
<qti-response-declaration identifier="WAY" cardinality="single" base-type="identifier">
  <qti-correct-response><qti-value>up</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1">
  <qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>
<qti-template-declaration identifier="CALLS" cardinality="single" base-type="integer"/>
<qti-template-declaration identifier="AGENTS" cardinality="single" base-type="integer"/>
<qti-template-declaration identifier="EACH" cardinality="single" base-type="integer" math-variable="true"/>
<qti-template-declaration identifier="CENTER" cardinality="single" base-type="identifier"/>
<qti-template-processing>
  <qti-set-template-value identifier="AGENTS"><qti-random-integer min="2" max="9"/></qti-set-template-value>
  <qti-set-template-value identifier="EACH"><qti-random-integer min="10" max="20"/></qti-set-template-value>
  <qti-set-template-value identifier="CALLS">
    <qti-product><qti-variable identifier="AGENTS"/><qti-variable identifier="EACH"/></qti-product>
  </qti-set-template-value>
  <qti-set-template-value identifier="CENTER">
    <qti-random><qti-multiple><qti-base-value base-type="identifier">inbound</qti-base-value>
      <qti-base-value base-type="identifier">outbound</qti-base-value></qti-multiple></qti-random>
  </qti-set-template-value>
  <qti-set-correct-response identifier="RESPONSE"><qti-variable identifier="CALLS"/></qti-set-correct-response>
</qti-template-processing>
<qti-item-body>
  <p>A center of <qti-printed-variable identifier="AGENTS"/> agents takes <math
     xmlns="http://www.w3.org/1998/Math/MathML"><mi>EACH</mi></math> calls an hour each. How many calls is that?
     <qti-text-entry-interaction response-identifier="RESPONSE"/></p>
  <qti-template-block template-identifier="CENTER" identifier="inbound" show-hide="show">
    <qti-content-body><p id="inbound">It is an inbound center.</p></qti-content-body></qti-template-block>
  <qti-template-block template-identifier="CENTER" identifier="inbound" show-hide="hide">
    <qti-content-body><p id="outbound">It is an outbound center.</p></qti-content-body></qti-template-block>
  <qti-choice-interaction response-identifier="WAY" max-choices="1">
    <qti-simple-choice identifier="up">Up</qti-simple-choice>
    <qti-simple-choice identifier="in" template-identifier="CENTER" show-hide="show">Never</qti-simple-choice>
    <qti-simple-choice identifier="down">Down</qti-simple-choice></qti-choice-interaction>
</qti-item-body>
<qti-response-processing>
  <qti-response-condition><qti-response-if>
    <qti-equal tolerance-mode="absolute" tolerance="AGENTS AGENTS">
      <qti-variable identifier="RESPONSE"/><qti-variable identifier="CALLS"/></qti-equal>
    <qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value>
  </qti-response-if></qti-response-condition>
</qti-response-processing>
</qti-assessment-item>
""".encode()


def clone(seed: str) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    made = cloned(TEMPLATE, "items/calls.xml", seed)
    assert made is not None
    return made.document.decode(), made.values


@given(SEEDS)
def test_text_key_and_scoring_agree(seed: str) -> None:
    text, values = clone(seed)
    agents, each, calls = (int(values[name][0]) for name in ("AGENTS", "EACH", "CALLS"))
    assert calls == agents * each
    assert f"A center of {agents} agents" in text
    assert re.search(rf"<mn[^>]*>{each}</mn>", re.sub(r"\s*\n\s*", "", text))
    assert ('id="inbound"' in text) is (values["CENTER"] == ("inbound",))
    assert ('id="inbound"' in text) is not ('id="outbound"' in text)
    assert "template" not in text
    item = read_item_for_scoring(parse(text.encode(), "a.xml"))
    assert item.response_declarations[0].correct == (str(calls),)
    for answer, points in ((calls, 1.0), (calls + agents, 1.0), (calls + agents + 1, 0.0)):
        scored = process_item(item, {ResponseId("RESPONSE"): (str(answer),)}).outcomes[OutcomeId("SCORE")]
        assert scored is not None
        assert scored.items == (points,)


def test_one_seed_one_clone_and_another_path_another() -> None:
    assert clone(SEED) == clone(SEED)
    numbers = {tuple(cloned(TEMPLATE, f"items/{n}.xml", SEED).values["CALLS"]) for n in range(20)}  # type: ignore[union-attr]  # it is a template
    assert len(numbers) > 5


def test_lines_stay() -> None:
    before, after = parse(TEMPLATE, "a.xml"), parse(clone(SEED)[0].encode(), "a.xml")
    name = f"{{{QTI3_NAMESPACE}}}qti-choice-interaction"
    assert [each.sourceline for each in before.node.iter(name)] == [each.sourceline for each in after.node.iter(name)]


def test_a_clone_keeps_the_profile() -> None:
    rules = {found.rule for found in lint(parse(clone(SEED)[0].encode(), "a.xml"), "qti-assessment-item")}
    assert rules <= {"dropped"}


def test_what_is_no_template_is_left_alone() -> None:
    plain = TEMPLATE.replace(b"template-", b"tempered-")
    assert cloned(plain, "a.xml", SEED) is None
    assert cloned(b"<qti-assessment-test>template-</qti-assessment-test>", "a.xml", SEED) is None


def test_a_template_that_cannot_be_decided_is_refused_with_its_place() -> None:
    broken = TEMPLATE.replace(b'<qti-random-integer min="2" max="9"/>', b'<qti-variable identifier="NOBODY"/>')
    with pytest.raises(SourceRefused, match="NOBODY") as refused:
        cloned(broken, "items/calls.xml", SEED)
    assert refused.value.findings[0].file == "items/calls.xml"


MANIFEST = b"""<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><resources>
<resource identifier="t" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/></resource>
<resource identifier="c" type="imsqti_item_xmlv3p0" href="items/calls.xml"><file href="items/calls.xml"/></resource>
</resources></manifest>"""
TEST = f"""<qti-assessment-test xmlns="{QTI3_NAMESPACE}" identifier="form" title="Form"><qti-test-part identifier="p"
 navigation-mode="nonlinear" submission-mode="simultaneous"><qti-assessment-section identifier="s" title="S" visible="true">
<qti-assessment-item-ref identifier="q1" href="items/calls.xml" required="true"/>
</qti-assessment-section></qti-test-part></qti-assessment-test>""".encode()


def package(**more: bytes) -> MemorySource:
    files = {"imsmanifest.xml": MANIFEST, "test.xml": TEST, "items/calls.xml": TEMPLATE}
    return MemorySource({**files, **{name.replace("_", "."): data for name, data in more.items()}})


def test_one_variant_keeps_names() -> None:
    source = CloneSource(package(), SEED)
    assert sorted(source.paths()) == sorted(package().paths())
    assert source.read("test.xml") == TEST
    assert source.read("items/calls.xml") == cloned(TEMPLATE, "items/calls.xml", SEED).document  # type: ignore[union-attr]  # it is a template
    assert source.clones["items/calls.xml"]["CALLS"]


def test_several_variants_become_a_selection() -> None:
    source = CloneSource(package(), SEED, variants=3)
    read = read_test(parse(source.read("test.xml"), "test.xml"))
    (inner,) = read.parts[0].sections[0].children
    assert (inner.selection and inner.selection.select, inner.visible, inner.required) == (1, False, True)  # type: ignore[union-attr]  # a section
    assert [ref.identifier for ref in read.item_refs()] == ["q1", "q1-variant-2", "q1-variant-3"]
    paths = [ref.path for ref in read.item_refs()]
    assert set(paths) <= set(source.paths())
    assert len({source.read(path) for path in paths}) > 1
    listed = read_manifest(parse(source.read("imsmanifest.xml"), "imsmanifest.xml"))
    assert set(paths) <= listed.files
    assert len({each.identifier for each in listed.resources}) == 4


def test_rules_that_name_the_item_stand_in_the_way_of_variants() -> None:
    rule = b'<qti-outcome-processing><qti-set-outcome-value identifier="X"><qti-variable identifier="q1.SCORE"/>'
    rule += b"</qti-set-outcome-value></qti-outcome-processing></qti-assessment-test>"
    test = TEST.replace(b"</qti-assessment-test>", rule)
    assert CloneSource(package(test_xml=test), SEED).read("test.xml") == test
    with pytest.raises(SourceRefused, match="variants"):
        tuple(CloneSource(package(test_xml=test), SEED, variants=2).paths())


def test_rules_that_name_the_item_from_another_file_stand_in_the_way_too() -> None:
    section = TEST[TEST.index(b"<qti-assessment-section") : TEST.index(b"</qti-test-part>")]
    reference = b'<qti-assessment-section-ref identifier="s" href="s.xml"/>'
    rule = b'<qti-outcome-processing><qti-set-outcome-value identifier="X"><qti-variable identifier="q1.SCORE"/>'
    rule += b"</qti-set-outcome-value></qti-outcome-processing></qti-assessment-test>"
    apart = {
        "s_xml": section.replace(
            b"<qti-assessment-section", f'<qti-assessment-section xmlns="{QTI3_NAMESPACE}"'.encode(), 1
        )
    }
    plain = TEST.replace(section, reference)
    assert b"variant-2" in CloneSource(package(test_xml=plain, **apart), SEED, variants=2).read("s.xml")
    with pytest.raises(SourceRefused, match="variants") as refused:
        tuple(
            CloneSource(
                package(test_xml=plain.replace(b"</qti-assessment-test>", rule), **apart), SEED, variants=2
            ).paths()
        )
    assert refused.value.findings[0].file == "test.xml"


@corpus.NEEDS_CORPUS
def test_templates_that_others_wrote() -> None:
    made, refused = 0, []
    for path, untrusted in corpus.documents():
        try:
            clone_of = cloned(upgraded(untrusted, path), path, SEED)
        except SourceRefused as refusal:
            refused.append((path, str(refusal)))
            continue
        if clone_of is None:
            continue
        made += 1
        item = read_item_for_scoring(parse(clone_of.document, path))
        assert not item.template_declarations
        correct = {each.identifier: each.correct or () for each in item.response_declarations}
        try:
            process_item(item, correct)
        except ScoringRefused as refusal:
            refused.append((path, str(refusal)))
    assert made >= 40, (made, refused)
