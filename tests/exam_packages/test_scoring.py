from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_packages.errors import ResponseRefused, ScoringRefused
from exam_packages.ids import ItemId, OutcomeId, ResponseId
from exam_packages.qti.model import AssessmentItem, Exam, Lexical, PartRole
from exam_packages.qti.package import read_package
from exam_packages.qti.scoring_package import read_for_scoring
from exam_packages.qti.values import format_value
from exam_packages.qti.walking import choices, interactions
from exam_packages.scoring import ScoreReport, score_form, score_item, to_json
from signing.canonical import decode, encode
from tests.exam_packages.qti.samples import SAMPLES, answer_sheet, exam
from tests.exam_packages.qti.writing_xml import form_document, item, manifest, package

FORM_A = SAMPLES[0]
SECTION = '<qti-assessment-section identifier="{0}" title="T" visible="true">{1}</qti-assessment-section>'
RESPONSE = ResponseId("RESPONSE")
TAKEN = b'<qti-test-variables variable-identifier="SCORE"/>'
RIGHT, WRONG = {RESPONSE: ("B",)}, {RESPONSE: ("A",)}


def reference(identifier: str, category: str = "", weight: str = "") -> str:
    inner = f'<qti-weight identifier="WEIGHT" value="{weight}"/>' if weight else ""
    attributes = f'identifier="{identifier}" href="items/{identifier}.xml" category="{category}"'
    return f"<qti-assessment-item-ref {attributes}>{inner}</qti-assessment-item-ref>"


OUTCOMES = {
    "CORRECT": "<qti-number-correct/>",
    "INCORRECT": "<qti-number-incorrect/>",
    "PRESENTED": "<qti-number-presented/>",
    "RESPONDED": "<qti-number-responded/>",
    "SELECTED": "<qti-number-selected/>",
    "IN_TWO": '<qti-number-correct section-identifier="two"/>',
    "WITHOUT_EASY": '<qti-number-selected exclude-category="easy"/>',
    "EASY_OR_HARD": '<qti-number-selected include-category="easy hard"/>',
    "WEIGHTED": '<qti-sum><qti-test-variables variable-identifier="SCORE" weight-identifier="WEIGHT"/></qti-sum>',
    "MAXIMUM": '<qti-sum><qti-outcome-maximum outcome-identifier="SCORE" weight-identifier="WEIGHT"/></qti-sum>',
    "MINIMUM": '<qti-sum><qti-outcome-minimum outcome-identifier="SCORE"/></qti-sum>',
    "FIRST": '<qti-variable identifier="q1.SCORE"/>',
    "FIRST_WEIGHTED": '<qti-variable identifier="q1.SCORE" weight-identifier="WEIGHT"/>',
    "FIRST_RIGHT": '<qti-match><qti-variable identifier="q1.RESPONSE"/><qti-correct identifier="q1.RESPONSE"/></qti-match>',
}
FLOATS = {"WEIGHTED", "MAXIMUM", "MINIMUM", "FIRST", "FIRST_WEIGHTED"}


def three_items(mastery: str = 'mastery-value="2"') -> Exam:
    declared = "".join(
        f'<qti-outcome-declaration identifier="{name}" cardinality="single" '
        f'base-type="{"boolean" if name == "FIRST_RIGHT" else "float" if name in FLOATS else "integer"}"/>'
        for name in OUTCOMES
    )
    rules = "".join(
        f'<qti-set-outcome-value identifier="{name}">{expression}</qti-set-outcome-value>'
        for name, expression in OUTCOMES.items()
    )
    sections = SECTION.format("one", reference("q1", "easy", "2") + reference("q2", "hard"))
    sections += SECTION.format("two", reference("q3"))
    document = form_document(sections, maximum=3, outcomes=declared)
    document = document.replace(b'normal-maximum="3"', f'normal-maximum="3" {mastery}'.encode())
    document = document.replace(b"</qti-outcome-processing>", rules.encode() + b"</qti-outcome-processing>")
    paths = {"test.xml": (), "items/q1.xml": (), "items/q2.xml": (), "items/q3.xml": ()}
    return read_package(
        package(test_xml=document, imsmanifest_xml=manifest(paths), items__q2_xml=item(), items__q3_xml=item())
    )


THREE = three_items()


def report(*answers: tuple[str, Any], presented: tuple[str, ...] | None = None, of: Exam = THREE) -> ScoreReport:
    given_responses = {ItemId(name): responses for name, responses in answers}
    return score_form(of, given_responses, None if presented is None else [ItemId(each) for each in presented])


def outcome(scores: ScoreReport, name: str) -> str:
    return scores.outcomes[OutcomeId(name)][0] if scores.outcomes[OutcomeId(name)] else "NULL"


def test_outcome_processing_over_a_form() -> None:
    scores = report(("q1", RIGHT), ("q2", WRONG), presented=("q1", "q2"))
    assert {name: outcome(scores, name) for name in OUTCOMES} == {
        "CORRECT": "1",
        "INCORRECT": "1",
        "PRESENTED": "2",
        "RESPONDED": "2",
        "SELECTED": "3",
        "IN_TWO": "0",
        "WITHOUT_EASY": "2",
        "EASY_OR_HARD": "2",
        "WEIGHTED": "2",
        "MAXIMUM": "4",
        "MINIMUM": "NULL",  # no item declares a minimum
        "FIRST": "1",
        "FIRST_WEIGHTED": "2",
        "FIRST_RIGHT": "true",
    }


def test_what_counts_as_attempted() -> None:
    # An item that was presented was attempted, "whether or not" there was a response (numberPresented), so it is incorrect.
    scores = report(("q1", RIGHT), ("q2", {RESPONSE: ()}), presented=("q1", "q2"))
    counts = ("CORRECT", "INCORRECT", "PRESENTED", "RESPONDED", "SELECTED")
    assert [outcome(scores, name) for name in counts] == ["1", "1", "2", "1", "3"]


def test_items_without_a_declared_bound() -> None:
    document = form_document(
        SECTION.format("s", reference("q1", weight="3") + reference("q2")),
        outcomes="".join(
            f'<qti-outcome-declaration identifier="{name}" cardinality="single" base-type="float"/>'
            for name in ("LOW", "HIGH")
        ),
    )
    rules = "".join(
        f'<qti-set-outcome-value identifier="{name}"><qti-sum><qti-outcome-{bound} outcome-identifier="SCORE" '
        'weight-identifier="WEIGHT"/></qti-sum></qti-set-outcome-value>'
        for name, bound in (("LOW", "minimum"), ("HIGH", "maximum"))
    )
    document = document.replace(b"</qti-outcome-processing>", rules.encode() + b"</qti-outcome-processing>")
    bounded = item().replace(b'normal-maximum="1"', b'normal-maximum="1" normal-minimum="-2"')
    unbounded = item().replace(b' normal-maximum="1"', b"").replace(b"match_correct", b"map_response")
    paths = {"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()}
    source = package(test_xml=document, imsmanifest_xml=manifest(paths), items__q1_xml=bounded, items__q2_xml=unbounded)
    scores = report(("q1", RIGHT), of=read_for_scoring(source))
    # "Items with no declared minimum are ignored" (outcomeMinimum); with no declared maximum the result is NULL (outcomeMaximum).
    assert (outcome(scores, "LOW"), outcome(scores, "HIGH")) == ("-6", "NULL")


def nested(*rules: tuple[str, str], inner: str = "") -> Exam:
    """A section in a section; in it q2, whose SCORE goes by another name in the test."""
    declared = "".join(
        f'<qti-outcome-declaration identifier="{name}" cardinality="single" base-type="float"/>' for name, _ in rules
    )
    mapped = '<qti-variable-mapping source-identifier="SCORE" target-identifier="POINTS"/>'
    second = reference("q2", "hard").replace("></", f">{mapped}</")
    document = form_document(
        SECTION.format("outer", reference("q1") + SECTION.format("inner", second)), maximum=2, outcomes=declared
    )
    added = "".join(
        f'<qti-set-outcome-value identifier="{name}">{expression}</qti-set-outcome-value>' for name, expression in rules
    )
    document = document.replace(b"</qti-outcome-processing>", f"{inner}{added}</qti-outcome-processing>".encode())
    paths = {"test.xml": (), "items/q1.xml": (), "items/q2.xml": ()}
    source = package(test_xml=document, imsmanifest_xml=manifest(paths), items__q2_xml=item())
    return read_for_scoring(source)


def summed(variable: str, section: str = "") -> str:
    chosen = f'section-identifier="{section}"' if section else ""
    return f'<qti-sum><qti-test-variables variable-identifier="{variable}" {chosen}/></qti-sum>'


def test_sections_in_sections_and_mapped_variables() -> None:
    exam = nested(
        ("OUTER", '<qti-integer-to-float><qti-number-correct section-identifier="outer"/></qti-integer-to-float>'),
        ("INNER", '<qti-integer-to-float><qti-number-correct section-identifier="inner"/></qti-integer-to-float>'),
        ("POINTS", summed("POINTS", "outer")),
        ("OWN", summed("SCORE", "outer")),
        ("BY_NAME", '<qti-variable identifier="q2.POINTS"/>'),
        ("BOUND", '<qti-sum><qti-outcome-maximum outcome-identifier="POINTS"/></qti-sum>'),
    )
    scores = report(("q1", RIGHT), ("q2", RIGHT), of=exam)
    found = {name: outcome(scores, name) for name in ("OUTER", "INNER", "POINTS", "OWN", "BY_NAME", "BOUND")}
    assert found == {"OUTER": "2", "INNER": "1", "POINTS": "1", "OWN": "1", "BY_NAME": "1", "BOUND": "1"}


def test_a_mapped_variable_has_lost_its_own_name() -> None:
    with pytest.raises(ScoringRefused, match="not a declared variable"):
        report(of=nested(("LOST", '<qti-variable identifier="q2.SCORE"/>')))


def test_items_that_were_not_drawn() -> None:
    exam = nested(
        ("SELECTED", "<qti-integer-to-float><qti-number-selected/></qti-integer-to-float>"),
        ("ABSENT", '<qti-variable identifier="q2.POINTS"/>'),
        ("DEFAULT", '<qti-default identifier="q2.POINTS"/>'),
    )
    scores = score_form(exam, {ItemId("q1"): RIGHT}, selected=[ItemId("q1")])
    assert [each.item for each in scores.items] == ["q1"]
    assert (outcome(scores, "SELECTED"), scores.outcomes[OutcomeId("ABSENT")]) == ("1", ())


def test_conditions_fragments_lookups_and_exit() -> None:
    set_points = (
        '<qti-set-outcome-value identifier="POINTS"><qti-base-value base-type="float">{}</qti-base-value>'
        "</qti-set-outcome-value>"
    )
    rules = (
        "<qti-outcome-processing-fragment><qti-outcome-condition><qti-outcome-if><qti-gt>"
        f'<qti-number-correct/><qti-base-value base-type="integer">1</qti-base-value></qti-gt>{set_points.format(7)}'
        f"<qti-exit-test/></qti-outcome-if><qti-outcome-else-if><qti-null/>{set_points.format(8)}</qti-outcome-else-if>"
        f"<qti-outcome-else>{set_points.format(9)}</qti-outcome-else></qti-outcome-condition></qti-outcome-processing-fragment>"
    )
    exam = nested(
        (
            "POINTS",
            '<qti-sum><qti-variable identifier="POINTS"/><qti-base-value base-type="float">10</qti-base-value></qti-sum>',
        ),
        inner=rules,
    )
    assert outcome(report(("q1", RIGHT), ("q2", RIGHT), of=exam), "POINTS") == "7"
    assert outcome(report(("q1", RIGHT), of=exam), "POINTS") == "19"


def test_sub_scores_of_other_categories() -> None:
    scores = report(("q1", RIGHT))
    assert [(each.identifier, each.score, each.max_score) for each in scores.categories] == [
        ("easy", 2, 2),
        ("hard", 0, 1),
    ]


def test_totals_and_verdict() -> None:
    scores = report(("q1", RIGHT), ("q3", RIGHT))
    assert (scores.total, scores.max_total, scores.cut_score, scores.passed) == (2, 3, 2, True)
    assert [(each.score, each.max_score, each.responded) for each in scores.items] == [
        (1, 1, True),
        (0, 1, False),
        (1, 1, True),
    ]
    assert report(("q1", RIGHT)).passed is False
    assert report(of=three_items(mastery="")).passed is None


def one_item(document: bytes) -> Exam:
    return read_package(package(test_xml=document))


def test_a_total_that_the_test_computes_is_the_total_whether_it_has_a_maximum_or_not() -> None:
    document = (
        form_document(maximum=100).replace(b"<qti-sum>", b"<qti-product>").replace(b"</qti-sum>", b"</qti-product>")
    )
    hundred = b'<qti-base-value base-type="float">100</qti-base-value>'
    document = document.replace(
        b'<qti-test-variables variable-identifier="SCORE"/>', hundred + b"<qti-sum>%s</qti-sum>" % TAKEN
    )
    cut = document.replace(b'normal-maximum="100"', b'mastery-value="70"')
    for exam_of, maximum in ((one_item(document), 100.0), (one_item(cut), None)):
        scores = report(("q1", RIGHT), of=exam_of)
        assert (scores.total, scores.max_total) == (100.0, maximum)
    assert (scores.cut_score, scores.passed) == (70.0, True)
    assert report(("q1", WRONG), of=one_item(cut)).passed is False
    assert to_json(scores)["max_total"] is None


def test_a_score_that_no_rule_sets_is_what_the_items_earn() -> None:
    document = form_document(
        outcomes='<qti-outcome-declaration identifier="X" cardinality="single" base-type="float"/>'
    )
    exam_of = one_item(document.replace(b'value identifier="SCORE"', b'value identifier="X"'))
    scores = report(("q1", RIGHT), of=exam_of)
    assert (scores.total, scores.max_total) == (1.0, 1.0)


@pytest.mark.parametrize(
    "answers", [("q9", RIGHT), ("q1", {ResponseId("OTHER"): ("B",)}), ("q1", {RESPONSE: ("A", "B")})]
)
def test_responses_to_another_package(answers: tuple[str, Any]) -> None:
    with pytest.raises(ResponseRefused):
        report(answers)


def test_an_item_of_another_form_was_presented() -> None:
    with pytest.raises(ResponseRefused, match="q9"):
        report(presented=("q9",))


def test_an_answer_to_an_item_that_was_not_selected_is_never_left_out_silently() -> None:
    answers = {ItemId("q1"): RIGHT}
    selected = [ItemId("q1"), ItemId("q2")]
    assert len(score_form(THREE, answers, [ItemId("q2")], selected).items) == 2
    for seen, chosen in ((["q3"], selected), (["q2"], selected[1:]), ([], ())):
        with pytest.raises(ResponseRefused, match="not selected"):
            score_form(THREE, answers, [ItemId(each) for each in seen], chosen)


def test_json_is_canonical() -> None:
    written = encode(to_json(report(("q1", RIGHT))))
    read = decode(written, place="report", max_bytes=100_000)
    assert isinstance(read, dict)
    assert (read["total"], read["max_total"], read["passed"]) == ("1", "3", False)


# -- the samples ------------------------------------------------------------------------------------------------------


def test_the_sample_scores_as_a_person_counted() -> None:
    sheet = answer_sheet(FORM_A)
    scores = score_form(exam(FORM_A), sheet.answers)
    assert {each.item: each.score for each in scores.items} == {
        each.item: sheet.points[each.item] for each in scores.items
    }
    assert scores.total == sheet.expected["score"]
    assert scores.domain_scores == sheet.expected["domain_scores"]
    assert scores.passed is sheet.expected["passed"]
    assert {each.max_score for each in scores.domains} == {15}
    assert sum(each.score for each in scores.competencies) == scores.total
    assert scores.framework == "ccm-operations-framework 2026.2"
    assert scores.unscored == ()


def test_a_perfect_sitting_of_the_sample() -> None:
    whole = exam(FORM_A)
    perfect = {
        ref.identifier: {each.identifier: each.correct or () for each in whole.item(ref).response_declarations}
        for ref in whole.test.item_refs(PartRole.SCORED)
    }
    scores = score_form(whole, perfect)
    assert (scores.total, scores.passed) == (scores.max_total, True)
    assert {each.item: each.score for each in scores.items} == {each.item: each.max_score for each in scores.items}


def test_an_essay_waits_for_its_raters() -> None:
    scores = score_form(exam("recertification-essay"), answer_sheet("recertification-essay").answers)
    assert scores.passed is None
    assert scores.unscored == ("essay-1",)
    assert (scores.items[0].score, scores.items[0].max_score, scores.items[0].responded) == (None, 20, True)


ITEMS = [item for name in SAMPLES for item in exam(name).items.values()]


def likely(item: AssessmentItem) -> st.SearchStrategy[Lexical]:
    """Texts that stand in the item, and others."""
    known = [str(choice.identifier) for each in interactions(item.body) for choice in choices(each)]
    pairs = [f"{first} {second}" for first in known[:4] for second in known[-3:]]
    words = st.sampled_from([*known, *pairs, "1", "0.5", "-1e9", "NaN", "INF", "shrinkage", ""]) | st.text(max_size=8)
    return st.lists(words, max_size=5).map(tuple)


@pytest.mark.parametrize("item", ITEMS, ids=[f"{each.identifier}" for each in ITEMS])
@given(data=st.data())
def test_any_response_scores_or_is_refused(item: AssessmentItem, data: st.DataObject) -> None:
    names = [each.identifier for each in item.response_declarations]
    given_responses = {name: data.draw(likely(item)) for name in names if data.draw(st.booleans())}
    try:
        outcomes = score_item(item, given_responses)
    except ScoringRefused:
        return
    for declaration in item.outcome_declarations:
        lexical = format_value(outcomes[declaration.identifier])
        if declaration.identifier == "SCORE" and not declaration.external_scored:
            assert declaration.normal_maximum is not None
            assert 0 <= float(lexical[0]) <= declaration.normal_maximum
