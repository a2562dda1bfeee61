"""What an interaction and its declaration must say about each other, one fault at a time."""

from __future__ import annotations

import pytest

from exam_packages.errors import Severity
from exam_packages.qti.checks import check_item, check_scored_item
from exam_packages.qti.items import read_item
from exam_packages.qti.reading import parse
from exam_packages.qti.reports import Reporter
from tests.exam_packages.qti.writing_interactions import (
    AREAS,
    BODIES,
    DECLARED,
    DRAGGED,
    IMAGE,
    KINDS,
    PLACES,
    ROWS,
    SCORED_BY_MAP,
    WORDS,
    interaction,
    item_with,
)
from tests.exam_packages.qti.writing_xml import CHOICES, MAP_RESPONSE, MATCH_CORRECT, choice, declaration, item, mapping

PAIRS = declaration("directedPair", "multiple", ("A G",))
ONE_GAP = '<p><qti-gap identifier="G"/></p>'


def rules(document: bytes, severity: Severity = Severity.ERROR) -> set[str]:
    root = parse(document, "q.xml")
    return {each.rule for each in check_item(read_item(root), Reporter(root)) if each.severity is severity}


def gap_match(words: str, text: str = ONE_GAP, attributes: str = "", declared: str = PAIRS) -> bytes:
    return item(declared, interaction("gap-match", words + text, attributes))


def slider(attributes: str, declared: str) -> bytes:
    return item(declared, interaction("slider", "", attributes))


def spot(shape: str, coords: str) -> str:
    return f'<qti-hotspot-choice identifier="B" hotspot-label="b" shape="{shape}" coords="{coords}"/>'


FAULTS: dict[str, tuple[bytes, str]] = {
    "associate bound to directed pairs": (
        item_with("associate", declared=declaration("directedPair", "multiple", ("A B",))),
        "response-binding",
    ),
    "several points for one value": (item_with("select point", declared=declaration("point")), "response-binding"),
    "slider bound to a string": (item_with("slider", declared=declaration("string")), "response-binding"),
    "plays bound to a float": (item_with("media", declared=declaration("float")), "response-binding"),
    "a gap that is a choice": (gap_match(WORDS, '<p><qti-gap identifier="A"/></p>'), "identifier-repeated"),
    "an area that is a choice": (
        item_with("graphic gap match", body=BODIES["graphic gap match"].replace('"P"', '"A"')),
        "identifier-repeated",
    ),
    "no gap": (gap_match(WORDS, "<p>none</p>", declared=declaration("directedPair", "multiple")), "choices-missing"),
    "no hottext": (item(declaration(), interaction("hottext", "<p>none</p>")), "choices-missing"),
    "no hotspot": (item(declaration(), interaction("hotspot", IMAGE)), "choices-missing"),
    "a word that nothing says": (gap_match(WORDS + '<qti-gap-text identifier="C" match-max="1"/>'), "choice-empty"),
    "a group of nobody": (gap_match(WORDS, '<p><qti-gap identifier="G" match-group="Z"/></p>'), "match-group"),
    "a word that fits no gap": (
        gap_match(WORDS, '<p><qti-gap identifier="G" match-group="A"/></p>'),
        "choice-unreachable",
    ),
    "a key against the groups": (gap_match(WORDS, '<p><qti-gap identifier="G" match-group="B"/></p>'), "key-choice"),
    "a pair backwards": (
        gap_match(WORDS, declared=declaration("directedPair", "multiple", ("G A",))),
        "key-choice",
    ),
    "two words in one gap": (
        gap_match(WORDS, declared=declaration("directedPair", "multiple", ("A G", "B G"))),
        "correct-limits",
    ),
    "more pairs than allowed": (
        item_with("associate", declared=declaration("pair", "multiple", ("A B", "B A"))),
        "correct-limits",
    ),
    "more choices than allowed": (
        item(declaration(cardinality="multiple", correct=("A", "B")), choice(attributes='max-choices="1"')),
        "correct-limits",
    ),
    "fewer choices than asked for": (
        item(
            declaration(cardinality="multiple", correct=("A",)),
            choice(attributes='max-choices="2" min-choices="2"'),
        ),
        "correct-limits",
    ),
    "more pairs asked for than there are": (gap_match(WORDS, attributes='min-associations="2"'), "limits"),
    "must be used more often than may": (
        gap_match(WORDS.replace('match-max="1"', 'match-max="1" match-min="2"')),
        "limits",
    ),
    "more plays asked for than allowed": (
        item_with("media", body=BODIES["media"].replace('min-plays="1"', 'min-plays="3"')),
        "limits",
    ),
    "an area outside the picture": (
        item(DECLARED["hotspot"], interaction("hotspot", IMAGE + spot("circle", "300,50,20"))),
        "area-outside",
    ),
    "a mapped area outside the picture": (
        item_with("select point", declared=DECLARED["select point"].replace("50,50,10", "500,50,10")),
        "area-outside",
    ),
    "a point outside the picture": (
        item_with("select point", declared=declaration("point", "multiple", ("50 500",), AREAS)),
        "key-choice",
    ),
    "a scale upside down": (slider('lower-bound="5" upper-bound="1"', declaration("float")), "slider-bounds"),
    "no step": (slider('lower-bound="0" upper-bound="1" step="0"', declaration("float")), "slider-step"),
    "endless steps": (slider('lower-bound="0" upper-bound="1" step="1e-9"', declaration("float")), "slider-step"),
    "halves for an integer": (
        slider('lower-bound="0" upper-bound="2" step="0.5"', declaration("integer")),
        "slider-step",
    ),
    "a key between the steps": (
        slider('lower-bound="0" upper-bound="9"', declaration("float", correct=("2.5",))),
        "key-choice",
    ),
    "a key beyond the scale": (
        slider('lower-bound="0" upper-bound="9"', declaration("float", correct=("10",))),
        "key-choice",
    ),
    "a support that is not there": (item(body=f'<p data-catalog-idref="c">x</p>{choice()}'), "catalog-missing"),
}


@pytest.mark.parametrize(("document", "rule"), FAULTS.values(), ids=FAULTS.keys())
def test_faults(document: bytes, rule: str) -> None:
    assert rule in rules(document)


NOTES: dict[str, tuple[bytes, str]] = {
    "an area without a label": (item_with("hotspot"), "area-label"),
    "an area beyond the picture": (
        item(DECLARED["hotspot"], interaction("hotspot", IMAGE + spot("circle", "195,50,20"))),
        "area-beyond",
    ),
    "a picture without words": (item(body=f'<p><img src="a.png" alt=""/></p>{choice()}'), "picture-decorative"),
    "a video without captions": (item(body=f'<video src="a.mp4" aria-label="x"/>{choice()}'), "media-captions"),
    "a video without a name": (
        item(body=f'<video src="a.mp4"><track src="a.vtt" kind="captions"/></video>{choice()}'),
        "media-label",
    ),
    "a response nobody asks for": (item(DECLARED["choice"] + declaration(name="OTHER")), "response-unused"),
    "words that read the same": (
        gap_match(WORDS.replace("word B", "word A")),
        "choice-repeated",
    ),
    "keys in two cases": (
        item_with("text entry", declared=declaration("string", correct=("1",), inner=mapping({"York": 1, "york": 2}))),
        "map-keys",
    ),
}


@pytest.mark.parametrize(("document", "rule"), NOTES.values(), ids=NOTES.keys())
def test_notes_do_not_stop_anybody(document: bytes, rule: str) -> None:
    assert rule in rules(document, Severity.NOTE)
    assert rule not in rules(document)


# -- scoring ----------------------------------------------------------------------------------------------------------


def scoring(document: bytes, severity: Severity = Severity.ERROR) -> set[str]:
    root = parse(document, "q.xml")
    return {each.rule for each in check_scored_item(read_item(root), Reporter(root)) if each.severity is severity}


@pytest.mark.parametrize("kind", [each for each in KINDS if not each.startswith(("extended", "media", "select"))])
def test_the_correct_response_earns_everything(kind: str) -> None:
    assert scoring(item_with(kind)) == set()


def test_a_point_in_the_area_earns_its_points() -> None:
    processing = f'<qti-response-processing template="{SCORED_BY_MAP}"/>'
    assert scoring(item(DECLARED["select point"], BODIES["select point"], processing)) == set()
    outside = DECLARED["select point"].replace("<qti-value>50 50", "<qti-value>90 90")
    assert scoring(item(outside, BODIES["select point"], processing)) == {"score-extreme"}


def test_what_a_mapping_gives_points_for_is_the_best_response() -> None:
    keys = declaration("directedPair", "multiple", inner=mapping({"A G": 2, "B H": 1, "A H": -1}))
    processing = f'<qti-response-processing template="{MAP_RESPONSE}"/>'
    assert scoring(item(keys, BODIES["gap match"], processing, maximum=3)) == set()
    assert scoring(item(keys, BODIES["gap match"], processing, maximum=4)) == {"score-extreme"}


def test_a_maximum_that_nobody_wrote_is_what_the_best_response_earns() -> None:
    bare = item().replace(b' normal-maximum="1"', b"")
    assert read_item(parse(bare, "q.xml")).outcome_declarations[0].normal_maximum == 1
    assert scoring(bare) == set()
    assert scoring(bare, Severity.NOTE) == {"score-maximum-derived"}
    assert scoring(item()) == scoring(item(), Severity.NOTE) == set()


def test_points_for_a_response_that_nobody_asks_for_cannot_be_earned() -> None:
    processing = f'<qti-response-processing template="{MATCH_CORRECT}"/>'
    hidden = DECLARED["choice"].replace("RESPONSE", "OTHER") + declaration(correct=("B",))
    assert scoring(item(hidden, choice(name="OTHER"), processing)) == {"score-extreme"}


def test_without_a_key_there_is_no_maximum() -> None:
    assert scoring(item(declaration(), choice(CHOICES)).replace(b' normal-maximum="1"', b"")) == {
        "score-maximum",
        "correct-response",
    }


def test_all_choices_have_partners_by_default() -> None:
    assert rules(gap_match(WORDS)) == set()
    assert rules(item(DECLARED["associate"], interaction("associate", ROWS))) == set()
    assert (
        rules(item(DECLARED["graphic gap match"], interaction("graphic-gap-match", IMAGE + DRAGGED + PLACES))) == set()
    )
