"""One small item body for every kind of interaction, with the declaration it is bound to."""

from __future__ import annotations

from tests.exam_packages.qti.writing_xml import CHOICES, declaration, item, mapping

PROMPT = "<qti-prompt>Do <em>it</em>.</qti-prompt>"
IMAGE = '<img src="plan.png" alt="A plan" width="200" height="100"/>'
ROWS = "".join(f'<qti-simple-associable-choice identifier="{each}" match-max="1">Row {each}</qti-simple-associable-choice>'
               for each in "AB")  # fmt: skip
COLUMNS = "".join(f'<qti-simple-associable-choice identifier="{each}" match-max="0">Column {each}</qti-simple-associable-choice>'
                  for each in "XY")  # fmt: skip
WORDS = "".join(f'<qti-gap-text identifier="{each}" match-max="1">word {each}</qti-gap-text>' for each in "AB")
DRAGGED = (
    '<qti-gap-img identifier="A" match-max="1" object-label="Desk"><img src="desk.png" alt="A desk"/></qti-gap-img>'
    '<qti-gap-text identifier="B" match-max="2">Chair</qti-gap-text>'
)
PLACES = (
    '<qti-associable-hotspot identifier="P" shape="rect" coords="0,0,50,50" match-max="1" hotspot-label="Left"/>'
    '<qti-associable-hotspot identifier="Q" shape="circle" coords="150,50,20" match-max="2"/>'
)
AREAS = (
    '<qti-area-mapping default-value="0"><qti-area-map-entry shape="circle" coords="50,50,10" mapped-value="1"/>'
    "</qti-area-mapping>"
)


def interaction(kind: str, inner: str, attributes: str = "") -> str:
    return (
        f'<qti-{kind}-interaction response-identifier="RESPONSE" {attributes}>{PROMPT}{inner}</qti-{kind}-interaction>'
    )


DECLARED: dict[str, str] = {
    "choice": declaration(correct=("B",)),
    "choice, several": declaration(cardinality="multiple", correct=("A", "B")),
    "order": declaration(cardinality="ordered", correct=("B", "A")),
    "match": declaration("directedPair", "multiple", ("A X", "B Y")),
    "associate": declaration("pair", "multiple", ("A B",)),
    "inline choice": declaration(correct=("B",)),
    "text entry": declaration("integer", correct=("42",)),
    "extended text": declaration("string"),
    "extended text, several": declaration("string", "multiple"),
    "gap match": declaration("directedPair", "multiple", ("A G", "B H")),
    "hottext": declaration(cardinality="multiple", correct=("A",)),
    "hotspot": declaration(correct=("B",)),
    "graphic gap match": declaration("directedPair", "multiple", ("A P", "B Q")),
    "select point": declaration("point", "multiple", ("50 50",), AREAS),
    "slider": declaration("float", correct=("2.5",)),
    "media": declaration("integer"),
}
BODIES: dict[str, str] = {
    "choice": interaction("choice", CHOICES, 'shuffle="true"'),
    "choice, several": interaction("choice", CHOICES, 'max-choices="0" min-choices="1"'),
    "order": interaction("order", CHOICES, 'orientation="horizontal"'),
    "match": interaction(
        "match",
        f"<qti-simple-match-set>{ROWS}</qti-simple-match-set><qti-simple-match-set>{COLUMNS}</qti-simple-match-set>",
        'max-associations="2" class="qti-match-tabular" data-first-column-header="Row"',
    ),
    "associate": interaction("associate", ROWS, 'shuffle="true"'),
    "inline choice": '<p>It is <qti-inline-choice-interaction response-identifier="RESPONSE" data-prompt="Pick">'
    '<qti-inline-choice identifier="A">red</qti-inline-choice><qti-inline-choice identifier="B">blue</qti-inline-choice>'
    "</qti-inline-choice-interaction>.</p>",
    "text entry": '<p>It is <qti-text-entry-interaction response-identifier="RESPONSE" expected-length="4" '
    'pattern-mask="[0-9]+" class="qti-input-width-4" data-patternmask-message="Digits"/>.</p>',
    "extended text": interaction(
        "extended-text", "", 'expected-lines="3" format="preformatted" class="qti-height-lines-6 qti-counter-up"'
    ),
    "extended text, several": interaction("extended-text", "", 'min-strings="1" max-strings="3"'),
    "gap match": interaction(
        "gap-match",
        f'{WORDS}<p>A <qti-gap identifier="G"/> and a <qti-gap class="qti-input-width-10" identifier="H" '
        'match-group="B" required="true"/>.</p>',
        'class="qti-choices-top"',
    ),
    "hottext": interaction(
        "hottext",
        '<p>A <qti-hottext identifier="A">hot <em>one</em></qti-hottext>, a <qti-hottext identifier="B">cold</qti-hottext>.</p>',
        'max-choices="0"',
    ),
    "hotspot": interaction(
        "hotspot",
        f'{IMAGE}<qti-hotspot-choice identifier="A" shape="rect" coords="0, 0, 20, 20"/>'
        '<qti-hotspot-choice identifier="B" shape="poly" coords="50,50 90,50 70,90" hotspot-label="Roof"/>',
        'class="qti-selections-dark qti-unselected-hidden"',
    ),
    "graphic gap match": interaction("graphic-gap-match", IMAGE + DRAGGED + PLACES),
    "select point": interaction("select-point", IMAGE, 'max-choices="2"'),
    "slider": interaction("slider", "", 'lower-bound="0" upper-bound="5" step="0.5" step-label="true" reverse="true"'),
    "media": interaction(
        "media",
        '<audio><source src="call.mp3" type="audio/mpeg"/><track src="call.vtt" kind="captions" srclang="en"/>A call</audio>',
        'autostart="false" min-plays="1" max-plays="2"',
    ),
}
KINDS = sorted(BODIES)

SCORED_BY_MAP = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response_point.xml"


def item_with(kind: str, *, body: str | None = None, declared: str | None = None) -> bytes:
    """An item with one interaction of a kind."""
    return item(declared or DECLARED[kind], body or BODIES[kind])


def mapped(kind: str, keys: dict[str, float], base_type: str, cardinality: str) -> bytes:
    """An item whose key is a mapping only."""
    return item(declaration(base_type, cardinality, inner=mapping(keys)), BODIES[kind])
