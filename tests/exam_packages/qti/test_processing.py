from __future__ import annotations

import pytest

from exam_packages.errors import ProcessingRefused, ResponseRefused, SourceRefused, UnsupportedProcessing
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.model import AssessmentItem, Lexical
from exam_packages.qti.processing import process_item
from exam_packages.qti.reading import parse
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.templates import TEMPLATES, expand
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.writing_xml import MAP_RESPONSE, declaration, item, mapping


def read(document: bytes) -> AssessmentItem:
    return read_item_for_scoring(parse(document, "item.xml"))


def scored(document: bytes, outcome: str = "SCORE", **responses: Lexical) -> Lexical:
    scope = process_item(read(document), {ResponseId(name): value for name, value in responses.items()})
    return format_value(scope.outcomes[OutcomeId(outcome)])


def rules(text: str) -> str:
    return f"<qti-response-processing>{text}</qti-response-processing>"


def assign(number: object, identifier: str = "SCORE") -> str:
    return (
        f'<qti-set-outcome-value identifier="{identifier}"><qti-base-value base-type="float">{number}</qti-base-value>'
        "</qti-set-outcome-value>"
    )


ANSWERED = '<qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null>'
NULL_CONDITION = '<qti-match><qti-null/><qti-correct identifier="RESPONSE"/></qti-match>'


def test_match_correct() -> None:
    assert scored(item(), RESPONSE=("B",)) == ("1",)
    assert scored(item(), RESPONSE=("A",)) == ("0",)
    assert scored(item()) == ("0",)


def test_map_response() -> None:
    document = item(
        declaration(cardinality="multiple", inner=mapping({"A": 1, "B": -0.5})),
        processing=f'<qti-response-processing template="{MAP_RESPONSE}"/>',
    )
    assert scored(document, RESPONSE=("A", "B", "B")) == ("0.5",)
    assert scored(document) == ("0",)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize(
    "uri",
    [
        "http://www.imsglobal.org/question/qti_v2p0/rptemplates/{}",
        "http://www.imsglobal.org/question/qti_v2p1/rptemplates/{}",
        "http://www.imsglobal.org/question/qti_v2p2/rptemplates/{}",
        "https://www.imsglobal.org/question/qti_v3p0/rptemplates/{}.xml",
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml",
        "http://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}",
    ],
)
def test_template_uris(uri: str, name: str) -> None:
    template = expand(uri.format(name))
    assert template is not None
    assert template.rules == TEMPLATES[name]


@pytest.mark.parametrize(
    "uri",
    [
        "match_correct",
        "https://example.org/question/qti_v2p1/rptemplates/match_correct",
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_nothing.xml",
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml?x",
        "x" * 10_000,
    ],
)
def test_no_template(uri: str) -> None:
    assert expand(uri) is None
    with pytest.raises(SourceRefused) as refusal:
        read(item(processing=f'<qti-response-processing template="{uri}"/>'))
    assert refusal.value.findings[0].rule == "template-unknown"


def test_common_cartridge_templates() -> None:
    extra = (
        '<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float">'
        "<qti-default-value><qti-value>3</qti-value></qti-default-value></qti-outcome-declaration>"
        '<qti-outcome-declaration identifier="FEEDBACKBASIC" cardinality="single" base-type="identifier"/>'
    )
    uri = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/CC2_match_basic"
    document = item(outcomes=extra, processing=f'<qti-response-processing template="{uri}"/>')
    assert scored(document, RESPONSE=("B",)) == ("3",)
    assert scored(document, "FEEDBACKBASIC", RESPONSE=("A",)) == ("incorrect",)


def test_conditions() -> None:
    processing = rules(
        "<qti-response-condition>"
        f"<qti-response-if>{ANSWERED}{assign(0.1)}</qti-response-if>"
        '<qti-response-else-if><qti-match><qti-variable identifier="RESPONSE"/>'
        '<qti-base-value base-type="identifier">A</qti-base-value></qti-match>'
        f"{assign(0.2)}</qti-response-else-if>"
        f"<qti-response-else>{assign(0.3)}</qti-response-else>"
        "</qti-response-condition>"
    )
    document = item(processing=processing)
    assert scored(document) == ("0.1",)
    assert scored(document, RESPONSE=("A",)) == ("0.2",)
    assert scored(document, RESPONSE=("B",)) == ("0.3",)


def test_a_null_condition_is_not_true() -> None:
    processing = rules(
        f"<qti-response-condition><qti-response-if>{NULL_CONDITION}{assign(1)}</qti-response-if>"
        f"<qti-response-else>{assign(0.5)}</qti-response-else></qti-response-condition>"
    )
    assert scored(item(processing=processing)) == ("0.5",)


def test_exit_keeps_what_was_set() -> None:
    document = item(processing=rules(f"{assign(1)}<qti-exit-response/>{assign(2)}"))
    assert scored(document) == ("1",)


def test_numeric_outcomes_start_at_zero_and_others_at_null() -> None:
    extra = (
        '<qti-outcome-declaration identifier="I" cardinality="single" base-type="integer"/>'
        '<qti-outcome-declaration identifier="M" cardinality="multiple" base-type="float"/>'
        '<qti-outcome-declaration identifier="S" cardinality="single" base-type="string"/>'
    )
    document = item(outcomes=extra, processing="")
    assert [scored(document, name) for name in ("SCORE", "I", "M", "S")] == [("0",), ("0",), (), ()]


@pytest.mark.parametrize(
    ("table", "results"),
    [
        (
            (
                '<qti-interpolation-table default-value="9">'
                '<qti-interpolation-table-entry source-value="3" target-value="30"/>'
                '<qti-interpolation-table-entry source-value="2" target-value="20" include-boundary="false"/>'
                '<qti-interpolation-table-entry source-value="1" target-value="10"/></qti-interpolation-table>'
            ),
            {"4": "30", "3": "30", "2.5": "20", "2": "10", "1": "10", "0": "9"},
        ),
        (
            (
                "<qti-interpolation-table>"
                '<qti-interpolation-table-entry source-value="0" target-value="1"/>'
                '<qti-interpolation-table-entry source-value="5" target-value="2"/></qti-interpolation-table>'
            ),
            {"7": "1", "-1": None},
        ),
        (
            (
                '<qti-match-table default-value="9"><qti-match-table-entry source-value="1" target-value="10"/>'
                '<qti-match-table-entry source-value="1" target-value="11"/></qti-match-table>'
            ),
            {"1": "10", "1.5": "9", "2": "9"},
        ),
    ],
)
def test_lookup_tables(table: str, results: dict[str, str | None]) -> None:
    attributes = 'identifier="GRADE" cardinality="single" base-type="float"'
    outcome = f"<qti-outcome-declaration {attributes}>{table}</qti-outcome-declaration>"
    lookup = (
        '<qti-lookup-outcome-value identifier="GRADE"><qti-variable identifier="RESPONSE"/></qti-lookup-outcome-value>'
    )
    document = item(declaration("float"), outcomes=outcome, processing=rules(lookup))
    for source, target in results.items():
        assert scored(document, "GRADE", RESPONSE=(source,)) == (() if target is None else (target,))
    assert scored(document, "GRADE") == ()


@pytest.mark.parametrize(
    ("base_type", "cardinality", "response"),
    [
        ("identifier", "single", ("A", "B")),
        ("identifier", "single", ("A B",)),
        ("directedPair", "multiple", ("A",)),
        ("boolean", "single", ("maybe",)),
        ("integer", "multiple", ("one",)),
    ],
)
def test_a_response_that_this_item_cannot_have(base_type: str, cardinality: str, response: Lexical) -> None:
    with pytest.raises(ResponseRefused, match="RESPONSE"):
        scored(item(declaration(base_type, cardinality)), RESPONSE=response)


def test_a_response_to_another_item() -> None:
    with pytest.raises(ResponseRefused, match="OTHER"):
        scored(item(), OTHER=("A",))


def test_what_is_typed_and_no_number_is_no_response() -> None:
    scope = process_item(read(item(declaration("float", correct=("12.5",)))), {ResponseId("RESPONSE"): ("12,5",)})
    assert scope.unreadable == ["RESPONSE"]
    assert not scope.responded
    assert format_value(scope.outcomes[OutcomeId("SCORE")]) == ("0",)


DEFAULTED = declaration(correct=("B",), inner="<qti-default-value><qti-value>A</qti-value></qti-default-value>")


@pytest.mark.parametrize(
    ("document", "response", "responded"),
    [
        (item(), ("B",), True),
        (item(), (), False),
        (item(), None, False),
        (item(DEFAULTED), ("B",), True),
        (item(DEFAULTED), ("A",), False),
        (item(DEFAULTED), None, False),
        (item(DEFAULTED), (), True),
    ],
)
def test_a_response_differs_from_its_default(document: bytes, response: Lexical | None, responded: bool) -> None:  # noqa: FBT001 - a table
    responses = {} if response is None else {ResponseId("RESPONSE"): response}
    assert process_item(read(document), responses).responded is responded


TOWNS = (
    '<qti-mapping default-value="-1"><qti-map-entry map-key="York" mapped-value="1" case-sensitive="true"/>'
    '<qti-map-entry map-key="york" mapped-value="0.5" case-sensitive="false"/>'
    '<qti-map-entry map-key="Bath" mapped-value="2" case-sensitive="true"/></qti-mapping>'
)


@pytest.mark.parametrize(
    ("response", "points"), [("York", "1"), ("york", "0.5"), ("YORK", "0.5"), ("BATH", "-1"), ("Bath", "2"), ("", "-1")]
)
def test_keys_that_say_whether_case_matters(response: str, points: str) -> None:
    mapped = (
        '<qti-set-outcome-value identifier="SCORE"><qti-map-response identifier="RESPONSE"/></qti-set-outcome-value>'
    )
    document = item(declaration("string", inner=TOWNS), processing=rules(mapped))
    assert scored(document, RESPONSE=(response,)) == (points,)
    empty = TOWNS.replace("Bath", "")
    assert scored(item(declaration("string", inner=empty), processing=rules(mapped)), RESPONSE=()) == ("2",)


@pytest.mark.parametrize(
    ("processing", "refusal"),
    [
        (assign(1, "NOBODY"), ProcessingRefused),
        ('<qti-set-outcome-value identifier="SCORE"/>', ProcessingRefused),
        (
            (
                '<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="string">a</qti-base-value>'
                "</qti-set-outcome-value>"
            ),
            ProcessingRefused,
        ),
        ('<qti-lookup-outcome-value identifier="SCORE"><qti-null/></qti-lookup-outcome-value>', ProcessingRefused),
        ('<qti-set-response-value identifier="RESPONSE"><qti-null/></qti-set-response-value>', UnsupportedProcessing),
    ],
)
def test_wrong_rules(processing: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        scored(item(processing=rules(processing)))


@pytest.mark.parametrize(
    "processing",
    [
        "<qti-response-condition><qti-response-else/></qti-response-condition>",
        "<qti-response-condition><qti-response-if/></qti-response-condition>",
        (
            f"<qti-response-condition><qti-response-if>{ANSWERED}</qti-response-if>"
            f"<qti-response-if>{ANSWERED}</qti-response-if></qti-response-condition>"
        ),
    ],
)
def test_wrong_conditions(processing: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read(item(processing=rules(processing)))
    assert refusal.value.findings[0].rule == "condition-form"


def test_fragments_are_rules_where_they_stand() -> None:
    inner = f"<qti-response-processing-fragment>{assign(1)}<qti-exit-response/></qti-response-processing-fragment>"
    assert scored(item(processing=rules(f"{inner}{assign(2)}"))) == ("1",)


def test_records_come_in_and_go_out() -> None:
    declared = '<qti-response-declaration identifier="RESPONSE" cardinality="record"/>'
    outcome = (
        '<qti-outcome-declaration identifier="OUT" cardinality="record"><qti-default-value>'
        '<qti-value field-identifier="x" base-type="integer">7</qti-value></qti-default-value></qti-outcome-declaration>'
    )
    keep = '<qti-set-outcome-value identifier="OUT"><qti-variable identifier="RESPONSE"/></qti-set-outcome-value>'
    document = item(declared, outcomes=outcome, processing=rules(keep))
    assert scored(document, "OUT", RESPONSE=("y string by the sea", "x integer 1")) == (
        "x integer 1",
        "y string by the sea",
    )
    assert scored(document, "OUT") == ()
    assert scored(item(declared, outcomes=outcome, processing=""), "OUT") == ("x integer 7",)
    for wrong in (("x",), ("x integer a",), ("x number 1",), (" integer 1",)):
        with pytest.raises(ResponseRefused):
            scored(document, "OUT", RESPONSE=wrong)
    with pytest.raises(ProcessingRefused, match="record"):
        scored(item(outcomes=outcome, processing=rules(keep)), "OUT", RESPONSE=("A",))


def forgiven(document: bytes, outcome: str = "SCORE") -> Lexical:
    scope = process_item(read(document), {}, faults=Faults.FORGIVEN)
    scope.refuse_doubt(outcome)
    return format_value(scope.outcomes[OutcomeId(outcome)])


@pytest.mark.parametrize("operator", ["variable", "correct", "default"])
def test_what_nobody_declared_is_null_where_faults_are_forgiven(operator: str) -> None:
    processing = rules(
        f'<qti-set-outcome-value identifier="SCORE"><qti-{operator} identifier="NOBODY"/></qti-set-outcome-value>'
    )
    with pytest.raises(ProcessingRefused, match="not a declared variable"):
        scored(item(processing=processing))
    assert forgiven(item(processing=processing)) == ()


@pytest.mark.parametrize("operator", ["map-response", "map-response-point"])
def test_mapping_without_a_mapping(operator: str) -> None:
    mapped = (
        f'<qti-set-outcome-value identifier="SCORE"><qti-{operator} identifier="RESPONSE"/></qti-set-outcome-value>'
    )
    with pytest.raises(ProcessingRefused, match="declares no"):
        scored(item(processing=rules(mapped)))
    assert forgiven(item(processing=rules(assign(1) + mapped))) == ("0",)


def test_a_default_that_is_no_value() -> None:
    outcome = (
        '<qti-outcome-declaration identifier="N" cardinality="single" base-type="integer">'
        "<qti-default-value><qti-value>many</qti-value></qti-default-value></qti-outcome-declaration>"
    )
    with pytest.raises(ProcessingRefused, match="whole number"):
        scored(item(outcomes=outcome), "N")
    assert forgiven(item(outcomes=outcome)) == ("0",)
    with pytest.raises(ProcessingRefused, match="whole number"):
        forgiven(item(outcomes=outcome), "N")
    assert forgiven(item(outcomes=outcome, processing=rules(assign(2, "N"))), "N") == ("2",)


WRONG = '<qti-set-outcome-value identifier="SCORE"><qti-custom-operator/></qti-set-outcome-value>'
OTHER = '<qti-outcome-declaration identifier="OTHER" cardinality="single" base-type="float"/>'


def test_a_rule_that_cannot_be_computed_leaves_the_others_alone() -> None:
    document = item(outcomes=OTHER, processing=rules(WRONG + assign(1, "OTHER")))
    with pytest.raises(UnsupportedProcessing):
        scored(document)
    assert forgiven(document, "OTHER") == ("1",)
    with pytest.raises(UnsupportedProcessing, match="vendor's own"):
        forgiven(document)
    assert forgiven(item(processing=rules(WRONG + assign(2)))) == ("2",)  # assigned again: no doubt is left


def test_doubt_spreads_to_what_depends_on_it() -> None:
    copied = '<qti-set-outcome-value identifier="OTHER"><qti-variable identifier="SCORE"/></qti-set-outcome-value>'
    with pytest.raises(UnsupportedProcessing):
        forgiven(item(outcomes=OTHER, processing=rules(WRONG + copied)), "OTHER")
    condition = (
        "<qti-response-condition><qti-response-if><qti-custom-operator/>"
        f"{assign(1, 'OTHER')}</qti-response-if></qti-response-condition>"
    )
    with pytest.raises(UnsupportedProcessing):
        forgiven(item(outcomes=OTHER, processing=rules(condition)), "OTHER")
    leaving = condition.replace(assign(1, "OTHER"), "<qti-exit-response/>")
    with pytest.raises(UnsupportedProcessing):
        forgiven(item(outcomes=OTHER, processing=rules(leaving + assign(1, "OTHER"))), "OTHER")
