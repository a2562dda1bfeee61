"""What is put right in other people's items, and what is refused where an outcome depends on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import ScoringRefused, SourceRefused
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.mending import mended_text
from exam_packages.qti.processing import process_item
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_any_item
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.writing_xml import MAP_RESPONSE, MATCH_CORRECT, NAMESPACE, declaration, item, mapping

V2 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
TEMPLATE = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
RULES = (
    "<responseProcessing><responseCondition><responseIf>{0}<setOutcomeValue identifier='SCORE'>"
    "<baseValue baseType='float'>1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>"
)
MATCH = "<match><variable identifier='RESPONSE'/><correct identifier='RESPONSE'/></match>"
STRING_MATCH = MATCH.replace("<match>", "<stringMatch caseSensitive='False'>").replace("</match>", "</stringMatch>")
DECLARED = (
    '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">'
    "<correctResponse><value>B</value></correctResponse></responseDeclaration>"
)
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
DEFAULTED = SCORE.replace("/>", "><defaultValue><value>x</value></defaultValue></outcomeDeclaration>")
BROKEN_AREAS = '<qti-area-mapping><qti-area-map-entry shape="rect" coords="1" mapped-value="1"/></qti-area-mapping>'
MAP_POINT = MAP_RESPONSE.replace("response.", "response_point.")


def old(
    declared: str = DECLARED,
    rules: str = RULES.format(MATCH),
    root: str = f'xmlns="{V2}"',
    before: str = "",
    body: str = "",
    outcomes: str = SCORE,
) -> str:
    return f"{before}<assessmentItem {root}>{declared}{outcomes}<itemBody>{body}</itemBody>{rules}</assessmentItem>"


def outcome(document: str | bytes, *response: str, name: str = "SCORE") -> str:
    """An outcome where faults are forgiven, or why it is not known."""
    untrusted = document if isinstance(document, bytes) else document.encode()
    try:
        read = read_any_item(untrusted, "items/item.xml")
        scope = process_item(read, {ResponseId("RESPONSE"): response} if response else {}, faults=Faults.FORGIVEN)
        scope.refuse_doubt(name)
    except (ScoringRefused, SourceRefused) as refusal:
        return str(refusal)
    return " ".join(format_value(scope.outcomes.get(OutcomeId(name)))) or "NULL"


def prefixed(document: str) -> str:
    return document.replace("<", "<qti:").replace("<qti:/", "</qti:")


def named(template: str) -> str:
    return f'<responseProcessing template="{template}"/>'


@pytest.mark.parametrize(
    "document",
    [
        old(),
        old(root=""),
        old(root='xmlns="urn:somebody"'),
        old(root='xmlns="http://www.imsglobal.org/xsd/imsqti_item_v2p2"'),
        old(root=f"{NAMESPACE} identifier='x'"),
        prefixed(old()),
        prefixed(old(root=f'xmlns:qti="{V2}"')),
        old(root=f'xmlns="{V2}" xsi:schemaLocation="a b"', body='<m:math m:x="1"/>'),
        old(before="<!DOCTYPE assessmentItem SYSTEM 'a'>"),
        old(before="<!-- x --><!DOCTYPE assessmentItem [<!-- don't ] --><!ENTITY % a 'x]>'><!ENTITY b \"]>\">]>"),
        old(before='<!DOCTYPE a [<!ENTITY key "B">]>').replace(">B<", ">&key;<"),
        old(body="&InvisibleTimes;&PlusMinus;&nbsp;&NotEqualTilde;"),
        old().replace(">B<", "><!-- the key -->B<?also this?><"),
        old().replace(">B<", "><![CDATA[B]]><").replace(">1<", ">\n 1 <!-- point --><"),
        old().replace(' cardinality="single"', ""),
        old().replace('"single"', '"Single"').replace('"identifier"', '"IDENTIFIER"'),
        old().replace(' baseType="float"', "", 1),
        old(DECLARED * 2),
        old(outcomes="") .replace("<itemBody>", f"<itemBody><p/></itemBody>{SCORE}<itemBody>"),
        old(rules=RULES.format(f"<and><baseValue baseType='boolean'>TRUE</baseValue>{MATCH}</and>")),
        old(rules=RULES.format(STRING_MATCH)),
        old(rules=RULES.format(MATCH).replace("<responseCondition>", '<x:note xmlns:x="urn:x">why</x:note><responseCondition>')),
        old(rules=RULES.format(MATCH).replace("<responseProcessing>", f'<responseProcessing template="{TEMPLATE}">')),
        old(rules=named(TEMPLATE)),
        old(rules=named("match_correct")),
        old(rules=named("../rptemplates/match_correct.xml")),
        old(rules=named("HTTP://somewhere.example/rptemplates/match_correct/")),
        old(rules='<responseProcessing templateLocation="/rptemplates/match_correct.xml"/>'),
        old(before='<?xml version="1.0" encoding="utf-16"?>'),
        old(before='\n <?xml version="1.0" encoding="UTF-8"?>'),
        old(before='<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a>').encode("utf-16"),
        old(before='<?xml version="1.0" encoding="iso-8859-15"?>', body="\u20ac").encode("iso-8859-15"),
        item().replace(NAMESPACE.encode(), b""),
        item().replace(b"base-type", b"baseType").replace(b"qti-response-declaration", b"responseDeclaration"),
        item().replace(b"imsqtiasi_v3p0", b"imsqtiasi_v3p0p1"),
    ],
)  # fmt: skip
def test_what_makes_no_difference(document: str | bytes) -> None:
    assert (outcome(document, "B"), outcome(document, "A"), outcome(document)) == ("1", "0", "0")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (old(rules=RULES.format(f"<and><x:op xmlns:x='urn:x'/>{MATCH}</and>")), "no operator of the standard"),
        (old(rules=RULES.format("<notEqual/>")), "no operator of the standard"),
        (old(rules=RULES.format("").replace("responseIf", "responseElse")), "does not belong here"),
        (old(rules=RULES.format("").replace("<responseIf>", "<responseIf/><responseIf>")), "has no condition"),
        (old(DECLARED.replace(' baseType="identifier"', "")), "no base type"),
        (old(DECLARED.replace(' baseType="identifier"', ' baseType="word"')), "no base type"),
        (old(rules=named("http://somewhere.example/templates/match_correct")), "names the template"),
        (old(rules=named("rptemplates/match_anything")), "names the template"),
        (old(body="&nothing;"), "not well-formed"),
        (old(before="<!DOCTYPE a [<!ENTITY b '&c;'>]>", body="&b;"), "not well-formed"),
        (old(outcomes=DEFAULTED, rules=""), "declares a value"),
    ],
)  # fmt: skip
def test_what_makes_a_difference_is_refused(document: str, reason: str) -> None:
    assert reason in outcome(document, "B")


def test_entities_do_not_blow_a_document_up() -> None:
    declared = f"<!DOCTYPE a [<!ENTITY z '{'x' * 1000}'>]>"
    small = old(before=declared, body="&z;" * 1000).encode()
    assert len(mended_text(small)) > 1_000_000
    large = old(before=declared, body="&z;" * 5000).encode()
    assert len(mended_text(large)) <= len(large)
    with pytest.raises(SourceRefused, match="not well-formed"):
        read_any_item(large, "a.xml", dict[str, bytes]().__getitem__)


@pytest.mark.parametrize(
    "rule",
    [
        "<setOutcomeValue identifier='OTHER'><notEqual/></setOutcomeValue>",
        "<responseCondition><responseElse><setOutcomeValue identifier='OTHER'/></responseElse></responseCondition>",
        "<responseCondition><responseIf/><responseElse/></responseCondition>",
        "<lookupOutcomeValue identifier='OTHER'><lookupTable/></lookupOutcomeValue>",
    ],
)
def test_a_rule_that_cannot_be_read_leaves_other_outcomes_alone(rule: str) -> None:
    rules = RULES.format(MATCH).replace("<responseCondition>", f"{rule}<responseCondition>", 1)
    document = old(outcomes=SCORE + SCORE.replace("SCORE", "OTHER"), rules=rules)
    assert (outcome(document, "B"), outcome(document, "A")) == ("1", "0")
    # What the rule does not name is not in doubt.
    assert (outcome(document, name="OTHER") == "0") is ("OTHER" not in rule)


def test_a_rule_that_cannot_be_read_may_have_ended_processing() -> None:
    ending = "<responseCondition><responseElse><exitResponse/></responseElse></responseCondition>"
    document = old(rules=RULES.format(MATCH).replace("<responseCondition>", f"{ending}<responseCondition>", 1))
    assert "does not belong here" in outcome(document, "B")


@pytest.mark.parametrize(
    ("inner", "processing", "unanswered", "answered"),
    [
        (mapping({"B": 1}).replace('"1"', '"one"'), MAP_RESPONSE, "0", "mapping cannot be read"),
        (BROKEN_AREAS, MAP_POINT, "0", "area mapping cannot be read"),
        (mapping({"B": 1}) + "<qti-default-value/>" * 2, MAP_RESPONSE, "qti-default-value that cannot be read", "1"),
        ("<qti-correct-response/>" * 2, MATCH_CORRECT, "that cannot be read", "that cannot be read"),
    ],
)
def test_parts_of_a_declaration_are_refused_where_they_count(
    inner: str, processing: str, unanswered: str, answered: str
) -> None:
    declared = declaration("point" if inner == BROKEN_AREAS else "identifier", inner=inner)
    document = item(declared, processing=f'<qti-response-processing template="{processing}"/>')
    assert unanswered in outcome(document)
    assert answered in outcome(document, "1 1" if inner == BROKEN_AREAS else "B")


def test_a_lookup_table_that_cannot_be_read() -> None:
    table = "<qti-match-table><qti-match-table-entry source-value='x' target-value='1'/></qti-match-table>"
    lookup = (
        '<qti-response-processing><qti-lookup-outcome-value identifier="X"><qti-base-value base-type="integer">1'
        "</qti-base-value></qti-lookup-outcome-value></qti-response-processing>"
    )
    declared = f'<qti-outcome-declaration identifier="X" cardinality="single" base-type="float">{table}</qti-outcome-declaration>'
    document = item(outcomes=declared, processing=lookup)
    assert "lookup table that cannot be read" in outcome(document, name="X")
    assert outcome(document) == "0"


@pytest.mark.parametrize(
    ("base_type", "text", "plain"),
    [("integer", "3.0", "3"), ("integer", " +3 ", "3"), ("boolean", " True", "true"), ("string", "\n B ", "B")],
)
def test_constants_in_other_spellings(base_type: str, text: str, plain: str) -> None:
    document = item(declaration(base_type, correct=(text,)))
    assert (outcome(document, plain), outcome(document)) == ("1", "0")


def test_bounds_that_are_written_down_empty() -> None:
    inner = mapping({"B": 7}, 'lower-bound="" upper-bound=" " default-value=""')
    document = item(declaration(inner=inner), processing=f'<qti-response-processing template="{MAP_RESPONSE}"/>')
    document = document.replace(b'normal-maximum="1"', b'normal-maximum=""')
    assert (outcome(document, "B"), outcome(document, "A")) == ("7", "0")


def test_integers_or_identifiers() -> None:
    document = item(declaration("intOrIdentifier", correct=("3",)))
    assert (outcome(document, "3"), outcome(document, "a")) == ("1", "0")


def test_constants_of_rules_keep_their_white_space() -> None:
    match = "<match><variable identifier='RESPONSE'/><baseValue baseType='string'> B</baseValue></match>"
    declared = '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>'
    document = old(declared, rules=RULES.format(match))
    assert (outcome(document, " B"), outcome(document, "B")) == ("1", "0")


def test_identifiers_with_spaces_are_texts() -> None:
    document = item(
        declaration(cardinality="multiple", correct=("A 1", "B 2"), inner=mapping({"A 1": 0.5, "B 2": 0.25})),
        processing=f'<qti-response-processing template="{MAP_RESPONSE}"/>',
    )
    assert (outcome(document, "A 1", "B 2"), outcome(document, "B 2", "B 2")) == ("0.75", "0.25")


@given(st.text(alphabet="<!DOCTYPE[]>'\"-& ;nbsp:a=\n", max_size=200))
def test_any_text_becomes_bytes(text: str) -> None:
    assert isinstance(mended_text(text.encode()), bytes)


@pytest.mark.parametrize(
    "hostile", ["<!DOCTYPE [" + "<!--" * 50_000, "<!DOCTYPE " * 20_000, "&" * 100_000, "<a " * 50_000]
)
def test_nothing_takes_long(hostile: str) -> None:
    assert mended_text(hostile.encode()).startswith(b"<" if "<" in hostile else b"&")
