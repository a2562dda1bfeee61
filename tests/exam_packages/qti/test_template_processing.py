"""Item templates: what chance decides, how often it may try, and what a clone is."""

from __future__ import annotations

import pytest

from exam_packages.errors import ProcessingRefused, SourceRefused, UnsupportedProcessing
from exam_packages.ids import OutcomeId, ResponseId
from exam_packages.qti.items import read_item
from exam_packages.qti.model import AssessmentItem, Lexical
from exam_packages.qti.processing import process_item
from exam_packages.qti.randomness import Chance
from exam_packages.qti.reading import parse
from exam_packages.qti.scope import Faults
from exam_packages.qti.scoring_items import read_item_for_scoring
from exam_packages.qti.template_processing import TemplateResult, instantiated, run_template_processing
from exam_packages.qti.values import format_value
from tests.exam_packages.qti.writing_xml import declaration, item

RANDOM_A = '<qti-set-template-value identifier="A"><qti-random-integer min="1" max="6"/></qti-set-template-value>'
ONE = '<qti-base-value base-type="integer">1</qti-base-value>'
SUM = (
    '<qti-set-correct-response identifier="RESPONSE"><qti-sum><qti-variable identifier="A"/><qti-variable identifier="B"/>'
    "</qti-sum></qti-set-correct-response>"
)


def template(name: str, default: str = "", base_type: str = "integer", cardinality: str = "single") -> str:
    value = f"<qti-default-value><qti-value>{default}</qti-value></qti-default-value>" if default else ""
    return (
        f'<qti-template-declaration identifier="{name}" cardinality="{cardinality}" base-type="{base_type}">{value}'
        "</qti-template-declaration>"
    )


def read(
    rules: str, templates: str = template("A", "3") + template("B", "4"), processing: str | None = None
) -> AssessmentItem:
    declared = declaration("integer") + templates + f"<qti-template-processing>{rules}</qti-template-processing>"
    document = item(declared) if processing is None else item(declared, processing=processing)
    return read_item_for_scoring(parse(document, "item.xml"))


def decided(rules: str, seed: str = "seed", **templates: str) -> TemplateResult:
    return run_template_processing(read(rules, **templates), seed)


def assign(name: str, expression: str) -> str:
    return f'<qti-set-template-value identifier="{name}">{expression}</qti-set-template-value>'


def test_the_same_seed_makes_the_same_clone() -> None:
    rules = RANDOM_A + assign("B", '<qti-random-float min="0" max="1"/>')
    templates = template("A") + template("B", base_type="float")
    results = {seed: decided(rules, seed, templates=templates) for seed in map(str, range(50))}
    assert {result.values["A"] for result in results.values()} == {(str(n),) for n in range(1, 7)}
    assert all(0 <= float(result.values["B"][0]) <= 1 for result in results.values())
    assert results["7"] == decided(rules, "7", templates=templates)


def test_these_numbers_never_change() -> None:
    # A clone that was recorded must come out again in every later version.
    assert decided(RANDOM_A, "a1b2").values == {"A": ("4",), "B": ("4",)}


def test_correct_responses_and_defaults_are_set() -> None:
    result = decided(
        assign("A", ONE)
        + SUM
        + '<qti-set-default-value identifier="SCORE"><qti-base-value base-type="float">2</qti-base-value></qti-set-default-value>'
    )
    assert result.values == {"A": ("1",), "B": ("4",)}
    assert result.correct == {"RESPONSE": ("5",)}
    assert result.defaults == {"SCORE": ("2",)}


def test_a_clone_scores_like_any_item() -> None:
    source = read(RANDOM_A + SUM)
    result = run_template_processing(source, "seed")
    clone = instantiated(source, result)
    assert clone.template_processing is None
    assert clone.response_declarations[0].correct == (str(int(result.values["A"][0]) + 4),)
    right = process_item(clone, {ResponseId("RESPONSE"): result.correct[ResponseId("RESPONSE")]})
    assert format_value(right.outcomes[OutcomeId("SCORE")]) == ("1",)
    assert format_value(right.variable("A", "")) == result.values["A"]


NINE = ONE.replace("1<", "9<")
CONDITION = (
    '<qti-template-condition><qti-template-if><qti-gt><qti-variable identifier="A"/><qti-variable identifier="B"/></qti-gt>'
    f"{assign('A', ONE)}</qti-template-if><qti-template-else-if><qti-null/>{assign('A', ONE)}</qti-template-else-if>"
    f"<qti-template-else>{assign('A', NINE)}</qti-template-else></qti-template-condition>"
)


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        (assign("A", ONE) + "<qti-exit-template/>" + assign("A", '<qti-variable identifier="B"/>'), ("1",)),
        (assign("A", '<qti-sum><qti-variable identifier="A"/><qti-default identifier="A"/></qti-sum>'), ("6",)),
        (
            CONDITION,
            ("9",),
        ),
    ],
)
def test_rules(rules: str, values: Lexical) -> None:
    assert decided(rules).values["A"] == values


def constraint(expression: str) -> str:
    return f"<qti-template-constraint>{expression}</qti-template-constraint>"


def test_a_constraint_is_tried_again_until_it_holds() -> None:
    is_six = (
        '<qti-equal><qti-variable identifier="A"/><qti-base-value base-type="integer">6</qti-base-value></qti-equal>'
    )
    for seed in map(str, range(20)):
        assert decided(RANDOM_A + constraint(is_six), seed).values["A"] == ("6",)


def test_a_constraint_that_never_holds_ends_with_the_defaults() -> None:
    never = constraint('<qti-match><qti-null/><qti-variable identifier="A"/></qti-match>')
    result = decided(RANDOM_A + SUM + never + assign("B", ONE))
    assert result.values == {"A": ("3",), "B": ("1",)}
    assert result.correct == {}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ('<qti-random-integer min="2" max="11" step="3"/>', {"2", "5", "8", "11"}),
        ('<qti-random-integer max="1"/>', {"0", "1"}),
        ('<qti-random-integer min="{A}" max="B"/>', {"3", "4"}),
        (f"<qti-random><qti-multiple>{ONE}{ONE.replace('1<', '7<')}</qti-multiple></qti-random>", {"1", "7"}),
        (
            "<qti-index n='2'><qti-repeat number-repeats='2'><qti-random-integer max='1'/></qti-repeat></qti-index>",
            {"0", "1"},
        ),
    ],
)
def test_draws(expression: str, allowed: set[str]) -> None:
    drawn = {decided(assign("A", expression), seed).values["A"][0] for seed in map(str, range(60))}
    assert drawn == allowed


def test_a_repeat_draws_every_time() -> None:
    rules = assign("A", '<qti-repeat number-repeats="20"><qti-random-integer max="9"/></qti-repeat>')
    assert len(set(decided(rules, templates=template("A", cardinality="ordered")).values["A"])) > 3


@pytest.mark.parametrize(
    "rules",
    [
        assign("NOBODY", ONE),
        assign("A", '<qti-random-integer min="3" max="1"/>'),
        assign("A", '<qti-random-integer max="9" step="0"/>'),
        assign("A", '<qti-random-float min="1" max="0"/>'),
        assign("A", '<qti-random-float max="INF"/>'),
        assign("A", f"<qti-random>{ONE}</qti-random>"),
        assign("A", '<qti-base-value base-type="string">a</qti-base-value>'),
        assign("A", '<qti-map-response identifier="RESPONSE"/>'),
        assign("A", '<qti-variable identifier="NOBODY"/>'),
        '<qti-set-correct-response identifier="A"><qti-null/></qti-set-correct-response>',
        '<qti-set-default-value identifier="A"><qti-null/></qti-set-default-value>',
    ],
)
def test_wrong_templates(rules: str) -> None:
    with pytest.raises(ProcessingRefused):
        decided(rules)


def test_template_rules_stay_in_template_processing() -> None:
    for rule in (assign("A", ONE), constraint("<qti-null/>"), SUM):
        source = read("", processing=f"<qti-response-processing>{rule}</qti-response-processing>")
        with pytest.raises(ProcessingRefused, match="outside template processing"):
            process_item(source, {})


# -- scoring around chance --------------------------------------------------------------------------------------------


LOOKS_AT_A = (
    '<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-variable identifier="{}"/></qti-set-outcome-value>'
    "</qti-response-processing>"
)


def test_what_chance_decided_is_not_looked_at() -> None:
    with pytest.raises(UnsupportedProcessing, match="decided by chance"):
        process_item(read(RANDOM_A, processing=LOOKS_AT_A.format("A")), {})
    scope = process_item(read(RANDOM_A, processing=LOOKS_AT_A.format("B")), {})
    assert format_value(scope.outcomes[OutcomeId("SCORE")]) == ("4",)


def test_a_key_that_chance_decided_is_not_looked_at() -> None:
    with pytest.raises(UnsupportedProcessing, match="decided by chance"):
        process_item(read(RANDOM_A + SUM), {ResponseId("RESPONSE"): ("5",)})


def test_an_outcome_that_begins_with_what_chance_decided() -> None:
    rules = '<qti-set-default-value identifier="SCORE"><qti-random-float max="1"/></qti-set-default-value>'
    with pytest.raises(UnsupportedProcessing):
        process_item(read(rules), {})


def test_a_template_without_chance_scores() -> None:
    source = read(assign("A", ONE) + SUM)
    scope = process_item(source, {ResponseId("RESPONSE"): ("5",)})
    assert format_value(scope.outcomes[OutcomeId("SCORE")]) == ("1",)


def test_chance_that_is_given_is_used() -> None:
    source = read(RANDOM_A, processing=LOOKS_AT_A.format("A"))
    scope = process_item(source, {}, faults=Faults.FORGIVEN, chance=Chance("seed", "processing"))
    expected = run_template_processing(source, "seed").values["A"]
    assert format_value(scope.outcomes[OutcomeId("SCORE")]) == expected


def test_random_operators_are_refused_when_reading_an_exam() -> None:
    processing = (
        '<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-random-float max="1"/>'
        "</qti-set-outcome-value></qti-response-processing>"
    )
    with pytest.raises(SourceRefused) as refusal:
        read_item(parse(item(processing=processing), "item.xml"))
    assert refusal.value.findings[0].rule == "random-in-scoring"
